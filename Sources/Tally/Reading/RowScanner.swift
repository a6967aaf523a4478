import CVectorKernels

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Something wrong in a block; its line counts from the block's first, which is 0.
struct BlockFault: Sendable {
  var code: DiagnosticCode
  var message: String
  var line: Int
  var excerpt: Excerpt
  var help: [String]
}

extension BlockFault {
  /// The fault of a field that isn't quoted as it should be; its record's lines before it are
  /// counted in `line`.
  init(
    _ field: RecordCursor.Field, in text: UnsafePointer<UInt8>, _ count: Int, _ dialect: Dialect,
    line: Int
  ) {
    let isOpen = field.stop == .openQuote
    let place = isOpen ? max(0, field.start - 1) : min(field.end + 1, count)
    var start = place
    while start > 0, place - start < 400, text[start - 1] != dialect.newline { start -= 1 }
    var end = place
    while end < count, end - place < 200, text[end] != dialect.newline { end += 1 }
    let before = String(
      decoding: CellBytes(start: text + start, count: place - start), as: UTF8.self)
    let behind = String(decoding: CellBytes(start: text + place, count: end - place), as: UTF8.self)
    let marked = before.utf8.count
    let inside =
      isOpen
      ? 0 : countBytes(text + field.start, field.end - field.start, equalTo: dialect.newline)
    self.init(
      code: .malformedQuotes,
      message: isOpen ? "a quote is never closed" : "text stands behind a closing quote",
      line: line + inside,
      excerpt: Excerpt(text: before + behind, span: SourceSpan(marked, marked + 1)),
      help: ["a quote within a quoted field is written twice"])
  }
}

/// A row with more or fewer fields than there are columns.
struct RaggedRow: Sendable {
  /// The row's line, counted from the block's first, which is 0.
  var line: Int
  var found: Int
  var excerpt: Excerpt
}

/// What a block holds beside its fields.
struct BlockFacts: Sendable {
  var rows = 0
  var lines = 0
  var shifts: [LineIndex.Shift] = []
  var ragged: [RaggedRow] = []
  var raggedCount = 0
  /// Rows that were filled up with missing values.
  var filledCount = 0
  /// The first of the empty lines at the end of the block, which are no rows if the file ends
  /// with them.
  var firstBlankLine: Int?
  var fault: BlockFault?
}

/// Finds the fields of blocks. Keeps its memory from block to block.
struct RowScanner {
  private let budget: MemoryBudget?
  private let columns: Int
  private let isLenient: Bool
  private let level: VectorLevel
  /// Offsets: one unused, the field before the first, then the fields.
  private var offsets: AlignedBytes
  /// The text of blocks that can't be used as they are: without quotes, with one byte behind each
  /// field.
  private var clean: AlignedBytes
  private var quotedEmpty: [UInt32] = []

  private static let raggedLimit = 5

  init(
    columns: Int, isLenient: Bool, level: VectorLevel, budget: MemoryBudget?
  ) throws(QueryError) {
    self.columns = columns
    self.isLenient = isLenient
    self.level = level
    self.budget = budget
    offsets = try AlignedBytes(byteCount: 1 << 12, budget: budget)
    clean = try AlignedBytes(byteCount: 1 << 8, budget: budget)
  }

  /// Finds the fields of a block of whole records.
  mutating func scan(
    _ block: BlockBuffer, _ dialect: Dialect
  ) throws(QueryError) -> (FieldIndex, BlockFacts) {
    if let newlineLength = try scanPlain(block, dialect) {
      let ends = offsets.pointer(to: UInt32.self) + 2
      let rows = plain.fields / columns
      ends[-1] = UInt32(BlockBuffer.margin - newlineLength)
      let index = FieldIndex(
        base: UnsafePointer(block.base), ends: UnsafePointer(ends), rows: rows, columns: columns,
        newlineLength: newlineLength, quotedEmpty: [], hasNonASCII: plain.hasNonASCII,
        level: level)
      var facts = BlockFacts()
      facts.rows = rows
      facts.lines = rows
      return (index, facts)
    }
    if let index = try scanQuoted(block, dialect) {
      var facts = BlockFacts()
      facts.rows = index.rows
      facts.lines = index.rows
      return (index, facts)
    }
    return try scanCarefully(
      block, dialect, hasNonASCII: hasNonASCIIByte(block.text, block.count))
  }

  /// What the last pass over plain text found.
  private var plain = FieldEndCounts()

  private mutating func reserveOffsets(_ count: Int) throws(QueryError) {
    let wanted = (count + 2) * 4
    guard wanted > offsets.byteCount else { return }
    offsets = try AlignedBytes(
      byteCount: max(wanted, offsets.byteCount * 2), budget: budget)
  }

