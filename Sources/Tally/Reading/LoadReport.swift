/// How a file was read and why: what `describe` and `.why` print.
public struct LoadReport: Sendable, Hashable {
  /// The files, in the order in which they were read.
  public internal(set) var files: [File] = []
  /// The columns, in order.
  public internal(set) var columns: [ColumnReport] = []
  /// The number of rows.
  public internal(set) var rowCount = 0
  /// What the reader must know about the whole table, as sentences.
  public internal(set) var notes: [String] = []
  /// The `load` statement that reads the same files in the same way with nothing left to find
  /// out.
  public internal(set) var explicitLoad = ""
  /// Where each row begins.
  var lines = LineIndex()

  /// What was found out about one file.
  public struct File: Sendable, Hashable {
    /// The path, or the name given to another source.
    public let path: String
    /// How its characters are encoded.
    public let encoding: TextEncoding
    /// Whether it begins with a byte order mark.
    public let hasByteOrderMark: Bool
    /// What separates fields.
    public let delimiter: Character
    /// What ends lines: `LF`, `CRLF` or `CR`.
    public let newline: String
    /// Whether the first record names the columns.
    public internal(set) var hasHeader: Bool
    /// The bytes of the file.
    public internal(set) var byteCount: Int
    /// The rows of the file.
    public internal(set) var rowCount: Int
  }

  /// A place in a file.
  public struct Place: Sendable, Hashable, CustomStringConvertible {
    /// The file's path.
    public let path: String
    /// The line, from 1.
    public let line: Int

    /// The place as messages name it, for instance `services.csv:118`.
    public var description: String { "\(path):\(line)" }
  }

  /// The file and line in which a row begins, or nil where the table has no such row.
  public func place(ofRow row: Int) -> Place? {
    guard let (file, line) = lines.place(ofRow: row), files.indices.contains(file) else {
      return nil
    }
    return Place(path: files[file].path, line: line)
  }
}

/// How one column was read and why.
public struct ColumnReport: Sendable, Hashable {
  /// The column's name.
  public let name: String
  /// What its values mean.
  public let type: ColumnType
  /// How they are written, for instance `#.##0,0%` or `dd/mm/yyyy`; empty for text.
  public let format: String
  /// What decided, as a sentence.
  public let evidence: String
  /// The readings that cells contradicted, in the order in which they fell.
  public let rejected: [Rejection]
  /// The number of distinct values where it is known.
  public let distinctCount: Int?
  /// The rows without a value.
  public let missingCount: Int
  /// The memory of the column divided by its rows.
  public let bytesPerRow: Double
  /// What the reader must know about the column, as sentences.
  public let notes: [String]

  /// A reading that a cell contradicted.
  public struct Rejection: Sendable, Hashable {
    /// The reading, for instance `date, month first`.
    public let reading: String
    /// The cell.
    public let cell: String
    /// Where the cell is.
    public let place: LoadReport.Place
  }
}

/// A table as it was read, with the account of how.
public struct LoadedTable: Sendable {
  /// The table.
  public let table: Table
  /// How it was read.
  public let report: LoadReport
}
