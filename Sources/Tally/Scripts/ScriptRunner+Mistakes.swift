extension ScriptRunner {
  /// The error that stopped a script at a statement, and the mistakes of the statements behind it.
  /// They are bound and not run.
  ///
  /// Where only a run tells what a name means, statements that speak of it are passed over.
  func withMistakes(
    of statements: ArraySlice<StatementSyntax>, _ error: QueryError, at failed: StatementSyntax
  ) -> QueryError {
    guard error.isMistake, !error.diagnostics.isEmpty, !isAtRest, !statements.isEmpty,
      error.source?.text == source.text
    else { return error }
    let scratch = Database()
    let state = database.withState { $0 }
    scratch.withState { $0 = state }
    let runner = ScriptRunner(
      database: scratch, source: source, options: options, cancellation: cancellation,
      isAtRest: true)
    runner.arguments = arguments
    var found = error.diagnostics
    // The last answer is one that was never computed.
    var unknown = ["_"] + failed.definedNames
    for statement in statements {
      if cancellation.isCancelled || found.count >= Self.greatestMistakeCount { break }
      let words = MentionedWords(in: source.text(in: statement.span))
      if unknown.contains(where: { words.contain($0) }) {
        unknown += statement.definedNames
        continue
      }
      do throws(QueryError) {
        let isDefined = try runner.located(statement) { () throws(QueryError) in
          try runner.bind(statement)
        }
        if !isDefined { unknown += statement.definedNames }
      } catch {
        unknown += statement.definedNames
        // What only a run can tell is no mistake.
        guard error.isMistake, error.source?.text == source.text else { continue }
        found += error.diagnostics
      }
    }
    return QueryError(kind: error.kind, diagnostics: found, source: source)
  }

  /// The most mistakes that one run reports.
  private static let greatestMistakeCount = 100

  /// Binds a statement without running it. Tells whether the names that it defines are known now.
  private func bind(_ statement: StatementSyntax) throws(QueryError) -> Bool {
    switch statement.kind {
    case .query(let query), .profile(let query): _ = try plan(query, maySave: true)
    case .explain(let explain): _ = try plan(explain.query, maySave: true)
    case .rowsOf(let rows): _ = try plan(rows.query)
    case .why(let why): _ = try makeBinder().plan(why)
    case .check(let check): try bind(check)
    case .letTable(let name, let query):
      let plan = try plan(query)
      if try makeBinder().view(query, name: name.text) != nil {
        _ = try define(name, as: query)
        return true
      }
      guard let schema = plan.schema else { return false }
      let columns = try schema.columns.mapThrowing { column throws(QueryError) in
        try Column.missing(type: column.type, count: 0)
      }
      let table = Table(names: schema.columns.map(\.name), columns: columns, rowCount: 0)
      database.withState { state in
        state.environment.tables[Environment.key(name.text)] = Environment.NamedTable(
          name: name.text, table: table, grain: schema.grain)
      }
    case .letValue(let name, let value):
      let binder = makeBinder()
      _ = try binder.bind(value)
      guard binder.collected.queries.isEmpty else { return false }
      _ = try define(name, as: value)
    case .letFunction(let function): _ = try define(function)
    case .measure(let measure): _ = try define(measure)
    case .parameter(let parameter): _ = try declare(parameter)
    case .unpublished(let unpublished): _ = try declare(unpublished)
    case .load, .describe: return false
    }
    return true
  }

  private func bind(_ check: CheckSyntax) throws(QueryError) {
    switch check.kind {
    case .no(let query), .unique(_, in: let query), .matches(let query, _, _):
      _ = try plan(query)
    case .condition(let condition):
      var binder = makeBinder()
      if let named = try rowTable(condition) {
        binder.scope = Scope(schema: Schema(of: named.table), qualifier: named.name)
      }
      _ = try binder.bindCondition(condition)
    }
  }
}

extension StatementSyntax {
  /// The names that the statement gives a meaning to.
  fileprivate var definedNames: [String] {
    switch kind {
    case .letTable(let name, _), .letValue(let name, _): [name.text]
    case .letFunction(let function): [function.name.text]
    case .measure(let measure): [measure.name.text]
    case .parameter(let parameter): [parameter.name.text]
    case .load(let load): [load.name?.text ?? DataSource.path(load.path).tableName]
    default: []
    }
  }
}
