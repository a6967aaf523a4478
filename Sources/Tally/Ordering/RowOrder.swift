import Synchronization

/// The order of a table's rows by some columns: stable, with missing values last in either
/// direction.
struct RowOrder {
  private let ranks: RankWords
  private let pointers: [UnsafePointer<UInt64>]
  private let count: Int
  private let context: RunContext

  /// One column to order by.
  struct Column {
    var column: Tally.Column
    var isDescending: Bool
  }

  /// Prepares the order of `count` rows.
  init(_ columns: [Column], count: Int, _ context: RunContext) throws(QueryError) {
    self.count = count
    self.context = context
    ranks = try RankWords(columns, count: count, context)
    // SAFETY: the memory is held by `ranks`.
    pointers = ranks.words.map { UnsafePointer($0.memory.pointer(to: UInt64.self)) }
  }

  /// Whether a row comes before another by the keys alone: negative, zero or positive.
  @inline(__always)
  func compare(_ left: Int, _ right: Int) -> Int {
    for words in pointers {
      let (first, second) = (words[left], words[right])
      if first != second { return first < second ? -1 : 1 }
    }
    return 0
  }

  /// All rows in order; rows with equal keys stay as they were.
  func sorted() throws(QueryError) -> RowNumbers {
    let order = try RowNumbers(upTo: count, budget: context.budget)
    if try isInOrder() { return order }
    try sort(order)
    return order
  }

  /// All rows in order, and their words in the same order with the bits that those of the first
  /// columns do not use; nil where one word does not hold all keys.
  func sortedWords(ofFirst columns: Int) throws(QueryError)
    -> (rows: RowNumbers, words: AlignedBytes, rest: Int)?
  {
    guard ranks.words.count == 1, let word = ranks.words.first else { return nil }
    let rest = word.bits - (columns == 0 ? 0 : ranks.ends[columns - 1])
    let order = try RowNumbers(upTo: count, budget: context.budget)
    if try isInOrder() { return (order, word.memory, rest) }
    let words = try AlignedBytes(byteCount: count * 8, budget: context.budget)
    try RadixSort(context: context).sort(order, by: word.memory, bits: word.bits, keeping: words)
    return (order, words, rest)
  }

  /// Sorts ascending rows by the words, the least deciding first.
  private func sort(_ order: RowNumbers) throws(QueryError) {
    let radix = RadixSort(context: context)
    for (memory, bits) in ranks.words.reversed() {
      try radix.sort(order, by: memory, bits: bits)
    }
  }

  private func isInOrder() throws(QueryError) -> Bool {
    let isBroken = Atomic<Bool>(false)
    let (count, order) = (count, self)
    // SAFETY: the words are only read.
    nonisolated(unsafe) let words = order
    try context.forEachBatch(of: count) { _, rows throws(QueryError) in
      if isBroken.load(ordering: .relaxed) { return }
      for row in rows where row > 0 && words.compare(row - 1, row) > 0 {
        isBroken.store(true, ordering: .relaxed)
        return
      }
    }
    return !isBroken.load(ordering: .relaxed)
  }

  /// The first `limit` rows in order, without ordering the others.
  func first(_ limit: Int) throws(QueryError) -> RowNumbers {
    if limit == 0 { return try RowNumbers(count: 0, budget: context.budget) }
    guard limit < count / 8, let deciding = ranks.words.first else {
      return try sorted().first(limit)
    }
    // Only rows whose highest bits are no greater than those of the last row wanted are sorted.
    let digit = Digit(
      shift: UInt64(max(0, deciding.bits - Self.selectedBits)),
      mask: (1 << UInt64(min(deciding.bits, Self.selectedBits))) - 1)
    let greatest = try greatestDigit(digit, limit)
    let candidates = try rows(digit, upTo: greatest)
    try sort(candidates)
    return candidates.first(limit)
  }

  /// The bits by which rows are chosen before they are sorted.
  private static let selectedBits = 12

  /// The digit of the row at place `limit`.
  private func greatestDigit(_ digit: Digit, _ limit: Int) throws(QueryError) -> Int {
    let all = Mutex([Int](repeating: 0, count: digit.count))
    let words = ranks.words[0].memory
    try context.forEachBatch(of: count) { _, rows throws(QueryError) in
      var counts = [Int](repeating: 0, count: digit.count)
      let source = words.pointer(to: UInt64.self)
      for row in rows { counts[digit.of(source[row])] &+= 1 }
      all.withLock { all in
        for (value, count) in counts.enumerated() { all[value] += count }
      }
    }
    var total = 0
    for (value, count) in all.withLock({ $0 }).enumerated() {
      total += count
      if total >= limit { return value }
    }
    return digit.count - 1
  }

  /// The rows whose digit is `greatest` at most, ascending.
  private func rows(_ digit: Digit, upTo greatest: Int) throws(QueryError) -> RowNumbers {
    let words = ranks.words[0].memory
    let found = Mutex<[(start: Int, rows: [UInt32])]>([])
    try context.forEachBatch(of: count) { _, rows throws(QueryError) in
      let source = words.pointer(to: UInt64.self)
      var kept: [UInt32] = []
      for row in rows where digit.of(source[row]) <= greatest {
        kept.append(UInt32(truncatingIfNeeded: row))
      }
      found.withLock { $0.append((rows.lowerBound, kept)) }
    }
    let parts = found.withLock { $0 }.sorted { $0.start < $1.start }
    return try RowNumbers(parts.flatMap(\.rows), budget: context.budget)
  }

  /// How many rows have the same keys as one of them.
  func countTies(with row: Int) throws(QueryError) -> Int {
    let total = Mutex(0)
    // SAFETY: the words are only read.
    nonisolated(unsafe) let order = self
    try context.forEachBatch(of: count) { _, rows throws(QueryError) in
      var ties = 0
      for other in rows where order.compare(other, row) == 0 { ties &+= 1 }
      total.withLock { $0 += ties }
    }
    return total.withLock { $0 }
  }
}
