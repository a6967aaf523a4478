import Tally

/// Writes answers one after another to standard output or a file.
///
/// | format | several answers |
/// |---|---|
/// | table, csv, tsv, markdown | an empty line between them |
/// | jsonl, bare | nothing between them |
/// | json | refused, or joined as `{"results":[…]}` where that is asked for |
package final class AnswerWriter {
  private let sink: any ByteSink
  private let file: AtomicFile?
  private let joinsResults: Bool
  private var count = 0
  /// How answers are written.
  package var format: TableFormat
  /// What else the format is asked for.
  package var formatOptions: FormatOptions

  /// Opens the file where one is named.
  package init(
    _ options: ShellOptions, _ traits: TerminalTraits, standardOutput: any ByteSink
  ) throws(CommandError) {
    joinsResults = options.joinsResults
    var formatOptions = FormatOptions()
    formatOptions.neutralisesFormulas = options.neutralisesFormulas
    if let path = options.outputPath, path != "-" {
      guard let format = options.format ?? TableFormat(fileName: path) else {
        throw CommandError(
          .usage, "the name \(path) does not say which format to write",
          help: ["end it with .csv, .tsv, .json, .jsonl, .md or .txt, or say --format"])
      }
      self.format = format
      let file = try Self.open(path)
      self.file = file
      sink = file
    } else {
      format = options.format ?? (traits.isOutputTerminal ? .table : .tsv)
      file = nil
      sink = standardOutput
      formatOptions.isForTerminal = traits.isOutputTerminal
      formatOptions.isStyled = traits.stylesOutput
      if traits.isOutputTerminal, traits.columns > 0 { formatOptions.width = traits.columns }
    }
    self.formatOptions = formatOptions
    drawsCharts = traits.isOutputTerminal && options.format == nil
  }

  /// Whether an empty line stands between answers; the prompt stands there otherwise.
  package var separatesAnswers = true
  /// Whether tables are as wide as the terminal is at the moment.
  package var followsTerminal = true
  /// Whether answers whose queries ask for a picture are drawn instead of written as tables: on a
  /// terminal, unless a format was asked for.
  package var drawsCharts = false
  /// Stops the writing of an answer between two pieces of it.
  package var cancellation: Cancellation?
  /// The columns of the terminal at the moment, where somebody may change them.
  package var terminalWidth: (() -> Int)?

  private static func open(_ path: String) throws(CommandError) -> AtomicFile {
    do throws(QueryError) {
      return try AtomicFile(path)
    } catch {
      throw CommandError(error)
    }
  }

  /// Whether several answers would not be one document.
  package var takesOneResult: Bool { format == .json && !joinsResults }

  /// Writes a table as an answer.
  package func write(_ table: Table) throws(QueryError) {
    try begin()
    if followsTerminal, let width = terminalWidth?(), width > 0 { formatOptions.width = width }
    if drawsCharts, format == .table,
      let drawing = table.drawing(
        width: formatOptions.width ?? 80, isUnicode: TerminalTraits.showsUnicode(environmentValue))
    {
      try sink.write(drawing)
      return
    }
    try table.write(format, formatOptions) { (bytes) throws(QueryError) in
      try cancellation?.check()
      try sink.write(bytes)
    }
  }

  /// Writes lines of text as an answer: in JSON as one string.
  package func write(text: String) throws(QueryError) {
    try begin()
    let isJSON = format == .json || format == .jsonl
    let plain = formatOptions.isForTerminal ? text.steeringShown(keepsLines: true) : text
    let ended = plain.hasSuffix("\n") ? plain : plain + "\n"
    try sink.write(isJSON ? text.jsonQuoted + "\n" : ended)
  }

  /// Writes lines that are no answer but were asked for, as the prompt's commands do.
  package func say(_ text: String) throws(QueryError) { try sink.write(text + "\n") }

  /// Writes all rows of a table in full width.
  package func showWhole(_ table: Table, as other: TableFormat?) throws(QueryError) {
    let (format, formatOptions, draws) = (format, formatOptions, drawsCharts)
    let follows = followsTerminal
    defer {
      (self.format, self.formatOptions, followsTerminal) = (format, formatOptions, follows)
      drawsCharts = draws
    }
    drawsCharts = false
    if let other { self.format = other }
    followsTerminal = false
    self.formatOptions.rowLimit = nil
    self.formatOptions.width = nil
    try write(table)
  }

  /// Writes what has to stand behind all answers and gives a file its name.
  package func finish() throws(QueryError) {
    if format == .json, joinsResults {
      try sink.write(count == 0 ? "{\"results\":[]}\n" : "]}\n")
    }
    try file?.commit()
  }

  /// Takes back a file that is not complete.
  package func discard() { file?.discard() }

  private func begin() throws(QueryError) {
    count += 1
    switch format {
    case .json:
      if joinsResults { try sink.write(count == 1 ? "{\"results\":[\n" : ",\n") }
    case .table, .csv, .tsv, .markdown: if count > 1, separatesAnswers { try sink.write("\n") }
    case .jsonl, .bare: break
    }
  }
}
