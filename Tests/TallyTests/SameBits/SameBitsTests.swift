import Testing

@testable import Tally
@testable import TallySyntax

/// The same bytes, answer and receipt, whatever a run is given: threads, batches, encodings of
/// columns, ways to group and to join, and the registers that read files.
@Suite struct SameBitsTests {
  /// What must be the same.
  private struct Outcome: Equatable {
    var csv: String
    var receipt: String

    init(_ body: () throws(QueryError) -> Table) {
      do throws(QueryError) {
        let answer = try body()
        let types = answer.columns.map { "\($0.type)" }.joined(separator: ",")
        csv = types + "\n" + answer.formatted(.csv)
        receipt = answer.receipt.json
      } catch {
        csv = "\(error.kind.name): \(error.message)"
        receipt = ""
      }
    }

    var isRefusal: Bool { receipt.isEmpty }
  }

  @Test(arguments: SameBitsQueries.all)
  func answersDoNotDependOnTheRun(query: String) {
    for kind in SameBitsTables.Kind.allCases {
      let first = Outcome { () throws(QueryError) in
        try EngineRun().answer(query, on: try SameBitsTables.tables(kind, nil))
      }
      #expect(!first.isRefusal, "\(first.csv)")
      for (number, run) in EngineRun.pairs.enumerated() where number % kind.step == kind.first {
        let other = Outcome { () throws(QueryError) in
          try run.answer(query, on: try SameBitsTables.tables(kind, run.layout))
        }
        if other == first { continue }
        Issue.record("\(kind) \(run)\n\(first)\n\(other)")
        return
      }
    }
  }

  /// Random queries on random tables, each in a part of the ways.
  @Test(arguments: 1...24) func randomAnswersDoNotDependOnTheRun(seed: Int) {
    for number in 0..<(OracleTests.setting("TALLY_ORACLE_QUERIES") ?? 60) / 12 {
      let tables = RandomTables(seed: seed &* 86_028_121 &+ number, rowCount: 60)
      var queries = RandomQueries(seed: seed &* 122_949_823 &+ number, tables: tables)
      let query = queries.query()
      let first = Outcome { () throws(QueryError) in try EngineRun().answer(query, tables) }
      for (place, run) in EngineRun.pairs.enumerated() where place % 3 == number % 3 {
        let other = Outcome { () throws(QueryError) in try run.answer(query, tables) }
        if other == first { continue }
        Issue.record("\(query)\n\(run)\n\(first)\n\(other)")
        return
      }
    }
  }

  /// A table is read into the same columns, bit by bit, with the same account of how.
  @Test(arguments: SameBitsTables.Kind.allCases)
  func tablesDoNotDependOnTheReader(kind: SameBitsTables.Kind) throws {
    for file in SameBitsTables(kind).files {
      let name = "\(file.name).csv"
      let first = try readText(file.csv, file.options, name: name, level: .scalar)
      for level in VectorLevel.available {
        for workers in [1, 2, 3, 8] {
          for blockSize in [64, 700, 4096, BlockFeed.defaultBlockSize] {
            let other = try readText(
              file.csv, file.options, name: name, workers: workers, blockSize: blockSize,
              level: level)
            let way = "\(name) \(level), \(workers) threads, blocks of \(blockSize)"
            #expect(first.table.columnNames == other.table.columnNames, "\(way)")
            for (one, two) in zip(first.table.columns, other.table.columns) {
              #expect(one.bits == two.bits, "\(way)")
            }
            #expect(first.report.columns == other.report.columns, "\(way)")
            #expect(first.report.notes == other.report.notes, "\(way)")
            #expect(first.report.explicitLoad == other.report.explicitLoad, "\(way)")
          }
        }
      }
    }
  }

  /// Every way to group and every structure of a join is met by the tunings above.
  @Test func allWaysAreTaken() throws {
    var grouped: Set<String> = []
    var joined: Set<String> = []
    let tables = try SameBitsTables.tables(.mixed, nil)
    for run in EngineRun.pairs {
      for query in SameBitsQueries.groups + SameBitsQueries.joins {
        var environment = Environment()
        for (name, table) in tables {
          environment.tables[name] = Environment.NamedTable(name: name, table: table)
        }
        let source = SourceText(query)
        let tree = try #require(parseQuery(source).query)
        let step = try Binder(environment: environment, source: source).plan(tree).steps[0]
        let context = RunContext(
          workerCount: run.workers, batchRows: run.batchRows, tuning: run.tuning,
          grouping: run.grouping)
        guard case .table(let table, _) = step.rows.input else { continue }
        let input = try RowInput(step.rows, of: table, answers: [], context: context)
        for index in input.indexes { joined.insert(index.map.layout.name) }
        guard let groups = step.groups else { continue }
        let plan = try groups.answered(by: [], input)
        grouped.insert(try GroupStrategy(input, plan, context: context).name)
      }
    }
    #expect(grouped == ["one", "slots", "fused", "numbered", "hashed", "partitioned"])
    #expect(joined == ["positions", "narrow slots", "wide slots", "narrow parts", "wide parts"])
  }
}

extension SameBitsTables.Kind {
  /// The rows in no order with missing values go all ways; the others share these.
  fileprivate var step: Int {
    switch self {
    case .mixed: 1
    case .whole, .sorted: 3
    case .empty, .single: 9
    }
  }

  fileprivate var first: Int {
    switch self {
    case .mixed, .whole, .empty: 0
    case .sorted, .single: 1
    }
  }
}

extension GroupStrategy {
  fileprivate var name: String {
    switch self {
    case .one: "one"
    case .slots(_, isFused: let isFused): isFused ? "fused" : "slots"
    case .numbered: "numbered"
    case .hashed: "hashed"
    case .numberedTexts: "numbered texts"
    case .partitioned: "partitioned"
    }
  }
}

extension WordMap.Layout {
  fileprivate var name: String {
    switch self {
    case .positions: "positions"
    case .narrow(let slots): slots.parts.byteCount > 16 ? "narrow parts" : "narrow slots"
    case .wide(let slots): slots.parts.byteCount > 16 ? "wide parts" : "wide slots"
    }
  }
}

extension Column {
  /// How the values are kept, byte by byte.
  fileprivate var bits: [String] {
    let missing = (0..<count).map { isMissing($0) ? "0" : "1" }.joined()
    let values: String
    switch payload {
    case .codes(let codes, let base):
      values = "\(codes.width) \(base) \((0..<count).map { codes[$0] })"
    case .wide(let bytes):
      values = "\((0..<count).map { bytes.pointer(to: Int128.self)[$0] })"
    case .floats(let bytes):
      values = "\((0..<count).map { bytes.pointer(to: UInt64.self)[$0] })"
    case .dictionary(let codes, let dictionary):
      values =
        "\(codes.width) \((0..<count).map { codes[$0] }) "
        + "\((0..<dictionary.count).map { dictionary[$0] })"
    case .plain(let heap): values = "\((0..<count).map { heap[$0] })"
    }
    return ["\(type)", missing, values]
  }
}
