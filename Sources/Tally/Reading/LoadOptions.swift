/// How a file is to be read. What isn't said is found out from the file.
///
///     var options = LoadOptions()
///     options.numbers = .decimalComma
///     options.types = ["code": .text]
public struct LoadOptions: Sendable, Hashable {
  /// What separates fields: one character of ASCII; nil finds out among `,` `;` tab and `|`.
  public var delimiter: Character?
  /// What encloses fields that hold delimiters or line ends; nil for nothing.
  public var quote: Character? = "\""
  /// Whether the first record names the columns.
  public var header: Header = .detected
  /// How characters are encoded; nil finds out among UTF-8 and UTF-16.
  public var encoding: TextEncoding?
  /// How numbers are written.
  public var numbers: NumberStyle?
  /// How dates in figures are ordered.
  public var dates: DateOrder?
  /// Texts that stand for no value, beside the empty field.
  public var missing: [String] = []
  /// The types of columns by name. A cell that doesn't fit is an error.
  public var types: [String: CellType] = [:]
  /// Lines before the header that are no part of the table.
  public var skippedLines = 0
  /// What happens when a file can be read in two ways.
  public var ambiguity: Ambiguity = .refused
  /// Whether short rows are filled up with missing values and unusable column names replaced,
  /// with a note, instead of being refused.
  public var isLenient = false
  /// The most bytes that one record may have; nil for 4 GiB, more than which no block holds.
  package var recordLimit: Int?

  /// Makes options that leave everything to be found out.
  public init() {}

  /// Whether the first record names the columns.
  public enum Header: Sendable, Hashable {
    /// It does if its cells are texts that are no values of their columns.
    case detected
    /// It does.
    case present
    /// It is data; the columns are called `column1`, `column2` and so on.
    case absent
  }

  /// Which sign begins the decimals and which may group thousands.
  public enum NumberStyle: String, Sendable, Hashable, CaseIterable {
    /// As in `1,234.5`.
    case decimalPoint = "1,234.5"
    /// As in `1.234,5`.
    case decimalComma = "1.234,5"
  }

  /// The order of day, month and year in figures.
  public enum DateOrder: String, Sendable, Hashable, CaseIterable {
    /// As in 29/12/2020.
    case dayFirst = "dmy"
    /// As in 12/29/2020.
    case monthFirst = "mdy"
    /// As in 2020/12/29.
    case yearFirst = "ymd"
  }

  /// The types that a column can be given, with their names in the language.
  public enum CellType: String, Sendable, Hashable, CaseIterable {
    /// True or false.
    case boolean
    /// Whole numbers.
    case integer = "int"
    /// Exact decimal numbers.
    case decimal
    /// Exact percentages; the cells carry a percent sign.
    case percent
    /// Binary floating point.
    case float
    /// Text as it stands.
    case text
    /// Days.
    case date
    /// Moments of local time.
    case dateTime = "instant"
    /// Years, quarters, months or weeks.
    case period
  }

  /// What happens when a file can be read in two ways that give different values.
  public enum Ambiguity: Sendable, Hashable {
    /// It is an error that names both readings and the options to choose one: for scripts.
    case refused
    /// One documented reading is taken and noted: for a person who watches. Numbers are read as
    /// `1,234.5`, dates day first, what may be a header or data as data, and two-digit years stay
    /// text.
    case noted
  }
}

/// How the characters of a file are encoded.
public enum TextEncoding: String, Sendable, Hashable, CaseIterable {
  /// UTF-8, with or without byte order mark.
  case utf8 = "utf-8"
  /// UTF-16 with the low byte first.
  case utf16LittleEndian = "utf-16le"
  /// UTF-16 with the high byte first.
  case utf16BigEndian = "utf-16be"
  /// Windows code page 1258: Vietnamese, tone marks behind their letters.
  case windows1258 = "windows-1258"
  /// Windows code page 1252: Western Europe.
  case windows1252 = "windows-1252"
  /// ISO 8859-1.
  case latin1 = "iso-8859-1"

  /// The encoding of a name as people write it, or nil.
  public init?(name: String) {
    let plain = name.lowercased().filter { $0.isLetter || $0.isNumber }
    switch plain {
    case "utf8": self = .utf8
    case "utf16", "utf16le", "ucs2": self = .utf16LittleEndian
    case "utf16be": self = .utf16BigEndian
    case "windows1258", "cp1258", "1258": self = .windows1258
    case "windows1252", "cp1252", "1252", "ansi": self = .windows1252
    case "latin1", "iso88591", "88591": self = .latin1
    default: return nil
    }
  }
}
