import TallySyntax

/// Runs `body` on a thread of its own while the calling task waits, so that long work keeps no
/// thread of the concurrency runtime busy. Where the task is cancelled, the flag is set that `body`
/// is given. Where the system gives no thread, `body` runs on the task's.
func offloaded<Value: Sendable>(
  _ body: @escaping @Sendable (Cancellation) throws(QueryError) -> Value
) async throws(QueryError) -> Value {
  let cancellation = Cancellation()
  let outcome = await withTaskCancellationHandler {
    await withCheckedContinuation { continuation in
      let work: @Sendable () -> Void = {
        continuation.resume(
          returning: Result { () throws(QueryError) in
            try cancellation.check()
            return try body(cancellation)
          })
      }
      if SystemThread(.worker, work) == nil { work() }
    }
  } onCancel: {
    cancellation.cancel()
  }
  return try outcome.get()
}
