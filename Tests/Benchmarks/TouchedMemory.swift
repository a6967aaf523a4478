#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Writes to memory and gives it back. A virtual machine hands memory out slowly the first time, and
/// whoever is measured first would pay for all. Huge pages are touched where there are any: what small
/// ones give back is not put together to huge ones again. Stops where there is no more.
func touchMemory(gigabytes: Int) {
  let size = 1 << 30
  var pieces: [UnsafeMutableRawPointer] = []
  defer { for piece in pieces { munmap(piece, size) } }
  for _ in 0..<max(0, gigabytes) {
    let flags = MAP_PRIVATE | MAP_ANONYMOUS
    guard let piece = mmap(nil, size, PROT_READ | PROT_WRITE, flags, -1, 0), piece != MAP_FAILED
    else { return }
    pieces.append(piece)
    #if os(Linux)
      madvise(piece, size, Int32(MADV_HUGEPAGE))
    #endif
    // SAFETY: the piece has `size` bytes, and nobody else knows of it.
    memset(piece, 1, size)
  }
}
