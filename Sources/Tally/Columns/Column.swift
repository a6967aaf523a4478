/// An immutable column: values of one type in contiguous memory.
///
/// Copies share the memory. How values are laid out is the engine's choice; ``type`` says what
/// they mean.
public struct Column: Sendable {
  /// What the values mean.
  public let type: ColumnType
  /// The number of rows.
  public let count: Int
  /// Where the values are.
  let payload: Payload
  /// Which rows have a value; nil where all have.
  let validity: Bitmap?
  /// A range that holds all stored integers; nil for text, doubles and wide columns.
  let storedRange: ClosedRange<Int64>?
  /// The numbers of texts without a dictionary, once a question has found them.
  let knownNumbers: KnownNumbers?

  /// The layouts of a column.
  enum Payload: Sendable {
    /// `base + code`: booleans, integers, decimals, percents, dates, periods, durations.
    case codes(Codes, base: Int64)
    /// 128-bit integers: coefficients and sums that 64 bits cannot hold.
    case wide(AlignedBytes)
    /// Doubles.
    case floats(AlignedBytes)
    /// Text by code of an ordered dictionary.
    case dictionary(Codes, TextDictionary)
    /// Text with too many distinct values for a dictionary.
    case plain(TextHeap)
  }

  /// Puts a column together. `validity` may be given with no missing row; it is dropped then.
  /// `maximum` is the largest stored integer, where the caller knows it.
  init(
    type: ColumnType, count: Int, payload: Payload, validity: Bitmap?, maximum: Int64? = nil
  ) {
    if case .codes(let codes, let base) = payload {
      let most = codes.width == .eight ? UInt64.max : (1 << UInt64(codes.width.rawValue * 8)) - 1
      let (high, overflow) = UInt64(bitPattern: base &- .min).addingReportingOverflow(most)
      let limit = overflow ? Int64.max : Int64(bitPattern: high) &+ .min
      storedRange = base...Swift.max(base, maximum ?? limit)
    } else {
      storedRange = nil
    }
    self.type = type
    self.count = count
    self.payload = payload
    if case .plain = payload { knownNumbers = KnownNumbers() } else { knownNumbers = nil }
    if let validity, validity.setCount < count {
      precondition(validity.count == count)
      self.validity = validity
    } else {
      self.validity = nil
    }
  }

  /// The number of rows without a value.
  public var missingCount: Int { validity.map { count - $0.setCount } ?? 0 }

  /// Whether the row has no value.
  public func isMissing(_ row: Int) -> Bool { validity.map { !$0[row] } ?? false }

  /// The value of one row. `row` must lie in `0..<count`.
  public subscript(row: Int) -> CellValue {
    precondition(row >= 0 && row < count, "row \(row) of a column of \(count)")
    if isMissing(row) { return .missing }
    switch payload {
    case .codes(let codes, let base):
      return CellValue(stored: base &+ Int64(bitPattern: codes[row]), type: type)
    case .wide(let bytes):
      return CellValue(stored: bytes.pointer(to: Int128.self)[row], type: type)
    case .floats(let bytes):
      let number = bytes.pointer(to: Double.self)[row]
      return type == .ratio ? .ratio(number) : .float(number)
    case .dictionary(let codes, let dictionary): return .text(dictionary[Int(codes[row])])
    case .plain(let heap): return .text(heap[row])
    }
  }

  /// The same values under another meaning that is stored alike, for instance an integer column
  /// read as days.
  func retyped(_ type: ColumnType) -> Column {
    Column(
      type: type, count: count, payload: payload, validity: validity,
      maximum: storedRange?.upperBound)
  }
}

extension CellValue {
  /// The value that a stored 64-bit integer stands for.
  init(stored: Int64, type: ColumnType) {
    switch type {
    case .boolean: self = .boolean(stored != 0)
    case .date: self = .date(CalendarDate(daysSince1970: Int(stored)))
    case .dateTime: self = .dateTime(stored)
    case .period(let unit): self = .period(CalendarPeriod(unit, index: Int(stored)))
    case .duration: self = .duration(stored)
    case .decimal(let scale):
      self = .decimal(ExactDecimal(coefficient: Int128(stored), scale: scale))
    case .percent(let scale):
      self = .percent(ExactDecimal(coefficient: Int128(stored), scale: scale))
    case .integer, .float, .ratio, .text: self = .integer(Int128(stored))
    }
  }

  /// The value that a stored 128-bit integer stands for.
  init(stored: Int128, type: ColumnType) {
    switch type {
    case .decimal(let scale): self = .decimal(ExactDecimal(coefficient: stored, scale: scale))
    case .percent(let scale): self = .percent(ExactDecimal(coefficient: stored, scale: scale))
    case .integer: self = .integer(stored)
    default: self.init(stored: Int64(truncatingIfNeeded: stored), type: type)
    }
  }
}
