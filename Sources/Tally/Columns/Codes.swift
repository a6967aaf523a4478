/// The number of bytes of one code.
enum CodeWidth: Int, Sendable, Comparable {
  case one = 1
  case two = 2
  case four = 4
  case eight = 8

  /// The narrowest width that holds `code`.
  static func narrowest(for code: UInt64) -> CodeWidth {
    if code <= UInt64(UInt8.max) { return .one }
    if code <= UInt64(UInt16.max) { return .two }
    return code <= UInt64(UInt32.max) ? .four : .eight
  }

  static func < (left: CodeWidth, right: CodeWidth) -> Bool { left.rawValue < right.rawValue }
}

/// The unsigned integer types that a code may have. Kernels are generic over it and chosen by
/// ``Codes/width`` once per batch.
protocol CodeInteger: FixedWidthInteger, UnsignedInteger, BitwiseCopyable, Sendable {}
extension UInt8: CodeInteger {}
extension UInt16: CodeInteger {}
extension UInt32: CodeInteger {}
extension UInt64: CodeInteger {}

/// Unsigned integers of one width in contiguous memory: what nearly every column is made of.
///
///     value(row) = base + code(row)           integers, decimals, dates, periods, booleans
///     text(row)  = dictionary[code(row)]      text
struct Codes: Sendable {
  /// The memory; `count * width` bytes of it are codes.
  let bytes: AlignedBytes
  /// The width of each code.
  let width: CodeWidth
  /// The number of codes.
  let count: Int

  /// Reserves memory for `count` codes whose content the caller writes before sharing them.
  init(count: Int, width: CodeWidth, budget: MemoryBudget? = nil) throws(QueryError) {
    bytes = try AlignedBytes(byteCount: count * width.rawValue, budget: budget)
    self.width = width
    self.count = count
  }

  /// The codes as integers of `type`, which must be the type of ``width``.
  @inline(__always)
  func pointer<T: CodeInteger>(to type: T.Type) -> UnsafeMutablePointer<T> {
    assert(T.bitWidth == width.rawValue * 8)
    return bytes.pointer(to: type)
  }

  /// The code of one row, widened. For single cells; loops choose a kernel by width instead.
  subscript(row: Int) -> UInt64 {
    assert(row >= 0 && row < count)
    switch width {
    case .one: return UInt64(bytes.pointer(to: UInt8.self)[row])
    case .two: return UInt64(bytes.pointer(to: UInt16.self)[row])
    case .four: return UInt64(bytes.pointer(to: UInt32.self)[row])
    case .eight: return bytes.pointer(to: UInt64.self)[row]
    }
  }
}
