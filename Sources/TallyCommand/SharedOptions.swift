import ArgumentParser
import CLineEditor
import Tally
import TallyShell

/// How files are read.
struct ReadingOptions: ParsableArguments {
  @Option(help: "How numbers are written: 1.234,5 or 1,234.5.")
  var numbers: NumberChoice?

  @Option(help: "The order of days in figures: dmy, mdy or ymd.")
  var dates: DateChoice?

  @Option(help: "What separates fields; `tab` for a tab.")
  var delimiter: Delimiter?

  @Option(help: "How characters are encoded, for instance utf-8 or windows-1258.")
  var encoding: TextEncoding?

  @Flag(inversion: .prefixedNo, help: "Whether the first line names the columns.")
  var header: Bool?

  @Option(help: "Texts that stand for no value, separated by commas.")
  var missing: String?

  @Option(help: "The type of a column, for instance code=text; may be repeated.")
  var type: [TypeChoice] = []

  @Flag(help: "Refuse what can be read in two ways; the rule outside the prompt.")
  var strict = false

  @Flag(help: "Read what can be read in two ways, and short rows, with a note.")
  var lenient = false

  func validate() throws {
    if strict && lenient { throw ValidationError("--strict and --lenient exclude each other") }
  }

  func apply(to options: inout ShellOptions) {
    options.loading.numbers = numbers?.style
    options.loading.dates = dates?.order
    options.loading.delimiter = delimiter?.character
    options.loading.encoding = encoding
    if let header { options.loading.header = header ? .present : .absent }
    if let missing {
      options.loading.missing = missing.split(
        separator: ",", omittingEmptySubsequences: true
      ).map(String.init)
    }
    for choice in type { options.loading.types[choice.column] = choice.type }
    if strict { options.isStrict = true }
    if lenient { options.isStrict = false }
  }
}

/// How answers and messages are written.
struct WritingOptions: ParsableArguments {
  @Option(
    name: [.customShort("F"), .long],
    help: "How answers are written: table, csv, tsv, json, jsonl, markdown or bare.")
  var format: TableFormat?

  @Option(
    name: .shortAndLong,
    help: "Write answers to a file; its ending says the format.", completion: .file())
  var output: String?

  @Flag(help: "Join several answers in one JSON document.")
  var allResults = false

  @Flag(help: "Put ' before texts in CSV that a spreadsheet would run as formulas.")
  var safeCsv = false

  @Option(help: "How receipts are written: text, json or none.")
  var receipts = ShellOptions.ReceiptStyle.text

  @Option(help: "How errors are written: text, json or github.")
  var errors = ErrorStyle.text

  @Option(help: "When colours are used: auto, always or never.")
  var color = ColourChoice.auto

  @Flag(name: .shortAndLong, help: "Write no receipts and notes.")
  var quiet = false

  @Flag(help: "Write the time of each statement as a line of JSON.")
  var timing = false

  func apply(to options: inout ShellOptions) {
    options.format = format
    options.outputPath = output
    options.joinsResults = allResults
    options.neutralisesFormulas = safeCsv
    options.receipts = receipts
    options.showsTiming = timing
  }

  var traits: TerminalTraits {
    TerminalTraits(
      colour: color, columns: Int(line_editor_columns()), environment: environmentValue)
  }

  func messages(_ traits: TerminalTraits) -> Messages {
    Messages(
      DescriptorSink(2, name: "standard error"), isStyled: traits.stylesErrors,
      errorStyle: errors, isQuiet: quiet, columns: traits.isErrorTerminal ? traits.columns : 0)
  }
}

/// What statements may take.
struct LimitOptions: ParsableArguments {
  @Option(help: "The threads to use; all cores where it is not said.")
  var threads: Int?

  @Option(help: "The memory that a statement may use beside the tables, for instance 4g.")
  var memory: ByteCount?

  @Option(help: "How long a statement may run, for instance 30s.")
  var timeout: TimeLimit?

  func validate() throws {
    if let threads, threads < 1 { throw ValidationError("--threads is 1 or more") }
  }

  var limits: Limits {
    Limits(memory: memory?.bytes, time: timeout?.duration, threads: threads)
  }
}
