@testable import Tally

/// Random tables of every type of column, as cells.
struct RandomTables {
  /// The table that most is asked of.
  var facts: OracleTable
  /// A table with unique keys, to be looked up.
  var others: OracleTable
  private var random: RandomSource

  static let rowCounts = [0, 1, 2, 5, 12, 30, 60]

  init(seed: Int, rowCount: Int? = nil) {
    random = RandomSource(seed: UInt64(truncatingIfNeeded: seed) &* 0x2545_F491_4F6C_DD1D &+ 7)
    facts = OracleTable()
    others = OracleTable()
    let count = rowCount ?? random.pick(Self.rowCounts)
    facts.rows = Array(repeating: [], count: count)
    others.rows = Array(repeating: [], count: random.pick([0, 1, 4, 9]))
    for (name, type, make) in Self.columns {
      let missing = random.pick([0, 0, 5, 5, 5, 50, 50, 100])
      append(name, type, missing: missing) { make(&$0) }
    }
    let rows = facts.rows.count
    facts.names.append("row")
    facts.types.append(.integer)
    for row in 0..<rows { facts.rows[row].append(.integer(Int128(row))) }
    addKeys()
  }

  private mutating func append(
    _ name: String, _ type: ColumnType, missing: Int, _ make: (inout RandomSource) -> CellValue
  ) {
    facts.names.append(name)
    facts.types.append(type)
    for row in facts.rows.indices {
      facts.rows[row].append(random.chance(missing) ? .missing : make(&random))
    }
  }

  /// The columns of the table to look up. Its keys are unique, apart from missing ones.
  private mutating func addKeys() {
    others.names = ["id", "code", "place", "rate", "limit_value", "s"]
    others.types = [.integer, .text, .decimal(scale: 1), .percent(scale: 3), .integer, .text]
    for row in others.rows.indices {
      others.rows[row] = [
        random.chance(10) ? .missing : .integer(Int128(row)),
        random.chance(10) ? .missing : .text(Self.words[row]),
        .decimal(ExactDecimal(coefficient: Int128(row) * 5, scale: 1)),
        .percent(ExactDecimal(coefficient: Int128(random.pick([0, 5, 125, 999])), scale: 3)),
        random.chance(30) ? .missing : .integer(Int128(Int.random(in: -5...5, using: &random))),
        random.chance(20) ? .missing : .text(random.pick(Self.words)),
      ]
    }
  }

  static let words = [
    "A", "a", "Bộ Tài chính", "Hà Nội", "ha noi", "", "Đường", "duong", "x\"y", "đường", "an",
    "nội",
  ]

  private typealias Kind = (String, ColumnType, @Sendable (inout RandomSource) -> CellValue)

  /// Integers of every width, decimals of several scales and more than 64 bits, and all other
  /// types.
  private static let columns: [Kind] = [
    ("i", .integer, { .integer(Int128(Int.random(in: -3...3, using: &$0))) }),
    ("k", .integer, { .integer(Int128(Int.random(in: 0...11, using: &$0))) }),
    ("w", .integer, { .integer(Int128(Int.random(in: -70_000...70_000, using: &$0))) }),
    ("big", .integer, { .integer(Int128($0.pick([Int64.min, .max, .max - 1, 1 << 40, 0, -1]))) }),
    ("d", .decimal(scale: 2), { decimal(Int.random(in: -500...500, using: &$0) * 25, 2) }),
    ("e", .decimal(scale: 4), { decimal(Int.random(in: -9...9, using: &$0) * 1250, 4) }),
    (
      "v", .decimal(scale: 2),
      {
        let power = ExactDecimal.powersOfTen[$0.pick([1, 18, 25, 36])]
        let digits = Int128(Int.random(in: -9...9, using: &$0))
        return .decimal(ExactDecimal(coefficient: digits * power, scale: 2))
      }
    ),
    (
      "p", .percent(scale: 3),
      {
        .percent(ExactDecimal(coefficient: Int128($0.pick([0, 5, 329, 500, 1000, -20])), scale: 3))
      }
    ),
    ("f", .float, { .float($0.pick([0.5, -1.25, 1e300, 3, 0.1, 0, 1e-300])) }),
    ("b", .boolean, { .boolean($0.chance(50)) }),
    ("s", .text, { .text($0.pick(words)) }),
    ("q", .text, { .text($0.pick(words) + $0.pick(["", "", "-7"])) }),
    (
      "day", .date,
      { .date(CalendarDate(daysSince1970: Int.random(in: 19_700...19_800, using: &$0))) }
    ),
    (
      "at", .dateTime,
      {
        .dateTime(
          Int64.random(in: 19_700...19_800, using: &$0) * 86_400_000_000
            + $0.pick([0, 1, 43_200_000_000]))
      }
    ),
    ("len", .duration, { .duration($0.pick([0, 1, 3_600_000_000, 86_400_000_000, -5])) }),
    (
      "m", .period(.month),
      { .period(CalendarPeriod(.month, index: Int.random(in: 645...655, using: &$0))) }
    ),
    (
      "y", .period(.year),
      { .period(CalendarPeriod(.year, index: Int.random(in: 52...56, using: &$0))) }
    ),
    ("Tên phí", .text, { .text($0.pick(words)) }),
    ("cơ_quan", .integer, { .integer(Int128(Int.random(in: 250...260, using: &$0))) }),
  ]

