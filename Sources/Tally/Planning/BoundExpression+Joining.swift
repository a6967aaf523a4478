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
    let kind: Kind
    switch self.kind {
    case .column(let index): kind = change(.own(index))
    case .lookedUp(let slot, let column): kind = change(.lookedUp(slot: slot, column: column))
    case .constant, .queryValue: return self
    default: kind = self.kind.mappingOperands { $0.mappingColumns(change) }
    }
    return BoundExpression(kind, type, mayBeMissing: mayBeMissing, bounds: bounds, at: span)
  }

  /// Adds the slots of the columns that the expression reads.
  func addSlots(to slots: inout Set<Int>) {
    if case .lookedUp(let slot, _) = kind { slots.insert(slot) }
    for operand in operands { operand.addSlots(to: &slots) }
  }
}
