/// Runs the statements of one script against a database.
final class ScriptRunner {
  let database: Database
  let source: SourceText
  let options: ScriptOptions
  let cancellation: Cancellation
  /// Whether statements are only bound, so that nothing is read and nothing run.
  let isAtRest: Bool
  private let today: CalendarDate
  /// What `now` means; nil where another day than this counts as today.
  private let now: Int64?
  /// What the current statement has to tell beside its result.
  private(set) var notes = Binder.Notes()
  /// The arguments that this script's parameters have, by folded name.
  var arguments: [String: QueryArgument] = [:]

  init(
    database: Database, source: SourceText, options: ScriptOptions, cancellation: Cancellation,
    isAtRest: Bool = false
  ) {
    self.database = database
    self.isAtRest = isAtRest
    self.source = source
    self.options = options
    self.cancellation = cancellation
    today = options.today ?? .now
    now = options.today == nil ? currentMicroseconds() : nil
  }

  /// Runs all statements; nothing runs where one of them can't be read.
  func run(_ each: (StatementOutcome) throws(QueryError) -> Void) throws(QueryError) {
    let parsed = parseScript(source)
    if parsed.hasErrors {
      throw QueryError(
        kind: .syntax, diagnostics: offeringSources(parsed.diagnostics), source: source)
    }
    try checkParameterNames(parsed.script)
    for (index, statement) in parsed.script.statements.enumerated() {
      notes = Binder.Notes()
      for note in parsed.diagnostics where statement.span.holds(note.span) { notes.append(note) }
      let start = ContinuousClock.now
      let result: StatementOutcome.Kind
      do throws(QueryError) {
        result = try located(statement) { () throws(QueryError) in try run(statement) }
      } catch {
        throw withMistakes(of: parsed.script.statements[(index + 1)...], error, at: statement)
      }
      try each(
        StatementOutcome(
          result: result, span: statement.span, duration: ContinuousClock.now - start,
          notes: notes.all))
    }
  }

  /// Does something with a statement where there is stack enough for it; errors have the text that
  /// they point into.
  func located<R: Sendable>(
    _ statement: StatementSyntax, _ body: () throws(QueryError) -> R
  ) throws(QueryError) -> R {
    try Snapshot.located(in: source) { () throws(QueryError) in
      try withStack(for: statement, in: environment, body)
    }
  }

  /// What is known now.
  var environment: Environment {
    var environment = database.withState { $0.environment }
    environment.isInteractive = options.isInteractive
    environment.today = today
    environment.now = now
    // Another script that uses the database at the same time has arguments of its own.
    environment.parameters.merge(arguments) { $1 }
    return environment
  }

  /// A binder for the current statement.
  func makeBinder() -> Binder {
    var binder = Binder(environment: environment, source: source, notes: notes)
    binder.access = TableAccess(
      run: { (plan) throws(QueryError) in
        try QueryRunner(context: self.makeContext()).run(plan)
      }, load: { (path, span) throws(QueryError) in try self.file(path, at: span) })
    if isAtRest { binder.access = binder.access?.atRest() }
    return binder
  }

  /// The context of one run.
  func makeContext() -> RunContext { options.limits.context(cancellation: cancellation) }

  private func run(_ statement: StatementSyntax) throws(QueryError) -> StatementOutcome.Kind {
    switch statement.kind {
    case .query(let query): return try answer(query)
    case .letTable(let name, let query): return try define(name, as: query)
    case .letValue(let name, let value): return try define(name, as: value)
    case .letFunction(let function): return try define(function)
    case .parameter(let parameter): return try declare(parameter)
    case .check(let check): return .checked(try self.check(check, at: statement.span))
    case .load(let load): return .loaded(try self.load(load))
    case .describe(let describe): return .described(try self.describe(describe))
    case .explain(let explain):
      return .explained(try explained(explain))
    case .measure(let measure): return try define(measure)
    case .unpublished(let unpublished): return try declare(unpublished)
    case .why(let why):
      return .answer(remembered(try run(makeBinder().plan(why)), nil), savedTo: nil)
    case .rowsOf(let rows): return .answer(try remembered(self.rows(of: rows), nil), savedTo: nil)
    case .profile(let query): return try profile(query)
    }
  }

  // MARK: Queries

