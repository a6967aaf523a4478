@testable import Tally

extension Rational {
  /// The number that the shortest text of a double is.
  init(shortest double: Double) {
    let parts = double.description.lowercased().split(separator: "e")
    let exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
    let digits = parts[0].split(separator: ".")
    let behind = digits.count > 1 ? digits[1] : ""
    let coefficient = Int128(digits[0] + behind) ?? 0
    self = Rational(.integer(coefficient)).scaled(by: exponent - behind.count)
  }

  /// The number times a power of ten.
  func scaled(by exponent: Int) -> Rational {
    let power = Rational(BigInteger.powerOfTen(abs(exponent)))
    return exponent < 0 ? self / power : self * power
  }

  /// A whole number near to this one: the nearest, halves away from zero; or by `floor`, `ceil`
  /// and `truncate`.
  func rounded(_ mode: String) -> Rational {
    let isNegative = isNegative
    let magnitude = isNegative ? Rational(0) - self : self
    let below = Rational(magnitude.wholeNumber)
    let rest = magnitude - below
    let goesAway: Bool =
      switch mode {
      case "round": !(rest * Rational(2) - Rational(1)).isNegative
      case "floor": isNegative && !rest.isZero
      case "ceil": !isNegative && !rest.isZero
      default: false
      }
    let result = goesAway ? below + Rational(1) : below
    return isNegative ? Rational(0) - result : result
  }
}
