/// A whole number of any size: what moments and percentiles are put together from before they are
/// rounded once.
///
/// Knuth, The Art of Computer Programming, volume 2, section 4.3.1, algorithms A, S, M and D.
struct BigInteger {
  /// Whether the number is below zero; false for zero.
  private(set) var isNegative: Bool
  /// The magnitude in 64-bit words, the lowest first, without zeros at the top.
  private(set) var words: [UInt64]

  /// Makes a number from its sign and words.
  init(words: [UInt64], isNegative: Bool = false) {
    self.words = words
    while self.words.last == 0 { self.words.removeLast() }
    self.isNegative = isNegative && !self.words.isEmpty
  }

  /// Makes a number from 128 bits.
  init(_ value: Int128) {
    let magnitude = value.magnitude
    self.init(
      words: [UInt64(truncatingIfNeeded: magnitude), UInt64(truncatingIfNeeded: magnitude >> 64)],
      isNegative: value < 0)
  }

  /// Makes a number from a count.
  init(_ value: Int) { self.init(Int128(value)) }

  /// Whether the number is zero.
  var isZero: Bool { words.isEmpty }

  /// The number of bits of the magnitude; 0 for zero.
  var bitWidth: Int {
    guard let top = words.last else { return 0 }
    return words.count * 64 - top.leadingZeroBitCount
  }

  /// The number as 128 bits, or nil where it has more.
  var int128: Int128? {
    guard words.count <= 2 else { return nil }
    let low = words.isEmpty ? 0 : UInt128(words[0])
    let magnitude = words.count < 2 ? low : UInt128(words[1]) << 64 | low
    if isNegative {
      return magnitude <= Int128.min.magnitude ? Int128(truncatingIfNeeded: 0 &- magnitude) : nil
    }
    return Int128(exactly: magnitude)
  }

  /// The number without its sign.
  var magnitude: BigInteger { BigInteger(words: words) }

  /// The number times two to the power of `bits`, which is not negative.
  func shifted(by bits: Int) -> BigInteger {
    if isZero || bits == 0 { return self }
    let (whole, rest) = (bits >> 6, UInt64(bits & 63))
    var result = [UInt64](repeating: 0, count: words.count + whole + 1)
    for (index, word) in words.enumerated() {
      result[index + whole] |= word << rest
      if rest > 0 { result[index + whole + 1] = word >> (64 - rest) }
    }
    return BigInteger(words: result, isNegative: isNegative)
  }

  /// The negated number.
  static prefix func - (value: BigInteger) -> BigInteger {
    BigInteger(words: value.words, isNegative: !value.isNegative)
  }

  /// The exact sum.
  static func + (left: BigInteger, right: BigInteger) -> BigInteger {
    if left.isNegative == right.isNegative {
      return BigInteger(words: sum(left.words, right.words), isNegative: left.isNegative)
    }
    if isBelow(left.words, right.words) {
      return BigInteger(words: difference(right.words, left.words), isNegative: right.isNegative)
    }
    return BigInteger(words: difference(left.words, right.words), isNegative: left.isNegative)
  }

  /// The exact difference.
  static func - (left: BigInteger, right: BigInteger) -> BigInteger { left + -right }

  /// The exact product.
  static func * (left: BigInteger, right: BigInteger) -> BigInteger {
    if left.isZero || right.isZero { return BigInteger(words: []) }
    var result = [UInt64](repeating: 0, count: left.words.count + right.words.count)
    for (i, first) in left.words.enumerated() {
      var carry: UInt64 = 0
      for (j, second) in right.words.enumerated() {
        // At most (2^64 - 1)^2 + 2 (2^64 - 1), which is 2^128 - 1.
        let step = UInt128(first) &* UInt128(second) &+ UInt128(result[i + j]) &+ UInt128(carry)
        result[i + j] = UInt64(truncatingIfNeeded: step)
        carry = UInt64(truncatingIfNeeded: step >> 64)
      }
      result[i + right.words.count] = carry
    }
    return BigInteger(words: result, isNegative: left.isNegative != right.isNegative)
  }

  private static func isBelow(_ left: [UInt64], _ right: [UInt64]) -> Bool {
    if left.count != right.count { return left.count < right.count }
    for index in left.indices.reversed() where left[index] != right[index] {
      return left[index] < right[index]
    }
    return false
  }

