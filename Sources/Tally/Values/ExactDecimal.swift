/// An exact decimal number: `coefficient / 10^scale`.
///
///     let number = ExactDecimal(coefficient: 329, scale: 3)    // 0.329
public struct ExactDecimal: Sendable {
  /// The digits as one whole number.
  public let coefficient: Int128
  /// The number of digits behind the decimal point, from 0 to ``maximumScale``.
  public let scale: Int

  /// The largest scale, so that ten to its power fits into 128 bits.
  public static let maximumScale = 38

  /// Makes the number `coefficient / 10^scale`. `scale` must lie in `0...maximumScale`.
  public init(coefficient: Int128, scale: Int) {
    precondition((0...Self.maximumScale).contains(scale))
    self.coefficient = coefficient
    self.scale = scale
  }

  /// The powers of ten from 0 to ``maximumScale``.
  static let powersOfTen: [Int128] = {
    var powers: [Int128] = [1]
    for _ in 0..<maximumScale { powers.append(powers[powers.count - 1] * 10) }
    return powers
  }()

  /// The same number without trailing zeros behind the point.
  public var reduced: ExactDecimal {
    var digits = coefficient
    var places = scale
    while places > 0, digits % 10 == 0 {
      digits /= 10
      places -= 1
    }
    return ExactDecimal(coefficient: digits, scale: places)
  }

  /// The coefficient at another scale, or nil where digits would be lost or it doesn't fit.
  func coefficient(atScale wanted: Int) -> Int128? {
    if wanted >= scale {
      guard wanted - scale <= Self.maximumScale else { return coefficient == 0 ? 0 : nil }
      let product = coefficient.multipliedReportingOverflow(by: Self.powersOfTen[wanted - scale])
      return product.overflow ? nil : product.partialValue
    }
    let power = Self.powersOfTen[scale - wanted]
    return coefficient % power == 0 ? coefficient / power : nil
  }

  /// The nearest double, correctly rounded.
  public var doubleValue: Double {
    quotient(coefficient, Self.powersOfTen[scale])
  }
}

extension ExactDecimal: Hashable, Comparable, CustomStringConvertible {
  /// Whether both stand for the same number, whatever their scales.
  public static func == (left: ExactDecimal, right: ExactDecimal) -> Bool {
    let (first, second) = (left.reduced, right.reduced)
    return first.coefficient == second.coefficient && first.scale == second.scale
  }

  /// Hashes the number, not its scale.
  public func hash(into hasher: inout Hasher) {
    let plain = reduced
    hasher.combine(plain.coefficient)
    hasher.combine(plain.scale)
  }

  /// Compares as numbers, exactly.
  public static func < (left: ExactDecimal, right: ExactDecimal) -> Bool {
    if left.scale == right.scale { return left.coefficient < right.coefficient }
    let powers = (powersOfTen[left.scale], powersOfTen[right.scale])
    let (wholeLeft, restLeft, _) = floorDivision(left.coefficient, powers.0)
    let (wholeRight, restRight, _) = floorDivision(right.coefficient, powers.1)
    if wholeLeft != wholeRight { return wholeLeft < wholeRight }
    // Both rests are smaller than their power, so the products fit into 256 bits.
    let first = UInt128(restLeft).multipliedFullWidth(by: UInt128(powers.1))
    let second = UInt128(restRight).multipliedFullWidth(by: UInt128(powers.0))
    return first.high == second.high ? first.low < second.low : first.high < second.high
  }

  /// The number with a decimal point, for instance `-0.329`.
  public var description: String {
    let digits = String(coefficient.magnitude)
    let sign = coefficient < 0 ? "-" : ""
    guard scale > 0 else { return sign + digits }
    let padded = String(repeating: "0", count: max(0, scale + 1 - digits.count)) + digits
    return sign + padded.dropLast(scale) + "." + padded.suffix(scale)
  }
}

/// `dividend / divisor` as the nearest double, ties to even: exact division first, one rounding
/// last, so the result does not depend on how the operands were scaled. `divisor` is positive.
func quotient(_ dividend: Int128, _ divisor: Int128) -> Double {
  precondition(divisor > 0)
  let exactLimit = Int128(1) << 53
  if dividend.magnitude <= exactLimit.magnitude, divisor <= exactLimit {
    // Both are doubles without rounding, and IEEE division rounds once.
    return Double(Int64(dividend)) / Double(Int64(divisor))
  }
  let magnitude = roundedQuotient(dividend.magnitude, divisor.magnitude)
  return dividend < 0 ? -magnitude : magnitude
}

/// Long division to 64 significant bits and a sticky bit, rounded once to a double.
func roundedQuotient(_ dividend: UInt128, _ divisor: UInt128) -> Double {
  if dividend == 0 { return 0 }
  var (whole, rest) = dividend.quotientAndRemainder(dividingBy: divisor)
  var exponent = 0
  // Add binary digits until at least 64 are there: more than a double keeps.
  while whole.leadingZeroBitCount > 64 {
    let carry = rest >> 127 == 1
    rest &<<= 1
    whole <<= 1
    if carry || rest >= divisor {
      rest = rest &- divisor
      whole |= 1
    }
    exponent -= 1
  }
  if rest != 0 {
    // A set last bit below the rounding place stands for everything that follows.
    whole |= 1
  }
  let shift = 128 - whole.leadingZeroBitCount - 64
  var mantissa = UInt64(truncatingIfNeeded: whole >> UInt128(shift))
  if shift > 0, whole & ((1 << UInt128(shift)) - 1) != 0 { mantissa |= 1 }
  return scalb(Double(mantissa), exponent + shift)
}

private func scalb(_ value: Double, _ exponent: Int) -> Double {
  value * Double(sign: .plus, exponent: exponent, significand: 1)
}
