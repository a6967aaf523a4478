import Testing

@testable import Tally
@testable import TallySyntax

/// What a query makes beyond its rows is counted against its limits too.
@Suite struct LimitTests {
  private static func database(rows: Int) throws -> Database {
    let database = Database()
    database["t"] = try Table {
      NamedColumn("n", Array(0..<rows))
      NamedColumn("word", (0..<rows).map { "word \($0)" })
      NamedColumn("level", (0..<rows).map { $0 % 3 == 0 ? nil : $0 % 5 })
    }
    return database
  }

  private static func kind(_ query: String, _ database: Database, memory: Int) -> String? {
    do throws(QueryError) {
      _ = try database.run(Query(text: query), limits: Limits(memory: memory))
      return nil
    } catch {
      return error.diagnostics.first?.code.id ?? error.kind.name
    }
  }

  @Test func acrossMakesNoMoreColumnsThanATableMayHave() throws {
    let database = try Self.database(rows: 5_000)
    let query = "count t group by level across n"
    #expect(Self.kind(query, database, memory: 1 << 30) == "T0504")
    #expect(Self.kind(query + " mod 4000", database, memory: 1 << 30) == nil)
  }

  @Test func cellsOfAcrossAreCounted() throws {
    let database = try Self.database(rows: 2_000)
    let query = "count t group by n across word"
    #expect(Self.kind(query, database, memory: 20_000_000) == "memory")
  }

  @Test(arguments: [
    "list replace(word, \"word\", $1) as long from t", "list upper(word) as loud from t",
    "list concat(word, \" of many\") as longer from t",
  ])
  func computedTextsAreCounted(_ text: String) throws {
    let database = try Self.database(rows: 100_000)
    let filler = String(repeating: "x", count: 2_000)
    let query = text.replacing("$1", with: "\"\(filler)\"")
    #expect(Self.kind(query, database, memory: 2_000_000) == "memory")
  }

  /// A text that is replaced has its exact size before it is written.
  @Test func replacementsAreCountedBeforeTheyAreMade() throws {
    let database = Database()
    database["t"] = try Table {
      NamedColumn("word", [String(repeating: "a", count: 10_000)])
      NamedColumn("long", [String(repeating: "b", count: 1_000_000)])
    }
    let query = "list length(replace(word, \"a\", long)) as n from t"
    #expect(Self.kind(query, database, memory: 100_000_000) == "memory")
    let answer = try database.run(
      "list replace(word, \"aa\", \"é\") as n, replace(word, \"aaa\", \"\") as r from t")
    #expect(
      answer.rows.map(\.cells) == [[.text(String(repeating: "é", count: 5_000)), .text("a")]])
  }

  /// Many computed texts are kept as they are, few in a dictionary: both answer alike.
  @Test func layoutsOfComputedTextsAgree() throws {
    let database = try Self.database(rows: 70_000)
    let query = """
      list upper(word) as loud, n from t where level is not missing \
      then count, min loud as first, max n as last from _ group by loud in ("WORD 5", "WORD 69999")
      """.replacing(" from _", with: "")
    let answer = try database.run(Query(text: query))
    #expect(answer.rowCount == 2)
    let few = try database.run("list upper(word) as loud from t where n < 3 order by loud desc")
    #expect(few.rows.map(\.cells) == [[.text("WORD 2")], [.text("WORD 1")], [.text("WORD 0")]])
    let many = try database.run("list upper(word) as loud from t order by loud desc limit 2")
    #expect(many.rows.map(\.cells) == [[.text("WORD 9999")], [.text("WORD 9998")]])
  }

  @Test func receiptsNameAThousandGroupsAtMost() throws {
    let database = try Self.database(rows: 6_000)
    let answer = try database.run("count t where level >= 1 group by n")
    let unknown = answer.receipt.steps[0].conditions[0].unknown
    #expect(unknown.rows == 2_000)
    #expect(unknown.groups.count == 1_000 && unknown.otherGroups == 1_000)
    #expect(answer.receipt.summary.hasSuffix(" and 1,995 more"))
    #expect(answer.receipt.json.contains(#""otherGroups":1000"#))
  }

  /// Columns of two dictionaries are compared as texts where these are large.
  @Test func textsOfLargeDictionariesAreCompared() throws {
    let count = 50_000
    let database = Database()
    database["t"] = try Table {
      NamedColumn("a", (0..<count).map { "\($0)" })
      NamedColumn("b", (0..<count).map { $0 % 2 == 0 ? "\($0)" : "x\($0)" })
    }
    #expect(try database.run("count t where a = b").value() == count / 2)
    #expect(try database.run("count t where a < b").value() == count / 2)
  }

  /// A look-up table of an expression is given up with its run.
  @Test func codeTablesCanBeStopped() throws {
    let database = try Self.database(rows: 3_000)
    guard let table = database["t"] else { return }
    let cancellation = Cancellation()
    let context = RunContext(batchRows: 1_000, cancellation: cancellation)
    let group = EvaluatorGroup(columns: table.columns, context: context)
    cancellation.cancel()
    let column = BoundExpression(.column(1), .text, at: SourceSpan(0, 0))
    let word = BoundExpression.constant(.text("WORD 7"), .text, at: SourceSpan(0, 0))
    let match = BoundExpression(
      .textMatch(.contains, column, word, loosely: true), .boolean, at: SourceSpan(0, 0))
    #expect(throws: QueryError.self) { try group.add(match) }
  }
}
