extension SQLEmitter {
  /// The SELECT of a plan's last step; those before are stored.
  ///
  /// `isWhole`: it is the statement's own SELECT, which nothing reads.
  func selection(of plan: QueryPlan, wantsOrder: Bool, isWhole: Bool = false)
    throws(QueryError) -> SQLSelection
  {
    var queries: [SQLRelation] = []
    for query in plan.queries { queries.append(try relation(ofValues: query)) }
    var previous: SQLRelation?
    for (index, step) in plan.steps.enumerated() {
      let isLast = index == plan.steps.count - 1
      let needsOrder = isLast ? wantsOrder : plan.steps[index + 1].needsSourceOrder(wantsOrder)
      let selection = try selection(
        of: step, previous, queries, in: plan,
        isLast: isLast && isWhole && step.stages.isEmpty, wantsOrder: needsOrder)
      if isLast, step.stages.isEmpty { return selection }
      var relation = stored(selection, needsOrder, as: "step_\(index + 1)")
      for stage in step.stages { relation = try changed(relation, stage) }
      previous = relation
      if isLast {
        var last = SQLSelection(rows: read(relation))
        last.items = zip(last.rows.frame.own, relation.columns).map { ($0, $1.name) }
        last.order = last.rows.order
        return last
      }
    }
    throw QueryError(kind: .bug, message: "a plan without steps")
  }

  /// A SELECT as rows that can be read again, numbered in their order where that matters.
  func stored(_ selection: SQLSelection, _ wantsOrder: Bool, as name: String) -> SQLRelation {
    guard wantsOrder else { return store(selection, as: name) }
    var selection = selection
    let row = hidden("row")
    let order = selection.order.isEmpty ? "" : "ORDER BY " + selection.order.joined(separator: ", ")
    selection.items.append((SQLValue("row_number() OVER (\(order))", .integer), row))
    return store(selection, as: name, rowNumber: row)
  }

  /// The answer of a query that is used as a value or a set.
  private func relation(ofValues plan: QueryPlan) throws(QueryError) -> SQLRelation {
    let name = hidden("value")
    if let members = plan.members {
      let table = SQLFrame(own: leaves(members.table, members.name, nil))
      let item = (table.own[members.column], name)
      expect(members.table.sqlColumn(members.column), of: members.name)
      let rows = SQLRows(from: dialect.quoted(members.name))
      return store(SQLSelection(items: [item], rows: rows), as: "members")
    }
    note(.severalRows)
    var selection = try selection(of: plan, wantsOrder: false)
    selection.items[0].name = name
    return store(selection, as: "query")
  }

  /// The rows of a step.
  func rows(
    _ plan: RowPlan, _ previous: SQLRelation?, _ queries: [SQLRelation], wantsOrder: Bool,
    isJoined: Bool = false
  ) throws(QueryError) -> SQLRows {
    var rows = try input(
      plan, previous, queries, wantsOrder: wantsOrder,
      isJoined: isJoined || !plan.lookups.isEmpty)
    for count in 0...plan.stages.count {
      let windows = plan.windows.filter { $0.stageCount == count }
      rows = try windowed(rows, windows, queries)
      guard count < plan.stages.count else { break }
      switch plan.stages[count] {
      case .lookup(let slot):
        let lookup = plan.lookups[slot - plan.givenSlots]
        try join(lookup, to: &rows, queries, wantsOrder: false)
      case .filter(let filter):
        let writer = expressions(rows.frame, queries)
        rows.conditions.append(try writer.truth(filter.condition).text)
        note(.missingIsEqual)
      }
    }
    return rows
  }

  /// What writes expressions on the columns of a frame.
  func expressions(_ frame: SQLFrame, _ queries: [SQLRelation]) -> SQLExpressions {
    SQLExpressions(dialect: dialect, frame: frame, emitter: self, queries: queries)
  }

  private func input(
    _ plan: RowPlan, _ previous: SQLRelation?, _ queries: [SQLRelation], wantsOrder: Bool,
    isJoined: Bool
  ) throws(QueryError) -> SQLRows {
    switch plan.input {
    case .one: return SQLRows()
    case .table(let table, let name):
      return read(table, name, wantsOrder: wantsOrder, isJoined: isJoined)
    case .previous:
      guard let previous else {
        throw QueryError(kind: .bug, message: "a first step without a source")
      }
      return read(previous, isJoined: isJoined)
    case .query(let plan), .answered(_, let plan):
      let selection = try selection(of: plan, wantsOrder: wantsOrder)
      return read(stored(selection, wantsOrder, as: "inner"), isJoined: isJoined)
    case .joined(let before, let lookup):
      var rows = try rows(
        before, previous, queries, wantsOrder: wantsOrder, isJoined: true)
      // The tables that were read so far are slots from here on.
      try join(lookup, to: &rows, queries, wantsOrder: wantsOrder)
      rows.frame.slots.insert(rows.frame.own, at: 0)
      rows.frame.own = []
      rows.qualified = rows.frame
      return rows
    }
  }

