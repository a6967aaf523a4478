#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Texts one after another in one piece of memory: UTF-8 in normalisation form C.
///
///     offsets:  0    3         9   9 …        (count + 1)
///     bytes:    B ộ  T à i …
struct TextHeap: Sendable {
  /// The number of texts.
  let count: Int
  private let offsetMemory: AlignedBytes
  private let textMemory: AlignedBytes

  /// Takes over memory that holds `count + 1` ascending offsets and the bytes they delimit.
  init(count: Int, offsets: AlignedBytes, bytes: AlignedBytes) {
    precondition(offsets.byteCount >= (count + 1) * 8)
    self.count = count
    offsetMemory = offsets
    textMemory = bytes
  }

  /// Copies texts, which must be in normalisation form C.
  init(_ texts: [String], budget: MemoryBudget? = nil) throws(QueryError) {
    let total = texts.reduce(0) { $0 + $1.utf8.count }
    let offsets = try AlignedBytes(byteCount: (texts.count + 1) * 8, budget: budget)
    let bytes = try AlignedBytes(byteCount: total, budget: budget)
    let starts = offsets.pointer(to: Int.self)
    var position = 0
    for (index, text) in texts.enumerated() {
      starts[index] = position
      for byte in text.utf8 {
        bytes.pointer(to: UInt8.self)[position] = byte
        position += 1
      }
    }
    starts[texts.count] = position
    self.init(count: texts.count, offsets: offsets, bytes: bytes)
  }

  /// Where each text begins, and the end of the last.
  var offsets: UnsafePointer<Int> { UnsafePointer(offsetMemory.pointer(to: Int.self)) }

  /// The bytes of all texts.
  var bytes: UnsafePointer<UInt8> { UnsafePointer(textMemory.pointer(to: UInt8.self)) }

  /// The number of bytes of all texts.
  var byteCount: Int { offsets[count] }

  /// The bytes of one text, valid while the heap lives.
  @inline(__always)
  func slice(_ index: Int) -> UnsafeBufferPointer<UInt8> {
    assert(index >= 0 && index < count)
    let start = offsets[index]
    return UnsafeBufferPointer(start: bytes + start, count: offsets[index &+ 1] &- start)
  }

  /// One text as a string.
  subscript(index: Int) -> String { String(decoding: slice(index), as: UTF8.self) }
}

/// Compares texts by their UTF-8 bytes, which is the order of their code points: negative, zero
/// or positive as `memcmp`.
@inline(__always)
func compareBytes(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Int {
  let common = min(left.count, right.count)
  if common > 0, let first = left.baseAddress, let second = right.baseAddress {
    let order = memcmp(first, second, common)
    if order != 0 { return Int(order) }
  }
  return left.count - right.count
}
