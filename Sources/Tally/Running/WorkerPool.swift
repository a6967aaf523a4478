#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif
import TallySyntax

/// Threads that run the parts of big runs. They are made when first needed and parked between
/// runs; the calling thread always takes part.
///
///     run(workers: 4)      indices 0, 1, 2, 3: each is taken by whichever thread is free
///
/// A run never waits for a thread that has not begun: the caller takes the indices that are left
/// over, so a run ends even where no thread can be made, or all are busy with other runs.
///
/// SAFETY: `mutex` guards `jobs` and `threadCount`; the memory of mutex and condition lives as
/// long as the process.
final class WorkerPool: @unchecked Sendable {
  /// The pool of the process.
  static let shared = WorkerPool()

  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let hasWork: UnsafeMutablePointer<pthread_cond_t>
  private let hasEnded: UnsafeMutablePointer<pthread_cond_t>
  private var jobs: [Job] = []
  private var threadCount = 0

  /// The most threads that are ever made.
  private static let threadLimit = 255

  /// One run. `next` and `running` are guarded by the pool's mutex.
  private final class Job {
    let count: Int
    let body: @Sendable (Int) -> Void
    var next = 0
    var running = 0

    init(count: Int, body: @escaping @Sendable (Int) -> Void) {
      self.count = count
      self.body = body
    }
  }

  private init() {
    mutex = .allocate(capacity: 1)
    hasWork = .allocate(capacity: 1)
    hasEnded = .allocate(capacity: 1)
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(hasWork, nil)
    pthread_cond_init(hasEnded, nil)
  }

  /// Calls `body` once with each index of `0..<workers`, on up to so many threads at a time, and
  /// returns when all calls have returned.
  func run(workers: Int, _ body: @Sendable (Int) -> Void) {
    if workers <= 1 {
      if workers == 1 { body(0) }
      return
    }
    withoutActuallyEscaping(body) { body in
      let job = Job(count: workers, body: body)
      pthread_mutex_lock(mutex)
      jobs.append(job)
      makeThreads(workers - 1)
      for _ in 1..<workers { pthread_cond_signal(hasWork) }
      work(on: job)
      while job.running > 0 { pthread_cond_wait(hasEnded, mutex) }
      jobs.removeAll { $0 === job }
      pthread_mutex_unlock(mutex)
    }
  }

  /// Takes indices of a job until none is left. The mutex is held before and after.
  private func work(on job: Job) {
    while job.next < job.count {
      let index = job.next
      job.next += 1
      job.running += 1
      pthread_mutex_unlock(mutex)
      job.body(index)
      pthread_mutex_lock(mutex)
      job.running -= 1
    }
    if job.running == 0 { pthread_cond_broadcast(hasEnded) }
  }

  /// Makes threads until there are `wanted`, or as many as the system gives. The mutex is held.
  private func makeThreads(_ wanted: Int) {
    while threadCount < min(wanted, Self.threadLimit) {
      guard SystemThread(.worker, { WorkerPool.shared.serve() }) != nil else { return }
      threadCount += 1
    }
  }

  /// The life of a thread.
  private func serve() -> Never {
    pthread_mutex_lock(mutex)
    while true {
      if let job = jobs.first(where: { $0.next < $0.count }) {
        work(on: job)
      } else {
        pthread_cond_wait(hasWork, mutex)
      }
    }
  }
}
