import Synchronization

/// A flag that stops a run from any thread, at the latest after one batch.
public final class Cancellation: Sendable {
  private let isSet = Atomic<Bool>(false)
  private let deadline = Mutex<ContinuousClock.Instant?>(nil)
  private let observer = Mutex<Observer?>(nil)
  /// Whether there is a deadline or an observer.
  private let isWatched = Atomic<Bool>(false)

  /// A function behind a reference: reading one from under a lock would wrap it each time.
  private final class Observer: Sendable {
    let body: @Sendable () -> Void
    init(body: @escaping @Sendable () -> Void) { self.body = body }
  }

  /// Makes a flag that is not set.
  public init() {}

  /// Stops the runs that watch this flag.
  public func cancel() { isSet.store(true, ordering: .relaxed) }

  /// Stops the runs that watch this flag once `time` has passed from now.
  func expire(after time: Duration) {
    deadline.withLock { $0 = ContinuousClock.now + time }
    isWatched.store(true, ordering: .releasing)
  }

  /// Calls `body` each time that a run looks whether it is to stop, on the run's thread and before
  /// it looks: for measuring and testing.
  package func observe(_ body: @escaping @Sendable () -> Void) {
    observer.withLock { $0 = Observer(body: body) }
    isWatched.store(true, ordering: .releasing)
  }

  /// Whether runs are to stop because ``cancel()`` was called.
  public var isCancelled: Bool { isSet.load(ordering: .relaxed) }

  /// Throws where the flag is set or the time is over.
  package func check() throws(QueryError) {
    let isWatched = isWatched.load(ordering: .acquiring)
    if isWatched { observer.withLock { $0 }?.body() }
    if isCancelled { throw QueryError.cancelled }
    guard isWatched else { return }
    let isOver = deadline.withLock { $0.map { ContinuousClock.now >= $0 } ?? false }
    if isOver { throw QueryError.timedOut }
  }
}
