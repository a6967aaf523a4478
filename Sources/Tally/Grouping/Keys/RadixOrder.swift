/// The indices `0..<count` in ascending order of their keys, of `wordCount` words each, the most
/// significant word first. Equal keys keep their order.
///
/// A radix sort from the lowest byte to the highest that skips bytes which are equal in all keys.
func radixOrder(
  _ words: UnsafePointer<UInt64>, wordCount: Int, count: Int, budget: MemoryBudget?
) throws(QueryError) -> GroupArray<UInt32> {
  var order = try GroupArray<UInt32>(count: count, filling: 0, budget: budget)
  try budget.forEachPiece(of: count) { piece in
    for index in piece { order[index] = UInt32(truncatingIfNeeded: index) }
  }
  if count < 2 { return order }
  var otherOrder = try GroupArray<UInt32>(count: count, filling: 0, budget: budget)
  var keys = try GroupArray<UInt64>(count: count, filling: 0, budget: budget)
  var otherKeys = try GroupArray<UInt64>(count: count, filling: 0, budget: budget)
  let histograms = try GroupArray<Int>(count: 8 * 256, filling: 0, budget: budget)
  for word in (0..<wordCount).reversed() {
    histograms.pointer.update(repeating: 0, count: 8 * 256)
    try budget.forEachPiece(of: count) { piece in
      gatherKeys(words + word, wordCount, order.pointer, piece, into: keys.pointer)
      countBytes(keys.pointer, piece, histograms.pointer)
    }
    for byte in 0..<8 {
      let counts = histograms.pointer + byte * 256
      let shift = UInt64(byte * 8)
      if counts[Int((keys[0] >> shift) & 0xFF)] == count { continue }
      var total = 0
      for value in 0..<256 {
        let own = counts[value]
        counts[value] = total
        total += own
      }
      try budget.forEachPiece(of: count) { piece in
        distribute(
          keys.pointer, order.pointer, piece, shift, counts, otherKeys.pointer,
          otherOrder.pointer)
      }
      swap(&keys, &otherKeys)
      swap(&order, &otherOrder)
    }
  }
  return order
}

private func gatherKeys(
  _ words: UnsafePointer<UInt64>, _ stride: Int, _ order: UnsafePointer<UInt32>,
  _ piece: Range<Int>,
  into keys: UnsafeMutablePointer<UInt64>
) {
  for index in piece { keys[index] = words[Int(order[index]) &* stride] }
}

private func countBytes(
  _ keys: UnsafePointer<UInt64>, _ piece: Range<Int>, _ histograms: UnsafeMutablePointer<Int>
) {
  for index in piece {
    let key = keys[index]
    for byte in 0..<8 {
      histograms[byte &* 256 &+ Int((key >> UInt64(byte &* 8)) & 0xFF)] &+= 1
    }
  }
}

private func distribute(
  _ keys: UnsafePointer<UInt64>, _ order: UnsafePointer<UInt32>, _ piece: Range<Int>,
  _ shift: UInt64,
  _ next: UnsafeMutablePointer<Int>, _ targetKeys: UnsafeMutablePointer<UInt64>,
  _ targetOrder: UnsafeMutablePointer<UInt32>
) {
  for index in piece {
    let key = keys[index]
    let digit = Int((key >> shift) & 0xFF)
    let place = next[digit]
    next[digit] = place &+ 1
    targetKeys[place] = key
    targetOrder[place] = order[index]
  }
}
