extension Bitmap {
  /// Makes a bitmap of a mask of one byte per row, 0 or 1.
  init(mask: AlignedBytes, count: Int, _ context: RunContext) throws(QueryError) {
    try self.init(count: count, budget: context.budget)
    let words = words
    // SAFETY: workers write words of their own; memory is padded, so a last word reads no further.
    nonisolated(unsafe) let target = words
    try context.forEachBatch(of: Self.wordCount(count), rows: 1 << 14) {
      _, range throws(QueryError) in
      let bytes = mask.pointer(to: UInt8.self)
      for word in range {
        let first = word &* 64
        target[word] =
          first + 64 <= count
          ? packed(bytes + first) : packed(bytes + first, count: count - first)
      }
    }
  }
}

/// The lowest bits of 64 bytes. A product puts those of eight bytes into its highest byte.
@inline(__always)
private func packed(_ bytes: UnsafePointer<UInt8>) -> UInt64 {
  let words = UnsafeRawPointer(bytes)
  var result: UInt64 = 0
  for index in 0..<8 {
    let eight = words.loadUnaligned(fromByteOffset: index &* 8, as: UInt64.self)
    result |= ((eight &* 0x0102_0408_1020_4080) >> 56) << UInt64(index &* 8)
  }
  return result
}

private func packed(_ bytes: UnsafePointer<UInt8>, count: Int) -> UInt64 {
  var result: UInt64 = 0
  for index in 0..<count { result |= UInt64(bytes[index]) << UInt64(index) }
  return result
}