  private static func decimal(_ coefficient: Int, _ scale: Int) -> CellValue {
    .decimal(ExactDecimal(coefficient: Int128(coefficient), scale: scale))
  }
}

/// How the cells of a column are kept by the engine.
enum ColumnLayout: CaseIterable {
  /// As the engine itself would.
  case narrowest
  /// In eight bytes, above an arbitrary base.
  case wideCodes
  /// Texts one after another; decimals in 128 bits.
  case plain
  /// In codes twice as wide as they need be, above a smaller base; texts with a dictionary that
  /// holds others, which no row has.
  case spare
}

extension OracleTable {
  /// The table as the engine's, its columns kept in one of several ways.
  func table(_ layout: ColumnLayout = .narrowest) throws(QueryError) -> Table {
    var columns: [Column] = []
    for index in names.indices {
      columns.append(try Self.column(column(index), types[index], layout))
    }
    return Table(names: names, columns: columns, rowCount: rows.count)
  }

  private static func column(
    _ cells: [CellValue], _ type: ColumnType, _ layout: ColumnLayout
  ) throws(QueryError) -> Column {
    let plain = try Column(cells: cells, type: type)
    let validity = try Bitmap(count: cells.count, filled: true)
    for (row, cell) in cells.enumerated() where cell == .missing { validity.clear(row) }
    switch (layout, plain.payload) {
    case (.wideCodes, .codes(let own, let base)):
      let codes = try Codes(count: cells.count, width: .eight)
      let shift = base &- (base > .min + 1000 ? 1000 : 0)
      for row in cells.indices {
        // A row without a value may hold anything.
        codes.store(
          cells[row] == .missing ? .max : own[row] &+ UInt64(bitPattern: base &- shift), at: row)
      }
      return Column(
        type: type, count: cells.count, payload: .codes(codes, base: shift), validity: validity)
    case (.plain, .dictionary):
      let texts = cells.map { if case .text(let text) = $0 { text } else { "?" } }
      return Column(
        type: type, count: cells.count, payload: .plain(try TextHeap(texts)), validity: validity)
    case (.plain, .codes):
      guard case .decimal = type else { return plain }
      let bytes = try AlignedBytes(byteCount: cells.count * 16)
      for (row, cell) in cells.enumerated() {
        bytes.pointer(to: Int128.self)[row] = cell == .missing ? .max : cell.stored
      }
      return Column(type: type, count: cells.count, payload: .wide(bytes), validity: validity)
    case (.spare, .codes(let own, let base)):
      let width = CodeWidth(rawValue: min(8, own.width.rawValue * 2)) ?? .eight
      let codes = try Codes(count: cells.count, width: width)
      let shift = base &- (width > own.width && base > .min + 3 ? 3 : 0)
      for row in cells.indices {
        codes.store(
          cells[row] == .missing ? 1 : own[row] &+ UInt64(bitPattern: base &- shift), at: row)
      }
      return Column(
        type: type, count: cells.count, payload: .codes(codes, base: shift), validity: validity)
    case (.spare, .dictionary(_, let dictionary)):
      let own = (0..<dictionary.count).map { dictionary[$0] }
      let texts = Set(own + ["!", "a spare text", "\u{10FFFD}"]).sorted {
        $0.utf8.lexicographicallyPrecedes($1.utf8)
      }
      let spare = TextDictionary(sorted: try TextHeap(texts))
      let codes = try Codes(count: cells.count, width: .two)
      for (row, cell) in cells.enumerated() {
        guard case .text(let text) = cell else {
          codes.store(0, at: row)
          continue
        }
        codes.store(UInt64(spare.code(of: text) ?? 0), at: row)
      }
      return Column(
        type: type, count: cells.count, payload: .dictionary(codes, spare), validity: validity)
    default: return plain
    }
  }
}
