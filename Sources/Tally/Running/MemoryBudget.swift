import Synchronization

/// A limit on the memory that one run may hold at a time. Whoever asks for memory also learns that
/// the run is to stop.
final class MemoryBudget: Sendable {
  /// The number of bytes that may be held.
  let limit: Int
  private let held: Holding
  private let cancellation: Cancellation?

  /// What is held, which the budgets of one limit share.
  private final class Holding: Sendable {
    let bytes = Atomic<Int>(0)
    let most = Atomic<Int>(0)
  }

  /// Makes a budget of `limit` bytes.
  init(limit: Int) {
    self.limit = limit
    held = Holding()
    cancellation = nil
  }

  private init(sharing budget: MemoryBudget, _ cancellation: Cancellation) {
    limit = budget.limit
    held = budget.held
    self.cancellation = cancellation
  }

  /// The same memory for a run that `cancellation` stops.
  func during(_ cancellation: Cancellation) -> MemoryBudget {
    MemoryBudget(sharing: self, cancellation)
  }

  /// Whether the budget is one that a run can reach.
  var isLimited: Bool { limit < .max }

  /// The number of bytes held now.
  var used: Int { held.bytes.load(ordering: .relaxed) }

  /// The most bytes that were held at a time.
  var peak: Int { held.most.load(ordering: .relaxed) }

  /// Takes `bytes` from the budget, or throws an error of kind `memory` and takes nothing.
  func reserve(_ bytes: Int) throws(QueryError) {
    // To touch so much takes longer than to look.
    if bytes >= AlignedBytes.hugePageSize { try checkCancellation() }
    let (old, _) = held.bytes.add(bytes, ordering: .relaxed)
    if old &+ bytes > limit {
      held.bytes.subtract(bytes, ordering: .relaxed)
      throw QueryError.overBudget(requested: bytes, limit: limit)
    }
    let now = old &+ bytes
    if now > held.most.load(ordering: .relaxed) { held.most.max(now, ordering: .relaxed) }
  }

  /// Gives `bytes` back.
  func release(_ bytes: Int) { held.bytes.subtract(bytes, ordering: .relaxed) }

  /// Throws an error of kind `cancelled` or `timeout` once the run is to stop.
  func checkCancellation() throws(QueryError) { try cancellation?.check() }
}

extension MemoryBudget? {
  /// Runs `body` on consecutive pieces of `0..<count`; between them a run that is to stop ends.
  ///
  /// A piece has 32,768 elements, which are written or copied in a fraction of a millisecond, unless
  /// `size` says otherwise: few where much is computed for each.
  @inline(__always)
  func forEachPiece(
    of count: Int, size: Int = 1 << 15, _ body: (Range<Int>) throws(QueryError) -> Void
  ) throws(QueryError) {
    var start = 0
    while start < count {
      let end = Swift.min(start + size, count)
      try body(start..<end)
      start = end
      if start < count { try self?.checkCancellation() }
    }
  }
}

extension MemoryBudget? {
  /// Writes equal elements, piece by piece.
  func fill<T: BitwiseCopyable>(
    _ target: UnsafeMutablePointer<T>, _ count: Int, with element: T
  ) throws(QueryError) {
    try forEachPiece(of: count) { piece in
      (target + piece.lowerBound).update(repeating: element, count: piece.count)
    }
  }

  /// Copies elements, piece by piece.
  func copy<T: BitwiseCopyable>(
    _ source: UnsafePointer<T>, _ count: Int, to target: UnsafeMutablePointer<T>
  ) throws(QueryError) {
    try forEachPiece(of: count) { piece in
      (target + piece.lowerBound).update(from: source + piece.lowerBound, count: piece.count)
    }
  }
}

/// Memory of growing arrays that is counted against a budget for as long as this object lives.
final class MemoryReservation {
  private let budget: MemoryBudget?
  private var bytes = 0

  init(_ budget: MemoryBudget?) { self.budget = budget }

  /// Counts `more` bytes, or throws an error of kind `memory`.
  func grow(by more: Int) throws(QueryError) {
    guard let budget else { return }
    try budget.reserve(more)
    bytes += more
  }

  deinit { budget?.release(bytes) }
}
