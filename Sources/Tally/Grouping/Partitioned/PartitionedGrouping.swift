import Synchronization

/// Groups rows whose keys have too many different values for a table of slots: rows are dealt out
/// to ranges of keys that fit into the cache of a core, each range is grouped by itself, and the
/// groups, in order by then, become columns.
///
///     records      keys and values of a row packed into two words, put into the block of its range
///     partitions   dense ones are counted in an array of slots, others are sorted
///     columns      written in place, by all workers: where a partition's groups begin is known
///
/// There is no hash, so there are no keys that collide. Answers depend on the rows alone: sums are
/// exact, and the order is that of the keys.
///
/// The plan is that of S. Manegold, P. Boncz and M. Kersten, "Optimizing main-memory join on modern
/// hardware" (2002), for groups; with sorting inside of a partition as in C. Balkesen et al.,
/// "Multi-core, main-memory joins: sort vs. hash revisited" (2013).
struct PartitionedGrouping<Value: CodeInteger>: Sendable {
  let layout: RecordLayout
  let calls: [AggregateCall]
  let aggregates: [RecordAggregate]
  let partitioning: Partitioning
  let rowCount: Int
  let context: RunContext

  /// The rows whose records are made at a time.
  static var pieceRows: Int { 2048 }

  /// The groups of all rows.
  func run() throws(QueryError) -> PartitionedGroups {
    let blocks = try makeRecords()
    var workers: [PartitionWorker<Value>] = []
    for _ in 0..<context.workers(forRows: rowCount) {
      workers.append(try PartitionWorker(context: context))
    }
    let sizes = try countGroups(workers, blocks)
    var starts: [Int] = []
    var total = 0
    for size in sizes {
      starts.append(total)
      total += size.groups
    }
    guard total < Int(UInt32.max) - 1 else { throw QueryError.tooManyGroups }
    let longest = sizes.reduce(0) { max($0, $1.longest) }
    let columns = try makeColumns(total, longest: longest)
    try write(workers, blocks, sizes, starts, to: columns)
    return PartitionedGroups(
      count: total,
      keyColumns: try columns.keys.mapThrowing { column throws(QueryError) in
        try column.finish()
      },
      callColumns: try columns.calls.mapThrowing { column throws(QueryError) in
        try column.finish()
      },
      skipped: aggregates.map { $0.value?.column.missingCount ?? 0 })
  }

  /// Deals the rows out to partitions.
  private func makeRecords() throws(QueryError) -> [RecordBlocks<Value>] {
    let workers = try scan(rowCount: rowCount, context: context) { () throws(QueryError) in
      try RecordWorker(self)
    }
    return workers.map(\.blocks)
  }

  private final class RecordWorker: ScanWorker {
    let blocks: RecordBlocks<Value>
    private let grouping: PartitionedGrouping
    private let keys: AlignedBytes
    /// The highest bits of the keys, where a word does not hold them.
    private let tops: AlignedBytes?
    private let values: AlignedBytes
    private let mask: AlignedBytes

    init(_ grouping: PartitionedGrouping) throws(QueryError) {
      self.grouping = grouping
      let (rows, budget) = (PartitionedGrouping.pieceRows, grouping.context.budget)
      let share = grouping.rowCount / (8 * grouping.partitioning.count)
      blocks = RecordBlocks(
        partitionCount: grouping.partitioning.count, blockRows: min(1024, max(16, share)),
        budget: budget)
      keys = try AlignedBytes(byteCount: rows * 8, budget: budget)
      tops =
        grouping.layout.highBits > 0 ? try AlignedBytes(byteCount: rows * 8, budget: budget) : nil
      values = try AlignedBytes(byteCount: rows * MemoryLayout<Value>.stride, budget: budget)
      mask = try AlignedBytes(byteCount: rows, budget: budget)
    }

    func take(batch: Int, start: Int, count: Int) throws(QueryError) {
      let (keys, values) = (keys.pointer(to: UInt64.self), values.pointer(to: Value.self))
      let mask = mask.pointer(to: UInt8.self)
      for first in stride(from: start, to: start + count, by: PartitionedGrouping.pieceRows) {
        let rows = min(PartitionedGrouping.pieceRows, start + count - first)
        // A block may be the first use of a huge page.
        try grouping.context.checkCancellation()
        grouping.layout.packKeys(from: first, rows, mask: mask, into: keys)
        grouping.layout.packValues(from: first, rows, mask: mask, into: values)
        if let tops = tops?.pointer(to: UInt64.self) {
          grouping.layout.packKeys(
            from: first, rows, dropping: grouping.layout.highBits, mask: mask, into: tops)
          try blocks.add(keys, values, rows, grouping.partitioning, tops: tops)
        } else {
          try blocks.add(keys, values, rows, grouping.partitioning)
        }
      }
    }
  }