  /// Finds the fields of a block without quotes whose rows are all as they should be, and gives
  /// the length of its line ends; nil where the block is not so.
  private mutating func scanPlain(
    _ block: BlockBuffer, _ dialect: Dialect
  ) throws(QueryError) -> Int? {
    let text = block.text
    let count = block.count
    try reserveOffsets(count + 64)
    let ends = offsets.pointer(to: UInt32.self) + 2
    plain = findFieldEnds(text, count, dialect, columns: columns, ends, level)
    guard !plain.hasQuote, plain.isRegular else { return nil }
    let rows = plain.newlines
    if plain.returns == 0 || dialect.newline == Dialect.carriageReturn { return 1 }
    guard plain.returns == rows else { return nil }
    var field = columns - 1
    for _ in 0..<rows {
      ends[field] &-= 1
      field &+= columns
    }
    return 2
  }
}

extension RowScanner {
  /// Finds the fields of a block whose rows are all as they should be and whose quotes enclose
  /// neither line ends nor nothing; nil where it is not so.
  private mutating func scanQuoted(
    _ block: BlockBuffer, _ dialect: Dialect
  ) throws(QueryError) -> FieldIndex? {
    guard level > .scalar, let quote = dialect.quote, plain.hasQuote else { return nil }
    try reserveClean(block.count + BlockBuffer.margin)
    try reserveOffsets(block.count + 64)
    let base = clean.pointer(to: UInt8.self)
    let ends = offsets.pointer(to: UInt32.self) + 2
    let found = tallyScanQuotedText(
      level.code, block.text, block.count, dialect.delimiter, dialect.newline, quote, columns,
      BlockBuffer.margin, base + BlockBuffer.margin, ends)
    let rows = found.counts.newlines
    guard found.isPlain, found.counts.isRegular else { return nil }
    var newlineLength = 1
    if found.counts.returns > 0, dialect.newline != Dialect.carriageReturn {
      guard found.counts.returns == rows else { return nil }
      newlineLength = 2
      for row in 0..<rows { ends[row * columns + columns - 1] &-= 1 }
    }
    ends[-1] = UInt32(BlockBuffer.margin - newlineLength)
    return FieldIndex(
      base: UnsafePointer(base), ends: UnsafePointer(ends), rows: rows, columns: columns,
      newlineLength: newlineLength, quotedEmpty: [], hasNonASCII: found.counts.hasNonASCII,
      level: level)
  }

  /// Finds the fields of any block record by record, and copies them without their quotes.
  private mutating func scanCarefully(
    _ block: BlockBuffer, _ dialect: Dialect, hasNonASCII: Bool
  ) throws(QueryError) -> (FieldIndex, BlockFacts) {
    var facts = BlockFacts()
    quotedEmpty.removeAll(keepingCapacity: true)
    try reserveClean(block.count + columns)
    try reserveOffsets(block.count + columns)
    var writer = CleanWriter(
      target: clean.pointer(to: UInt8.self), ends: offsets.pointer(to: UInt32.self) + 2)
    var cursor = RecordCursor(UnsafePointer(block.text), from: 0, to: block.count, dialect)
    let text = UnsafePointer(block.text)
    while !cursor.isAtEnd, facts.fault == nil {
      let start = cursor.position
      let mark = writer
      let quotedMark = quotedEmpty.count
      let record = readRecord(&cursor, &writer, block, dialect, &facts)
      if facts.fault != nil { break }
      let isBlank = record.fields == 1 && record.isBlank
      if isBlank, columns > 1, isRestBlank(block, from: start, dialect) {
        facts.firstBlankLine = facts.lines
        facts.lines += countBytes(text + start, block.count - start, equalTo: dialect.newline)
        break
      }
      if record.fields != columns {
        if isLenient, record.fields < columns {
          facts.filledCount += 1
          try reserveForFilling(&writer, block, from: cursor.position)
          for _ in record.fields..<columns { writer.endField() }
        } else {
          writer = mark
          quotedEmpty.removeLast(quotedEmpty.count - quotedMark)
          facts.raggedCount += 1
          if facts.ragged.count < Self.raggedLimit {
            let excerpt = excerpt(block, from: start, to: cursor.position)
            facts.ragged.append(
              RaggedRow(
                line: facts.lines, found: record.fields, excerpt: excerpt))
          }
          facts.lines += record.lines
          continue
        }
      }
      facts.rows += 1
      facts.lines += record.lines
      if record.lines > 1 {
        facts.shifts.append(
          LineIndex.Shift(row: facts.rows, lines: facts.lines - facts.rows))
      }
    }
    let ends = offsets.pointer(to: UInt32.self) + 2
    ends[-1] = UInt32(BlockBuffer.margin - 1)
    let index = FieldIndex(
      base: UnsafePointer(clean.pointer(to: UInt8.self)), ends: UnsafePointer(ends),
      rows: facts.rows, columns: columns, newlineLength: 1, quotedEmpty: quotedEmpty,
      hasNonASCII: hasNonASCII, level: level)
    return (index, facts)
  }

