import CLineEditor
import Synchronization
import TallyShell

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Runs jobs while a thread of its own waits for Ctrl-C.
struct WatchedHost: JobHost {
  /// Whether a second Ctrl-C ends the process, for a job that can't be stopped.
  let endsAtSecondInterrupt: Bool

  func run<Value, Failure: Error>(
    tick: @escaping @Sendable (Duration) -> Void, interrupt: @escaping @Sendable () -> Void,
    _ job: () throws(Failure) -> Value
  ) throws(Failure) -> Value {
    guard line_editor_catch_signals() else { return try job() }
    let watcher = Watcher(
      tick: tick, interrupt: interrupt, endsAtSecondInterrupt: endsAtSecondInterrupt)
    guard let thread = start(watcher) else { return try job() }
    defer {
      line_editor_job_ended()
      pthread_join(thread, nil)
    }
    return try job()
  }

  private func start(_ watcher: Watcher) -> pthread_t? {
    // SAFETY: the thread takes the reference over that is passed to it here.
    let argument = Unmanaged.passRetained(watcher).toOpaque()
    #if canImport(Darwin)
      var thread: pthread_t?
      let failure = pthread_create(&thread, nil, { runWatcher($0) }, argument)
    #else
      var thread = pthread_t()
      let failure = pthread_create(
        &thread, nil, { argument in argument.map { runWatcher($0) } ?? nil }, argument)
    #endif
    if failure != 0 {
      Unmanaged<Watcher>.fromOpaque(argument).release()
      return nil
    }
    return thread
  }
}

private func runWatcher(_ argument: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
  // SAFETY: `start` passes a reference that nobody else releases.
  Unmanaged<Watcher>.fromOpaque(argument).takeRetainedValue().watch()
  return nil
}

/// Waits beside a job.
private final class Watcher: Sendable {
  private let tick: @Sendable (Duration) -> Void
  private let interrupt: @Sendable () -> Void
  private let endsAtSecondInterrupt: Bool

  init(
    tick: @escaping @Sendable (Duration) -> Void, interrupt: @escaping @Sendable () -> Void,
    endsAtSecondInterrupt: Bool
  ) {
    self.tick = tick
    self.interrupt = interrupt
    self.endsAtSecondInterrupt = endsAtSecondInterrupt
  }

  func watch() {
    let start = ContinuousClock.now
    var interrupts = 0
    while true {
      switch line_editor_wait(100) {
      case LINE_EDITOR_JOB_ENDED: return
      case LINE_EDITOR_INTERRUPT:
        interrupts += 1
        if interrupts > 1, endsAtSecondInterrupt { line_editor_die() }
        interrupt()
      default: tick(ContinuousClock.now - start)
      }
    }
  }
}
