import Synchronization

/// What one thread found in one block.
struct BlockOutcome {
  var block: Int
  var file: Int
  var facts: BlockFacts
  /// The thread, and the number of the block's chunks there; nil where the block was not stored.
  var worker: Int
  var chunk: Int?
}

/// Reads blocks on one thread: finds fields and scans columns.
final class ReadingWorker {
  let number: Int
  private(set) var scans: [ColumnScan] = []
  private(set) var outcomes: [BlockOutcome] = []
  private var buffer: BlockBuffer
  private var scanner: RowScanner
  private let scratch: ScanScratch
  private let feed: SharedFeed
  private let context: RunContext
  private let isLenient: Bool
  /// Which columns are read; nil for all.
  private let isRead: [Bool]?
  private var storedBlocks = 0

  init(
    number: Int, feed: SharedFeed, readings: [ReadingSet], missing: MissingMarks,
    isLenient: Bool, isRead: [Bool]?, level: VectorLevel, context: RunContext
  ) throws(QueryError) {
    self.number = number
    self.feed = feed
    self.context = context
    self.isLenient = isLenient
    self.isRead = isRead
    buffer = try BlockBuffer(capacity: BlockFeed.defaultBlockSize, budget: context.budget)
    scanner = try RowScanner(
      columns: readings.count, isLenient: isLenient, level: level, budget: context.budget)
    scratch = try ScanScratch(budget: context.budget)
    scans = readings.map {
      ColumnScan(readings: $0, missing: missing, budget: context.budget)
    }
  }

  /// Reads blocks until there are no more or something is wrong.
  func run() {
    while true {
      do throws(QueryError) {
        guard let (block, head) = try feed.next(into: &buffer) else { return }
        try read(block, head)
      } catch {
        feed.fail(error)
        return
      }
    }
  }

  private func read(_ block: BlockFeed.Block, _ head: FileHead) throws(QueryError) {
    try context.checkCancellation()
    let (index, found) = try scanner.scan(buffer, head.dialect)
    var facts = found
    if index.hasNonASCII, head.encoding == .utf8, facts.fault == nil { checkEncoding(&facts) }
    var outcome = BlockOutcome(
      block: block.index, file: block.file, facts: facts, worker: number, chunk: nil)
    feed.count(rows: facts.rows, bytes: buffer.count)
    if facts.fault != nil { feed.stop() }
    if facts.fault == nil, facts.raggedCount == 0, !feed.isRejected {
      try scan(index, block.index, head)
      outcome.chunk = storedBlocks
      storedBlocks += 1
    } else {
      feed.reject()
    }
    outcomes.append(outcome)
  }

  private func scan(_ index: FieldIndex, _ block: Int, _ head: FileHead) throws(QueryError) {
    try scratch.reserve(index.rows)
    for column in scans.indices {
      try context.checkCancellation()
      let position = ColumnScan.Position(
        index: index, column: column, block: block, delimiter: head.dialect.delimiter,
        expectedRows: feed.expectedRows)
      if isRead?[column] ?? true { try scans[column].scan(position, scratch) }
    }
  }

  private func checkEncoding(_ facts: inout BlockFacts) {
    guard let offset = firstMalformedUTF8(buffer.text, count: buffer.count) else { return }
    var start = offset
    while start > 0, offset - start < 120, buffer.text[start - 1] != 0x0A,
      buffer.text[start - 1] != 0x0D
    {
      start -= 1
    }
    let line = countBytes(buffer.text, offset, equalTo: 0x0A)
    let bytes = CellBytes(
      start: buffer.text + start, count: min(buffer.count - start, offset - start + 40))
    let samples = QueryError.encodingSamples(bytes, at: offset - start)
    facts.fault = BlockFault(
      code: .malformedEncoding, message: samples.message, line: line, excerpt: samples.excerpt,
      help: samples.help)
  }
}

/// The feed of blocks with what all threads must know of each other.
///
/// SAFETY: the feed is used under the lock only; everything else is atomic or constant.
final class SharedFeed: @unchecked Sendable {
  private let feed: BlockFeed
  private let lock = Mutex<QueryError?>(nil)
  private let isStopped = Atomic<Bool>(false)
  private let rejected = Atomic<Bool>(false)
  private let rows = Atomic<Int>(0)
  private let textBytes = Atomic<Int>(0)
  private let progress: (@Sendable (LoadProgress) -> Void)?

  init(_ feed: BlockFeed, progress: (@Sendable (LoadProgress) -> Void)?) {
    self.feed = feed
    self.progress = progress
  }

  /// The next block with the head of its file, or nil where there is none or reading has ended.
  func next(into buffer: inout BlockBuffer) throws(QueryError) -> (BlockFeed.Block, FileHead)? {
    if isStopped.load(ordering: .relaxed) { return nil }
    return try lock.withLock { (failure) throws(QueryError) in
      guard failure == nil else { return nil }
      guard let block = try feed.next(into: &buffer) else { return nil }
      progress?(
        LoadProgress(
          bytesDone: feed.bytesDone, bytesTotal: feed.bytesTotal,
          rows: rows.load(ordering: .relaxed)))
      return (block, feed.heads[block.file])
    }
  }

  /// Ends reading with an error that has no place in the rows.
  func fail(_ error: QueryError) {
    lock.withLock { failure in failure = failure ?? error }
    isStopped.store(true, ordering: .relaxed)
  }

  /// Hands out no further blocks.
  func stop() { isStopped.store(true, ordering: .relaxed) }

  /// The load can't succeed: blocks are only looked through for further faults.
  func reject() { rejected.store(true, ordering: .relaxed) }
  var isRejected: Bool { rejected.load(ordering: .relaxed) }

  func count(rows more: Int, bytes: Int) {
    rows.add(more, ordering: .relaxed)
    textBytes.add(bytes, ordering: .relaxed)
  }

  /// The rows that the source is likely to have, by its size; of a pipe, four times as many as
  /// have come so far.
  var expectedRows: Int {
    let seen = Double(rows.load(ordering: .relaxed))
    let bytes = Double(max(1, textBytes.load(ordering: .relaxed)))
    guard let total = feed.bytesTotal else { return Int(seen * 4) }
    return Int(min(1e15, seen * max(1, Double(total) / bytes)))
  }

  /// The error that ended reading, if one did.
  var failure: QueryError? { lock.withLock { $0 } }

  /// The files, once all threads are done.
  var heads: [FileHead] { lock.withLock { _ in feed.heads } }
}