  /// The rows of a table.
  private func read(_ table: Table, _ name: String, wantsOrder: Bool, isJoined: Bool) -> SQLRows {
    var source = name
    var order: [String] = []
    if wantsOrder {
      source = numbered(name)
      order = ["\(dialect.quoted(source)).\(dialect.quoted(hidden("row")))"]
    }
    var rows = SQLRows(from: dialect.quoted(source))
    rows.qualified = SQLFrame(own: leaves(table, name, source))
    rows.frame =
      isJoined ? rows.qualified : SQLFrame(own: leaves(table, name, nil))
    rows.order = order
    return rows
  }

  /// The rows of a table with their numbers.
  func numbered(_ name: String) -> String {
    note(.sourceOrder)
    let order = dialect == .spark ? "ORDER BY monotonically_increasing_id()" : ""
    return store(
      text: "SELECT *, row_number() OVER (\(order)) AS \(dialect.quoted(hidden("row")))\n"
        + "FROM \(dialect.quoted(name))", as: "\(name)_rows")
  }

  /// The rows of a relation.
  func read(_ relation: SQLRelation, isJoined: Bool = false) -> SQLRows {
    let name = dialect.quoted(relation.name)
    var rows = SQLRows(from: name)
    rows.qualified = SQLFrame(own: relation.columns.map { value($0, of: relation.name) })
    rows.frame =
      isJoined ? rows.qualified : SQLFrame(own: relation.columns.map { value($0, of: nil) })
    if let row = relation.rowNumber { rows.order = ["\(name).\(dialect.quoted(row))"] }
    return rows
  }

  private func value(_ column: SQLRelation.Column, of table: String?) -> SQLValue {
    let prefix = table.map { dialect.quoted($0) + "." } ?? ""
    return SQLValue(prefix + dialect.quoted(column.name), column.type, bounds: column.bounds)
  }

  // MARK: Tables

  /// The columns of a table as exact values.
  func leaves(_ table: Table, _ name: String, _ prefix: String?) -> [SQLValue] {
    table.columns.indices.map { index in
      let column = table.sqlColumn(index)
      var value = value(column, of: prefix)
      value.leaf = SQLValue.Leaf(
        table: name, column: column, problem: problem(of: table.columns[index], column.name))
      switch column.type {
      case .decimal(let scale) where dialect.countsDecimals,
        .percent(let scale) where dialect.countsDecimals:
        let power = ExactDecimal.powersOfTen[scale]
        value.text = "CAST(round(\(value.text) * \(power)) AS INTEGER)"
      case .decimal, .percent:
        value.text = "CAST(\(value.text) AS \(dialect.typeName(column.type)))"
      case .text where dialect == .postgres: value.text += " COLLATE \"C\""
      default: break
      }
      if column.type == .text, dialect == .postgres { value.level = .arithmetic }
      return value
    }
  }

  /// SQLite's numbers hold 15 digits of a decimal.
  private func problem(of column: Column, _ name: String) -> String? {
    guard dialect.countsDecimals, column.type.scale > 0, column.exceeds(1_000_000_000_000_000)
    else { return nil }
    return "keeps 15 digits of a decimal, and \(name) has more"
  }

  // MARK: Joins

  /// Adds a table that rows look up or are joined to.
  private func join(
    _ lookup: LookupPlan, to rows: inout SQLRows, _ queries: [SQLRelation], wantsOrder: Bool
  ) throws(QueryError) {
    try refuseKind(of: lookup)
    if !lookup.meetsMany { note(.lookupIsChecked) }
    let alias = relationName(lookup.name)
    let (source, other) = try joined(
      lookup.table, lookup.tableName, alias: alias, wantsOrder: wantsOrder, at: lookup.span)
    let writer = expressions(rows.frame, queries)
    var conditions: [String] = []
    for key in lookup.keys {
      var (left, right) = (try writer.value(key.left), other[key.column])
      if dialect.countsDecimals, left.type.isExactNumber, right.type.isExactNumber {
        let places = left.type.scale - right.type.scale
        if places > 0 { right = writer.rescaled(right, by: places) }
        if places < 0 { left = writer.rescaled(left, by: -places) }
      }
      conditions.append("\(left.within(.arithmetic)) = \(right.within(.arithmetic))")
    }
    let word = lookup.join == .inner ? "JOIN" : "LEFT JOIN"
    let (table, name) = (dialect.quoted(source), dialect.quoted(alias))
    rows.from =
      (rows.from ?? "")
      + "\n\(word) \(table) AS \(name) ON \(conditions.joined(separator: " AND "))"
    rows.frame.slots.append(other)
    rows.qualified.slots.append(other)
    if wantsOrder { rows.order.append("\(name).\(dialect.quoted(hidden("row")))") }
  }
}

