import Testing

@testable import Tally

/// `lookup`: at most one row of a table for each row.
@Suite struct LookupTests {
  @Test(arguments: cases) func meetsTheRows(_ test: QueryCase) throws {
    test.check(on: try SampleTables.database())
  }

  static let cases: [QueryCase] = [
    QueryCase(
      "list id, name from visits lookup agencies on agency = agencies.code",
      "id,name\n1,Ministry A\n2,Ministry A\n3,Ministry B\n4,Ministry B\n5,\n6,",
      receipt:
        "6 rows read; 1 row without a match in agencies; 1 row with a missing key for agencies"),
    QueryCase(
      "list id, name from visits lookup agencies on agencies.code = agency where region = \"north\"",
      "id,name\n1,Ministry A\n2,Ministry A"),
    QueryCase(
      "count visits lookup agencies on agency = agencies.code group by agencies.region",
      "region,count\nnorth,2\nsouth,2\n,2"),
    QueryCase(
      "count visits lookup agencies as g on agency = g.code group by g.region",
      "region,count\nnorth,2\nsouth,2\n,2"),
    QueryCase(
      "list id from visits lookup agencies on agency = agencies.code where part >= goal",
      "id",
      receipt: "6 rows read, 0 kept; 1 row without a match in agencies;"
        + " 1 row with a missing key for agencies; part or goal missing in 4 rows, left out"),
    // The receipt names the groups of rows that a step before the lookup left out.
    QueryCase(
      "from visits where level >= 3 then lookup agencies on agency = agencies.code"
        + " then count group by agencies.name",
      "name,count\nMinistry A,1\nMinistry B,1\n,1",
      receipt: "6 rows read, 3 kept; 1 row with a missing key for agencies;"
        + " level missing in 2 rows, left out: Ministry B 1, (missing) 1"),
    QueryCase(
      "list code, people from agencies lookup places on name = places.place",
      "code,people\nA,\nB,\nD,"),
  ]
}
