#if canImport(Glibc)
  import Glibc
#endif
import Synchronization

/// Puts what the threads have read together: checks rows and header, chooses readings, and builds
/// the columns and the report.
struct TableAssembly {
  var heads: [FileHead]
  let workers: [ReadingWorker]
  let options: LoadOptions
  let missing: MissingMarks
  let context: RunContext
  /// The blocks in the order of their rows.
  private var blocks: [BlockOutcome] = []
  /// The line of the first row of each block.
  private var firstLines: [Int] = []
  private var isHeader = true
  private var names: [String] = []
  private var notes: [String] = []

  init(
    heads: [FileHead], workers: [ReadingWorker], options: LoadOptions, missing: MissingMarks,
    context: RunContext
  ) {
    self.heads = heads
    self.workers = workers
    self.options = options
    self.missing = missing
    self.context = context
    blocks = workers.flatMap(\.outcomes).sorted { $0.block < $1.block }
    var lines = heads.map(\.firstDataLine)
    for block in blocks {
      firstLines.append(lines[block.file])
      lines[block.file] += block.facts.lines
    }
  }

  private var columnCount: Int { heads[0].columnCount }

  /// Builds the table and the report.
  mutating func assemble(_ source: DataSource) throws(QueryError) -> LoadedTable {
    try checkBlocks()
    try decideHeader()
    try nameColumns()
    try checkOptions()
    let evidence = (0..<columnCount).map(makeEvidence)
    var decider = ReadingDecider(
      columns: evidence, options: options,
      isSemicolonSeparated: heads.allSatisfy { $0.dialect.delimiter == UInt8(ascii: ";") })
    let decisions = decider.decide()
    try check(decider.questions)
    let lines = makeLines()
    var columns: [Column] = []
    var report = LoadReport()
    report.lines = lines
    report.rowCount = lines.rowCount
    report.files = makeFiles()
    let built = try ColumnBuilding(self, decisions, evidence, report).run()
    for (index, column) in built.enumerated() {
      columns.append(column.column)
      report.columns.append(
        describe(evidence[index], decisions[index], column.column, column.distinct))
    }
    returnFreeMemory()
    report.notes = notes + heads.flatMap(\.notes)
    report.explicitLoad = explicitLoad(source, report, decisions)
    let table = Table(names: names, columns: columns, rowCount: lines.rowCount)
    return LoadedTable(table: table, report: report)
  }

  // MARK: Rows

