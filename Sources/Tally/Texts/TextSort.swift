import Synchronization

/// Sorts rows with different texts by these: by eight bytes at a time as one number, then those that
/// agree in them by the next that differ. Many rows are dealt out to all workers; the few that agree
/// are sorted where they are met.
///
/// A radix sort from the most significant characters on, with a cache of them, as in W. Ng and
/// K. Kakehi, "Cache efficient radix sort for string sorting" (2007).
struct TextSort: Sendable {
  private let texts: TextPointers
  private let context: RunContext

  init(_ texts: TextPointers, _ context: RunContext) {
    self.texts = texts
    self.context = context
  }

  /// Rows whose texts agree up to a byte.
  private struct Run {
    var start: Int
    var count: Int
    var depth: Int
    /// Whether they differ in the byte behind.
    var isExact = false
  }

  /// Sorts `count` rows whose texts agree up to byte `depth`, and no further if that `isExact`.
  func sort(_ rows: AlignedBytes, count: Int, from depth: Int, isExact: Bool = false)
    throws(QueryError)
  {
    var pending = [Run(start: 0, count: count, depth: depth, isExact: isExact)]
    while let run = pending.popLast() {
      try context.checkCancellation()
      pending += try deal(run, rows)
    }
  }

  /// Sorts a run and gives those parts of it that agree further but are too large for one worker.
  private func deal(_ run: Run, _ rows: AlignedBytes) throws(QueryError) -> [Run] {
    var workers: [TextRunSorter] = []
    for _ in 0..<context.workers(forRows: run.count) {
      workers.append(try TextRunSorter(texts, context))
    }
    let all = rows.pointer(to: UInt32.self) + run.start
    let most = max(2, context.grouping.leastDealtTexts)
    if run.count < most {
      try workers[0].sort(all, count: run.count, from: run.depth)
      return []
    }
    let depth = run.isExact ? run.depth : try commonPrefix(run, rows)
    let texts = texts
    let order = try WordOrder<UInt32>(count: run.count, context) { places, words, numbers in
      let own = rows.pointer(to: UInt32.self) + run.start
      for (index, place) in places.enumerated() {
        words[index] = texts.word(Int(own[place]), from: depth)
        numbers[index] = own[place]
      }
      return places.count
    }
    let (starts, owned) = (order.starts, workers)
    let left = Mutex<[Run]>([])
    try order.forEachPartition { partition, worker, records throws(QueryError) in
      try records.sort()
      let own = rows.pointer(to: UInt32.self) + run.start + starts[partition]
      own.update(from: records.values.pointer, count: records.count)
      let words = records.keys.pointer
      var start = 0
      while start < records.count {
        var end = start + 1
        while end < records.count, words[end] == words[start] { end += 1 }
        if end - start >= most, end - start < run.count || depth > run.depth {
          let place = run.start + starts[partition] + start
          let part = Run(start: place, count: end - start, depth: depth + 8)
          left.withLock { $0.append(part) }
        } else if end - start > 1 {
          try owned[worker].sort(own + start, count: end - start, from: depth + 8)
        }
        start = end
      }
    }
    return left.withLock { $0 }
  }

  /// The bytes in which all texts of a run agree.
  private func commonPrefix(_ run: Run, _ rows: AlignedBytes) throws(QueryError) -> Int {
    let least = Mutex(Int.max)
    let texts = texts
    try context.forEachBatch(of: run.count) { _, places throws(QueryError) in
      let own = rows.pointer(to: UInt32.self) + run.start
      let first = Int(own[0])
      var prefix = Int.max
      for place in places {
        prefix = texts.commonPrefix(first, Int(own[place]), from: run.depth, limit: prefix)
      }
      least.withLock { $0 = min($0, prefix) }
    }
    return max(run.depth, least.withLock { $0 })
  }
}

/// Sorts the rows of runs that one worker meets.
///
/// SAFETY: one thread uses a sorter.
final class TextRunSorter: @unchecked Sendable {
  private let texts: TextPointers
  private let context: RunContext
  private let sorter: RecordSorter<UInt32>
  private var stack: [(start: Int, count: Int, depth: Int)] = []

  /// The rows that are put in order one by one.
  private static let fewRows = 24

  init(_ texts: TextPointers, _ context: RunContext) throws(QueryError) {
    self.texts = texts
    self.context = context
    sorter = try RecordSorter(context: context)
  }

  /// Sorts rows with different texts that agree up to byte `depth`.
  func sort(_ rows: UnsafeMutablePointer<UInt32>, count: Int, from depth: Int)
    throws(QueryError)
  {
    stack.append((0, count, depth))
    while let (start, count, depth) = stack.popLast() {
      if count <= Self.fewRows {
        insert(rows + start, count, depth)
      } else {
        try context.checkCancellation()
        try sortMany(rows, start, count, depth)
      }
    }
  }

  private func insert(_ rows: UnsafeMutablePointer<UInt32>, _ count: Int, _ depth: Int) {
    for index in 1..<max(1, count) {
      let row = rows[index]
      var place = index
      while place > 0, texts.compare(Int(rows[place &- 1]), Int(row), from: depth) > 0 {
        rows[place] = rows[place &- 1]
        place &-= 1
      }
      rows[place] = row
    }
  }

  private func sortMany(
    _ rows: UnsafeMutablePointer<UInt32>, _ start: Int, _ count: Int, _ depth: Int
  ) throws(QueryError) {
    let own = rows + start
    var (prefix, longest) = (Int.max, 0)
    for place in 0..<count {
      prefix = texts.commonPrefix(Int(own[0]), Int(own[place]), from: depth, limit: prefix)
      longest = max(longest, texts.text(Int(own[place])).count)
    }
    let next = max(depth, prefix)
    if longest <= next {
      // They differ by zero bytes at their ends alone.
      var run = UnsafeMutableBufferPointer(start: own, count: count)
      run.sort {
        texts.text(Int($0)).count < texts.text(Int($1)).count
      }
      return
    }
    try sorter.prepare(count)
    let (words, numbers) = (sorter.keys.pointer, sorter.values.pointer)
    for place in 0..<count {
      words[place] = texts.word(Int(own[place]), from: next)
      numbers[place] = own[place]
    }
    try sorter.sort()
    let sorted = sorter.keys.pointer
    own.update(from: sorter.values.pointer, count: count)
    var first = 0
    while first < count {
      var end = first + 1
      while end < count, sorted[end] == sorted[first] { end += 1 }
      if end - first > 1 { stack.append((start + first, end - first, next + 8)) }
      first = end
    }
  }
}
