import CLineEditor
import TallyShell
import TallySyntax

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
    let options = SystemThread.Options(stackSize: nil, isJoined: true, blocksSignals: false)
    guard let thread = SystemThread(options, { watcher.watch() }) else { return try job() }
    defer {
      line_editor_job_ended()
      thread.join()
    }
    return try job()
  }
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
