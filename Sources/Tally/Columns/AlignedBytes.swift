#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Memory of one column or one working vector: aligned to 64 bytes and padded by 64, so that a
/// kernel may read a whole cache line that begins inside it.
///
/// SAFETY: the memory is written by one owner before the object is shared and only read after
/// that, so sharing it between threads is safe. It is freed when the last reference goes.
final class AlignedBytes: @unchecked Sendable {
  /// The first byte.
  let address: UnsafeMutableRawPointer
  /// The number of bytes that may be used.
  let byteCount: Int
  private let budget: MemoryBudget?
  /// The memory that this is a part of, if it is.
  private let whole: AlignedBytes?

  static let padding = 64
  /// Memory of this size and above is the system's own, in huge pages where it has them. Larger
  /// memory serves others when it is given back: see ``SpareMemory``. A single page does not: what a
  /// load frees chunk by chunk is to go at once.
  static let hugePageSize = 2 << 20

  /// Reserves `byteCount` bytes. Their content is undefined unless `zeroed`.
  ///
  /// Throws ``QueryError`` of kind `memory` when the budget or the machine has no more.
  init(byteCount: Int, zeroed: Bool = false, budget: MemoryBudget? = nil) throws(QueryError) {
    precondition(byteCount >= 0)
    let (padded, overflow) = byteCount.addingReportingOverflow(2 * Self.padding - 1)
    guard !overflow else { throw QueryError.outOfMemory(requested: byteCount) }
    let size = padded & ~(Self.padding - 1)
    if let budget { try budget.reserve(size) }
    guard let piece = Self.piece(size) else {
      budget?.release(size)
      throw QueryError.outOfMemory(requested: byteCount)
    }
    self.address = piece.address
    self.byteCount = byteCount
    self.budget = budget
    self.reserved = size
    self.piece = piece
    whole = nil
    if zeroed {
      try clear(size)
    } else {
      memset(address + byteCount, 0, size - byteCount)
      // That was the first use of a huge page.
      if size >= Self.hugePageSize { try budget?.checkCancellation() }
    }
  }

  /// Clears memory piece by piece: a run that is to stop ends between two of them.
  private func clear(_ size: Int) throws(QueryError) {
    var start = 0
    while start < size {
      let count = min(Self.hugePageSize, size - start)
      memset(address + start, 0, count)
      start += count
      if start < size { try budget?.checkCancellation() }
    }
  }

  /// Memory of at least `size` bytes, or nothing where the system has no more.
  private static func piece(_ size: Int) -> MemoryPiece? {
    if size > hugePageSize, let spare = SpareMemory.shared.take(size) { return spare }
    if let piece = MemoryPiece(byteCount: size) { return piece }
    SpareMemory.shared.releaseAll()
    return MemoryPiece(byteCount: size)
  }

  /// A part of other memory, which lives as long as the part does. It is aligned as `start` is.
  init(part whole: AlignedBytes, from start: Int, byteCount: Int) {
    precondition(start >= 0 && byteCount >= 0 && start <= whole.byteCount - byteCount)
    address = whole.address + start
    self.byteCount = byteCount
    self.whole = whole
    budget = nil
    reserved = 0
    piece = nil
  }

  /// What the budget counts.
  private let reserved: Int
  /// What the memory lies in; nil for a part.
  private let piece: MemoryPiece?

  deinit {
    guard let piece else { return }
    if piece.byteCount > Self.hugePageSize {
      // Who has a limit holds nothing beside it.
      SpareMemory.shared.give(piece, isKept: !(budget?.isLimited ?? false))
    } else {
      piece.giveBack()
    }
    budget?.release(reserved)
  }

  /// The memory as values of one type.
  @inline(__always)
  func pointer<T: BitwiseCopyable>(to type: T.Type) -> UnsafeMutablePointer<T> {
    // SAFETY: the memory holds only trivial types and is aligned for all of them.
    address.assumingMemoryBound(to: type)
  }
}
