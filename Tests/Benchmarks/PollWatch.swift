import Synchronization
import Tally

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// How long the threads of a run work between looking whether it is to stop, in time of processors:
/// other work of the machine is not counted.
///
/// Cancelled at a random moment, a run goes on for what is left of such a gap. So one run tells what
/// thousands of cancellations would: ``delay(_:)`` is the time that only one in a hundred exceeds.
final class PollWatch: Sendable {
  private struct Thread {
    /// The clock of the processor's time that the thread had.
    let clock: clockid_t
    var last: Int
    var gaps: [Int] = []
    /// Where the longest gap began and ended, and where the thread looked last.
    var longest = 0
    var places: (start: [Int], end: [Int]) = ([], [])
    var lastPlace: [Int] = []

    /// Notes that the thread looks at its time `now`.
    mutating func note(_ now: Int, findsPlaces: Bool) {
      let gap = now - last
      gaps.append(gap)
      if findsPlaces {
        let place = returnAddresses()
        if gap > longest { places = (lastPlace, place) }
        lastPlace = place
      }
      longest = max(longest, gap)
      last = time(of: clock) ?? 0
    }
  }

  /// The clocks of all threads that any watch has seen: what a thread did for runs before is no gap.
  private static let known = Mutex<[UInt: clockid_t]>([:])

  private let threads = Mutex<[UInt: Thread]>([:])
  private let findsPlaces: Bool

  init(findsPlaces: Bool) { self.findsPlaces = findsPlaces }

  /// Watches a run that the calling thread is about to start, instead of those before. The threads
  /// of another one must be known, or what they did before counts as one gap.
  func begin(_ cancellation: Cancellation) {
    let (thread, clock) = (currentThread, ownClock)
    let known = Self.known.withLock { known in
      known[thread] = clock
      return known
    }
    threads.withLock { threads in
      threads = [:]
      for (key, clock) in known {
        // A thread that has ended has no time.
        threads[key] = time(of: clock).map { Thread(clock: clock, last: $0) }
      }
    }
    cancellation.observe { self.note() }
  }

  /// Ends: the calling thread returned from the run.
  func end() { note() }

  private func note() {
    let thread = currentThread
    let clock = ownClock
    let now = time(of: clock) ?? 0
    threads.withLock { threads in
      // A thread that is new here may have worked for the run since it began.
      if threads[thread] == nil { Self.known.withLock { $0[thread] = clock } }
      threads[thread, default: Thread(clock: clock, last: 0)].note(now, findsPlaces: findsPlaces)
    }
  }

  /// The longest gap, in milliseconds.
  var longest: Double {
    threads.withLock { $0.values.compactMap { $0.gaps.max() }.max() ?? 0 }.milliseconds
  }

  /// The callers at the beginning and the end of the longest gap, as addresses within the program's
  /// file.
  var places: (start: [Int], end: [Int]) {
    threads.withLock { $0.values.max { $0.longest < $1.longest }?.places ?? ([], []) }
  }

  /// The milliseconds that only `percent` of a hundred random moments exceed until all threads have
  /// looked.
  func delay(exceededBy percent: Double) -> Double {
    let all = threads.withLock { $0.values.map(\.gaps) }
    let whole = Double(all.map { $0.reduce(0, +) }.max() ?? 0)
    let gaps = all.flatMap(\.self)
    var low = 0
    var high = gaps.max() ?? 0
    while low < high {
      let middle = (low + high) / 2
      let beyond = gaps.reduce(0) { $0 + max(0, $1 - middle) }
      if Double(beyond) > whole * percent / 100 { low = middle + 1 } else { high = middle }
    }
    return low.milliseconds
  }
}

extension Int {
  fileprivate var milliseconds: Double { Double(self) / 1_000_000 }
}

private var currentThread: UInt {
  #if canImport(Darwin)
    UInt(bitPattern: pthread_self())
  #else
    UInt(pthread_self())
  #endif
}

/// The clock of the calling thread.
private var ownClock: clockid_t {
  var clock = CLOCK_THREAD_CPUTIME_ID
  #if os(Linux)
    // Other threads can read this one.
    _ = pthread_getcpuclockid(pthread_self(), &clock)
  #endif
  return clock
}

/// The nanoseconds that a thread has had of a processor; nil where it has ended.
private func time(of clock: clockid_t) -> Int? {
  var time = timespec()
  guard clock_gettime(clock, &time) == 0 else { return nil }
  return Int(time.tv_sec) * 1_000_000_000 + Int(time.tv_nsec)
}

/// The addresses to which the calls at hand return, the innermost first, as `addr2line` wants them;
/// none where the system has no `backtrace`.
private func returnAddresses() -> [Int] {
  typealias Backtrace =
    @convention(c) (UnsafeMutablePointer<UnsafeMutableRawPointer?>?, CInt) -> CInt
  guard let symbol = dlsym(dlopen(nil, RTLD_NOW), "backtrace") else { return [] }
  // SAFETY: this is the declaration of the function in glibc and in the libraries of macOS.
  let backtrace = unsafeBitCast(symbol, to: Backtrace.self)
  var frames = [UnsafeMutableRawPointer?](repeating: nil, count: 40)
  let count = Int(backtrace(&frames, CInt(frames.count)))
  return frames.prefix(count).map { Int(bitPattern: $0) - programStart }
}

/// The address at which the program's file lies, by `/proc/self/maps`; 0 where there is none.
private let programStart: Int = {
  var buffer = [UInt8](repeating: 0, count: 64)
  let file = open("/proc/self/maps", O_RDONLY)
  guard file >= 0 else { return 0 }
  defer { close(file) }
  let count = read(file, &buffer, buffer.count)
  let line = String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
  return line.split(separator: "-").first.flatMap { Int($0, radix: 16) } ?? 0
}()
