#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A piece of memory of ``AlignedBytes``, of undefined content.
///
/// Small pieces are the allocator's. Large ones are mapped, each on its own: an allocator that once
/// gave back a large piece keeps the next ones, so that what a load frees column by column would
/// stay with the process until its end.
///
/// SAFETY: a piece has one owner, who alone uses the memory and gives it back once.
struct MemoryPiece {
  /// The first byte, aligned to a cache line, or to a huge page where the piece is as large as one.
  let address: UnsafeMutableRawPointer
  /// The number of bytes.
  let byteCount: Int

  /// A piece of `byteCount` bytes, or nil where the system has no more.
  init?(byteCount: Int) {
    let found =
      byteCount < AlignedBytes.hugePageSize ? Self.allocated(byteCount) : Self.mapped(byteCount)
    guard let found else { return nil }
    address = found
    self.byteCount = byteCount
  }

  /// Gives the memory back.
  func giveBack() {
    if byteCount < AlignedBytes.hugePageSize {
      free(address)
    } else {
      munmap(address, byteCount)
    }
  }

  private static func allocated(_ byteCount: Int) -> UnsafeMutableRawPointer? {
    var address: UnsafeMutableRawPointer?
    guard posix_memalign(&address, AlignedBytes.padding, byteCount) == 0 else { return nil }
    return address
  }

  private static func mapped(_ byteCount: Int) -> UnsafeMutableRawPointer? {
    let alignment = AlignedBytes.hugePageSize
    let (wanted, overflow) = byteCount.addingReportingOverflow(alignment)
    guard !overflow,
      let start = mmap(nil, wanted, PROT_READ | PROT_WRITE, MAP_PRIVATE | mapAnonymous, -1, 0),
      start != MAP_FAILED
    else { return nil }
    // What lies before the first and behind the last byte goes back at once; the system rounds to
    // whole pages.
    let before = -Int(bitPattern: start) & (alignment - 1)
    if before > 0 { munmap(start, before) }
    let address = start + before
    let page = Int(sysconf(Int32(_SC_PAGESIZE)))
    let end = (byteCount + page - 1) & -page
    if wanted - before > end { munmap(address + end, wanted - before - end) }
    #if os(Linux)
      madvise(address, byteCount, Int32(MADV_HUGEPAGE))
    #endif
    return address
  }
}

#if canImport(Darwin)
  private let mapAnonymous = MAP_ANON
#else
  private let mapAnonymous = MAP_ANONYMOUS
#endif
