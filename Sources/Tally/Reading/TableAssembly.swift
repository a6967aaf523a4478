/// Puts what the threads have read together: checks rows and header, chooses readings, and builds
/// the columns and the report.
struct TableAssembly {
  var heads: [FileHead]
  let workers: [ReadingWorker]
  let options: LoadOptions
  let missing: MissingMarks
  /// Which columns were read; nil for all.
  let choice: ColumnChoice?
  let context: RunContext
  /// The blocks in the order of their rows.
  private(set) var blocks: [BlockOutcome] = []
  /// The line of the first row of each block.
  private(set) var firstLines: [Int] = []
  var isHeader = true
  var names: [String] = []
  var notes: [String] = []

  init(
    heads: [FileHead], workers: [ReadingWorker], options: LoadOptions, missing: MissingMarks,
    choice: ColumnChoice?, context: RunContext
  ) {
    self.heads = heads
    self.workers = workers
    self.options = options
    self.missing = missing
    self.choice = choice
    self.context = context
    blocks = workers.flatMap(\.outcomes).sorted { $0.block < $1.block }
    var lines = heads.map(\.firstDataLine)
    for block in blocks {
      firstLines.append(lines[block.file])
      lines[block.file] += block.facts.lines
    }
  }

  var columnCount: Int { heads[0].columnCount }

  /// Whether a column was read.
  func isRead(_ column: Int) -> Bool { choice?.isRead[column] ?? true }

  /// Builds the table and the report, or gives nil where columns are needed that were not read.
  mutating func assemble(_ source: DataSource) throws(QueryError) -> LoadedTable? {
    try checkBlocks()
    guard try decideHeader() else { return nil }
    try nameColumns()
    if let choice, choice.misses(names) { return nil }
    try checkOptions()
    let evidence = (0..<columnCount).map(makeEvidence)
    var decider = ReadingDecider(
      columns: evidence, options: options,
      isSemicolonSeparated: heads.allSatisfy { $0.dialect.delimiter == UInt8(ascii: ";") })
    let decisions = decider.decide()
    if choice != nil, decider.asksOtherColumns { return nil }
    try check(decider.questions)
    let lines = makeLines()
    var columns: [Column] = []
    var report = LoadReport()
    report.lines = lines
    report.rowCount = lines.rowCount
    report.files = makeFiles()
    let read = (0..<columnCount).filter(isRead)
    let built = try ColumnBuilding(self, read, decisions, evidence, report).run()
    for (index, column) in zip(read, built) {
      columns.append(column.column)
      report.columns.append(
        describe(evidence[index], decisions[index], column.column, column.distinct))
    }
    returnFreeMemory()
    report.notes = notes + heads.flatMap(\.notes)
    report.explicitLoad = explicitLoad(source, report, decisions)
    let table = Table(names: read.map { names[$0] }, columns: columns, rowCount: lines.rowCount)
    return LoadedTable(table: table, report: report)
  }

  // MARK: Rows

  /// Where a row of a block begins.
  func place(block: Int, row: Int) -> LoadReport.Place {
    // Blocks are numbered without gaps.
    let outcome = blocks[block]
    let line = firstLines[block] + row + outcome.facts.shifts.lines(before: row)
    return LoadReport.Place(path: heads[outcome.file].path, line: line)
  }

  /// Reports what is wrong with the rows, the first first.
  private mutating func checkBlocks() throws(QueryError) {
    var ragged: [MarkedLine] = []
    var raggedCount = 0
    var filled = 0
    for (index, block) in blocks.enumerated() {
      let path = heads[block.file].path
      if let line = block.facts.firstBlankLine,
        blocks[(index + 1)...].contains(where: { $0.file == block.file && $0.facts.rows > 0 })
      {
        raggedCount += 1
        let excerpt = Excerpt(text: "", span: SourceSpan(0, 0))
        ragged.append(
          MarkedLine(
            path: path, line: firstLines[index] + line, excerpt: excerpt, label: "1 field"))
      }
      for row in block.facts.ragged where ragged.count < 5 {
        ragged.append(
          MarkedLine(
            path: path, line: firstLines[index] + row.line, excerpt: row.excerpt,
            label: row.found == 1 ? "1 field" : "\(row.found) fields"))
      }
      raggedCount += block.facts.raggedCount
      filled += block.facts.filledCount
      guard let fault = block.facts.fault else { continue }
      if raggedCount > 0 { break }
      let line = firstLines[index] + fault.line
      throw QueryError.data(
        fault.code, "\(fault.message) (\(path):\(line))",
        at: [MarkedLine(path: path, line: line, excerpt: fault.excerpt)], help: fault.help)
    }
    if raggedCount > 0 { throw raggedError(ragged, raggedCount) }
    if filled > 0 {
      notes.append("\(filled) short rows were filled up with missing values")
    }
  }

  private func raggedError(_ lines: [MarkedLine], _ count: Int) -> QueryError {
    let expected = columnCount == 1 ? "1 field" : "\(columnCount) fields"
    let places = lines.map { "\($0.path):\($0.line) has \($0.label ?? "")" }
    let more = count > lines.count ? " and \(count - lines.count) more" : ""
    let rows = count == 1 ? "1 row doesn't" : "\(count) rows don't"
    return QueryError.data(
      .raggedRows, "\(rows) have \(expected): " + places.joined(separator: ", ") + more, at: lines,
      help: [
        "a field that holds the delimiter stands in quotes",
        "lenient fills up short rows with missing values",
      ])
  }

  private func makeLines() -> LineIndex {
    var lines = LineIndex()
    var file = -1
    for (index, block) in blocks.enumerated() {
      while file < block.file {
        file += 1
        appendFirstRecord(of: file, to: &lines)
      }
      lines.append(
        file: block.file, rows: block.facts.rows, firstLine: firstLines[index],
        shifts: block.facts.shifts)
    }
    while file + 1 < heads.count {
      file += 1
      appendFirstRecord(of: file, to: &lines)
    }
    return lines
  }

  private func appendFirstRecord(of file: Int, to lines: inout LineIndex) {
    guard !isHeader, heads[file].firstRecord != nil else { return }
    lines.append(file: file, rows: 1, firstLine: heads[file].firstLine, shifts: [])
  }

  private func makeFiles() -> [LoadReport.File] {
    heads.enumerated().map { number, head in
      var rows = blocks.reduce(0) { $0 + ($1.file == number ? $1.facts.rows : 0) }
      if !isHeader, head.firstRecord != nil { rows += 1 }
      let newline =
        head.dialect.newline == Dialect.carriageReturn
        ? "CR" : head.usesCarriageReturns ? "CRLF" : "LF"
      return LoadReport.File(
        path: head.path, encoding: head.encoding, hasByteOrderMark: head.hasByteOrderMark,
        delimiter: Character(Unicode.Scalar(head.dialect.delimiter)), newline: newline,
        hasHeader: isHeader && head.firstRecord != nil, byteCount: head.byteCount, rowCount: rows)
    }
  }
}
