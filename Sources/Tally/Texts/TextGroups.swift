import Synchronization

/// Puts equal texts together: rows are dealt out by a hash of their texts, and each part is looked
/// through with a hash table that fits into a core's cache.
struct TextGroups: Sendable {
  private let texts: TextPointers
  private let validity: Bitmap?
  private let rowCount: Int
  private let context: RunContext

  init(_ texts: TextPointers, _ validity: Bitmap?, _ rowCount: Int, _ context: RunContext) {
    self.texts = texts
    self.validity = validity
    self.rowCount = rowCount
    self.context = context
  }

  /// The number of different texts; nil where two different ones have one hash. For each row,
  /// `firsts` takes the one that stands for its text.
  func countDifferent(_ firsts: AlignedBytes?) throws(QueryError) -> Int? {
    let (texts, validity, hash) = (texts, validity, SeededHash())
    let order = try WordOrder<UInt32>(count: rowCount, areUniform: true, context) {
      rows, words, numbers in
      var found = 0
      for row in rows where validity?[row] ?? true {
        words[found] = hash(texts.text(row))
        numbers[found] = UInt32(truncatingIfNeeded: row)
        found &+= 1
      }
      return found
    }
    var workers: [Worker] = []
    for _ in 0..<order.workerCount { workers.append(try Worker(budget: context.budget)) }
    let owned = workers
    let hasCollision = Atomic<Bool>(false)
    let found = Mutex(0)
    try order.forEachPartition { _, worker, records throws(QueryError) in
      if hasCollision.load(ordering: .relaxed) { return }
      let own = owned[worker]
      let count = try own.group(records)
      let (numbers, partners) = (records.values.pointer, own.partners)
      if try !areEqual(numbers, partners, records.count) {
        hasCollision.store(true, ordering: .relaxed)
        return
      }
      if let firsts = firsts?.pointer(to: UInt32.self) {
        for place in 0..<records.count { firsts[Int(numbers[place])] = partners[place] }
      }
      found.withLock { $0 += count }
    }
    return hasCollision.load(ordering: .relaxed) ? nil : found.withLock { $0 }
  }

  /// The rows after which a run asks whether it is to stop.
  private static let pieceRows = 1 << 14

  /// Whether rows have the texts of their partners. Rows do not wait for one another: the machine
  /// fetches many texts at a time.
  private func areEqual(
    _ rows: UnsafePointer<UInt32>, _ partners: UnsafePointer<UInt32>, _ count: Int
  ) throws(QueryError) -> Bool {
    for start in stride(from: 0, to: count, by: Self.pieceRows) {
      try context.checkCancellation()
      for place in start..<min(start + Self.pieceRows, count)
      where rows[place] != partners[place] {
        if !texts.areEqual(Int(rows[place]), Int(partners[place])) { return false }
      }
    }
    return true
  }

  /// The hash table of one worker.
  ///
  /// SAFETY: one thread uses a worker.
  private final class Worker: @unchecked Sendable {
    private var slots: GroupArray<UInt32>
    private var memory: GroupArray<UInt32>

    init(budget: MemoryBudget?) throws(QueryError) {
      slots = try GroupArray(budget: budget)
      memory = try GroupArray(budget: budget)
    }

    /// The first row with the hash of each record that was grouped last.
    var partners: UnsafePointer<UInt32> { UnsafePointer(memory.pointer) }

    /// Finds the first row of each hash, and counts the hashes.
    func group(_ records: RecordSorter<UInt32>) throws(QueryError) -> Int {
      var size = 64
      while size < 2 * records.count { size *= 2 }
      try slots.ensureCapacity(size)
      slots.pointer.update(repeating: 0, count: size)
      try memory.ensureCapacity(records.count)
      return findFirst(
        records.keys.pointer, records.values.pointer, records.count, slots.pointer,
        mask: UInt64(size - 1), memory.pointer)
    }
  }
}

/// Finds for each record the row that is first with its key, and counts the keys. Slots hold the
/// number of a record plus one, or zero.
private func findFirst(
  _ keys: UnsafePointer<UInt64>, _ rows: UnsafePointer<UInt32>, _ count: Int,
  _ slots: UnsafeMutablePointer<UInt32>, mask: UInt64, _ partners: UnsafeMutablePointer<UInt32>
) -> Int {
  var found = 0
  for place in 0..<count {
    let key = keys[place]
    var slot = Int(truncatingIfNeeded: key & mask)
    while true {
      let other = slots[slot]
      if other == 0 {
        slots[slot] = UInt32(truncatingIfNeeded: place &+ 1)
        found &+= 1
        partners[place] = rows[place]
        break
      }
      if keys[Int(other) &- 1] == key {
        partners[place] = rows[Int(other) &- 1]
        break
      }
      slot = (slot &+ 1) & Int(truncatingIfNeeded: mask)
    }
  }
  return found
}
