/// How a binder comes by tables that no name stands for yet: files, and named queries where a table is
/// needed. What one statement stored is used again within it.
final class TableAccess {
  private let run: (QueryPlan) throws(QueryError) -> Table
  private let load: (String, SourceSpan) throws(QueryError) -> Table
  private var views: [String: Table] = [:]
  private var files: [String: Table] = [:]

  init(
    run: @escaping (QueryPlan) throws(QueryError) -> Table,
    load: @escaping (String, SourceSpan) throws(QueryError) -> Table
  ) {
    self.run = run
    self.load = load
  }

  /// The rows of a named query; its columns are `outputs`.
  func table(of view: Environment.View, _ outputs: [Output]) throws(QueryError) -> Table {
    let key = Environment.key(view.name)
    if let known = views[key] { return known }
    let step = StepPlan(rows: view.rows, groups: nil, result: ResultPlan(outputs: outputs))
    let table = try run(QueryPlan(steps: [step]))
    views[key] = table
    return table
  }

  /// The same where nothing may be run: what was stored is known, and all else is refused.
  func atRest() -> TableAccess {
    let access = TableAccess(
      run: { (_) throws(QueryError) in throw Self.resting },
      load: { (_, _) throws(QueryError) in throw Self.resting })
    (access.views, access.files) = (views, files)
    return access
  }

  /// The error where something had to be run, and nothing may be: it is never shown.
  static let resting = QueryError(kind: .bug, message: "nothing is run here")

  /// The answer of a query, whose columns or rows something that is bound must know.
  func answer(of plan: QueryPlan) throws(QueryError) -> Table { try run(plan) }

  /// The table in a file.
  func table(ofFile path: String, at span: SourceSpan) throws(QueryError) -> Table {
    if let known = files[path] { return known }
    let table = try load(path, span)
    files[path] = table
    return table
  }
}