  private mutating func reserveClean(_ count: Int) throws(QueryError) {
    let wanted = count + 2 * BlockBuffer.margin
    guard wanted > clean.byteCount else { return }
    clean = try AlignedBytes(byteCount: max(wanted, clean.byteCount * 2), budget: budget)
  }

  /// Makes room for the fields that a short row lacks and for the rest of the block.
  private mutating func reserveForFilling(
    _ writer: inout CleanWriter, _ block: BlockBuffer, from position: Int
  ) throws(QueryError) {
    let rest = block.count - position + 2 * columns
    let bytes = writer.position + rest + BlockBuffer.margin
    if bytes > clean.byteCount {
      let old = clean
      clean = try AlignedBytes(byteCount: bytes * 2, budget: budget)
      memcpy(clean.address, old.address, writer.position)
      writer.target = clean.pointer(to: UInt8.self)
    }
    let fields = writer.fields + rest
    if (fields + 2) * 4 > offsets.byteCount {
      let old = offsets
      offsets = try AlignedBytes(byteCount: (fields + 2) * 8, budget: budget)
      memcpy(offsets.address, old.address, (writer.fields + 2) * 4)
      writer.ends = offsets.pointer(to: UInt32.self) + 2
    }
  }

  private struct Record {
    var fields = 0
    var lines = 1
    var isBlank = false
  }

  private mutating func readRecord(
    _ cursor: inout RecordCursor, _ writer: inout CleanWriter, _ block: BlockBuffer,
    _ dialect: Dialect, _ facts: inout BlockFacts
  ) -> Record {
    var record = Record()
    let text = UnsafePointer(block.text)
    while true {
      let field = cursor.next()
      record.fields += 1
      record.isBlank = field.start == field.end && !field.isQuoted
      switch field.stop {
      case .openQuote, .strayText:
        facts.fault = BlockFault(
          field, in: text, block.count, dialect, line: facts.lines + record.lines - 1)
        return record
      case .delimiter, .newline, .end: break
      }
      if record.fields <= columns {
        if field.isQuoted {
          record.lines += writer.appendQuoted(text, field, dialect)
          if field.start == field.end {
            quotedEmpty.append(UInt32(truncatingIfNeeded: writer.fields - 1))
          }
        } else {
          writer.append(text + field.start, field.end - field.start)
        }
      } else if field.isQuoted {
        record.lines += countBytes(
          text + field.start, field.end - field.start, equalTo: dialect.newline)
      }
      if field.stop != .delimiter { return record }
    }
  }

  /// Whether nothing but empty lines is left.
  private func isRestBlank(_ block: BlockBuffer, from start: Int, _ dialect: Dialect) -> Bool {
    for index in start..<block.count {
      let byte = block.text[index]
      if byte != dialect.newline, byte != Dialect.carriageReturn { return false }
    }
    return true
  }

  /// A piece of the block, cut to a length that can be shown.
  private func excerpt(_ block: BlockBuffer, from start: Int, to end: Int) -> Excerpt {
    let stop = min(max(start, end), block.count, start + 160)
    var bytes = Array(UnsafeBufferPointer(start: block.text + start, count: stop - start))
    while let last = bytes.last, last == 0x0A || last == 0x0D { bytes.removeLast() }
    let text = String(decoding: bytes, as: UTF8.self)
    return Excerpt(text: text, span: SourceSpan(0, text.utf8.count))
  }
}

/// Writes fields one after another with a byte behind each.
private struct CleanWriter {
  var target: UnsafeMutablePointer<UInt8>
  var ends: UnsafeMutablePointer<UInt32>
  var position = BlockBuffer.margin
  var fields = 0

  init(target: UnsafeMutablePointer<UInt8>, ends: UnsafeMutablePointer<UInt32>) {
    self.target = target
    self.ends = ends
  }

  mutating func endField() {
    ends[fields] = UInt32(truncatingIfNeeded: position)
    fields &+= 1
    target[position] = 0x0A
    position &+= 1
  }

  mutating func append(_ bytes: UnsafePointer<UInt8>, _ count: Int) {
    memcpy(target + position, bytes, count)
    position &+= count
    endField()
  }

  /// Appends the content of a quoted field and gives the number of line ends in it.
  mutating func appendQuoted(
    _ text: UnsafePointer<UInt8>, _ field: RecordCursor.Field, _ dialect: Dialect
  ) -> Int {
    let count = field.end - field.start
    let lines = countBytes(text + field.start, count, equalTo: dialect.newline)
    guard field.hasDoubledQuotes, let quote = dialect.quote else {
      append(text + field.start, count)
      return lines
    }
    var index = field.start
    while index < field.end {
      target[position] = text[index]
      position &+= 1
      index &+= text[index] == quote ? 2 : 1
    }
    endField()
    return lines
  }
}
