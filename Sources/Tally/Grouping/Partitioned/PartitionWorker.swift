/// What is known of a partition before its groups are computed.
struct PartitionSize {
  var groups = 0
  /// The most rows of one group.
  var longest = 0
  /// The lowest key and the number of slots, where the partition is dense; the records of all
  /// others are sorted.
  var slots: (lowest: UInt64, count: Int)?
}

/// Working memory of one worker that groups one partition after another.
///
/// SAFETY: a worker belongs to one thread at a time; it is handed over between them.
final class PartitionWorker<Value: CodeInteger>: @unchecked Sendable {
  private let sorter: RecordSorter<Value>
  private let context: RunContext
  private var slots: GroupArray<UInt32>
  /// The group of each record; unused where each record is a group.
  private var ids: GroupArray<UInt32>
  private var isIdentity = false
  private var keys: GroupArray<UInt64>
  private var rows: GroupArray<UInt32>
  private var counts: GroupArray<UInt32>
  private var totals: GroupArray<UInt64>

  /// Makes empty working memory.
  init(context: RunContext) throws(QueryError) {
    self.context = context
    sorter = try RecordSorter(context: context)
    slots = try GroupArray(budget: context.budget)
    ids = try GroupArray(budget: context.budget)
    keys = try GroupArray(budget: context.budget)
    rows = try GroupArray(budget: context.budget)
    counts = try GroupArray(budget: context.budget)
    totals = try GroupArray(budget: context.budget)
  }

  /// The keys of the groups that were made last.
  var groupKeys: UnsafePointer<UInt64> {
    UnsafePointer(isIdentity ? sorter.keys.pointer : keys.pointer)
  }

  /// Counts the groups of a partition and sorts its records, unless few slots hold all keys.
  func measure(
    _ blocks: [RecordBlocks<Value>], _ partition: Int
  ) throws(QueryError) -> PartitionSize {
    try sorter.load(blocks, partition)
    var size = PartitionSize()
    if sorter.count == 0 { return size }
    let (low, high, varying) = sorter.range()
    if high - low < UInt64(4 * sorter.count + 64) {
      let count = Int(high - low) + 1
      size.slots = (low, count)
      try clear(&slots, count)
      countSlots(sorter.keys.pointer, sorter.count, low, slots.pointer)
      (size.groups, size.longest) = countTaken(slots.pointer, count)
    } else {
      try sorter.sort(varying: varying)
      (size.groups, size.longest) = sorter.countGroups()
      sorter.store(blocks, partition)
    }
    return size
  }

  /// Finds the groups of a partition that was measured: their keys and the group of each record.
  func makeGroups(
    _ blocks: [RecordBlocks<Value>], _ partition: Int, _ size: PartitionSize
  ) throws(QueryError) {
    try sorter.load(blocks, partition)
    isIdentity = size.slots == nil && size.groups == sorter.count
    if isIdentity { return }
    try ids.ensureCapacity(sorter.count)
    try keys.ensureCapacity(size.groups)
    try clear(&rows, size.groups)
    if let (low, count) = size.slots {
      try clear(&slots, count)
      countSlots(sorter.keys.pointer, sorter.count, low, slots.pointer)
      numberSlots(slots.pointer, count, low, keys: keys.pointer, rows: rows.pointer)
      findIds(sorter.keys.pointer, sorter.count, low, slots.pointer, into: ids.pointer)
    } else {
      numberRuns(
        sorter.keys.pointer, sorter.count, keys: keys.pointer, rows: rows.pointer,
        ids: ids.pointer)
    }
  }

