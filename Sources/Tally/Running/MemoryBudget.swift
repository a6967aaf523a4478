import Synchronization

/// A limit on the memory that one run may hold at a time.
final class MemoryBudget: Sendable {
  /// The number of bytes that may be held.
  let limit: Int
  private let held = Atomic<Int>(0)

  /// Makes a budget of `limit` bytes.
  init(limit: Int) { self.limit = limit }

  /// The number of bytes held now.
  var used: Int { held.load(ordering: .relaxed) }

  /// Takes `bytes` from the budget, or throws an error of kind `memory` and takes nothing.
  func reserve(_ bytes: Int) throws(QueryError) {
    let (old, _) = held.add(bytes, ordering: .relaxed)
    if old &+ bytes > limit {
      held.subtract(bytes, ordering: .relaxed)
      throw QueryError.overBudget(requested: bytes, limit: limit)
    }
  }

  /// Gives `bytes` back.
  func release(_ bytes: Int) { held.subtract(bytes, ordering: .relaxed) }
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
