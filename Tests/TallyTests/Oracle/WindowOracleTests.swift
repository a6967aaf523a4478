import Testing

@testable import Tally
@testable import TallySyntax

/// Windows held to the plainest meaning: for each row the rows that it sees are put in order, and the
/// value is computed of them.
@Suite struct WindowOracleTests {
  @Test(arguments: 1...30) func computesAsTheOracle(seed: Int) throws {
    for number in 0..<25 {
      let tables = RandomTables(seed: seed &* 100_003 &+ number / 4)
      var random = RandomSource(seed: UInt64(seed &* 7919 &+ number))
      let window = RandomWindow(&random, tables.facts)
      let expected = Result { try window.values(of: tables.facts) }
      let found: Result<Table, QueryError>
      do throws(QueryError) {
        found = .success(try EngineRun(seed &* 40 &+ number).answer(window.query, tables))
      } catch {
        found = .failure(error)
      }
      switch (expected, found) {
      case (.success(let values), .success(let answer)):
        let table = OracleTable(answer)
        let isSame = table.rows.allSatisfy { row in
          row[1].isIdentical(to: values[row[0]] ?? .integer(-1))
        }
        #expect(
          isSame && table.rows.count == values.count, "\(window.query)\n\(table.csv)\n\(values)")
      case (.failure, .failure(let error)): #expect(error.kind == .overflow, "\(window.query)")
      case (.failure(let error), .success): Issue.record("\(window.query): \(error)")
      case (.success, .failure(let error)): Issue.record("\(window.query): \(error)")
      }
    }
  }

  /// The same bytes whatever the threads, batches and layouts.
  @Test(arguments: [
    "list row, rank(w within k) as r, running(f within i) as s from t order by day, row",
    "list row, sum(f over last 5) as s, max(q over last 9) as q, median(d over last 4) as m from t"
      + " where i < 2 order by at desc",
    "sum d from t group by k, m then add running(sum_d) as s, previous(sum_d) as p,"
      + " sum(sum_d over last 2 months) as l",
    "list row, average(e over last 3 weeks) as a, count(distinct s over last 20 days) as n from t"
      + " order by day",
  ])
  func answersDoNotDependOnTheRun(query: String) throws {
    let tables = RandomTables(seed: 77, rowCount: 700)
    let first = OracleTable(try EngineRun(0).answer(query, tables)).csv
    for number in 1..<54 {
      #expect(OracleTable(try EngineRun(number).answer(query, tables)).csv == first, "\(number)")
    }
  }
}

/// A window as a query, and its values row by row.
struct RandomWindow {
  private var call = ""
  private var column: Int?
  private var partition: [Int] = []
  private var order: [(column: Int, isDescending: Bool)] = []
  private var kind = Kind.rowNumber
  private var floor: Int?
  private let names: [String]
  private let types: [ColumnType]

  private enum Kind {
    case rank, dense, percent, rowNumber
    case tile(Int)
    case offset(Int)
    case aggregate(AggregateFunction, isDistinct: Bool, Frame)
  }

  private enum Frame {
    case whole, running
    case rows(Int)
    case days(Int)
    case months(Int)
  }

  init(_ random: inout RandomSource, _ table: OracleTable) {
    (names, types) = (table.names, table.types)
    let usable = names.indices.filter { names[$0].allSatisfy(\.isASCII) }
    if random.chance(40) { floor = random.pick([0, 3, 8, 20]) }
    for _ in 0..<random.pick([0, 0, 1, 1, 2]) { partition.append(random.pick(usable)) }
    order = (0..<random.pick([1, 1, 2])).map { _ in (random.pick(usable), random.chance(40)) }
    choose(&random, usable)
  }

  private mutating func choose(_ random: inout RandomSource, _ usable: [Int]) {
    let within =
      partition.isEmpty
      ? "" : " within (" + partition.map { names[$0] }.joined(separator: ", ") + ")"
    let operand = random.pick(usable)
    column = operand
    let name = names[operand]
    switch random.below(10) {
    case 0: (kind, call) = (.rank, "rank(\(name)\(within))")
    case 1: (kind, call) = (.dense, "dense_rank(\(name)\(within))")
    case 2: (kind, call) = (.percent, "percent_rank(\(name)\(within))")
    case 3: (kind, call) = (.rowNumber, "row_number(\(within.dropFirst()))")
    case 4:
      let parts = random.pick([1, 2, 4, 100])
      (kind, call) = (.tile(parts), "tile(\(name), \(parts)\(within))")
    case 5:
      let distance = random.pick([1, 2, 7])
      let isNext = random.chance(50)
      kind = .offset(isNext ? distance : -distance)
      call = "\(isNext ? "next" : "previous")(\(name), \(distance)\(within))"
    default: chooseAggregate(&random, usable, within)
    }
  }

