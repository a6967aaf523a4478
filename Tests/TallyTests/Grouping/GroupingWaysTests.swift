import Testing

@testable import Tally
@testable import TallySyntax

/// Every way to group, and to keep the best rows of groups, gives the same answer to the last bit.
@Suite struct GroupingWaysTests {
  private static let rowCount = 3000

  /// Keys that are scattered, dense, skewed, text or missing here and there, and values of several
  /// widths.
  private func makeTable(seed: UInt64) throws -> Table {
    var random = RandomSource(seed: seed)
    var columns: [Column] = []
    let kinds: [(Int, Int, (inout RandomSource) -> Int64)] = [
      // Far apart, with a few outliers.
      (0, 0, { Int64($0.chance(1) ? 4_000_000_000 : $0.below(1_000_000)) }),
      (0, 10, { Int64($0.below(1200)) - 600 }),
      // Half of the rows have one key, many have few others.
      (0, 0, { $0.chance(50) ? 77 : Int64($0.below(20) * $0.below(20)) }),
      (0, 0, { Int64($0.below(5)) + 1 }),
      (6, 15, { Int64($0.below(100_000_000)) - 20 }),
      (0, 100, { _ in 0 }),
      (0, 0, { Int64($0.below(60_000)) }),
    ]
    for (scale, missing, make) in kinds {
      var values: [Int64?] = []
      for _ in 0..<Self.rowCount {
        values.append(random.chance(missing) ? nil : make(&random))
      }
      columns.append(
        try Column.integers(values, type: scale == 0 ? .integer : .decimal(scale: scale)))
    }
    var texts: [String?] = []
    for _ in 0..<Self.rowCount {
      texts.append(random.chance(5) ? nil : "t\(random.below(40))")
    }
    columns.append(try Column.texts(texts))
    columns.append(try Self.plain((0..<Self.rowCount).map { _ in Self.short(&random) }))
    columns.append(try Self.plain((0..<Self.rowCount).map { _ in Self.long(&random) }))
    return Table(
      names: ["far", "near", "hot", "v", "w", "none", "u", "s", "p", "q"], columns: columns,
      rowCount: Self.rowCount)
  }

  /// Texts of one beginning and few bytes behind it.
  private static func short(_ random: inout RandomSource) -> String? {
    random.chance(3) ? nil : "id00\(random.below(2500))"
  }

  /// Addresses, some of them frequent, some with zero bytes at the end.
  private static func long(_ random: inout RandomSource) -> String? {
    if random.chance(4) { return nil }
    let host = random.chance(40) ? 0 : random.below(30) * random.below(30)
    let end = String(repeating: "\0", count: random.chance(10) ? random.below(12) : 0)
    return "https://www.h\(host).example/\(random.chance(70) ? random.below(3000) : 7)" + end
  }

  private static func plain(_ texts: [String?]) throws -> Column {
    let validity = try Bitmap(count: texts.count, filled: true)
    for (row, text) in texts.enumerated() where text == nil { validity.clear(row) }
    let heap = try TextHeap(texts.map { $0 ?? "" })
    return Column(type: .text, count: texts.count, payload: .plain(heap), validity: validity)
  }

  private func plan(_ query: String, _ table: Table) throws -> QueryPlan {
    var environment = Environment()
    environment.tables["t"] = Environment.NamedTable(name: "t", table: table)
    let source = SourceText(query)
    let tree = try #require(parseQuery(source).query)
    return try Binder(environment: environment, source: source).plan(tree)
  }

  private func context(
    _ number: Int, budget: MemoryBudget? = nil, cancellation: Cancellation = Cancellation()
  ) -> RunContext {
    RunContext(
      budget: budget, workerCount: [1, 2, 3][number % 3], batchRows: [7, 64, 1000][number / 3 % 3],
      leastParallelRows: 0, grouping: GroupTuning.choices[number % 5], cancellation: cancellation)
  }

