enum DelimitedReader {
  static func read(
    _ source: DataSource, options: LoadOptions, context: RunContext,
    progress: (@Sendable (LoadProgress) -> Void)?
  ) throws(QueryError) -> LoadedTable { throw .cancelled }
}
