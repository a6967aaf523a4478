/// Working memory of one worker that sorts the records of partitions by their keys.
///
/// A radix sort from the lowest digit to the highest, in digits of up to 9 bits, that skips bits
/// which are equal in all keys. The order of equal keys is of no consequence.
///
/// SAFETY: one thread uses a sorter.
final class RecordSorter<Value: CodeInteger>: @unchecked Sendable {
  private let context: RunContext
  private(set) var keys: GroupArray<UInt64>
  private(set) var values: GroupArray<Value>
  private var otherKeys: GroupArray<UInt64>
  private var otherValues: GroupArray<Value>
  private let counts: GroupArray<Int>
  /// The number of records.
  private(set) var count = 0

  private static var digitBits: Int { 9 }
  /// The records after which a run asks whether it is to stop.
  private static var pieceRows: Int { 1 << 17 }

  init(context: RunContext) throws(QueryError) {
    self.context = context
    keys = try GroupArray(budget: context.budget)
    values = try GroupArray(budget: context.budget)
    otherKeys = try GroupArray(budget: context.budget)
    otherValues = try GroupArray(budget: context.budget)
    counts = try GroupArray(count: 1 << Self.digitBits, filling: 0, budget: context.budget)
  }

  /// Copies the records of a partition from all workers.
  func load(_ blocks: [RecordBlocks<Value>], _ partition: Int) throws(QueryError) {
    count = blocks.reduce(0) { $0 + $1.count(partition) }
    try keys.ensureCapacity(count)
    try values.ensureCapacity(count)
    var place = 0
    for worker in blocks {
      try context.checkCancellation()
      worker.forEachBlock(partition) { keys, values, count in
        (self.keys.pointer + place).update(from: keys, count: count)
        (self.values.pointer + place).update(from: values, count: count)
        place += count
      }
    }
  }

  /// Makes room for records that the caller writes into ``keys`` and ``values``.
  func prepare(_ count: Int) throws(QueryError) {
    self.count = count
    try keys.ensureCapacity(count)
    try values.ensureCapacity(count)
  }

  /// Copies the records back to where they came from, in their present order.
  func store(_ blocks: [RecordBlocks<Value>], _ partition: Int) {
    var place = 0
    for worker in blocks {
      worker.forEachBlock(partition) { keys, values, count in
        keys.update(from: self.keys.pointer + place, count: count)
        values.update(from: self.values.pointer + place, count: count)
        place += count
      }
    }
  }

  /// The smallest and the largest key, and the bits in which keys differ. There is one at least.
  func range() -> (low: UInt64, high: UInt64, varying: UInt64) {
    var (low, high) = (UInt64.max, UInt64.min)
    var (all, any) = (UInt64.max, UInt64.min)
    let keys = keys.pointer
    for row in 0..<count {
      low = min(low, keys[row])
      high = max(high, keys[row])
      all &= keys[row]
      any |= keys[row]
    }
    return (low, high, all ^ any)
  }

  /// Sorts the records by those bits of their keys that vary.
  ///
  /// The highest bits, somewhat more than tell so many keys apart, put nearly all of them in
  /// order; the few that are left move by insertion. Where many keys agree in these bits, the
  /// lower ones are sorted by as well.
  func sort(varying: UInt64) throws(QueryError) {
    if count < 2 { return }
    try otherKeys.ensureCapacity(count)
    try otherValues.ensureCapacity(count)
    let wanted = Int.bitWidth - count.leadingZeroBitCount + 4
    let digits = (wanted + Self.digitBits - 1) / Self.digitBits
    let high = highest(digits * Self.digitBits, of: varying)
    try sort(by: high)
    if high == varying { return }
    if !insertRecords(keys.pointer, values.pointer, count) { try sort(by: varying) }
  }

