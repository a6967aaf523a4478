import TallySyntax
import Testing

@testable import Tally

/// One run tells all mistakes that stand for themselves, and none that comes of another.
@Suite struct MistakeTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let script: String
    /// The words at which a mistake is told.
    let places: [String]

    init(_ script: String, _ places: String...) { (self.script, self.places) = (script, places) }

    var testDescription: String { script }
  }

  @Test(arguments: [
    // Items, conditions and keys.
    Case("list agancy, fe from visits where levl > 3", "agancy", "fe", "levl"),
    Case("list agancy from visits where levl > 3", "agancy", "levl"),
    Case("sum fe from visits where levl > 3 group by agancy", "fe", "levl", "agancy"),
    Case("count visits where levl > 3 and statsu = \"x\" and fee > 1", "levl", "statsu"),
    Case("count visits where level = \"a\" and fee > \"x\"", "level = \"a\"", "fee > \"x\""),
    Case("count visits group by agancy having cuont > 3 order by agency", "agancy", "cuont"),
    Case("from visits add fe * 2 as a, levl + 1 as b where statsu = \"x\"", "fe", "levl", "statsu"),
    Case("list id from visits order by agancy, fe", "agancy", "fe"),
    Case("count visits group by levl, agancy", "levl", "agancy"),
    Case("count visits group by agency then list cuont, agancy", "cuont", "agancy"),
    Case("list upper(fee), lower(level) from visits", "fee", "level"),
    Case("count visits where level = 1 group by agency across stauts", "stauts"),
    // The same mistake twice has two mends.
    Case("list agancy from visits where agancy = \"A\"", "agancy", "agancy"),
    // What a part that is left out made is not missed.
    Case("list fe as x, id from visits order by x", "fe"),
    Case("sum fe, count from visits group by agency order by sum_fe", "fe"),
    Case("from visits add fe * 2 as x then list x", "fe"),
    Case("sum fe from visits group by month(opned) vs previous month", "opned"),
    Case("count visits group by month(opned) fill 0", "opned"),
    Case("list running(fe) from visits order by opned", "fe", "opned"),
    Case("count vists where levl = 3", "vists"),
    // Several statements.
    Case(
      "count visits where levl > 3\ncount visits where level = 3\ncount vists\nlist fe from visits",
      "levl", "vists", "fe"),
    Case("list fe from visits\nlet x = visits where fee > 5\ncount x where lvl = 3", "fe", "lvl"),
    Case(
      "list fe from visits\nlet t = count visits group by agency\nlist agancy from t", "fe",
      "agancy"),
    Case(
      "list fe from visits\nlet t = count visits group by agency across level\nlist zzz from t",
      "fe"),
    Case("list fe from visits\nload \"n.csv\" as n\ncount n where x = 1", "fe"),
    Case("list fe from visits\nlet x = vists where fee > 5\ncount x where lvl = 3", "fe", "vists"),
    Case("let x = vists where fee > 5\ncount x where lvl = 3", "vists"),
    Case("list fe from visits\nparam p: int = 3\ncount visits where levl = $p", "fe", "levl"),
    Case("list fe from visits\nlet f(x) = x * 2\nlist f(leve) from visits", "fe", "leve"),
    Case(
      "list fe from visits\nexpect no visits where fe < 0\nwarn visits.lvl > 1", "fe", "fe",
      "lvl"),
    Case("list fe from visits\nlet v = (count visits)\nlist v, zz from visits", "fe"),
    Case("list fe from visits\nmeasure m on visits = sum(fe)\nm from visits", "fe", "fe"),
    Case("list fe from visits\nlist a from _", "fe"),
    Case("explain list fe from visits as run\nprofile vists", "fe", "vists"),
    Case(
      "count visits where levl = 3\nunpublished level, status in visits\n"
        + "why count visits between @2024-01 and @2024-02 on opned by agency",
      "levl", "opned"),
  ])
  func areTold(_ test: Case) throws {
    let database = try SampleTables.database()
    var found: [String] = []
    do throws(QueryError) {
      try database.runScript(SourceText(test.script)) { _ in }
    } catch {
      let source = SourceText(test.script)
      found = error.diagnostics.map { String(source.text(in: $0.span)) }
    }
    #expect(found == test.places)
    // Nothing that only was bound is known afterwards.
    #expect(Set(database.tableNames) == ["agencies", "places", "visits"])
  }

  /// All mends together give the sentence that was meant.
  @Test func mendsGoTogether() throws {
    let database = try SampleTables.database()
    let text = "list agancy, fe from visits where levl > 3"
    var edits: [FixIt] = []
    do throws(QueryError) {
      _ = try database.run(Query(text: text))
    } catch {
      edits = error.diagnostics.compactMap(\.fixIts.first)
    }
    let all = FixIt("all", edits.flatMap(\.edits))
    #expect(
      all.applied(to: SourceText(text)) == "list agency, fee from visits where level > 3")
    #expect(database.check(Query(text: text)).count == 3)
  }

  @Test func aValueIsNoTable() throws {
    let refusal = try #require(
      try SampleTables.database().refusal(of: "let limit_fee = 5\ncount limit_fee"))
    #expect(
      refusal.code.id == "T0201" && refusal.help.first == "limit_fee is a value, and no table")
  }

  @Test func manyAreBounded() throws {
    let database = try SampleTables.database()
    let script = (0..<300).map { "list zz\($0) from visits" }.joined(separator: "\n")
    do throws(QueryError) {
      try database.runScript(SourceText(script)) { _ in }
    } catch {
      #expect(error.diagnostics.count == 100)
    }
    let items = (0..<200).map { "zz\($0)" }.joined(separator: ", ")
    #expect(database.check(Query(text: "list \(items) from visits")).count == 21)
  }

  /// Receipts tell apart what has one automatic name.
  @Test(arguments: [
    QueryCase(
      "sum level, sum level with fee > 3 from visits", "sum_level,sum_level_2\n11,4",
      receipt: "6 rows read; fee missing in 2 rows, not counted; sum level leaves out 2 missing"
        + " values; sum level with fee > 3 leaves out 1 missing value"),
    QueryCase(
      "average(level * 2), average(fee * 2) from visits where id > 2",
      "average,average_2\n7.0,5.25",
      receipt: "6 rows read, 4 kept; average(level * 2) leaves out 2 missing values;"
        + " average(fee * 2) leaves out 2 missing values"),
    QueryCase(
      "share of fee with level = 3, share of fee with level = 1 from visits",
      "share,share_2\n57.34265734265734%,27.972027972027974%",
      receipt: "6 rows read; level missing in 2 rows, not counted; level missing in 2 rows,"
        + " not counted; share of fee with level = 3 leaves out 2 missing values"),
    QueryCase(
      "sum fee from visits having sum(fee) > 1", "sum_fee\n35.75",
      receipt: "6 rows read; sum_fee leaves out 2 missing values"),
  ])
  func receiptsTellNamesApart(_ test: QueryCase) throws {
    test.check(on: try SampleTables.database())
  }
}
