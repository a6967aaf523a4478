extension DiagnosticCode {
  static let noContribution = DiagnosticCode(
    "T0472", "`why` takes apart what does not add up over groups.")
  /// The codes of `why` and `rows of`, in order.
  static let changeCodes: [DiagnosticCode] = [.noContribution, .noDateColumn, .noGroups]
  static let noDateColumn = DiagnosticCode(
    "T0473", "The column that places rows in two periods is not said and can't be found.")
}

extension Binder {
  /// The plan of `why`: what each group contributed to a change, the largest first.
  ///
  /// The contributions are differences of exact sums, so they add up to the whole change.
  func plan(_ why: WhySyntax) throws(QueryError) -> QueryPlan {
    var binder = self
    var rows = try binder.rows(of: why.source)
    let periods = try binder.periods(of: why)
    rows.stages.append(.filter(try binder.filter(of: why, periods)))
    let scope = GroupScope()
    var names = UniqueNames()
    for name in ["before", "after", "change", "share"] { _ = names.make(name) }
    for key in why.keys {
      guard case .expression(let expression) = key.kind else { continue }
      let bound = try binder.bindValue(expression, clause: "by")
      let name = names.make(key.alias?.text ?? name(of: expression))
      scope.addKey(Output(name: name, expression: bound), signature: signature(expression))
    }
    let calls = try binder.calls(of: why, periods)
    binder.collectWatched(into: &rows)
    let groups = GroupPlan(
      keys: scope.keys.map(\.output),
      calls: calls
        + calls.map { call in
          var whole = call
          whole.within = []
          return whole
        })
    let step = StepPlan(rows: rows, groups: groups, result: result(of: why, scope, calls))
    return QueryPlan(steps: [step], queries: binder.collected.queries)
  }

  private mutating func collectWatched(into rows: inout RowPlan) {
    rows.watched += takeWatched()
  }

  // MARK: Periods

  /// The conditions that place a row in the first and in the second period.
  private func periods(of why: WhySyntax) throws(QueryError) -> (BoundExpression, BoundExpression) {
    let date: ExpressionSyntax
    if let written = why.date { date = written } else { date = try onlyDate(of: why) }
    func isIn(_ period: ExpressionSyntax) throws(QueryError) -> BoundExpression {
      try bindMembership(
        MembershipSyntax(of: date, in: period), at: period.span)
    }
    return (try isIn(why.first), try isIn(why.second))
  }

  /// The only column of dates, where there is one.
  private func onlyDate(of why: WhySyntax) throws(QueryError) -> ExpressionSyntax {
    let dates = scope.entries.filter {
      $0.expression.type == .date || $0.expression.type == .dateTime
    }
    if dates.count == 1 { return ExpressionSyntax(name: dates[0].name, at: why.source.span) }
    let names = dates.map { spelledName($0.name) }
    var fixIts: [FixIt] = []
    if let first = names.first {
      let end = SourceSpan(why.second.span.end, why.second.span.end)
      fixIts = [FixIt("write `on \(first)`", replace: end, with: " on \(first)")]
    }
    throw error(
      .type, .noDateColumn,
      names.isEmpty
        ? "the rows have no dates that lie in two periods"
        : "the rows have several dates: say which one lies in the periods", at: why.second.span,
      help: names.isEmpty ? [] : ["dates: " + names.joined(separator: ", ")], fixIts: fixIts)
  }

  private mutating func filter(
    of why: WhySyntax, _ periods: (BoundExpression, BoundExpression)
  ) throws(QueryError) -> FilterPlan {
    let span = why.first.span.joined(with: why.second.span)
    let inPeriods = condition(.or([periods.0, periods.1]), at: span)
    guard let own = why.condition else {
      return FilterPlan(
        condition: inPeriods, clause: "between", text: text(span), columns: [])
    }
    var filter = try filter(own, clause: "where")
    filter.condition = condition(.and([filter.condition, inPeriods]), at: own.span)
    return filter
  }

