/// Reads the cells of one column as Swift values. How the column lies in memory is looked at once,
/// when the reader is made.
///
/// SAFETY: the pointers reach into memory that `column` keeps alive and that nobody writes.
final class CellReader: @unchecked Sendable {
  /// The column's name.
  let name: String
  /// The column.
  let column: Column
  private let layout: Layout
  private let present: UnsafePointer<UInt64>?

  private enum Layout {
    case one(UnsafePointer<UInt8>, base: Int64)
    case two(UnsafePointer<UInt16>, base: Int64)
    case four(UnsafePointer<UInt32>, base: Int64)
    case eight(UnsafePointer<UInt64>, base: Int64)
    case wide(UnsafePointer<Int128>)
    case floats(UnsafePointer<Double>)
    /// Each text is made once, however many rows have it.
    case dictionary(Codes, [String])
    /// A dictionary of more texts than the column has rows, which it shares with a larger one.
    case largeDictionary(Codes, TextHeap)
    case plain(TextHeap)
  }

  init(_ column: Column, name: String) {
    self.name = name
    self.column = column
    // SAFETY: `column` keeps the bitmap's memory alive.
    present = column.validity.map { UnsafePointer($0.words) }
    switch column.payload {
    case .codes(let codes, let base):
      // SAFETY: `column` keeps the codes' memory alive.
      switch codes.width {
      case .one: layout = .one(codes.pointer(to: UInt8.self), base: base)
      case .two: layout = .two(codes.pointer(to: UInt16.self), base: base)
      case .four: layout = .four(codes.pointer(to: UInt32.self), base: base)
      case .eight: layout = .eight(codes.pointer(to: UInt64.self), base: base)
      }
    // SAFETY: `column` keeps this memory alive as well.
    case .wide(let bytes): layout = .wide(bytes.pointer(to: Int128.self))
    case .floats(let bytes): layout = .floats(bytes.pointer(to: Double.self))
    case .dictionary(let codes, let dictionary):
      layout =
        dictionary.count <= column.count
        ? .dictionary(codes, (0..<dictionary.count).map { dictionary[$0] })
        : .largeDictionary(codes, dictionary.heap)
    case .plain(let heap): layout = .plain(heap)
    }
  }

  /// The number of rows.
  var count: Int { column.count }

  /// Whether the row has no value.
  @inline(__always)
  func isMissing(_ row: Int) -> Bool {
    guard let present else { return false }
    return (present[row >> 6] >> UInt64(row & 63)) & 1 == 0
  }

  /// The integer that the column stores for a row, up to 64 bits; nil where it is wider, or none.
  @inline(__always)
  func stored(_ row: Int) -> Int64? {
    switch layout {
    case .one(let codes, let base): base &+ Int64(truncatingIfNeeded: codes[row])
    case .two(let codes, let base): base &+ Int64(truncatingIfNeeded: codes[row])
    case .four(let codes, let base): base &+ Int64(truncatingIfNeeded: codes[row])
    case .eight(let codes, let base): base &+ Int64(truncatingIfNeeded: codes[row])
    case .wide, .floats, .dictionary, .largeDictionary, .plain: nil
    }
  }

  /// The whole number of a row that has a value; nil where it is none, or out of range.
  @inline(__always)
  func integer<T: FixedWidthInteger>(_ row: Int, as type: T.Type) -> T? {
    guard column.type.isWhole else { return nil }
    if let value = stored(row) { return T(exactly: value) }
    if case .wide(let values) = layout { return T(exactly: values[row]) }
    return nil
  }

  /// The truth value of a row that has a value.
  @inline(__always)
  func boolean(_ row: Int) -> Bool? {
    guard column.type == .boolean else { return nil }
    return stored(row).map { $0 != 0 }
  }

  /// The double nearest to the number of a row that has a value.
  @inline(__always)
  func double(_ row: Int) -> Double? {
    if case .floats(let values) = layout { return values[row] }
    switch column.type {
    case .integer: if let value = stored(row) { return Double(value) }
    case .decimal, .percent: break
    default: return nil
    }
    return Double.decoded(from: column[row])
  }

  /// The text of a row that has a value.
  @inline(__always)
  func text(_ row: Int) -> String? {
    switch layout {
    case .dictionary(let codes, let texts): texts[Int(codes[row])]
    case .largeDictionary(let codes, let heap): heap[Int(codes[row])]
    case .plain(let heap): heap[row]
    default: nil
    }
  }

  /// The day of a row that has a value.
  @inline(__always)
  func date(_ row: Int) -> CalendarDate? {
    guard column.type == .date else { return nil }
    return stored(row).map { CalendarDate(daysSince1970: Int($0)) }
  }

  // MARK: Errors

  /// The error for a cell that is not what was asked for.
  func mismatch(_ row: Int, wanted: Any.Type) -> QueryError {
    Self.mismatch(row, of: column, named: name, wanted)
  }

  /// The error for a cell that is not what was asked for.
  static func mismatch(_ row: Int, of column: Column, named name: String, _ wanted: Any.Type)
    -> QueryError
  {
    let wanted = (wanted as? any OptionalType.Type)?.wrapped ?? wanted
    let type = swiftName(wanted)
    let cell = "rows[\(row)][\"\(name)\"]"
    if column.isMissing(row) {
      return .decoding(
        "\(cell) is missing, and \(type) was asked for: \(type)? takes missing cells")
    }
    let text = column[row].text(in: .csv) ?? ""
    let shown = text.count > 60 ? text.prefix(60) + "…" : text
    let value = column.type == .text ? "\"\(shown)\"" : shown
    let remark = isInteger(wanted) && column.type.isWhole ? ": it does not fit" : ""
    return .decoding(
      "\(cell) is the \(column.type.name) \(value), and \(type) was asked for\(remark)")
  }

  private static func isInteger(_ type: Any.Type) -> Bool { type is any FixedWidthInteger.Type }
}

extension ColumnType {
  /// Whether all values are whole numbers.
  var isWhole: Bool { self == .integer || self == .decimal(scale: 0) }
}

extension QueryError {
  /// The error of a conversion.
  static func decoding(_ message: String) -> QueryError {
    QueryError(kind: .decoding, message: message)
  }
}

/// A type's name as it is written in Swift, for instance `Int?`.
func swiftName(_ type: Any.Type) -> String {
  if let optional = type as? any OptionalType.Type { return swiftName(optional.wrapped) + "?" }
  return String(describing: type)
}

private protocol OptionalType { static var wrapped: Any.Type { get } }
extension Optional: OptionalType {
  fileprivate static var wrapped: Any.Type { Wrapped.self }
}
