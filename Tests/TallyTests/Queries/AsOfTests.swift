import Testing

@testable import Tally

/// `lookup … as of`: the latest row that is not after a time, and the row that is valid at it.
@Suite struct AsOfTests {
  private static let tables = [
    (
      "rates",
      "currency,day,rate\nUSD,2024-01-01,1.5\nUSD,2024-02-01,1.6\nEUR,2024-01-15,2.0\nEUR,,9.0\n"
    ),
    (
      "payments",
      "id,currency,paid_on\n1,USD,2024-01-20\n2,USD,2024-02-01\n3,USD,2023-12-31\n"
        + "4,EUR,2024-03-01\n5,EUR,\n6,JPY,2024-01-01\n"
    ),
    (
      "heads",
      "code,valid_from,valid_to,head\nA,,2024-01-10,Old\nA,2024-01-11,,New\n"
        + "B,2024-01-01,2024-02-15,Solo\n"
    ),
    ("twice", "currency,day\nUSD,2024-01-01\nUSD,2024-01-01\n"),
    (
      "overlaps",
      "code,valid_from,valid_to\nA,2024-01-01,2024-02-01\nA,2024-02-01,2024-03-01\n"
    ),
    ("backward", "code,valid_from,valid_to\nA,2024-02-01,2024-01-01\n"),
    ("spans", "code,first_day,last_day\nA,2024-01-01,2024-01-31\n"),
    ("none", "currency,day,rate\n"),
  ]

  private static func database() throws(QueryError) -> Database {
    let database = try SampleTables.database()
    for (name, text) in tables {
      try database.load(name, from: .bytes(Array(text.utf8), name: name))
    }
    return database
  }

  @Test(arguments: cases) func findsRows(_ test: QueryCase) throws {
    test.check(on: try Self.database())
  }

  static let cases: [QueryCase] = [
    QueryCase(
      "list id, rate from payments lookup rates on currency = rates.currency as of paid_on",
      "id,rate\n1,1.5\n2,1.6\n3,\n4,2.0\n5,\n6,",
      receipt: "6 rows read; 2 rows without a match in rates; 1 row with a missing key for rates;"
        + " the oldest row of rates used is 46 days old; 1 row of rates without day"),
    QueryCase(
      "list id, rate from payments lookup rates on currency as of paid_on + 400 days by rates.day"
        + " where id < 3", "id,rate\n1,1.6\n2,1.6"),
    QueryCase(
      "list id, head from visits lookup heads on agency = heads.code as of opened",
      "id,head\n1,Old\n2,New\n3,Solo\n4,\n5,\n6,",
      receipt: "6 rows read; 2 rows without a match in heads; 1 row with a missing key for heads"),
    QueryCase(
      "count of last_day from visits lookup spans on agency = spans.code as of opened"
        + " by spans.first_day, spans.last_day", "count_last_day\n2"),
    QueryCase(
      "list id, total from visits lookup (sum fee as total from visits"
        + " group by agency, month(opened) as month) as m on agency = m.agency as of opened + 40 days"
        + " where id < 5", "id,total\n1,30.50\n2,30.50\n3,5.25\n4,5.25",
      receipt: "6 rows read, 4 kept; 2 rows with a missing key for m;"
        + " the oldest row of m used is 2 months old; 1 row of m without month"),
    QueryCase(
      "count of rate from payments lookup none on currency = none.currency as of paid_on by none.day",
      "count_rate\n0"),
  ]

  @Test(arguments: [
    (
      "payments lookup twice on currency = twice.currency as of paid_on", "T0445",
      "rows 1 and 2 of twice, with currency = USD, both have day = 2024-01-01"
    ),
    (
      "visits lookup overlaps on agency = overlaps.code as of opened", "T0445",
      "rows 1 and 2 of overlaps, with code = A, hold from 2024-01-01 to 2024-02-01 and from"
        + " 2024-02-01 to 2024-03-01"
    ),
    (
      "visits lookup backward on agency = backward.code as of opened", "T0445",
      "row 1 of backward ends before it begins: from 2024-02-01 to 2024-01-01"
    ),
    (
      "visits lookup agencies on agency = agencies.code as of opened", "T0444",
      "agencies has no column of dates"
    ),
    (
      "visits lookup spans on agency = spans.code as of opened", "T0444",
      "first_day or last_day of spans may say when a row holds"
    ),
    (
      "visits lookup spans on agency = spans.code as of fee", "T0444",
      "a date is expected behind `as of`, and this is a decimal"
    ),
    (
      "payments lookup rates on currency = rates.currency as of paid_on by rates.rate", "T0444",
      "rates.rate holds no dates"
    ),
  ])
  func refuses(query: String, code: String, message: String) throws {
    do throws(QueryError) {
      _ = try Self.database().run(Query(text: query))
      Issue.record("\(query) has an answer")
    } catch {
      #expect(error.diagnostics.map(\.code.id) == [code])
      #expect(error.message == message)
    }
  }

  @Test func explains() throws {
    let lines = try Self.database().snapshot().explain(
      "payments lookup rates on currency = rates.currency as of paid_on")
    #expect(lines.contains("the latest by day that is not after paid_on"), "\(lines)")
  }
}
