/// What one worker does with the batches that it takes.
protocol ScanWorker: AnyObject, SendableMetatype {
  /// Takes in `count` rows from `start` on; `batch` counts batches from the first of the table.
  func take(batch: Int, start: Int, count: Int) throws(QueryError)
}

/// Hands the batches of `rowCount` rows to as many workers as they are worth.
///
/// Returns the workers, at least one. Where several fail, the error is that of the earliest batch,
/// so that it does not depend on the number of workers.
func scan<Worker: ScanWorker>(
  rowCount: Int, context: RunContext, makeWorker: () throws(QueryError) -> Worker
) throws(QueryError) -> [Worker] {
  var workers: [Worker] = []
  for _ in 0..<max(1, context.workers(forRows: rowCount)) { workers.append(try makeWorker()) }
  // SAFETY: a worker belongs to the one thread that runs under its index.
  nonisolated(unsafe) let owned = workers
  try context.forEachBatch(of: rowCount) { index, rows throws(QueryError) in
    try owned[index].take(
      batch: rows.lowerBound / context.batchRows, start: rows.lowerBound, count: rows.count)
  }
  return workers
}
