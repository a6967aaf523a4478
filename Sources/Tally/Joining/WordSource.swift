/// Gives each row of a table one word, or none.
protocol WordSource: Sendable {
  /// The number of rows.
  var count: Int { get }
  /// The largest word.
  var greatest: UInt64 { get }
  /// Whether a row may have none.
  var mayLack: Bool { get }
  /// Writes the words of some rows, and 1 for each row that has none, whose word may be anything.
  /// The second is written only where ``mayLack``.
  func read(
    _ rows: Range<Int>, into words: UnsafeMutablePointer<UInt64>,
    lacking: UnsafeMutablePointer<UInt8>)
}