  private func answer(_ query: QuerySyntax) throws(QueryError) -> StatementOutcome.Kind {
    let plan = try plan(query, maySave: true)
    var target: String?
    if let saving = plan.saving {
      let path = try path(saving.path, at: saving.span)
      if database.isRead(from: path) {
        throw makeBinder().error(
          .output, .overwrittenSource, "\"\(saving.path)\" is a file that tables were read from",
          at: saving.span, help: ["save under another name"])
      }
      target = path
    }
    let table = remembered(try run(plan), plan.steps.last?.grain)
    if let target, let saving = plan.saving {
      if let format = saving.format {
        try table.write(to: target, as: format, cancellation: cancellation)
      } else {
        try table.writeDrawing(to: target, cancellation: cancellation)
      }
    }
    return .answer(table, savedTo: target)
  }

  /// What the columns of a query's answer hold; the receipt is the query's.
  private func profile(_ query: QuerySyntax) throws(QueryError) -> StatementOutcome.Kind {
    let table = try run(query)
    var profile = try table.profile(makeContext())
    profile.receipt = table.receipt
    return .answer(profile, savedTo: nil)
  }

  /// Runs a plan.
  func run(_ plan: QueryPlan) throws(QueryError) -> Table {
    try QueryRunner(context: makeContext()).run(plan)
  }

  /// An answer, which is the table `_` from now on.
  private func remembered(_ table: Table, _ grain: Grain?) -> Table {
    database.withState { state in
      state.environment.tables["_"] = Environment.NamedTable(
        name: "_", table: table, grain: grain)
    }
    return table
  }

  /// Binds and runs a query.
  func run(_ query: QuerySyntax) throws(QueryError) -> Table {
    try QueryRunner(context: makeContext()).run(plan(query))
  }

  /// Binds a query.
  func plan(_ query: QuerySyntax, maySave: Bool = false) throws(QueryError) -> QueryPlan {
    var binder = makeBinder()
    binder.maySave = maySave
    do throws(QueryError) {
      return try binder.plan(query)
    } catch {
      throw binder.withFurtherMistakes(error, in: query)
    }
  }

  /// The query in plain English, and how it would be run or was run; or as a statement of SQL.
  private func explained(_ explain: ExplainSyntax) throws(QueryError) -> String {
    if case .sql(let dialect) = explain.form {
      return try sql(explain, try makeBinder().dialect(dialect))
    }
    let plan = try plan(explain.query, maySave: true)
    var met: Receipt?
    if case .run = explain.form { met = try run(plan).receipt }
    let words = Paraphrase(source: source).sentences(explain.query)
    return words + "\n" + plan.explanation(met: met)
  }

  private func sql(_ explain: ExplainSyntax, _ dialect: SQLDialect) throws(QueryError) -> String {
    let plan = try plan(explain.query, maySave: true)
    return try plan.sql(dialect, asked: String(source.text(in: explain.query.span))) {
      (plan) throws(QueryError) in
      try QueryRunner(context: self.makeContext()).run(plan)
    }
  }

  /// The value of an expression that reads no rows.
  func value(_ expression: ExpressionSyntax) throws(QueryError) -> CellValue {
    let binder = makeBinder()
    return try answer(try binder.bind(expression), binder).columns[0][0]
  }

  /// A table of one cell: the value of a bound expression that reads no rows.
  func answer(_ bound: BoundExpression, _ binder: Binder) throws(QueryError) -> Table {
    let step = StepPlan(
      rows: RowPlan(input: .one), groups: nil,
      result: ResultPlan(outputs: [Output(name: "value", expression: bound)]))
    let plan = QueryPlan(steps: [step], queries: binder.collected.queries)
    return try QueryRunner(context: makeContext()).run(plan)
  }

  /// The path that a script means by a name.
  func path(_ name: String, at span: SourceSpan) throws(QueryError) -> String {
    guard case .from(let folder) = options.files else {
      throw QueryError(
        kind: .file,
        diagnostics: [
          Diagnostic(.noFileAccess, "this script may not name files", at: span)
        ])
    }
    return name.hasPrefix("/") || folder.isEmpty || name == "-" ? name : folder + "/" + name
  }
}

extension DiagnosticCode {
  static let overwrittenSource = DiagnosticCode(
    "T0503", "An answer would overwrite the file that it was computed from.")
  static let unknownFormat = DiagnosticCode(
    "T0502", "The name of a file to write does not tell its format.")
}
