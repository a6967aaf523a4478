extension Binder {
  /// Where a step's rows come from; sets the scope to what they have.
  mutating func rows(of source: SourceSyntax) throws(QueryError) -> RowPlan {
    let alias = source.alias?.text
    switch source.kind {
    case .table(let name): return try rows(ofTable: name, alias: alias)
    case .query(let query):
      let plan = try inner().plan(query)
      if let schema = plan.schema {
        scope = Scope(schema: schema, qualifier: alias)
        return RowPlan(input: .query(plan))
      }
      let table = try answer(of: plan)
      scope = Scope(schema: Schema(of: table), qualifier: alias)
      return RowPlan(input: .answered(table, plan))
    case .file(let path):
      let named = try self.file(path, at: source.span)
      scope = Scope(schema: Schema(of: named.table), qualifier: alias ?? named.name)
      return RowPlan(input: .table(named.table, name: named.name))
    }
  }

  /// The rows of a table or of a named query; sets the scope to what they have.
  mutating func rows(ofTable name: NameSyntax, alias: String? = nil) throws(QueryError) -> RowPlan {
    let key = Environment.key(name.text)
    if let view = environment.views[key] {
      scope = view.scope
      for index in scope.entries.indices { scope.entries[index].qualifier = alias ?? view.name }
      scope.sources.insert(key)
      return view.rows
    }
    let named = try table(name)
    scope = Scope(schema: Schema(of: named.table), qualifier: alias ?? named.name)
    scope.grain = named.grain
    scope.sources = [Environment.key(named.name)]
    return RowPlan(input: .table(named.table, name: named.name))
  }

  /// The table in a file.
  private func file(_ path: String, at span: SourceSpan) throws(QueryError)
    -> Environment.NamedTable
  {
    guard let table = try access?.table(ofFile: path, at: span) else {
      throw error(.file, .noFileAccess, "this query may not name files", at: span)
    }
    return Environment.NamedTable(name: DataSource.path(path).tableName, table: table)
  }

  /// A source as a table all of whose rows are there: a query is run first.
  func wholeTable(_ source: SourceSyntax) throws(QueryError) -> Environment.NamedTable {
    switch source.kind {
    case .table(let name): return try table(name)
    case .file(let path): return try file(path, at: source.span)
    case .query(let query):
      let table = try answer(of: try inner().plan(query))
      return Environment.NamedTable(name: source.alias?.text ?? "the query", table: table)
    }
  }

  /// The name of a source that is a stored table, as it is spelt; nil where a query makes its rows.
  func storedName(_ source: SourceSyntax) -> String? {
    switch source.kind {
    case .table(let name): environment.tables[Environment.key(name.text)]?.name
    case .file(let path): DataSource.path(path).tableName
    case .query: nil
    }
  }

  private func answer(of plan: QueryPlan) throws(QueryError) -> Table {
    guard let access else { throw TableAccess.resting }
    return try access.answer(of: plan)
  }

  /// The table of a name.
  func table(_ name: NameSyntax) throws(QueryError) -> Environment.NamedTable {
    if let named = environment.tables[Environment.key(name.text)] { return named }
    if let view = environment.views[Environment.key(name.text)], let access {
      var binder = self
      binder.scope = view.scope
      let table = try access.table(of: view, binder.allColumns())
      return Environment.NamedTable(name: view.name, table: table)
    }
    let known = environment.sourceNames
    if environment.isInteractive {
      let matches = environment.tables.values.filter { $0.name.folded == name.text.folded }
      if matches.count == 1 {
        collected.notes.append(
          Diagnostic(
            .unknownTable, "read \(name.text) as \(matches[0].name)", severity: .note,
            at: name.span))
        return matches[0]
      }
    }
    let nearest = closest(to: name.text, among: known)
    let isValue = environment.values[Environment.key(name.text)] != nil
    throw error(
      .name, .unknownTable, "no table \"\(name.text)\"", at: name.span,
      label: nearest.map { "did you mean \"\($0)\"?" },
      help: (["exit", "quit", "help"].contains(Environment.key(name.text))
        ? ["commands of the prompt begin with a point: .\(Environment.key(name.text))"] : [])
        + (isValue ? ["\(name.text) is a value, and no table"] : []) + [
          known.isEmpty ? "no table is loaded" : "tables: " + known.joined(separator: ", ")
        ],
      fixIts: nearest.map { [FixIt("write \($0)", replace: name.span, with: spelledName($0))] }
        ?? [])
  }
}
