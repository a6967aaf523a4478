import Synchronization

/// Tables by name, and the engine that answers questions about them.
///
///     let database = Database()
///     try database.load("services", from: .file("Datasets/services.csv"))
///     print(try database.run("count services where level >= 3 group by agency"))
///
/// A database may be used from any number of threads and tasks at once. Each run sees the tables
/// as they were when it began.
///
/// ## Topics
/// - Loading: ``load(_:from:options:limits:cancellation:progress:)``, ``subscript(_:)``
/// - Asking: ``run(_:limits:)-swift.method``, ``prepare(_:taking:limits:)``,
///   ``stream(_:batchRows:limits:)``, ``snapshot()``, ``explain(_:)``
/// - Writing queries: ``check(_:)``, ``completions(in:at:)``
/// - Scripts: ``runScript(_:options:cancellation:each:)``
/// - Changing: ``update(_:)``
/// - Memory: ``releaseSpareMemory()``
public final class Database: Sendable {
  private let state = Mutex(State())
  private let updating = Mutex(())

  /// What a database remembers.
  struct State: Sendable {
    var environment = Environment()
    var reports: [String: LoadReport] = [:]

    /// Puts a table in the place of what had its name, or removes that.
    mutating func register(_ table: Table?, as name: String, report: LoadReport? = nil) {
      let key = Environment.key(name)
      environment.tables[key] = table.map { Environment.NamedTable(name: name, table: $0) }
      environment.views[key] = nil
      reports[key] = report
    }
  }

  /// Makes a database without tables.
  public init() {}

  /// The tables as they are now: a value that later changes do not reach.
  public func snapshot() -> Snapshot { Snapshot(state: state.withLock { $0 }) }

  /// The names of all tables, sorted.
  public var tableNames: [String] {
    state.withLock { $0.environment.tables.values.map(\.name).sorted() }
  }

  /// The table of a name without regard to case. Setting it registers a table, or removes one.
  public subscript(_ name: String) -> Table? {
    get { state.withLock { $0.environment.tables[Environment.key(name)]?.table } }
    set {
      withState { $0.register(newValue, as: name.normalised) }
    }
  }

  /// How the table of a name was read from its files; nil where it was not.
  public func loadReport(of name: String) -> LoadReport? {
    state.withLock { $0.reports[Environment.key(name)] }
  }

  /// Reads files as a table and registers it under a name, or under the file's own.
  ///
  ///     let report = try database.load(from: .file("Datasets/services.csv"))
  ///     for column in report.columns { print(column.name, column.type.name, column.evidence) }
  ///
  /// Throws a ``QueryError`` of kind `file` where a file can't be read and of kind `data` where it
  /// does not hold one table, or where a value can be read in two ways.
  @discardableResult
  public func load(
    _ name: String? = nil, from source: DataSource, options: LoadOptions = LoadOptions(),
    limits: Limits = .none, cancellation: Cancellation = Cancellation(),
    progress: (@Sendable (LoadProgress) -> Void)? = nil
  ) throws(QueryError) -> LoadReport {
    try load(
      name, from: source, mentioned: nil, options: options, limits: limits,
      cancellation: cancellation, progress: progress)
  }

  /// The same for a run that only asks for columns of names that `mentioned` holds: others may be
  /// left out of the table and the report.
  @discardableResult
  package func load(
    _ name: String?, from source: DataSource, mentioned: MentionedNames?, options: LoadOptions,
    limits: Limits, cancellation: Cancellation,
    progress: (@Sendable (LoadProgress) -> Void)?
  ) throws(QueryError) -> LoadReport {
    let context = limits.context(cancellation: cancellation)
    let loaded = try DelimitedReader.read(
      source, options: options, context: context, mentioned: mentioned, progress: progress)
    let registered = (name ?? source.tableName).normalised
    let (table, report) = (loaded.table, loaded.report)
    withState { $0.register(table, as: registered, report: report) }
    return report
  }

  /// Answers a query. The answer is a table with its ``Table/receipt``.
  ///
  ///     let answer = try database.run("count services where level >= \(floor) group by agency")
  ///     print(answer)
  ///     print(answer.receipt.summary)
  ///
  /// Throws a ``QueryError`` whose diagnostics point into the query's text, and of kind `timeout` or
  /// `memory` where `limits` are exceeded.
  public func run(_ query: Query, limits: Limits = .none) throws(QueryError) -> Table {
    try snapshot().run(query, limits: limits)
  }

