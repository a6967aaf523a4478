import Synchronization

/// The texts of rows as numbers whose order is that of the texts.
struct TextNumbers {
  /// For each row its text's place among the different texts; 0 where a row has none.
  let codes: Codes
  /// A row that has each of the texts, in their order.
  let rows: AlignedBytes
  /// The number of different texts.
  let count: Int
}

/// Numbers the texts of a column on all workers.
///
///     short   the bytes behind a common prefix are one word: rows are dealt out to ranges of
///             words and sorted there; equal words are equal texts
///     long    rows are dealt out by a hash of their texts, and equal ones put together where they
///             fit a cache; only the different texts are sorted
///
/// The hash has a seed of its own. Texts that have one hash are compared by their bytes, and should
/// two of them differ, everything is done again with another seed. So nothing depends on it.
///
/// The ways to deal out and to sort are those of ``PartitionedGrouping``.
struct TextNumbering: Sendable {
  private let heap: TextHeap
  private let texts: TextPointers
  private let validity: Bitmap?
  private let rowCount: Int
  private let context: RunContext

  /// Prepares for the texts of a column of fewer than 2³² - 1 rows.
  init(_ heap: TextHeap, _ validity: Bitmap?, _ context: RunContext) {
    self.heap = heap
    texts = TextPointers(heap)
    self.validity = validity
    rowCount = heap.count
    self.context = context
  }

  /// Numbers the texts.
  func run() throws(QueryError) -> TextNumbers {
    try context.checkCancellation()
    if rowCount < context.grouping.leastDealtTexts { return try sortAll() }
    let shape = try shape()
    if shape.count == 0 { return try numbers(of: 0) }
    return shape.fitsWord ? try sortWords(shape) : try sortDifferent(shape)
  }

  /// The number of different texts alone.
  func countDifferent() throws(QueryError) -> Int {
    try context.checkCancellation()
    if rowCount < context.grouping.leastDealtTexts { return try sortAll().count }
    let shape = try shape()
    if shape.count == 0 { return 0 }
    if shape.fitsWord { return try countWords(order(by: shape)).reduce(0, +) }
    return try different(keeping: nil)
  }

  // MARK: Few

  /// Sorts a few rows by their texts.
  private func sortAll() throws(QueryError) -> TextNumbers {
    var rows: [UInt32] = []
    for row in 0..<rowCount where validity?[row] ?? true {
      rows.append(UInt32(truncatingIfNeeded: row))
    }
    rows.sort { texts.compare(Int($0), Int($1), from: 0) < 0 }
    var places: [Int] = []
    for (place, row) in rows.enumerated()
    where place == 0 || !texts.areEqual(Int(rows[place - 1]), Int(row)) { places.append(place) }
    let numbers = try numbers(of: places.count)
    for (number, start) in places.enumerated() {
      numbers.rows.pointer(to: UInt32.self)[number] = rows[start]
      let end = number + 1 < places.count ? places[number + 1] : rows.count
      for place in start..<end { numbers.codes.store(UInt64(number), at: Int(rows[place])) }
    }
    return numbers
  }

  /// Room for so many different texts, all rows having the first.
  private func numbers(of count: Int) throws(QueryError) -> TextNumbers {
    let width = CodeWidth.narrowest(for: UInt64(max(0, count - 1)))
    let codes = try Codes(count: rowCount, width: width, budget: context.budget)
    if validity != nil || count == 0 {
      try context.budget.fill(
        codes.bytes.pointer(to: UInt8.self), rowCount * width.rawValue, with: 0)
    }
    let rows = try AlignedBytes(byteCount: count * 4, budget: context.budget)
    if validity == nil { try context.touch(codes.bytes) }
    return TextNumbers(codes: codes, rows: rows, count: count)
  }

  /// What the texts have in common.
  private func shape() throws(QueryError) -> TextShape {
    let all = Mutex(TextShape())
    let first = (0..<rowCount).first { validity?[$0] ?? true }
    guard let first else { return TextShape() }
    try context.forEachBatch(of: rowCount) { _, rows throws(QueryError) in
      var shape = TextShape()
      for row in rows where validity?[row] ?? true {
        let length = texts.text(row).count
        shape.prefix = texts.commonPrefix(first, row, from: 0, limit: shape.prefix)
        shape.shortest = min(shape.shortest, length)
        shape.longest = max(shape.longest, length)
        shape.count &+= 1
      }
      all.withLock { $0.formUnion(shape) }
    }
    return all.withLock { $0 }
  }
}

// MARK: Short texts

extension TextNumbering {
  private func order(by shape: TextShape) throws(QueryError) -> WordOrder<UInt32> {
    let (texts, validity) = (texts, validity)
    return try WordOrder<UInt32>(count: rowCount, context) { rows, words, numbers in
      var found = 0
      for row in rows where validity?[row] ?? true {
        words[found] = shape.word(texts, row)
        numbers[found] = UInt32(truncatingIfNeeded: row)
        found &+= 1
      }
      return found
    }
  }

  /// Sorts each partition, and counts its words.
  private func countWords(_ order: WordOrder<UInt32>) throws(QueryError) -> [Int] {
    let counts = Mutex([Int](repeating: 0, count: order.partitionCount))
    try order.forEachPartition { partition, _, records throws(QueryError) in
      try records.sort()
      order.store(records, partition)
      let groups = records.countGroups().groups
      counts.withLock { $0[partition] = groups }
    }
    return counts.withLock { $0 }
  }

