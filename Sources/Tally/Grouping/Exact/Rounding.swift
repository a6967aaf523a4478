/// `(significand + rest) * 2^exponent` as the nearest double, ties to even, also where the result
/// is subnormal; infinite where it is too large. `rest` lies in 0..<1 and is not zero where
/// `hasRest`; the significand then has at least 55 bits.
func nearestDouble(_ significand: UInt128, hasRest: Bool, exponent: Int) -> Double {
  if significand == 0 { return 0 }
  let width = 128 - significand.leadingZeroBitCount
  let top = exponent + width - 1
  if top > 1023 { return .infinity }
  let precision = top >= -1022 ? 53 : 53 - (-1022 - top)
  if precision < 0 { return 0 }
  let dropped = width - precision
  if dropped <= 0 {
    assert(!hasRest)
    return scaled(UInt64(truncatingIfNeeded: significand), by: exponent)
  }
  var kept = UInt64(truncatingIfNeeded: significand >> UInt128(dropped))
  let half: UInt128 = 1 << UInt128(dropped - 1)
  let rest = significand & (half &+ (half &- 1))
  if rest > half || (rest == half && (hasRest || kept & 1 == 1)) { kept += 1 }
  return scaled(kept, by: exponent + dropped)
}

/// A number of at most 53 bits times a power of two, which must be a double or too large for one.
private func scaled(_ significand: UInt64, by exponent: Int) -> Double {
  Double(sign: .plus, exponent: exponent, significand: Double(significand))
}

/// `dividend / divisor * 2^exponent` as the nearest double. The divisor is positive.
func nearestQuotient(_ dividend: BigInteger, _ divisor: BigInteger, exponent: Int = 0) -> Double {
  if dividend.isZero { return 0 }
  // A quotient of 66 or 67 bits: more than a double keeps, with place for the rounding.
  let shift = 66 - (dividend.bitWidth - divisor.bitWidth)
  let (quotient, isExact) = BigInteger.divide(
    dividend.magnitude.shifted(by: max(0, shift)), by: divisor.shifted(by: max(0, -shift)))
  let result = nearestDouble(
    quotient.lowBits, hasRest: !isExact, exponent: exponent - shift)
  return dividend.isNegative ? -result : result
}

/// The square root of `dividend / divisor * 2^exponent` as the nearest double, for a dividend that
/// is not negative, a positive divisor and an even exponent.
func nearestRoot(_ dividend: BigInteger, _ divisor: BigInteger, exponent: Int = 0) -> Double {
  precondition(!dividend.isNegative && exponent & 1 == 0)
  if dividend.isZero { return 0 }
  // A quotient of 126 to 128 bits has a root of 63 or 64.
  var shift = 126 - (dividend.bitWidth - divisor.bitWidth)
  if shift & 1 == 1 { shift += 1 }
  let (quotient, isExact) = BigInteger.divide(
    dividend.shifted(by: max(0, shift)), by: divisor.shifted(by: max(0, -shift)))
  let square = quotient.lowBits
  let root = wholeRoot(square)
  return nearestDouble(
    root, hasRest: !isExact || root &* root != square, exponent: (exponent - shift) / 2)
}

/// The largest number whose square is not above `square`.
func wholeRoot(_ square: UInt128) -> UInt128 {
  let (high, low) = (UInt64(truncatingIfNeeded: square >> 64), UInt64(truncatingIfNeeded: square))
  let estimate = (Double(high) * 0x1p64 + Double(low)).squareRoot()
  var root = UInt64(min(estimate, 0x1.fffffffffffffp63))
  if root > 0 {
    // A step of Newton's.
    let quotient = high < root ? root.dividingFullWidth((high, low)).quotient : .max
    root = (root & quotient) &+ ((root ^ quotient) >> 1)
  }
  while UInt128(root) &* UInt128(root) > square { root &-= 1 }
  while root < .max, (UInt128(root) &+ 1) &* (UInt128(root) &+ 1) <= square { root &+= 1 }
  return UInt128(root)
}

/// `dividend / divisor` as the nearest whole number, ties to even. The divisor is positive.
func nearestInteger(_ dividend: Int128, _ divisor: Int128) -> Int128 {
  var (whole, rest) = dividend.quotientAndRemainder(dividingBy: divisor)
  if rest < 0 {
    whole -= 1
    rest += divisor
  }
  let other = divisor - rest
  if rest > other || (rest == other && whole & 1 != 0) { whole += 1 }
  return whole
}

extension BigInteger {
  /// The lowest 128 bits of the magnitude.
  var lowBits: UInt128 {
    let low = words.isEmpty ? 0 : UInt128(words[0])
    return words.count < 2 ? low : UInt128(words[1]) << 64 | low
  }

  /// The powers of ten that scales and their squares need.
  static func powerOfTen(_ exponent: Int) -> BigInteger {
    var rest = exponent
    var power = BigInteger(1)
    while rest > 0 {
      let step = min(rest, ExactDecimal.maximumScale)
      power = power * BigInteger(ExactDecimal.powersOfTen[step])
      rest -= step
    }
    return power
  }
}
