/// The numbers `0..<count` in ascending order of their texts' bytes, equal texts in the order of
/// their numbers: by the first 16 bytes, as numbers, and where these are equal by comparing texts.
func orderOfTexts(
  count: Int, budget: MemoryBudget?, text: (Int) -> UnsafeBufferPointer<UInt8>
) throws(QueryError) -> GroupArray<UInt32> {
  var words = try GroupArray<UInt64>(budget: budget)
  try words.ensureCapacity(2 * count)
  words.extend(to: 2 * count)
  let prefixes = words.pointer
  try budget.forEachPiece(of: count) { piece in
    for number in piece {
      let own = text(number)
      prefixes[2 * number] = prefix(own, from: 0)
      prefixes[2 * number + 1] = prefix(own, from: 8)
    }
  }
  let order = try radixOrder(words.pointer, wordCount: 2, count: count, budget: budget)
  var start = 0
  var looked = 0
  while start < count {
    if start - looked >= 1 << 12 {
      looked = start
      try budget?.checkCancellation()
    }
    let first = 2 * Int(order[start])
    var end = start + 1
    while end < count, words[2 * Int(order[end])] == words[first],
      words[2 * Int(order[end]) + 1] == words[first + 1]
    { end += 1 }
    if end - start > 1 {
      let alike = UnsafeMutableBufferPointer(start: order.pointer + start, count: end - start)
      try sortTexts(alike, budget: budget) { text(Int($0)) }
    }
    start = end
  }
  return order
}

/// Sorts numbers by the bytes of their texts, equal texts by number, noticing cancellation between
/// runs that merges join.
func sortTexts(
  _ numbers: UnsafeMutableBufferPointer<UInt32>, budget: MemoryBudget?,
  text: (UInt32) -> UnsafeBufferPointer<UInt8>
) throws(QueryError) {
  if numbers.count < 2 { return }
  if numbers.count <= 4096 {
    var run = numbers
    run.sort { left, right in
      let order = compareBytes(text(left), text(right))
      return order == 0 ? left < right : order < 0
    }
    if numbers.count > 256 { try budget?.checkCancellation() }
    return
  }
  let middle = numbers.count / 2
  try sortTexts(
    UnsafeMutableBufferPointer(rebasing: numbers[..<middle]), budget: budget, text: text)
  try sortTexts(
    UnsafeMutableBufferPointer(rebasing: numbers[middle...]), budget: budget, text: text)
  let left = try RowNumbers(Array(numbers[..<middle]), budget: budget)
  var (from, next) = (0, middle)
  for place in numbers.indices {
    if place & 0xFFF == 0 { try budget?.checkCancellation() }
    if from == middle { break }
    let order =
      next == numbers.count ? -1 : compareBytes(text(left[from]), text(numbers[next]))
    if order < 0 || order == 0 && left[from] < numbers[next] {
      numbers[place] = left[from]
      from += 1
    } else {
      numbers[place] = numbers[next]
      next += 1
    }
  }
}

/// Eight bytes of a text as a number whose order is theirs; zeros behind its end.
@inline(__always)
private func prefix(_ text: UnsafeBufferPointer<UInt8>, from offset: Int) -> UInt64 {
  let rest = text.count - offset
  guard rest > 0, let start = text.baseAddress else { return 0 }
  if rest >= 8 {
    return UInt64(
      bigEndian: UnsafeRawPointer(start).loadUnaligned(fromByteOffset: offset, as: UInt64.self))
  }
  var word: UInt64 = 0
  for index in 0..<rest { word |= UInt64(start[offset + index]) << UInt64(56 - 8 * index) }
  return word
}