  /// Counts the groups of each partition; records of those that are not dense are sorted.
  private func countGroups(
    _ workers: [PartitionWorker<Value>], _ blocks: [RecordBlocks<Value>]
  ) throws(QueryError) -> [PartitionSize] {
    let sizes = Mutex(Array(repeating: PartitionSize(), count: partitioning.count))
    try context.forEachPart(of: partitioning.count, rows: rowCount) {
      worker, partition throws(QueryError) in
      let size = try workers[worker].measure(blocks, partition)
      sizes.withLock { $0[partition] = size }
    }
    return sizes.withLock { $0 }
  }

  /// The columns of so many groups, with room for what the largest may hold.
  private func makeColumns(_ count: Int, longest: Int) throws(QueryError) -> GroupedColumns {
    let budget = context.budget
    var columns = GroupedColumns()
    for key in layout.keys {
      let isNullable = key.column.validity != nil
      if let dictionary = key.column.textDictionary {
        columns.keys.append(
          try GroupedColumn(
            dictionary: dictionary, count: count, isNullable: isNullable, budget: budget))
      } else {
        let upper = key.lower &+ Int64(bitPattern: max(1, key.domain) &- 1)
        columns.keys.append(
          try GroupedColumn(
            type: key.column.type, count: count, range: key.lower...upper,
            isNullable: isNullable, budget: budget))
      }
    }
    for (call, aggregate) in zip(calls, aggregates) {
      columns.calls.append(
        try aggregate.column(call.type, count: count, longest: longest, budget: budget))
    }
    return columns
  }

  /// Writes the groups of each partition to their places.
  private func write(
    _ workers: [PartitionWorker<Value>], _ blocks: [RecordBlocks<Value>],
    _ sizes: [PartitionSize], _ starts: [Int], to columns: GroupedColumns
  ) throws(QueryError) {
    try context.forEachPart(of: partitioning.count, rows: rowCount) {
      worker, partition throws(QueryError) in
      let (own, size, start) = (workers[worker], sizes[partition], starts[partition])
      if size.groups == 0 { return }
      try own.makeGroups(blocks, partition, size)
      let high = partitioning.highs.isEmpty ? 0 : partitioning.highs[partition]
      for (key, column) in zip(layout.keys, columns.keys) {
        // Each column may begin a new page.
        try context.checkCancellation()
        column.write(own.groupKeys, high: high, key, size.groups, at: start)
      }
      for (index, aggregate) in aggregates.enumerated() {
        try own.compute(aggregate, calls[index], size.groups, to: columns.calls[index], at: start)
      }
    }
  }
}

/// Columns that workers write.
private struct GroupedColumns: Sendable {
  var keys: [GroupedColumn] = []
  var calls: [GroupedColumn] = []
}

extension RecordAggregate {
  /// The column of its results for so many groups of at most `longest` rows.
  fileprivate func column(
    _ type: ColumnType, count: Int, longest: Int, budget: MemoryBudget?
  ) throws(QueryError) -> GroupedColumn {
    let isNullable = value?.isNullable ?? false
    switch self {
    case .rows, .values:
      return try GroupedColumn(
        type: type, count: count, range: 0...Int64(longest), isNullable: false, budget: budget)
    case .sum(let value):
      let rows = Int64(longest)
      let low = min(value.base, value.base &* rows)
      let high = max(value.highest, value.highest &* rows)
      // Nothing adds up to zero.
      let range = isNullable ? min(0, low)...max(0, high) : low...high
      return try GroupedColumn(
        type: type, count: count, range: range, isNullable: false, budget: budget)
    case .average:
      return try GroupedColumn(floats: type, count: count, isNullable: isNullable, budget: budget)
    case .extreme(let value, _):
      return try GroupedColumn(
        type: type, count: count, range: value.base...value.highest, isNullable: isNullable,
        budget: budget)
    }
  }
}

/// The groups of a step as columns, in the order of their keys.
struct PartitionedGroups {
  var count: Int
  var keyColumns: [Column]
  var callColumns: [Column]
  /// The values that each call left out because they were missing.
  var skipped: [Int]
}
