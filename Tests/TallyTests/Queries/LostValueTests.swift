import Testing

@testable import Tally

/// Values that became missing on the way are told, each once, wherever they are computed.
@Suite struct LostValueTests {
  @Test(arguments: cases) func tellsWhatBecameMissing(_ test: QueryCase) throws {
    test.check(on: try SampleTables.database())
  }

  static let cases: [QueryCase] = [
    QueryCase(
      "list number(agency) as n from visits", "n\n\"\"\n\"\"\n\"\"\n\"\"\n\"\"\n\"\"",
      receipt: "6 rows read; 5 unreadable texts gave a missing value"),
    QueryCase(
      "list date(status) as d from visits where id = 1", "d\n\"\"",
      receipt: "6 rows read, 1 kept; 1 unreadable text gave a missing value"),
    QueryCase(
      "count visits where number(agency) > 1", "count\n0",
      receipt: "6 rows read, 0 kept; number(agency) > 1 unknown in 6 rows, left out; "
        + "5 unreadable texts gave a missing value"),
    QueryCase(
      "list sqrt(1 - id) as r from visits", "r\n0.0\n\"\"\n\"\"\n\"\"\n\"\"\n\"\"",
      receipt: "6 rows read; 5 operations without a finite result gave a missing value"),
    QueryCase(
      "list id / (id - 2) as r from visits order by r",
      "r\n-1.0\n1.5\n1.6666666666666667\n2.0\n3.0\n\"\"",
      receipt: "6 rows read; 1 division by zero gave a missing value"),
    QueryCase(
      "list distinct 1 / (id - 2) as r from visits where id <= 2", "r\n-1.0\n\"\"",
      receipt: "6 rows read, 2 kept; 1 division by zero gave a missing value"),
    QueryCase(
      "list id / (id - 2) as r from visits top 9 by r",
      "r\n3.0\n2.0\n1.6666666666666667\n1.5\n-1.0\n\"\"",
      receipt: "6 rows read; 1 division by zero gave a missing value"),
    QueryCase(
      "show sum(id) / count(with level > 9) as r from visits group by agency across online",
      "agency,false,true,(missing)\nA,,,\nB,,,\nC,,,\n,,,",
      receipt:
        "6 rows read; level missing in 2 rows, not counted: B / (missing) 1, C / (missing) 1; "
        + "12 divisions by zero gave a missing value"),
    QueryCase(
      "show sum(id) / count(with level > 9) as r from visits group by agency across online "
        + "with totals",
      "agency,false,true,(missing),total\nA,,,,\nB,,,,\nC,,,,\n,,,,\ntotal,,,,",
      receipt:
        "6 rows read; level missing in 2 rows, not counted: B / (missing) 1, C / (missing) 1; "
        + "20 divisions by zero gave a missing value"),
    QueryCase(
      "show sum(id) / count(with level > 9) as r from visits group by agency "
        + "top 1 by sum(id) with rest", "agency,r\nB,\n(rest),",
      receipt: "6 rows read; level missing in 2 rows, not counted: B 1, C 1; "
        + "2 divisions by zero gave a missing value"),
  ]

  /// What was left out when a table was made is told by each query that reads it, also as a set.
  @Test(arguments: ["count from high", "count visits where id in high.id"])
  func tablesKeepTheirReceipts(_ query: String) throws {
    let database = try SampleTables.database()
    database["high"] = try database.run("list id from visits where level >= 3 order by id")
    let receipt = try database.run(Query(text: query), today: SampleTables.today).receipt
    #expect(receipt.hasUnknowns)
  }
}
