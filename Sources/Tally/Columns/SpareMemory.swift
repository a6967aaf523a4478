#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif
import TallySyntax

/// Large pieces of memory that nobody uses at the moment, kept a little while for who asks next.
///
/// The system hands memory out page by page, cleared, when it is first touched, and takes as long
/// for that as a query for its answer. Pieces that one query gives back serve the next; what nobody
/// asks for goes back to the system after some seconds, on a thread of its own, so that giving
/// back takes no time, whatever its size: a run that is cancelled ends at once.
///
/// SAFETY: all state is guarded by the mutex. A piece has one owner, who asked for it or gave it.
final class SpareMemory: @unchecked Sendable {
  /// The spare memory of the process.
  static let shared = SpareMemory(limit: min(2 << 30, physicalMemory / 8), keepingSeconds: 30)

  private struct Spare {
    var piece: MemoryPiece
    /// The round of the thread in which the piece came; nil where it is to go at once.
    var round: Int?
  }

  private static let roundMicroseconds: UInt32 = 250_000

  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let hasExcess: UnsafeMutablePointer<pthread_cond_t>
  /// The most bytes that are kept.
  private let limit: Int
  /// How long a piece waits for a user: as long as a person may take to ask the next question.
  private let keepingSeconds: Int
  /// In the order in which they came.
  private var spares: [Spare] = []
  private var kept = 0
  private var round = 0
  private var isServed = false

  init(limit: Int, keepingSeconds: Int) {
    self.limit = limit
    self.keepingSeconds = keepingSeconds
    mutex = .allocate(capacity: 1)
    hasExcess = .allocate(capacity: 1)
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(hasExcess, nil)
  }

  /// The bytes that are kept now.
  var byteCount: Int {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return kept
  }

  /// A piece of at least `byteCount` bytes and little more, whose content is undefined.
  func take(_ byteCount: Int) -> MemoryPiece? {
    let most = byteCount + byteCount / 16
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    var best: Int?
    for index in spares.indices {
      let size = spares[index].piece.byteCount
      guard size >= byteCount, size <= most else { continue }
      if size < best.map({ spares[$0].piece.byteCount }) ?? .max { best = index }
    }
    guard let best else { return nil }
    let piece = spares.remove(at: best).piece
    kept -= piece.byteCount
    return piece
  }

  /// Takes over a piece that nobody uses any more. One that is not to be kept goes back to the system
  /// as soon as the thread gets to it, unless somebody asks for it first.
  func give(_ piece: MemoryPiece, isKept: Bool = true) {
    pthread_mutex_lock(mutex)
    if isKept {
      spares.append(Spare(piece: piece, round: round))
    } else {
      spares.insert(Spare(piece: piece, round: nil), at: 0)
    }
    kept += piece.byteCount
    let isExcess = hasExcessNow
    var begins = false
    if !isServed {
      isServed = true
      begins = true
    }
    pthread_mutex_unlock(mutex)
    if begins, SystemThread(.worker, { self.serve() }) == nil { releaseAll(endsService: true) }
    if isExcess { pthread_cond_signal(hasExcess) }
  }

  /// Gives all pieces back to the system.
  func releaseAll() { releaseAll(endsService: false) }

  private func releaseAll(endsService: Bool) {
    pthread_mutex_lock(mutex)
    let pieces = spares.map(\.piece)
    spares = []
    kept = 0
    if endsService { isServed = false }
    pthread_mutex_unlock(mutex)
    for piece in pieces { piece.giveBack() }
  }

  /// The life of the thread: it ends when nothing is left to wait for.
  private func serve() {
    pthread_mutex_lock(mutex)
    while !spares.isEmpty {
      waitForRound()
      // Who is woken early has not waited for a round.
      if !hasExcessNow { round += 1 }
      let lasting = keepingSeconds * 1_000_000 / Int(Self.roundMicroseconds)
      while let first = spares.first,
        hasExcessNow || first.round.map({ $0 + lasting < round }) ?? true
      {
        spares.removeFirst()
        kept -= first.piece.byteCount
        pthread_mutex_unlock(mutex)
        first.piece.giveBack()
        pthread_mutex_lock(mutex)
      }
    }
    isServed = false
    pthread_mutex_unlock(mutex)
  }

  /// Whether a piece is to go at once. The mutex is held.
  private var hasExcessNow: Bool { kept > limit || spares.first.map { $0.round == nil } ?? false }

  /// Waits until the next round, or until there is too much. The mutex is held.
  private func waitForRound() {
    if hasExcessNow { return }
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    now.tv_nsec += Int(Self.roundMicroseconds) * 1000
    if now.tv_nsec >= 1_000_000_000 {
      now.tv_nsec -= 1_000_000_000
      now.tv_sec += 1
    }
    pthread_cond_timedwait(hasExcess, mutex, &now)
  }
}

/// The bytes of memory that the machine has.
private let physicalMemory: Int = {
  let pages = sysconf(Int32(_SC_PHYS_PAGES))
  let size = sysconf(Int32(_SC_PAGESIZE))
  return max(0, pages) * max(0, size)
}()
