import Testing

@testable import Tally

/// Queries in which engine and oracle once differed, by what was wrong.
@Suite struct FoundDifferenceTests {
  struct Found: Sendable, CustomTestStringConvertible {
    let what: String
    let query: String
    /// The answer in CSV, or nothing where the query must be refused for its types.
    let answer: String?
    var testDescription: String { what }
  }

  private static func table() throws -> Table {
    try Table {
      NamedColumn("x", [1e300, 0.5, -1e300, nil, 0.5] as [Double?])
      NamedColumn("k", [1, 2, 1, 2, 3])
      NamedColumn("d", ["Đ", "d", "Z", "a", "Ă"])
      NamedColumn("e", [nil, nil, nil, nil, nil] as [String?])
    }
  }

  static let found: [Found] = [
    Found(
      what: "a product of floats that is too large is a missing key",
      query: "count t where x is not missing group by x * x as g",
      answer: "g,count\n0.25,2\n,2\n"),
    Found(
      what: "a product of floats that is too large is missing",
      query: "count t where x is not missing and x * x is missing", answer: "count\n2\n"),
    Found(
      what: "a choice that is written out is no band, and ordered as texts are",
      query: "count t group by (missing if k is missing else \"b\" if k < 2 else \"a\") as g",
      answer: "g,count\na,3\nb,2\n"),
    Found(
      what: "one text of two branches is one group",
      query: "count t group by (missing if k is missing else \"a\" if k < 2 else \"b\" if k < 3"
        + " else \"a\") as g",
      answer: "g,count\na,3\nb,2\n"),
    Found(
      what: "windows see bands in the order of their bounds",
      query: "show row_number() as n from t group by bands(k, 2, 3, 10) as g order by g desc",
      answer: "g,n\n3 to below 10,1\n2 to below 3,2\nbelow 2,3\n"),
    Found(
      what: "bands compete by their bounds",
      query: "count t group by bands(k, 2, 10) as g top 2 by g",
      answer: "g,count\n2 to below 10,3\nbelow 2,2\n"),
    Found(
      what: "a condition asks whether a window has a value",
      query: "list k from t where previous(k) is not missing order by k",
      answer: "k\n1\n2\n2\n3\n"),
    Found(
      what: "windows see texts in the order that is named",
      query: "list d, row_number() as n from t order by d collate vi",
      answer: "d,n\na,1\nĂ,2\nd,3\nĐ,4\nZ,5\n"),
    Found(
      what: "a total of distinct values decides no row of two axes",
      query: "sum distinct k from t group by d across x having sum(distinct k) > 1", answer: nil),
    Found(
      what: "a list of texts that are compared loosely takes no numbers",
      query: "count t where k in (e) loosely", answer: nil),
    Found(
      what: "a list of constants that are compared loosely takes no numbers",
      query: "count t where 7 in (55) loosely", answer: nil),
  ]

  /// Conditions on months leave years, too.
  @Test func yearsThatConditionsOnMonthsLeaveAreFilled() throws {
    let database = Database()
    let columns = RandomTables(seed: 1, rowCount: 5).facts
    database["t"] = try columns.table()
    let answer = try database.run(
      "count t where m in @2019-11..@2021-02 group by year(m) as y fill 0")
    #expect(answer.formatted(.csv) == "y,count\n2019,0\n2020,0\n2021,0\n")
  }

  @Test(arguments: found) func answersRight(_ found: Found) throws {
    let database = Database()
    database["t"] = try Self.table()
    do throws(QueryError) {
      let answer = try database.run(Query(text: found.query)).formatted(.csv)
      #expect(answer == found.answer, "\(found.query)")
    } catch {
      #expect(found.answer == nil && error.kind == .type, "\(found.query)\n\(error)")
    }
  }

  /// What tells rows of one day apart does not change the line through days.
  @Test func trendsGoAlongTheFirstTimeOfAnOrder() throws {
    let database = Database()
    database["t"] = try Table {
      NamedColumn("n", [1, 2, 3, 4])
      NamedColumn(
        "day",
        ["2024-01-01", "2024-01-01", "2024-01-03", "2024-01-05"].map {
          CalendarDate($0)
        })
    }
    let one = try database.run("list slope(n) as s from t order by day limit 1")
    let two = try database.run("list slope(n) as s from t order by day, n limit 1")
    #expect(one.formatted(.csv) == two.formatted(.csv))
  }
}
