extension SQLEmitter {
  /// The rows of a relation after `append`, `except` or `unpivot`.
  func changed(_ relation: SQLRelation, _ stage: TableStage) throws(QueryError) -> SQLRelation {
    switch stage {
    case .append(let table): return try appended(relation, table)
    case .except(let table): return try excepted(relation, table)
    case .unpivot(let plan): return try unpivoted(relation, plan)
    }
  }

  /// Values of one type as another that holds them.
  private func converted(_ value: SQLValue, to type: ColumnType) -> SQLValue {
    guard value.type != type, value.type.isExactNumber, type.isExactNumber else {
      return value.retyped(type)
    }
    let writer = expressions(SQLFrame(), [])
    return writer.rescaled(value, by: type.scale - value.type.scale).retyped(type)
  }

  private func missing(_ type: ColumnType) -> SQLValue {
    SQLValue("CAST(NULL AS \(dialect.storedTypeName(type)))", type)
  }

  /// Two SELECTs one below the other. Rows keep their order, the first before the second.
  private func stacked(_ parts: [SQLSelection], _ order: [[String]], named name: String)
    -> SQLRelation
  {
    var texts: [String] = []
    let isOrdered = order.allSatisfy { !$0.isEmpty }
    let (part, row) = (hidden("part"), hidden("row"))
    for (index, selection) in parts.enumerated() {
      var selection = selection
      if isOrdered {
        selection.items.append((SQLValue(order[index][0], .integer), part))
        selection.items.append((SQLValue(order[index][1], .integer), row))
      }
      texts.append(selection.text(dialect))
    }
    let all = store(text: texts.joined(separator: "\nUNION ALL\n"), as: name)
    let relation = SQLRelation(name: all, columns: parts[0].columns)
    guard isOrdered else { return relation }
    var rows = read(relation)
    let quoted = dialect.quoted(all)
    rows.order = [part, row].map { "\(quoted).\(dialect.quoted($0))" }
    var selection = SQLSelection(rows: rows)
    selection.items = zip(rows.frame.own, relation.columns).map { ($0, $1.name) }
    selection.order = rows.order
    return stored(selection, true, as: name)
  }

  private func appended(_ relation: SQLRelation, _ table: CombinedTable) throws(QueryError)
    -> SQLRelation
  {
    let rows = read(relation)
    let wantsOrder = relation.rowNumber != nil
    let alias = relationName(table.name)
    let (source, columns) = try joined(
      table.table, table.tableName, alias: alias, wantsOrder: wantsOrder, at: SourceSpan(0, 0))
    let name = dialect.quoted(alias)
    var first = SQLSelection(rows: rows)
    var second = SQLSelection(rows: SQLRows(from: "\(dialect.quoted(source)) AS \(name)"))
    for pair in table.columns {
      let left = pair.left.map { converted(rows.frame.own[$0], to: pair.type) }
      let right = try pair.right.map { place throws(QueryError) in
        converted(try expected(columns[place]), to: pair.type)
      }
      first.items.append((left ?? missing(pair.type), pair.name))
      second.items.append((right ?? missing(pair.type), pair.name))
    }
    let order =
      wantsOrder
      ? [["0", rows.order[0]], ["1", "\(name).\(dialect.quoted(hidden("row")))"]] : [[], []]
    return stacked([first, second], order, named: "appended")
  }

  private func expected(_ value: SQLValue) throws(QueryError) -> SQLValue {
    try expressions(SQLFrame(), []).read(value, at: SourceSpan(0, 0))
  }

  private func excepted(_ relation: SQLRelation, _ table: CombinedTable) throws(QueryError)
    -> SQLRelation
  {
    var rows = read(relation, isJoined: true)
    let alias = relationName(table.name)
    let (source, columns) = try joined(
      table.table, table.tableName, alias: alias, wantsOrder: false, at: SourceSpan(0, 0))
    let writer = expressions(rows.frame, [])
    var tests: [String] = []
    for pair in table.columns {
      guard let left = pair.left, let right = pair.right else { continue }
      let own = converted(rows.frame.own[left], to: pair.type)
      tests.append(
        writer.same(own, converted(try expected(columns[right]), to: pair.type)).text)
    }
    rows.conditions = [
      "NOT EXISTS (SELECT 1 FROM \(dialect.quoted(source)) AS \(dialect.quoted(alias))"
        + " WHERE \(tests.joined(separator: " AND ")))"
    ]
    var selection = SQLSelection(rows: rows)
    selection.items = zip(rows.frame.own, relation.columns).map { ($0, $1.name) }
    selection.order = rows.order
    return stored(selection, relation.rowNumber != nil, as: "excepted")
  }

  private func unpivoted(_ relation: SQLRelation, _ plan: UnpivotPlan) throws(QueryError)
    -> SQLRelation
  {
    let rows = read(relation)
    var parts: [SQLSelection] = []
    var order: [[String]] = []
    for (place, column) in plan.columns.enumerated() {
      var part = SQLSelection(rows: rows)
      for other in plan.others {
        part.items.append((rows.frame.own[other], relation.columns[other].name))
      }
      part.items.append((SQLValue(dialect.literal(plan.names[place]), .text), plan.key))
      part.items.append((converted(rows.frame.own[column], to: plan.type), plan.value))
      parts.append(part)
      order.append(rows.order.isEmpty ? [] : [rows.order[0], "\(place)"])
    }
    return stacked(parts, order, named: "unpivoted")
  }
}

extension TableStage {
  /// The name of the stored table that is read beside the result.
  var tableName: String? {
    switch self {
    case .append(let table), .except(let table): table.tableName
    case .unpivot: nil
    }
  }
}