  /// What is wrong with a query, without running it: no error where it would run.
  ///
  ///     for diagnostic in database.check("count services where levl >= 3") {
  ///       print(diagnostic.message, diagnostic.suggestion ?? "")
  ///     }
  public func check(_ query: Query) -> [Diagnostic] { snapshot().check(query) }

  /// What a query asks in plain English, and how it would be run: a line for each thing that
  /// happens, in order.
  ///
  ///     print(try database.explain("count services where level >= 3 group by agency"))
  ///
  /// Throws as ``run(_:limits:)-swift.method`` does, without reading a row.
  public func explain(_ query: Query) throws(QueryError) -> String {
    try snapshot().explain(query)
  }

  /// How a query was run, in words: ``explain(_:)`` with the rows that a run met beside
  /// those that were expected.
  ///
  ///     let answer = try database.run(query)
  ///     print(try database.explain(query, met: answer.receipt))
  public func explain(_ query: Query, met receipt: Receipt) throws(QueryError) -> String {
    try snapshot().explain(query, met: receipt)
  }

  /// The rows that one row of a grouped answer was made of: as many as `count` has there.
  ///
  ///     let behind = try database.rows(behind: 0, of: "count services group by agency")
  ///
  /// `row` counts from 0. Throws as ``run(_:limits:)-swift.method`` does, and an error with the code
  /// T0474 where the query's last step makes no groups.
  public func rows(behind row: Int, of query: Query, limits: Limits = .none) throws(QueryError)
    -> Table
  {
    try snapshot().rows(behind: row, of: query, limits: limits)
  }

  /// The query as a statement of a dialect of SQL, below comments that say what differs.
  ///
  ///     print(try database.sql(for: "count services group by agency", in: .sqlite))
  ///
  /// Throws an error with the code T0470 where the dialect can't say exactly what is asked.
  public func sql(for query: Query, in dialect: SQLDialect) throws(QueryError) -> String {
    try snapshot().sql(for: query, in: dialect)
  }

  /// Changes several tables at once: all changes are made, or none where `body` throws.
  ///
  ///     try database.update { draft throws(QueryError) in
  ///       draft["high"] = try database.run("list services where level >= 3")
  ///       draft["scratch"] = nil
  ///     }
  ///
  /// Updates wait for each other, so what `body` reads from the draft is what it changes; it must not
  /// begin another update of the same database.
  public func update(_ body: (inout Draft) throws(QueryError) -> Void) throws(QueryError) {
    try updating.withLock { _ throws(QueryError) in
      var draft = Draft(state: state.withLock { $0 })
      try body(&draft)
      let changes = draft.changes
      state.withLock { state in
        for (key, table) in changes {
          state.environment.tables[key] = table
          state.environment.views[key] = nil
          state.reports[key] = nil
        }
      }
    }
  }

  /// Runs the statements of a script one after another and stops at the first error. Names that it
  /// gives to tables and values stay known to later scripts.
  ///
  ///     try database.runScript(SourceText("let high = services where level >= 3; count high")) {
  ///       outcome in
  ///       if case .answer(let table, _) = outcome.result { print(table) }
  ///     }
  ///
  /// `each` is called after each statement; what it throws ends the script.
  public func runScript(
    _ source: SourceText, options: ScriptOptions = ScriptOptions(),
    cancellation: Cancellation = Cancellation(),
    each: (StatementOutcome) throws(QueryError) -> Void
  ) throws(QueryError) {
    let runner = ScriptRunner(
      database: self, source: source, options: options, cancellation: cancellation)
    try runner.run(each)
  }

  /// Reads or changes what the database remembers.
  func withState<R: Sendable>(_ body: (inout sending State) -> sending R) -> R {
    state.withLock(body)
  }
}

/// Changes to a database's tables that are made together.
public struct Draft: Sendable {
  private let state: Database.State
  fileprivate private(set) var changes: [String: Environment.NamedTable?] = [:]

  fileprivate init(state: Database.State) { self.state = state }

  /// The table of a name as it will be. Setting it registers a table, or removes one.
  public subscript(_ name: String) -> Table? {
    get {
      let key = Environment.key(name.normalised)
      if let change = changes[key] { return change?.table }
      return state.environment.tables[key]?.table
    }
    set {
      let spelling = name.normalised
      changes[Environment.key(spelling)] = .some(
        newValue.map { Environment.NamedTable(name: spelling, table: $0) })
    }
  }
}
