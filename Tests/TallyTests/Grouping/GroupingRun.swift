@testable import Tally

/// How a test cuts and recombines the work.
struct GroupingRun {
  var batchRows = 64
  var workers = 1
  var seed: UInt64 = 1
  var expectedRows = 0
  /// Percent of the rows that are selected.
  var selectedPercent = 100

  /// What one worker has.
  final class Worker {
    let table: GroupTable
    let accumulators: [Accumulator]
    init(_ table: GroupTable, _ accumulators: [Accumulator]) {
      (self.table, self.accumulators) = (table, accumulators)
    }
  }

  /// The rows that are selected.
  func selectedRows(of count: Int) -> [Int] {
    var random = RandomSource(seed: seed ^ 0xABCD)
    return (0..<count).filter { _ in random.chance(selectedPercent) }
  }

  /// The keys of each group and the results behind them, and the values that were left out.
  func answer(
    keys: [SampleColumn], calls: [SampleCall], rowCount: Int
  ) throws(QueryError) -> (rows: [[CellValue]], skipped: [Int]) {
    let context = RunContext(workerCount: workers, batchRows: batchRows)
    var random = RandomSource(seed: seed)
    var pool: [Worker] = []
    for _ in 0..<workers { pool.append(try makeWorker(keys, calls, context)) }
    let selected = Set(selectedRows(of: rowCount))
    var starts = Array(stride(from: 0, to: rowCount, by: batchRows))
    starts.shuffle(using: &random)
    for start in starts {
      let rows = start..<min(start + batchRows, rowCount)
      try update(pool[random.below(workers)], keys, calls, rows, selected)
    }
    pool.shuffle(using: &random)
    while pool.count > 1 {
      let last = pool.removeLast()
      try merge(last, into: pool[random.below(pool.count)])
    }
    return try finish(pool[0], calls)
  }

  private func makeWorker(
    _ keys: [SampleColumn], _ calls: [SampleCall], _ context: RunContext
  ) throws(QueryError) -> Worker {
    var accumulators: [Accumulator] = []
    for call in calls {
      guard let call = call.call else { continue }
      accumulators.append(try Accumulator(call, context: context))
    }
    let table = try GroupTable(
      keys: keys.map(\.expression), expectedRows: expectedRows, context: context)
    return Worker(table, accumulators)
  }

  private func update(
    _ worker: Worker, _ keys: [SampleColumn], _ calls: [SampleCall], _ rows: Range<Int>,
    _ selected: Set<Int>
  ) throws(QueryError) {
    // Rows that are not selected are cut out by updating with the runs of selected ones.
    var start = rows.lowerBound
    while start < rows.upperBound {
      var end = start
      while end < rows.upperBound, selected.contains(end) { end += 1 }
      if end > start { try updateRun(worker, keys, calls, start..<end) }
      start = end + 1
    }
  }

  private func updateRun(
    _ worker: Worker, _ keys: [SampleColumn], _ calls: [SampleCall], _ rows: Range<Int>
  ) throws(QueryError) {
    let ids = try GroupArray<UInt32>(count: rows.count, filling: 0, budget: nil)
    if !keys.isEmpty {
      try worker.table.assign(
        keys: keys.map { $0.vector(rows) }, count: rows.count, into: ids.pointer)
    }
    for (call, accumulator) in zip(calls, worker.accumulators) {
      try accumulator.reserve(groups: worker.table.groupCount)
      try accumulator.update(
        groups: keys.isEmpty ? nil : UnsafePointer(ids.pointer), count: rows.count,
        operands: call.operands.map { $0.vector(rows) },
        condition: call.condition?.vector(rows),
        positions: RowPositions(start: rows.lowerBound, selection: nil))
    }
  }

  private func merge(_ other: Worker, into worker: Worker) throws(QueryError) {
    let mapping = try worker.table.merge(other.table)
    for (own, added) in zip(worker.accumulators, other.accumulators) {
      try own.reserve(groups: worker.table.groupCount)
      try own.merge(added, mapping: mapping.elements)
    }
  }

  private func finish(
    _ worker: Worker, _ calls: [SampleCall]
  ) throws(QueryError) -> (rows: [[CellValue]], skipped: [Int]) {
    let order = try worker.table.sortedOrder()
    var columns = try worker.table.keyColumns(order: order.elements)
    for accumulator in worker.accumulators {
      try accumulator.reserve(groups: worker.table.groupCount)
      columns.append(try accumulator.finish(order: order.elements))
    }
    let rows = (0..<order.count).map { row in columns.map { $0[row] } }
    return (rows, worker.accumulators.map(\.skippedMissing))
  }
}
