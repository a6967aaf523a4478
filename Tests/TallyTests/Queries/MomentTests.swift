import Testing

@testable import Tally

/// Moments with an offset, ranges of hours, half-years and `now`.
@Suite struct MomentTests {
  private static func answer(_ query: String) throws(QueryError) -> String {
    let database = Database()
    try database.load(
      "log",
      from: .bytes(
        Array(
          "id,at\n1,2024-03-14T21:30:00\n2,2024-03-14T23:59:59\n3,2024-03-15T00:00:00\n".utf8),
        name: "log"))
    return try database.run(Query(text: query), today: SampleTables.today).formatted(.csv)
  }

  @Test(arguments: [
    // Where another day counts as today, it is its first moment.
    ("show now as n", "n\n2024-03-15T00:00:00\n"),
    ("list id from log where at in last 3 hours", "id\n1\n2\n"),
    ("list id from log where at in last 1 minute", "id\n2\n"),
    ("list id from log where at in this hour", "id\n3\n"),
    ("list id from log where at in next 2 seconds", "id\n"),
    ("list id from log where at >= @2024-03-15T06:59:59+07:00", "id\n2\n3\n"),
    ("list id from log where at = @2024-03-15T00:00Z", "id\n3\n"),
    ("count log where at in @2024-H1", "count\n3\n"),
    ("count log where at between @2023-01-01 and @2023-H2", "count\n0\n"),
    ("count log where at not in @2023-H2..@2024-H1", "count\n0\n"),
    (
      "count log where month(at) >= @2024-02 group by month(at) fill 0",
      "month,count\n2024-02,0\n2024-03,3\n"
    ),
    (
      "count log where date(at) between @2024-03-13 and @2024-03-15 group by date(at) as day fill 0",
      "day,count\n2024-03-13,0\n2024-03-14,2\n2024-03-15,1\n"
    ),
    (
      "count log where year(at) = 2024 or missing group by year(at) fill 0",
      "year,count\n2024,3\n"
    ),
  ])
  func answers(query: String, csv: String) throws {
    #expect(try Self.answer(query) == csv, "\(query)")
  }

  @Test(arguments: [
    ("show @2024-H1 as h", "T0461"),
    ("count log where date(at) in last 3 hours", "T0401"),
    ("show @9999-12-31T23:00-05:00 as m", "T0404"),
  ])
  func refuses(query: String, code: String) throws {
    do throws(QueryError) {
      _ = try Self.answer(query)
      Issue.record("\(query) has an answer")
    } catch {
      #expect(error.diagnostics.map(\.code.id) == [code], "\(error)")
    }
  }
}
