extension ScriptRunner {
  /// `rows of (query) where condition`: the rows that groups of an answer were made of.
  func rows(of rows: RowsOfSyntax) throws(QueryError) -> Table {
    let plan = try plan(rows.query)
    let drill = try DrillPlan(plan, at: rows.query.span)
    let answer = try run(plan)
    let places = try places(of: rows, in: answer)
    return try run(try drill.rows(behind: places, of: answer, at: rows.query.span))
  }

  /// The rows of the answer that are meant.
  private func places(of rows: RowsOfSyntax, in answer: Table) throws(QueryError) -> [Int] {
    if let row = rows.row {
      if row <= answer.rowCount { return [row - 1] }
      throw makeBinder().error(
        .type, .noGroups, "the answer has \(answer.rowCount) rows, and no row \(row)",
        at: rows.query.span)
    }
    guard let condition = rows.condition else { return Array(0..<answer.rowCount) }
    var binder = makeBinder()
    binder.scope = Scope(schema: Schema(of: answer), qualifier: nil)
    var kept = RowPlan(input: .table(answer, name: "the answer"))
    kept.stages = [.filter(try binder.filter(condition, clause: "where"))]
    let one = BoundExpression.constant(.integer(1), .integer, at: condition.span)
    let step = StepPlan(
      rows: kept, groups: nil, result: ResultPlan(outputs: [Output(name: "1", expression: one)]))
    let found = try QueryRunner(context: makeContext()).answer(
      QueryPlan(steps: [step], queries: binder.collected.queries))
    return (found.rows ?? []).map { Int($0) }
  }
}
