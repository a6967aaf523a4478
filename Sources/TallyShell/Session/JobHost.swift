/// Lets somebody look on while a job runs.
package protocol JobHost {
  /// Runs a job on the calling thread. While it runs, another thread calls `tick` about ten times a
  /// second with the time since the beginning, and `interrupt` when the user presses Ctrl-C.
  func run<Value, Failure: Error>(
    tick: @escaping @Sendable (Duration) -> Void, interrupt: @escaping @Sendable () -> Void,
    _ job: () throws(Failure) -> Value
  ) throws(Failure) -> Value
}