  private mutating func chooseAggregate(
    _ random: inout RandomSource, _ usable: [Int], _ within: String
  ) {
    let functions: [AggregateFunction] = [
      .sum, .sum, .average, .count, .min, .max, .first, .last, .median, .stddev,
    ]
    let function = random.pick(functions)
    let isNumber = [.sum, .average, .median, .stddev].contains(function)
    let operand = random.pick(usable.filter { !isNumber || types[$0].isNumeric })
    column = operand
    let isDistinct = function == .count && random.chance(30)
    let inner = (isDistinct ? "distinct " : "") + names[operand]
    let canRun = [.sum, .average, .count, .min, .max].contains(function) && !isDistinct
    switch random.below(canRun ? 5 : 4) {
    case 0:
      kind = .aggregate(function, isDistinct: isDistinct, .whole)
      call = "\(function.rawValue)(\(inner)\(within.isEmpty ? " within all" : within))"
    case 1, 2:
      let rows = random.pick([1, 2, 3, 9])
      kind = .aggregate(function, isDistinct: isDistinct, .rows(rows))
      call = "\(function.rawValue)(\(inner)\(within) over last \(rows))"
    case 3:
      let day = names.firstIndex(of: "day") ?? 0
      order = [(day, random.chance(30))]
      let count = random.pick([1, 5, 40])
      let frame: Frame = random.chance(70) ? .days(count) : .months(count % 3 + 1)
      kind = .aggregate(function, isDistinct: isDistinct, frame)
      call = "\(function.rawValue)(\(inner)\(within) over last "
      if case .months(let months) = frame {
        call += "\(months) months)"
      } else {
        call += "\(count) days)"
      }
    default:
      kind = .aggregate(function, isDistinct: false, .running)
      call =
        function == .sum && random.chance(60)
        ? "running(\(inner)\(within))" : "running(\(function.rawValue)(\(inner))\(within))"
    }
  }

  /// The window asked for of all rows.
  var query: String {
    let keys = order.map { names[$0.column] + ($0.isDescending ? " desc" : "") }
    return "list row, \(call) as w from t" + (floor.map { " where row >= \($0)" } ?? "")
      + " order by " + keys.joined(separator: ", ")
  }

  // MARK: Values

  /// The value of each row, by its number.
  func values(of table: OracleTable) throws -> [CellValue: CellValue] {
    let number = names.firstIndex(of: "row") ?? 0
    let rows = table.rows.filter { row in
      guard let floor, case .integer(let value) = row[number] else { return true }
      return value >= Int128(floor)
    }
    var values: [CellValue: CellValue] = [:]
    for row in rows {
      let seen = rows.filter { other in partition.allSatisfy { other[$0] == row[$0] } }
      values[row[number]] = try value(of: row, among: seen, number)
    }
    return values
  }

  private func sorted(_ rows: [[CellValue]], by keys: [(column: Int, isDescending: Bool)])
    -> [[CellValue]]
  {
    rows.enumerated().sorted { left, right in
      for key in keys {
        let (first, second) = (left.element[key.column], right.element[key.column])
        if first == second { continue }
        if first == .missing || second == .missing { return second == .missing }
        return key.isDescending ? second.precedes(first) : first.precedes(second)
      }
      return left.offset < right.offset
    }.map(\.element)
  }

  private func value(of row: [CellValue], among seen: [[CellValue]], _ number: Int) throws
    -> CellValue
  {
    let ordered = sorted(seen, by: order)
    let place = ordered.firstIndex { $0[number] == row[number] } ?? 0
    let own = column.map { row[$0] } ?? .missing
    let known = column.map { column in seen.map { $0[column] }.filter { $0 != .missing } } ?? []
    let smaller = known.count { $0.precedes(own) }
    let larger = known.filter { own.precedes($0) }
    switch kind {
    case .rowNumber: return .integer(Int128(place + 1))
    case .rank: return own == .missing ? .missing : .integer(Int128(larger.count + 1))
    case .dense: return own == .missing ? .missing : .integer(Int128(Set(larger).count + 1))
    case .percent:
      if own == .missing || known.count < 2 { return .missing }
      return .ratio(Double(smaller) / Double(known.count - 1))
    case .tile(let parts):
      if own == .missing { return .missing }
      // Parts are dealt out one by one, the first ones once more.
      var tiles: [Int] = []
      for part in 0..<parts {
        let size = known.count / parts + (part < known.count % parts ? 1 : 0)
        tiles += Array(repeating: part + 1, count: size)
      }
      return .integer(Int128(tiles[smaller]))
    case .offset(let distance):
      let other = place + distance
      return ordered.indices.contains(other)
        ? column.map { ordered[other][$0] } ?? .missing : .missing
    case .aggregate(let function, let isDistinct, let frame):
      return try aggregate(function, isDistinct, frame, row, ordered, place)
    }
  }

  private func aggregate(
    _ function: AggregateFunction, _ isDistinct: Bool, _ frame: Frame, _ row: [CellValue],
    _ ordered: [[CellValue]], _ place: Int
  ) throws -> CellValue {
    guard let column else { return .missing }
    var rows = ordered
    switch frame {
    case .whole: break
    case .running: rows = Array(ordered[...place])
    case .rows(let count): rows = Array(ordered[max(0, place - count + 1)...place])
    case .days, .months:
      // Time goes forward whatever the order of the answer.
      guard case .date(let end) = row[order[0].column] else { return .missing }
      rows = sorted(ordered, by: [(order[0].column, false)]).filter { other in
        guard case .date(let day) = other[order[0].column], day <= end else { return false }
        if case .days(let count) = frame { return day.daysSince1970 > end.daysSince1970 - count }
        guard case .months(let count) = frame else { return false }
        return Int64(day.daysSince1970)
          > addMonths(Int64(-count), to: Int64(end.daysSince1970)) ?? .min
      }
    }
    let type =
      AggregateCall.resultType(of: function, operands: [types[column]], isDistinct: isDistinct)
      ?? .integer
    return try GroupingOracle.result(
      function, isDistinct: isDistinct, fraction: nil, operands: [rows.map { $0[column] }],
      rowCount: rows.count, type: type)
  }
}
