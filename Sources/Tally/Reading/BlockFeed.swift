import CVectorKernels

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// What was found out about a file before its rows are read.
struct FileHead: Sendable {
  var path: String
  var encoding: TextEncoding
  var hasByteOrderMark: Bool
  var dialect: Dialect
  var usesCarriageReturns: Bool
  /// The cells of the first record, which may be a header; nil where it is known to be data and
  /// left among the rows.
  var firstRecord: [FirstCell]?
  /// The number of fields of the first record.
  var columnCount: Int
  /// The line of the first record.
  var firstLine: Int
  /// The line of the first row behind it.
  var firstDataLine: Int
  var byteCount = 0
  var notes: [String] = []
}

/// A cell of the first record.
struct FirstCell: Sendable, Hashable {
  var text: String
  var isQuoted: Bool
}

/// Hands out the text of all files in blocks of whole records. Used by one thread at a time.
final class BlockFeed {
  /// One block.
  struct Block {
    /// Blocks are numbered from 0 over all files.
    let index: Int
    /// The number of the file.
    let file: Int
  }

  private let options: LoadOptions
  private let budget: MemoryBudget?
  private let blockSize: Int
  private let level: VectorLevel
  private var pending: [PendingSource]
  private var current: TextInput?
  private var carry: BlockBuffer
  /// The bytes of the carry that were taken.
  private var carryPosition = 0
  private var isAtEnd = false
  private var blockCount = 0
  private var bytesOfDoneFiles = 0
  /// The files opened so far.
  private(set) var heads: [FileHead] = []
  /// The bytes of all files, if known.
  let bytesTotal: Int?

  /// A source that is not read yet; files are opened when their turn comes.
  enum PendingSource {
    case path(String)
    case input(ByteInput)
  }

  private let calls: FileCalls
  static let defaultBlockSize = 1 << 18
  private static let sampleSize = 1 << 16

  /// Makes a feed of the files that a source names.
  init(
    _ source: DataSource, options: LoadOptions, budget: MemoryBudget?, calls: FileCalls,
    blockSize: Int = defaultBlockSize, level: VectorLevel = .highest
  ) throws(QueryError) {
    self.options = options
    self.budget = budget
    self.calls = calls
    self.level = level
    self.blockSize = max(blockSize, 16)
    carry = try BlockBuffer(capacity: 1 << 12, budget: budget)
    switch source {
    case .file(let path): pending = [.path(path)]
    case .files(let paths): pending = paths.map { .path($0) }
    case .pattern(let pattern):
      let paths = calls.expand(pattern)
      guard !paths.isEmpty else {
        throw QueryError.unreadable(pattern, "no file matches the pattern")
      }
      pending = paths.map { .path($0) }
    case .standardInput:
      pending = [.input(try ByteInput(descriptor: 0, name: "<stdin>", calls: calls))]
    case .descriptor(let descriptor, let name):
      pending = [.input(try ByteInput(descriptor: descriptor, name: name, calls: calls))]
    case .bytes(let bytes, let name): pending = [.input(ByteInput(bytes: bytes, name: name))]
    }
    guard !pending.isEmpty else { throw QueryError.unreadable("", "no file is named") }
    if pending.count == 1, case .path(let path) = pending[0] {
      let input = try ByteInput(path: path, calls: calls)
      pending = [.input(input)]
      bytesTotal = input.byteCount
    } else if case .input(let input) = pending[0] {
      bytesTotal = input.byteCount
    } else {
      bytesTotal = nil
    }
    pending.reverse()
  }

  /// The bytes read so far.
  var bytesDone: Int { bytesOfDoneFiles + (current?.input.position ?? 0) }

  /// Opens the first file, so that its head is known.
  func start() throws(QueryError) { try openNext() }

  /// Fills the buffer with whole records, or gives nil behind the last.
  func next(into buffer: inout BlockBuffer) throws(QueryError) -> Block? {
    while true {
      guard current != nil else {
        if pending.isEmpty { return nil }
        try openNext()
        continue
      }
      buffer.removeAll()
      let isFilled = try fillBlock(&buffer)
      let file = heads.count - 1
      if isAtEnd, carryPosition == carry.count { closeCurrent() }
      guard isFilled else { continue }
      blockCount += 1
      return Block(index: blockCount - 1, file: file)
    }
  }

  /// The readings of the cells of the first row, as far as the file's first bytes show it; none
  /// where they don't.
  func firstRowReadings() -> [ReadingSet] {
    guard let dialect = heads.last?.dialect else { return [] }
    var cursor = RecordCursor(
      UnsafePointer(carry.text), from: carryPosition, to: carry.count, dialect)
    var result: [ReadingSet] = []
    while !cursor.isAtEnd, result.count < 1 << 16 {
      let field = cursor.next()
      let cell = CellBytes(start: carry.text + field.start, count: field.end - field.start)
      result.append(CellReadings(of: cell).set)
      if field.stop == .newline { return result }
      if field.stop != .delimiter { break }
    }
    return []
  }

  private func closeCurrent() {
    guard let input = current?.input else { return }
    heads[heads.count - 1].byteCount = input.position
    bytesOfDoneFiles += input.position
    current = nil
  }

