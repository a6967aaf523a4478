extension BoundExpression.Kind {
  /// The same form with other expressions in place of those that it is directly made of.
  func mappingOperands<E: Error>(
    _ change: (BoundExpression) throws(E) -> BoundExpression
  ) throws(E) -> BoundExpression.Kind {
    switch self {
    case .column, .lookedUp, .constant, .queryValue: self
    case .arithmetic(let operation, let left, let right):
      .arithmetic(operation, try change(left), try change(right))
    case .quotient(let left, let right): .quotient(try change(left), try change(right))
    case .negated(let operand): .negated(try change(operand))
    case .rescale(let operand, let places): .rescale(try change(operand), by: places)
    case .toFloat(let operand): .toFloat(try change(operand))
    case .comparison(let operation, let left, let right):
      .comparison(operation, try change(left), try change(right))
    case .textMatch(let match, let left, let right, let loosely):
      .textMatch(match, try change(left), try change(right), loosely: loosely)
    case .between(let value, let low, let high):
      .between(try change(value), try change(low), try change(high))
    case .membership(let value, let set): .membership(try change(value), set)
    case .isMissing(let operand): .isMissing(try change(operand))
    case .not(let operand): .not(try change(operand))
    case .and(let operands): .and(try operands.map(change))
    case .or(let operands): .or(try operands.map(change))
    case .conditional(let value, let condition, let otherwise):
      .conditional(
        try change(value), condition: try change(condition), otherwise: try change(otherwise))
    case .call(let function, let arguments): .call(function, try arguments.map(change))
    }
  }
}
