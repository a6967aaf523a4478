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
  /// Memory of this size and above lies in huge pages where the system has them.
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
    var pointer: UnsafeMutableRawPointer?
    let isLarge = size >= Self.hugePageSize
    let failure = posix_memalign(&pointer, isLarge ? Self.hugePageSize : Self.padding, size)
    guard failure == 0, let pointer else {
      budget?.release(size)
      throw QueryError.outOfMemory(requested: byteCount)
    }
    #if os(Linux)
      if isLarge { madvise(pointer, size, Int32(MADV_HUGEPAGE)) }
    #endif
    if zeroed {
      memset(pointer, 0, size)
    } else {
      memset(pointer + byteCount, 0, size - byteCount)
    }
    self.address = pointer
    self.byteCount = byteCount
    self.budget = budget
    self.reserved = size
    whole = nil
  }

  /// A part of other memory, which lives as long as the part does. It is aligned as `start` is.
  init(part whole: AlignedBytes, from start: Int, byteCount: Int) {
    precondition(start >= 0 && byteCount >= 0 && start <= whole.byteCount - byteCount)
    address = whole.address + start
    self.byteCount = byteCount
    self.whole = whole
    budget = nil
    reserved = 0
  }

  private let reserved: Int

  deinit {
    if whole != nil { return }
    free(address)
    budget?.release(reserved)
  }

  /// The memory as values of one type.
  @inline(__always)
  func pointer<T: BitwiseCopyable>(to type: T.Type) -> UnsafeMutablePointer<T> {
    // SAFETY: the memory holds only trivial types and is aligned for all of them.
    address.assumingMemoryBound(to: type)
  }
}
