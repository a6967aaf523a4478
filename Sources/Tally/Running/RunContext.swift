import Synchronization

/// What every part of one run shares: limits, cancellation and how work is cut.
final class RunContext: Sendable {
  /// The limit on memory, if there is one.
  let budget: MemoryBudget?
  /// The number of threads that take batches, 1 or more.
  let workerCount: Int
  /// The rows of one batch. Answers do not depend on it.
  let batchRows: Int
  /// Set by another thread to stop the run.
  let cancellation: Cancellation

  /// The rows of a batch unless a test asks otherwise: its vectors stay in a core's cache.
  static let defaultBatchRows = 16_384

  /// Makes the context of one run.
  init(
    budget: MemoryBudget? = nil, workerCount: Int = 1, batchRows: Int = defaultBatchRows,
    cancellation: Cancellation = Cancellation()
  ) {
    precondition(workerCount >= 1 && batchRows >= 1)
    self.budget = budget
    self.workerCount = workerCount
    self.batchRows = batchRows
    self.cancellation = cancellation
  }

  /// Throws an error of kind `cancelled` or `timeout` once the run is to stop.
  func checkCancellation() throws(QueryError) { try cancellation.check() }
}

/// A flag that stops a run from any thread, at the latest after one batch.
public final class Cancellation: Sendable {
  private let state = Atomic<UInt8>(0)

  /// Makes a flag that is not set.
  public init() {}

  /// Stops the runs that watch this flag.
  public func cancel() { state.store(1, ordering: .relaxed) }

  /// Stops the runs that watch this flag because their time is over.
  func expire() { state.store(2, ordering: .relaxed) }

  /// Whether runs are to stop.
  public var isCancelled: Bool { state.load(ordering: .relaxed) != 0 }

  func check() throws(QueryError) {
    switch state.load(ordering: .relaxed) {
    case 0: return
    case 1: throw QueryError.cancelled
    default: throw QueryError.timedOut
    }
  }
}
