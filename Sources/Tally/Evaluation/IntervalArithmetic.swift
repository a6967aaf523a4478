/// The ranges that the stored integers of a result lie in, from the ranges of its operands. Nil
/// stands for a range that is unknown or exceeds 128 bits.
///
/// Source: R. E. Moore, "Interval Analysis" (1966).
enum IntervalArithmetic {
  typealias Bounds = ClosedRange<Int128>

  /// The range of `left operation right` before the limits of the result's type.
  static func bounds(of operation: ArithmeticOperator, _ left: Bounds?, _ right: Bounds?)
    -> Bounds?
  {
    if operation == .modulo { return modulo(left, right) }
    guard let left, let right else { return nil }
    switch operation {
    case .add: return corners(left, right) { $0.addingReportingOverflow($1) }
    case .subtract: return corners(left, right) { $0.subtractingReportingOverflow($1) }
    case .multiply: return corners(left, right) { $0.multipliedReportingOverflow(by: $1) }
    case .floorDivide: return floorDivide(left, right)
    case .modulo: return modulo(left, right)
    }
  }

  /// The range of the negated number.
  static func negated(_ operand: Bounds?) -> Bounds? {
    bounds(of: .subtract, 0...0, operand)
  }

  /// The range of a coefficient with `places` more decimal places.
  static func rescaled(_ operand: Bounds?, by places: Int) -> Bounds? {
    guard (0...ExactDecimal.maximumScale).contains(places) else { return nil }
    let power = ExactDecimal.powersOfTen[places]
    return bounds(of: .multiply, operand, power...power)
  }

  /// The range that holds both.
  static func union(_ left: Bounds?, _ right: Bounds?) -> Bounds? {
    guard let left, let right else { return nil }
    return min(left.lowerBound, right.lowerBound)...max(left.upperBound, right.upperBound)
  }

  /// The range that is in both; where they exclude each other, the first.
  static func intersection(_ left: Bounds?, _ right: Bounds?) -> Bounds? {
    guard let left, let right else { return left ?? right }
    return left.overlaps(right) ? left.clamped(to: right) : left
  }

  private static func corners(
    _ left: Bounds, _ right: Bounds,
    _ apply: (Int128, Int128) -> (partialValue: Int128, overflow: Bool)
  ) -> Bounds? {
    let outcomes = [
      apply(left.lowerBound, right.lowerBound), apply(left.lowerBound, right.upperBound),
      apply(left.upperBound, right.lowerBound), apply(left.upperBound, right.upperBound),
    ]
    if outcomes.contains(where: \.overflow) { return nil }
    let values = outcomes.map(\.partialValue)
    guard let low = values.min(), let high = values.max() else { return nil }
    return low...high
  }

  /// The quotient is extreme at the ends of the dividend and at the divisors that are extreme or
  /// nearest to zero on either side. A zero divisor has no quotient.
  private static func floorDivide(_ left: Bounds, _ right: Bounds) -> Bounds? {
    let divisors = [right.lowerBound, right.upperBound, -1, 1].filter {
      $0 != 0 && right.contains($0)
    }
    var low: Int128?
    var high: Int128?
    for divisor in divisors {
      for dividend in [left.lowerBound, left.upperBound] {
        let (quotient, _, overflow) = floorDivision(dividend, divisor)
        if overflow { return nil }
        low = min(low ?? quotient, quotient)
        high = max(high ?? quotient, quotient)
      }
    }
    guard let low, let high else { return 0...0 }
    return low...high
  }

  /// The rest lies between zero and the divisor, and not beyond a dividend of the same sign.
  private static func modulo(_ left: Bounds?, _ right: Bounds?) -> Bounds? {
    guard let right else { return nil }
    var high = right.upperBound > 0 ? right.upperBound - 1 : 0
    let low = right.lowerBound < 0 ? right.lowerBound + 1 : 0
    if let left, left.lowerBound >= 0, right.lowerBound >= 0 { high = min(high, left.upperBound) }
    return low...high
  }
}

extension ColumnType {
  /// The stored integers that a computed value of this type may have.
  ///
  /// Whole numbers have 64 bits, decimals and percents 38 digits; days and moments lie in the
  /// years 1 to 9999.
  var storedLimits: ClosedRange<Int128> {
    switch self {
    case .decimal, .percent: return Self.decimalLimits
    case .date: return -719_162...2_932_896
    case .dateTime: return -719_162 * 86_400_000_000...2_932_897 * 86_400_000_000 - 1
    case .period(.year): return -1969...8029
    case .period(.quarter): return -1969 * 4...8030 * 4 - 1
    case .period(.month): return -1969 * 12...8030 * 12 - 1
    case .period(.week): return -102_737...418_985
    case .boolean: return 0...1
    case .integer, .duration, .float, .ratio, .text:
      return Int128(Int64.min)...Int128(Int64.max)
    }
  }

  private static let decimalLimits: ClosedRange<Int128> = {
    let largest = ExactDecimal.powersOfTen[ExactDecimal.maximumScale] - 1
    return -largest...largest
  }()
}
