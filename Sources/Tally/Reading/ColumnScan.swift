#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Reads one column block by block on one thread: keeps the readings that are left and stores the
/// cells under one of them.
final class ColumnScan {
  /// The readings that no cell this thread has seen contradicts.
  private(set) var readings: ReadingSet
  /// The readings before the first cell.
  let initial: ReadingSet
  private(set) var extent = NumberExtent()
  private(set) var events: [ReadingEvent] = []
  /// The texts of this column, if any had to be kept as text.
  private(set) var interner: TextCollector?
  /// Whether texts have proved too different for a dictionary.
  private(set) var isPlain = false
  /// One chunk for each block that the thread has read.
  private(set) var chunks: [ColumnChunk] = []
  private var internedRows = 0
  private let missing: MissingMarks
  private let budget: MemoryBudget?
  private var arena: ChunkArena

  /// A dictionary is given up when more than this share of the rows, and more than this number,
  /// are different.
  static let plainShare = 0.3
  static let plainCount = 65_536

  init(readings: ReadingSet, missing: MissingMarks, budget: MemoryBudget?) {
    self.readings = readings
    initial = readings
    self.missing = missing
    self.budget = budget
    arena = ChunkArena(budget: budget)
  }

  /// What the cells of a chunk are read in.
  struct Position {
    let index: FieldIndex
    let column: Int
    let block: Int
    let delimiter: UInt8
    /// The rows that the whole source may have.
    let expectedRows: Int
  }

  /// Reads the column's cells of one block.
  func scan(_ position: Position, _ scratch: ScanScratch) throws(QueryError) {
    while !readings.isTextOnly {
      scratch.restart()
      let notation = readings.isUnseen ? nil : readings.leadingNotation(extent)
      switch scanTyped(position, notation, scratch) {
      case .done:
        try appendTyped(position, notation, scratch)
        return
      case .changed: continue
      case .tooLarge:
        try scanText(position, scratch)
        return
      }
    }
    try scanText(position, scratch)
  }

  private enum Outcome {
    case done
    /// A cell deleted readings: the chunk is read again under what is left.
    case changed
    /// 64 bits don't hold a number.
    case tooLarge
  }

  private func scanTyped(
    _ position: Position, _ notation: Notation?, _ scratch: ScanScratch
  ) -> Outcome {
    let index = position.index
    let kernel = usesKernel(index) ? notation.map { ColumnKernel($0, readings) } : nil
    let cells = index.window(column: position.column)
    let target = KernelTarget(values: scratch.values, valid: scratch.valid)
    var totals = KernelTotals()
    var isTooLarge = false
    var row = 0
    while row < index.rows {
      if let kernel, !isTooLarge {
        row = kernel.scan(cells, from: row, to: index.rows, target, &totals)
        if row == index.rows { break }
      }
      switch scanCell(position, row, notation, scratch, &totals) {
      case .done: break
      case .changed: return .changed
      // The cells behind may still delete readings.
      case .tooLarge: isTooLarge = true
      }
      row += 1
    }
    extent.mostDigits = max(extent.mostDigits, UInt8(clamping: totals.mostDigits))
    extent.fewestDigits = min(extent.fewestDigits, UInt8(clamping: totals.fewestDigits))
    scratch.totals = totals
    return isTooLarge ? .tooLarge : .done
  }

  /// Whether a kernel tells empty fields and missing values apart as it should.
  private func usesKernel(_ index: FieldIndex) -> Bool {
    index.quotedEmpty.isEmpty && !missing.mayBeTyped
  }

  /// Reads one cell with everything that it may mean.
  private func scanCell(
    _ position: Position, _ row: Int, _ notation: Notation?, _ scratch: ScanScratch,
    _ totals: inout KernelTotals
  ) -> Outcome {
    let index = position.index
    let cell = index.cell(row: row, column: position.column)
    if cell.isEmpty {
      if index.isQuotedEmpty(row: row, column: position.column) {
        scratch.quotedEmpty.append(UInt32(truncatingIfNeeded: row))
      }
    } else if missing.isEmpty || !missing.contains(cell) {
      if restrict(to: CellReadings(of: cell), position, row, cell) { return .changed }
      guard let value = notation?.value(of: cell) else { return .tooLarge }
      scratch.values[row] = value
      totals.low = min(totals.low, value)
      totals.high = max(totals.high, value)
      return .done
    }
    KernelTarget(values: scratch.values, valid: scratch.valid).markMissing(row)
    totals.missing += 1
    return .done
  }

