@testable import Tally

/// Cells of one column, and the same cells as vectors of a chosen layout.
struct SampleColumn {
  /// The layouts that vectors can have.
  enum Layout: CaseIterable { case integers, wide, floats, booleans, codes, texts }

  let name: String
  let type: ColumnType
  let layout: Layout
  let cells: [CellValue]
  private let values: AlignedBytes
  private let valid: AlignedBytes
  private let heap: TextHeap
  private let dictionary: TextDictionary
  private let hasMissing: Bool
  private let bounds: ClosedRange<Int128>?

  init(_ name: String, _ type: ColumnType, _ layout: Layout, _ cells: [CellValue], hasBounds: Bool)
    throws(QueryError)
  {
    (self.name, self.type, self.layout, self.cells) = (name, type, layout, cells)
    hasMissing = cells.contains(.missing)
    values = try AlignedBytes(byteCount: cells.count * 16, zeroed: true)
    valid = try AlignedBytes(byteCount: cells.count)
    let texts = cells.map { if case .text(let text) = $0 { text } else { "" } }
    let distinct = Set(texts).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    dictionary = TextDictionary(sorted: try TextHeap(distinct))
    heap = try TextHeap(texts)
    var low = Int128.max
    var high = Int128.min
    for (row, cell) in cells.enumerated() {
      valid.pointer(to: UInt8.self)[row] = cell == .missing ? 0 : 1
      if cell != .missing {
        low = min(low, cell.stored)
        high = max(high, cell.stored)
      }
    }
    let isExact = layout == .integers || layout == .wide || layout == .booleans
    bounds = hasBounds && isExact && low <= high ? low...high : nil
    for (row, cell) in cells.enumerated() {
      // Rows without a value hold something of the right type, mostly outside of the bounds.
      let noise = layout == .codes ? 0 : Int128(row &* 7919)
      let stored = cell == .missing ? noise : cell.stored
      switch layout {
      case .integers: values.pointer(to: Int64.self)[row] = Int64(stored)
      case .wide: values.pointer(to: Int128.self)[row] = stored
      case .floats: values.pointer(to: Double.self)[row] = cell.double ?? Double(row)
      case .booleans: values.pointer(to: UInt8.self)[row] = UInt8(stored & 1)
      case .codes:
        values.pointer(to: UInt32.self)[row] = UInt32(dictionary.code(of: texts[row]) ?? 0)
      case .texts:
        let slice = heap.slice(row)
        values.pointer(to: TextSlice.self)[row] = TextSlice(
          start: slice.baseAddress, count: slice.count)
      }
    }
  }

  /// The column as the binder would hand it on.
  var expression: BoundExpression {
    BoundExpression(
      .column(0), type, mayBeMissing: hasMissing, bounds: bounds, at: SourceSpan(0, 0))
  }

  /// Some consecutive rows; with `selection`, those of them.
  func vector(_ rows: Range<Int>) -> Vector {
    Vector(
      storage: storage(rows.lowerBound), count: rows.count,
      valid: hasMissing ? UnsafePointer(valid.pointer(to: UInt8.self) + rows.lowerBound) : nil)
  }

  /// The value of the first row for all rows.
  var constant: Vector {
    Vector(
      storage: storage(0), count: 1,
      valid: hasMissing ? UnsafePointer(valid.pointer(to: UInt8.self)) : nil, isConstant: true)
  }

  private func storage(_ start: Int) -> Vector.Storage {
    switch layout {
    case .integers: .integers(values.pointer(to: Int64.self) + start)
    case .wide: .wide(values.pointer(to: Int128.self) + start)
    case .floats: .floats(values.pointer(to: Double.self) + start)
    case .booleans: .booleans(values.pointer(to: UInt8.self) + start)
    case .codes: .codes(values.pointer(to: UInt32.self) + start, dictionary)
    case .texts: .texts(values.pointer(to: TextSlice.self) + start)
    }
  }
}

extension CellValue {
  /// The stored integer of an exact value; 0 for all others.
  var stored: Int128 {
    switch self {
    case .boolean(let flag): flag ? 1 : 0
    case .integer(let number): number
    case .decimal(let number), .percent(let number): number.coefficient
    case .date(let day): Int128(day.daysSince1970)
    case .dateTime(let moment): Int128(moment)
    case .period(let period): Int128(period.index)
    case .duration(let length): Int128(length)
    case .missing, .float, .ratio, .text: 0
    }
  }

  /// The number of a floating value.
  var double: Double? {
    switch self {
    case .float(let number), .ratio(let number): number
    default: nil
    }
  }

  /// Whether two cells are the same to the last bit, zero having one sign.
  func isIdentical(to other: CellValue) -> Bool {
    if let first = double, let second = other.double {
      return (first + 0).bitPattern == (second + 0).bitPattern && self == other
    }
    return self == other
  }

  /// The order of keys: a missing value comes last.
  func precedes(_ other: CellValue) -> Bool {
    switch (self, other) {
    case (.missing, _): false
    case (_, .missing): true
    case (.text(let first), .text(let second)):
      first.utf8.lexicographicallyPrecedes(second.utf8)
    default:
      if let first = double, let second = other.double {
        first < second
      } else {
        stored < other.stored
      }
    }
  }
}
