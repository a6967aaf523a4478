import Testing

@testable import Tally

/// Aggregates of distinct values.
@Suite struct DistinctTests {
  @Test(arguments: [
    QueryCase(
      "sum distinct level, average distinct level as mean, sum level as all from visits",
      "sum_distinct_level,mean,all\n8,2.6666666666666665,11",
      receipt: "6 rows read; sum_distinct_level leaves out 2 missing values;"
        + " average_distinct_level leaves out 2 missing values; sum_level leaves out 2 missing values"
    ),
    QueryCase(
      "sum distinct level group by agency".from("visits"),
      "agency,sum_distinct_level\nA,4\nB,3\nC,0\n,4"),
    QueryCase("show sum(distinct level with id > 2) as s from visits", "s\n7"),
    QueryCase("max distinct level as m, median(distinct level) as d from visits", "m,d\n4,3.0"),
    QueryCase("sum distinct level from visits where id > 9", "sum_distinct_level\n0"),
    QueryCase(
      "sum distinct goal as goals from agencies join many visits on code = visits.agency",
      "goals\n60.0%"),
  ])
  func answers(_ test: QueryCase) throws { test.check(on: try SampleTables.database()) }

  @Test(arguments: [
    "sum distinct level from visits group by agency top 1 with rest",
    "sum distinct level from visits group by agency across status with totals",
  ])
  func totalsAreRefused(query: String) throws {
    let database = try SampleTables.database()
    do throws(QueryError) {
      _ = try database.run(Query(text: query))
      Issue.record("\(query) has an answer")
    } catch {
      #expect(error.diagnostics.map(\.code.id) == ["T0424"])
    }
  }
}

extension String {
  fileprivate func from(_ table: String) -> String {
    replacing(" group by", with: " from \(table) group by")
  }
}
