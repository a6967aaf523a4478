/// The places of texts among the distinct texts of a column.
struct TextRanks {
  let codes: Codes
  let greatest: UInt64

  /// Texts are ordered by their first eight bytes, then those that begin alike by all.
  init(_ heap: TextHeap, count: Int, _ validity: Bitmap?, _ context: RunContext)
    throws(QueryError)
  {
    let words = try AlignedBytes(byteCount: count * 8, budget: context.budget)
    try context.forEachBatch(of: count) { _, rows throws(QueryError) in
      let out = words.pointer(to: UInt64.self)
      for row in rows {
        let isPresent = validity.map { $0[row] } ?? true
        out[row] = isPresent ? firstBytes(heap.slice(row)) : 0
      }
    }
    let order = try RowNumbers(upTo: count, budget: context.budget)
    try RadixSort(context: context).sort(order, by: words, bits: 64)
    let codes = try Codes(count: count, width: .four, budget: context.budget)
    var rank: UInt32 = 0
    var start = 0
    while start < count {
      let word = words.pointer(to: UInt64.self)[Int(order[start])]
      var end = start + 1
      while end < count, words.pointer(to: UInt64.self)[Int(order[end])] == word { end += 1 }
      try context.checkCancellation()
      let alike = UnsafeMutableBufferPointer(start: order.pointer + start, count: end - start)
      try sortTexts(alike, budget: context.budget) { Self.text(Int($0), heap, validity) }
      for place in start..<end {
        let row = Int(order[place])
        if place > 0 {
          let before = Int(order[place - 1])
          if compareBytes(
            Self.text(before, heap, validity), Self.text(row, heap, validity)) != 0
          {
            rank += 1
          }
        }
        codes.pointer(to: UInt32.self)[row] = rank
      }
      start = end
    }
    self.codes = codes
    greatest = UInt64(rank)
  }

  private static func text(_ row: Int, _ heap: TextHeap, _ validity: Bitmap?)
    -> UnsafeBufferPointer<UInt8>
  {
    let isPresent = validity.map { $0[row] } ?? true
    return isPresent ? heap.slice(row) : UnsafeBufferPointer(start: nil, count: 0)
  }
}

/// The first eight bytes as a number whose order is that of the texts, as far as they tell.
@inline(__always)
private func firstBytes(_ text: UnsafeBufferPointer<UInt8>) -> UInt64 {
  guard let start = text.baseAddress else { return 0 }
  if text.count >= 8 {
    return UInt64(bigEndian: UnsafeRawPointer(start).loadUnaligned(as: UInt64.self))
  }
  var word: UInt64 = 0
  for index in 0..<text.count { word |= UInt64(start[index]) << UInt64(56 - 8 * index) }
  return word
}
