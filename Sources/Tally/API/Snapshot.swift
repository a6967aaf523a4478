/// The tables of a database at one moment: a value that can be asked from any thread.
///
///     let frozen = database.snapshot()
///     async let all = frozen.run("count services")
///     async let high = frozen.run("count services where level >= 3")
public struct Snapshot: Sendable {
  let state: Database.State

  init(state: Database.State) { self.state = state }

  /// The names of all tables, sorted.
  public var tableNames: [String] { state.environment.tables.values.map(\.name).sorted() }

  /// The table of a name without regard to case.
  public subscript(_ name: String) -> Table? {
    state.environment.tables[Environment.key(name)]?.table
  }

  /// Answers a query. The answer is a table with its ``Table/receipt``.
  ///
  /// Throws a ``QueryError`` whose diagnostics point into the query's text.
  public func run(_ query: Query, limits: Limits = .none) throws(QueryError) -> Table {
    try run(query, limits: limits, cancellation: Cancellation())
  }

  package func run(_ query: Query, limits: Limits, cancellation: Cancellation) throws(QueryError)
    -> Table
  {
    try run(ParsedQuery(query), limits: limits, cancellation: cancellation)
  }

  /// Answers a query that was read, with the values of its parameters.
  func run(
    _ query: ParsedQuery, _ parameters: [QueryArgument] = [], limits: Limits,
    cancellation: Cancellation
  ) throws(QueryError) -> Table {
    let context = limits.context(cancellation: cancellation)
    var (answer, notes) = try withPlan(query, parameters, context: context) {
      (bound) throws(QueryError) -> (Table, [Diagnostic]) in
      try context.checkCancellation()
      return (try QueryRunner(context: context).run(bound.plan), bound.notes)
    }
    if let last = answer.receipt.steps.indices.last {
      answer.receipt.steps[last].notes += notes.map(\.sentence)
    }
    return answer
  }

  /// What is wrong with a query, without running it: no error where it would run.
  public func check(_ query: Query) -> [Diagnostic] {
    do throws(QueryError) {
      return try withPlan(ParsedQuery(query)) { $0.notes }
    } catch {
      return error.diagnostics
    }
  }

  /// What a query asks in plain English, and how it would be run: each thing that happens, by which
  /// structures rows are found, grouped, ordered and copied, and the rows and the time that are
  /// expected.
  public func explain(_ query: Query) throws(QueryError) -> String {
    try explain(query) { $0.explanation }
  }

  /// The query in plain English, above what is told of its plan.
  private func explain(_ query: Query, _ tell: @Sendable (QueryPlan) -> String)
    throws(QueryError) -> String
  {
    let parsed = try ParsedQuery(query)
    let words = Paraphrase(source: parsed.source).sentences(parsed.tree)
    return try withPlan(parsed) { words + "\n" + tell($0.plan) }
  }

  /// The rows that one row of a grouped answer was made of: as many as `count` has there.
  ///
  /// `row` counts from 0. Throws an error with the code T0474 where the query's last step makes no
  /// groups.
  public func rows(behind row: Int, of query: Query, limits: Limits = .none) throws(QueryError)
    -> Table
  {
    let context = limits.context(cancellation: Cancellation())
    return try withPlan(ParsedQuery(query), context: context) { (bound) throws(QueryError) in
      let place = SourceSpan(0, 0)
      let drill = try DrillPlan(bound.plan, at: place)
      let answer = try QueryRunner(context: context).run(bound.plan)
      guard (0..<answer.rowCount).contains(row) else {
        throw QueryError(
          kind: .type, message: "the answer has \(answer.rowCount) rows, and no row \(row)")
      }
      return try QueryRunner(context: context).run(
        try drill.rows(behind: [row], of: answer, at: place))
    }
  }

  /// The query as a statement of a dialect of SQL, below comments that say what differs.
  ///
  /// Throws an error with the code T0470 where the dialect can't say exactly what is asked.
  public func sql(for query: Query, in dialect: SQLDialect) throws(QueryError) -> String {
    try withPlan(ParsedQuery(query)) { (bound) throws(QueryError) in
      try bound.plan.sql(dialect, asked: query.text) { (plan) throws(QueryError) in
        try QueryRunner(context: Limits.none.context(cancellation: Cancellation())).run(plan)
      }
    }
  }

  /// How a query was run: ``explain(_:)`` with the rows that were met beside those that were
  /// expected. `receipt` is that of the query's answer from the same tables.
  public func explain(_ query: Query, met receipt: Receipt) throws(QueryError) -> String {
    try explain(query) { $0.explanation(met: receipt) }
  }

  /// Hands the plan of a query that was read, with the values of its parameters, to `body` where
  /// there is stack enough for it; errors that arise there have the text they point into.
  func withPlan<Value: Sendable>(
    _ query: ParsedQuery, _ parameters: [QueryArgument] = [], context: RunContext? = nil,
    _ body: ((plan: QueryPlan, notes: [Diagnostic])) throws(QueryError) -> Value
  ) throws(QueryError) -> Value {
    try withStack(for: query.tree, in: state.environment) { () throws(QueryError) in
      let bound = try bind(
        query, parameters, context ?? Limits.none.context(cancellation: Cancellation()))
      return try Self.located(in: query.source) { () throws(QueryError) in try body(bound) }
    }
  }

  private func bind(
    _ query: ParsedQuery, _ parameters: [QueryArgument], _ context: RunContext
  ) throws(QueryError) -> (plan: QueryPlan, notes: [Diagnostic]) {
    var environment = state.environment
    environment.placeholders = query.placeholders(parameters)
    environment.today = .now
    environment.now = currentMicroseconds()
    var binder = Binder(environment: environment, source: query.source)
    binder.maySave = true
    // A copy: the binder holds what refers to it.
    let reporter = binder
    binder.access = TableAccess(
      run: { (plan) throws(QueryError) in try QueryRunner(context: context).run(plan) },
      load: { (path, span) throws(QueryError) in
        throw reporter.error(
          .file, .noFileAccess, "this query may not name files", at: span,
          help: ["load \(spelledText(path)) first, and name its table"])
      })
    let plan: QueryPlan
    do throws(QueryError) {
      plan = try binder.plan(query.tree)
    } catch {
      throw binder.withFurtherMistakes(error, in: query.tree)
    }
    if let saving = plan.saving {
      throw QueryError(
        kind: .file,
        diagnostics: [
          Diagnostic(
            .noFileAccess, "this query may not write files", at: saving.span,
            help: ["write the answer from Swift, or run a script that may name files"])
        ], source: query.source)
    }
    return (plan, query.diagnostics + binder.collected.notes.all)
  }

  /// Gives errors that arise while a plan runs the text they point into.
  static func located<R>(in source: SourceText, _ body: () throws(QueryError) -> R)
    throws(QueryError) -> R
  {
    do throws(QueryError) {
      return try body()
    } catch {
      var located = error
      if located.source == nil { located.source = source }
      throw located
    }
  }
}

extension Diagnostic {
  /// The message with what stands beside its carets.
  var sentence: String { label.map { "\(message); \($0)" } ?? message }
}

extension DiagnosticCode {
  static let noFileAccess = DiagnosticCode(
    "T0501", "A query names a file where files may not be named.")
}
