import TallySyntax

/// Two columns of a table whose cross was never published, as a script says it. It is bound anew
/// where it applies, since the table may be loaded again.
struct UnpublishedDeclaration: Sendable {
  var columns: [String]
  var condition: ExpressionSyntax?
  /// Where the condition was written.
  var source: SourceText

  /// The places of both columns in a table; nil where it lacks one, and so has nothing to cross.
  func places(in table: Table) -> (first: Int, second: Int)? {
    let names = table.columnNames.map(Environment.key)
    guard let first = names.firstIndex(of: Environment.key(columns[0])),
      let second = names.firstIndex(of: Environment.key(columns[1]))
    else { return nil }
    return (first, second)
  }
}

extension DiagnosticCode {
  static let unpublishedCross = DiagnosticCode(
    "T0480", "A cross of columns that can't be declared as unpublished.")
}

extension ScriptRunner {
  /// `unpublished online, level in services where agency = "BTC"`.
  func declare(_ unpublished: UnpublishedSyntax) throws(QueryError) -> StatementOutcome.Kind {
    let binder = makeBinder()
    let key = Environment.key(unpublished.table.text)
    if let view = environment.views[key] {
      throw binder.error(
        .name, .unpublishedCross, "\(view.name) is a named query, and a cross belongs to a table",
        at: unpublished.table.span, help: ["name the table that \(view.name) reads"])
    }
    let named = try binder.table(unpublished.table)
    var rows = binder
    rows.scope = Scope(schema: Schema(of: named.table), qualifier: named.name)
    var names: [String] = []
    for column in unpublished.columns {
      let entry = try rows.entry(for: NamePathSyntax(parts: [column]))
      if names.contains(entry.name) {
        throw binder.error(
          .name, .unpublishedCross, "\(entry.name) is not crossed with itself", at: column.span)
      }
      names.append(entry.name)
    }
    if let condition = unpublished.condition {
      _ = try rows.filter(condition, clause: "where")
      if !rows.collected.queries.isEmpty {
        throw binder.error(
          .type, .unpublishedCross, "the rows of a cross are told by the columns of \(named.name)",
          at: condition.span, help: ["leave out the query in parentheses"])
      }
    }
    let declaration = UnpublishedDeclaration(
      columns: names, condition: unpublished.condition, source: source)
    database.withState { state in
      state.environment.unpublished[Environment.key(named.name), default: []].removeAll {
        $0.isSame(as: declaration)
      }
      state.environment.unpublished[Environment.key(named.name), default: []].append(declaration)
    }
    return .defined(names.joined(separator: " × "))
  }
}

extension UnpublishedDeclaration {
  /// Whether another says the same: a script that runs again declares nothing new.
  fileprivate func isSame(as other: UnpublishedDeclaration) -> Bool {
    let words = { (declaration: UnpublishedDeclaration) in
      declaration.condition.map { declaration.source.text(in: $0.span) }
    }
    return columns == other.columns && words(self) == words(other)
  }
}
