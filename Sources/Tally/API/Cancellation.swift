import Synchronization

/// A flag that stops a run from any thread, at the latest after one batch.
public final class Cancellation: Sendable {
  private let isSet = Atomic<Bool>(false)
  private let deadline = Mutex<ContinuousClock.Instant?>(nil)
  private let hasDeadline = Atomic<Bool>(false)

  /// Makes a flag that is not set.
  public init() {}

  /// Stops the runs that watch this flag.
  public func cancel() { isSet.store(true, ordering: .relaxed) }

  /// Stops the runs that watch this flag once `time` has passed from now.
  func expire(after time: Duration) {
    deadline.withLock { $0 = ContinuousClock.now + time }
    hasDeadline.store(true, ordering: .releasing)
  }

  /// Whether runs are to stop because ``cancel()`` was called.
  public var isCancelled: Bool { isSet.load(ordering: .relaxed) }

  /// Throws where the flag is set or the time is over.
  package func check() throws(QueryError) {
    if isCancelled { throw QueryError.cancelled }
    guard hasDeadline.load(ordering: .acquiring) else { return }
    let isOver = deadline.withLock { $0.map { ContinuousClock.now >= $0 } ?? false }
    if isOver { throw QueryError.timedOut }
  }
}
