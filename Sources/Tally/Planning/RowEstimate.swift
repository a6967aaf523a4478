/// Which part of a table's rows a condition is expected to keep, from what the columns know of
/// themselves: their ranges, dictionaries and missing values. Values are taken to be spread evenly
/// and columns to be independent of each other; a guide for `explain`, on which no answer depends.
struct RowEstimate {
  private let column: (ColumnReference) -> Column?
  private let facts: FactFinder

  /// Estimates conditions on rows of `table` and of what they look up.
  init(_ rows: RowPlan, of table: Table) {
    let (columns, lookups, given) = (table.columns, rows.lookups, rows.givenSlots)
    let column = { (reference: ColumnReference) -> Column? in
      switch reference {
      case .own(let index): columns.indices.contains(index) ? columns[index] : nil
      case .lookedUp(let slot, let index):
        lookups.indices.contains(slot - given)
          ? lookups[slot - given].table.columns[index] : nil
      }
    }
    self.column = column
    facts = FactFinder(column: column)
  }

  /// What is taken where nothing is known.
  private static let usual = 1.0 / 3

  /// The expected part, from 0 to 1.
  func share(_ condition: BoundExpression) -> Double {
    switch condition.kind {
    case .constant(.boolean(let flag)): return flag ? 1 : 0
    case .and(let operands): return operands.reduce(1) { $0 * share($1) }
    case .or(let operands): return 1 - operands.reduce(1) { $0 * (1 - share($1)) }
    case .not(let operand): return 1 - share(operand)
    case .isMissing(let operand): return 1 - presentShare(operand)
    case .comparison(let operation, let left, let right):
      return comparison(operation, left, right)
    case .between(let value, let low, let high):
      let above = stored(low).map { share(of: value, below: $0, orAt: false) } ?? 0
      let upTo = stored(high).map { share(of: value, below: $0, orAt: true) } ?? 1
      return max(0, upTo - above) * presentShare(value)
    case .membership(let value, let set):
      guard let wanted = set.valueCount else { return Self.usual }
      return min(1, Double(wanted) / distinct(value)) * presentShare(value)
    case .textMatch(.equals, let left, _, _): return presentShare(left) / distinct(left)
    case .textMatch: return 0.1
    case .column, .lookedUp: return 0.5 * presentShare(condition)
    default: return Self.usual
    }
  }

  /// The part of rows whose key is expected to be met.
  func share(_ lookup: LookupPlan) -> Double {
    lookup.keys.reduce(1) { share, key in
      min(share, Double(lookup.table.rowCount) / distinct(key.left)) * presentShare(key.left)
    }
  }

  private func comparison(
    _ operation: ComparisonOperator, _ left: BoundExpression, _ right: BoundExpression
  ) -> Double {
    if stored(left) != nil, stored(right) == nil, right.columnReference != nil {
      return comparison(operation.mirrored, right, left)
    }
    let present = presentShare(left)
    guard left.columnReference != nil || stored(right) != nil else { return Self.usual }
    switch operation {
    case .equal: return isAbsent(right, from: left) ? 0 : present / distinct(left)
    case .notEqual: return 1 - (isAbsent(right, from: left) ? 0 : present / distinct(left))
    case .less, .lessOrEqual, .greater, .greaterOrEqual:
      guard let bound = stored(right), facts.facts(of: left).bounds != nil else {
        return Self.usual
      }
      let isStrict = operation == .less || operation == .greaterOrEqual
      let below = share(of: left, below: bound, orAt: !isStrict)
      let isBelow = operation == .less || operation == .lessOrEqual
      return present * (isBelow ? below : 1 - below)
    }
  }

  /// The part of an expression's values that lie below a number.
  private func share(of value: BoundExpression, below bound: Int128, orAt isAt: Bool) -> Double {
    guard let range = facts.facts(of: value).bounds else { return Self.usual }
    let width = Double(range.upperBound) - Double(range.lowerBound) + 1
    let part = Double(bound) - Double(range.lowerBound) + (isAt ? 1 : 0)
    return min(1, max(0, part / width))
  }

  /// The number of different values that an expression may have.
  private func distinct(_ value: BoundExpression) -> Double {
    if let own = value.columnReference.flatMap(column) {
      switch own.payload {
      case .dictionary(_, let dictionary): return Double(max(1, dictionary.count))
      case .plain, .floats, .wide: return Double(max(1, own.count))
      case .codes: break
      }
    }
    guard let range = facts.facts(of: value).bounds else { return 10 }
    return Double(range.upperBound) - Double(range.lowerBound) + 1
  }

  private func presentShare(_ value: BoundExpression) -> Double {
    guard let own = value.columnReference.flatMap(column) else {
      return value.operands.reduce(1) { $0 * presentShare($1) }
    }
    return own.count == 0 ? 1 : 1 - Double(own.missingCount) / Double(own.count)
  }

  private func stored(_ value: BoundExpression) -> Int128? {
    value.constantValue?.storedInteger(at: value.type)
  }

  /// Whether a text is not in a column's dictionary.
  private func isAbsent(_ text: BoundExpression, from value: BoundExpression) -> Bool {
    guard case .text(let text) = text.constantValue,
      case .dictionary(_, let dictionary) = value.columnReference.flatMap(column)?.payload
    else { return false }
    return dictionary.code(of: text) == nil
  }
}

extension BoundSet {
  /// The number of values; nil where they are not known yet.
  fileprivate var valueCount: Int? {
    switch self {
    case .integers(let values, _): values.count
    case .wide(let values, _): values.count
    case .floats(let values, _): values.count
    case .texts(let values, _, _): values.count
    case .members(let index): index.count
    case .query: nil
    }
  }
}
