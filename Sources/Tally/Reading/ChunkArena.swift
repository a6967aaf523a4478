/// Memory for the chunks of one column: they are many and small, and freed together. They lie in
/// pieces that grow with the column up to a huge page.
struct ChunkArena {
  private let budget: MemoryBudget?
  private var piece: AlignedBytes?
  private var used = 0
  private var total = 0

  private static let smallest = 1 << 14

  init(budget: MemoryBudget?) { self.budget = budget }

  /// Memory for one chunk, aligned and padded as ``AlignedBytes`` is.
  mutating func allocate(_ byteCount: Int) throws(QueryError) -> AlignedBytes {
    let size = (byteCount + 2 * AlignedBytes.padding - 1) & ~(AlignedBytes.padding - 1)
    if let piece, piece.byteCount - used >= size { return take(byteCount, size, of: piece) }
    // With its padding, the largest piece is one huge page.
    let largest = AlignedBytes.hugePageSize - AlignedBytes.padding
    let wanted = max(size, min(max(Self.smallest, total), largest))
    let next = try AlignedBytes(byteCount: wanted, budget: budget)
    total += wanted
    used = 0
    piece = next
    return take(byteCount, size, of: next)
  }

  private mutating func take(
    _ byteCount: Int, _ size: Int, of piece: AlignedBytes
  ) -> AlignedBytes {
    defer { used += size }
    return AlignedBytes(part: piece, from: used, byteCount: byteCount)
  }

  /// Forgets the memory, which lives on with the chunks in it.
  mutating func release() {
    piece = nil
    used = 0
    total = 0
  }
}