  private func place(block: Int, row: Int) -> LoadReport.Place {
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

extension TableAssembly {
  // MARK: Header

  private mutating func decideHeader() throws(QueryError) {
    guard let first = heads[0].firstRecord else {
      isHeader = false
      return
    }
    switch options.header {
    case .present: isHeader = true
    case .absent: isHeader = false
    case .detected:
      let namesTypes =
        !options.types.isEmpty
        && options.types.keys.allSatisfy { name in first.contains { $0.text == name } }
      if namesTypes || isRepeatedInAllFiles(first) {
        isHeader = true
      } else {
        try detectHeader(first)
      }
    }
    guard isHeader else { return }
    for head in heads.dropFirst() {
      guard let other = head.firstRecord, other.map(\.text) != first.map(\.text) else { continue }
      throw differentHeader(head, other, first)
    }
  }

  private func isRepeatedInAllFiles(_ first: [FirstCell]) -> Bool {
    heads.count > 1
      && heads.allSatisfy { $0.firstRecord?.map(\.text) == first.map(\.text) }
  }

  private func differentHeader(
    _ head: FileHead, _ other: [FirstCell], _ first: [FirstCell]
  ) -> QueryError {
    let place = zip(other, first).enumerated().first { $1.0.text != $1.1.text }
    let difference =
      place.map { "column \($0 + 1) is \"\($1.0.text)\", there \"\($1.1.text)\"" } ?? ""
    return QueryError.data(
      .differentHeaders,
      "\(head.path) has not the header of \(heads[0].path): \(difference)", path: head.path)
  }

  private mutating func detectHeader(_ first: [FirstCell]) throws(QueryError) {
    var cells: [HeaderDecision.Cell] = []
    for (column, cell) in first.enumerated() {
      var text = cell.text
      let readings = text.withUTF8 { CellReadings(of: $0).set }
      let merged = makeEvidence(column, withFirstRecord: false).readings
      cells.append(
        HeaderDecision.Cell(
          readings: readings, column: merged, isBlank: cell.text.isEmpty,
          isRepeated: merged.isTextOnly ? try isRepeated(cell.text, column) : false,
          text: cell.text))
    }
    switch HeaderDecision(cells) {
    case .header: isHeader = true
    case .data: isHeader = false
    case .unclear(let odd):
      let path = heads[0].path
      let line = heads[0].firstLine
      if options.ambiguity == .noted {
        isHeader = false
        notes.append("\(path):\(line) may be a header (`\(odd)`) and is read as data")
        return
      }
      let text = first.map(\.text).joined(
        separator: String(Character(Unicode.Scalar(heads[0].dialect.delimiter))))
      let excerpt = Excerpt(text: text, span: SourceSpan(0, text.utf8.count))
      throw QueryError.data(
        .unclearHeader,
        "the first record may be a header or data: `\(odd)` fits both (\(path):\(line))",
        at: [MarkedLine(path: path, line: line, excerpt: excerpt, label: "header or data?")],
        help: ["header reads it as names, no header as data"])
    }
  }

  /// Whether a row has the text in a column of texts.
  private func isRepeated(_ text: String, _ column: Int) throws(QueryError) -> Bool {
    var copy = text
    let wanted = copy.withUTF8 { Array($0) }
    for worker in workers {
      guard let interner = worker.scans[column].interner else { continue }
      let found = try withBuffer(of: wanted) { bytes throws(QueryError) in
        try interner.find(bytes)
      }
      if found != nil { return true }
    }
    var isFound = false
    for worker in workers where worker.scans[column].isPlain {
      let pieces = ColumnPieces(
        pieces: worker.scans[column].chunks.map { .chunk($0, worker.scans[column].interner) },
        missing: missing)
      try pieces.forEachCell { (_, cell) throws(QueryError) in
        if !isFound, case .text(let bytes) = cell, bytes.elementsEqual(wanted) { isFound = true }
      }
    }
    return isFound
  }

  private mutating func nameColumns() throws(QueryError) {
    guard isHeader, let first = heads[0].firstRecord else {
      names = (1...columnCount).map { "column\($0)" }
      return
    }
    names = first.map(\.text.withoutBlanksAround)
    var used: [String: Int] = [:]
    var blank: [Int] = []
    var double: [Int] = []
    for (column, name) in names.enumerated() {
      if name.isEmpty { blank.append(column) } else if used[name] != nil { double.append(column) }
      used[name] = column
    }
    guard !blank.isEmpty || !double.isEmpty else { return }
    if options.ambiguity == .refused, !options.isLenient { throw nameError(blank, double) }
    for column in blank + double {
      let base = names[column].isEmpty ? "column\(column + 1)" : names[column]
      var name = base
      var number = 2
      while used[name] != nil {
        name = "\(base)_\(number)"
        number += 1
      }
      used[name] = column
      let was = names[column].isEmpty ? "has no name" : "repeats the name \"\(names[column])\""
      notes.append("column \(column + 1) \(was) and is called \"\(name)\"")
      names[column] = name
    }
  }

  private func nameError(_ blank: [Int], _ double: [Int]) -> QueryError {
    var parts: [String] = []
    if let first = double.first {
      parts.append("column \(first + 1) repeats the name \"\(names[first])\"")
    }
    if let first = blank.first { parts.append("column \(first + 1) has no name") }
    let head = heads[0]
    let sign = String(Character(Unicode.Scalar(head.dialect.delimiter)))
    let shown = Array((head.firstRecord ?? []).map(\.text).prefix(100))
    let text = shown.joined(separator: sign)
    let marked = (double + blank).min() ?? 0
    let start = shown.prefix(marked).reduce(0) { $0 + $1.utf8.count + 1 }
    let end = marked < shown.count ? start + shown[marked].utf8.count : start
    let excerpt = Excerpt(
      text: text, span: SourceSpan(min(start, text.utf8.count), min(end, text.utf8.count)))
    return QueryError.data(
      .unusableColumnNames,
      parts.joined(separator: " and ") + " (\(head.path):\(head.firstLine))",
      at: [MarkedLine(path: head.path, line: head.firstLine, excerpt: excerpt)],
      help: ["lenient names such columns by their number or adds _2, _3"])
  }

  private func checkOptions() throws(QueryError) {
    for name in options.types.keys.sorted() where !names.contains(name) {
      throw QueryError.data(
        .unfittingOption, "types names \"\(name)\", but \(heads[0].path) has no such column",
        path: heads[0].path, help: ["columns: " + names.prefix(50).joined(separator: ", ")])
    }
  }
}

extension String {
  /// The text without blanks at both ends.
  var withoutBlanksAround: String {
    var rest = self[...]
    while let first = rest.first, first.isWhitespace { rest.removeFirst() }
    while let last = rest.last, last.isWhitespace { rest.removeLast() }
    return String(rest)
  }
}

extension TableAssembly {
  // MARK: Readings

  /// Brings together what the threads know about a column, in the order of the rows.
  private func makeEvidence(_ column: Int) -> ColumnEvidence {
    makeEvidence(column, withFirstRecord: !isHeader)
  }

  private func makeEvidence(_ column: Int, withFirstRecord: Bool) -> ColumnEvidence {
    struct Candidate {
      var order: (Int, Int)
      var readings: ReadingSet
      var cell: String
      var place: LoadReport.Place
      var excerpt: Excerpt
    }
    var candidates: [Candidate] = []
    var extent = NumberExtent()
    var readings = workers[0].scans[column].initial
    for worker in workers {
      let scan = worker.scans[column]
      extent.formUnion(scan.extent)
      for event in scan.events {
        candidates.append(
          Candidate(
            order: (event.block, event.row), readings: event.readings, cell: event.cell,
            place: place(block: event.block, row: event.row), excerpt: event.excerpt))
      }
    }
    if withFirstRecord {
      for (number, head) in heads.enumerated() {
        guard let cell = head.firstRecord?[column], !isMissing(cell) else { continue }
        var text = cell.text
        let found = text.withUTF8 { CellReadings(of: $0) }
        extent.formUnion(found.extent)
        let block = blocks.firstIndex { $0.file >= number } ?? blocks.count
        candidates.append(
          Candidate(
            order: (block, -1), readings: found.set, cell: cell.text,
            place: LoadReport.Place(path: head.path, line: head.firstLine),
            excerpt: Excerpt(text: cell.text, span: SourceSpan(0, cell.text.utf8.count))))
      }
    }
    candidates.sort { $0.order < $1.order }
    var steps: [ColumnEvidence.Step] = []
    for candidate in candidates {
      let left = readings.intersection(candidate.readings)
      guard left != readings else { continue }
      steps.append(
        ColumnEvidence.Step(
          before: readings, after: left, cell: candidate.cell, place: candidate.place,
          excerpt: candidate.excerpt))
      readings = left
    }
    let name = column < names.count ? names[column] : ""
    return ColumnEvidence(name: name, readings: readings, extent: extent, steps: steps)
  }

  private func isMissing(_ cell: FirstCell) -> Bool {
    if cell.text.isEmpty { return true }
    var text = cell.text
    return text.withUTF8 { missing.contains($0) }
  }

  private func check(_ questions: [ReadingQuestion]) throws(QueryError) {
    guard let first = questions.first else { return }
    var help = first.help
    if questions.count > 1 {
      let others = questions.dropFirst().prefix(10).map { "\"\(names[$0.column])\"" }
      help.append("the same question stands for " + others.joined(separator: ", "))
    }
    guard let step = first.step else {
      throw QueryError.data(
        .ambiguousReading, first.message, path: heads[0].path, help: help)
    }
    var line = step.markedLine
    line.label = first.label
    throw QueryError.data(
      .ambiguousReading, "\(first.message) (\(step.place))", at: [line], help: help)
  }

  // MARK: Columns

  /// Takes the cells of a column from the threads.
  private func takePieces(_ column: Int) -> ColumnPieces {
    var result = ColumnPieces(missing: missing)
    let taken = workers.map { $0.scans[column].release() }
    var file = -1
    func appendFirst(_ file: Int) {
      if !isHeader, let cell = heads[file].firstRecord?[column] {
        result.pieces.append(.first(cell))
      }
    }
    for block in blocks {
      while file < block.file {
        file += 1
        appendFirst(file)
      }
      guard let chunk = block.chunk else { continue }
      let (chunks, interner) = taken[block.worker]
      result.pieces.append(.chunk(chunks[chunk], interner))
    }
    while file + 1 < heads.count {
      file += 1
      appendFirst(file)
    }
    return result
  }

  /// Builds one column.
  fileprivate func build(
    _ column: Int, _ decision: ReadingDecision, _ evidence: ColumnEvidence, _ report: LoadReport
  ) throws(QueryError) -> (column: Column, distinct: Int?) {
    try context.checkCancellation()
    let pieces = takePieces(column)
    let isPlain = workers.contains { $0.scans[column].isPlain }
    switch decision.outcome {
    case .text: return try pieces.textColumn(isPlain: isPlain, budget: context.budget)
    case .written(let notation, let type):
      return (try pieces.typedColumn(notation, type: type, budget: context.budget), nil)
    case .converted(let type, let decimal, let order):
      let conversion = CellConversion(type: type, decimal: decimal, order: order)
      switch try pieces.convertedColumn(conversion, budget: context.budget) {
      case .column(let result): return (result, nil)
      case .misfit(let misfit):
        throw misfitError(misfit, type, evidence.name, report)
      case .unclear:
        throw QueryError.data(
          .ambiguousReading,
          "column \"\(evidence.name)\" can be read in two ways as \(type.rawValue)",
          path: heads[0].path,
          help: [
            "say how numbers are written: numbers \"1.234,5\" or numbers \"1,234.5\"",
            "or how dates are ordered: dates dmy or dates mdy",
          ])
      }
    }
  }

  private func misfitError(
    _ misfit: ColumnPieces.Misfit, _ type: LoadOptions.CellType, _ name: String,
    _ report: LoadReport
  ) -> QueryError {
    let place = report.place(ofRow: misfit.row) ?? LoadReport.Place(path: heads[0].path, line: 1)
    let excerpt = Excerpt(text: misfit.cell, span: SourceSpan(0, misfit.cell.utf8.count))
    return QueryError.data(
      .unfittingCell, "column \"\(name)\": `\(misfit.cell)` is no \(type.rawValue) (\(place))",
      at: [MarkedLine(path: place.path, line: place.line, excerpt: excerpt)],
      help: [
        "missing \"\(misfit.cell)\" reads it as no value",
        "types (\(quotedName(name)) text) keeps what is written",
      ])
  }
}

/// Builds the columns of a table on all threads.
///
/// SAFETY: each column is built by one thread, which alone uses what was read of it; results and
/// the error are guarded by the lock.
private final class ColumnBuilding: @unchecked Sendable {
  typealias Built = (column: Column, distinct: Int?)

  private let assembly: TableAssembly
  private let decisions: [ReadingDecision]
  private let evidence: [ColumnEvidence]
  private let report: LoadReport
  private let next = Atomic<Int>(0)
  private let outcome: Mutex<Outcome>

  private struct Outcome {
    var columns: [Built?]
    /// The first column that can't be built.
    var failure: (column: Int, error: QueryError)?
  }

  init(
    _ assembly: TableAssembly, _ decisions: [ReadingDecision], _ evidence: [ColumnEvidence],
    _ report: LoadReport
  ) {
    self.assembly = assembly
    self.decisions = decisions
    self.evidence = evidence
    self.report = report
    outcome = Mutex(Outcome(columns: [Built?](repeating: nil, count: decisions.count)))
  }

  /// Builds all columns, in order.
  func run() throws(QueryError) -> [Built] {
    let threads = min(assembly.context.workerCount, decisions.count)
    WorkerPool.shared.run(workers: threads) { _ in work() }
    let (columns, failure) = outcome.withLock { ($0.columns, $0.failure) }
    if let failure { throw failure.error }
    return columns.compactMap { $0 }
  }

  private func work() {
    while true {
      let column = next.add(1, ordering: .relaxed).oldValue
      guard column < decisions.count else { return }
      do throws(QueryError) {
        let built = try assembly.build(column, decisions[column], evidence[column], report)
        outcome.withLock { $0.columns[column] = built }
      } catch {
        outcome.withLock { outcome in
          if outcome.failure.map({ $0.column > column }) ?? true {
            outcome.failure = (column, error)
          }
        }
      }
    }
  }
}

/// Gives memory that the allocator keeps for later back to the system: what a load frees is many
/// times what queries need.
private func returnFreeMemory() {
  #if canImport(Glibc)
    // SAFETY: `int malloc_trim(size_t)` of malloc(3); the module doesn't import its header.
    guard let symbol = dlsym(nil, "malloc_trim") else { return }
    typealias Trim = @convention(c) (Int) -> Int32
    _ = unsafeBitCast(symbol, to: Trim.self)(0)
  #endif
}

extension TableAssembly {
  // MARK: Report

  private func describe(
    _ evidence: ColumnEvidence, _ decision: ReadingDecision, _ column: Column, _ distinct: Int?
  ) -> ColumnReport {
    var format = ""
    if case .written(let notation, _) = decision.outcome { format = notation.pattern }
    let rows = max(1, column.count)
    return ColumnReport(
      name: evidence.name, type: column.type, format: format, evidence: decision.evidence,
      rejected: evidence.rejections, distinctCount: distinct, missingCount: column.missingCount,
      bytesPerRow: Double(column.byteCount) / Double(rows), notes: decision.notes)
  }

  /// The statement that leaves nothing to find out.
  private func explicitLoad(
    _ source: DataSource, _ report: LoadReport, _ decisions: [ReadingDecision]
  ) -> String {
    let path =
      switch source {
      case .pattern(let pattern): pattern
      default: heads[0].path
      }
    var parts = ["load \(quotedText(path))"]
    parts.append("delimiter \(quotedText(FileOpening.escaped(heads[0].dialect.delimiter)))")
    if !isHeader { parts.append("no header") }
    parts.append("encoding \"\(heads[0].encoding.rawValue)\"")
    if options.skippedLines > 0 { parts.append("skip \(options.skippedLines)") }
    var decimal: Int?
    var order: Int?
    for decision in decisions {
      guard case .written(let notation, _) = decision.outcome else { continue }
      switch notation {
      case .number(let number) where number.places > 0 || (1...2).contains(number.group):
        decimal = number.places > 0 ? number.decimal : 2 - number.group
      case .date(let date), .dateTime(let date, _):
        if date.order != DateShape.yearFirst { order = date.order }
      default: break
      }
    }
    if let decimal { parts.append("numbers \"\(decimal == 0 ? "1,234.5" : "1.234,5")\"") }
    if let order { parts.append("dates \(order == DateShape.dayFirst ? "dmy" : "mdy")") }
    if !options.missing.isEmpty {
      parts.append("missing " + options.missing.map(quotedText).joined(separator: ", "))
    }
    if options.isLenient { parts.append("lenient") }
    let types = report.columns.map { column in
      "\(quotedName(column.name)) \(LoadOptions.CellType(column.type).rawValue)"
    }
    if types.count <= 1000 { parts.append("types (\(types.joined(separator: ", ")))") }
    return parts.joined(separator: " ")
  }
}

/// A text as the language writes it.
func quotedText(_ text: String) -> String {
  var result = "\""
  for character in text {
    if character == "\"" || (character == "\\" && text != "\\t") { result += "\\" }
    result.append(character)
  }
  return result + "\""
}

extension LoadOptions.CellType {
  /// The word for a type that was read.
  init(_ type: ColumnType) {
    switch type {
    case .boolean: self = .boolean
    case .integer: self = .integer
    case .decimal: self = .decimal
    case .percent: self = .percent
    case .float, .ratio: self = .float
    case .text, .duration: self = .text
    case .date: self = .date
    case .dateTime: self = .dateTime
    case .period: self = .period
    }
  }
}
