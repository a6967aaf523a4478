/// What every part of one run shares: limits, cancellation and how work is cut.
final class RunContext: Sendable {
  /// The limit on memory, by which cancellation is noticed too.
  let budget: MemoryBudget?
  /// The number of threads that take batches, 1 or more.
  let workerCount: Int
  /// The rows of one batch. Answers do not depend on it.
  let batchRows: Int
  /// The rows from which on more threads than one are worth waking. Answers do not depend on it.
  let leastParallelRows: Int
  /// The sizes at which joins and orders change their way. Answers do not depend on them.
  let tuning: JoinTuning
  /// When which way to group is taken. Answers do not depend on it.
  let grouping: GroupTuning
  /// Set by another thread to stop the run.
  let cancellation: Cancellation

  /// The rows of a batch unless a test asks otherwise: its vectors stay in a core's cache.
  static let defaultBatchRows = 16_384

  /// The rows that are worth waking a thread for, unless a test asks otherwise.
  static let defaultParallelRows = 65_536

  /// Makes the context of one run.
  init(
    budget: MemoryBudget? = nil, workerCount: Int = 1, batchRows: Int = defaultBatchRows,
    leastParallelRows: Int = defaultParallelRows, tuning: JoinTuning = .standard,
    grouping: GroupTuning = .standard,
    cancellation: Cancellation = Cancellation()
  ) {
    precondition(workerCount >= 1 && batchRows >= 1)
    // A limit that nothing reaches: what only knows of memory notices cancellation by it.
    self.budget = (budget ?? MemoryBudget(limit: .max)).during(cancellation)
    self.workerCount = workerCount
    self.batchRows = batchRows
    self.leastParallelRows = leastParallelRows
    self.tuning = tuning
    self.grouping = grouping
    self.cancellation = cancellation
  }

  /// The same run on the calling thread alone.
  var alone: RunContext {
    RunContext(
      budget: budget, workerCount: 1, batchRows: batchRows,
      leastParallelRows: leastParallelRows, tuning: tuning, grouping: grouping,
      cancellation: cancellation)
  }

  /// Whether the run may hold so much memory only.
  var isLimited: Bool { budget?.isLimited ?? false }

  /// Throws an error of kind `cancelled` or `timeout` once the run is to stop.
  func checkCancellation() throws(QueryError) { try cancellation.check() }
}
