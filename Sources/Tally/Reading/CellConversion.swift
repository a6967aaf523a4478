/// Reads cells of a column that was given a type under which they can't be written back as they
/// were: leading zeros, blanks around the value, a plus sign, decimal places of different number,
/// other words for true and false. Two readings with different values remain a question.
struct CellConversion {
  let type: LoadOptions.CellType
  /// The decimal sign: 0 for the dot, 1 for the comma; nil until it is known.
  var decimal: Int?
  /// The order of dates; nil until it is known.
  var order: Int?
  /// What all cells seen have in common.
  private var conventions = NumberConvention.all
  private var layouts: UInt16 = 0x1FF
  private var units: Swift.Set<PeriodUnit> = []
  private(set) var places = 0
  private var hasSeparators = false
  private var dayAndMonthDiffer = false

  init(type: LoadOptions.CellType, decimal: Int?, order: Int?) {
    self.type = type
    self.decimal = decimal
    self.order = order
    if let decimal {
      conventions &= decimal == 0 ? NumberConvention.allDot : NumberConvention.allComma
    }
    if let order {
      let other = order == DateShape.dayFirst ? DateShape.monthFirst : DateShape.dayFirst
      if order != DateShape.yearFirst { layouts &= ~(7 << UInt16(other * 3)) }
    }
  }

  /// Takes note of a cell, and says whether it can be read at all.
  mutating func examine(_ cell: CellBytes) -> Bool {
    let bytes = cell.withoutBlanks
    switch type {
    case .text: return true
    case .boolean: return Self.boolean(bytes) != nil
    case .integer, .decimal, .percent, .float:
      guard let number = LooseNumber(bytes), number.isPercent == (type == .percent) else {
        return false
      }
      let left = conventions & number.shape.conventions
      guard left != 0 else { return false }
      conventions = left
      if number.shape.hasDotOrComma { hasSeparators = true }
      return true
    case .date, .dateTime:
      guard let date = DateShape(bytes), !date.isShort, (date.times != 0) == (type == .dateTime)
      else { return false }
      guard layouts & date.layouts != 0 || !Self.isSameOrder(layouts, date.layouts) else {
        return false
      }
      layouts &= Self.widened(date.layouts)
      if date.dayAndMonthDiffer { dayAndMonthDiffer = true }
      return layouts != 0
    case .period:
      if Self.year(bytes) != nil {
        units.insert(.year)
      } else if let period = PeriodShape(bytes) {
        units.insert(period.unit)
      }
      return units.count == 1
    }
  }

  /// The orders of some layouts, whatever the separators.
  private static func widened(_ layouts: UInt16) -> UInt16 {
    var result: UInt16 = 0
    for order in 0..<3 where layouts >> UInt16(order * 3) & 7 != 0 {
      result |= 7 << UInt16(order * 3)
    }
    // A year in front can be told from dates with the year behind.
    return result & 0o700 != 0 ? 0x1FF : result | 0o700
  }

  private static func isSameOrder(_ left: UInt16, _ right: UInt16) -> Bool {
    widened(left) & widened(right) != 0
  }

  /// Settles what the cells leave open; false where two readings with different values are left.
  mutating func settle() -> Bool {
    if decimal == nil {
      let hasDot = conventions & NumberConvention.allDot != 0
      let hasComma = conventions & NumberConvention.allComma != 0
      if hasDot, hasComma, hasSeparators { return false }
      decimal = hasDot ? 0 : 1
    }
    if order == nil {
      let hasBoth = layouts & 7 != 0 && layouts & 0o70 != 0
      if hasBoth, dayAndMonthDiffer { return false }
      order = layouts & 7 != 0 ? DateShape.dayFirst : DateShape.monthFirst
    }
    return true
  }

  /// The type of the column, given the decimal places of its numbers.
  func columnType(places: Int) -> ColumnType {
    switch type {
    case .boolean: .boolean
    case .integer: .integer
    case .decimal: .decimal(scale: places)
    case .percent: .percent(scale: places + 2)
    case .float: .float
    case .text: .text
    case .date: .date
    case .dateTime: .dateTime
    case .period: .period(units.first ?? .year)
    }
  }

  /// The truth value that a word stands for.
  static func boolean(_ bytes: CellBytes) -> Bool? {
    switch String(decoding: bytes.prefix(6), as: UTF8.self).lowercased() {
    case "true", "yes", "t", "y", "1": true
    case "false", "no", "f", "n", "0": false
    default: nil
    }
  }

  /// The year in four digits.
  static func year(_ bytes: CellBytes) -> Int? {
    var reader = FigureReader(bytes)
    guard let year = reader.number(atMost: 4), reader.isAtEnd, year.length == 4, year.value > 0
    else { return nil }
    return year.value
  }
}

extension CellConversion {
  /// The exact number of a cell, or nil where 128 bits don't hold it.
  func number(_ cell: CellBytes) -> ExactDecimal? {
    LooseNumber(cell.withoutBlanks)?.value(decimal: decimal ?? 0)
  }

