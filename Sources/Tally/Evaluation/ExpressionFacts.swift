/// A column that an expression reads.
enum ColumnReference: Hashable, Sendable {
  /// A column of the step's own table.
  case own(Int)
  /// A column of a table that was looked up.
  case lookedUp(slot: Int, column: Int)
}

extension BoundExpression: Hashable {
  /// Whether both compute the same, wherever they stand in the source.
  static func == (left: BoundExpression, right: BoundExpression) -> Bool {
    left.type == right.type && left.kind == right.kind
  }

  /// Hashes what is computed.
  func hash(into hasher: inout Hasher) {
    hasher.combine(type)
    hasher.combine(kind)
  }

  /// The column, if the expression is nothing but a column.
  var columnReference: ColumnReference? {
    switch kind {
    case .column(let index): .own(index)
    case .lookedUp(let slot, let column): .lookedUp(slot: slot, column: column)
    default: nil
    }
  }

  /// The expressions that this one is directly made of.
  var operands: [BoundExpression] { kind.operands }
}

extension BoundExpression.Kind {
  /// The expressions that this one is directly made of.
  var operands: [BoundExpression] {
    switch self {
    case .column, .lookedUp, .constant, .queryValue: []
    case .arithmetic(_, let left, let right), .quotient(let left, let right),
      .comparison(_, let left, let right), .textMatch(_, let left, let right, _):
      [left, right]
    case .negated(let operand), .rescale(let operand, _), .toFloat(let operand),
      .membership(let operand, _), .isMissing(let operand), .not(let operand):
      [operand]
    case .between(let value, let low, let high): [value, low, high]
    case .and(let operands), .or(let operands), .call(_, let operands): operands
    case .conditional(let first, let condition, let second): [first, condition, second]
    }
  }
}

/// What is known about an expression before it is built.
struct ExpressionFacts {
  /// The range of the stored integers; nil where it is not known.
  var bounds: ClosedRange<Int128>?
  /// Whether it gives every row a value or a missing value without a failure, and counts nothing:
  /// it may then run for rows that nobody asked about.
  var isTotal: Bool
  /// The columns that it reads.
  var columns: Set<ColumnReference>
  /// Whether a row costs much more than a few machine instructions.
  var isCostly: Bool
}

/// Finds the facts of expressions and remembers them.
final class FactFinder {
  private let column: (ColumnReference) -> Column?
  private var known: [BoundExpression: ExpressionFacts] = [:]

  init(column: @escaping (ColumnReference) -> Column?) { self.column = column }

  /// The facts of one expression.
  func facts(of expression: BoundExpression) -> ExpressionFacts {
    if let facts = known[expression] { return facts }
    var facts = find(expression)
    facts.bounds = IntervalArithmetic.intersection(facts.bounds, expression.bounds)
    known[expression] = facts
    return facts
  }

  private func find(_ expression: BoundExpression) -> ExpressionFacts {
    let operands = expression.operands.map(facts(of:))
    var facts = ExpressionFacts(
      bounds: nil, isTotal: operands.allSatisfy(\.isTotal),
      columns: operands.reduce(into: []) { $0.formUnion($1.columns) },
      isCostly: operands.contains(where: \.isCostly))
    switch expression.kind {
    case .column, .lookedUp:
      guard let reference = expression.columnReference else { break }
      facts.columns = [reference]
      facts.bounds = column(reference).flatMap(Self.storedBounds)
    case .constant(let value):
      facts.bounds = value.storedInteger(at: expression.type).map { $0...$0 }
    case .arithmetic(let operation, _, _):
      find(operation, operands, type: expression.type, &facts)
    case .negated:
      find(bounds: IntervalArithmetic.negated(operands[0].bounds), expression.type, &facts)
    case .rescale(_, let places):
      let bounds = IntervalArithmetic.rescaled(operands[0].bounds, by: places)
      find(bounds: bounds, expression.type, &facts)
    case .quotient(let left, let right):
      let isExact = !left.type.isFloating && !right.type.isFloating
      let divisor = operands[1].bounds
      if !isExact || (divisor?.contains(0) ?? true) { facts.isTotal = false }
    case .conditional:
      facts.bounds = IntervalArithmetic.union(operands[0].bounds, operands[2].bounds)
    case .comparison(_, let left, _): if left.type == .text { facts.isCostly = true }
    case .between(let value, _, _): if value.type == .text { facts.isCostly = true }
    case .membership: facts.isCostly = true
    case .textMatch: facts.isCostly = true
    case .call(let function, _):
      facts.isCostly = true
      find(function, operands, expression, &facts)
    case .toFloat, .isMissing, .not, .and, .or, .queryValue: break
    }
    return facts
  }

