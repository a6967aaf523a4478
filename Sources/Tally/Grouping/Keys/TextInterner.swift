/// Distinct texts and their ids, in order of appearance.
final class TextInterner {
  private let budget: MemoryBudget?
  private let hash = SeededHash()
  private var bytes: GroupArray<UInt8>
  private var offsets: GroupArray<Int>
  private var slots: GroupArray<UInt64>
  /// Takes what is read ahead, so that it is read.
  private let sink: GroupArray<UInt64>

  /// Makes an empty set.
  init(budget: MemoryBudget?) throws(QueryError) {
    self.budget = budget
    bytes = try GroupArray(budget: budget)
    offsets = try GroupArray(count: 1, filling: 0, budget: budget)
    slots = try GroupArray(count: 256, filling: 0, budget: budget)
    sink = try GroupArray(count: 1, filling: 0, budget: budget)
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
    try id(of: text, hash: hash(text))
  }

  /// The ids of texts, some of which may be new; those that `valid` marks as missing get
  /// `missing`. Memory is read ahead for many texts at a time, since a large set lies outside of
  /// the caches.
  func assign(
    _ texts: UnsafePointer<TextSlice>, valid: UnsafePointer<UInt8>?, count: Int, missing: UInt64,
    into ids: UnsafeMutablePointer<UInt64>
  ) throws(QueryError) {
    for start in stride(from: 0, to: count, by: Self.pieceRows) {
      if start & 0x7FF == 0 { try budget?.checkCancellation() }
      let rows = start..<min(start + Self.pieceRows, count)
      for row in rows where valid?[row] != 0 { ids[row] = hash(texts[row].bytes) }
      if slots.count > Self.cachedSlots { readAhead(ids, rows, valid) }
      for row in rows {
        let isMissing = valid?[row] == 0
        ids[row] = isMissing ? missing : UInt64(try id(of: texts[row].bytes, hash: ids[row]))
      }
    }
  }

  /// The texts whose memory is read ahead.
  private static let pieceRows = 128
  /// The slots that fit into the cache of a core.
  private static let cachedSlots = 1 << 15

  /// Reads what finding texts of these hashes will read first, without waiting for one before the
  /// next: slots, then offsets, then texts.
  private func readAhead(
    _ codes: UnsafePointer<UInt64>, _ rows: Range<Int>, _ valid: UnsafePointer<UInt8>?
  ) {
    let (table, starts, memory) = (slots.pointer, offsets.pointer, bytes.pointer)
    let mask = UInt64(slots.count - 1)
    let last = count - 1
    if last < 0 { return }
    var sum: UInt64 = 0
    for row in rows where valid?[row] != 0 { sum &+= table[Int(codes[row] & mask)] }
    for row in rows where valid?[row] != 0 {
      let id = Int(table[Int(codes[row] & mask)] & 0xFFFF_FFFF)
      sum &+= UInt64(truncatingIfNeeded: starts[min(max(id, 1) - 1, last)])
    }
    for row in rows where valid?[row] != 0 {
      let id = Int(table[Int(codes[row] & mask)] & 0xFFFF_FFFF)
      let start = starts[min(max(id, 1) - 1, last)]
      if start < bytes.count { sum &+= UInt64(memory[start]) }
    }
    sink[0] = sum
  }

  private func id(
    of text: UnsafeBufferPointer<UInt8>, hash code: UInt64
  ) throws(QueryError) -> UInt32 {
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
    try budget.forEachPiece(of: count, size: 1 << 13) { piece in
      for id in piece {
        let code = hash(slice(id))
        var place = code & mask
        while slots[Int(place)] != 0 { place = (place &+ 1) & mask }
        slots[Int(place)] = (code & ~0xFFFF_FFFF) | (UInt64(id) + 1)
      }
    }
  }

  /// The ids in ascending order of their texts' bytes.
  func sortedIds() throws(QueryError) -> GroupArray<UInt32> {
    try orderOfTexts(count: count, budget: budget, text: slice)
  }

  /// The texts as a dictionary, and the code of each id.
  func dictionary() throws(QueryError) -> (texts: TextDictionary, codes: GroupArray<UInt32>) {
    let order = try sortedIds()
    let codes = try GroupArray<UInt32>(count: count, filling: 0, budget: budget)
    try budget.forEachPiece(of: order.count) { piece in
      for rank in piece { codes[Int(order[rank])] = UInt32(truncatingIfNeeded: rank) }
    }
    return (TextDictionary(sorted: try heap(order, budget: budget)), codes)
  }

  /// The texts of ids, one after another.
  func heap(_ ids: GroupArray<UInt32>, budget: MemoryBudget?) throws(QueryError) -> TextHeap {
    let starts = try AlignedBytes(byteCount: (ids.count + 1) * 8, budget: budget)
    var total = 0
    try budget.forEachPiece(of: ids.count) { piece in
      for index in piece { total += slice(Int(ids[index])).count }
    }
    let copy = try AlignedBytes(byteCount: total, budget: budget)
    var position = 0
    try budget.forEachPiece(of: ids.count) { piece in
      for index in piece {
        starts.pointer(to: Int.self)[index] = position
        let text = slice(Int(ids[index]))
        if let source = text.baseAddress, !text.isEmpty {
          (copy.pointer(to: UInt8.self) + position).update(from: source, count: text.count)
        }
        position += text.count
      }
    }
    starts.pointer(to: Int.self)[ids.count] = position
    return TextHeap(count: ids.count, offsets: starts, bytes: copy)
  }
}
