@testable import Tally

/// The meaning of expressions written down as plainly as possible: one row at a time, on cells,
/// without a thought of speed. Evaluators are held to it.
struct ReferenceInterpreter {
  let columns: [Column]
  var lookups: [[Column]] = []
  /// The partner rows of the row being evaluated, by slot.
  var partners: [Int?] = []
  var counts = EvaluationCounts()
  // Equal expressions count once per row, unless one of them stands where it may not run.
  private var memo: [BoundExpression: Outcome] = [:]

  init(columns: [Column], lookups: [[Column]] = []) {
    self.columns = columns
    self.lookups = lookups
  }

  /// What an expression gives for one row.
  struct Outcome {
    var value: CellValue
    var unknown = false

    var isMissing: Bool { value == .missing }
    /// Read as a condition: a missing truth value is false, and unknown.
    var isTrue: Bool { value == .boolean(true) }
    var isUnknown: Bool { unknown || isMissing }
  }

  /// A result that does not fit its type.
  struct Overflow: Error {}

  mutating func evaluate(_ expression: BoundExpression, row: Int) throws -> Outcome {
    memo = [:]
    return try outcome(expression, row)
  }

  private mutating func outcome(_ expression: BoundExpression, _ row: Int) throws -> Outcome {
    if let known = memo[expression] { return known }
    let outcome = try compute(expression, row)
    memo[expression] = outcome
    return outcome
  }

  /// The outcome where an expression runs for some rows only.
  private mutating func guarded(_ expression: BoundExpression, _ row: Int) throws -> Outcome {
    let outer = memo
    memo = [:]
    defer { memo = outer }
    return try outcome(expression, row)
  }

  private mutating func compute(_ expression: BoundExpression, _ row: Int) throws -> Outcome {
    let type = expression.type
    switch expression.kind {
    case .column(let index): return Outcome(value: columns[index][row].reread(as: type))
    case .lookedUp(let slot, let column):
      guard let partner = partners[slot] else { return Outcome(value: .missing) }
      return Outcome(value: lookups[slot][column][partner].reread(as: type))
    case .constant(let value): return Outcome(value: value)
    case .arithmetic(let operation, let left, let right):
      return try pair(left, right, row) {
        try $0.arithmetic(operation, $1, $2, expression)
      }
    case .negated(let operand):
      let value = try outcome(operand, row)
      guard !value.isMissing else { return value }
      let zero: CellValue = type.isFloating ? .float(0) : .integer(0)
      let result = try arithmetic(.subtract, zero, value.value, expression)
      return Outcome(value: result, unknown: value.unknown)
    case .rescale(let operand, let places):
      let value = try outcome(operand, row)
      guard let stored = value.value.storedInteger else { return value }
      let power = CellValue.integer(ExactDecimal.powersOfTen[places])
      let result = try arithmetic(.multiply, .integer(stored), power, expression)
      return Outcome(value: result, unknown: value.unknown)
    case .toFloat(let operand):
      let value = try outcome(operand, row)
      guard let double = number(value.value) else { return value }
      return Outcome(value: floating(double, type), unknown: value.unknown)
    case .quotient(let left, let right):
      return try pair(left, right, row) { try $0.quotient($1, $2, type) }
    case .comparison(let operation, let left, let right):
      return try comparison(operation, left, right, row)
    case .between(let value, let low, let high):
      return try between(value, low, high, row)
    case .isMissing(let operand):
      let value = try outcome(operand, row)
      return Outcome(value: .boolean(value.isMissing), unknown: value.unknown)
    case .membership(let operand, let set):
      return membership(try outcome(operand, row), set)
    case .not(let operand):
      let value = try outcome(operand, row)
      return Outcome(value: .boolean(!value.isTrue), unknown: value.isUnknown)
    case .and(let operands): return try logic(operands, row, decisive: false)
    case .or(let operands): return try logic(operands, row, decisive: true)
    case .conditional(let first, let condition, let second):
      let test = try outcome(condition, row)
      var chosen = try guarded(test.isTrue ? first : second, row)
      chosen.unknown = chosen.unknown || test.isUnknown
      return chosen
    case .textMatch(let match, let left, let right, let loosely):
      return try textMatch(match, left, right, loosely: loosely, row)
    case .call(let function, let operands):
      let values = try operands.map { try outcome($0, row) }
      let unknown = values.contains(where: \.unknown)
      if values.contains(where: \.isMissing) { return Outcome(value: .missing, unknown: unknown) }
      let result = try call(function, values.map(\.value), expression) ?? .missing
      return Outcome(value: result.reread(as: type), unknown: unknown)
    case .queryValue: return Outcome(value: .missing)
    }
  }

