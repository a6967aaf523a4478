import Testing

@testable import Tally

/// Keys that compute many different texts are computed first and numbered. Where a condition drops
/// rows they are not: both ways must give one answer.
@Suite struct ComputedTextsTests {
  static let keys = [
    "concat(url, \"!\")", "ms div 500, lower(url)", "coalesce(upper(url), \"none\"), url",
    "upper(url) across ms div 500", "ms div 500, concat(url, \"!\") with totals",
  ]

  @Test(arguments: keys) func answersDoNotDependOnTheWay(_ key: String) throws {
    let database = try KnownNumbersTests.database()
    let first = Query(text: "count, sum ms, count(distinct ms) from x group by \(key)")
    let second = Query(
      text: "count, sum ms, count(distinct ms) from x where ms >= 0 group by \(key)")
    let expected = try database.run(second, limits: Limits(threads: 1)).formatted(.csv)
    let answer = try database.run(first, limits: Limits(threads: 3))
    #expect(answer.formatted(.csv) == expected)
    #expect(try database.explain(first).contains("number the texts of"))
  }

  /// Texts of many rows are collected by all workers.
  @Test func computedColumnsAreInOrder() throws {
    let database = try KnownNumbersTests.database()
    let text = "list concat(url, \"-\", url) as long, url from x"
    let answer = try database.run(Query(text: text), limits: Limits(threads: 3))
    let (long, url) = (answer.columns[0], answer.columns[1])
    #expect(long.missingCount == url.missingCount && long.missingCount > 0)
    for row in 0..<answer.rowCount {
      guard case .text(let text) = url[row] else {
        #expect(long[row] == .missing)
        continue
      }
      #expect(long[row] == .text("\(text)-\(text)"))
    }
  }
}
