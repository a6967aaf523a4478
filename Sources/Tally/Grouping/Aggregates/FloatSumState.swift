/// Sums and averages of doubles: exact until they are rounded once.
final class FloatSumState: AggregateState {
  private let call: AggregateCall
  private let budget: MemoryBudget?
  private let sums: BandedSum
  private var counts: GroupArray<Int64>

  /// Makes the state of no groups.
  init(_ call: AggregateCall, budget: MemoryBudget?) throws(QueryError) {
    self.call = call
    self.budget = budget
    sums = BandedSum(ofProducts: false, budget: budget)
    counts = try GroupArray(budget: budget)
  }

  func reserve(groups: Int) throws(QueryError) {
    try sums.reserve(groups: groups)
    try counts.resize(to: groups, filling: 0)
  }

  func update(_ rows: AggregateRows) throws(QueryError) {
    guard case .floats(let values) = rows.values else {
      throw QueryError.inconsistentAggregate("values that cannot be added")
    }
    try sums.add(values, rows.groups, rows.count)
    countRows(rows, into: counts.pointer)
  }

  func merge(
    _ other: any AggregateState, targets: UnsafeBufferPointer<UInt32>
  ) throws(QueryError) {
    guard let other = other as? FloatSumState else {
      throw QueryError.inconsistentAggregate("the state of another aggregate")
    }
    try sums.merge(other.sums, targets: targets)
    try addMapped(other.counts.pointer, targets, into: counts.pointer, budget)
  }

  func finish(order: UnsafeBufferPointer<UInt32>) throws(QueryError) -> Column {
    let isSum = call.function == .sum
    return try floatColumn(count: order.count, type: call.type, budget: budget) { row in
      let group = Int(order[row])
      if isSum { return sums.quotient(group, by: 1) }
      return counts[group] == 0 ? nil : sums.quotient(group, by: counts[group])
    }
  }
}
