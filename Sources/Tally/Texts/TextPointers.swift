#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Where the texts of a heap are, for loops.
///
/// SAFETY: valid while the heap lives, whose memory is only read and is padded, so that eight bytes
/// may be read from any byte of a text.
struct TextPointers: @unchecked Sendable {
  private let offsets: UnsafePointer<Int>
  private let bytes: UnsafePointer<UInt8>
  private let items: UnsafePointer<UInt32>?

  init(_ heap: TextHeap) {
    offsets = heap.offsets
    bytes = heap.bytes
    items = heap.items
  }

  /// The bytes of a text.
  @inline(__always)
  func text(_ row: Int) -> UnsafeBufferPointer<UInt8> {
    var item = row
    if let items {
      if items[row] == Batch.noPartner { return UnsafeBufferPointer(start: bytes, count: 0) }
      item = Int(items[row])
    }
    let start = offsets[item]
    return UnsafeBufferPointer(start: bytes + start, count: offsets[item &+ 1] &- start)
  }

  /// Eight bytes of a text from `offset` on as a number whose order is theirs; zeros behind the end.
  @inline(__always)
  func word(_ row: Int, from offset: Int) -> UInt64 {
    let text = text(row)
    let left = text.count &- offset
    guard left > 0, let start = text.baseAddress else { return 0 }
    let word = UInt64(
      bigEndian: UnsafeRawPointer(start).loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    return left >= 8 ? word : word & ~(UInt64.max &>> UInt64(truncatingIfNeeded: left &* 8))
  }

  /// Whether two texts have the same bytes.
  @inline(__always)
  func areEqual(_ left: Int, _ right: Int) -> Bool {
    let (first, second) = (text(left), text(right))
    guard first.count == second.count else { return false }
    guard let own = first.baseAddress, let other = second.baseAddress else { return true }
    return memcmp(own, other, first.count) == 0
  }

  /// Compares texts that agree up to `offset` by their bytes: negative, zero or positive.
  @inline(__always)
  func compare(_ left: Int, _ right: Int, from offset: Int) -> Int {
    let (first, second) = (text(left), text(right))
    let common = min(first.count, second.count) - offset
    if common > 0, let own = first.baseAddress, let other = second.baseAddress {
      let order = memcmp(own + offset, other + offset, common)
      if order != 0 { return Int(order) }
    }
    return first.count - second.count
  }

  /// The bytes from the first on, `limit` at most, in which two texts agree that do so up to
  /// `offset`.
  @inline(__always)
  func commonPrefix(_ left: Int, _ right: Int, from offset: Int, limit: Int) -> Int {
    let (first, second) = (text(left), text(right))
    let end = min(limit, first.count, second.count)
    guard let own = first.baseAddress, let other = second.baseAddress else { return 0 }
    var place = offset
    while place < end {
      let difference =
        UnsafeRawPointer(own).loadUnaligned(fromByteOffset: place, as: UInt64.self)
        ^ UnsafeRawPointer(other).loadUnaligned(fromByteOffset: place, as: UInt64.self)
      if difference != 0 {
        return min(end, place + UInt64(littleEndian: difference).trailingZeroBitCount / 8)
      }
      place += 8
    }
    return end
  }
}

/// What texts have in common.
struct TextShape: Sendable {
  /// The bytes with which all begin.
  var prefix = Int.max
  var shortest = Int.max
  var longest = 0
  /// The number of texts.
  var count = 0
  /// The bytes of all texts.
  var byteCount = 0

  /// Takes in the texts of another part, which begin with the bytes of the same text.
  mutating func formUnion(_ other: TextShape) {
    prefix = min(prefix, other.prefix)
    shortest = min(shortest, other.shortest)
    longest = max(longest, other.longest)
    count += other.count
    byteCount += other.byteCount
  }

  /// Whether the bytes behind the prefix fit into one word that tells all texts apart: eight of
  /// texts of one length, else seven and their number.
  var fitsWord: Bool { longest - prefix <= (longest == shortest ? 8 : 7) }

  /// The word of a text that fits one; the order of words is that of texts.
  @inline(__always)
  func word(_ texts: TextPointers, _ row: Int) -> UInt64 {
    let word = texts.word(row, from: prefix)
    if longest == shortest { return word }
    return word & ~0xFF | UInt64(truncatingIfNeeded: texts.text(row).count &- prefix)
  }
}
