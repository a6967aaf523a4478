#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif
import Testing

@testable import Tally
@testable import TallySyntax

/// The engine held to the oracle on random tables and queries.
///
/// `TALLY_ORACLE_QUERIES` raises the number of queries of each seed, `TALLY_ORACLE_SEED` begins at
/// another seed.
@Suite struct OracleTests {
  static let queriesPerSeed = setting("TALLY_ORACLE_QUERIES") ?? 60
  static let firstSeed = setting("TALLY_ORACLE_SEED") ?? 1
  static let seeds = Array(firstSeed..<firstSeed + 40)

  static func setting(_ name: String) -> Int? {
    getenv(name).flatMap { Int(String(cString: $0)) }
  }

  @Test(arguments: seeds)
  func answersAsTheOracle(seed: Int) throws {
    var tally = Comparison.Tally()
    for number in 0..<Self.queriesPerSeed {
      let tables = RandomTables(seed: seed &* 100_003 &+ number / 4)
      var queries = RandomQueries(seed: seed &* 1_000_003 &+ number, tables: tables)
      let comparison = Comparison(tables: tables, query: queries.query())
      tally.add(try comparison.run(EngineRun(number)))
      if tally.differences > 3 { break }
    }
    // The generator must make queries that mean something.
    #expect(tally.answered * 100 >= tally.asked * 60, "\(tally)")
  }
}

/// One query put to the engine and to the oracle.
struct Comparison {
  let tables: RandomTables
  let query: String

  /// What came of several comparisons.
  struct Tally: CustomStringConvertible {
    var asked = 0
    var answered = 0
    var differences = 0

    mutating func add(_ outcome: Outcome) {
      asked += 1
      if outcome == .answered { answered += 1 }
      if outcome == .differs { differences += 1 }
    }

    var description: String { "\(answered) of \(asked) answered, \(differences) differ" }
  }

  enum Outcome { case answered, refused, skipped, differs }

  /// Asks both and records an issue where they differ.
  func run(_ run: EngineRun) throws -> Outcome {
    guard let script = OracleScript(query) else {
      let diagnostics = parseScript(SourceText(query)).diagnostics
      report("the parser refuses it: \(diagnostics.map(\.message))", "")
      return .differs
    }
    let (tree, source) = (script.query, script.source)
    var expected: Result<OracleAnswer, any Error>
    do {
      expected = .success(try oracle(script, isEager: true).answer(tree, source))
    } catch {
      if case Refusal.undetermined = error { return .skipped }
      expected = .failure(error)
    }
    let found: Result<Table, QueryError>
    do throws(QueryError) {
      found = .success(try run.answer(tree, source, tables))
    } catch {
      found = .failure(error)
    }
    var isEager = true
    if case .failure(Refusal.overflow) = expected, case .success = found {
      // What no row of a result asks for need not be computed.
      isEager = false
      expected = Result { try oracle(script, isEager: false).answer(tree, source) }
    }
    return compare(expected, found, isEager: isEager)
  }

  private func oracle(_ script: OracleScript, isEager: Bool) -> Oracle {
    var oracle = Oracle(script)
    oracle.isEager = isEager
    oracle.today = EngineRun.today
    oracle.add(tables.facts, named: "t")
    oracle.add(tables.others, named: "u")
    return oracle
  }

  private func compare(
    _ expected: Result<OracleAnswer, any Error>, _ found: Result<Table, QueryError>, isEager: Bool
  ) -> Outcome {
    switch (expected, found) {
    case (.success(let expected), .success(let found)):
      let table = OracleTable(found)
      if let difference = Self.difference(expected.table, table) {
        report(difference, "expected\n\(expected.table.csv)\nfound\n\(table.csv)")
        return .differs
      }
      var (first, second) = (expected.receipt.comparable, found.receipt.comparable)
      if !isEager {
        // Only what computes everything meets the rows of all windows.
        for index in first.steps.indices { first.steps[index].windows = [] }
        for index in second.steps.indices { second.steps[index].windows = [] }
      }
      if first != second {
        report(
          "the receipts differ",
          "expected\n\(first.compact)\nfound\n\(second.compact)")
        return .differs
      }
      return .answered
    case (.failure(let refusal), .failure(let error)):
      // The oracle may meet a number that is too large before what has no meaning, and the engine
      // before rows that don't go together.
      let isOverflow =
        switch refusal {
        case Refusal.overflow, Refusal.unheld, Refusal.rows: true
        default: false
        }
      if error.kind == .bug || (error.kind == .overflow && !isOverflow) {
        report("the oracle refuses with \(refusal), the engine with \(error)", "")
        return .differs
      }
      return .refused
    case (.success(let expected), .failure(let error)):
      report(
        "only the engine refuses: \(error.kind.name): \(error.message)",
        "expected\n\(expected.table.csv)")
      return .differs
    case (.failure(Refusal.unheld), .success): return .skipped
    case (.failure(let refusal), .success(let found)):
      report("only the oracle refuses: \(refusal)", "found\n\(OracleTable(found).csv)")
      return .differs
    }
  }

