extension Binder {
  /// `working_days(from, to, holidays.day)`: days from Monday to Friday that are none of the days in
  /// a table's column or a query's answer.
  func bindWorkingDays(_ call: CallSyntax, at span: SourceSpan) throws(QueryError)
    -> BoundExpression
  {
    let ends = try call.arguments.prefix(2).mapThrowing { argument throws(QueryError) in
      try bind(argument)
    }
    let bound: BoundExpression
    do throws(FunctionProblem) {
      bound = try FunctionCatalog.bind(call.name.text, ends, at: span)
    } catch {
      let place = error.argument.map { ends[$0].span } ?? span
      throw self.error(.type, .functionArguments, error.message, at: place, help: error.help)
    }
    guard case .call(let function, let days) = bound.kind else { return bound }
    let off = try daysOff(call.arguments[2])
    return BoundExpression(
      .call(function, days + [off]), .integer, mayBeMissing: bound.mayBeMissing, at: span)
  }

  /// The set of days, as a membership whose value nobody asks for.
  private func daysOff(_ argument: ExpressionSyntax) throws(QueryError) -> BoundExpression {
    var plan: QueryPlan
    switch argument.kind {
    case .subquery(let query): plan = try inner().plan(query)
    case .name(let path) where path.parts.count == 2:
      let named = try table(path.parts[0])
      var other = self
      other.mayHoldWindows = false
      other.groups = nil
      other.scope = Scope(schema: Schema(of: named.table), qualifier: path.parts[0].text)
      let entry = try other.entry(for: path)
      let step = StepPlan(
        rows: RowPlan(input: .table(named.table, name: named.name)), groups: nil,
        result: ResultPlan(
          isDistinct: true, outputs: [Output(name: entry.name, expression: entry.expression)]))
      plan = QueryPlan(steps: [step])
    default: throw noDays(argument)
    }
    guard let schema = plan.schema, schema.columns.count == 1, schema.columns[0].type == .date
    else { throw noDays(argument) }
    collected.queries.append(plan)
    let nothing = BoundExpression.constant(.missing, .date, at: argument.span)
    return BoundExpression(
      .membership(nothing, .query(collected.queries.count - 1)), .boolean, mayBeMissing: false,
      at: argument.span)
  }

  private func noDays(_ argument: ExpressionSyntax) -> QueryError {
    error(
      .type, .functionArguments,
      "days off are a table's column of dates or the answer of a query", at: argument.span,
      help: ["for instance working_days(opened, closed, holidays.day)"])
  }
}
