/// Finds an item by its bytes: the texts of a heap, or 128-bit integers.
///
/// SAFETY: the memory is written while the map is made and only read after that.
final class TextMap: @unchecked Sendable {
  private let items: Items
  private let hash = SeededHash()
  private let slots: AlignedBytes
  private let mask: UInt64

  /// What is found.
  enum Items {
    case texts(TextHeap)
    case integers(AlignedBytes, count: Int)

    var count: Int {
      switch self {
      case .texts(let heap): heap.count
      case .integers(_, let count): count
      }
    }

    @inline(__always)
    func bytes(_ index: Int) -> UnsafeBufferPointer<UInt8> {
      switch self {
      case .texts(let heap): heap.slice(index)
      case .integers(let memory, _):
        UnsafeBufferPointer(start: memory.pointer(to: UInt8.self) + index &* 16, count: 16)
      }
    }
  }

  /// Makes a map of items; of equal ones the first is found. `validity` tells which there are.
  init(_ items: Items, validity: Bitmap? = nil, _ context: RunContext) throws(QueryError) {
    self.items = items
    var size = 4
    while size < 2 * items.count { size *= 2 }
    let slots = try AlignedBytes(byteCount: size * 8, zeroed: true, budget: context.budget)
    self.slots = slots
    mask = UInt64(size - 1)
    let table = slots.pointer(to: UInt64.self)
    for index in 0..<items.count where validity.map({ $0[index] }) ?? true {
      if index & 0x3FFF == 0 { try context.checkCancellation() }
      let bytes = items.bytes(index)
      let code = hash(bytes)
      let place = place(of: bytes, code)
      if table[place] == 0 {
        table[place] = (code & ~0xFFFF_FFFF) | UInt64(truncatingIfNeeded: index + 1)
      }
    }
  }

  /// The number of the first item that has these bytes; ``WordMap/none`` where there is none.
  func index(of bytes: UnsafeBufferPointer<UInt8>) -> UInt32 {
    let slot = slots.pointer(to: UInt64.self)[place(of: bytes, hash(bytes))]
    return UInt32(truncatingIfNeeded: slot) &- 1
  }

  /// The slot that holds the bytes, or the free one where the search for them ends.
  private func place(of bytes: UnsafeBufferPointer<UInt8>, _ code: UInt64) -> Int {
    let table = slots.pointer(to: UInt64.self)
    var place = code & mask
    while true {
      let slot = table[Int(truncatingIfNeeded: place)]
      if slot == 0 { return Int(place) }
      if slot >> 32 == code >> 32 {
        let index = Int(slot & 0xFFFF_FFFF) &- 1
        if compareBytes(items.bytes(index), bytes) == 0 { return Int(place) }
      }
      place = (place &+ 1) & mask
    }
  }
}
