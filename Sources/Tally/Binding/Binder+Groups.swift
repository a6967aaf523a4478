extension Binder {
  /// Binds a step that computes aggregates.
  mutating func bindGroups(
    _ head: HeadSyntax, _ step: StepSyntax, _ groupBy: GroupBySyntax?, _ across: AcrossSyntax?,
    _ rows: RowPlan
  ) throws(QueryError) -> StepPlan {
    if let groupBy, groupBy.hasTotals {
      throw unsupported("`group by … with totals`", at: groupBy.span)
    }
    let scope = GroupScope()
    var names = UniqueNames()
    for key in (groupBy?.keys ?? []) + (across?.keys ?? []) {
      guard case .expression(let expression) = key.kind else { continue }
      let bound = try bindValue(expression, clause: "group by")
      let name = try names.claim(key.alias?.text ?? name(of: expression), key, self)
      scope.addKey(Output(name: name, expression: bound), signature: signature(expression))
    }
    scope.acrossCount = across?.keys.count ?? 0
    groups = scope
    defer { groups = nil }
    var measures: [Output] = []
    for item in head.items {
      let (expression, name) = try bindItem(item, head)
      measures.append(Output(name: try names.claim(name, item, self), expression: expression))
    }
    if measures.isEmpty {
      throw error(.type, .missingHead, "the step has nothing to compute", at: head.span)
    }
    scope.items = measures
    var outputs = scope.keys.enumerated().map { index, key in
      Output(name: key.output.name, expression: scope.key(index, at: head.span))
    }
    outputs += measures
    var result = ResultPlan(outputs: outputs)
    _ = try bindCuts(step, defaultMeasure: measures[0].expression, &result)
    try checkCrossing(result, scope, step)
    var rows = rows
    rows.watched += takeWatched()
    var plan = GroupPlan(
      keys: scope.keys.map(\.output), acrossCount: scope.acrossCount,
      hasTotals: across?.hasTotals ?? false, calls: scope.calls)
    plan.crosses = try unpublishedCrosses(rows, plan, outputs)
    return StepPlan(rows: rows, groups: plan, result: result)
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

  /// What a table of two axes can't have.
  private func checkCrossing(_ result: ResultPlan, _ scope: GroupScope, _ step: StepSyntax)
    throws(QueryError)
  {
    guard scope.acrossCount > 0 else { return }
    if let having = result.having {
      throw unsupported("`having` beside `across`", at: having.condition.span)
    }
    if let top = result.top, top.hasRest || !top.within.isEmpty {
      throw unsupported("`top` with rest or within beside `across`", at: top.by.span)
    }
  }
}
