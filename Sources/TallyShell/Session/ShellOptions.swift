import Tally

/// What a session is asked to do and how: the command line, read.
package struct ShellOptions: Sendable {
  /// Files to load before anything else.
  package var inputs: [Input] = []
  /// How files are read.
  package var loading = LoadOptions()
  /// Whether ambiguous or ragged data is refused; nil for only where nobody watches.
  package var isStrict: Bool?
  /// Arguments for `param` statements, in the order given.
  package var parameters: [(name: String, value: String)] = []
  /// How answers are written; nil to decide by the file or the terminal.
  package var format: TableFormat?
  /// Where answers are written instead of standard output.
  package var outputPath: String?
  /// Whether several answers may form one JSON document.
  package var joinsResults = false
  /// Whether formulas in CSV are neutralised.
  package var neutralisesFormulas = false
  /// How receipts are written.
  package var receipts = ReceiptStyle.text
  /// Whether a line of timing is written for each statement.
  package var showsTiming = false
  /// What each statement may take.
  package var limits = Limits.none
  /// What `today` means.
  package var today: CalendarDate?
  /// Where the history of the prompt is kept; nil for nowhere.
  package var historyPath: String?

  package init() {}

  /// A file to load.
  package struct Input: Sendable, Equatable {
    /// The table's name; nil for the file's own.
    package let name: String?
    /// The path, pattern, or `-` for standard input.
    package let path: String

    package init(name: String?, path: String) {
      self.name = name
      self.path = path
    }

    /// Reads `FILE` or `NAME=FILE`.
    package init(argument: String) {
      let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      // A path may hold `=` too, but a name of a table has no slash and no dot.
      if parts.count == 2, !parts[0].isEmpty, !parts[0].contains(where: { "/.*?[\\".contains($0) })
      {
        name = String(parts[0])
        path = String(parts[1])
      } else {
        name = nil
        path = argument
      }
    }
  }

  /// How receipts are written.
  package enum ReceiptStyle: String, Sendable, CaseIterable {
    /// A line for people.
    case text
    /// A line of JSON: `{"statement":1,"receipt":{…}}`.
    case json
    /// Not at all.
    case none
  }
}
