/// Reads what stands before the rows: a `sep=` line, lines to skip, and the first record.
struct FileOpening {
  let path: String
  let input: TextInput
  let options: LoadOptions
  let isFirst: Bool
  private var line = 1
  private var linesToSkip: Int
  private var delimiter: UInt8?
  private var hasLookedForSeparatorLine = false
  private var emptyLines = 0

  init(path: String, input: TextInput, options: LoadOptions, isFirst: Bool) {
    self.path = path
    self.input = input
    self.options = options
    self.isFirst = isFirst
    linesToSkip = max(0, options.skippedLines)
    delimiter = options.delimiter?.asciiValue
    if delimiter == nil, options.delimiter == nil {
      let name = path.lowercased()
      if name.hasSuffix(".tsv") || name.hasSuffix(".tab") { delimiter = 0x09 }
    }
  }

  /// What is to be done next.
  enum Step {
    /// More of the file is needed.
    case needsMore
    /// So many bytes at the beginning are dealt with.
    case dropped(Int)
    /// The head is known and so many bytes are used up.
    case done(FileHead, used: Int)
  }

  /// Looks at the beginning of what is left.
  mutating func step(_ buffer: BlockBuffer, isWhole: Bool) throws(QueryError) -> Step {
    let sample = UnsafeBufferPointer(start: UnsafePointer(buffer.text), count: buffer.count)
    let detection = DialectDetection(
      sample: sample, isWhole: isWhole, quote: options.quote?.asciiValue)
    let newline = detection.newline()
    guard let base = sample.baseAddress, buffer.count > 0 else {
      throw QueryError.data(
        .emptyFile, "\(path) holds no record", path: path,
        help: options.skippedLines > 0 ? ["\(options.skippedLines) lines were skipped"] : [])
    }
    let plain = Dialect(delimiter: newline, quote: nil, newline: newline)
    let lineEnd = RecordCursor(base, from: 0, to: buffer.count, plain).nextLineEnd()
    if !hasLookedForSeparatorLine {
      guard lineEnd != nil || isWhole else { return .needsMore }
      hasLookedForSeparatorLine = true
      if let sign = Self.separatorLine(base, lineEnd ?? buffer.count) {
        if options.delimiter == nil { delimiter = sign }
        line += 1
        return .dropped(min((lineEnd ?? buffer.count) + 1, buffer.count))
      }
    }
    if linesToSkip > 0 || Self.isBlank(base, lineEnd ?? buffer.count) {
      guard lineEnd != nil || isWhole else { return .needsMore }
      if linesToSkip > 0 { linesToSkip -= 1 } else { emptyLines += 1 }
      line += 1
      return .dropped(min((lineEnd ?? buffer.count) + 1, buffer.count))
    }
    let sign: UInt8
    if let delimiter {
      sign = delimiter
    } else {
      sign = try found(detection.delimiter(newline: newline))
    }
    let dialect = Dialect(
      delimiter: sign,
      quote: options.quote?.asciiValue, newline: newline)
    return try readFirstRecord(base, buffer.count, dialect, isWhole: isWhole)
  }

  private static func isBlank(_ base: UnsafePointer<UInt8>, _ end: Int) -> Bool {
    end == 0 || (end == 1 && base[0] == Dialect.carriageReturn)
  }

  /// The sign that a first line such as `sep=;` names.
  private static func separatorLine(_ base: UnsafePointer<UInt8>, _ end: Int) -> UInt8? {
    let length = end > 0 && base[end - 1] == Dialect.carriageReturn ? end - 1 : end
    guard length == 5, base[4] < 0x80 else { return nil }
    let word = (0..<4).map { base[$0] | 0x20 }
    return word == Array("sep".utf8) + [UInt8(ascii: "=") | 0x20] ? base[4] : nil
  }

  private func found(_ outcome: DialectDetection.Outcome) throws(QueryError) -> UInt8 {
    switch outcome {
    case .found(let delimiter): return delimiter
    case .unclear(let delimiters):
      if options.ambiguity == .noted { return delimiters[0] }
      let names = delimiters.map(Self.name(ofDelimiter:))
      throw QueryError.data(
        .unclearDelimiter, "\(path): \(names.joined(separator: " and ")) split every row alike",
        path: path,
        help: ["say which it is: delimiter \(spelledText(String(Unicode.Scalar(delimiters[0]))))"]
      )
    }
  }

  /// A delimiter as messages call it.
  static func name(ofDelimiter delimiter: UInt8) -> String {
    delimiter == 0x09 ? "tab" : "`\(String(Unicode.Scalar(delimiter)))`"
  }
}

