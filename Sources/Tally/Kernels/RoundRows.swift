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

/// A double times ten to the power of `places`, rounded to a whole number; nil at 39 digits and
/// more.
///
/// A double is rounded as it is written, by the shortest digits that tell it from all other
/// doubles: 2.675 goes to 2.68, though the double nearest to it lies a little below.
func rounded(_ mode: RoundingMode, _ value: Double, places: Int) -> Int128? {
  let power = powerOfTen(places.magnitude)
  let scaled = places < 0 ? value / power : value * power
  // Scaling errs by no more than this share. Away from the places where the outcome turns, the
  // scaled double says enough.
  let margin = scaled.magnitude * 0x1p-50
  if scaled.magnitude < 0x1p51 {
    let nearest = scaled.rounded(.toNearestOrEven)
    let turn = mode == .nearest ? 0.5 - (scaled - nearest).magnitude : (scaled - nearest).magnitude
    if turn > margin || places == 0 {
      switch mode {
      case .nearest: return Int128(scaled.rounded(.toNearestOrAwayFromZero))
      case .down: return Int128(scaled.rounded(.down))
      case .up: return Int128(scaled.rounded(.up))
      case .towardZero: return Int128(scaled.rounded(.towardZero))
      }
    }
  }
  return roundedDigits(mode, value, places: places)
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