  private func find(
    _ operation: ArithmeticOperator, _ operands: [ExpressionFacts], type: ColumnType,
    _ facts: inout ExpressionFacts
  ) {
    if type.isFloating {
      facts.isTotal = false
      return
    }
    let bounds = IntervalArithmetic.bounds(of: operation, operands[0].bounds, operands[1].bounds)
    find(bounds: bounds, type, &facts)
    if operation == .floorDivide || operation == .modulo {
      if operands[1].bounds?.contains(0) ?? true { facts.isTotal = false }
    }
  }

  private func find(
    bounds: ClosedRange<Int128>?, _ type: ColumnType, _ facts: inout ExpressionFacts
  ) {
    guard !type.isFloating else { return }
    guard let bounds, type.storedLimits.contains(bounds) else {
      facts.isTotal = false
      return
    }
    facts.bounds = bounds
  }

  private func find(
    _ function: ScalarFunction, _ operands: [ExpressionFacts], _ expression: BoundExpression,
    _ facts: inout ExpressionFacts
  ) {
    let own = operands.first?.bounds
    switch function {
    case .lower, .upper, .trim, .fold, .replace, .left, .right, .substring, .part, .concat, .text:
      break
    case .length: facts.bounds = 0...(1 << 48)
    case .number, .date, .sqrt, .power, .log, .exp, .addMonths: facts.isTotal = false
    case .sign: facts.bounds = -1...1
    case .abs:
      guard let own, ClosedRange.int64.contains(own), own.lowerBound > Int128(Int64.min) else {
        facts.isTotal = facts.isTotal && expression.type.isFloating
        break
      }
      let low = own.contains(0) ? 0 : min(own.lowerBound.magnitude, own.upperBound.magnitude)
      facts.bounds = Int128(low)...Int128(max(own.lowerBound.magnitude, own.upperBound.magnitude))
    case .round, .floor, .ceil, .truncate:
      let places = expression.operands.last?.constantValue?.storedInteger ?? -1
      let isFloat = expression.operands.first?.type.isFloating ?? true
      let fits = expression.type.isScaled || own.map { ClosedRange.int64.contains($0) } ?? false
      facts.isTotal = facts.isTotal && !isFloat && places >= 0 && fits
    case .least, .greatest:
      facts.bounds = own
      for operand in operands {
        facts.bounds = IntervalArithmetic.union(facts.bounds, operand.bounds)
      }
    case .year: facts.bounds = ColumnType.period(.year).storedLimits
    case .quarter: facts.bounds = ColumnType.period(.quarter).storedLimits
    case .month: facts.bounds = ColumnType.period(.month).storedLimits
    case .week: facts.bounds = ColumnType.period(.week).storedLimits
    case .start, .finish: facts.bounds = ColumnType.date.storedLimits
    case .dayNumber: facts.bounds = 1...31
    case .dayOfYear: facts.bounds = 1...366
    case .weekNumber: facts.bounds = 1...53
    case .weekday: facts.bounds = 1...7
    case .workingDays: facts.bounds = -2_700_000...2_700_000
    }
  }

  /// The range that the width of a column's codes allows.
  private static func storedBounds(_ column: Column) -> ClosedRange<Int128>? {
    guard case .codes(let codes, let base) = column.payload else { return nil }
    // A code never leads beyond 64 bits, however wide it is.
    return Int128(base)...min(Int128(base) + Int128(codes.maximum), Int128(Int64.max))
  }
}

extension ClosedRange<Int128> {
  /// The range of 64-bit integers.
  static var int64: ClosedRange<Int128> { Int128(Int64.min)...Int128(Int64.max) }
}
