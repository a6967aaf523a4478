extension TableAssembly {
  /// Decides whether the first record names the columns, and says whether the columns that were
  /// read are enough to tell.
  mutating func decideHeader() throws(QueryError) -> Bool {
    guard let first = heads[0].firstRecord else {
      isHeader = false
      return true
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
        guard try detectHeader(first) else { return false }
      }
    }
    guard isHeader else { return true }
    for head in heads.dropFirst() {
      guard let other = head.firstRecord, other.map(\.text) != first.map(\.text) else { continue }
      throw differentHeader(head, other, first)
    }
    return true
  }

  func isRepeatedInAllFiles(_ first: [FirstCell]) -> Bool {
    heads.count > 1
      && heads.allSatisfy { $0.firstRecord?.map(\.text) == first.map(\.text) }
  }

  func differentHeader(
    _ head: FileHead, _ other: [FirstCell], _ first: [FirstCell]
  ) -> QueryError {
    let place = zip(other, first).enumerated().first { $1.0.text != $1.1.text }
    let difference =
      place.map { "column \($0 + 1) is \"\($1.0.text)\", there \"\($1.1.text)\"" } ?? ""
    return QueryError.data(
      .differentHeaders,
      "\(head.path) has not the header of \(heads[0].path): \(difference)", path: head.path)
  }

  mutating func detectHeader(_ first: [FirstCell]) throws(QueryError) -> Bool {
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
    let sure = HeaderDecision(surely: cells)
    if sure == nil, choice != nil { return false }
    switch sure ?? HeaderDecision(cells) {
    case .header: isHeader = true
    case .data: isHeader = false
    case .unclear(let odd):
      let path = heads[0].path
      let line = heads[0].firstLine
      if options.ambiguity == .noted {
        isHeader = false
        notes.append("\(path):\(line) may be a header (`\(odd)`) and is read as data")
        return true
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
    return true
  }

  /// Whether a row has the text in a column of texts.
  func isRepeated(_ text: String, _ column: Int) throws(QueryError) -> Bool {
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
        missing: missing, context: context)
      try pieces.forEachCell { (_, cell) throws(QueryError) in
        if !isFound, case .text(let bytes) = cell, bytes.elementsEqual(wanted) { isFound = true }
      }
    }
    return isFound
  }

  mutating func nameColumns() throws(QueryError) {
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

  func nameError(_ blank: [Int], _ double: [Int]) -> QueryError {
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

  func checkOptions() throws(QueryError) {
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
