/// Reads delimited text as a table.
enum DelimitedReader {
  static func read(
    _ source: DataSource, options: LoadOptions, context: RunContext,
    progress: (@Sendable (LoadProgress) -> Void)?
  ) throws(QueryError) -> LoadedTable {
    throw QueryError(kind: .file, message: "this build reads no files")
  }
}
