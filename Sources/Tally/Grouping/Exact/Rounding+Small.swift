// The quotients and roots of `Rounding` for numbers that fit into machine words, which are nearly
// all: the same bits, without memory.

/// `dividend / divisor` as the nearest double; nil where more bits are needed. The divisor is
/// positive.
func nearestQuotient(_ dividend: UInt128, _ divisor: UInt64) -> Double? {
  if dividend == 0 { return 0 }
  let shift = 66 - (dividend.significantBits - divisor.significantBits)
  guard shift >= 0 else { return nil }
  let (quotient, isExact) = divide(dividend, shiftedBy: shift, by: divisor)
  return nearestDouble(quotient, hasRest: !isExact, exponent: -shift)
}

/// The square root of `dividend / divisor` as the nearest double; nil where more bits are needed.
/// The divisor is positive.
func nearestRoot(_ dividend: UInt128, _ divisor: UInt64) -> Double? {
  if dividend == 0 { return 0 }
  var shift = 126 - (dividend.significantBits - divisor.significantBits)
  if shift & 1 == 1 { shift += 1 }
  guard shift >= 0 else { return nil }
  let (square, isExact) = divide(dividend, shiftedBy: shift, by: divisor)
  let root = wholeRoot(square)
  return nearestDouble(
    root, hasRest: !isExact || root &* root != square, exponent: -shift / 2)
}

/// `(dividend << shift) / divisor`, whose quotient has at most 128 bits, word by word.
private func divide(
  _ dividend: UInt128, shiftedBy shift: Int, by divisor: UInt64
) -> (quotient: UInt128, isExact: Bool) {
  let upper = shift < 64 ? dividend >> (64 - shift) : dividend << (shift - 64)
  let low = shift < 64 ? UInt64(truncatingIfNeeded: dividend << shift) : 0
  let top = UInt64(truncatingIfNeeded: upper >> 64) % divisor
  let first = divisor.dividingFullWidth((top, UInt64(truncatingIfNeeded: upper)))
  let second = divisor.dividingFullWidth((first.remainder, low))
  return (UInt128(first.quotient) << 64 | UInt128(second.quotient), second.remainder == 0)
}

extension FixedWidthInteger {
  /// The bits up to the highest one that is set.
  fileprivate var significantBits: Int { Self.bitWidth - leadingZeroBitCount }
}
