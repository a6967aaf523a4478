// Beside each call that may take long stands one for asynchronous code, which Swift chooses there
// by itself. Its work is done on a thread of its own.

extension Database {
  /// Answers a query without keeping the caller's thread from other work. The answer is a table with
  /// its ``Table/receipt``.
  ///
  ///     let work = Task { try await database.run("count services group by agency") }
  ///     work.cancel()
  ///
  /// Where the task is cancelled, the run stops at the latest after one batch of rows.
  ///
  /// Throws a ``QueryError`` whose diagnostics point into the query's text, of kind `cancelled` where
  /// the task was cancelled, and of kind `timeout` or `memory` where `limits` are exceeded. The
  /// database stays as it is in every case.
  public func run(_ query: Query, limits: Limits = .none) async throws(QueryError) -> Table {
    try await snapshot().run(query, limits: limits)
  }

  /// Reads files as a table without keeping the caller's thread from other work, and registers it
  /// under a name, or under the file's own. Where the task is cancelled, nothing is registered.
  ///
  /// Throws as ``load(_:from:options:limits:cancellation:progress:)`` does, and an error of kind
  /// `cancelled` where the task was cancelled.
  @discardableResult
  public func load(
    _ name: String? = nil, from source: DataSource, options: LoadOptions = LoadOptions(),
    limits: Limits = .none, progress: (@Sendable (LoadProgress) -> Void)? = nil
  ) async throws(QueryError) -> LoadReport {
    try await offloaded { (cancellation) throws(QueryError) in
      try self.load(
        name, from: source, options: options, limits: limits, cancellation: cancellation,
        progress: progress)
    }
  }

  /// Runs the statements of a script one after another, as
  /// ``runScript(_:options:cancellation:each:)`` does, without keeping the caller's thread from other
  /// work. Where the task is cancelled, the statement at hand is stopped and none follows.
  ///
  ///     try await database.runScript(SourceText("count services; count services where level >= 3")) {
  ///       outcome in
  ///       if case .answer(let table, _) = outcome.result { print(table) }
  ///     }
  ///
  /// `each` is called after each statement, on the thread that the script runs on; what it throws
  /// ends the script.
  public func runScript(
    _ source: SourceText, options: ScriptOptions = ScriptOptions(),
    each: @escaping @Sendable (StatementOutcome) throws(QueryError) -> Void
  ) async throws(QueryError) {
    try await offloaded { (cancellation) throws(QueryError) in
      try self.runScript(source, options: options, cancellation: cancellation, each: each)
    }
  }
}

extension Snapshot {
  /// Answers a query without keeping the caller's thread from other work, as
  /// ``Database/run(_:limits:)-swift.method`` does.
  public func run(_ query: Query, limits: Limits = .none) async throws(QueryError) -> Table {
    try await offloaded { (cancellation) throws(QueryError) in
      try self.run(query, limits: limits, cancellation: cancellation)
    }
  }
}