  private func sortWords(_ shape: TextShape) throws(QueryError) -> TextNumbers {
    let order = try order(by: shape)
    var starts: [Int] = []
    var total = 0
    for count in try countWords(order) {
      starts.append(total)
      total += count
    }
    let result = try numbers(of: total)
    let (codes, rows, first) = (result.codes, result.rows, starts)
    try order.forEachPartition { partition, _, records throws(QueryError) in
      let (keys, numbers) = (records.keys.pointer, records.values.pointer)
      let (count, start) = (records.count, first[partition])
      let rows = rows.pointer(to: UInt32.self)
      switch codes.width {
      case .one: number(keys, numbers, count, start, codes.pointer(to: UInt8.self), rows)
      case .two: number(keys, numbers, count, start, codes.pointer(to: UInt16.self), rows)
      case .four: number(keys, numbers, count, start, codes.pointer(to: UInt32.self), rows)
      case .eight: number(keys, numbers, count, start, codes.pointer(to: UInt64.self), rows)
      }
    }
    return result
  }
}

/// Gives each row the number of its word among sorted ones, and each number a row.
private func number<Code: CodeInteger>(
  _ words: UnsafePointer<UInt64>, _ numbers: UnsafePointer<UInt32>, _ count: Int, _ start: Int,
  _ codes: UnsafeMutablePointer<Code>, _ rows: UnsafeMutablePointer<UInt32>
) {
  var place = start
  rows[place] = numbers[0]
  for index in 0..<count {
    if index > 0, words[index] != words[index &- 1] {
      place &+= 1
      rows[place] = numbers[index]
    }
    codes[Int(numbers[index])] = Code(truncatingIfNeeded: place)
  }
}

// MARK: Long texts

extension TextNumbering {
  private func sortDifferent(_ shape: TextShape) throws(QueryError) -> TextNumbers {
    let firsts = try AlignedBytes(byteCount: rowCount * 4, budget: context.budget)
    try context.touch(firsts)
    let count = try different(keeping: firsts)
    let rows = try firstRows(firsts, count: count)
    try TextSort(texts, context).sort(rows, count: count, from: shape.prefix)
    let result = try numbers(of: count)
    let places = try AlignedBytes(byteCount: rowCount * 4, budget: context.budget)
    try context.touch(places)
    let (target, sorted) = (result.rows, rows)
    try context.forEachBatch(of: count) { _, range throws(QueryError) in
      let (sorted, own) = (sorted.pointer(to: UInt32.self), places.pointer(to: UInt32.self))
      let target = target.pointer(to: UInt32.self)
      for place in range {
        target[place] = sorted[place]
        own[Int(sorted[place])] = UInt32(truncatingIfNeeded: place)
      }
    }
    let codes = result.codes
    try context.forEachBatch(of: rowCount) { _, range throws(QueryError) in
      let (own, first) = (places.pointer(to: UInt32.self), firsts.pointer(to: UInt32.self))
      switch codes.width {
      case .one: rank(range, first, own, validity, codes.pointer(to: UInt8.self))
      case .two: rank(range, first, own, validity, codes.pointer(to: UInt16.self))
      case .four: rank(range, first, own, validity, codes.pointer(to: UInt32.self))
      case .eight: rank(range, first, own, validity, codes.pointer(to: UInt64.self))
      }
    }
    return result
  }

  /// The number of different texts. `firsts` takes for each row the one that stands for its text.
  private func different(keeping firsts: AlignedBytes?) throws(QueryError) -> Int {
    // Two texts with one hash of 64 bits are met once in a lifetime, and hardly twice.
    for _ in 0..<16 {
      let groups = TextGroups(texts, validity, rowCount, context)
      if let count = try groups.countDifferent(firsts) { return count }
    }
    throw QueryError(kind: .bug, message: "different texts have one hash under any seed")
  }

  /// The rows that stand for a text, ascending, so that texts are read in the order of memory.
  private func firstRows(_ firsts: AlignedBytes, count: Int) throws(QueryError) -> AlignedBytes {
    let rows = try AlignedBytes(byteCount: count * 4, budget: context.budget)
    let size = context.batchRows
    let starts = Mutex([Int](repeating: 0, count: (rowCount + size - 1) / size))
    try context.forEachBatch(of: rowCount) { _, range throws(QueryError) in
      let first = firsts.pointer(to: UInt32.self)
      var found = 0
      for row in range where validity?[row] ?? true {
        found &+= Int(first[row]) == row ? 1 : 0
      }
      starts.withLock { $0[range.lowerBound / size] = found }
    }
    var total = 0
    let places = starts.withLock { $0 }.map { found in
      defer { total += found }
      return total
    }
    try context.forEachBatch(of: rowCount) { _, range throws(QueryError) in
      let (first, target) = (firsts.pointer(to: UInt32.self), rows.pointer(to: UInt32.self))
      var place = places[range.lowerBound / size]
      for row in range where validity?[row] ?? true {
        if Int(first[row]) != row { continue }
        target[place] = UInt32(truncatingIfNeeded: row)
        place &+= 1
      }
    }
    return rows
  }
}

private func rank<Code: CodeInteger>(
  _ rows: Range<Int>, _ firsts: UnsafePointer<UInt32>, _ places: UnsafePointer<UInt32>,
  _ validity: Bitmap?, _ codes: UnsafeMutablePointer<Code>
) {
  if let validity {
    for row in rows where validity[row] {
      codes[row] = Code(truncatingIfNeeded: places[Int(firsts[row])])
    }
  } else {
    for row in rows { codes[row] = Code(truncatingIfNeeded: places[Int(firsts[row])]) }
  }
}
