/// Where delimited text comes from.
public enum DataSource: Sendable, Hashable {
  /// One file.
  case file(String)
  /// Files one after another as one table; all must have the same header.
  case files([String])
  /// The files that match a pattern of the shell, for instance `"2025-*.csv"`, in the order of
  /// their names.
  case pattern(String)
  /// What is piped into the process, read once from beginning to end.
  case standardInput
  /// A descriptor that is open for reading and stays open, called `name` in messages.
  case descriptor(Int32, name: String)
  /// A text in memory, called `name` in messages.
  case bytes([UInt8], name: String)

  /// The file at a path, or the files that match it if it holds `*`, `?` or `[`; `-` is standard
  /// input.
  public static func path(_ path: String) -> DataSource {
    if path == "-" { return .standardInput }
    return path.utf8.contains { $0 == 0x2A || $0 == 0x3F || $0 == 0x5B }
      ? .pattern(path) : .file(path)
  }
}

/// How far a load has come.
public struct LoadProgress: Sendable, Hashable {
  /// The bytes read.
  public let bytesDone: Int
  /// The bytes to read, or nil for a pipe.
  public let bytesTotal: Int?
  /// The rows read.
  public let rows: Int
}
