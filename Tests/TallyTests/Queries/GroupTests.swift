import Testing

@testable import Tally

/// Aggregates, `group by`, `having`, `top`, `across`, `share` and `then`.
@Suite struct GroupTests {
  @Test(arguments: cases) func computesTheGroups(_ test: QueryCase) throws {
    test.check(on: try SampleTables.database())
  }

  static let cases: [QueryCase] =
    [whole, groups, cuts, shares, crossings, steps].flatMap { $0 }

  static let whole: [QueryCase] = [
    QueryCase("count visits", "count\n6", receipt: "6 rows read"),
    QueryCase("count from visits", "count\n6"),
    QueryCase(
      "count visits where level >= 3", "count\n3",
      receipt: "6 rows read, 3 kept; level missing in 2 rows, left out"),
    QueryCase(
      "count fee from visits", "count_fee\n4",
      receipt: "6 rows read; count_fee leaves out 2 missing values"),
    QueryCase("count distinct agency from visits", "count_distinct_agency\n3"),
    QueryCase("sum fee from visits", "sum_fee\n35.75"),
    QueryCase("average fee from visits", "average_fee\n8.9375"),
    QueryCase(
      "min fee, max fee, median fee from visits", "min_fee,max_fee,median_fee\n0.00,20.50,7.625"),
    QueryCase("min opened, max status from visits", "min_opened,max_status\n2024-01-05,paid"),
    QueryCase("first fee as a, last fee as b from visits", "a,b\n10.00,0.00"),
    QueryCase("percentile(fee, 90) as p from visits", "p\n17.35"),
    QueryCase(
      "variance level as v, stddev level as s from visits",
      "v,s\n1.5833333333333333,1.2583057392117916"),
    QueryCase("corr(level, id) as c from visits", "c\n0.8919017444789035"),
    QueryCase("sum fee from visits where false", "sum_fee\n0.00"),
    QueryCase(
      "average fee, min fee, count from visits where false",
      "average_fee,min_fee,count\n,,0"),
    QueryCase(
      "count as total, count with level >= 3 as high, sum fee with status = \"paid\" as paid from visits",
      "total,high,paid\n6,3,10.00"),
    QueryCase("show sum(fee) / count() as each from visits", "each\n5.958333333333333"),
    QueryCase("show max(opened) - min(opened) as range from visits", "range\nP86D"),
    QueryCase("average part from visits", "average_part\n45.725%"),
  ]

  static let groups: [QueryCase] = [
    QueryCase("count visits group by agency", "agency,count\nA,2\nB,2\nC,1\n,1"),
    QueryCase(
      "count visits where level >= 3 group by agency", "agency,count\nA,1\nB,1\n,1",
      receipt:
        "6 rows read, 3 kept; level missing in 2 rows, left out: B 1, C 1 (not in the answer)"),
    QueryCase(
      "sum fee, average fee as mean from visits group by agency",
      "agency,sum_fee,mean\nA,30.50,15.25\nB,5.25,5.25\nC,0.00,\n,0.00,0.0"),
    QueryCase("count visits group by level >= 3 as high", "high,count\nfalse,3\ntrue,3"),
    QueryCase(
      "count visits group by month(opened)", "month,count\n2024-01,2\n2024-02,2\n2024-03,1\n,1"),
    QueryCase(
      "count visits group by \"high\" if level >= 3 else \"low\" as kind",
      "kind,count\nhigh,3\nlow,3"),
    QueryCase(
      "count visits group by agency, status",
      "agency,status,count\nA,open,1\nA,paid,1\nB,open,1\nB,paid,1\nC,,1\n,paid,1"),
    QueryCase(
      "show agency as office, count() as n from visits group by agency",
      "agency,office,n\nA,A,2\nB,B,2\nC,C,1\n,,1"),
    QueryCase(
      "show year(opened) as opened_in, count() as n from visits group by year(opened)",
      "year,opened_in,n\n2024,2024,5\n,,1"),
    // Texts that differ in letter case only are two conditions.
    QueryCase(
      "count with status = \"paid\" as a, count with status = \"PAID\" as b from visits", "a,b\n3,0"
    ),
    QueryCase(
      "count with status contains \"a d\" as a, count with status contains \"ad\" as b from visits",
      "a,b\n0,0"),
    QueryCase("count visits where false group by agency", "agency,count"),
    QueryCase(
      "count with online from visits group by status", "status,count\nopen,1\npaid,2\n,0",
      receipt: "6 rows read; online missing in 2 rows, not counted: open 1, (missing) 1"),
  ]

