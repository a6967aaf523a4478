@testable import Tally

/// One aggregate of a test and the columns it reads.
struct SampleCall {
  let function: AggregateFunction
  var isDistinct = false
  var operands: [SampleColumn] = []
  var condition: SampleColumn?
  var fraction: ExactDecimal?

  /// The call as the binder would hand it on, or nil where the types have no such aggregate.
  var call: AggregateCall? {
    guard
      let type = AggregateCall.resultType(
        of: function, operands: operands.map(\.type), isDistinct: isDistinct)
    else { return nil }
    return AggregateCall(
      function: function, isDistinct: isDistinct, operands: operands.map(\.expression),
      condition: condition?.expression, fraction: fraction, type: type,
      span: operands.first?.expression.span ?? .init(0, 0))
  }
}

/// Groups row by row with dictionaries and arrays of cells: slow, and simple enough to be right.
struct GroupingOracle {
  /// The keys of each group and the results behind them, in the order of the keys.
  static func answer(keys: [SampleColumn], calls: [SampleCall], rows: [Int]) throws
    -> [[CellValue]]
  {
    var groups: [[CellValue]: [Int]] = keys.isEmpty ? [[]: []] : [:]
    for row in rows { groups[keys.map { $0.cells[row] }, default: []].append(row) }
    let ordered = groups.keys.sorted { first, second in
      for (one, other) in zip(first, second) where one != other { return one.precedes(other) }
      return false
    }
    return try ordered.map { key in try key + calls.map { try result($0, groups[key] ?? []) } }
  }

  /// The values that a call leaves out because they are missing.
  static func skipped(_ call: SampleCall, rows: [Int]) -> Int {
    rows.count { row in
      holds(call, row) && call.operands.contains { $0.cells[row] == .missing }
    }
  }

  private static func holds(_ call: SampleCall, _ row: Int) -> Bool {
    call.condition.map { $0.cells[row] == .boolean(true) } ?? true
  }

  private static func result(_ call: SampleCall, _ rows: [Int]) throws -> CellValue {
    let kept = rows.filter { holds(call, $0) }
    return try result(
      call.function, isDistinct: call.isDistinct, fraction: call.fraction,
      operands: call.operands.map { operand in kept.map { operand.cells[$0] } },
      rowCount: kept.count, type: call.call?.type ?? .integer)
  }

  /// A result that no column can hold.
  struct Overflow: Error {}

  /// What an aggregate gives for the values of its operands in `rowCount` rows.
  static func result(
    _ function: AggregateFunction, isDistinct: Bool, fraction: ExactDecimal?,
    operands: [[CellValue]], rowCount: Int, type: ColumnType
  ) throws -> CellValue {
    let kept = (0..<rowCount).filter { row in !operands.contains { $0[row] == .missing } }
    guard let operand = operands.first else { return .integer(Int128(kept.count)) }
    var cells = kept.map { operand[$0] }
    if isDistinct {
      // Each value once, where it came first.
      var known = Set<CellValue>()
      cells = cells.filter { known.insert($0).inserted }
    }
    switch function {
    case .count: return .integer(Int128(cells.count))
    case .first: return cells.first ?? .missing
    case .last: return cells.last ?? .missing
    case .min:
      return cells.reduce(nil) { best, cell in
        best.map { cell.precedes($0) ? cell : $0 } ?? cell
      } ?? .missing
    case .max:
      return cells.reduce(nil) { best, cell in
        best.map { $0.precedes(cell) ? cell : $0 } ?? cell
      } ?? .missing
    case .sum: return try sum(cells, type)
    case .average:
      if cells.isEmpty { return .missing }
      return try rounded(Rational.sum(cells) / Rational(cells.count), type)
    case .median, .percentile:
      if cells.isEmpty { return .missing }
      let half = ExactDecimal(coefficient: 5, scale: 1)
      return try rounded(percentile(cells, function == .median ? half : fraction ?? half), type)
    case .variance, .stddev:
      guard cells.count > 1 else { return .missing }
      let n = Rational(cells.count)
      let sum = Rational.sum(cells)
      let squares = cells.reduce(Rational(0)) { $0 + Rational($1) * Rational($1) }
      let variance = (n * squares - sum * sum) / (n * (n - Rational(1)))
      let result = function == .variance ? variance.nearest : variance.nearestRoot
      guard result.isFinite else { throw Overflow() }
      return .float(result)
    case .corr: return correlation(cells, kept.map { operands[1][$0] })
    }
  }

  private static func sum(_ cells: [CellValue], _ type: ColumnType) throws -> CellValue {
    if type.isFloating {
      let total = Rational.sum(cells).nearest
      guard total.isFinite else { throw Overflow() }
      return type == .ratio ? .ratio(total) : .float(total)
    }
    let total = cells.reduce(BigInteger(0)) { $0 + BigInteger($1.stored) }
    guard let stored = total.int128, type != .duration || Int64(exactly: stored) != nil else {
      throw Overflow()
    }
    return CellValue(stored: stored, type: type, wide: true)
  }

