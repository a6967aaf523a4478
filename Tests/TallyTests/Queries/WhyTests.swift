import Testing

@testable import Tally
@testable import TallySyntax

/// `why`: contributions to a change, which add up to it.
@Suite struct WhyTests {
  @Test(arguments: [
    QueryCase(
      "why count visits between @2024-01 and @2024-02 by agency",
      "agency,before,after,change,share\nA,2,0,-2,\nB,0,2,2,"),
    QueryCase(
      "why sum fee from visits between @2024-01 and @2024-02 on opened by agency",
      "agency,before,after,change,share\nA,30.50,0.00,-30.50,120.79207920792079%\n"
        + "B,0.00,5.25,5.25,-20.79207920792079%"),
    QueryCase(
      "why count with level >= 3 from visits between @2024-Q1 and @2024-Q2 by agency",
      "agency,before,after,change,share\nA,1,0,-1,33.33333333333333%\n"
        + "B,1,0,-1,33.33333333333333%\n,1,0,-1,33.33333333333333%"),
    QueryCase(
      "why count visits between @2024-01 and @2024-Q1 where agency = \"A\" by month(opened) as m",
      "m,before,after,change,share\n2024-01,2,2,0,"),
    QueryCase(
      "why count visits between @2023 and @2022 by agency", "agency,before,after,change,share"),
  ])
  func contributionsAreRanked(_ test: QueryCase) throws {
    test.check(on: try SampleTables.database())
  }

  @Test(arguments: [
    (
      "why average fee from visits between @2024-01 and @2024-02 by agency", "T0472",
      "the average of groups do not add up to that of all rows, so no group has a part in its"
        + " change"
    ),
    (
      "why sum of fee / 2 from visits between @2024-01 and @2024-02 by agency", "T0472",
      "floating numbers don't add up exactly"
    ),
    (
      "why count agencies between @2024-01 and @2024-02 by region", "T0473",
      "the rows have no dates that lie in two periods"
    ),
    (
      "why count (from visits add start(month(opened)) as begun) between @2024-01 and @2024-02"
        + " by agency", "T0101", ""
    ),
    (
      "why sum fee from (from visits add start(month(opened)) as begun) between @2024-01 and"
        + " @2024-02 by agency", "T0473",
      "the rows have several dates: say which one lies in the periods"
    ),
    ("why sum agency from visits between @2024-01 and @2024-02 by agency", "T0413", "sum can't"),
  ])
  func isRefused(query: String, code: String, message: String) throws {
    do throws(QueryError) {
      _ = try SampleTables.database().run(Query(text: query), today: SampleTables.today)
      Issue.record("\(query) was answered")
    } catch {
      if code == "T0101" { return }
      #expect(error.diagnostics.first?.code.id == code, "\(query)\n\(error.message)")
      #expect(error.message.hasPrefix(message), "\(error.message)")
    }
  }

  /// What the groups contributed adds up exactly to the change of the whole, whatever the groups.
  @Test(arguments: 1...12) func contributionsAddUp(seed: Int) throws {
    for number in 0..<15 {
      let tables = RandomTables(seed: seed &* 31 &+ number)
      var queries = RandomQueries(seed: seed &* 7_001 &+ number, tables: tables)
      let (key, second, test) = (queries.key(), queries.key(), queries.predicate())
      let rows = "from t between @2024-01 and @2024-02 on day"
      for (verb, whole) in [("sum d", "sum d"), ("count", "count"), ("sum len", "sum len")] {
        guard
          let parts = try? answer("why \(verb) \(rows) where \(test) by \(key), \(second)", tables)
        else { continue }
        func total(_ period: String) throws -> Int128 {
          let query = "\(whole) from t where (\(test)) and day in \(period)"
          return try EngineRun().answer(query, tables).columns[0][0].stored
        }
        let change = parts.columns[parts.columnCount - 2]
        let sum = (0..<parts.rowCount).reduce(Int128(0)) { $0 + change[$1].stored }
        #expect(try sum == total("@2024-02") - total("@2024-01"), "\(verb) \(test) \(key)")
        let sizes = (0..<parts.rowCount).map { change[$0].stored.magnitude }
        #expect(sizes == sizes.sorted(by: >))
      }
    }
  }

  private func answer(_ text: String, _ tables: RandomTables) throws -> Table {
    let database = Database()
    database["t"] = try tables.facts.table()
    return try database.run(Query(text: text), today: EngineRun.today)
  }
}
