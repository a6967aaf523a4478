extension Table {
  /// Writes the table to a file: the old file stays until the new one is whole.
  ///
  ///     try table.write(to: "answer.csv", as: .csv)
  ///
  /// Throws a ``QueryError`` of kind `output` and leaves no half-written file behind.
  public func write(
    to path: String, as format: TableFormat, options: FormatOptions = FormatOptions()
  ) throws(QueryError) {
    try write(to: path, as: format, options: options, cancellation: Cancellation())
  }

  /// Writes the picture of the table in SVG, as ``write(to:as:options:)`` does tables.
  func writeDrawing(to path: String, cancellation: Cancellation) throws(QueryError) {
    let file = try AtomicFile(path)
    try cancellation.check()
    try withBuffer(of: Array((svgDrawing() ?? "").utf8)) { bytes throws(QueryError) in
      try file.write(bytes)
    }
    try file.commit()
  }

  /// The same, until the flag is set: the old file stays then.
  func write(
    to path: String, as format: TableFormat, options: FormatOptions = FormatOptions(),
    cancellation: Cancellation
  ) throws(QueryError) {
    let file = try AtomicFile(path)
    try write(format, options) { (bytes) throws(QueryError) in
      try cancellation.check()
      try file.write(bytes)
    }
    try file.commit()
  }
}
