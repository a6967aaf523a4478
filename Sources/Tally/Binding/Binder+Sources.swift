extension Binder {
  /// Where a step's rows come from; sets the scope to what they have.
  mutating func rows(of source: SourceSyntax) throws(QueryError) -> RowPlan {
    let alias = source.alias?.text
    switch source.kind {
    case .table(let name):
      let key = Environment.key(name.text)
      if let view = environment.views[key] {
        scope = view.scope
        for index in scope.entries.indices { scope.entries[index].qualifier = alias ?? view.name }
        return view.rows
      }
      let named = try table(name)
      scope = Scope(schema: Schema(of: named.table), qualifier: alias ?? named.name)
      return RowPlan(input: .table(named.table, name: named.name))
    case .query(let query):
      let plan = try inner().plan(query)
      if let schema = plan.schema {
        scope = Scope(schema: schema, qualifier: alias)
        return RowPlan(input: .query(plan))
      }
      let table = try answer(of: plan, at: source.span)
      scope = Scope(schema: Schema(of: table), qualifier: alias)
      return RowPlan(input: .answered(table, plan))
    case .file(let path):
      let named = try self.file(path, at: source.span)
      scope = Scope(schema: Schema(of: named.table), qualifier: alias ?? named.name)
      return RowPlan(input: .table(named.table, name: named.name))
    }
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
      let table = try answer(of: try inner().plan(query), at: source.span)
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

  private func answer(of plan: QueryPlan, at span: SourceSpan) throws(QueryError) -> Table {
    guard let access else {
      throw error(
        .type, .unknownColumns, "the rows of this query are needed before it may run", at: span)
    }
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
    throw error(
      .name, .unknownTable, "no table \"\(name.text)\"", at: name.span,
      label: nearest.map { "did you mean \"\($0)\"?" },
      help: [known.isEmpty ? "no table is loaded" : "tables: " + known.joined(separator: ", ")],
      fixIts: nearest.map { [FixIt("write \($0)", replace: name.span, with: spelledName($0))] }
        ?? [])
  }

  /// Adds the columns of a table that each row looks up.
  mutating func addLookup(_ lookup: LookupSyntax, to rows: inout RowPlan) throws(QueryError) {
    if let asOf = lookup.asOf { throw unsupported("`lookup … as of`", at: asOf.span) }
    let (plan, other) = try lookupPlan(lookup.source, lookup.keys, "lookup", at: lookup.span)
    add(plan, other, to: &rows)
  }

  /// Adds the columns of a table whose rows are joined to each row.
  mutating func addJoin(_ join: JoinSyntax, to rows: inout RowPlan) throws(QueryError) {
    guard join.kind == .inner || join.kind == .left else {
      throw unsupported("`\(join.kind.rawValue) join`", at: join.span)
    }
    var (plan, other) = try lookupPlan(join.source, join.keys, "join", at: join.span)
    plan.join = join.kind == .inner ? .inner : .left
    if join.cardinality != .many { return add(plan, other, to: &rows) }
    plan.meetsMany = true
    // What was read so far is put together with the table, and both are slots from here on.
    for index in scope.entries.indices {
      scope.entries[index].expression = scope.entries[index].expression.inJoinedRows
    }
    rows.windows = collected.windows.plans
    rows = RowPlan(input: .joined(rows, plan))
    beginWindows(rows)
    scope.grain = nil
    let slot = rows.slotCount - 1
    scope.repetition = Scope.Repetition(slots: slot, table: plan.name)
    addEntries(of: other, plan, slot: slot)
  }

  /// Adds a stage, and the names that it brings in.
  private mutating func add(_ plan: LookupPlan, _ other: Scope, to rows: inout RowPlan) {
    let slot = rows.slotCount
    rows.lookups.append(plan)
    rows.stages.append(.lookup(slot: slot))
    addEntries(of: other, plan, slot: slot)
  }

  private mutating func addEntries(of other: Scope, _ plan: LookupPlan, slot: Int) {
    for (index, entry) in other.entries.enumerated() {
      let expression = BoundExpression(
        .lookedUp(slot: slot, column: index), entry.expression.type, at: plan.span)
      scope.entries.append(
        Scope.Entry(
          name: entry.name, qualifier: plan.name, expression: expression, isLookedUp: true))
    }
  }

  /// Which rows of a table are met, and the names of its columns.
  private func lookupPlan(
    _ source: SourceSyntax, _ keys: [JoinKeySyntax], _ verb: String, at span: SourceSpan
  ) throws(QueryError) -> (LookupPlan, Scope) {
    let named = try wholeTable(source)
    let qualifier = source.alias?.text ?? named.name
    let other = Scope(schema: Schema(of: named.table), qualifier: qualifier)
    var pairs: [LookupPlan.Key] = []
    for key in keys { pairs.append(try lookupKey(key, other, qualifier, verb)) }
    let plan = LookupPlan(
      name: qualifier, tableName: storedName(source), table: named.table, keys: pairs, span: span)
    return (plan, other)
  }

  func lookupKey(
    _ key: JoinKeySyntax, _ other: Scope, _ qualifier: String, _ verb: String
  ) throws(QueryError) -> LookupPlan.Key {
    var right = self
    right.scope = other
    right.mayHoldWindows = false
    switch key {
    case .shared(let path):
      return try pair(bindName(path), right.bindName(path), at: path.span)
    case .equal(let first, let second):
      // The side that names the table looked up may stand on either side of `=`.
      if isQualified(first, by: qualifier) {
        return try pair(bind(second), right.bind(first), at: second.span)
      }
      return try pair(bind(first), right.bind(second), at: first.span)
    case .condition(let condition):
      throw unsupported("a \(verb) by anything but equal keys", at: condition.span)
    }
  }

  private func isQualified(_ expression: ExpressionSyntax, by qualifier: String) -> Bool {
    guard case .name(let path) = expression.kind, path.parts.count == 2 else { return false }
    return Environment.key(path.parts[0].text) == Environment.key(qualifier)
  }

  private func pair(_ left: BoundExpression, _ right: BoundExpression, at span: SourceSpan)
    throws(QueryError) -> LookupPlan.Key
  {
    guard case .column(let column) = right.kind else {
      throw unsupported("a key that is computed from the other table", at: right.span)
    }
    // A table of plans has years as numbers.
    if left.type == .period(.year), right.type == .integer {
      let epoch = BoundExpression.constant(.integer(1970), .integer, at: left.span)
      let year = BoundExpression(
        .arithmetic(.add, left.reread(as: .integer), epoch), .integer,
        mayBeMissing: left.mayBeMissing, at: left.span)
      return LookupPlan.Key(left: year, column: column)
    }
    let bothExact =
      left.type.isNumeric && right.type.isNumeric && !left.type.isFloating
      && !right.type.isFloating
    guard left.type == right.type || bothExact else {
      throw error(
        .type, .typeMismatch,
        "the keys must be of one type, and these are \(described(left)) and \(described(right))",
        at: span)
    }
    let isFiner = bothExact && right.type.scale > left.type.scale
    let key = isFiner ? left.converted(to: .decimal(scale: right.type.scale)) : left
    return LookupPlan.Key(left: key, column: column)
  }
}