  private static func sum(_ left: [UInt64], _ right: [UInt64]) -> [UInt64] {
    let (longer, shorter) = left.count >= right.count ? (left, right) : (right, left)
    var result = longer
    var carry: UInt64 = 0
    for index in result.indices {
      let other = index < shorter.count ? shorter[index] : 0
      let (first, overflow) = result[index].addingReportingOverflow(other)
      let (second, again) = first.addingReportingOverflow(carry)
      result[index] = second
      carry = overflow || again ? 1 : 0
    }
    if carry > 0 { result.append(carry) }
    return result
  }

  private static func difference(_ left: [UInt64], _ right: [UInt64]) -> [UInt64] {
    var result = left
    var borrow: UInt64 = 0
    for index in result.indices {
      let other = index < right.count ? right[index] : 0
      let (first, overflow) = result[index].subtractingReportingOverflow(other)
      let (second, again) = first.subtractingReportingOverflow(borrow)
      result[index] = second
      borrow = overflow || again ? 1 : 0
    }
    return result
  }
}

extension BigInteger {
  /// The whole quotient of two positive numbers, and whether anything was left over.
  static func divide(_ dividend: BigInteger, by divisor: BigInteger)
    -> (quotient: BigInteger, isExact: Bool)
  {
    precondition(!divisor.isZero)
    if isBelow(dividend.words, divisor.words) {
      return (BigInteger(words: []), dividend.isZero)
    }
    if divisor.words.count == 1 { return divide(dividend, byWord: divisor.words[0]) }
    let shift = divisor.words[divisor.words.count - 1].leadingZeroBitCount
    let lower = divisor.shifted(by: shift).words
    var rest = dividend.shifted(by: shift).words
    while rest.count <= dividend.words.count { rest.append(0) }
    var quotient = [UInt64](repeating: 0, count: rest.count - lower.count)
    for place in quotient.indices.reversed() {
      var digit = estimate(rest, lower, place)
      if subtract(lower, times: digit, from: &rest, at: place) {
        // The estimate was one too large: add the divisor back.
        digit &-= 1
        addBack(lower, to: &rest, at: place)
      }
      quotient[place] = digit
    }
    return (BigInteger(words: quotient), rest.allSatisfy { $0 == 0 })
  }

  private static func divide(_ dividend: BigInteger, byWord divisor: UInt64)
    -> (quotient: BigInteger, isExact: Bool)
  {
    var quotient = dividend.words
    var rest: UInt64 = 0
    for index in quotient.indices.reversed() {
      let step = divisor.dividingFullWidth((rest, quotient[index]))
      quotient[index] = step.quotient
      rest = step.remainder
    }
    return (BigInteger(words: quotient), rest == 0)
  }

  /// A digit of the quotient that is right or one too large.
  private static func estimate(_ rest: [UInt64], _ divisor: [UInt64], _ place: Int) -> UInt64 {
    let count = divisor.count
    let (top, next) = (rest[place + count], rest[place + count - 1])
    let (first, second) = (divisor[count - 1], divisor[count - 2])
    if top >= first { return .max }
    var (digit, left) = first.dividingFullWidth((top, next))
    while true {
      let product = digit.multipliedFullWidth(by: second)
      let following = rest[place + count - 2]
      if product.high < left || (product.high == left && product.low <= following) { return digit }
      digit &-= 1
      let (sum, overflow) = left.addingReportingOverflow(first)
      if overflow { return digit }
      left = sum
    }
  }

  /// Subtracts a multiple of the divisor; true where the result fell below zero.
  private static func subtract(
    _ divisor: [UInt64], times digit: UInt64, from rest: inout [UInt64], at place: Int
  ) -> Bool {
    var carry: UInt64 = 0
    for (index, word) in divisor.enumerated() {
      let step = UInt128(word) &* UInt128(digit) &+ UInt128(carry)
      let (left, overflow) = rest[place + index].subtractingReportingOverflow(
        UInt64(truncatingIfNeeded: step))
      rest[place + index] = left
      carry = UInt64(truncatingIfNeeded: step >> 64) &+ (overflow ? 1 : 0)
    }
    let (left, overflow) = rest[place + divisor.count].subtractingReportingOverflow(carry)
    rest[place + divisor.count] = left
    return overflow
  }

  private static func addBack(_ divisor: [UInt64], to rest: inout [UInt64], at place: Int) {
    var carry = false
    for (index, word) in divisor.enumerated() {
      let (first, overflow) = rest[place + index].addingReportingOverflow(word)
      let (second, again) = first.addingReportingOverflow(carry ? 1 : 0)
      rest[place + index] = second
      carry = overflow || again
    }
    rest[place + divisor.count] &+= carry ? 1 : 0
  }
}