extension SQLEmitter {
  /// Lookups that hold at a time and joins of two whole tables have checks of their own, which a
  /// statement can't make.
  private func refuseKind(of lookup: LookupPlan) throws(QueryError) {
    let kind: String
    switch lookup.join {
    case nil, .inner, .left:
      if lookup.asOf == nil { return }
      kind = "`as of`"
    case .full: kind = "a full join"
    case .cross: kind = "a cross join"
    }
    throw refused(
      "can't check what \(kind) checks", at: lookup.span,
      help: "answer that part with Tally, and save it as a table")
  }

  /// The rows of a table beside others under an alias: what stands behind FROM, and its columns.
  func joined(
    _ table: Table, _ name: String?, alias: String, wantsOrder: Bool, at span: SourceSpan
  ) throws(QueryError) -> (source: String, columns: [SQLValue]) {
    if let name { return (wantsOrder ? numbered(name) : name, leaves(table, name, alias)) }
    let relation = try constants(table, wantsOrder: wantsOrder, at: span)
    let prefix = dialect.quoted(alias) + "."
    let columns = relation.columns.map {
      SQLValue(prefix + dialect.quoted($0.name), $0.type, bounds: $0.bounds)
    }
    return (relation.name, columns)
  }

  /// The rows that a query made, as they are now.
  func constants(_ table: Table, wantsOrder: Bool, at span: SourceSpan) throws(QueryError)
    -> SQLRelation
  {
    guard table.rowCount <= 1000, !table.columns.isEmpty else {
      throw refused(
        "would need \(table.rowCount) rows of a query written out", at: span,
        help: "give the query a name in the database first, and load its answer there")
    }
    note(.writtenRows)
    let writer = expressions(SQLFrame(), [])
    var rows: [String] = []
    let row = hidden("row")
    for index in 0..<table.rowCount {
      var cells: [String] = []
      for (column, name) in zip(table.columns, table.columnNames) {
        let value = try writer.constant(column[index], column.type, at: span).text
        let typed = "CAST(\(value) AS \(dialect.storedTypeName(column.type)))"
        cells.append("\(typed) AS \(dialect.quoted(name))")
      }
      if wantsOrder { cells.append("\(index + 1) AS \(dialect.quoted(row))") }
      rows.append("SELECT " + cells.joined(separator: ", "))
    }
    if rows.isEmpty {
      var cells = zip(table.columns, table.columnNames).map { column, name in
        "CAST(NULL AS \(dialect.storedTypeName(column.type))) AS \(dialect.quoted(name))"
      }
      if wantsOrder { cells.append("1 AS \(dialect.quoted(row))") }
      rows = ["SELECT " + cells.joined(separator: ", ") + " WHERE FALSE"]
    }
    let name = store(text: rows.joined(separator: "\nUNION ALL\n"), as: "rows_of_query")
    var relation = SQLRelation(name: name, columns: [], rowNumber: wantsOrder ? row : nil)
    relation.columns = table.columns.indices.map { table.sqlColumn($0) }
    return relation
  }
}

extension SQLDialect {
  /// The type in which a value of a type is kept within a statement.
  func storedTypeName(_ type: ColumnType) -> String {
    countsDecimals && type.scale > 0 ? "INTEGER" : typeName(type)
  }
}

extension Table {
  /// A column as statements name it.
  func sqlColumn(_ index: Int) -> SQLRelation.Column {
    let column = columns[index]
    let bounds = column.storedRange.map { Int128($0.lowerBound)...Int128($0.upperBound) }
    return SQLRelation.Column(name: columnNames[index], type: column.type, bounds: bounds)
  }
}

extension Column {
  /// Whether a stored number is larger than a limit.
  fileprivate func exceeds(_ limit: Int128) -> Bool {
    if let storedRange, storedRange.lowerBound >= -Int64(limit),
      storedRange.upperBound <= Int64(limit)
    {
      return false
    }
    return (0..<count).contains { row in
      guard let stored = self[row].storedInteger else { return false }
      return stored.magnitude > limit.magnitude
    }
  }
}

extension StepPlan {
  /// Whether the order of the step's input can change its result.
  func needsSourceOrder(_ wantsOrder: Bool) -> Bool {
    if let groups {
      return groups.calls.contains { $0.call.function == .first || $0.call.function == .last }
        || !rows.windows.isEmpty
    }
    return wantsOrder || result.limit != nil || result.skip > 0 || result.top != nil
      || !rows.windows.isEmpty
  }
}