  private static func rounded(_ value: Rational, _ type: ColumnType) throws -> CellValue {
    if type == .duration { return .duration(value.nearestInteger) }
    let number = value.nearest
    guard number.isFinite else { throw Overflow() }
    return type == .ratio ? .ratio(number) : .float(number)
  }

  private static func percentile(_ cells: [CellValue], _ fraction: ExactDecimal) -> Rational {
    let sorted = cells.sorted { $0.precedes($1) }
    let place = Rational(.decimal(fraction)) * Rational(sorted.count - 1)
    let index = place.floor
    let low = Rational(sorted[index])
    let high = Rational(sorted[min(index + 1, sorted.count - 1)])
    return low + (high - low) * (place - Rational(index))
  }

  private static func correlation(_ first: [CellValue], _ second: [CellValue]) -> CellValue {
    guard first.count > 1 else { return .missing }
    let n = Rational(first.count)
    func product(_ left: [CellValue], _ right: [CellValue]) -> Rational {
      let products = zip(left, right).reduce(Rational(0)) { $0 + Rational($1.0) * Rational($1.1) }
      return n * products - Rational.sum(left) * Rational.sum(right)
    }
    let variances = product(first, first) * product(second, second)
    if variances.isZero { return .missing }
    let covariance = product(first, second)
    let root = (covariance * covariance / variances).nearestRoot
    return .float(covariance.isNegative ? -root : root)
  }
}

extension CellValue {
  /// A cell of a sum, which may need all 128 bits.
  init(stored: Int128, type: ColumnType, wide: Bool) {
    if type == .duration, let length = Int64(exactly: stored) {
      self = .duration(length)
    } else {
      self.init(stored: stored, type: type)
    }
  }
}

/// An exact fraction, for the oracle.
struct Rational {
  private var numerator: BigInteger
  private var denominator: BigInteger

  private init(_ numerator: BigInteger, _ denominator: BigInteger) {
    (self.numerator, self.denominator) = (numerator, denominator)
  }

  init(_ number: Int) { self.init(BigInteger(number), BigInteger(1)) }

  init(_ whole: BigInteger) { self.init(whole, BigInteger(1)) }

  init(_ cell: CellValue) {
    if let double = cell.double {
      // All doubles over one denominator, so that sums of them stay small.
      let digits = BigInteger(Int128(Self.significand(double)))
      let exponent = double == 0 ? 0 : Int(double.exponent) - 52
      self.init(digits.shifted(by: exponent + 1126), BigInteger(1).shifted(by: 1126))
      return
    }
    let scale: Int =
      switch cell {
      case .decimal(let number), .percent(let number): number.scale
      default: 0
      }
    self.init(BigInteger(cell.stored), BigInteger.powerOfTen(scale))
  }

  private static func significand(_ double: Double) -> Int64 {
    let magnitude = Int64(double.magnitude.significand * 0x1p52)
    return double < 0 ? -magnitude : magnitude
  }

  static func sum(_ cells: [CellValue]) -> Rational {
    cells.reduce(Rational(0)) { $0 + Rational($1) }
  }

  static func + (left: Rational, right: Rational) -> Rational {
    if (left.denominator - right.denominator).isZero {
      return Rational(left.numerator + right.numerator, left.denominator)
    }
    return Rational(
      left.numerator * right.denominator + right.numerator * left.denominator,
      left.denominator * right.denominator)
  }

  static func - (left: Rational, right: Rational) -> Rational {
    left + Rational(-right.numerator, right.denominator)
  }

  static func * (left: Rational, right: Rational) -> Rational {
    Rational(left.numerator * right.numerator, left.denominator * right.denominator)
  }

  static func / (left: Rational, right: Rational) -> Rational {
    let sign = right.numerator.isNegative
    let (top, bottom) = (left.numerator * right.denominator, left.denominator * right.numerator)
    return Rational(sign ? -top : top, bottom.magnitude)
  }

  var isZero: Bool { numerator.isZero }
  var isNegative: Bool { numerator.isNegative }
  var nearest: Double { nearestQuotient(numerator, denominator) }
  var nearestRoot: Double { Tally.nearestRoot(numerator, denominator) }

  /// The number without what is behind its point.
  var wholeNumber: BigInteger {
    let whole = BigInteger.divide(numerator.magnitude, by: denominator).quotient
    return isNegative ? -whole : whole
  }

  /// The whole part of a fraction that is not negative.
  var floor: Int { Int(BigInteger.divide(numerator, by: denominator).quotient.int128 ?? 0) }

  /// The nearest whole number, ties to even.
  var nearestInteger: Int64 {
    guard let top = numerator.int128, let bottom = denominator.int128 else { return 0 }
    return Int64(Tally.nearestInteger(top, bottom))
  }
}
