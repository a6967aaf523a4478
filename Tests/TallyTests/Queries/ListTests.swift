import Testing

@testable import Tally

/// `list`, `add`, `order by`, `top` and `limit` over rows.
@Suite struct ListTests {
  @Test(arguments: cases) func givesOutTheRows(_ test: QueryCase) throws {
    test.check(on: try SampleTables.database())
  }

  static let cases: [QueryCase] = [columns, order, cuts, values].flatMap { $0 }

  static let columns: [QueryCase] = [
    QueryCase("list agencies", SampleTables.agencies, receipt: "3 rows read"),
    QueryCase("from agencies", SampleTables.agencies),
    QueryCase("list code, name from agencies where region = \"south\"", "code,name\nB,Ministry B"),
    QueryCase("list code as c, code from agencies limit 1", "c,code\nA,A"),
    QueryCase("list code, code from agencies limit 1", "code,code_2\nA,A"),
    QueryCase(
      "list distinct agency from visits", "agency\nA\nB\n\"\"\nC"),
    QueryCase(
      "list distinct status, online from visits where online", "status,online\npaid,true\nopen,true"
    ),
    QueryCase(
      "list id, fee * 8% as vat from visits where id <= 2", "id,vat\n1,0.8000\n2,1.6400",
      receipt: "6 rows read, 2 kept"),
    QueryCase("list fee + 1 from visits limit 1", "fee + 1\n11.00"),
    QueryCase(
      "from visits add fee / level as each where each > 1",
      "id,agency,level,fee,status,opened,online,part,each\n"
        + "1,A,1,10.00,paid,2024-01-05,true,50.0%,10.0\n"
        + "2,A,3,20.50,open,2024-01-20,true,32.9%,6.833333333333333"),
    QueryCase("from visits add id * 2 as id where id = 4 then list id", "id\n4"),
  ]

  static let order: [QueryCase] = [
    QueryCase("list id from visits order by fee desc", "id\n2\n1\n4\n5\n3\n6"),
    QueryCase("list id from visits order by fee", "id\n5\n4\n1\n2\n3\n6"),
    QueryCase("list id from visits order by agency, id desc", "id\n2\n1\n4\n3\n6\n5"),
    QueryCase("list id from visits order by level desc, fee", "id\n5\n2\n3\n1\n4\n6"),
    QueryCase(
      "list id, -fee as down from visits where fee > 0 order by down",
      "id,down\n2,-20.50\n1,-10.00\n4,-5.25"),
    QueryCase(
      "list id from visits order by opened desc limit 2", "id\n5\n4",
      receipt: "6 rows read; 4 rows cut off; 1 row without a value to rank by stands last"),
    QueryCase("list place from places order by place", "place\nHÀ NỘI\nHà Nội\nha noi\nĐà Nẵng"),
  ]

  static let cuts: [QueryCase] = [
    QueryCase("list id from visits limit 2", "id\n1\n2", receipt: "6 rows read; 4 rows cut off"),
    QueryCase("list id from visits limit 2 skip 3", "id\n4\n5"),
    QueryCase("list id from visits limit 9 skip 5", "id\n6"),
    QueryCase("list id from visits limit 0", "id"),
    QueryCase("list id, fee from visits top 2 by fee", "id,fee\n2,20.50\n1,10.00"),
    QueryCase("list id, fee from visits bottom 2 by fee", "id,fee\n5,0.00\n4,5.25"),
    QueryCase(
      "list id, level from visits top 2 by level", "id,level\n5,4\n2,3",
      receipt: "6 rows read; 4 rows cut off, 1 tied with the last one shown; "
        + "2 rows without a value to rank by stand last"),
    QueryCase(
      "list id from visits order by status limit 2 skip 1", "id\n4\n1",
      receipt: "6 rows read; 4 rows cut off, 2 tied with the last one shown; "
        + "1 row without a value to rank by stands last"),
    QueryCase(
      "list id from visits order by status limit 1", "id\n2",
      receipt: "6 rows read; 5 rows cut off, 1 tied with the last one shown; "
        + "1 row without a value to rank by stands last"),
    QueryCase("list id from visits top 1 by fee within agency", "id\n2\n4\n6\n5"),
    QueryCase("list id from visits order by id desc top 3 by fee", "id\n4\n2\n1"),
    QueryCase("list id from visits top 3 by fee limit 1 skip 1", "id\n1"),
  ]

  static let values: [QueryCase] =
    ([
      ("1 + 2 * 3", "7"), ("7 / 2", "3.5"), ("7 div 2", "3"), ("-7 div 2", "-4"), ("7 mod 2", "1"),
      ("-7 mod 2", "1"), ("7 mod -2", "-1"), ("1 / 3", "0.3333333333333333"), ("1 / 0", ""),
      ("7 mod 0", ""), ("0.1 + 0.2", "0.3"), ("1.50 * 2", "3.00"), ("1.5 * 1.5", "2.25"),
      ("50% + 10%", "60%"), ("200 * 55%", "110.00"), ("50% * 50%", "25.00%"),
      ("10% / 3", "3.333333333333333%"),
      ("50% / 20%", "2.5"), ("30 days + 36 hours", "P31DT12H"),
      ("@2024-03-31 - @2024-03-01", "P30D"),
      ("@2024-01-31 + 1 month", "2024-02-29"), ("@2024-02-29 - 1 year", "2023-02-28"),
      ("@2024-03-01 - 1 day", "2024-02-29"), ("@2024-01 + 1", "2024-02"),
      ("@2024-03 - @2023-12", "3"), ("@2024-01-01T10:00 + 90 minutes", "2024-01-01T11:30:00"),
      ("2 days / 12 hours", "4.0"), ("1 if 2 > 1 else 0", "1"), ("missing if true else 3", ""),
      ("\"a\" if false else \"b\"", "b"), ("1 if missing = 1 else 2", "2"), ("today", "2024-03-15"),
      ("9223372036854775807 + 0", "9223372036854775807"), ("-(-3)", "3"), ("0 + -2.5", "-2.5"),
      ("1 = 1.0", "true"), ("not (1 > 2)", "true"), ("2 in 1..3", "true"),
    ] as [(String, String)]).map {
      QueryCase("list \($0.0) as x from agencies limit 1", "x\n\($0.1.isEmpty ? "\"\"" : $0.1)")
    }
}