  /// Deletes what a cell contradicts, and says whether the chunk must be read again.
  private func restrict(
    to found: CellReadings, _ position: Position, _ row: Int, _ cell: CellBytes
  ) -> Bool {
    let left = readings.intersection(found.set)
    let old = extent
    extent.formUnion(found.extent)
    guard left != readings else {
      let isWider = old.dotPlaces < extent.dotPlaces || old.commaPlaces < extent.commaPlaces
      return isWider && readings.has(ReadingSet.number)
    }
    readings = left
    events.append(
      ReadingEvent(
        block: position.block, row: row, readings: left, cell: shown(cell),
        excerpt: position.index.excerpt(
          row: row, column: position.column, delimiter: position.delimiter)))
    return true
  }

  private func appendTyped(
    _ position: Position, _ notation: Notation?, _ scratch: ScanScratch
  ) throws(QueryError) {
    let payload: ColumnChunk.Payload
    if let notation, scratch.totals.missing < position.index.rows {
      let (codes, base, high) = try scratch.makeCodes(&arena)
      payload = .values(codes, base: base, high: high, notation)
    } else {
      payload = .missing
    }
    chunks.append(
      ColumnChunk(
        rows: position.index.rows, payload: payload, validity: try scratch.makeValidity(),
        quotedEmpty: scratch.quotedEmpty))
  }
}

extension ColumnScan {
  private func scanText(_ position: Position, _ scratch: ScanScratch) throws(QueryError) {
    scratch.restart()
    if isPlain { return try scanPlain(position, scratch) }
    let interner: TextCollector
    if let known = self.interner { interner = known } else { interner = try makeInterner() }
    self.interner = interner
    let index = position.index
    let cells = index.window(column: position.column)
    let target = KernelTarget(values: scratch.values, valid: scratch.valid)
    var row = 0
    while row < index.rows {
      row = try interner.scan(
        cells, from: row, to: index.rows, target, &scratch.totals,
        stopsAtEmpty: !index.quotedEmpty.isEmpty)
      guard row < index.rows else { break }
      if index.isQuotedEmpty(row: row, column: position.column) {
        let code = try interner.intern(index.base + cells.start(row), 0)
        scratch.values[row] = Int64(code)
        if code == TextCollector.missingCode {
          target.markMissing(row)
          scratch.totals.missing += 1
        }
      } else {
        target.markMissing(row)
        scratch.totals.missing += 1
      }
      row += 1
    }
    internedRows += index.rows - scratch.totals.missing
    let width = CodeWidth.narrowest(for: UInt64(max(0, interner.count - 1)))
    let payload = ColumnChunk.Payload.interned(try scratch.makeCodes(&arena, width: width))
    chunks.append(
      ColumnChunk(
        rows: index.rows, payload: payload, validity: try scratch.makeValidity(),
        quotedEmpty: []))
    isPlain =
      interner.count > Self.plainCount
      && Self.expectedDistinct(interner.count, of: internedRows)
        > Self.plainShare * Double(max(position.expectedRows, internedRows))
  }

  /// How many distinct texts there are likely to be where so many turned up in so many rows, if
  /// all are equally frequent: the `k` for which `k · (1 - exp(-rows / k))` is `distinct`.
  static func expectedDistinct(_ distinct: Int, of rows: Int) -> Double {
    let share = Double(distinct) / Double(max(rows, 1))
    if share >= 1 { return .infinity }
    var low = 0.0
    var high = 64.0
    for _ in 0..<40 {
      let middle = (low + high) / 2
      if (1 - exp(-middle)) / middle > share { low = middle } else { high = middle }
    }
    return Double(rows) / high
  }

  /// Gives away the chunks and what the dictionary held.
  func release() -> (chunks: [ColumnChunk], interner: TextCollector?) {
    defer {
      chunks = []
      interner = nil
      arena.release()
    }
    return (chunks, interner)
  }

  private func makeInterner() throws(QueryError) -> TextCollector {
    try TextCollector(missing: missing, seed: .random(in: 0 ... .max), budget: budget)
  }

  private func scanPlain(_ position: Position, _ scratch: ScanScratch) throws(QueryError) {
    let index = position.index
    let lengths = try arena.allocate(index.rows * 4)
    let bytes: AlignedBytes
    if index.hasNonASCII {
      bytes = try copyNormalised(position, scratch, lengths.pointer(to: UInt32.self))
    } else {
      bytes = try copyCells(position, scratch, lengths.pointer(to: UInt32.self))
    }
    chunks.append(
      ColumnChunk(
        rows: index.rows, payload: .plain(lengths: lengths, bytes: bytes),
        validity: try scratch.makeValidity(), quotedEmpty: []))
  }