  static let cuts: [QueryCase] = [
    QueryCase("count visits group by agency having count >= 2", "agency,count\nA,2\nB,2"),
    QueryCase(
      "sum fee from visits group by agency having sum(fee) > 1 and count() > 1",
      "agency,sum_fee\nA,30.50\nB,5.25"),
    QueryCase(
      "count visits where level >= 3 group by agency having agency = \"A\"", "agency,count\nA,1",
      receipt:
        "6 rows read, 3 kept; agency missing in 1 group, left out; level missing in 2 rows, left out: B 1 (not in the answer), C 1 (not in the answer)"
    ),
    QueryCase(
      "sum fee from visits group by agency order by sum_fee desc",
      "agency,sum_fee\nA,30.50\nB,5.25\nC,0.00\n,0.00"),
    QueryCase(
      "count visits group by agency order by count, agency desc", "agency,count\nC,1\n,1\nB,2\nA,2"),
    QueryCase("sum fee from visits group by agency top 1", "agency,sum_fee\nA,30.50"),
    QueryCase(
      "sum fee from visits group by agency bottom 1", "agency,sum_fee\nC,0.00",
      receipt:
        "6 rows read; sum_fee leaves out 2 missing values; 3 rows cut off, 1 tied with the last one shown"
    ),
    QueryCase(
      "sum fee, count from visits group by agency top 1 with rest",
      "agency,sum_fee,count\nA,30.50,2\n(rest),5.25,4"),
    QueryCase("count visits group by level top 1 with rest", "level,count\n3,2\n(rest),4"),
    QueryCase(
      "count visits group by level top 9 with rest then list level", "level\n3\n\"\"\n1\n4"),
    QueryCase("count visits group by level top 1 with rest limit 1", "level,count\n3,2"),
    QueryCase(
      "count visits group by agency, status top 1 by count within agency",
      "agency,status,count\nA,open,1\nB,open,1\nC,,1\n,paid,1"),
  ]

  static let shares: [QueryCase] = [
    QueryCase("share of visits with level >= 3", "share\n50.0%"),
    QueryCase(
      "share of visits with level >= 3 group by agency",
      "agency,share\nA,50.0%\nB,50.0%\nC,0.0%\n,100.0%"),
    QueryCase(
      "share of fee from visits group by agency",
      "agency,share\nA,85.31468531468531%\nB,14.685314685314685%\nC,0.0%\n,0.0%"),
    QueryCase(
      "share of fee with status = \"paid\" from visits group by agency",
      "agency,share\nA,32.786885245901637%\nB,0.0%\nC,\n,",
      receipt:
        "6 rows read; status missing in 1 row, not counted: C 1; share leaves out 2 missing values; 2 divisions by zero gave a missing value"
    ),
    QueryCase(
      "share from visits group by agency",
      "agency,share\nA,33.33333333333333%\nB,33.33333333333333%\nC,16.666666666666666%\n,16.666666666666666%"
    ),
    QueryCase(
      "share of visits within agency group by agency, status",
      "agency,status,share\nA,open,50.0%\nA,paid,50.0%\nB,open,50.0%\nB,paid,50.0%\nC,,100.0%\n,paid,100.0%"
    ),
    QueryCase(
      "share of visits within all group by status",
      "status,share\nopen,33.33333333333333%\npaid,50.0%\n,16.666666666666666%"),
    QueryCase("show share(level >= 3) as s from visits", "s\n50.0%"),
  ]

  static let crossings: [QueryCase] = [
    QueryCase(
      "count visits group by agency across status",
      "agency,open,paid,(missing)\nA,1,1,0\nB,1,1,0\nC,0,0,1\n,0,1,0"),
    QueryCase(
      "count visits group by agency across status with totals",
      "agency,open,paid,(missing),total\nA,1,1,0,2\nB,1,1,0,2\nC,0,0,1,1\n,0,1,0,1\ntotal,2,3,1,6"),
    QueryCase(
      "sum fee, count from visits group by agency across online",
      "agency,false_sum_fee,false_count,true_sum_fee,true_count,(missing)_sum_fee,(missing)_count\n"
        + "A,0.00,0,30.50,2,0.00,0\nB,0.00,1,0.00,0,5.25,1\nC,0.00,0,0.00,0,0.00,1\n,0.00,0,0.00,1,0.00,0"
    ),
    QueryCase("average fee from visits across status", "open,paid,(missing)\n12.875,5.0,"),
    QueryCase(
      "share of visits within agency group by agency across status",
      "agency,open,paid,(missing)\nA,50.0%,50.0%,0.0%\nB,50.0%,50.0%,0.0%\nC,0.0%,0.0%,100.0%\n,0.0%,100.0%,0.0%"
    ),
    QueryCase(
      "count visits group by agency across status order by count desc, agency desc limit 1",
      "agency,open,paid,(missing)\nB,1,1,0"),
    // A key is known in every cell.
    QueryCase(
      "show level * count() as n from visits where level is not missing group by level across online",
      "level,false,true\n1,0,1\n3,3,3\n4,0,4"),
  ]

  static let steps: [QueryCase] = [
    QueryCase("sum fee from visits group by agency then count", "count\n4"),
    QueryCase(
      "sum fee as s from visits group by agency then where s > 1 then list agency", "agency\nA\nB"),
    QueryCase("from visits then where level >= 3 then count", "count\n3"),
    QueryCase(
      "count visits group by agency, status then count group by agency",
      "agency,count\nA,2\nB,2\nC,1\n,1"),
    QueryCase("count (visits where level >= 3)", "count\n3"),
    QueryCase("sum count as n from (count visits group by agency)", "n\n6"),
    QueryCase("count visits group by agency then average `count`", "average_count\n1.5"),
    QueryCase("list id, fee from visits top 2 by fee then sum fee", "sum_fee\n30.50"),
  ]
}
