/// What one worker does with the batches that it takes.
protocol ScanWorker: AnyObject {
  /// Takes in `count` rows from `start` on; `batch` counts batches from the first of the table.
  func take(batch: Int, start: Int, count: Int) throws(QueryError)
}

/// Cuts `rowCount` rows into batches and hands them to workers until none is left.
///
/// Returns the workers that took part, at least one. Where several fail, the error is that of the
/// earliest batch, so that it does not depend on the number of workers.
func scan<Worker: ScanWorker>(
  rowCount: Int, context: RunContext, makeWorker: () throws(QueryError) -> Worker
) throws(QueryError) -> [Worker] {
  let worker = try makeWorker()
  let size = context.batchRows
  for batch in 0..<((rowCount + size - 1) / size) {
    try context.checkCancellation()
    let start = batch * size
    try worker.take(batch: batch, start: start, count: min(size, rowCount - start))
  }
  return [worker]
}
