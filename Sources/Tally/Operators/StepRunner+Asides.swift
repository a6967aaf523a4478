import TallySyntax

/// Questions that a step asks about its own rows, for the receipt alone.
extension StepRunner {
  /// The answer of another step on the same input.
  func answer(of plan: StepPlan, _ input: StepInput) throws(QueryError) -> Table {
    var runner = StepRunner(context: context, step: plan, answers: answers)
    return try runner.run(on: input)
  }

  /// The number that a step counts which has no keys.
  func rowCount(of plan: StepPlan, _ input: StepInput) throws(QueryError) -> Int {
    let table = try answer(of: plan, input)
    guard table.rowCount > 0, case .integer(let count)? = table.columns.last?[0] else { return 0 }
    return Int(count)
  }

  /// Notes the rows that have no value to rank by, where ranks decided which rows are given out:
  /// they stand last, and nobody knows whether they should.
  mutating func noteUnranked(_ plan: ResultPlan, _ rows: RowPlan, _ input: StepInput)
    throws(QueryError)
  {
    // Rows that are given out once have at most one such row among them.
    guard receipt.rowsCut > 0, !plan.isDistinct,
      let by = plan.top?.by ?? plan.order.first?.expression,
      by.mayBeMissing
    else { return }
    var rows = rows
    rows.watched = []
    let missing = BoundExpression(.isMissing(by), .boolean, mayBeMissing: false, at: by.span)
    // Of rows that conditions leave out nothing is computed.
    rows.stages.append(
      .filter(
        FilterPlan(condition: missing, clause: "where", text: "", columns: [], isApart: true)))
    receipt.rowsUnranked = try rowCount(of: StepPlan(countOf: rows, at: by.span), input)
  }
}

extension StepPlan {
  /// Counts rows by some keys: columns of the keys, and then the number.
  init(countOf rows: RowPlan, by keys: [Output] = [], at span: SourceSpan) {
    let call = GroupCall(
      call: AggregateCall(function: .count, type: .integer, span: span), name: "count")
    let number = BoundExpression(.column(keys.count), .integer, mayBeMissing: false, at: span)
    let outputs = keys.enumerated().map { index, key in
      Output(
        name: key.name,
        expression: BoundExpression(.column(index), key.expression.type, at: span))
    }
    self.init(
      rows: rows, groups: GroupPlan(keys: keys, calls: [call]),
      result: ResultPlan(outputs: outputs + [Output(name: "count", expression: number)]))
  }
}
