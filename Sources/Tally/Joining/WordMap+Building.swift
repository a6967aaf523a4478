import Synchronization

extension WordMap {
  /// What is made of words: decided from their number and range alone.
  enum Form: Equatable {
    case positions(Int)
    case slots(parts: Int, isNarrow: Bool)

    init(rows: Int, greatest: UInt64, _ tuning: JoinTuning) {
      let limit = max(tuning.freePositions, rows.multipliedClamping(by: tuning.positionsPerRow))
      if greatest < UInt64(limit) {
        self = .positions(Int(greatest) + 1)
        return
      }
      var parts = 1
      while parts < 1 << 12, rows / parts > tuning.cachedRows { parts *= 2 }
      self = .slots(parts: parts, isNarrow: greatest <= UInt64(UInt32.max))
    }
  }

  /// Makes a map of all rows of a source.
  static func make(_ source: some WordSource, _ context: RunContext) throws(QueryError)
    -> WordMap
  {
    let form = Form(rows: source.count, greatest: source.greatest, context.tuning)
    switch form {
    case .positions(let count): return try positions(source, count, context)
    case .slots(let parts, isNarrow: true):
      return try WordMapBuilder<NarrowSlot>(source, parts: parts, context).map(narrow: true)
    case .slots(let parts, isNarrow: false):
      return try WordMapBuilder<WideSlot>(source, parts: parts, context).map(narrow: false)
    }
  }

  // MARK: Positions

  private static func positions(
    _ source: some WordSource, _ count: Int, _ context: RunContext
  ) throws(QueryError) -> WordMap {
    let memory = try AlignedBytes(byteCount: (count + 1) * 4, budget: context.budget)
    let limit = count + 1
    try context.forEachBatch(of: limit, rows: 1 << 18) { _, positions throws(QueryError) in
      (memory.pointer(to: UInt32.self) + positions.lowerBound).update(
        repeating: none, count: positions.count)
    }
    let rows = Mutex(0)
    try context.forEachBatch(of: source.count) { _, batch throws(QueryError) in
      let present = try store(source, batch, memory, context.budget)
      rows.withLock { $0 += present }
    }
    let taken = Mutex(0)
    try context.forEachBatch(of: limit, rows: 1 << 18) { _, positions throws(QueryError) in
      let found = countTaken(
        memory.pointer(to: UInt32.self) + positions.lowerBound, positions.count)
      taken.withLock { $0 += found }
    }
    let wordCount = taken.withLock { $0 }
    let layout = Layout.positions(memory, count: UInt64(count))
    if wordCount == rows.withLock({ $0 }) {
      return WordMap(layout, wordCount: wordCount, repeated: nil)
    }
    // Rows share words: then each word leads to the first of them.
    let repeated = try firstRows(source, memory, count, context)
    return WordMap(layout, wordCount: wordCount, repeated: repeated)
  }

  /// Stores rows at the positions of their words, whatever stands there, and gives their number.
  private static func store(
    _ source: some WordSource, _ batch: Range<Int>, _ memory: AlignedBytes,
    _ budget: MemoryBudget?
  ) throws(QueryError) -> Int {
    let scratch = try WordScratch(batch.count, budget)
    source.read(batch, into: scratch.words, lacking: scratch.lacking)
    // SAFETY: an atomic has the layout of its value. Workers may store at one position.
    let positions = UnsafeMutableRawPointer(memory.address)
      .assumingMemoryBound(to: Atomic<UInt32>.self)
    let first = UInt32(truncatingIfNeeded: batch.lowerBound)
    if !source.mayLack {
      for row in 0..<batch.count {
        positions[Int(truncatingIfNeeded: scratch.words[row])].store(
          first &+ UInt32(truncatingIfNeeded: row), ordering: .relaxed)
      }
      return batch.count
    }
    var present = 0
    for row in 0..<batch.count where scratch.lacking[row] == 0 {
      positions[Int(truncatingIfNeeded: scratch.words[row])].store(
        first &+ UInt32(truncatingIfNeeded: row), ordering: .relaxed)
      present &+= 1
    }
    return present
  }