  private static let queries = [
    "sum v, average w, count from t group by far, near, s",
    "min w, max w, count(w), sum w from t group by far, hot",
    "sum v, sum w, average u, min u, max v, sum none from t group by far",
    "count t group by near, hot, s", "max none, average none from t group by far, s",
    // Keys of 71, 74 and 68 bits.
    "sum u, count, max near from t group by far, w, v, hot",
    "count, sum v from t group by hot, far, s, w", "average u from t group by s, far, w, v",
    "sum(u) - sum(v) as rest from t group by far having rest > 5 order by rest desc limit 20",
    "median u, stddev v, corr(v, hot), count(distinct s), min w from t group by near",
    "count(distinct u), count(distinct far), count(distinct s) from t",
    "list far, w from t top 2 by w within hot", "list far, u from t bottom 3 by u within near",
    "list far from t where w is not missing top 5 by v", "list s, w from t bottom 60 by w",
    "sum v, average w, count from t group by p", "sum v, min w from t group by q, near",
    "count(distinct p), count(distinct q) from t", "count(distinct q), sum v from t group by near",
    "count(distinct q) from t", "count t where v > 2 group by q",
    "sum v, average w from t where u > 30000 group by q",
    "sum u from t where v > 1 group by p, near",
    "count(distinct q), count(distinct p) from t where u > 500 and hot > 0",
    "sum v, max none from t where near > 0 group by q", "median w from t where u > 500 group by q",
    "list p, w from t order by p limit 12", "list q from t order by q desc limit 30",
    "list q, p from t order by q, p", "list far, u from t top 2 by u within far",
    "list hot, v from t bottom 3 by v within hot",
    "sum u, average w, count, min near from t group by far across v with totals",
    "sum w, max none, count from t group by far, hot across s with totals",
    "sum(w) / sum(v) as part from t group by hot, u across v, s",
    "sum u, average none, count from t group by far, near, hot with totals",
    "sum w as total from t group by far, hot with totals order by total desc limit 40",
    "sum w as total from t group by far, hot across v top 9 by total with rest",
  ]

  @Test func rowsArePartitionedWhereKeysAreMany() throws {
    let table = try makeTable(seed: 3)
    for (number, query) in Self.queries.prefix(8).enumerated() {
      let step = try plan(query, table).steps[0]
      let context = context(2)
      let source = try RowInput(step.rows, of: table, answers: [], context: context)
      let groups = try #require(step.groups).answered(by: [], source)
      let strategy = try GroupStrategy(source, groups, context: context)
      guard case .partitioned = strategy else {
        Issue.record("\(number): \(strategy)")
        continue
      }
      #expect(strategy.explanation(rowCount: 1).contains("ranges of keys"))
    }
  }

  @Test(arguments: queries) func memoryThatIsNotThereIsAnError(query: String) throws {
    let table = try makeTable(seed: 4)
    let plan = try plan(query, table)
    for number in [0, 2, 3, 7] {
      let expected = try QueryRunner(context: context(number)).run(plan)
      var hasFailed = false
      for limit in [0, 2000, 20_000, 60_000, 200_000, 1 << 30] {
        let budget = MemoryBudget(limit: limit)
        do throws(QueryError) {
          let found = try QueryRunner(context: context(number, budget: budget)).run(plan)
          #expect(found.rowCount == expected.rowCount)
        } catch {
          hasFailed = true
          #expect(error.kind == .memory && limit < 1 << 30)
          // What failed has given back all that it held.
          #expect(budget.used == 0)
        }
      }
      #expect(hasFailed)
    }
  }

  @Test(arguments: queries) func cancelledRunsEnd(query: String) throws {
    let plan = try plan(query, try makeTable(seed: 5))
    for number in 0..<5 {
      let cancellation = Cancellation()
      cancellation.cancel()
      let context = context(number, cancellation: cancellation)
      let error = #expect(throws: QueryError.self) { try QueryRunner(context: context).run(plan) }
      #expect(error?.kind == .cancelled)
    }
  }
}