  /// The nearest double of a cell; nil where it is too large.
  func float(_ cell: CellBytes) -> Double? {
    LooseNumber(cell.withoutBlanks)?.double(decimal: decimal ?? 0)
  }

  /// The stored value of a cell that is not a number.
  func stored(_ cell: CellBytes) -> Int64? {
    let bytes = cell.withoutBlanks
    switch type {
    case .boolean: return Self.boolean(bytes).map { $0 ? 1 : 0 }
    case .date, .dateTime: return moment(bytes)
    case .period:
      if let year = Self.year(bytes) { return Int64(year - 1970) }
      return PeriodShape(bytes).map { Int64($0.index) }
    case .integer, .decimal, .percent, .float, .text: return nil
    }
  }

  private func moment(_ bytes: CellBytes) -> Int64? {
    guard let shape = DateShape(bytes) else { return nil }
    let isYearFirst = shape.layouts & 0o700 != 0
    let order = isYearFirst ? DateShape.yearFirst : self.order ?? DateShape.dayFirst
    let layouts = shape.layouts >> UInt16(order * 3) & 7
    guard layouts != 0 else { return nil }
    let notation = DateNotation(
      order: order, separator: layouts.trailingZeroBitCount, dayPadding: 0, monthPadding: 0)
    var reader = FigureReader(bytes)
    guard let days = notation.days(&reader) else { return nil }
    if type == .date { return Int64(days) }
    let time = TimeNotation(
      hasLetter: shape.times & 2 != 0, padsHours: true, hasZone: shape.times & 32 != 0,
      precision: 0)
    return time.microseconds(&reader).map { Int64(days) * 86_400_000_000 + $0 }
  }
}

/// A number whose notation may lose something.
struct LooseNumber {
  /// How the digits are written, without sign and power of ten.
  let shape: NumberShape
  let isPercent: Bool
  private let digits: [UInt8]
  private let isNegative: Bool
  private let power: Int

  /// Reads a number with a sign, leading zeros and a power of ten.
  init?(_ cell: CellBytes) {
    guard !cell.isEmpty, cell.count <= 400 else { return nil }
    var bytes = Array(cell)
    var power = 0
    if bytes[0] == UInt8(ascii: "-") || bytes[0] == UInt8(ascii: "+") {
      isNegative = bytes.removeFirst() == UInt8(ascii: "-")
    } else {
      isNegative = false
    }
    isPercent = bytes.last == UInt8(ascii: "%")
    if let place = bytes.firstIndex(where: { $0 | 0x20 == UInt8(ascii: "e") }) {
      guard let value = Int(String(decoding: bytes[(place + 1)...], as: UTF8.self)),
        abs(value) <= 10_000
      else { return nil }
      power = value
      bytes.removeSubrange(place...)
    }
    while bytes.count > 1, bytes[0] == UInt8(ascii: "0"), bytes[1].isDigit { bytes.removeFirst() }
    if bytes.count > 1, !bytes[0].isDigit, bytes[1].isDigit { bytes.insert(0x30, at: 0) }
    let found = bytes.withUnsafeBufferPointer { NumberShape($0) }
    guard let found, found.conventions != 0 else { return nil }
    shape = found
    digits = bytes
    self.power = power
  }

  /// The digits as a whole number and the places behind the decimal sign.
  private func coefficient(decimal: Int) -> (Int128, places: Int)? {
    let places = shape.places(decimal: decimal)
    let group =
      shape.signCount == 0 || (shape.signCount == 1 && places > 0)
      ? 0 : (places > 0 ? shape.groupSign : shape.lastSign)
    let notation = NumberNotation(
      group: group, decimal: decimal, style: .minimal, places: places, suffix: shape.suffix)
    guard let value = digits.withUnsafeBufferPointer({ notation.coefficient(of: $0) }) else {
      return nil
    }
    return (isNegative ? -value : value, places)
  }

  /// The exact number, a percentage as what it stands for.
  func value(decimal: Int) -> ExactDecimal? {
    guard var (value, places) = coefficient(decimal: decimal) else { return nil }
    places -= power
    while places > 0, value % 10 == 0, places > 38 || power != 0 {
      value /= 10
      places -= 1
    }
    if places < 0 {
      guard let scaled = NumberNotation.scaled(value, by: -places) else { return nil }
      return ExactDecimal(coefficient: scaled, scale: 0)
    }
    return places <= 36 ? ExactDecimal(coefficient: value, scale: places) : nil
  }

  /// The nearest double, or nil where it is infinite.
  func double(decimal: Int) -> Double? {
    guard let (value, places) = coefficient(decimal: decimal),
      let result = Double("\(value)e\(power - places)"), result.isFinite
    else { return nil }
    return result
  }
}

extension CellBytes {
  /// The bytes without blanks and tabs at both ends.
  var withoutBlanks: CellBytes {
    var start = 0
    var end = count
    while start < end, self[start] == 0x20 || self[start] == 0x09 { start += 1 }
    while end > start, self[end - 1] == 0x20 || self[end - 1] == 0x09 { end -= 1 }
    return CellBytes(rebasing: self[start..<end])
  }
}