  private static func difference(_ expected: OracleTable, _ found: OracleTable) -> String? {
    if expected.names != found.names { return "names: \(expected.names), found \(found.names)" }
    if expected.types != found.types { return "types: \(expected.types), found \(found.types)" }
    if expected.rows.count != found.rows.count {
      return "\(expected.rows.count) rows, found \(found.rows.count)"
    }
    for (row, (one, other)) in zip(expected.rows, found.rows).enumerated() where one != other {
      return "row \(row): \(one), found \(other)"
    }
    return nil
  }

  private func report(_ what: String, _ details: String) {
    Issue.record(
      """
      \(query)
      \(what)
      \(details)
      t\n\(tables.facts.csv)
      u\n\(tables.others.csv)
      """)
  }
}

extension Receipt {
  /// What both sides must agree on.
  var comparable: Receipt {
    var copy = self
    // They run in another order than they are written in.
    copy.queries = queries.map(\.comparable).sorted { $0.compact < $1.compact }
    for index in steps.indices {
      // Only the engine knows how often it computes a value, and whether for rows that are cut off.
      let isCut =
        steps[index].rowsCut > 0
        || steps[index].conditions.contains {
          $0.clause == "having" && $0.rowsTrue < $0.rowsTested
        }
      let most = isCut ? 0 : 1
      copy.steps[index].zeroDivisions = min(most, steps[index].zeroDivisions)
      copy.steps[index].impossibleNumbers = min(most, steps[index].impossibleNumbers)
      copy.steps[index].unreadableTexts = min(most, steps[index].unreadableTexts)
      copy.steps[index].notes = []
      copy.steps[index].windows = Set(steps[index].windows.map(\.comparable)).sorted {
        $0.compact < $1.compact
      }
      // Conditions behind what `to date` leaves are one or two.
      let isSplit = steps[index].conditions.contains { $0.text.contains("no later in its") }
      if isSplit, let first = copy.steps[index].conditions.first(where: { $0.clause == "where" }),
        let last = copy.steps[index].conditions.last(where: { $0.clause == "where" })
      {
        copy.steps[index].conditions.removeAll { $0.clause == "where" }
        var both = Receipt.Condition(clause: "where", text: "")
        (both.rowsTested, both.rowsTrue) = (first.rowsTested, last.rowsTrue)
        copy.steps[index].conditions.append(both)
      }
      let windows = Set(steps[index].windows.map(\.text))
      let skipped = steps[index].skipped.filter { !windows.contains($0.column) }.map(\.rows)
      copy.steps[index].skipped = Set(skipped).sorted().map {
        Receipt.Skipped(column: "", rows: $0)
      }
      for place in copy.steps[index].conditions.indices {
        copy.steps[index].conditions[place].unknown.columns = []
      }
      // Conditions that decide values have no order.
      let watched = copy.steps[index].conditions.filter { ["if", "with"].contains($0.clause) }
      copy.steps[index].conditions.removeAll { ["if", "with"].contains($0.clause) }
      copy.steps[index].conditions += watched.sorted {
        ($0.clause, $0.text) < ($1.clause, $1.text)
      }
    }
    return copy
  }
}

extension Receipt {
  /// All that the receipt says, in few words.
  var compact: String {
    let steps = steps.map { step in
      var parts = [
        "read \(step.source ?? "-") \(step.rowsRead) kept \(step.rowsKept) out \(step.rowsOut)",
        "cut \(step.rowsCut) ties \(step.tiesCut) unranked \(step.rowsUnranked)",
        "lost \(step.zeroDivisions)/\(step.impossibleNumbers)/\(step.unreadableTexts)",
      ]
      parts += step.lookups.map {
        "lookup \($0.table) \($0.matched)/\($0.unmatched)/\($0.missingKeys)"
      }
      parts += step.skipped.map { "skipped \($0.column) \($0.rows)" }
      parts += step.windows.map(\.compact)
      parts += step.conditions.map { condition in
        let unknown = condition.unknown
        let groups = unknown.groups.map { "\($0.keys) \($0.rows) \($0.isInAnswer)" }
        return "\n  \(condition.clause) \(condition.text): \(condition.rowsTrue) of"
          + " \(condition.rowsTested), unknown \(unknown.rows) kept \(unknown.rowsKept) \(groups)"
      }
      return parts.joined(separator: "; ")
    }
    return (steps + queries.map { "(" + $0.compact + ")" }).joined(separator: "\n")
  }
}