  /// The highest bits of those that are set.
  private func highest(_ wanted: Int, of bits: UInt64) -> UInt64 {
    var rest = bits
    var low = bits.nonzeroBitCount
    while low > wanted {
      rest &= rest &- 1
      low -= 1
    }
    return rest
  }

  private func sort(by bits: UInt64) throws(QueryError) {
    var rest = bits
    while rest != 0 {
      let shift = UInt64(rest.trailingZeroBitCount)
      // The digit ends where the bits that vary end, if that is sooner.
      let digit = UInt64(1 << Self.digitBits - 1) << shift
      try distribute(shift: shift, mask: UInt64(1 << Self.digitBits - 1))
      rest &= ~digit
    }
  }

  private func distribute(shift: UInt64, mask: UInt64) throws(QueryError) {
    counts.pointer.update(repeating: 0, count: counts.count)
    for start in stride(from: 0, to: count, by: Self.pieceRows) {
      try context.checkCancellation()
      let rows = min(Self.pieceRows, count - start)
      countDigits(keys.pointer + start, rows, shift, mask, counts.pointer)
    }
    var total = 0
    for digit in 0..<counts.count {
      let own = counts[digit]
      counts[digit] = total
      total += own
    }
    for start in stride(from: 0, to: count, by: Self.pieceRows) {
      try context.checkCancellation()
      let rows = min(Self.pieceRows, count - start)
      moveRecords(
        keys.pointer + start, values.pointer + start, rows, shift, mask, counts.pointer,
        otherKeys.pointer, otherValues.pointer)
    }
    swap(&keys, &otherKeys)
    swap(&values, &otherValues)
  }

  /// The number of different keys among sorted records, and the most records of one key.
  func countGroups() -> (groups: Int, longest: Int) {
    if count == 0 { return (0, 0) }
    let keys = keys.pointer
    var groups = 1
    for row in 1..<max(1, count) { groups &+= keys[row] == keys[row &- 1] ? 0 : 1 }
    if groups == count { return (groups, 1) }
    var longest = 1
    var length = 1
    for row in 1..<count {
      length = keys[row] == keys[row &- 1] ? length &+ 1 : 1
      longest = max(longest, length)
    }
    return (groups, longest)
  }
}

private func countDigits(
  _ keys: UnsafePointer<UInt64>, _ count: Int, _ shift: UInt64, _ mask: UInt64,
  _ counts: UnsafeMutablePointer<Int>
) {
  for row in 0..<count { counts[Int(truncatingIfNeeded: (keys[row] &>> shift) & mask)] &+= 1 }
}

/// Puts records in order that nearly are. Answers false, some of them in order, once a record would
/// have to move far.
private func insertRecords<Value: CodeInteger>(
  _ keys: UnsafeMutablePointer<UInt64>, _ values: UnsafeMutablePointer<Value>, _ count: Int
) -> Bool {
  for row in 1..<count where keys[row] < keys[row &- 1] {
    let (key, value) = (keys[row], values[row])
    var place = row
    while place > 0, keys[place &- 1] > key {
      if row &- place > 32 {
        (keys[place], values[place]) = (key, value)
        return false
      }
      keys[place] = keys[place &- 1]
      values[place] = values[place &- 1]
      place &-= 1
    }
    (keys[place], values[place]) = (key, value)
  }
  return true
}

@inline(__always)
private func moveRecords<Value: CodeInteger>(
  _ keys: UnsafePointer<UInt64>, _ values: UnsafePointer<Value>, _ count: Int, _ shift: UInt64,
  _ mask: UInt64, _ next: UnsafeMutablePointer<Int>, _ targetKeys: UnsafeMutablePointer<UInt64>,
  _ targetValues: UnsafeMutablePointer<Value>
) {
  for row in 0..<count {
    let key = keys[row]
    let digit = Int(truncatingIfNeeded: (key &>> shift) & mask)
    let place = next[digit]
    next[digit] = place &+ 1
    targetKeys[place] = key
    targetValues[place] = values[row]
  }
}
