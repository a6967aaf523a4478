extension BoundExpression {
  /// The same expression on rows that `join many` has put together: the rows' own table is the
  /// first slot there, and what they looked up comes behind it.
  var inJoinedRows: BoundExpression {
    let kind: Kind
    switch self.kind {
    case .column(let index): kind = .lookedUp(slot: 0, column: index)
    case .lookedUp(let slot, let column): kind = .lookedUp(slot: slot + 1, column: column)
    case .constant, .queryValue: return self
    case .arithmetic(let operation, let left, let right):
      kind = .arithmetic(operation, left.inJoinedRows, right.inJoinedRows)
    case .quotient(let left, let right): kind = .quotient(left.inJoinedRows, right.inJoinedRows)
    case .negated(let operand): kind = .negated(operand.inJoinedRows)
    case .rescale(let operand, let places): kind = .rescale(operand.inJoinedRows, by: places)
    case .toFloat(let operand): kind = .toFloat(operand.inJoinedRows)
    case .comparison(let operation, let left, let right):
      kind = .comparison(operation, left.inJoinedRows, right.inJoinedRows)
    case .textMatch(let match, let left, let right, let loosely):
      kind = .textMatch(match, left.inJoinedRows, right.inJoinedRows, loosely: loosely)
    case .between(let value, let low, let high):
      kind = .between(value.inJoinedRows, low.inJoinedRows, high.inJoinedRows)
    case .membership(let value, let set): kind = .membership(value.inJoinedRows, set)
    case .isMissing(let operand): kind = .isMissing(operand.inJoinedRows)
    case .not(let operand): kind = .not(operand.inJoinedRows)
    case .and(let operands): kind = .and(operands.map(\.inJoinedRows))
    case .or(let operands): kind = .or(operands.map(\.inJoinedRows))
    case .conditional(let value, let condition, let otherwise):
      kind = .conditional(
        value.inJoinedRows, condition: condition.inJoinedRows,
        otherwise: otherwise.inJoinedRows)
    case .call(let function, let arguments):
      kind = .call(function, arguments.map(\.inJoinedRows))
    }
    return BoundExpression(kind, type, mayBeMissing: mayBeMissing, bounds: bounds, at: span)
  }

  /// Adds the slots of the columns that the expression reads.
  func addSlots(to slots: inout Set<Int>) {
    if case .lookedUp(let slot, _) = kind { slots.insert(slot) }
    for operand in operands { operand.addSlots(to: &slots) }
  }
}
