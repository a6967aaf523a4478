/// What can be wrong with delimited text. Places are lines of the file.
extension DiagnosticCode {
  /// A file can't be opened or read.
  public static let unreadableFile = DiagnosticCode("T0301", "a file can't be opened or read")
  /// There is no record in the file.
  public static let emptyFile = DiagnosticCode("T0302", "a file without a record is no table")
  /// The bytes are not text in the encoding.
  public static let malformedEncoding = DiagnosticCode(
    "T0303", "bytes that are no text in the encoding would be lost or garbled")
  /// Rows have different numbers of fields.
  public static let raggedRows = DiagnosticCode(
    "T0304", "a row with more or fewer fields than the header doesn't say which is missing")
  /// A quoted field isn't closed, or text stands behind its closing quote.
  public static let malformedQuotes = DiagnosticCode(
    "T0305", "a quoted field ends with a quote before the next delimiter")
  /// Two columns have one name, or one has none.
  public static let unusableColumnNames = DiagnosticCode(
    "T0306", "columns that can't be told apart by name can't be asked for")
  /// It is unclear whether the first record is a header.
  public static let unclearHeader = DiagnosticCode(
    "T0307", "a first record that may be a header or data is not guessed at")
  /// Several delimiters split all rows alike.
  public static let unclearDelimiter = DiagnosticCode(
    "T0308", "a file that several delimiters split evenly is not guessed at")
  /// Files that are read as one table have different columns.
  public static let differentHeaders = DiagnosticCode(
    "T0309", "files are read as one table only if their headers are the same")
  /// A column can be read in two ways that give different values.
  public static let ambiguousReading = DiagnosticCode(
    "T0310", "a column that can be read in two ways is not guessed at")
  /// A cell doesn't fit the type its column was given.
  public static let unfittingCell = DiagnosticCode(
    "T0311", "a cell that doesn't fit the column's type would be lost")
  /// An option doesn't fit the file.
  public static let unfittingOption = DiagnosticCode(
    "T0312", "an option names something that the file doesn't have")
  /// A record is larger than the engine reads.
  public static let oversizedRecord = DiagnosticCode(
    "T0313", "a record is larger than can be read")

  /// The codes of reading, in order.
  static let reading: [DiagnosticCode] = [
    .unreadableFile, .emptyFile, .malformedEncoding, .raggedRows, .malformedQuotes,
    .unusableColumnNames, .unclearHeader, .unclearDelimiter, .differentHeaders,
    .ambiguousReading, .unfittingCell, .unfittingOption, .oversizedRecord,
  ]
}

/// A piece of a line of a file, to show where something is.
struct Excerpt: Sendable, Hashable {
  /// The piece.
  var text: String
  /// The marked part, as offsets of UTF-8 bytes.
  var span: SourceSpan
}

/// A line of a file with something marked in it.
struct MarkedLine: Sendable {
  var path: String
  var line: Int
  var excerpt: Excerpt
  var label: String?
}

extension QueryError {
  static func unreadable(_ path: String, _ reason: String) -> QueryError {
    let source = SourceText("", name: path)
    let diagnostic = Diagnostic(
      .unreadableFile, "\(path): \(reason)", at: SourceSpan(0, 0))
    return QueryError(kind: .file, diagnostics: [diagnostic], source: source)
  }

  /// An error of the data in a file that is at no single line of it.
  static func data(
    _ code: DiagnosticCode, _ message: String, path: String, help: [String] = []
  ) -> QueryError {
    let source = SourceText("", name: path)
    return QueryError(
      kind: .data,
      diagnostics: [Diagnostic(code, message, at: SourceSpan(0, 0), help: help)], source: source)
  }

  /// An error at one or more lines of a file; `message` begins with the first place.
  static func data(
    _ code: DiagnosticCode, _ message: String, at lines: [MarkedLine], help: [String] = []
  ) -> QueryError {
    guard let first = lines.first else { return data(code, message, path: "") }
    let here = lines.filter { $0.path == first.path }
    let source = SourceText(
      excerpts: here.map { ($0.line, $0.excerpt.text) }, name: first.path)
    var spans: [SourceSpan] = []
    for (index, line) in here.enumerated() {
      let offset = source.excerptStart(index)
      spans.append(
        SourceSpan(offset + line.excerpt.span.start, offset + line.excerpt.span.end))
    }
    let related = zip(here, spans).dropFirst().map { line, span in
      Diagnostic.Related(line.label ?? "", at: span)
    }
    let diagnostic = Diagnostic(
      code, message, at: spans[0], label: first.label, help: help, related: Array(related))
    return QueryError(kind: .data, diagnostics: [diagnostic], source: source)
  }
}
