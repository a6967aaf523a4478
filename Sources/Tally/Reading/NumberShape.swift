/// How a number is written, whatever the signs in it may mean: `-1.234,5 %` has a sign, groups of
/// digits between signs, and a suffix.
struct NumberShape {
  /// Whether a minus stands in front.
  private(set) var isNegative = false
  /// The digits before the first sign.
  private(set) var firstRun = 0
  /// The digits behind the last sign.
  private(set) var lastRun = 0
  /// The digits in between.
  private var middleDigits = 0
  /// The number of signs between digits.
  private(set) var signCount = 0
  /// The sign that all but the last are, and the last: indexes of
  /// ``NumberConvention/groupSigns``.
  private(set) var groupSign = 0
  private(set) var lastSign = 0
  /// Whether all digits between two signs come in threes.
  private var hasThrees = true
  private(set) var hasDotOrComma = false
  /// 0 for none, 1 for `%`, 2 to 4 for a blank, no-break space or narrow no-break space and `%`.
  private(set) var suffix = 0
  /// The power of ten behind `e`, or nil.
  private(set) var exponent: Int?
  private var startsWithZero = false
  private var isZero = true
  /// The zeros at the beginning and at the end of the last run.
  private var lastRunLeadingZeros = 0
  private var lastRunEndsWithZero = false

  /// The most bytes that a number can have: 38 digits with their signs.
  static let longest = 120

  /// Reads a cell, or gives nil where it isn't digits with signs between them.
  init?(_ cell: CellBytes) {
    var end = cell.count
    guard end > 0, end <= Self.longest else { return nil }
    if cell[end - 1] == UInt8(ascii: "%") {
      end -= 1
      suffix = 1
      let blank = cell.blankLength(before: end)
      if blank.length > 0 {
        end -= blank.length
        suffix = 1 + blank.kind
      }
    }
    var index = 0
    if end > 0, cell[0] == UInt8(ascii: "-") {
      isNegative = true
      index = 1
    }
    guard index < end, cell[index].isDigit else { return nil }
    startsWithZero = cell[index] == UInt8(ascii: "0")
    readRun(cell, &index, end)
    firstRun = lastRun
    while index < end {
      if cell[index] == UInt8(ascii: "e") {
        guard let power = Self.power(cell, index, end) else { return nil }
        exponent = power
        break
      }
      let (sign, length) = cell.groupSign(at: index, end: end)
      guard sign != 0, index + length < end, cell[index + length].isDigit else { return nil }
      if signCount > 0 {
        middleDigits += lastRun
        if lastRun != 3 { hasThrees = false }
        if signCount > 1, lastSign != groupSign { return nil }
        groupSign = lastSign
      }
      signCount += 1
      lastSign = sign
      if sign <= NumberConvention.comma { hasDotOrComma = true }
      index += length
      readRun(cell, &index, end)
    }
    if signCount == 0 { lastRun = 0 }
    if isNegative, isZero { return nil }
  }

  private mutating func readRun(_ cell: CellBytes, _ index: inout Int, _ end: Int) {
    let start = index
    lastRunLeadingZeros = 0
    while index < end, cell[index].isDigit {
      if cell[index] != UInt8(ascii: "0") {
        isZero = false
      } else if lastRunLeadingZeros == index - start {
        lastRunLeadingZeros += 1
      }
      index += 1
    }
    lastRun = index - start
    lastRunEndsWithZero = index > start && cell[index - 1] == UInt8(ascii: "0")
  }

  /// Reads `e-05` as C prints it: a sign and at least two digits, more only where needed.
  private static func power(_ cell: CellBytes, _ index: Int, _ end: Int) -> Int? {
    let digits = end - index - 2
    guard digits == 2 || digits == 3 else { return nil }
    let sign = cell[index + 1]
    guard sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") else { return nil }
    var value = 0
    for place in index + 2..<end {
      guard cell[place].isDigit else { return nil }
      value = value * 10 + Int(cell[place] - UInt8(ascii: "0"))
    }
    if digits == 3, value < 100 { return nil }
    return sign == UInt8(ascii: "-") ? -value : value
  }
}

extension NumberShape {
  /// The decimal places under a decimal sign: 0 for the dot, 1 for the comma.
  func places(decimal: Int) -> Int {
    if let exponent { return max(0, lastRun - exponent) }
    return signCount > 0 && lastSign == decimal + 1 && isDecimal ? lastRun : 0
  }

  /// Whether the last sign can begin decimals: not if there are several and all are the same.
  private var isDecimal: Bool { signCount == 1 || lastSign != groupSign }

  /// The digits before the decimal sign; all digits where no sign can be one.
  var digitCount: Int {
    if let exponent { return max(1, exponent + 1) }
    if signCount == 0 { return firstRun }
    let canBeDecimal = lastSign <= NumberConvention.comma && isDecimal
    return canBeDecimal ? firstRun + middleDigits : firstRun + middleDigits + lastRun
  }

