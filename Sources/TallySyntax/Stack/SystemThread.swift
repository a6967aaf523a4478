#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A thread of the system that runs one closure.
package struct SystemThread: Sendable {
  private let thread: pthread_t

  /// How a thread is made.
  package struct Options: Sendable {
    /// The bytes of its stack; nil for what the system gives, which may be 128 KiB.
    package var stackSize: Int?
    /// Whether somebody waits for its end with ``SystemThread/join()``.
    package var isJoined: Bool
    /// Whether signals go to the other threads of the program.
    package var blocksSignals: Bool

    /// Makes options.
    package init(stackSize: Int?, isJoined: Bool, blocksSignals: Bool = true) {
      self.stackSize = stackSize
      self.isJoined = isJoined
      self.blocksSignals = blocksSignals
    }

    /// A thread that walks the deepest tree and that nobody waits for.
    package static let worker = Options(stackSize: largeStackSize, isJoined: false)
  }

  /// Starts a thread, or gives nothing where the system has none; `body` is not called then.
  package init?(_ options: Options, _ body: @escaping @Sendable () -> Void) {
    var attributes = pthread_attr_t()
    guard pthread_attr_init(&attributes) == 0 else { return nil }
    defer { pthread_attr_destroy(&attributes) }
    if let size = options.stackSize, pthread_attr_setstacksize(&attributes, size) != 0 {
      return nil
    }
    if !options.isJoined {
      pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    }
    // A thread begins with the mask of the one that makes it.
    var before = sigset_t()
    if options.blocksSignals {
      var all = sigset_t()
      sigfillset(&all)
      pthread_sigmask(SIG_SETMASK, &all, &before)
    }
    defer { if options.blocksSignals { pthread_sigmask(SIG_SETMASK, &before, nil) } }
    // SAFETY: the reference is taken back by the thread, or below where there is none.
    let job = Unmanaged.passRetained(ThreadJob(body))
    #if canImport(Darwin)
      var created: pthread_t?
      let failure = pthread_create(&created, &attributes, { runJob($0) }, job.toOpaque())
    #else
      var thread = pthread_t()
      let failure = pthread_create(
        &thread, &attributes, { $0.map { runJob($0) } ?? nil }, job.toOpaque())
      let created: pthread_t? = thread
    #endif
    guard failure == 0, let created else {
      job.release()
      return nil
    }
    self.thread = created
  }

  /// Waits for the end of a thread that was made for that.
  package func join() { pthread_join(thread, nil) }
}

private func runJob(_ argument: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
  // SAFETY: whoever makes a thread passes a job that it has retained for it.
  Unmanaged<ThreadJob>.fromOpaque(argument).takeRetainedValue().body()
  return nil
}

/// What a thread does.
private final class ThreadJob: Sendable {
  let body: @Sendable () -> Void

  init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}