  // MARK: Aggregates

  /// What is computed of the first and of the second period.
  private func calls(
    of why: WhySyntax, _ periods: (BoundExpression, BoundExpression)
  ) throws(QueryError) -> [GroupCall] {
    let aggregate = why.aggregate
    guard aggregate.verb == .count || aggregate.verb == .sum, !aggregate.isDistinct,
      aggregate.within == nil
    else { throw notAdditive(aggregate) }
    let function: AggregateFunction = aggregate.verb == .count ? .count : .sum
    var operands: [BoundExpression] = []
    if let operand = aggregate.operand { operands.append(try bind(operand)) }
    guard
      let type = AggregateCall.resultType(of: function, operands: operands.map(\.type)),
      function == .count || operands.count == 1
    else {
      throw error(
        .type, .aggregateOperand,
        operands.first.map { "\(function.rawValue) can't be taken of \(described($0))" }
          ?? "\(function.rawValue) needs to know of what", at: aggregate.verbSpan)
    }
    if type.isFloating {
      throw error(
        .type, .noContribution, "floating numbers don't add up exactly", at: aggregate.verbSpan,
        help: ["round them first, for instance `sum of round(x, 2)`"])
    }
    let with = try aggregate.with.map { with throws(QueryError) in
      try filter(with, clause: "with")
    }
    return [(periods.0, why.first), (periods.1, why.second)].map { period, written in
      let test = with.map { condition(.and([$0.condition, period]), at: written.span) } ?? period
      let call = AggregateCall(
        function: function, operands: operands, condition: test, type: type,
        span: aggregate.verbSpan)
      let filter = FilterPlan(
        condition: test, clause: "with", text: text(written.span), columns: with?.columns ?? [])
      return GroupCall(
        call: call, name: "\(function.rawValue) in \(text(written.span))", condition: filter)
    }
  }

  private func notAdditive(_ aggregate: AggregateSyntax) -> QueryError {
    let verb = aggregate.verb.rawValue
    var fixIts: [FixIt] = []
    if aggregate.verb == .average, !aggregate.isDistinct {
      fixIts = [FixIt("write `sum`", replace: aggregate.verbSpan, with: "sum")]
    }
    return error(
      .type, .noContribution,
      "the \(aggregate.isDistinct ? "distinct values" : verb) of groups do not add up to that of"
        + " all rows, so no group has a part in its change", at: aggregate.verbSpan,
      help: ["ask why its parts changed: `why sum …` and `why count …`"], fixIts: fixIts)
  }

  /// Both periods, their difference, and its share of the whole change.
  private func result(of why: WhySyntax, _ scope: GroupScope, _ calls: [GroupCall])
    -> ResultPlan
  {
    let span = why.aggregate.verbSpan
    let type = calls[0].call.type
    let keyCount = scope.keys.count
    func column(_ place: Int) -> BoundExpression {
      BoundExpression(.column(keyCount + place), type, mayBeMissing: false, at: span)
    }
    func difference(_ before: Int, _ after: Int) -> BoundExpression {
      BoundExpression(
        .arithmetic(.subtract, column(after), column(before)), type, mayBeMissing: false, at: span)
    }
    let change = difference(0, 1)
    let (part, whole) = (change.reread(as: .integer), difference(2, 3).reread(as: .integer))
    let size = BoundExpression(.call(.abs, [change]), type, mayBeMissing: false, at: span)
    let outputs =
      scope.keys.indices.map { index in
        Output(name: scope.keys[index].output.name, expression: scope.key(index, at: span))
      } + [
        Output(name: "before", expression: column(0)), Output(name: "after", expression: column(1)),
        Output(name: "change", expression: change),
        Output(
          name: "share", expression: BoundExpression(.quotient(part, whole), .ratio, at: span)),
      ]
    return ResultPlan(
      order: [ResultPlan.OrderKey(expression: size, isDescending: true)], outputs: outputs)
  }
}
