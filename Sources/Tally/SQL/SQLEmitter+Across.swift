extension SQLEmitter {
  /// What stands before a step that makes columns of values: with it, these values are found.
  struct Crossing {
    /// The plan up to the step.
    var plan: QueryPlan
    /// The values, each with one cell for each key of `across`.
    var values: [[CellValue]]
    /// The names of the answer's columns.
    var names: [String]

    init(_ plan: QueryPlan, _ groups: GroupPlan, _ emitter: SQLEmitter) throws(QueryError) {
      self.plan = plan
      names = try emitter.run(plan).columnNames
      var last = plan.steps[plan.steps.count - 1]
      let keys = Array(groups.keys.suffix(groups.acrossCount))
      let count = AggregateCall(function: .count, type: .integer, span: SourceSpan(0, 0))
      last.groups = GroupPlan(keys: keys, calls: [GroupCall(call: count, name: "count")])
      last.result = ResultPlan(
        outputs: keys.enumerated().map { index, key in
          Output(
            name: "\(index)",
            expression: BoundExpression(
              .column(index), key.expression.type, at: key.expression.span))
        })
      let found = try emitter.run(
        QueryPlan(steps: plan.steps.dropLast() + [last], queries: plan.queries))
      values = (0..<found.rowCount).map { row in found.columns.map { $0[row] } }
    }
  }

  /// A table of two axes: a column of each value that `across` has now.
  func crossed(
    _ step: StepPlan, _ groups: GroupPlan, _ rows: SQLRows, _ queries: [SQLRelation],
    in plan: QueryPlan
  ) throws(QueryError) -> SQLSelection {
    try checkRepetition(groups)
    if let top = step.result.top, top.hasRest {
      throw refused(
        "has no short way to gather the rest of a table of two axes", at: top.by.span,
        help: "leave out `with rest`, or write the keys of `across` behind `group by`")
    }
    note(.across)
    let crossing = try Crossing(plan, groups, self)
    let rowCount = groups.keys.count - groups.acrossCount
    let writer = expressions(rows.frame, queries)
    var selection = SQLSelection(rows: rows)
    for key in groups.keys.prefix(rowCount) {
      selection.items.append((collated(try writer.value(key.expression)), key.name))
    }
    var tests: [[String]] = []
    let across = groups.keys.suffix(groups.acrossCount)
    for value in crossing.values {
      var parts: [String] = []
      for (key, cell) in zip(across, value) {
        let left = try writer.value(key.expression)
        let right = try writer.constant(cell, key.expression.type, at: key.expression.span)
        parts.append(writer.same(left, right).text)
      }
      tests.append(parts)
    }
    selection = try cells(of: groups, tests, selection, writer, rowCount)
    if rowCount > 0 { selection.rows.grouping = rowCount }
    var relation = store(selection, as: "cells")
    if groups.calls.contains(where: { $0.within != nil }) {
      relation = widened(relation, groups, rowCount)
    }
    let answer = try spread(step.result, groups, read(relation), crossing, queries, rowCount)
    guard groups.hasTotals, rowCount > 0 else { return answer }
    var whole = SQLSelection(rows: rows)
    for key in groups.keys.prefix(rowCount) {
      whole.items.append((SQLValue(SQLValue.unknown, key.expression.type), key.name))
    }
    whole = try cells(of: groups, tests, whole, writer, rowCount)
    let all = read(store(whole, as: "totals"))
    var plain = step.result
    (plain.order, plain.top, plain.limit, plain.skip) = ([], nil, nil, 0)
    plain.having = nil
    let total = try spread(plain, groups, all, crossing, queries, rowCount)
    return try labelled(answer, total, keyCount: rowCount, label: "total")
  }

  /// Adds the aggregates of each cell, then those of a whole row, by which rows are ordered.
  private func cells(
    of groups: GroupPlan, _ tests: [[String]], _ selection: SQLSelection,
    _ writer: SQLExpressions, _ rowCount: Int
  ) throws(QueryError) -> SQLSelection {
    var selection = selection
    for parts in tests + [[]] {
      for call in groups.calls {
        let own =
          call.within.map { keys in
            parts.indices.filter { keys.contains(rowCount + $0) }.map { parts[$0] }
          } ?? parts
        let test = own.isEmpty ? nil : own.joined(separator: " AND ")
        let value = try aggregate(call.call, writer, selection.rows.order, and: test)
        selection.items.append((value, hidden("\(selection.items.count)")))
      }
    }
    return selection
  }

  /// The denominators of shares are sums over the rows that have the same keys.
  private func widened(_ relation: SQLRelation, _ groups: GroupPlan, _ rowCount: Int)
    -> SQLRelation
  {
    let rows = read(relation)
    var selection = SQLSelection(rows: rows)
    for (index, column) in relation.columns.enumerated() {
      var value = rows.frame.own[index]
      if index >= rowCount,
        let within = groups.calls[(index - rowCount) % groups.calls.count].within
      {
        let keys = within.filter { $0 < rowCount }
        if keys.count < rowCount {
          let list = keys.map { rows.frame.own[$0].text }.joined(separator: ", ")
          let partition = keys.isEmpty ? "" : "PARTITION BY \(list)"
          value = SQLValue("sum(\(value.text)) OVER (\(partition))", value.type)
        }
      }
      selection.items.append((value, column.name))
    }
    return store(selection, as: "shares")
  }

  /// The SELECT of the rows with a column for each value.
  private func spread(
    _ result: ResultPlan, _ groups: GroupPlan, _ rows: SQLRows, _ crossing: Crossing,
    _ queries: [SQLRelation], _ rowCount: Int
  ) throws(QueryError) -> SQLSelection {
    let callCount = groups.calls.count
    let keys = Array(rows.frame.own.prefix(rowCount))
    let across = Array(groups.keys.suffix(groups.acrossCount))
    let constants = expressions(SQLFrame(), queries)
    let measures = result.outputs.dropFirst(groups.keys.count)
    var values: [SQLValue] = keys
    for (place, value) in crossing.values.enumerated() {
      var own = keys
      for (key, cell) in zip(across, value) {
        own.append(
          try constants.constant(cell, key.expression.type, at: key.expression.span))
      }
      own += rows.frame.own.dropFirst(rowCount + place * callCount).prefix(callCount)
      let writer = expressions(SQLFrame(own: own), queries)
      for measure in measures { values.append(collated(try writer.value(measure.expression))) }
    }
    if values.isEmpty {
      throw refused(
        "can't give out a table without columns, and there are no rows",
        at: groups.keys.last?.expression.span, help: "load the rows first")
    }
    // Rows are ordered by what they have as a whole.
    var whole = rows
    let unknown = across.map { SQLValue(SQLValue.unknown, $0.expression.type) }
    whole.frame.own =
      keys + unknown
      + rows.frame.own.dropFirst(rowCount + crossing.values.count * callCount)
    whole.qualified.own =
      rows.qualified.own.prefix(rowCount) + unknown
      + rows.qualified.own.dropFirst(rowCount + crossing.values.count * callCount)
    whole.order = rows.qualified.own.prefix(rowCount).map { ordered($0, false) }
    if let having = result.having {
      note(.missingIsEqual)
      whole.conditions.append(
        try expressions(whole.frame, queries).truth(having.condition).text)
    }
    if groups.hasTotals {
      let writer = expressions(whole.frame, queries)
      for measure in measures { values.append(collated(try writer.value(measure.expression))) }
    }
    let items = zip(values, crossing.names).map { (value: $0, name: $1) }
    return try finished(result, whole, queries, wantsOrder: true, items: items)
  }
}
