/// Sorts row numbers by 64-bit words on all workers: a stable radix sort from the lowest digit to
/// the highest. Each pass counts digits by blocks of rows, then each block is distributed to places
/// of its own, so that the order does not depend on the number of workers.
struct RadixSort {
  let context: RunContext

  /// The rows of a block: few enough to notice cancellation in time.
  private static let blockRows = 1 << 15
  /// The widest digit: so many places are written to at a time.
  private static let digitBits = 9

  /// The rows of `order` by the lowest `bits` of their words, where no other bits are set. Rows with
  /// equal words keep their order. `sorted` takes the words in their order.
  func sort(
    _ order: RowNumbers, by words: AlignedBytes, bits: Int, keeping sorted: AlignedBytes? = nil
  ) throws(QueryError) {
    if bits == 0 || order.count < 2 {
      let source = words.pointer(to: UInt64.self)
      for place in 0..<order.count {
        sorted?.pointer(to: UInt64.self)[place] = source[Int(order.pointer[place])]
      }
      return
    }
    // Words of up to 32 bits are moved in one piece with their rows.
    if bits <= 32 {
      try sort(PackedItem.self, order, words, bits, sorted)
    } else {
      try sort(PairedItem.self, order, words, bits, sorted)
    }
  }

  private func sort<Item: RadixItem>(
    _ type: Item.Type, _ order: RowNumbers, _ words: AlignedBytes, _ bits: Int,
    _ sorted: AlignedBytes?
  ) throws(QueryError) {
    let (count, stride) = (order.count, MemoryLayout<Item>.stride)
    var items = try AlignedBytes(byteCount: count * stride, budget: context.budget)
    var spare = try AlignedBytes(byteCount: count * stride, budget: context.budget)
    try load(type, order, words, into: items)
    try context.touch(spare)
    let passes = (bits + Self.digitBits - 1) / Self.digitBits
    let width = (bits + passes - 1) / passes
    let blocks = (count + Self.blockRows - 1) / Self.blockRows
    let counts = try AlignedBytes(byteCount: blocks << width * 8, budget: context.budget)
    for pass in 0..<passes {
      let digit = Digit(shift: UInt64(pass * width), mask: (1 << UInt64(width)) - 1)
      try countDigits(type, items, count, digit, into: counts)
      guard try findPlaces(counts, blocks, digit) else { continue }
      try distribute(type, items, count, digit, counts, into: spare)
      swap(&items, &spare)
    }
    let final = items
    try context.forEachBatch(of: count, rows: Self.blockRows) { _, rows throws(QueryError) in
      storeRows(final.pointer(to: Item.self), rows, into: order.pointer)
      if let sorted {
        storeWords(final.pointer(to: Item.self), rows, into: sorted.pointer(to: UInt64.self))
      }
    }
  }

  private func load<Item: RadixItem>(
    _ type: Item.Type, _ order: RowNumbers, _ words: AlignedBytes, into items: AlignedBytes
  ) throws(QueryError) {
    try context.forEachBatch(of: order.count, rows: Self.blockRows) { _, rows throws(QueryError) in
      loadItems(
        order.pointer, words.pointer(to: UInt64.self), rows, into: items.pointer(to: Item.self))
    }
  }

  private func countDigits<Item: RadixItem>(
    _ type: Item.Type, _ items: AlignedBytes, _ count: Int, _ digit: Digit,
    into counts: AlignedBytes
  ) throws(QueryError) {
    try context.forEachBatch(of: count, rows: Self.blockRows) { _, rows throws(QueryError) in
      let own = counts.pointer(to: Int.self) + rows.lowerBound / Self.blockRows * digit.count
      own.update(repeating: 0, count: digit.count)
      let source = items.pointer(to: Item.self)
      for place in rows { own[digit.of(source[place].word)] &+= 1 }
    }
  }

  /// Turns the counts of digits into the places where each block begins to write them; false where
  /// all rows have one digit.
  private func findPlaces(_ counts: AlignedBytes, _ blocks: Int, _ digit: Digit) throws(QueryError)
    -> Bool
  {
    let counts = counts.pointer(to: Int.self)
    var total = 0
    var used = 0
    for value in 0..<digit.count {
      let before = total
      if value & 63 == 0 { try context.checkCancellation() }
      for block in 0..<blocks {
        let place = counts + (block &* digit.count &+ value)
        let count = place.pointee
        place.pointee = total
        total &+= count
      }
      if total > before { used += 1 }
    }
    return used > 1
  }

  private func distribute<Item: RadixItem>(
    _ type: Item.Type, _ items: AlignedBytes, _ count: Int, _ digit: Digit,
    _ counts: AlignedBytes, into target: AlignedBytes
  ) throws(QueryError) {
    try context.forEachBatch(of: count, rows: Self.blockRows) { _, rows throws(QueryError) in
      let next = counts.pointer(to: Int.self) + rows.lowerBound / Self.blockRows * digit.count
      distributeItems(
        items.pointer(to: Item.self), rows, digit, next, into: target.pointer(to: Item.self))
    }
  }
}

/// Some bits of a word.
struct Digit: Sendable {
  var shift: UInt64
  var mask: UInt64

  /// The number of values.
  var count: Int { Int(mask) + 1 }

  @inline(__always)
  func of(_ word: UInt64) -> Int { Int(truncatingIfNeeded: word &>> shift & mask) }
}

/// A word and its row while they are sorted.
protocol RadixItem: BitwiseCopyable, SendableMetatype {
  init(_ word: UInt64, row: UInt32)
  var word: UInt64 { get }
  var row: UInt32 { get }
}

/// A word of 32 bits above its row.
struct PackedItem: RadixItem {
  private let bits: UInt64

  @inline(__always)
  init(_ word: UInt64, row: UInt32) { bits = word << 32 | UInt64(row) }
  @inline(__always)
  var word: UInt64 { bits >> 32 }
  @inline(__always)
  var row: UInt32 { UInt32(truncatingIfNeeded: bits) }
}

/// A word of 64 bits beside its row.
struct PairedItem: RadixItem {
  let word: UInt64
  let row: UInt32

  @inline(__always)
  init(_ word: UInt64, row: UInt32) {
    self.word = word
    self.row = row
  }
}

private func loadItems<Item: RadixItem>(
  _ order: UnsafePointer<UInt32>, _ words: UnsafePointer<UInt64>, _ places: Range<Int>,
  into items: UnsafeMutablePointer<Item>
) {
  for place in places { items[place] = Item(words[Int(order[place])], row: order[place]) }
}

private func storeRows<Item: RadixItem>(
  _ items: UnsafePointer<Item>, _ places: Range<Int>, into order: UnsafeMutablePointer<UInt32>
) {
  for place in places { order[place] = items[place].row }
}

private func storeWords<Item: RadixItem>(
  _ items: UnsafePointer<Item>, _ places: Range<Int>, into words: UnsafeMutablePointer<UInt64>
) {
  for place in places { words[place] = items[place].word }
}

private func distributeItems<Item: RadixItem>(
  _ items: UnsafePointer<Item>, _ places: Range<Int>, _ digit: Digit,
  _ next: UnsafeMutablePointer<Int>, into target: UnsafeMutablePointer<Item>
) {
  for place in places {
    let item = items[place]
    let value = digit.of(item.word)
    let position = next[value]
    next[value] = position &+ 1
    target[position] = item
  }
}
