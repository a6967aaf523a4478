import Testing

@testable import Tally

/// Laws of windows, bands, comparisons and gaps that are filled, whatever the answers are.
@Suite struct WindowLawTests {
  static let seeds = Array(1...12)
  static let queriesPerSeed = (OracleTests.setting("TALLY_ORACLE_QUERIES") ?? 60) / 12

  /// Asks `body` for random windows, with the order that they need; those without meaning are left
  /// out.
  private func forEachWindow(
    seed: Int,
    _ body: (_ window: String, _ order: String, RandomTables, EngineRun) throws(QueryError) -> Void
  ) throws {
    var asked = 0
    for number in 0..<Self.queriesPerSeed {
      let tables = RandomTables(seed: seed &* 6_700_417 &+ number)
      var queries = RandomQueries(seed: seed &* 524_287 &+ number, tables: tables)
      let (window, order) = queries.windowInOrder()
      do throws(QueryError) {
        try body(window, order, tables, EngineRun(number))
        asked += 1
      } catch {
        #expect(error.kind == .type || error.kind == .overflow, "\(window)\(order): \(error)")
      }
    }
    #expect(asked * 2 > Self.queriesPerSeed, "\(asked) of \(Self.queriesPerSeed)")
  }

  private func rows(_ query: String, _ tables: RandomTables, _ run: EngineRun)
    throws(QueryError) -> [[CellValue]]
  {
    OracleTable(try run.answer(query, tables)).rows
  }

  /// Where the order tells all rows apart, it does not matter how they stood.
  @Test(arguments: seeds) func windowsDoNotDependOnHowRowsStood(seed: Int) throws {
    var random = RandomSource(seed: UInt64(seed))
    try forEachWindow(seed: seed) { (window, order, tables, run) throws(QueryError) in
      let query = "list row, \(window) as seen from t\(order), row then list row, seen order by row"
      let before = try rows(query, tables, run)
      var shuffled = tables
      shuffled.facts.rows.shuffle(using: &random)
      #expect(try rows(query, shuffled, run) == before, "\(query)")
    }
  }

  /// Rows that a condition keeps see what they see in a table of these rows alone.
  @Test(arguments: seeds) func conditionsDecideWhatWindowsSee(seed: Int) throws {
    try forEachWindow(seed: seed) { (window, order, tables, run) throws(QueryError) in
      let condition = "k > 3 or s = \"A\" or i is missing"
      let list = "list row, \(window) as seen from"
      let kept = try rows("\(list) t where \(condition)\(order)", tables, run)
      let alone = try rows("\(list) (t where \(condition))\(order)", tables, run)
      #expect(kept == alone, "\(list)\(order)")
      // A window in `where` sees the rows before, whatever it keeps.
      let all = try rows("\(list) t\(order)", tables, run)
      let known = try rows(
        "list row from t where (\(window)) is not missing\(order)", tables, run)
      #expect(known.map(\.[0]) == all.filter { $0[1] != .missing }.map(\.[0]), "\(window)\(order)")
    }
  }

  /// A table of two copies that a key tells apart has every window twice.
  @Test(arguments: seeds) func partitionsKnowNothingOfEachOther(seed: Int) throws {
    for number in 0..<Self.queriesPerSeed {
      let tables = RandomTables(seed: seed &* 6_700_417 &+ number)
      let run = EngineRun(number)
      let windows =
        "rank(w within C) as a, running(d within C) as b, previous(q within C) as c,"
        + " average(e within C over last 3) as e1, tile(k, 3 within C) as f1,"
        + " share(w within C) as g, first(s within C) as h, row_number(within C) as n"
      let one = try rows(
        "list row, \(windows.replacing("C", with: "all")) from t order by day, row", tables, run)
      let two = try rows(
        "list row, 1 as copy from t append (list row, 2 as copy from t)"
          + " then lookup (list row, w, d, q, e, k, s, day from t) as t on row"
          + " then list row, \(windows.replacing("C", with: "copy")) order by copy, day, row",
        tables, run)
      #expect(two == one + one, "seed \(seed), \(number)")
    }
  }

  /// What `fill` adds are groups of nothing: leaving them out gives the groups as they were.
  @Test(arguments: seeds) func filledGroupsAreThoseOfNoRows(seed: Int) throws {
    for number in 0..<Self.queriesPerSeed {
      let tables = RandomTables(seed: seed &* 7_368_787 &+ number)
      let run = EngineRun(number)
      for keys in ["month(day)", "week(day), b", "m, bands(d, 0, 2)", "y, s", "day in @2024, k"] {
        let head = "count, sum d, max s from t where k is not missing group by \(keys)"
        let plain = try rows(head, tables, run)
        let filled = try rows("\(head) fill missing", tables, run)
        let keyCount = keys.split(separator: ",", omittingEmptySubsequences: true).count
        let count = keys.contains("bands") ? 2 : keyCount
        #expect(filled.filter { $0[count] != .missing } == plain, "\(keys)")
        #expect(filled.count >= plain.count, "\(keys)")
      }
    }
  }

  /// Changes from one group to the next add up to the difference of the last and the first.
  @Test(arguments: seeds) func changesAddUp(seed: Int) throws {
    for number in 0..<Self.queriesPerSeed {
      let tables = RandomTables(seed: seed &* 7_368_787 &+ number)
      let run = EngineRun(number)
      let head = "sum d as x from t where day is not missing group by month(day) fill 0"
      let found = try rows(
        "\(head) vs previous month then sum change as all, last(x) as z, first(x) as y"
          + " then list all = z - y or all = 0", tables, run)
      #expect(found.allSatisfy { $0 == [.boolean(true)] }, "\(found)")
    }
  }

  /// Bands are the rows between their bounds, and all of them are all rows.
  @Test(arguments: seeds) func bandsPartTheRows(seed: Int) throws {
    for number in 0..<Self.queriesPerSeed {
      let tables = RandomTables(seed: seed &* 7_368_787 &+ number)
      let run = EngineRun(number)
      let bands = try rows("count t group by bands(w, -100, 0, 30000) as g", tables, run)
      let counts = try rows(
        "count with w < -100, count with w >= -100 and w < 0, count with w in 0..<30000,"
          + " count with w >= 30000, count with w is missing from t", tables, run)
      #expect(bands.map(\.[1]) == counts[0].filter { $0 != .integer(0) })
    }
  }
}

extension RandomQueries {
  /// A window of rows, and the order that it needs as a clause.
  mutating func windowInOrder() -> (window: String, order: String) {
    reset()
    mayDefine = false
    let name = random.pick(["day", "at", "w", "q", "m"])
    let type = scope.first { $0.text == name }?.type ?? .integer
    plannedOrder = [(Name(text: name, type: type), chance(30), false)]
    return (rowWindow()?.text ?? "row_number()", plannedClause)
  }
}