  /// Stores the first row of each word, one row after another.
  private static func firstRows(
    _ source: some WordSource, _ memory: AlignedBytes, _ count: Int, _ context: RunContext
  ) throws(QueryError) -> (first: Int, second: Int)? {
    let positions = memory.pointer(to: UInt32.self)
    try context.budget.forEachPiece(of: count + 1) { piece in
      (positions + piece.lowerBound).update(repeating: none, count: piece.count)
    }
    var repeated: (first: Int, second: Int)?
    var start = 0
    let scratch = try WordScratch(context.batchRows, context.budget)
    while start < source.count {
      try context.checkCancellation()
      let batch = start..<min(start + context.batchRows, source.count)
      source.read(batch, into: scratch.words, lacking: scratch.lacking)
      for row in 0..<batch.count where !source.mayLack || scratch.lacking[row] == 0 {
        let position = Int(truncatingIfNeeded: scratch.words[row])
        if positions[position] == none {
          positions[position] = UInt32(truncatingIfNeeded: start + row)
        } else if repeated == nil {
          repeated = (Int(positions[position]), start + row)
        }
      }
      start = batch.upperBound
    }
    return repeated
  }

  private static func countTaken(_ positions: UnsafePointer<UInt32>, _ count: Int) -> Int {
    var taken = 0
    for place in 0..<count {
      taken &+= Int(unsafeBitCast(positions[place] != none, to: UInt8.self))
    }
    return taken
  }
}

/// Working memory for the words of a batch.
struct WordScratch {
  private let memory: AlignedBytes
  /// Room for words.
  let words: UnsafeMutablePointer<UInt64>
  /// Room for a byte each.
  let lacking: UnsafeMutablePointer<UInt8>

  init(_ count: Int, _ budget: MemoryBudget?) throws(QueryError) {
    memory = try AlignedBytes(byteCount: count * 9, budget: budget)
    words = memory.pointer(to: UInt64.self)
    lacking = memory.pointer(to: UInt8.self) + count * 8
  }
}

/// Makes hashed slots: rows are put together by parts, in their order, then each part is filled
/// by one worker.
private struct WordMapBuilder<Slot: WordSlot> {
  private let context: RunContext
  private let parts: Int
  private let hash = SeededHash()
  private let shift: UInt64
  /// The words and rows, part after part.
  private let words: AlignedBytes
  private let rows: AlignedBytes
  /// Where each part begins, and the end of the last.
  private let starts: [Int]

  init(_ source: some WordSource, parts: Int, _ context: RunContext) throws(QueryError) {
    self.context = context
    self.parts = parts
    // A single part takes all hashes: their highest bit is cleared by the shift alone.
    shift = UInt64(64 - parts.trailingZeroBitCount)
    let batches = (source.count + context.batchRows - 1) / context.batchRows
    let counts = try AlignedBytes(
      byteCount: max(1, batches) * parts * 8, zeroed: true, budget: context.budget)
    let (hash, shift) = (hash, shift)
    try context.forEachBatch(of: source.count) { _, batch throws(QueryError) in
      let scratch = try WordScratch(batch.count, context.budget)
      source.read(batch, into: scratch.words, lacking: scratch.lacking)
      let own = counts.pointer(to: Int.self) + batch.lowerBound / context.batchRows * parts
      for row in 0..<batch.count where !source.mayLack || scratch.lacking[row] == 0 {
        own[Int(truncatingIfNeeded: hash(scratch.words[row]) >> shift)] &+= 1
      }
    }
    var total = 0
    var starts: [Int] = []
    for part in 0..<parts {
      starts.append(total)
      for batch in 0..<batches {
        let place = counts.pointer(to: Int.self) + batch * parts + part
        let count = place.pointee
        place.pointee = total
        total += count
      }
    }
    self.starts = starts + [total]
    let words = try AlignedBytes(byteCount: total * 8, budget: context.budget)
    let rows = try AlignedBytes(byteCount: total * 4, budget: context.budget)
    try context.touch(words)
    try context.touch(rows)
    try context.forEachBatch(of: source.count) { _, batch throws(QueryError) in
      let scratch = try WordScratch(batch.count, context.budget)
      source.read(batch, into: scratch.words, lacking: scratch.lacking)
      let next = counts.pointer(to: Int.self) + batch.lowerBound / context.batchRows * parts
      for row in 0..<batch.count where !source.mayLack || scratch.lacking[row] == 0 {
        let word = scratch.words[row]
        let part = Int(truncatingIfNeeded: hash(word) >> shift)
        let place = next[part]
        next[part] = place &+ 1
        words.pointer(to: UInt64.self)[place] = word
        rows.pointer(to: UInt32.self)[place] = UInt32(
          truncatingIfNeeded: batch.lowerBound &+ row)
      }
    }
    self.words = words
    self.rows = rows
  }

