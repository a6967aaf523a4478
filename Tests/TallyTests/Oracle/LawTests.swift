import Testing

@testable import Tally

/// Laws that hold for any table and any query, whatever the answers are.
@Suite struct LawTests {
  static let seeds = Array(1...24)
  static let queriesPerSeed = (OracleTests.setting("TALLY_ORACLE_QUERIES") ?? 60) / 4

  /// Puts conditions of random queries to `body`; those that have no meaning are left out.
  private func forEachCondition(
    seed: Int, _ body: (String, RandomTables, EngineRun) throws(QueryError) -> Void
  ) throws {
    var asked = 0
    for number in 0..<Self.queriesPerSeed {
      let tables = RandomTables(seed: seed &* 7_919 &+ number / 4)
      var queries = RandomQueries(seed: seed &* 104_729 &+ number, tables: tables)
      let condition = queries.predicate()
      do throws(QueryError) {
        try body(condition, tables, EngineRun(number))
        asked += 1
      } catch {
        #expect(error.kind == .type || error.kind == .overflow, "\(condition): \(error)")
      }
    }
    #expect(asked * 2 > Self.queriesPerSeed, "too few conditions mean something")
  }

  private func number(_ query: String, _ tables: RandomTables, _ run: EngineRun)
    throws(QueryError) -> CellValue
  {
    try run.answer(query, tables).columns[0][0]
  }

  /// Every row is where a condition holds or where it doesn't, and never in both.
  @Test(arguments: seeds) func conditionsPartitionTheRows(seed: Int) throws {
    try forEachCondition(seed: seed) { (condition, tables, run) throws(QueryError) in
      let kept = try run.answer("list row from t where \(condition)", tables)
      let rest = try run.answer("list row from t where not (\(condition))", tables)
      let rows = OracleTable(kept).column(0) + OracleTable(rest).column(0)
      #expect(
        Set(rows).count == rows.count && rows.count == tables.facts.rows.count, "\(condition)")
    }
  }

  /// The rows that a condition keeps are as many as those for which it is true.
  @Test(arguments: seeds) func countsAreSumsOfConditions(seed: Int) throws {
    try forEachCondition(seed: seed) { (condition, tables, run) throws(QueryError) in
      let kept = try number("count t where \(condition)", tables, run)
      for query in [
        "sum one from t add (1 if \(condition) else 0) as one", "count with \(condition) from t",
        "sum(1 with \(condition)) from t", "count t add \(condition) as holds where holds = true",
      ] {
        #expect(try number(query, tables, run) == kept, "\(query)")
      }
    }
  }

  /// What is the same condition in other words keeps the same rows.
  @Test(arguments: seeds) func equalConditionsKeepEqualRows(seed: Int) throws {
    try forEachCondition(seed: seed) { (condition, tables, run) throws(QueryError) in
      let rows = OracleTable(try run.answer("list row from t where \(condition)", tables)).rows
      for other in [
        "not (not (\(condition)))", "(\(condition)) and true", "(\(condition)) or false",
        "(true if \(condition) else false)", "(\(condition)) and (\(condition))",
        "row in (list row from t where \(condition))",
      ] {
        let found = try run.answer("list row from t where \(other)", tables)
        #expect(OracleTable(found).rows == rows, "\(other)")
      }
      let steps = try run.answer("from t where \(condition) then list row", tables)
      #expect(OracleTable(steps).rows == rows, "\(condition) in a step of its own")
    }
  }

  /// A table twice over has groups of twice as many rows and twice the sums, and no other extremes.
  @Test(arguments: seeds) func doubledRowsDoubleSums(seed: Int) throws {
    for number in 0..<Self.queriesPerSeed {
      var tables = RandomTables(seed: seed &* 15_485_863 &+ number)
      var queries = RandomQueries(seed: seed &* 32_452_843 &+ number, tables: tables)
      let key = queries.key()
      let query =
        "count, sum d, sum w, min q, max v, average p, count(distinct s), share"
        + " from t group by \(key) as key"
      let run = EngineRun(number)
      let once = try run.answer(query, tables)
      tables.facts.rows += tables.facts.rows
      let twice = try run.answer(query, tables)
      let (first, second) = (OracleTable(once), OracleTable(twice))
      #expect(first.rows.count == second.rows.count, "\(query)")
      for (row, other) in zip(first.rows, second.rows) {
        for index in row.indices {
          let isDoubled = (1...3).contains(index)
          let expected =
            isDoubled
            ? CellValue(stored: row[index].stored * 2, type: first.types[index], wide: true)
            : row[index]
          #expect(other[index] == expected, "\(query) \(first.names[index])")
        }
      }
    }
  }

  /// Groups do not depend on the order of rows.
  @Test(arguments: seeds) func groupsDoNotDependOnTheOrderOfRows(seed: Int) throws {
    var random = RandomSource(seed: UInt64(seed))
    var answered = 0
    for number in 0..<Self.queriesPerSeed {
      var tables = RandomTables(seed: seed &* 49_979_687 &+ number)
      var queries = RandomQueries(seed: seed &* 67_867_967 &+ number, tables: tables)
      let query =
        "count, sum v, average f, median d, variance w, corr(k, i), max s, share of p"
        + " from t group by \(queries.key()) as key"
      let run = EngineRun(number)
      let before: Table
      do throws(QueryError) {
        before = try run.answer(query, tables)
      } catch {
        continue
      }
      answered += 1
      tables.facts.rows.shuffle(using: &random)
      let after = try run.answer(query, tables)
      #expect(OracleTable(before).rows == OracleTable(after).rows, "\(query)")
      #expect(before.receipt == after.receipt, "\(query)")
    }
    #expect(answered * 2 >= Self.queriesPerSeed, "\(answered) of \(Self.queriesPerSeed)")
  }
}

extension RandomQueries {
  /// A condition on the rows of `t`.
  mutating func predicate() -> String {
    reset()
    mayDefine = false
    return condition(3)
  }

  /// A key of groups of the rows of `t`.
  mutating func key() -> String {
    reset()
    mayDefine = false
    return leaf(random.pick(Self.types))
  }
}
