/// Writes a plan as one statement of a dialect: common table expressions for what must be computed
/// first, then a SELECT.
final class SQLEmitter {
  let dialect: SQLDialect
  /// Answers a plan, to learn which columns `across` makes.
  let run: (QueryPlan) throws(QueryError) -> Table
  private(set) var notes: [SQLNote] = []
  private var bodies: [(name: String, body: String)] = []
  private var names = UniqueNames()
  /// What hidden columns begin with: more underscores than any name of the query.
  private var hiddenPrefix = "_"
  /// The columns that tables must have, by the tables' names.
  private(set) var tables: [(name: String, columns: [SQLRelation.Column])] = []

  init(
    _ dialect: SQLDialect, for plan: QueryPlan,
    run: @escaping (QueryPlan) throws(QueryError) -> Table
  ) {
    self.dialect = dialect
    self.run = run
    reserveNames(of: plan)
    if dialect == .spark { note(.sparkSettings) }
  }

  /// Has the reader told something, once.
  func note(_ note: SQLNote) { if !notes.contains(note) { notes.append(note) } }

  /// A name of a column that is none of the query's.
  func hidden(_ name: String) -> String { hiddenPrefix + name }

  /// The statement of a plan.
  func statement(_ plan: QueryPlan) throws(QueryError) -> String {
    if plan.saving != nil { note(.save) }
    var last = try selection(of: plan, wantsOrder: true, isWhole: true)
    if let empty = last.items.firstIndex(where: { $0.name.isEmpty }) {
      throw refused(
        "has no columns without a name, and column \(empty + 1) has none",
        at: plan.steps.last?.result.outputs.last?.expression.span,
        help: "give the value a name first: coalesce and `if` make other values")
    }
    for index in last.items.indices { last.items[index].value = shown(last.items[index].value) }
    for column in last.columns { noteType(column.type) }
    if dialect.cutsNames, last.items.contains(where: { $0.name.utf8.count > 63 }) {
      note(.longNames)
    }
    var text = ""
    if !bodies.isEmpty {
      let parts = bodies.map { name, body in
        let indented = body.split(separator: "\n").map { "  " + $0 }.joined(separator: "\n")
        return "\(dialect.quoted(name)) AS (\n\(indented)\n)"
      }
      text = "WITH " + parts.joined(separator: ", ") + "\n"
    }
    return text + last.text(dialect) + ";"
  }

  /// A value as the last SELECT gives it out.
  private func shown(_ value: SQLValue) -> SQLValue {
    guard dialect.countsDecimals, value.type.scale > 0 else { return value }
    let power = ExactDecimal.powersOfTen[value.type.scale]
    return SQLValue("\(value.atom) / \(power).0", value.type)
  }

  // MARK: Names

  private func reserveNames(of plan: QueryPlan) {
    plan.forEachStep { step in
      for output in step.result.outputs + (step.groups?.keys ?? []) { reserve(output.name) }
      step.rows.forEachTable { name, table in
        _ = names.make(name)
        for column in table.columnNames { reserve(column) }
      }
      for stage in step.stages {
        if let name = stage.tableName { _ = names.make(name) }
        for column in stage.table?.columnNames ?? [] { reserve(column) }
        if case .unpivot(let plan) = stage { [plan.key, plan.value].forEach(reserve) }
      }
    }
  }

  private func reserve(_ name: String) {
    while name.hasPrefix(hiddenPrefix) { hiddenPrefix += "_" }
  }

  /// A name for rows that no table has.
  func relationName(_ name: String) -> String { names.make(name) }

  /// Stores a SELECT under a name.
  func store(_ selection: SQLSelection, as name: String, rowNumber: String? = nil) -> SQLRelation {
    let name = relationName(name)
    let selection = selection.withShortNames(self)
    bodies.append((name, selection.text(dialect)))
    var columns = selection.columns
    if rowNumber != nil { columns.removeLast() }
    return SQLRelation(name: name, columns: columns, rowNumber: rowNumber)
  }

  /// Stores a statement that is no selection.
  func store(text: String, as name: String) -> String {
    let name = relationName(name)
    bodies.append((name, text))
    return name
  }

  // MARK: Tables

  /// Notes that a table must have a column.
  func expect(_ column: SQLRelation.Column, of table: String) {
    noteType(column.type)
    let index: Int
    if let known = tables.firstIndex(where: { $0.name == table }) {
      index = known
    } else {
      index = tables.count
      tables.append((table, []))
    }
    if !tables[index].columns.contains(where: { $0.name == column.name }) {
      tables[index].columns.append(column)
    }
  }

  private func noteType(_ type: ColumnType) {
    switch type {
    case .duration: note(.durations)
    case .period: note(.periods)
    case .decimal(let scale), .percent(let scale):
      if scale > 0, dialect.countsDecimals { note(.decimals) }
    case .date, .dateTime: if dialect == .sqlite { note(.dates) }
    default: break
    }
  }
}

extension SQLDialect {
  /// Whether names end after 63 bytes.
  var cutsNames: Bool { self == .postgres }
}

extension SQLSelection {
  /// The same with other names for columns whose names would be cut, so that they stay apart, and
  /// for those that SQLite takes for words, also in quotes.
  fileprivate func withShortNames(_ emitter: SQLEmitter) -> SQLSelection {
    var copy = self
    for index in items.indices where emitter.dialect.cutsNames && items[index].name.utf8.count > 63
    {
      copy.items[index].name = emitter.hidden("long_\(index + 1)")
    }
    for index in items.indices where emitter.dialect == .sqlite {
      let name = items[index].name.lowercased()
      if name == "true" || name == "false" { copy.items[index].name = emitter.hidden(name) }
    }
    return copy
  }
}

extension QueryPlan {
  /// Hands each step to `body`, those of inner queries too.
  func forEachStep(_ body: (StepPlan) -> Void) {
    for query in queries { query.forEachStep(body) }
    for step in steps {
      step.rows.forEachQuery { $0.forEachStep(body) }
      body(step)
    }
  }
}

extension RowPlan {
  /// Hands each table that is read to `body`, with its name.
  func forEachTable(_ body: (String, Table) -> Void) {
    switch input {
    case .table(let table, let name): body(name, table)
    case .joined(let before, let join):
      before.forEachTable(body)
      body(join.name, join.table)
    case .previous, .query, .answered, .one: break
    }
    for lookup in lookups { body(lookup.name, lookup.table) }
  }

  /// Hands each query that is read as a table to `body`.
  func forEachQuery(_ body: (QueryPlan) -> Void) {
    switch input {
    case .query(let plan), .answered(_, let plan): body(plan)
    case .joined(let before, _): before.forEachQuery(body)
    case .table, .previous, .one: break
    }
  }
}
