#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Texts one after another in one piece of memory: UTF-8 in normalisation form C.
///
///     offsets:  0    3         9   9 …        (one more than there are texts)
///     bytes:    B ộ  T à i …
///
/// A view shows some texts of a heap in an order of its own, without a copy of their bytes:
///
///     items:    2 0 0 1 …
struct TextHeap: Sendable {
  /// The number of texts.
  let count: Int
  private let offsetMemory: AlignedBytes
  private let textMemory: AlignedBytes
  /// The number of each text in the memory, ``Batch/noPartner`` for an empty one; nil where they
  /// lie there in order.
  private let itemMemory: AlignedBytes?
  /// The number of texts in the memory.
  private let itemCount: Int

  /// Takes over memory that holds `count + 1` ascending offsets and the bytes they delimit.
  init(count: Int, offsets: AlignedBytes, bytes: AlignedBytes) {
    precondition(offsets.byteCount >= (count + 1) * 8)
    self.count = count
    offsetMemory = offsets
    textMemory = bytes
    itemMemory = nil
    itemCount = count
  }

  private init(_ heap: TextHeap, count: Int, items: AlignedBytes) {
    self.count = count
    offsetMemory = heap.offsetMemory
    textMemory = heap.textMemory
    itemMemory = items
    itemCount = heap.itemCount
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

  /// Where each text of the memory begins, and the end of the last.
  var offsets: UnsafePointer<Int> { UnsafePointer(offsetMemory.pointer(to: Int.self)) }

  /// The bytes of all texts of the memory.
  var bytes: UnsafePointer<UInt8> { UnsafePointer(textMemory.pointer(to: UInt8.self)) }

  /// The number of each text in the memory; nil where they lie there in order.
  var items: UnsafePointer<UInt32>? {
    itemMemory.map { UnsafePointer($0.pointer(to: UInt32.self)) }
  }

  /// The number of bytes that the texts take, with those that a view does not show.
  var byteCount: Int { offsets[itemCount] + (itemCount + 1) * 8 + (itemMemory?.byteCount ?? 0) }

  /// The bytes that are not another heap's.
  var ownByteCount: Int { itemMemory?.byteCount ?? byteCount }

  /// The texts at `rows`, which hold ``Batch/noPartner`` for an empty text: a view, or a copy where
  /// it would show a small part of the memory only. Takes over `rows`.
  func viewed(at rows: AlignedBytes, count: Int, _ context: RunContext) throws(QueryError)
    -> TextHeap
  {
    let numbers = rows.pointer(to: UInt32.self)
    if count.multipliedClamping(by: context.tuning.sharedTextFraction) < itemCount {
      return try gathered(
        UnsafeBufferPointer(start: numbers, count: count), budget: context.budget)
    }
    if let itemMemory {
      try context.forEachBatch(of: count) { _, range throws(QueryError) in
        let numbers = rows.pointer(to: UInt32.self)
        let items = itemMemory.pointer(to: UInt32.self)
        for row in range where numbers[row] != Batch.noPartner {
          numbers[row] = items[Int(numbers[row])]
        }
      }
    }
    return TextHeap(self, count: count, items: rows)
  }

  /// The bytes of one text, valid while the heap lives.
  @inline(__always)
  func slice(_ index: Int) -> UnsafeBufferPointer<UInt8> {
    assert(index >= 0 && index < count)
    var item = index
    if let items {
      if items[index] == Batch.noPartner { return UnsafeBufferPointer(start: bytes, count: 0) }
      item = Int(items[index])
    }
    let start = offsets[item]
    return UnsafeBufferPointer(start: bytes + start, count: offsets[item &+ 1] &- start)
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
