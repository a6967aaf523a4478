import Synchronization

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
  private let known = KnownMaximum()

  /// Reserves memory for `count` codes whose content the caller writes before sharing them.
  init(count: Int, width: CodeWidth, budget: MemoryBudget? = nil) throws(QueryError) {
    bytes = try AlignedBytes(byteCount: count * width.rawValue, budget: budget)
    self.width = width
    self.count = count
  }

  /// Takes memory of `count` codes whose content the caller writes before sharing them.
  init(count: Int, width: CodeWidth, bytes: AlignedBytes) {
    precondition(bytes.byteCount >= count * width.rawValue)
    self.bytes = bytes
    self.width = width
    self.count = count
  }

  /// The codes as integers of `type`, which must be the type of ``width``.
  @inline(__always)
  func pointer<T: CodeInteger>(to type: T.Type) -> UnsafeMutablePointer<T> {
    assert(T.bitWidth == width.rawValue * 8)
    return bytes.pointer(to: type)
  }

  /// The largest code, found when it is first asked for; 0 where there is none. Not before the
  /// codes are written.
  var maximum: UInt64 {
    if let maximum = known.value { return maximum }
    let maximum: UInt64 =
      switch width {
      case .one: largest(pointer(to: UInt8.self), count)
      case .two: largest(pointer(to: UInt16.self), count)
      case .four: largest(pointer(to: UInt32.self), count)
      case .eight: largest(pointer(to: UInt64.self), count)
      }
    known.value = maximum
    return maximum
  }

  /// Finds ``maximum`` on all workers where many codes must be read for it.
  func findMaximum(_ context: RunContext) throws(QueryError) {
    if known.value != nil || count < Self.manyCodes { return }
    let found = Mutex<UInt64>(0)
    try context.forEachBatch(of: count, rows: 1 << 16) { _, rows throws(QueryError) in
      let part =
        switch width {
        case .one: largest(pointer(to: UInt8.self) + rows.lowerBound, rows.count)
        case .two: largest(pointer(to: UInt16.self) + rows.lowerBound, rows.count)
        case .four: largest(pointer(to: UInt32.self) + rows.lowerBound, rows.count)
        case .eight: largest(pointer(to: UInt64.self) + rows.lowerBound, rows.count)
        }
      found.withLock { $0 = max($0, part) }
    }
    known.value = found.withLock { $0 }
  }

  /// Codes that take longer to read than a run may go on without looking whether it is to stop.
  private static let manyCodes = 1 << 20

  /// Says what ``maximum`` is.
  func note(maximum: UInt64) { known.value = maximum }

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

/// The largest code of a column once somebody has looked for it. Two threads may look at once and
/// find the same.
private final class KnownMaximum: Sendable {
  private let isKnown = Atomic<Bool>(false)
  private let found = Atomic<UInt64>(0)

  var value: UInt64? {
    get { isKnown.load(ordering: .acquiring) ? found.load(ordering: .relaxed) : nil }
    set {
      found.store(newValue ?? 0, ordering: .relaxed)
      isKnown.store(newValue != nil, ordering: .releasing)
    }
  }
}

@inline(__always)
private func largest<T: CodeInteger>(_ codes: UnsafePointer<T>, _ count: Int) -> UInt64 {
  var maximum: T = 0
  for row in 0..<count { maximum = max(maximum, codes[row]) }
  return UInt64(maximum)
}
