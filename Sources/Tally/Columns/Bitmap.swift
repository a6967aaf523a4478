/// One bit per row in 64-bit words; bit 1 means that the row has a value.
///
/// Bits past ``count`` are zero, so that words may be counted without a mask.
struct Bitmap: Sendable {
  /// The memory of the words.
  let bytes: AlignedBytes
  /// The number of bits.
  let count: Int

  /// The number of words that hold `count` bits.
  static func wordCount(_ count: Int) -> Int { (count + 63) >> 6 }

  /// Makes a bitmap of zeros, or of ones up to `count`.
  init(count: Int, filled: Bool = false, budget: MemoryBudget? = nil) throws(QueryError) {
    let wordCount = Self.wordCount(count)
    bytes = try AlignedBytes(byteCount: wordCount * 8, zeroed: true, budget: budget)
    self.count = count
    if filled {
      for word in 0..<wordCount {
        let rest = count - word * 64
        words[word] = rest >= 64 ? .max : (1 << UInt64(rest)) - 1
      }
    }
  }

  /// The words; bit `i % 64` of word `i / 64` belongs to row `i`.
  var words: UnsafeMutablePointer<UInt64> { bytes.pointer(to: UInt64.self) }

  /// Whether the row has a value.
  @inline(__always)
  subscript(row: Int) -> Bool {
    (words[row >> 6] >> UInt64(row & 63)) & 1 == 1
  }

  /// Marks the row. Only the owner that builds the bitmap may call this.
  @inline(__always)
  func set(_ row: Int) { words[row >> 6] |= 1 << UInt64(row & 63) }

  /// Clears the row. Only the owner that builds the bitmap may call this.
  @inline(__always)
  func clear(_ row: Int) { words[row >> 6] &= ~(1 << UInt64(row & 63)) }

  /// The number of ones.
  var setCount: Int {
    var total = 0
    for word in 0..<Self.wordCount(count) { total &+= words[word].nonzeroBitCount }
    return total
  }
}
