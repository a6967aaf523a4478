extension SQLEmitter {
  /// The SELECT of a step that groups.
  func grouped(
    _ step: StepPlan, _ groups: GroupPlan, _ rows: SQLRows, _ queries: [SQLRelation],
    mayInline: Bool, _ wantsOrder: Bool
  ) throws(QueryError) -> SQLSelection {
    if step.result.top?.hasRest ?? false {
      return try gathered(step.result, groups, rows, queries)
    }
    try checkRepetition(groups)
    let writer = expressions(rows.frame, queries)
    var keys: [SQLValue] = []
    for key in groups.keys { keys.append(collated(try writer.value(key.expression))) }
    var calls: [SQLValue] = []
    for call in groups.calls { calls.append(try aggregate(call.call, writer, rows.order)) }
    // Groups are made of counts of the last place, and shown as numbers.
    let isCounted =
      dialect.countsDecimals && step.result.outputs.contains { $0.expression.type.scale > 0 }
    if mayInline, !isCounted, !groups.keys.isEmpty, isPlain(step.result, groups) {
      return try inlined(step.result, keys, calls, rows, queries, wantsOrder)
    }
    var selection = SQLSelection(rows: rows)
    var names = UniqueNames()
    for (key, value) in zip(groups.keys, keys) {
      selection.items.append((value, names.make(key.name)))
    }
    for (call, value) in zip(groups.calls, calls) {
      selection.items.append((value, names.make(call.name)))
    }
    if groups.keys.isEmpty, isPlain(step.result, groups), step.result.having == nil {
      selection.items = []
      let writer = expressions(SQLFrame(own: calls), queries)
      for output in step.result.outputs {
        selection.items.append((collated(try writer.value(output.expression)), output.name))
      }
      selection.limit = step.result.limit
      selection.skip = step.result.skip
      return selection
    }
    selection.rows.grouping = groups.keys.count
    var relation = store(selection, as: "groups")
    if groups.calls.contains(where: { $0.within != nil }) {
      relation = try widened(relation, groups)
    }
    var made = read(relation)
    if let having = step.result.having {
      note(.missingIsEqual)
      made.conditions = [try expressions(made.frame, queries).truth(having.condition).text]
    }
    // Groups stand in the order of their keys.
    made.order = made.qualified.own.prefix(groups.keys.count).map { ordered($0, false) }
    made = try windowed(made, step.result.windows, queries)
    return try finished(step.result, made, queries, wantsOrder: wantsOrder)
  }

  /// Refuses aggregates that count each row of a table, or each value, once.
  func checkRepetition(_ groups: GroupPlan) throws(QueryError) {
    for call in groups.calls where call.locality != nil || call.countsValuesOnce {
      throw refused(
        "counts rows as often as a join repeats them", at: call.call.span,
        help: "aggregate each table before the join")
    }
  }

  /// One SELECT that groups and gives out.
  private func inlined(
    _ result: ResultPlan, _ keys: [SQLValue], _ calls: [SQLValue], _ rows: SQLRows,
    _ queries: [SQLRelation], _ wantsOrder: Bool
  ) throws(QueryError) -> SQLSelection {
    let writer = expressions(SQLFrame(own: keys + calls), queries)
    var selection = SQLSelection(rows: rows)
    for output in result.outputs {
      selection.items.append((collated(try writer.value(output.expression)), output.name))
    }
    selection.rows.grouping = keys.count
    if let having = result.having {
      note(.missingIsEqual)
      selection.rows.having = try writer.truth(having.condition).text
    }
    guard wantsOrder || result.limit != nil || result.skip > 0 else { return selection }
    note(.missingLast)
    var order: [String] = []
    var used = Set<Int>()
    for key in result.order where key.expression.constantValue == nil {
      guard let place = result.place(of: key.expression) else {
        order.append(ordered(try writer.value(key.expression), key.isDescending))
        continue
      }
      used.insert(place)
      order.append("\(place + 1)\(key.isDescending ? " DESC" : "") NULLS LAST")
    }
    for key in keys.indices where !used.contains(key) { order.append("\(key + 1) NULLS LAST") }
    selection.order = order
    selection.limit = result.limit
    selection.skip = result.skip
    return selection
  }

  /// Whether groups can be made and given out by one SELECT.
  private func isPlain(_ result: ResultPlan, _ groups: GroupPlan) -> Bool {
    let keyCount = groups.keys.count
    if result.top != nil || !result.windows.isEmpty { return false }
    if groups.calls.contains(where: { $0.within != nil }) { return false }
    var others = result.outputs.dropFirst(keyCount).map(\.expression)
    others += result.having.map { [$0.condition] } ?? []
    others += result.order.map(\.expression).filter { result.place(of: $0) == nil }
    return others.allSatisfy { !$0.readsColumn(below: keyCount) }
  }

  /// Adds the denominators of shares: sums over groups of groups.
  private func widened(_ relation: SQLRelation, _ groups: GroupPlan) throws(QueryError)
    -> SQLRelation
  {
    let rows = read(relation)
    var selection = SQLSelection(rows: rows)
    let keyCount = groups.keys.count
    for (index, column) in relation.columns.enumerated() {
      var value = rows.frame.own[index]
      if index >= keyCount, let within = groups.calls[index - keyCount].within {
        let keys = within.map { rows.frame.own[$0].text }.joined(separator: ", ")
        let partition = keys.isEmpty ? "" : "PARTITION BY \(keys)"
        value = SQLValue("sum(\(value.text)) OVER (\(partition))", value.type)
      }
      selection.items.append((value, column.name))
    }
    return store(selection, as: "shares")
  }

  /// The error for what the dialect can't say.
  func refused(_ what: String, at span: SourceSpan?, help: String) -> QueryError {
    QueryError(
      kind: .type,
      diagnostics: [
        Diagnostic(
          .notInDialect, "\(dialect.title) \(what)", at: span ?? SourceSpan(0, 0), help: [help])
      ])
  }
}

extension ResultPlan {
  /// The place of an expression among the outputs.
  fileprivate func place(of expression: BoundExpression) -> Int? {
    outputs.firstIndex {
      $0.expression.kind == expression.kind && $0.expression.type == expression.type
    }
  }
}

extension BoundExpression {
  /// Whether one of the step's first columns is read.
  fileprivate func readsColumn(below count: Int) -> Bool {
    if case .column(let index) = kind { return index < count }
    return operands.contains { $0.readsColumn(below: count) }
  }
}
