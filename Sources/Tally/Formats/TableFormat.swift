/// The text formats that a table can be written in.
///
/// | value | table, markdown | csv, tsv, bare | json, jsonl |
/// |---|---|---|---|
/// | missing | `—` | nothing | `null` |
/// | integer | `1853` | `1853` | `1853`; beyond 2⁵³ `"9007199254740993"` |
/// | decimal | `0.50` | `0.50` | `0.50`; beyond 15 digits as text |
/// | percent | `32.9%`, exact | `32.9%`, exact | `0.329` |
/// | float | 6 digits | shortest that reads back | shortest that reads back |
/// | ratio | `59.7%`, rounded | `59.67246673490276%` | `0.5967246673490276` |
/// | boolean | `true` | `true` | `true` |
/// | date | `2020-12-29` | `2020-12-29` | `"2020-12-29"` |
/// | datetime | `2020-12-29 08:30:00` | `2020-12-29T08:30:00` | `"2020-12-29T08:30:00"` |
/// | period | `2025-Q1` | `2025-Q1` | `"2025-Q1"` |
/// | duration | `30 days` | `P30D` (ISO 8601) | `"P30D"` |
///
/// A number stands in JSON as a number only where a reader that knows nothing but doubles keeps its
/// digits, so that nothing is rounded unseen. A ratio or percent in CSV is the number before the
/// percent sign divided by 100: read that way it is the same number again. The same table gives the
/// same bytes, whatever the machine, its language and its time zone. Lines end with a line feed.
public enum TableFormat: String, Sendable, Hashable, CaseIterable {
  /// Aligned columns for people. Numbers are rounded where the table above says so.
  case table
  /// Comma-separated values (RFC 4180): quotes only where they are needed. A missing value is an
  /// empty field and the empty text is `""`; in a table of one column a missing value is `""` too,
  /// because an empty line would be no row.
  case csv
  /// Values separated by tabs, quoted as in CSV.
  case tsv
  /// One JSON document (RFC 8259): an array with an object per row. No rows give `[]`.
  case json
  /// A JSON object per line.
  case jsonl
  /// A table of GitHub's Markdown.
  case markdown
  /// The values alone, without header and quotes; values of one row are separated by tabs.
  case bare

  /// The format by its name or, for `md` and `ndjson`, another name of it; nil for any other word.
  public init?(name: String) {
    switch name.lowercased() {
    case "md": self = .markdown
    case "ndjson": self = .jsonl
    case "txt": self = .table
    case let word: self.init(rawValue: word)
    }
  }

  /// The format that a file's name asks for by its end: `.csv`, `.tsv`, `.json`, `.jsonl`,
  /// `.ndjson`, `.md` or `.txt`; nil for any other.
  public init?(fileName: String) {
    guard let dot = fileName.lastIndex(of: ".") else { return nil }
    switch fileName[fileName.index(after: dot)...].lowercased() {
    case "csv": self = .csv
    case "tsv", "tab": self = .tsv
    case "json": self = .json
    case "jsonl", "ndjson": self = .jsonl
    case "md", "markdown": self = .markdown
    case "txt": self = .table
    default: return nil
    }
  }
}

/// What a writer of tables may be asked for beside the format.
public struct FormatOptions: Sendable, Hashable {
  /// Whether CSV, TSV, tables and bare values begin with the columns' names; bare values don't
  /// unless this says so.
  public var hasHeader: Bool?
  /// In CSV and TSV: puts `'` before texts that a spreadsheet would run as a formula, which are
  /// those that begin with `=`, `+`, `-`, `@`, a tab or a carriage return. The file no longer holds
  /// what the table holds.
  public var neutralisesFormulas = false
  /// Whether the bytes go to a terminal: control characters in data are then shown as `\u{1B}` in
  /// CSV, TSV and bare values too. Tables and Markdown never let them through, JSON escapes them.
  public var isForTerminal = false
  /// In tables: the columns of the terminal. Wider tables have long texts cut with `…`, and columns
  /// at the right end left out and named below. nil for no limit.
  public var width: Int?
  /// In tables: the rows to show; a last line says how many more there are. nil for all.
  public var rowLimit: Int?
  /// In tables: how many rows there are altogether, where the table holds only the first of them.
  public var totalRowCount: Int?
  /// In tables: whether the header is bold and missing values are grey, by ANSI sequences.
  public var isStyled = false

  /// Makes the options that change nothing.
  public init() {}
}