  /// Moves what is left over and further text into the buffer, up to the end of a record.
  private func fillBlock(_ buffer: inout BlockBuffer) throws(QueryError) -> Bool {
    guard let input = current, let dialect = heads.last?.dialect else { return false }
    var wanted = min(targetSize, limit)
    while true {
      try buffer.reserve(wanted)
      takeCarry(into: &buffer, upTo: wanted)
      if buffer.count < wanted, !isAtEnd {
        let room = wanted - buffer.count
        let added = try buffer.fill(room) { (target) throws(QueryError) in
          try input.read(into: target, count: room)
        }
        isAtEnd = added < room
      }
      if isAtEnd, carryPosition == carry.count {
        if buffer.count == 0 { return false }
        if buffer.text[buffer.count - 1] != dialect.newline {
          buffer.appendToMargin(dialect.newline)
        }
        return true
      }
      if let end = endOfLastRecord(buffer, dialect) {
        try giveBack(&buffer, from: end)
        return true
      }
      guard wanted < limit else {
        throw QueryError.data(
          .oversizedRecord, "\(input.input.name): a record is longer than \(limitWords)",
          path: input.input.name,
          help: ["a quote that is never closed makes the rest of the file one field"])
      }
      wanted = min(wanted * 2, limit)
    }
  }

  private func takeCarry(into buffer: inout BlockBuffer, upTo wanted: Int) {
    let count = min(wanted - buffer.count, carry.count - carryPosition)
    guard count > 0 else { return }
    buffer.append(carry.text + carryPosition, count)
    carryPosition += count
  }

  /// Keeps what stands behind the last whole record for the next block.
  private func giveBack(_ buffer: inout BlockBuffer, from end: Int) throws(QueryError) {
    let count = buffer.count - end
    if carryPosition < carry.count {
      // All of it was taken from there.
      carryPosition -= count
    } else {
      carry.removeAll()
      carryPosition = 0
      try carry.reserve(count)
      carry.append(buffer.text + end, count)
    }
    buffer.truncate(to: end)
  }

  /// Wide tables need larger blocks, so that a block has rows enough to be worth its trouble.
  private var targetSize: Int {
    max(blockSize, min((heads.first?.columnCount ?? 1) * (blockSize / 128), 1 << 26))
  }

  private func endOfLastRecord(_ buffer: BlockBuffer, _ dialect: Dialect) -> Int? {
    let text = buffer.text
    if let quote = dialect.quote, memchr(text, Int32(quote), buffer.count) != nil {
      if level > .scalar {
        let found = tallyScanQuotedText(
          level.code, text, buffer.count, dialect.delimiter, dialect.newline, quote, 1, 0, nil, nil)
        if found.isWellFormed { return found.recordsEnd == 0 ? nil : found.recordsEnd }
      }
      var cursor = RecordCursor(text, from: 0, to: buffer.count, dialect)
      return cursor.endOfLastRecord()
    }
    var index = buffer.count
    while index > 0 {
      if text[index - 1] == dialect.newline { return index }
      index -= 1
    }
    return nil
  }
}

extension BlockFeed {
  /// Opens the next file and reads its first record.
  private func openNext() throws(QueryError) {
    guard let source = pending.popLast() else { return }
    let bytes: ByteInput
    switch source {
    case .path(let path): bytes = try ByteInput(path: path, calls: calls)
    case .input(let input): bytes = input
    }
    let input = try TextInput(bytes, encoding: options.encoding)
    current = input
    isAtEnd = false
    carry.removeAll()
    carryPosition = 0
    try extendCarry(to: Self.sampleSize, input)
    var opening = FileOpening(
      path: bytes.name, input: input, options: options, isFirst: heads.isEmpty)
    while true {
      switch try opening.step(carry, isWhole: isAtEnd) {
      case .needsMore: try extendCarry(to: max(carry.count * 2, Self.sampleSize), input)
      case .dropped(let count): dropCarry(count)
      case .done(let head, let used):
        if let first = heads.first, first.columnCount != head.columnCount {
          throw Self.differentCounts(head, first)
        }
        heads.append(head)
        dropCarry(used)
        return
      }
    }
  }

  private static func differentCounts(_ head: FileHead, _ first: FileHead) -> QueryError {
    let columns = head.columnCount == 1 ? "1 column" : "\(head.columnCount) columns"
    let names = (head.firstRecord ?? []).map(\.text)
    let others = (first.firstRecord ?? []).map(\.text)
    var difference = ""
    if let new = names.first(where: { !others.contains($0) }), names.count > others.count {
      difference = ": \"\(new)\" is new"
    } else if let gone = others.first(where: { !names.contains($0) }) {
      difference = ": \"\(gone)\" is not there"
    }
    return QueryError.data(
      .differentHeaders,
      "\(head.path) has \(columns) and \(first.path) \(first.columnCount)" + difference,
      path: head.path)
  }

  /// The most bytes that a record may have.
  private var limit: Int { min(options.recordLimit ?? .max, BlockBuffer.limit) }

  private var limitWords: String { limit == BlockBuffer.limit ? "4 GiB" : "\(limit) bytes" }

  private func extendCarry(to wanted: Int, _ input: TextInput) throws(QueryError) {
    guard wanted <= limit else {
      throw QueryError.data(
        .oversizedRecord, "\(input.input.name): the first record is longer than \(limitWords)",
        path: input.input.name)
    }
    try carry.reserve(wanted)
    let room = wanted - carry.count
    let added = try carry.fill(room) { (target) throws(QueryError) in
      try input.read(into: target, count: room)
    }
    isAtEnd = added < room
  }

  private func dropCarry(_ count: Int) {
    let rest = carry.count - count
    memmove(carry.text, carry.text + count, rest)
    carry.truncate(to: rest)
  }
}
