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

/// Random tables and queries with Tally's answers and the statements that other engines must answer
/// alike, as lines of JSON for `Tests/Engines/compare.py`.
///
/// Runs only where `TALLY_SQL_CASES` names a file to write. `TALLY_SQL_QUERIES` says how many
/// queries there are, `TALLY_ORACLE_SEED` with which seed they begin.
@Suite struct EngineCases {
  static let path = getenv("TALLY_SQL_CASES").map { String(cString: $0) }

  @Test(.enabled(if: path != nil)) func writeCases() throws {
    let path = try #require(Self.path)
    let count = OracleTests.setting("TALLY_SQL_QUERIES") ?? 1000
    let first = OracleTests.setting("TALLY_ORACLE_SEED") ?? 1
    let file = try AtomicFile(path)
    for number in 0..<(count + 3) / 4 {
      let seed = first &* 1_000_000 &+ number
      var tables = RandomTables(seed: seed)
      tables.useEasyFloats()
      var queries = (0..<4).map { index in
        var source = RandomQueries(seed: seed &* 7 &+ index, tables: tables)
        return source.query()
      }
      if number == 0 { queries += Self.known }
      let cases = try queries.compactMap { try line(of: $0, tables) }
      let group =
        #"{"t": \#(tables.facts.json), "u": \#(tables.others.json), "#
        + #""cases": [\#(cases.joined(separator: ", "))]}"# + "\n"
      try file.write(group)
    }
    try file.commit()
  }

  /// Queries in which a difference was found once.
  static let known: [String] = [
    "count t group by k across b with totals having count() > 2",
    "sum i from t group by s across k having sum(i) >= 1",
    "count t group by s across b bottom 2 with rest",
    "max y from t group by y across b bottom 1 by y with rest then list y",
    "sum(distinct k) as n from t group by s across b",
    "list k mod big as x, k from t order by x desc, row",
    "list row, row_number() as n from t order by q collate vi",
    "list row, running(d within k) as r, average(e over last 3) as m from t order by day, row",
  ]

  /// The answer to a query and its statements; nil where Tally refuses it.
  private func line(of query: String, _ tables: RandomTables) throws -> String? {
    guard let script = OracleScript(query) else { return nil }
    let (tree, source) = (script.query, script.source)
    let answer: Table
    let plan: QueryPlan
    do throws(QueryError) {
      plan = try EngineRun().plan(
        tree, source, on: [("t", try tables.facts.table()), ("u", try tables.others.table())])
      answer = try QueryRunner(context: RunContext()).run(plan)
    } catch {
      return nil
    }
    var parts: [String] = []
    for dialect in SQLDialect.allCases {
      do throws(QueryError) {
        let text = try plan.sql(dialect, asked: query) { (plan) throws(QueryError) in
          try QueryRunner(context: RunContext()).run(plan)
        }
        parts.append("\"\(dialect.rawValue)\": \(text.jsonQuoted)")
      } catch {
        #expect(error.diagnostics.first?.code == .notInDialect, "\(query)\n\(error)")
        parts.append("\"\(dialect.rawValue)\": {\"refused\": \(error.message.jsonQuoted)}")
      }
    }
    return #"{"query": \#(query.jsonQuoted), "answer": \#(OracleTable(answer).json), "#
      + #""sql": {\#(parts.joined(separator: ", "))}}"#
  }
}

extension RandomTables {
  /// Leaves only doubles that are added without rounding: engines round in different orders.
  fileprivate mutating func useEasyFloats() {
    for row in facts.rows.indices {
      for (column, cell) in facts.rows[row].enumerated() {
        guard case .float(let number) = cell else { continue }
        let easy = number == 1e300 ? 2.75 : number == 1e-300 ? 0.125 : number == 0.1 ? 0.75 : number
        facts.rows[row][column] = .float(easy)
      }
    }
  }
}

extension OracleTable {
  /// Names, types and cells, each as a text or null.
  fileprivate var json: String {
    let names = names.map(\.jsonQuoted).joined(separator: ", ")
    let types = types.map { "\"\($0.name):\($0.scale)\"" }.joined(separator: ", ")
    let rows = rows.map { row in "[" + row.map(Self.cell).joined(separator: ", ") + "]" }
    return
      #"{"names": [\#(names)], "types": [\#(types)], "rows": [\#(rows.joined(separator: ", "))]}"#
  }

  private static func cell(_ value: CellValue) -> String {
    switch value {
    case .missing: "null"
    case .text(let text): text.jsonQuoted
    case .boolean(let flag): flag ? "\"1\"" : "\"0\""
    case .decimal(let number), .percent(let number): "\"\(number)\""
    case .float(let number), .ratio(let number): "\"\(number)\""
    case .date(let day): "\"\(day)\""
    case .period(let period): "\"\(period.firstDay)\""
    default: "\"\(value.storedInteger ?? 0)\""
    }
  }
}