  /// The outcome of an operation that is missing where an operand is.
  private mutating func pair(
    _ left: BoundExpression, _ right: BoundExpression, _ row: Int,
    _ apply: (inout ReferenceInterpreter, CellValue, CellValue) throws -> CellValue
  ) throws -> Outcome {
    let first = try outcome(left, row)
    let second = try outcome(right, row)
    let unknown = first.unknown || second.unknown
    if first.isMissing || second.isMissing { return Outcome(value: .missing, unknown: unknown) }
    return Outcome(value: try apply(&self, first.value, second.value), unknown: unknown)
  }

  // MARK: Numbers

  private mutating func arithmetic(
    _ operation: ArithmeticOperator, _ left: CellValue, _ right: CellValue,
    _ expression: BoundExpression
  ) throws -> CellValue {
    let type = expression.type
    if type.isFloating {
      guard let first = number(left), let second = number(right) else { return .missing }
      return floats(operation, first, second, type)
    }
    guard let first = left.storedInteger, let second = right.storedInteger else { return .missing }
    if second == 0, operation == .floorDivide || operation == .modulo {
      counts.zeroDivisions += 1
      return .missing
    }
    let (result, overflow): (Int128, Bool) =
      switch operation {
      case .add: first.addingReportingOverflow(second)
      case .subtract: first.subtractingReportingOverflow(second)
      case .multiply: first.multipliedReportingOverflow(by: second)
      case .floorDivide: floorQuotient(first, second)
      case .modulo: (floorRest(first, second), false)
      }
    let isWideInteger = type == .integer && isWide(expression)
    if overflow || !(isWideInteger || type.storedLimits.contains(result)) { throw Overflow() }
    return CellValue(anyStored: result, type: type)
  }

  private func floorQuotient(_ first: Int128, _ second: Int128) -> (Int128, Bool) {
    let (quotient, overflow) = first.dividedReportingOverflow(by: second)
    if overflow { return (0, true) }
    let hasRest = quotient &* second != first
    return (hasRest && (first < 0) != (second < 0) ? quotient - 1 : quotient, false)
  }

  private func floorRest(_ first: Int128, _ second: Int128) -> Int128 {
    if second == -1 { return 0 }
    let rest = first % second
    return rest != 0 && (rest < 0) != (second < 0) ? rest + second : rest
  }

  private mutating func floats(
    _ operation: ArithmeticOperator, _ first: Double, _ second: Double, _ type: ColumnType
  ) -> CellValue {
    if second == 0, operation == .floorDivide || operation == .modulo {
      counts.zeroDivisions += 1
      return .missing
    }
    switch operation {
    case .add: return floating(first + second, type)
    case .subtract: return floating(first - second, type)
    case .multiply: return floating(first * second, type)
    case .floorDivide: return floating((first / second).rounded(.down), type)
    case .modulo:
      let rest = first.truncatingRemainder(dividingBy: second)
      return floating(rest != 0 && (rest < 0) != (second < 0) ? rest + second : rest, type)
    }
  }

