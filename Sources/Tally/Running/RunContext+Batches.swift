import Synchronization

extension RunContext {
  /// The number of workers that `rowCount` rows are worth.
  func workers(forRows rowCount: Int) -> Int {
    rowCount < leastParallelRows
      ? 1 : max(1, min(workerCount, (rowCount + batchRows - 1) / batchRows))
  }

  /// Cuts rows `0..<rowCount` into consecutive batches of `rows` (``batchRows`` unless given) and
  /// hands them out, in ascending order, to the workers `0..<workers(forRows: rowCount)`, each of
  /// which runs `body` on one batch at a time. Returns when all batches are done.
  ///
  /// Throws what `body` threw on the earliest batch that failed, whatever the number of workers,
  /// or an error of kind `cancelled` or `timeout` once the run is to stop; later batches may not
  /// have run then.
  func forEachBatch(
    of rowCount: Int, rows: Int? = nil,
    _ body: @Sendable (_ worker: Int, _ rows: Range<Int>) throws(QueryError) -> Void
  ) throws(QueryError) {
    let size = max(1, rows ?? batchRows)
    let batchCount = (rowCount + size - 1) / size
    try forEachPart(of: batchCount, rows: rowCount) { worker, batch throws(QueryError) in
      let start = batch * size
      try body(worker, start..<min(start + size, rowCount))
    }
  }

  /// Hands out the numbers `0..<count` in ascending order to as many workers as `rows` rows are
  /// worth, each of which runs `body` on one at a time. Returns and throws as
  /// ``forEachBatch(of:rows:_:)``.
  func forEachPart(
    of count: Int, rows: Int,
    _ body: @Sendable (_ worker: Int, _ part: Int) throws(QueryError) -> Void
  ) throws(QueryError) {
    let dispenser = BatchDispenser(count: count)
    WorkerPool.shared.run(workers: min(max(1, count), workers(forRows: rows))) { worker in
      while let part = dispenser.next() {
        do throws(QueryError) {
          try checkCancellation()
          try body(worker, part)
        } catch {
          dispenser.fail(part, error)
        }
      }
    }
    if let error = dispenser.error { throw error }
  }
}

extension RunContext {
  /// Touches memory without content that will be written in no order: otherwise the first rows that
  /// are would wait for the system to clear all of it, a huge page for each.
  func touch(_ memory: AlignedBytes) throws(QueryError) {
    let pages = memory.byteCount / AlignedBytes.hugePageSize
    if pages < 4 { return }
    try forEachPart(of: pages, rows: memory.byteCount / 8) { _, page in
      (memory.address + page * AlignedBytes.hugePageSize).storeBytes(of: 0, as: UInt8.self)
    }
  }
}

/// Hands out the numbers `0..<count` in ascending order until one of them fails, and keeps the
/// error of the lowest number that failed: all lower ones have been handed out by then.
private final class BatchDispenser: Sendable {
  private let count: Int
  private let following = Atomic<Int>(0)
  private let failure = Mutex<(batch: Int, error: QueryError)?>(nil)

  init(count: Int) { self.count = count }

  func next() -> Int? {
    let batch = following.add(1, ordering: .relaxed).oldValue
    return batch < count ? batch : nil
  }

  func fail(_ batch: Int, _ error: QueryError) {
    // No number from here on is handed out. A counter this high cannot wrap around.
    following.store(count, ordering: .relaxed)
    failure.withLock { held in
      if held.map({ batch < $0.batch }) ?? true { held = (batch, error) }
    }
  }

  var error: QueryError? { failure.withLock { $0?.error } }
}
