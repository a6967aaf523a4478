#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Runs `body` on a thread of its own while the calling task waits, so that long work keeps no
/// thread of the concurrency runtime busy. Where the task is cancelled, the flag is set that `body`
/// is given.
func offloaded<Value: Sendable>(
  _ body: @escaping @Sendable (Cancellation) throws(QueryError) -> Value
) async throws(QueryError) -> Value {
  let cancellation = Cancellation()
  let outcome = await withTaskCancellationHandler {
    await withCheckedContinuation { continuation in
      onThread {
        continuation.resume(
          returning: Result { () throws(QueryError) in
            try cancellation.check()
            return try body(cancellation)
          })
      }
    }
  } onCancel: {
    cancellation.cancel()
  }
  return try outcome.get()
}

/// Runs `body` on a new thread, or here where the system gives none.
private func onThread(_ body: @escaping @Sendable () -> Void) {
  var attributes = pthread_attr_t()
  guard pthread_attr_init(&attributes) == 0 else { return body() }
  defer { pthread_attr_destroy(&attributes) }
  pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
  // Signals belong to the threads of the program, never to this one.
  var all = sigset_t()
  var before = sigset_t()
  sigfillset(&all)
  pthread_sigmask(SIG_SETMASK, &all, &before)
  defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
  // SAFETY: the reference is taken back by the thread, or below where there is none.
  let job = Unmanaged.passRetained(OffloadedJob(body))
  #if canImport(Darwin)
    var thread: pthread_t?
    let status = pthread_create(&thread, &attributes, { run($0) }, job.toOpaque())
  #else
    var thread = pthread_t()
    let status = pthread_create(
      &thread, &attributes, { $0.map { run($0) } ?? nil }, job.toOpaque())
  #endif
  if status != 0 { job.takeRetainedValue().body() }
}

private func run(_ argument: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
  // SAFETY: `onThread` passes a job that it has retained.
  Unmanaged<OffloadedJob>.fromOpaque(argument).takeRetainedValue().body()
  return nil
}

/// What a thread does.
private final class OffloadedJob: Sendable {
  let body: @Sendable () -> Void

  init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}
