/// Where a number goes that has too many digits.
enum RoundingMode: Sendable {
  /// To the nearest, halves away from zero.
  case nearest
  /// To the next that is not larger.
  case down
  /// To the next that is not smaller.
  case up
  /// To the next that is not farther from zero.
  case towardZero
}

/// Divides by a power of ten and rounds.
@specialized(where T == Int64)
@specialized(where T == Int128)
func roundRows<T: FixedWidthInteger & SignedInteger & BitwiseCopyable>(
  _ mode: RoundingMode, _ values: UnsafePointer<T>, by power: T, count: Int,
  into out: UnsafeMutablePointer<T>
) {
  for place in 0..<count {
    let (whole, rest) = values[place].quotientAndRemainder(dividingBy: power)
    let isAway =
      switch mode {
      case .nearest: rest.magnitude >= power.magnitude - rest.magnitude
      case .down: rest < 0
      case .up: rest > 0
      case .towardZero: false
      }
    let step: T = isAway && rest != 0 ? (rest < 0 ? -1 : 1) : 0
    out[place] = whole &+ step
  }
}

/// Writes absolute values or signs, and gives the least value.
@specialized(where T == Int64)
@specialized(where T == Int128)
func signRows<T: FixedWidthInteger & SignedInteger & BitwiseCopyable>(
  isAbsolute: Bool, _ values: UnsafePointer<T>, count: Int, into out: UnsafeMutablePointer<T>
) -> T {
  var least: T = 0
  for place in 0..<count {
    let value = values[place]
    least = min(least, value)
    out[place] = isAbsolute ? (value < 0 ? 0 &- value : value) : value.signum()
  }
  return least
}

/// Writes doubles times ten to the power of `places`, rounded to whole numbers; 0 where there is no
/// value. Gives the first row whose number lies outside `limits`.
///
/// A double is rounded as it is written, by the shortest digits that tell it from all other
/// doubles: 2.675 goes to 2.68, though the double nearest to it lies a little below.
@specialized(where T == Int64)
@specialized(where T == Int128)
func roundFloatRows<T: FixedWidthInteger & SignedInteger & BitwiseCopyable>(
  _ mode: RoundingMode, _ values: UnsafePointer<Double>, places: Int,
  limits: ClosedRange<Int128>, valid: UnsafePointer<UInt8>?, count: Int,
  into out: UnsafeMutablePointer<T>
) -> Int? {
  let power = powerOfTen(places.magnitude)
  for place in 0..<count {
    out[place] = 0
    guard valid.map({ $0[place] == 1 }) ?? true else { continue }
    let value = values[place]
    let scaled = places < 0 ? value / power : value * power
    if let whole = nearby(mode, scaled, isExact: places == 0) {
      out[place] = T(truncatingIfNeeded: whole)
      continue
    }
    guard let whole = roundedDigits(mode, value, places: places), limits.contains(whole) else {
      return place
    }
    out[place] = T(truncatingIfNeeded: whole)
  }
  return nil
}

/// The rounded number, where the error of scaling can't have changed it.
@inline(__always)
private func nearby(_ mode: RoundingMode, _ scaled: Double, isExact: Bool) -> Int64? {
  guard scaled.magnitude < 0x1p51 else { return nil }
  let nearest = scaled.rounded(.toNearestOrEven)
  let distance = (scaled - nearest).magnitude
  let turn = mode == .nearest ? 0.5 - distance : distance
  guard isExact || turn > scaled.magnitude * 0x1p-50 else { return nil }
  switch mode {
  case .nearest: return Int64(scaled.rounded(.toNearestOrAwayFromZero))
  case .down: return Int64(scaled.rounded(.down))
  case .up: return Int64(scaled.rounded(.up))
  case .towardZero: return Int64(scaled.rounded(.towardZero))
  }
}

private func powerOfTen(_ exponent: UInt) -> Double {
  var power = 1.0
  for _ in 0..<exponent { power *= 10 }
  return power
}

private func roundedDigits(_ mode: RoundingMode, _ value: Double, places: Int) -> Int128? {
  let written = ShortestDigits(value)
  var digits = Int128(0)
  for digit in written.digits { digits = digits * 10 + Int128(digit) }
  if written.isNegative { digits = 0 - digits }
  let shift = written.exponent + places
  if shift >= 0 {
    if digits == 0 { return 0 }
    guard shift + written.digits.count <= ExactDecimal.maximumScale else { return nil }
    return digits * ExactDecimal.powersOfTen[shift]
  }
  // Beyond all digits only the sign is left.
  let power = ExactDecimal.powersOfTen[min(-shift, ExactDecimal.maximumScale)]
  var result = Int128(0)
  withUnsafePointer(to: digits) { roundRows(mode, $0, by: power, count: 1, into: &result) }
  return result
}
