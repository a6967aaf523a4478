/// The rows of each group that count.
final class CountState: AggregateState {
  private let budget: MemoryBudget?
  private(set) var counts: GroupArray<Int64>

  /// Makes the state of no groups.
  init(budget: MemoryBudget?) throws(QueryError) {
    self.budget = budget
    counts = try GroupArray(budget: budget)
  }

  func reserve(groups: Int) throws(QueryError) { try counts.resize(to: groups, filling: 0) }

  func update(_ rows: AggregateRows) {
    countRows(rows, into: counts.pointer)
  }

  func merge(
    _ other: any AggregateState, targets: UnsafeBufferPointer<UInt32>
  ) throws(QueryError) {
    guard let other = other as? CountState else {
      throw QueryError.inconsistentAggregate("the state of another aggregate")
    }
    try addMapped(other.counts.pointer, targets, into: counts.pointer, budget)
  }

  func finish(order: UnsafeBufferPointer<UInt32>) throws(QueryError) -> Column {
    let bytes = try AlignedBytes(byteCount: order.count * 8, budget: budget)
    let results = bytes.pointer(to: Int64.self)
    try budget.forEachPiece(of: order.count) { piece in
      for row in piece { results[row] = counts[Int(order[row])] }
    }
    return try Column.integers(
      UnsafeBufferPointer(start: results, count: order.count), type: .integer, budget: budget)
  }
}

/// Adds one to the group of each row.
func countRows(_ rows: AggregateRows, into counts: UnsafeMutablePointer<Int64>) {
  if rows.isOneGroup {
    counts[0] &+= Int64(rows.count)
  } else {
    let groups = rows.groups
    for row in 0..<rows.count { counts[Int(groups[row])] &+= 1 }
  }
}

/// Adds what another state counted to the groups that its own became.
func addMapped(
  _ source: UnsafePointer<Int64>, _ targets: UnsafeBufferPointer<UInt32>,
  into own: UnsafeMutablePointer<Int64>, _ budget: MemoryBudget?
) throws(QueryError) {
  try budget.forEachPiece(of: targets.count) { piece in
    for group in piece { own[Int(targets[group])] &+= source[group] }
  }
}

/// Adds counts of the same groups.
func addCounts(
  _ source: UnsafePointer<Int64>, _ groups: Int, into own: UnsafeMutablePointer<Int64>
) {
  for group in 0..<groups { own[group] &+= source[group] }
}
