#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The size of the stack that walking the deepest tree takes, in bytes, in a build without
/// optimisation.
package let largeStackSize = 16 << 20

/// Runs `body` on a thread of its own whose stack has `size` bytes, and waits for its result.
///
/// Functions that walk a deep tree recursively need more stack than the 512 KiB that threads of an
/// app have. Nothing is returned if the system gives no thread.
package func onStack<Value: Sendable>(
  of size: Int = largeStackSize, _ body: @escaping @Sendable () -> Value
) -> Value? {
  var attributes = pthread_attr_t()
  guard pthread_attr_init(&attributes) == 0 else { return nil }
  defer { pthread_attr_destroy(&attributes) }
  guard pthread_attr_setstacksize(&attributes, size) == 0 else { return nil }
  let job = StackJob(body)
  // SAFETY: the thread is joined below, before `job` can go away.
  let argument = Unmanaged.passUnretained(job).toOpaque()
  #if canImport(Darwin)
    var created: pthread_t?
    guard pthread_create(&created, &attributes, { run($0) }, argument) == 0, let thread = created
    else { return nil }
  #else
    var thread = pthread_t()
    let failure = pthread_create(
      &thread, &attributes, { argument in argument.map { run($0) } ?? nil }, argument)
    guard failure == 0 else { return nil }
  #endif
  pthread_join(thread, nil)
  return withExtendedLifetime(job) { job.value as? Value }
}

private func run(_ argument: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
  // SAFETY: `onStack` passes a job that it keeps alive until this thread has ended.
  Unmanaged<StackJob>.fromOpaque(argument).takeUnretainedValue().run()
  return nil
}

/// What a thread does, and what came out of it. The joining of the thread orders the accesses.
private final class StackJob: @unchecked Sendable {
  private let body: @Sendable () -> any Sendable
  private(set) var value: (any Sendable)?

  init(_ body: @escaping @Sendable () -> any Sendable) { self.body = body }

  func run() { value = body() }
}
