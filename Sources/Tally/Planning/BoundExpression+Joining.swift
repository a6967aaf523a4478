extension BoundExpression {
  /// The same expression on rows that `join many` has put together: the rows' own table is the
  /// first slot there, and what they looked up comes behind it.
  var inJoinedRows: BoundExpression {
    mappingColumns { reference in
      switch reference {
      case .own(let index): .lookedUp(slot: 0, column: index)
      case .lookedUp(let slot, let column): .lookedUp(slot: slot + 1, column: column)
      }
    }
  }

  /// The same expression of other columns.
  func mappingColumns(_ change: (ColumnReference) -> Kind) -> BoundExpression {
    func inner(_ operand: BoundExpression) -> BoundExpression { operand.mappingColumns(change) }
    let kind: Kind
    switch self.kind {
    case .column(let index): kind = change(.own(index))
    case .lookedUp(let slot, let column): kind = change(.lookedUp(slot: slot, column: column))
    case .constant, .queryValue: return self
    case .arithmetic(let operation, let left, let right):
      kind = .arithmetic(operation, inner(left), inner(right))
    case .quotient(let left, let right): kind = .quotient(inner(left), inner(right))
    case .negated(let operand): kind = .negated(inner(operand))
    case .rescale(let operand, let places): kind = .rescale(inner(operand), by: places)
    case .toFloat(let operand): kind = .toFloat(inner(operand))
    case .comparison(let operation, let left, let right):
      kind = .comparison(operation, inner(left), inner(right))
    case .textMatch(let match, let left, let right, let loosely):
      kind = .textMatch(match, inner(left), inner(right), loosely: loosely)
    case .between(let value, let low, let high):
      kind = .between(inner(value), inner(low), inner(high))
    case .membership(let value, let set): kind = .membership(inner(value), set)
    case .isMissing(let operand): kind = .isMissing(inner(operand))
    case .not(let operand): kind = .not(inner(operand))
    case .and(let operands): kind = .and(operands.map(inner))
    case .or(let operands): kind = .or(operands.map(inner))
    case .conditional(let value, let condition, let otherwise):
      kind = .conditional(
        inner(value), condition: inner(condition), otherwise: inner(otherwise))
    case .call(let function, let arguments): kind = .call(function, arguments.map(inner))
    }
    return BoundExpression(kind, type, mayBeMissing: mayBeMissing, bounds: bounds, at: span)
  }

  /// Adds the slots of the columns that the expression reads.
  func addSlots(to slots: inout Set<Int>) {
    if case .lookedUp(let slot, _) = kind { slots.insert(slot) }
    for operand in operands { operand.addSlots(to: &slots) }
  }
}