  /// Computes an aggregate of the groups that were made last.
  func compute(
    _ aggregate: RecordAggregate, _ call: AggregateCall, _ groups: Int, to column: GroupedColumn,
    at start: Int
  ) throws(QueryError) {
    try context.checkCancellation()
    if isIdentity {
      try rows.ensureCapacity(groups)
      rows.pointer.update(repeating: 1, count: groups)
    }
    let own = UnsafePointer(isIdentity ? nil : ids.pointer)
    let isNullable = aggregate.value?.isNullable ?? false
    if isNullable { try clear(&counts, groups) }
    let known = isNullable ? counts.pointer : rows.pointer
    switch aggregate {
    case .rows:
      try clear(&totals, groups)
      column.write(totals.pointer, base: 1, counts: rows.pointer, groups, at: start)
    case .values(let value):
      try clear(&totals, groups)
      sumRecords(
        sorter.values.pointer, own, sorter.count, value, into: totals.pointer, counts: known)
      totals.pointer.update(repeating: 0, count: groups)
      column.write(totals.pointer, base: 1, counts: known, groups, at: start)
    case .sum(let value):
      try clear(&totals, groups)
      sumRecords(
        sorter.values.pointer, own, sorter.count, value, into: totals.pointer, counts: known)
      column.write(totals.pointer, base: value.base, counts: known, groups, at: start)
    case .average(let value):
      try clear(&totals, groups)
      sumRecords(
        sorter.values.pointer, own, sorter.count, value, into: totals.pointer, counts: known)
      column.writeAverages(
        totals.pointer, base: value.base,
        power: ExactDecimal.powersOfTen[value.column.type.scale], counts: known, groups, at: start)
    case .extreme(let value, let isMax):
      try fill(&totals, groups, with: isMax ? 0 : .max)
      keepExtremes(
        sorter.values.pointer, own, sorter.count, value, isMax: isMax, into: totals.pointer,
        counts: isNullable ? known : nil)
      column.write(codes: totals.pointer, counts: known, groups, at: start)
    }
  }

  private func clear<T: FixedWidthInteger & BitwiseCopyable>(
    _ array: inout GroupArray<T>, _ count: Int
  ) throws(QueryError) { try fill(&array, count, with: 0) }

  private func fill<T: FixedWidthInteger & BitwiseCopyable>(
    _ array: inout GroupArray<T>, _ count: Int, with element: T
  ) throws(QueryError) {
    try array.ensureCapacity(count)
    array.pointer.update(repeating: element, count: count)
  }
}

private func countSlots(
  _ keys: UnsafePointer<UInt64>, _ count: Int, _ low: UInt64,
  _ slots: UnsafeMutablePointer<UInt32>
) {
  for row in 0..<count { slots[Int(truncatingIfNeeded: keys[row] &- low)] &+= 1 }
}

/// The slots that are taken, and the most that any has.
private func countTaken(
  _ slots: UnsafePointer<UInt32>, _ count: Int
) -> (groups: Int, longest: Int) {
  var groups: UInt32 = 0
  var longest: UInt32 = 0
  for slot in 0..<count {
    groups &+= slots[slot] == 0 ? 0 : 1
    longest = max(longest, slots[slot])
  }
  return (Int(groups), Int(longest))
}

/// Replaces the count of each slot that is taken by the number of its group.
private func numberSlots(
  _ slots: UnsafeMutablePointer<UInt32>, _ count: Int, _ low: UInt64,
  keys: UnsafeMutablePointer<UInt64>, rows: UnsafeMutablePointer<UInt32>
) {
  var group = 0
  for slot in 0..<count where slots[slot] > 0 {
    keys[group] = low &+ UInt64(slot)
    rows[group] = slots[slot]
    slots[slot] = UInt32(truncatingIfNeeded: group)
    group &+= 1
  }
}

private func findIds(
  _ keys: UnsafePointer<UInt64>, _ count: Int, _ low: UInt64, _ slots: UnsafePointer<UInt32>,
  into ids: UnsafeMutablePointer<UInt32>
) {
  for row in 0..<count { ids[row] = slots[Int(truncatingIfNeeded: keys[row] &- low)] }
}

/// Numbers the groups of sorted records. `rows` is zero.
private func numberRuns(
  _ sorted: UnsafePointer<UInt64>, _ count: Int, keys: UnsafeMutablePointer<UInt64>,
  rows: UnsafeMutablePointer<UInt32>, ids: UnsafeMutablePointer<UInt32>
) {
  var group = 0
  keys[0] = sorted[0]
  for row in 0..<count {
    group &+= row > 0 && sorted[row] != sorted[row &- 1] ? 1 : 0
    keys[group] = sorted[row]
    rows[group] &+= 1
    ids[row] = UInt32(truncatingIfNeeded: group)
  }
}