  /// Whether a cell stands for no value.
  @inline(__always)
  private func isMissing(_ cell: CellBytes, _ row: Int, _ position: Position) -> Bool {
    if cell.isEmpty, !position.index.isQuotedEmpty(row: row, column: position.column) {
      return true
    }
    return !missing.isEmpty && missing.contains(cell)
  }

  /// Copies cells that are in normalisation form C as all ASCII is.
  private func copyCells(
    _ position: Position, _ scratch: ScanScratch, _ lengthOf: UnsafeMutablePointer<UInt32>
  ) throws(QueryError) -> AlignedBytes {
    let index = position.index
    let cells = index.window(column: position.column)
    let target = KernelTarget(values: scratch.values, valid: scratch.valid)
    var total = 0
    for row in 0..<index.rows { total &+= cells.end(row) &- cells.start(row) }
    let bytes = try arena.allocate(total)
    var place = UnsafeMutableRawPointer(bytes.address)
    for row in 0..<index.rows {
      let start = cells.start(row)
      let cell = CellBytes(start: cells.base + start, count: cells.end(row) &- start)
      lengthOf[row] = UInt32(truncatingIfNeeded: cell.count)
      if cell.count > 16 || cell.isEmpty || !missing.isEmpty {
        if isMissing(cell, row, position) {
          lengthOf[row] = 0
          target.markMissing(row)
          scratch.totals.missing &+= 1
          continue
        }
        if let source = cell.baseAddress { memcpy(place, source, cell.count) }
      } else {
        // SAFETY: 16 bytes may be read behind a cell, and written behind memory, which is padded.
        let source = UnsafeRawPointer(cells.base + start)
        place.storeBytes(of: source.loadUnaligned(as: UInt64.self), as: UInt64.self)
        place.storeBytes(
          of: source.loadUnaligned(fromByteOffset: 8, as: UInt64.self), toByteOffset: 8,
          as: UInt64.self)
      }
      place += cell.count
    }
    return bytes
  }

  private func copyNormalised(
    _ position: Position, _ scratch: ScanScratch, _ lengthOf: UnsafeMutablePointer<UInt32>
  ) throws(QueryError) -> AlignedBytes {
    let index = position.index
    let target = KernelTarget(values: scratch.values, valid: scratch.valid)
    scratch.bytes.removeAll(keepingCapacity: true)
    for row in 0..<index.rows {
      let cell = index.cell(row: row, column: position.column)
      lengthOf[row] = 0
      if isMissing(cell, row, position) {
        target.markMissing(row)
        scratch.totals.missing += 1
      } else if let normalised = normalisedBytes(cell) {
        scratch.bytes.append(contentsOf: normalised)
        lengthOf[row] = UInt32(truncatingIfNeeded: normalised.count)
      } else {
        scratch.bytes.append(contentsOf: cell)
        lengthOf[row] = UInt32(truncatingIfNeeded: cell.count)
      }
    }
    let bytes = try arena.allocate(scratch.bytes.count)
    bytes.address.copyBytes(scratch.bytes, from: 0, count: scratch.bytes.count)
    return bytes
  }
}

/// A cell as messages show it.
func shown(_ cell: CellBytes) -> String {
  let limit = 60
  guard cell.count > limit else { return String(decoding: cell, as: UTF8.self).normalised }
  // Cut between characters: not inside the bytes of one.
  var end = limit
  while end > 0, cell[end] & 0xC0 == 0x80 { end -= 1 }
  return String(decoding: cell[0..<end], as: UTF8.self).normalised + "…"
}

extension FieldIndex {
  /// A row as one line, with the cell of a column marked. Only the cells around it are shown in
  /// wide tables.
  func excerpt(row: Int, column: Int, delimiter: UInt8) -> Excerpt {
    let sign = String(Unicode.Scalar(delimiter))
    var text = ""
    var span = SourceSpan(0, 0)
    for other in max(0, column - 20)..<min(columns, column + 4) {
      if !text.isEmpty || other > max(0, column - 20) { text += sign }
      let start = text.utf8.count
      text += shown(cell(row: row, column: other))
      if other == column { span = SourceSpan(start, text.utf8.count) }
    }
    return Excerpt(text: text, span: span)
  }
}
