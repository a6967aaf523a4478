import Synchronization

/// Sorts rows with different texts by these: by the numbers of a ``TextCoder``, then those that have
/// one number by eight bytes at a time. Many rows are dealt out to all workers; the few that agree
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
  }

  /// The most rows that a coder learns from.
  private static let mostSampled = 1 << 14

  /// Sorts `count` rows whose texts agree up to byte `depth`.
  func sort(_ rows: AlignedBytes, count: Int, from depth: Int) throws(QueryError) {
    var pending = [Run(start: 0, count: count, depth: depth)]
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
    let coder = TextCoder(texts, sample: sample(run, rows), from: run.depth)
    let order = try WordOrder<UInt64>(count: run.count, context) { places, words, rests in
      let own = rows.pointer(to: UInt32.self) + run.start + places.lowerBound
      coder.code(own, places.count, into: words, rests)
      return places.count
    }
    let (starts, owned) = (order.starts, workers)
    let left = Mutex<[Run]>([])
    try order.forEachPartition { partition, worker, records throws(QueryError) in
      try records.sort()
      let first = run.start + starts[partition]
      let own = rows.pointer(to: UInt32.self) + first
      try owned[worker].sortRests(records)
      let (words, rests) = (records.keys.pointer, records.values.pointer)
      for place in 0..<records.count { own[place] = UInt32(truncatingIfNeeded: rests[place]) }
      var (start, looked) = (0, 0)
      while start < records.count {
        // Texts that are compared lie anywhere.
        if start - looked >= 1 << 10 {
          looked = start
          try context.checkCancellation()
        }
        var end = start + 1
        while end < records.count, words[end] == words[start],
          rests[end] >> 32 == rests[start] >> 32
        { end += 1 }
        if end - start > 1 {
          let depth = coder.depth(of: words[start])
          // Rows that the sample can't tell apart are not dealt out again.
          if end - start >= most, end - start < run.count {
            left.withLock {
              $0.append(Run(start: first + start, count: end - start, depth: depth))
            }
          } else {
            try owned[worker].sort(own + start, count: end - start, from: depth)
          }
        }
        start = end
      }
    }
    return left.withLock { $0 }
  }

  /// Rows at even distances.
  private func sample(_ run: Run, _ rows: AlignedBytes) -> [Int] {
    let own = rows.pointer(to: UInt32.self) + run.start
    let wanted = min(run.count, max(64, min(Self.mostSampled, run.count / 16)))
    return (0..<wanted).map { index in
      let (high, low) = index.multipliedFullWidth(by: run.count)
      return Int(own[wanted.dividingFullWidth((high, low)).quotient])
    }
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
  private let few: AlignedBytes

  /// The rows that are put in order one by one.
  private static let fewRows = 64

  init(_ texts: TextPointers, _ context: RunContext) throws(QueryError) {
    self.texts = texts
    self.context = context
    sorter = try RecordSorter(context: context)
    few = try AlignedBytes(byteCount: Self.fewRows * 8, budget: context.budget)
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

  /// Puts records of one key, among sorted ones, in the order of their values.
  func sortRests(_ records: RecordSorter<UInt64>) throws(QueryError) {
    let (keys, rests) = (records.keys.pointer, records.values.pointer)
    var start = 0
    while start < records.count {
      var end = start + 1
      while end < records.count, keys[end] == keys[start] { end += 1 }
      if end - start > Self.fewRows {
        try context.checkCancellation()
        try sorter.prepare(end - start)
        for place in start..<end {
          sorter.keys.pointer[place - start] = rests[place] >> 32
          sorter.values.pointer[place - start] = UInt32(truncatingIfNeeded: rests[place])
        }
        try sorter.sort()
        for place in start..<end {
          rests[place] =
            sorter.keys.pointer[place - start] << 32 | UInt64(sorter.values.pointer[place - start])
        }
      } else if end - start > 1 {
        insertWords(rests + start, end - start)
      }
      start = end
    }
  }

  /// Puts a few rows in order, by eight bytes of each behind what they agree in, and where these are
  /// equal by comparing texts.
  private func insert(_ rows: UnsafeMutablePointer<UInt32>, _ count: Int, _ depth: Int) {
    if count < 2 { return }
    let words = few.pointer(to: UInt64.self)
    var prefix = Int.max
    for place in 1..<count {
      prefix = texts.commonPrefix(Int(rows[0]), Int(rows[place]), from: depth, limit: prefix)
    }
    prefix = max(depth, prefix)
    for place in 0..<count { words[place] = texts.word(Int(rows[place]), from: prefix) }
    for index in 1..<count {
      let (row, word) = (rows[index], words[index])
      var place = index
      while place > 0 {
        let other = words[place &- 1]
        if other < word { break }
        if other == word, texts.compare(Int(rows[place &- 1]), Int(row), from: prefix) < 0 { break }
        rows[place] = rows[place &- 1]
        words[place] = other
        place &-= 1
      }
      rows[place] = row
      words[place] = word
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

/// Puts a few words in ascending order.
private func insertWords(_ words: UnsafeMutablePointer<UInt64>, _ count: Int) {
  for index in 1..<count {
    let word = words[index]
    var place = index
    while place > 0, words[place &- 1] > word {
      words[place] = words[place &- 1]
      place &-= 1
    }
    words[place] = word
  }
}
