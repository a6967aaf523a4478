import Testing

@testable import Tally

/// What `explain` expects, by which ways it goes, and what a run met.
@Suite struct ExplanationTests {
  @Test(arguments: [
    (
      "count visits where level >= 3", "about 2 of 6 rows are expected to pass",
      "about 2 of 6 rows were expected to pass; 3 did"
    ),
    (
      "count visits where agency = \"A\"", "about 2 of 6 rows are expected to pass",
      "about 2 of 6 rows were expected to pass; 2 did"
    ),
    (
      "count visits where agency = \"nobody\"", "about 0 of 6 rows are expected to pass",
      "about 0 of 6 rows were expected to pass; 0 did"
    ),
    (
      "count visits where agency is missing", "about 1 of 6 rows are expected to pass",
      "about 1 of 6 rows were expected to pass; 1 did"
    ),
    (
      "list id from visits where id between 2 and 4 and not (id = 3)",
      "about 3 of 6 rows are expected to pass", "expected to pass; 2 did"
    ),
    (
      "list id, name from visits join agencies on agency = agencies.code",
      "found through the codes of 3 texts", "; 4 rows met one, 2 did not"
    ),
    (
      "list id from visits order by fee desc, id",
      "  sort by a radix sort of keys of 15 bits, 3 passes at most", "give out id; 6 rows"
    ),
    (
      "list distinct agency from visits", "  sort by a radix sort of keys of 2 bits, 1 passes",
      "give out agency; 4 rows"
    ),
    (
      "list id, fee * 2 as twice from visits",
      "  share 1 column with the table; compute 1 column batch by batch",
      "give out id, twice; 6 rows"
    ),
    (
      "list id, status from visits where online",
      "  copy 2 columns row by row, all columns of a batch together", "give out id, status; 3 rows"
    ),
    (
      "sum fee from visits group by agency then list agency where sum_fee > 6", "expected: about ",
      "give out agency; 1 rows"
    ),
  ])
  func tellsWhatIsExpectedAndMet(query: String, expected: String, met: String) throws {
    let database = try SampleTables.database()
    let before = try database.explain(Query(text: query))
    #expect(before.contains(expected), "\(before)")
    let answer = try database.run(Query(text: query))
    let after = try database.explain(Query(text: query), met: answer.receipt)
    #expect(after.contains(met), "\(after)")
    #expect(after.count > before.count)
  }

  /// Rows of tables that queries made, of queries in parentheses and of joins find their receipts.
  @Test func stepsFindTheirReceipts() throws {
    let database = try SampleTables.database()
    database["paid"] = try database.run("visits where status = \"paid\"")
    let query: Query = """
      list id, name from (paid where fee is not missing)
      join many agencies on agency = agencies.code where name starts with "Ministry"
      then list id where id > 100
      """
    let answer = try database.run(query)
    let text = try database.explain(query, met: answer.receipt)
    let lines = text.split(separator: "\n").filter { $0.contains(" rows were expected") }
    #expect(lines.count == 1, "\(text)")
    #expect(lines.first?.hasSuffix("; 2 did") ?? false, "\(text)")
    #expect(text.hasSuffix("give out id; 0 rows"), "\(text)")
  }

  @Test(
    arguments: [
      (0.4, "0.4 ns"), (1, "1 ns"), (994, "990 ns"), (996, "1 µs"), (1200, "1.2 µs"),
      (15_400, "15 µs"), (2_345_678, "2.3 ms"), (123_456_789, "120 ms"), (61e9, "61 s"),
      (.infinity, "very long"),
    ] as [(Double, String)])
  func durationsHaveTwoDigits(nanoseconds: Double, text: String) {
    #expect(StepForecast.duration(nanoseconds) == text)
  }

  /// Sorts of few rows of many, and texts without a dictionary.
  @Test func ordersAreNamed() throws {
    let numbers = (0..<20_000).map { $0 * 7919 % 20_000 }
    let database = Database()
    database["t"] = try Table {
      NamedColumn("number", numbers)
      NamedColumn("name", numbers.map { "name \($0)" })
    }
    for (query, line) in [
      ("list name from t order by number limit 10", "keep 10 rows while rows are read"),
      ("list number from t order by number, name limit 5000", "  sort by a radix sort of keys of"),
      ("list number from t order by number * 2 limit 20", "choose rows by the highest bits"),
      ("list number from t order by number top 3 by number", "order all rows to find them"),
    ] {
      let text = try database.explain(Query(text: query))
      #expect(text.contains(line), "\(query)\n\(text)")
    }
  }
}
