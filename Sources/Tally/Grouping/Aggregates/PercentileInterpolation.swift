/// The place of a percentile among the values of one group: `index + rest / divisor`.
struct PercentilePlace {
  /// The place of the lower neighbour in ascending order.
  var index: Int
  /// The part of the way to the upper neighbour.
  var rest: Int128
  var divisor: Int128

  /// The place of the percentile at a fraction of so many values; nil where there is none.
  init?(_ fraction: ExactDecimal, of count: Int) {
    if count == 0 { return nil }
    let power = ExactDecimal.powersOfTen[fraction.scale].magnitude
    let product = UInt128(count - 1).multipliedFullWidth(by: fraction.coefficient.magnitude)
    // The fraction is at most 1, so the quotient is at most `count - 1`.
    let (whole, part) = power.dividingFullWidth((product.high, product.low))
    index = Int(whole)
    rest = Int128(part)
    divisor = Int128(power)
  }
}

/// The value between two whole numbers over a power of ten, rounded once.
func interpolate(
  _ low: Int128, _ high: Int128, _ place: PercentilePlace, _ power: Int128
) -> Double {
  if place.rest == 0 || low == high { return quotient(low, power) }
  let first = low.multipliedReportingOverflow(by: place.divisor - place.rest)
  let second = high.multipliedReportingOverflow(by: place.rest)
  let sum = first.partialValue.addingReportingOverflow(second.partialValue)
  let divisor = power.multipliedReportingOverflow(by: place.divisor)
  if !first.overflow, !second.overflow, !sum.overflow, !divisor.overflow {
    return quotient(sum.partialValue, divisor.partialValue)
  }
  let weighted =
    BigInteger(low) * BigInteger(place.divisor - place.rest)
    + BigInteger(high) * BigInteger(place.rest)
  return nearestQuotient(weighted, BigInteger(power) * BigInteger(place.divisor))
}

/// The value between two whole numbers, rounded to a whole number.
func interpolateWhole(_ low: Int128, _ high: Int128, _ place: PercentilePlace) -> Int128 {
  let divisor = place.divisor.magnitude
  let product = UInt128(high - low).multipliedFullWidth(by: place.rest.magnitude)
  let (whole, rest) = divisor.dividingFullWidth((product.high, product.low))
  let other = divisor - rest
  let goesUp = rest > other || (rest == other && (low + Int128(whole)) & 1 != 0)
  return low + Int128(whole) + (goesUp ? 1 : 0)
}

/// The value between two doubles, rounded once.
func interpolate(_ low: Double, _ high: Double, _ place: PercentilePlace) -> Double {
  if place.rest == 0 || low == high { return low + 0 }
  let sum = low + high
  if place.rest == place.divisor - place.rest, sum.isFinite, sum.magnitude > 0x1p-1000 {
    // One rounding: halving a normal number is exact.
    return sum / 2
  }
  let (lowPart, highPart) = (BandedSum.exact(low), BandedSum.exact(high))
  let weighted =
    lowPart * BigInteger(place.divisor - place.rest) + highPart * BigInteger(place.rest)
  return nearestQuotient(weighted, BigInteger(place.divisor), exponent: -1074)
}