extension FileOpening {
  private mutating func readFirstRecord(
    _ base: UnsafePointer<UInt8>, _ count: Int, _ dialect: Dialect, isWhole: Bool
  ) throws(QueryError) -> Step {
    var cursor = RecordCursor(base, from: 0, to: count, dialect)
    var cells: [FirstCell] = []
    var lines = 1
    while true {
      let field = cursor.next()
      if field.stop == .strayText {
        throw malformed(field, base, count, dialect, line + lines - 1)
      }
      let isOpen = field.stop == .openQuote
      if isOpen || field.stop == .end, !isWhole { return .needsMore }
      if isOpen { throw malformed(field, base, count, dialect, line + lines - 1) }
      if cursor.isAtEnd, field.stop == .newline, !isWhole, field.isQuoted { return .needsMore }
      cells.append(try cell(base, field))
      if field.isQuoted {
        lines += countBytes(base + field.start, field.end - field.start, equalTo: dialect.newline)
      }
      if field.stop == .newline || field.stop == .end { break }
      if cursor.isAtEnd {
        if !isWhole { return .needsMore }
        cells.append(FirstCell(text: "", isQuoted: false))
        break
      }
    }
    var head = FileHead(
      path: path, encoding: input.encoding, hasByteOrderMark: input.hasByteOrderMark,
      dialect: dialect, usesCarriageReturns: false, firstRecord: cells, columnCount: cells.count,
      firstLine: line, firstDataLine: line + lines)
    let end = cursor.position
    head.usesCarriageReturns =
      dialect.newline == Dialect.lineFeed && end >= 2 && base[end - 1] == Dialect.lineFeed
      && base[end - 2] == Dialect.carriageReturn
    if emptyLines > 0 {
      head.notes.append("\(path): \(emptyLines) empty lines before the first record were skipped")
    }
    guard options.header == .absent else { return .done(head, used: end) }
    head.firstRecord = nil
    head.firstDataLine = line
    return .done(head, used: 0)
  }

  private func cell(
    _ base: UnsafePointer<UInt8>, _ field: RecordCursor.Field
  ) throws(QueryError) -> FirstCell {
    let start = base + field.start
    let count = field.end - field.start
    if let offset = firstMalformedUTF8(start, count: count) {
      let bytes = CellBytes(start: start, count: count)
      throw QueryError.malformedUTF8(
        bytes, at: offset, path: path, line: line)
    }
    var text = String(decoding: CellBytes(start: start, count: count), as: UTF8.self)
    if field.hasDoubledQuotes, let quote = options.quote {
      text = text.undoubled(quote)
    }
    return FirstCell(text: text.normalised, isQuoted: field.isQuoted)
  }

  private func malformed(
    _ field: RecordCursor.Field, _ base: UnsafePointer<UInt8>, _ count: Int, _ dialect: Dialect,
    _ line: Int
  ) -> QueryError {
    let fault = BlockFault(field, in: base, count, dialect, line: line)
    return QueryError.data(
      fault.code, "\(fault.message) (\(path):\(fault.line))",
      at: [MarkedLine(path: path, line: fault.line, excerpt: fault.excerpt)], help: fault.help)
  }
}

extension String {
  /// This text with each pair of quotes replaced by one.
  func undoubled(_ quote: Character) -> String {
    var result = ""
    var isSecond = false
    for scalar in unicodeScalars {
      if Character(scalar) == quote, isSecond {
        isSecond = false
        continue
      }
      isSecond = Character(scalar) == quote
      result.unicodeScalars.append(scalar)
    }
    return result
  }
}

extension QueryError {
  /// What to say about bytes that are not UTF-8, with what they are in other encodings.
  static func encodingSamples(
    _ bytes: CellBytes, at offset: Int
  ) -> (message: String, help: [String], excerpt: Excerpt) {
    let from = max(0, offset - 24)
    let piece = Array(bytes[from..<min(bytes.count, offset + 24)])
    var help: [String] = []
    for encoding in [TextEncoding.windows1258, .windows1252, .latin1] {
      guard let table = encoding.singleByteTable else { continue }
      var scalars = String.UnicodeScalarView()
      for byte in piece.prefix(while: { $0 != 0x0A && $0 != 0x0D }) {
        let value = table[Int(byte)]
        scalars.append(value == 0 && byte != 0 ? "\u{FFFD}" : Unicode.Scalar(value) ?? "\u{FFFD}")
      }
      help.append("encoding \"\(encoding.rawValue)\" reads: \(String(scalars).normalised)")
    }
    let digits = String(bytes[offset], radix: 16, uppercase: true)
    let text = String(decoding: bytes.prefix { $0 != 0x0A && $0 != 0x0D }, as: UTF8.self)
    let before = String(decoding: bytes[0..<offset], as: UTF8.self).utf8.count
    let start = min(before, text.utf8.count)
    let excerpt = Excerpt(
      text: text, span: SourceSpan(start, min(start + 3, text.utf8.count)))
    return ("byte \(digits) is no UTF-8 here", help, excerpt)
  }

  /// The error for bytes of a first record that are not UTF-8.
  static func malformedUTF8(
    _ bytes: CellBytes, at offset: Int, path: String, line: Int
  ) -> QueryError {
    let samples = encodingSamples(bytes, at: offset)
    return QueryError.data(
      .malformedEncoding, "\(samples.message) (\(path):\(line))",
      at: [MarkedLine(path: path, line: line, excerpt: samples.excerpt)], help: samples.help)
  }
}