  /// Whether all signs can group thousands.
  private var couldGroup: Bool {
    hasThrees && lastRun == 3 && firstRun <= 3 && !startsWithZero
      && (signCount == 1 || lastSign == groupSign)
  }

  /// The pairs of grouping and decimal sign under which this is a number that can be written in
  /// no other way.
  var conventions: UInt32 {
    let hasLeadingZero = startsWithZero && firstRun > 1
    if hasLeadingZero || firstRun + middleDigits + lastRun > 38 { return 0 }
    if exponent != nil {
      return isExponentCanonical ? NumberConvention.bit(group: 0, decimal: 0) : 0
    }
    if signCount == 0 { return firstRun <= 3 ? NumberConvention.all : NumberConvention.ungrouped }
    var result: UInt32 = 0
    if couldGroup {
      for decimal in 0..<2 where lastSign != decimal + 1 {
        result |= NumberConvention.bit(group: lastSign, decimal: decimal)
      }
    }
    guard lastSign <= NumberConvention.comma else { return result }
    let decimal = lastSign - 1
    let all = decimal == 0 ? NumberConvention.allDot : NumberConvention.allComma
    if signCount == 1 {
      result |= firstRun <= 3 ? all : NumberConvention.bit(group: 0, decimal: decimal)
    } else if lastSign != groupSign, hasThrees, firstRun <= 3, !startsWithZero {
      result |= NumberConvention.bit(group: groupSign, decimal: decimal)
    }
    return result
  }

  /// Whether `%.15g` of C or `fwrite` of R prints this with just this exponent.
  private var isExponentCanonical: Bool {
    guard let exponent, suffix == 0, firstRun == 1, !startsWithZero else { return false }
    guard signCount == 0 || (signCount == 1 && lastSign == NumberConvention.dot) else {
      return false
    }
    if signCount == 1, lastRunEndsWithZero { return false }
    guard lastRun <= 14, exponent < -4 || exponent >= 15 || isShorterInR else { return false }
    return exponent < 38 && lastRun - exponent <= 38
  }

  /// Whether only R writes an exponent: one digit behind three zeros.
  private var isShorterInR: Bool { exponent == -4 && signCount == 0 }

  /// The styles that print so many decimal places of this number.
  func styles(places: Int, isDot: Bool) -> UInt64 {
    if exponent != nil {
      return isShorterInR ? ReadingSet.shortestStyle : ReadingSet.exponentStyles
    }
    guard places <= 38 else { return 0 }
    var result: UInt64 = 1 << UInt64(places)
    if places > 0, lastRunEndsWithZero { return result }
    result |= ReadingSet.minimalStyle
    let integerDigits = places > 0 ? firstRun + middleDigits : firstRun + middleDigits + lastRun
    let isPlain = suffix == 0 && (places > 0 ? signCount == 1 : signCount == 0)
    guard isDot, isPlain, integerDigits <= 15 else { return result }
    if startsWithZero {
      let isTiny = places > 0 && lastRunLeadingZeros >= 4
      let significant = places - lastRunLeadingZeros
      if isTiny || significant > 15 { return result }
      let isShorter = lastRunLeadingZeros == 3 && significant == 1
      return result | (isShorter ? ReadingSet.exponentStyle : ReadingSet.exponentStyles)
    }
    return integerDigits + places > 15 ? result : result | ReadingSet.exponentStyles
  }
}

extension UInt8 {
  /// Whether the byte is a digit of ASCII.
  @inline(__always)
  var isDigit: Bool { self &- 0x30 < 10 }
}

extension CellBytes {
  /// The sign between groups of digits that begins at an index, as an index of
  /// ``NumberConvention/groupSigns``, and its length.
  func groupSign(at index: Int, end: Int) -> (sign: Int, length: Int) {
    switch self[index] {
    case UInt8(ascii: "."): return (1, 1)
    case UInt8(ascii: ","): return (2, 1)
    case UInt8(ascii: " "): return (3, 1)
    case UInt8(ascii: "'"): return (7, 1)
    case 0xC2: return index + 1 < end && self[index + 1] == 0xA0 ? (4, 2) : (0, 0)
    case 0xE2:
      guard index + 2 < end, self[index + 1] == 0x80 else { return (0, 0) }
      switch self[index + 2] {
      case 0x89: return (5, 3)
      case 0xAF: return (6, 3)
      case 0x99: return (8, 3)
      default: return (0, 0)
      }
    default: return (0, 0)
    }
  }

  /// The blank that ends before an index: 1 for a blank, 2 for a no-break space, 3 for a narrow
  /// one.
  func blankLength(before end: Int) -> (kind: Int, length: Int) {
    if end >= 1, self[end - 1] == UInt8(ascii: " ") { return (1, 1) }
    if end >= 2, self[end - 2] == 0xC2, self[end - 1] == 0xA0 { return (2, 2) }
    if end >= 3, self[end - 3] == 0xE2, self[end - 2] == 0x80, self[end - 1] == 0xAF {
      return (3, 3)
    }
    return (0, 0)
  }
}