  private mutating func quotient(
    _ left: CellValue, _ right: CellValue, _ type: ColumnType
  ) throws -> CellValue {
    guard let first = exact(left), let second = exact(right) else {
      guard let dividend = number(left), let divisor = number(right) else { return .missing }
      if divisor == 0 {
        counts.zeroDivisions += 1
        return .missing
      }
      return floating(dividend / divisor, type)
    }
    let scale = max(first.scale, second.scale)
    guard let dividend = first.coefficient(atScale: scale),
      let divisor = second.coefficient(atScale: scale)
    else { throw Overflow() }
    if divisor == 0 {
      counts.zeroDivisions += 1
      return .missing
    }
    let magnitude = roundedQuotient(dividend.magnitude, divisor.magnitude)
    return floating((dividend < 0) != (divisor < 0) ? -magnitude : magnitude, type)
  }

  /// A double, or a missing value that is counted where there is no finite number.
  mutating func floating(_ value: Double, _ type: ColumnType) -> CellValue {
    guard value.isFinite else {
      counts.impossibleNumbers += 1
      return .missing
    }
    return type == .ratio ? .ratio(value) : .float(value)
  }

  func exact(_ value: CellValue) -> ExactDecimal? {
    switch value {
    case .integer(let whole): ExactDecimal(coefficient: whole, scale: 0)
    case .decimal(let number), .percent(let number): number
    default: nil
    }
  }

  func number(_ value: CellValue) -> Double? {
    switch value {
    case .float(let double), .ratio(let double): double
    default: exact(value)?.doubleValue
    }
  }

  /// Whether stored integers have 128 bits, so that results may need them too.
  func isWide(_ expression: BoundExpression) -> Bool {
    switch expression.kind {
    case .column(let index): isWide(columns[index])
    case .lookedUp(let slot, let column): isWide(lookups[slot][column])
    case .constant(let value): value.storedInteger.map { Int64(exactly: $0) == nil } ?? false
    case .conditional(let first, _, let second): isWide(first) || isWide(second)
    case .arithmetic, .negated:
      expression.operands.allSatisfy { $0.type == .integer }
        && expression.operands.contains(where: isWide)
    case .call(.least, let operands), .call(.greatest, let operands):
      operands.contains(where: isWide)
    case .call(.abs, let operands), .call(.round, let operands), .call(.floor, let operands),
      .call(.ceil, let operands), .call(.truncate, let operands):
      operands[0].type == .integer && isWide(operands[0])
    default: false
    }
  }

  private func isWide(_ column: Column) -> Bool {
    if case .wide = column.payload { return true }
    return false
  }

  // MARK: Conditions

  private mutating func comparison(
    _ operation: ComparisonOperator, _ left: BoundExpression, _ right: BoundExpression,
    _ row: Int
  ) throws -> Outcome {
    let hasLiteral = left.isMissingLiteral || right.isMissingLiteral
    // Nothing is less or greater than the word missing, whatever the other side is.
    if hasLiteral, operation != .equal, operation != .notEqual {
      return Outcome(value: .boolean(false))
    }
    let first = try outcome(left, row)
    let second = try outcome(right, row)
    let isMissing = first.isMissing || second.isMissing
    var result = Outcome(value: .boolean(false))
    result.unknown = first.unknown || second.unknown || (isMissing && !hasLiteral)
    switch operation {
    case .equal: result.value = .boolean(first.value == second.value)
    case .notEqual: result.value = .boolean(first.value != second.value)
    default:
      guard !isMissing else { break }
      result.value = .boolean(isOrdered(operation, first.value, second.value))
    }
    return result
  }

  private mutating func textMatch(
    _ match: TextMatch, _ left: BoundExpression, _ right: BoundExpression, loosely: Bool,
    _ row: Int
  ) throws -> Outcome {
    if left.isMissingLiteral || right.isMissingLiteral {
      return try comparison(match == .equals ? .equal : .less, left, right, row)
    }
    let (first, second) = (try outcome(left, row), try outcome(right, row))
    let unknown = first.unknown || second.unknown || first.isMissing || second.isMissing
    guard case .text(let text) = first.value, case .text(let pattern) = second.value else {
      let isEqual = match == .equals && first.isMissing && second.isMissing
      return Outcome(value: .boolean(isEqual), unknown: unknown)
    }
    let isTrue = isMatch(match, text, pattern, loosely: loosely)
    return Outcome(value: .boolean(isTrue), unknown: unknown)
  }

