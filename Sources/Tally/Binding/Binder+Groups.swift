extension Binder {
  /// Binds a step that computes aggregates.
  mutating func bindGroups(
    _ head: HeadSyntax, _ step: StepSyntax, _ groupBy: GroupBySyntax?, _ across: AcrossSyntax?,
    _ rows: RowPlan
  ) throws(QueryError) -> StepPlan {
    let scope = GroupScope()
    var names = UniqueNames()
    for key in (groupBy?.keys ?? []) + (across?.keys ?? []) {
      guard case .expression(let expression) = key.kind else { continue }
      try refuseJoinedKeys(expression)
      if key.alias == nil { try refusePlace(expression, "group by") }
      let bound = try bindValue(expression, clause: "group by")
      let name = try names.claim(key.alias?.text ?? name(of: expression), key, self)
      let bands = BandKey(bound)
      scope.addKey(
        Output(name: name, expression: bands?.number ?? bound, labels: bands?.labels),
        signature: signature(expression))
    }
    scope.acrossCount = across?.keys.count ?? 0
    try refuseRepeatedKeys(head, groupBy?.keys ?? [])
    groups = scope
    defer { groups = nil }
    let measures = try bindMeasures(head, scope, &names)
    if measures.isEmpty {
      throw error(.type, .missingHead, "the step has nothing to compute", at: head.span)
    }
    scope.items = measures
    var rows = rows
    let shape = try bindShape(step, scope, measures, &rows, names)
    let items = scope.items
    var outputs = scope.keys.enumerated().map { index, key in
      Output(name: key.output.name, expression: scope.key(index, at: head.span))
    }
    let unshaped = outputs + measures
    outputs += items
    var result = ResultPlan(outputs: outputs)
    _ = try bindCuts(step, defaultMeasure: items[0].expression, &result)
    try checkCrossing(result, scope, step)
    if shape != nil { try checkWindowless(scope) }
    try placeWindows(&result, scope, hasTotals: groupBy?.hasTotals ?? false)
    rows.watched += takeWatched()
    rows.windows = collected.windows.plans
    scope.tellCallsApart(text)
    var plan = GroupPlan(
      keys: scope.keys.map(\.output), acrossCount: scope.acrossCount,
      hasTotals: across?.hasTotals ?? false,
      hasSubtotals: groupBy?.hasTotals ?? false, calls: scope.calls, shape: shape)
    plan.crosses = try unpublishedCrosses(rows, plan, unshaped)
    if shape != nil { result = result.placed(behind: plan.keys.count + plan.calls.count) }
    try checkTotals(plan, result, hasTotals: groupBy?.hasTotals ?? false, at: head.span)
    return StepPlan(rows: rows, groups: plan, result: result)
  }

  /// What a head computes of groups. Windows are bound last: the order of the step may be that of
  /// another measure.
  private func bindMeasures(
    _ head: HeadSyntax, _ scope: GroupScope, _ names: inout UniqueNames
  ) throws(QueryError) -> [Output] {
    var values: [Int: (BoundExpression, String)] = [:]
    for bindsWindows in [false, true] {
      for (index, item) in head.items.enumerated() {
        var holdsWindow = false
        item.forEachExpression { if $0.mayHoldWindow(ofGroups: true) { holdsWindow = true } }
        guard holdsWindow == bindsWindows else { continue }
        values[index] = try bindItem(item, head)
      }
      // The order may name what has been bound, and nothing else may yet.
      scope.orderItems = values.sorted { $0.key < $1.key }.map {
        Output(name: $0.value.1, expression: $0.value.0)
      }
    }
    var measures: [Output] = []
    for (index, item) in head.items.enumerated() {
      guard let (expression, name) = values[index] else { continue }
      measures.append(Output(name: try names.claim(name, item, self), expression: expression))
    }
    return measures
  }

  /// Puts the windows over groups behind the aggregates. They see the groups that `having` keeps,
  /// and so it can't ask for them.
  private func placeWindows(
    _ result: inout ResultPlan, _ scope: GroupScope, hasTotals: Bool
  ) throws(QueryError) {
    if scope.windows.plans.isEmpty { return }
    if let having = result.having, scope.holdsWindow(having.condition) {
      let clause = having.condition.span
      let words = source.text(in: clause)
      throw error(
        .type, .misplacedWindow, "`having` is asked before windows over the groups are computed",
        at: clause, help: ["ask in a step of its own: then where \(words)"])
    }
    if scope.acrossCount > 0 || hasTotals || result.top?.hasRest ?? false {
      throw error(
        .type, .misplacedWindow,
        "a window sees groups as rows, and not a table of two axes, totals or the row of the rest",
        at: scope.windows.plans[0].span)
    }
    for index in result.outputs.indices {
      result.outputs[index].expression = scope.placed(result.outputs[index].expression)
    }
    for index in result.order.indices {
      result.order[index].expression = scope.placed(result.order[index].expression)
    }
    if let top = result.top {
      result.top?.by = scope.placed(top.by)
      result.top?.within = top.within.map(scope.placed)
    }
    result.windows = scope.windows.plans.map { window in
      var window = window.mapped(scope.placed)
      window.stageCount = result.having == nil ? 0 : 1
      return window
    }
  }

  private func bindItem(_ item: ItemSyntax, _ head: HeadSyntax) throws(QueryError)
    -> (BoundExpression, String)
  {
    switch item.kind {
    case .aggregate(let aggregate):
      let phrase = AggregatePhrase(
        verb: aggregate.verb, isDistinct: aggregate.isDistinct,
        operands: aggregate.operand.map { [$0] } ?? [], with: aggregate.with,
        within: aggregate.within, span: item.span)
      return (try bindAggregate(phrase), item.alias?.text ?? name(of: phrase))
    case .expression(let expression):
      return (try bind(expression), item.alias?.text ?? name(of: expression))
    }
  }

  /// Rows of a table of two axes compete among themselves, so `top` is within their own keys.
  private func checkCrossing(_ result: ResultPlan, _ scope: GroupScope, _ step: StepSyntax)
    throws(QueryError)
  {
    let rowKeys = scope.keys.count - scope.acrossCount
    guard scope.acrossCount > 0, let top = result.top else { return }
    for key in top.within {
      var isOfRows = true
      key.forEachColumn { if rowKeys..<scope.keys.count ~= $0 { isOfRows = false } }
      if isOfRows { continue }
      throw error(
        .type, .notAKey, "\(text(key.span)) is a key of columns, and rows compete within their own",
        at: key.span)
    }
    if top.hasRest, rowKeys == 0 {
      throw error(
        .type, .misplacedClause, "`with rest` gathers rows, and this step has one",
        at: top.by.span)
    }
  }
}

extension BoundExpression {
  /// Calls `body` with each column that the expression reads.
  func forEachColumn(_ body: (Int) -> Void) {
    if case .column(let index) = kind { body(index) }
    for operand in operands { operand.forEachColumn(body) }
  }
}
