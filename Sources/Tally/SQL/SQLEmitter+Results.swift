extension SQLEmitter {
  /// The SELECT of a step.
  func selection(
    of step: StepPlan, _ previous: SQLRelation?, _ queries: [SQLRelation], in plan: QueryPlan,
    isLast: Bool, wantsOrder: Bool
  ) throws(QueryError) -> SQLSelection {
    if let window = step.result.windows.first, step.groups.map({ $0.acrossCount > 0 }) ?? true {
      throw refused(
        "has no short way to see the rows of a table of two axes", at: window.span,
        help: "compute the window in a step behind `then`")
    }
    try refuseShapes(step)
    let needsOrder = step.needsSourceOrder(wantsOrder)
    var rows = try rows(step.rows, previous, queries, wantsOrder: needsOrder)
    if rows.order.count > 1, step.groups != nil || step.result.isDistinct {
      rows = stored(rows)
    }
    if let groups = step.groups {
      if groups.acrossCount > 0 { return try crossed(step, groups, rows, queries, in: plan) }
      return try grouped(step, groups, rows, queries, mayInline: isLast || !wantsOrder, wantsOrder)
    }
    if step.result.isDistinct {
      return try distinct(step.result, rows, queries, wantsOrder: wantsOrder)
    }
    return try finished(step.result, rows, queries, wantsOrder: wantsOrder)
  }

  /// What is made of groups as a whole has no short form in any dialect.
  private func refuseShapes(_ step: StepPlan) throws(QueryError) {
    let place = step.result.outputs.last?.expression.span
    let isShaped = step.groups.map { $0.hasSubtotals || $0.shape != nil } ?? false
    if isShaped {
      throw refused(
        "has no short way to say `fill`, `vs` and totals along keys", at: place,
        help: "ask for the groups alone")
    }
    let outputs = step.result.outputs + (step.groups?.keys ?? [])
    if outputs.contains(where: { $0.labels != nil }) {
      throw refused(
        "has no short way to name bands", at: place, help: "group by an `if` for each band")
    }
    if step.result.order.contains(where: { $0.collation != nil }) {
      throw refused(
        "orders texts by its own tables, not by Tally's", at: place,
        help: "leave out `collate`: texts are then ordered by code points")
    }
  }

  /// Rows with all their columns under names of their own, numbered in their order.
  ///
  /// `values` are further columns of their own.
  func stored(_ rows: SQLRows, adding values: [SQLValue] = []) -> SQLRows {
    var selection = SQLSelection(rows: rows)
    let all = [rows.qualified.own + values] + rows.qualified.slots
    for value in all.joined() {
      // What the dialect can't read is refused where it is used.
      let readable = value.leaf?.problem == nil ? value : SQLValue(SQLValue.unknown, value.type)
      selection.items.append((readable, hidden("\(selection.items.count + 1)")))
    }
    selection.order = rows.order
    let relation = stored(selection, !rows.order.isEmpty, as: "rows")
    var result = read(relation)
    for (path, target) in [(\SQLRows.frame, result.frame), (\SQLRows.qualified, result.qualified)] {
      var columns = target.own
      for (index, value) in all.joined().enumerated() { columns[index].leaf = value.leaf }
      var rest = columns[...]
      var frame = SQLFrame()
      frame.own = Array(rest.prefix(rows.qualified.own.count + values.count))
      rest = rest.dropFirst(frame.own.count)
      for slot in rows.qualified.slots {
        frame.slots.append(Array(rest.prefix(slot.count)))
        rest = rest.dropFirst(slot.count)
      }
      result[keyPath: path] = frame
    }
    return result
  }

  // MARK: Order and cuts

  /// A SELECT of what a step gives out of rows or groups, ordered and cut.
  ///
  /// `items` are what is given out, where they are no expressions of the plan.
  func finished(
    _ result: ResultPlan, _ rows: SQLRows, _ queries: [SQLRelation], wantsOrder: Bool,
    items: [(value: SQLValue, name: String)]? = nil
  ) throws(QueryError) -> SQLSelection {
    let writer = expressions(rows.frame, queries)
    var selection = SQLSelection(items: items ?? [], rows: rows)
    for output in result.outputs where items == nil {
      selection.items.append((collated(try writer.value(output.expression)), output.name))
    }
    if let top = result.top { return try cut(selection, top, result, rows, queries, wantsOrder) }
    selection.limit = result.limit
    selection.skip = result.skip
    if wantsOrder || result.limit != nil || result.skip > 0 {
      selection.order = try order(result.order, rows, queries) + rows.order
    }
    return selection
  }

  /// What a step is ordered by.
  func order(
    _ keys: [ResultPlan.OrderKey], _ rows: SQLRows, _ queries: [SQLRelation]
  ) throws(QueryError) -> [String] {
    let writer = expressions(rows.qualified, queries)
    var order: [String] = []
    for key in keys where key.expression.constantValue == nil {
      let value = try writer.value(key.expression)
      // A key of `across` has no value of a whole row.
      if value.text != SQLValue.unknown { order.append(ordered(value, key.isDescending)) }
    }
    return order
  }

  /// A value in ORDER BY, missing values last.
  func ordered(_ value: SQLValue, _ isDescending: Bool) -> String {
    note(.missingLast)
    return collated(value).within(.arithmetic) + (isDescending ? " DESC" : "") + " NULLS LAST"
  }

  /// A text that PostgreSQL orders by code points.
  func collated(_ value: SQLValue) -> SQLValue {
    guard dialect == .postgres, value.type == .text, !value.text.hasSuffix("COLLATE \"C\"") else {
      return value
    }
    return SQLValue("\(value.atom) COLLATE \"C\"", .text, .arithmetic)
  }

  /// `top 3 by fee within agency`: rows are ranked, and those within the number are kept.
  private func cut(
    _ selection: SQLSelection, _ top: TopPlan, _ result: ResultPlan, _ rows: SQLRows,
    _ queries: [SQLRelation], _ wantsOrder: Bool
  ) throws(QueryError) -> SQLSelection {
    let writer = expressions(rows.qualified, queries)
    let own = try order(result.order, rows, queries) + rows.order
    let measure = ResultPlan.OrderKey(expression: top.by, isDescending: !top.isBottom)
    let by = try order([measure], rows, queries)
    var parts: [String] = []
    for key in top.within { parts.append(collated(try writer.value(key)).text) }
    let within = try order(
      top.within.map { ResultPlan.OrderKey(expression: $0, isDescending: false) }, rows, queries)
    let partition =
      parts.isEmpty ? "" : "PARTITION BY \(parts.joined(separator: ", ")) "
    var ranked = selection
    let (rank, place) = (hidden("rank"), hidden("place"))
    ranked.items.append(
      (SQLValue("row_number() OVER (\(partition)\(orderBy(by + own)))", .integer), rank))
    // An order that was asked for stays; else rows stand by rank within their groups.
    let shown = result.order.isEmpty ? within + by + own : own
    ranked.items.append((SQLValue("row_number() OVER (\(orderBy(shown)))", .integer), place))
    let relation = store(ranked, as: "ranked")
    var kept = read(relation)
    kept.conditions = ["\(dialect.quoted(rank)) <= \(top.count)"]
    var last = SQLSelection(rows: kept)
    for (index, item) in selection.items.enumerated() {
      last.items.append((kept.frame.own[index], item.name))
    }
    last.limit = result.limit
    last.skip = result.skip
    if wantsOrder || result.limit != nil || result.skip > 0 {
      last.order = ["\(dialect.quoted(relation.name)).\(dialect.quoted(place))"]
    }
    return last
  }

  func orderBy(_ keys: [String]) -> String {
    keys.isEmpty ? "" : "ORDER BY " + keys.joined(separator: ", ")
  }

  /// Equal rows once, where the first of them stood.
  private func distinct(
    _ result: ResultPlan, _ rows: SQLRows, _ queries: [SQLRelation], wantsOrder: Bool
  ) throws(QueryError) -> SQLSelection {
    let writer = expressions(rows.frame, queries)
    var selection = SQLSelection(rows: rows)
    for output in result.outputs {
      selection.items.append((collated(try writer.value(output.expression)), output.name))
    }
    selection.rows.grouping = result.outputs.count
    let row = hidden("row")
    if let number = rows.order.first {
      selection.items.append((SQLValue("min(\(number))", .integer), row))
    }
    let relation = store(
      selection, as: "distinct_rows", rowNumber: rows.order.isEmpty ? nil : row)
    // What orders and cuts them is among what they show.
    func shown(_ expression: BoundExpression) -> BoundExpression {
      let place = result.outputs.firstIndex {
        $0.expression.kind == expression.kind && $0.expression.type == expression.type
      }
      guard let place else { return expression }
      return BoundExpression(.column(place), expression.type, at: expression.span)
    }
    var next = result
    next.isDistinct = false
    for index in next.outputs.indices {
      next.outputs[index].expression = shown(next.outputs[index].expression)
    }
    for index in next.order.indices {
      next.order[index].expression = shown(next.order[index].expression)
    }
    if let top = result.top {
      next.top?.by = shown(top.by)
      next.top?.within = top.within.map(shown)
    }
    return try finished(next, read(relation), queries, wantsOrder: wantsOrder)
  }
}