  private func isOrdered(_ operation: ComparisonOperator, _ left: CellValue, _ right: CellValue)
    -> Bool
  {
    switch operation {
    case .equal: left == right
    case .notEqual: left != right
    case .less: isLess(left, right)
    case .lessOrEqual: !isLess(right, left)
    case .greater: isLess(right, left)
    case .greaterOrEqual: !isLess(left, right)
    }
  }

  func isLess(_ left: CellValue, _ right: CellValue) -> Bool {
    if case .text(let first) = left, case .text(let second) = right {
      return first.utf8.lexicographicallyPrecedes(second.utf8)
    }
    if let first = exact(left), let second = exact(right) { return first < second }
    if let first = left.storedInteger, let second = right.storedInteger { return first < second }
    if let first = number(left), let second = number(right) { return first < second }
    return false
  }

  private mutating func between(
    _ value: BoundExpression, _ low: BoundExpression, _ high: BoundExpression, _ row: Int
  ) throws -> Outcome {
    if value.isMissingLiteral || low.isMissingLiteral || high.isMissingLiteral {
      return Outcome(value: .boolean(false))
    }
    let tests = [
      try comparison(.greaterOrEqual, value, low, row),
      try comparison(.lessOrEqual, value, high, row),
    ]
    let known = tests.contains { !$0.isTrue && !$0.isUnknown }
    return Outcome(
      value: .boolean(tests.allSatisfy(\.isTrue)),
      unknown: !known && tests.contains(where: \.isUnknown))
  }

  private func membership(_ value: Outcome, _ set: BoundSet) -> Outcome {
    let (isMember, hasMissing): (Bool, Bool) =
      switch set {
      case .integers(let members, let hasMissing):
        (
          value.value.storedInteger.map { stored in members.contains { $0 == stored } } ?? false,
          hasMissing
        )
      case .wide(let members, let hasMissing):
        (value.value.storedInteger.map(members.contains) ?? false, hasMissing)
      case .floats(let members, let hasMissing):
        (number(value.value).map(members.contains) ?? false, hasMissing)
      case .texts(let members, let loosely, let hasMissing):
        (
          members.contains {
            guard case .text(let text) = value.value else { return false }
            return isMatch(.equals, text, $0, loosely: loosely)
          }, hasMissing
        )
      case .query, .members: (false, false)
      }
    if value.isMissing {
      return Outcome(value: .boolean(hasMissing), unknown: value.unknown || !hasMissing)
    }
    return Outcome(value: .boolean(isMember), unknown: value.unknown)
  }

  private mutating func logic(_ operands: [BoundExpression], _ row: Int, decisive: Bool)
    throws -> Outcome
  {
    var isUnknown = false
    var result = !decisive
    for (place, operand) in operands.enumerated() {
      let value = place == 0 ? try outcome(operand, row) : try guarded(operand, row)
      if value.isTrue == decisive, !value.isUnknown { return Outcome(value: .boolean(decisive)) }
      if value.isTrue == decisive { result = decisive }
      isUnknown = isUnknown || value.isUnknown
    }
    return Outcome(value: .boolean(result), unknown: isUnknown)
  }
}

extension CellValue {
  /// The same stored value under another meaning.
  fileprivate func reread(as type: ColumnType) -> CellValue {
    switch (self, type) {
    case (.float(let number), .ratio): .ratio(number)
    case (.ratio(let number), .float): .float(number)
    default: storedInteger.map { CellValue(anyStored: $0, type: type) } ?? self
    }
  }

  /// The value that a stored integer stands for, whatever the type.
  init(anyStored stored: Int128, type: ColumnType) {
    if let narrow = Int64(exactly: stored) {
      self.init(stored: narrow, type: type)
    } else {
      self.init(stored: stored, type: type)
    }
  }
}