  func map(narrow: Bool) throws(QueryError) -> WordMap {
    let ranges = try AlignedBytes(
      byteCount: parts * MemoryLayout<SlotRange>.stride, budget: context.budget)
    var total = 0
    for part in 0..<parts {
      let count = starts[part + 1] - starts[part]
      var size = 4
      while size * 2 < count * 3 { size *= 2 }
      ranges.pointer(to: SlotRange.self)[part] = SlotRange(
        first: UInt64(total), mask: UInt64(size - 1))
      total += size
    }
    let slots = try AlignedBytes(
      byteCount: total * MemoryLayout<Slot>.stride, budget: context.budget)
    let found = Mutex<(words: Int, repeated: (first: Int, second: Int)?)>((0, nil))
    let (starts, words, rows, hash) = (starts, words, rows, hash)
    // Parts are taken as batches, so that cancellation is noticed between them.
    try context.forEachPart(of: parts, rows: words.byteCount / 8) { _, part throws(QueryError) in
      let range = ranges.pointer(to: SlotRange.self)[part]
      let own = slots.pointer(to: Slot.self) + Int(range.first)
      own.update(repeating: .free, count: Int(range.mask) + 1)
      let outcome = try fill(
        own, range.mask, words.pointer(to: UInt64.self) + starts[part],
        rows.pointer(to: UInt32.self) + starts[part], starts[part + 1] - starts[part], hash,
        context)
      found.withLock { all in
        all.words += outcome.words
        if let pair = outcome.repeated, pair.second < all.repeated?.second ?? .max {
          all.repeated = pair
        }
      }
    }
    let hashed = HashedSlots(hash: hash, parts: ranges, shift: shift, slots: slots)
    let (wordCount, repeated) = found.withLock { $0 }
    return WordMap(
      narrow ? .narrow(hashed) : .wide(hashed), wordCount: wordCount, repeated: repeated)
  }
}

/// Fills the slots of one part with rows in ascending order.
private func fill<Slot: WordSlot>(
  _ slots: UnsafeMutablePointer<Slot>, _ mask: UInt64, _ words: UnsafePointer<UInt64>,
  _ rows: UnsafePointer<UInt32>, _ count: Int, _ hash: SeededHash, _ context: RunContext
) throws(QueryError) -> (words: Int, repeated: (first: Int, second: Int)?) {
  var different = 0
  var repeated: (first: Int, second: Int)?
  for row in 0..<count {
    if row & 0xFFFF == 0xFFFF { try context.checkCancellation() }
    let word = words[row]
    var place = hash(word) & mask
    while true {
      let slot = slots[Int(truncatingIfNeeded: place)]
      if slot.isFree {
        slots[Int(truncatingIfNeeded: place)] = Slot(word, row: rows[row])
        different &+= 1
        break
      }
      if slot.holds(word) {
        if repeated == nil { repeated = (Int(slot.row), Int(rows[row])) }
        break
      }
      place = (place &+ 1) & mask
    }
  }
  return (different, repeated)
}

extension Int {
  /// The product, or the largest number where there is none.
  func multipliedClamping(by other: Int) -> Int {
    let (product, overflow) = multipliedReportingOverflow(by: other)
    return overflow ? .max : product
  }
}
