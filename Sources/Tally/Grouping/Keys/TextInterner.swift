/// Distinct texts and their ids, in order of appearance.
final class TextInterner {
  private let budget: MemoryBudget?
  private let hash = SeededHash()
  private var bytes: GroupArray<UInt8>
  private var offsets: GroupArray<Int>
  private var slots: GroupArray<UInt64>

  /// Makes an empty set.
  init(budget: MemoryBudget?) throws(QueryError) {
    self.budget = budget
    bytes = try GroupArray(budget: budget)
    offsets = try GroupArray(count: 1, filling: 0, budget: budget)
    slots = try GroupArray(count: 256, filling: 0, budget: budget)
  }

  /// The number of distinct texts.
  var count: Int { offsets.count - 1 }

  /// A text, valid until one is added.
  @inline(__always)
  func slice(_ id: Int) -> UnsafeBufferPointer<UInt8> {
    let start = offsets[id]
    return UnsafeBufferPointer(start: bytes.pointer + start, count: offsets[id + 1] - start)
  }

  /// The id of a text, which may be new. It must not lie in this set.
  func id(of text: UnsafeBufferPointer<UInt8>) throws(QueryError) -> UInt32 {
    let code = hash(text)
    let mask = UInt64(slots.count - 1)
    let table = slots.pointer
    var place = code & mask
    while table[Int(place)] != 0 {
      let slot = table[Int(place)]
      let id = Int(slot & 0xFFFF_FFFF) &- 1
      if slot >> 32 == code >> 32, compareBytes(slice(id), text) == 0 {
        return UInt32(truncatingIfNeeded: id)
      }
      place = (place &+ 1) & mask
    }
    // The largest id stands for a missing value.
    guard count < Int(UInt32.max) - 1 else { throw QueryError.tooManyGroups }
    let id = UInt32(count)
    try bytes.append(text)
    try offsets.append(bytes.count)
    if count * 2 > slots.count {
      try grow()
    } else {
      slots[Int(place)] = (code & ~0xFFFF_FFFF) | (UInt64(id) + 1)
    }
    return id
  }

  private func grow() throws(QueryError) {
    let size = slots.count * 2
    slots = try GroupArray(budget: budget)
    try slots.resize(to: size, filling: 0)
    let mask = UInt64(size - 1)
    for id in 0..<count {
      let code = hash(slice(id))
      var place = code & mask
      while slots[Int(place)] != 0 { place = (place &+ 1) & mask }
      slots[Int(place)] = (code & ~0xFFFF_FFFF) | (UInt64(id) + 1)
    }
  }

  /// The ids in ascending order of their texts' bytes.
  func sortedIds() -> [UInt32] {
    (0..<UInt32(count)).sorted { compareBytes(slice(Int($0)), slice(Int($1))) < 0 }
  }

  /// The texts of ids, one after another.
  func heap(_ ids: [UInt32], budget: MemoryBudget?) throws(QueryError) -> TextHeap {
    let starts = try AlignedBytes(byteCount: (ids.count + 1) * 8, budget: budget)
    let total = ids.reduce(0) { $0 + slice(Int($1)).count }
    let copy = try AlignedBytes(byteCount: total, budget: budget)
    var position = 0
    for (index, id) in ids.enumerated() {
      starts.pointer(to: Int.self)[index] = position
      let text = slice(Int(id))
      if let source = text.baseAddress, !text.isEmpty {
        (copy.pointer(to: UInt8.self) + position).update(from: source, count: text.count)
      }
      position += text.count
    }
    starts.pointer(to: Int.self)[ids.count] = position
    return TextHeap(count: ids.count, offsets: starts, bytes: copy)
  }
}
