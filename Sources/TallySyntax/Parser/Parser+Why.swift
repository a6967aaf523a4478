extension Parser {
  /// Reads `why sum fee from services between @2025-05 and @2025-06 by agency`.
  mutating func parseWhy() throws(Abandoned) -> WhySyntax {
    advance()
    let item = try parseHeadItem()
    guard case .aggregate(var aggregate) = item.kind, item.alias == nil else {
      throw fail(
        .unexpected, "expected an aggregate behind `why`, for instance `sum fee`", at: item.span)
    }
    let source: SourceSyntax
    let periods: (ExpressionSyntax, ExpressionSyntax)
    // The object of `count` is its source, and was read together with the periods.
    if let operand = aggregate.operand, case .between(let between) = operand.kind,
      !between.isNegated, !at(.from), let object = self.source(between.value, alias: nil)
    {
      source = object
      periods = (between.lower, between.upper)
      aggregate = aggregate.without(operand: operand)
    } else {
      try expect(.from, "behind what changed")
      source = try parseSource("a table behind `from`")
      try expect(.between, "and two periods")
      let first = try parseBinary(.additive)
      try expect(.and, "between the two periods")
      periods = (first, try parseBinary(.additive))
    }
    note(.keyword("on"))
    let date = accept(.on) ? try parseBinary(.additive) : nil
    note(.keyword("where"))
    let condition = accept(.where) ? try parseExpression() : nil
    try expect(.by, "and what could have contributed to the change")
    let keys = try parseItems(of: "by")
    return WhySyntax(
      aggregate: aggregate, source: source, first: periods.0, second: periods.1, date: date,
      condition: condition, keys: keys)
  }

  /// Reads `rows of (count services group by agency) where agency = "A"`.
  mutating func parseRowsOf() throws(Abandoned) -> RowsOfSyntax {
    advance()
    advance()
    let opening = token.start
    let value = try parseBinary(.operand)
    guard case .subquery(let query) = value.kind else {
      throw fail(
        .unexpected, "expected a query in parentheses behind `rows of`",
        at: SourceSpan(opening, previousEnd))
    }
    for word in ["where", "row"] { note(.keyword(word)) }
    if accept(.row) {
      let number = token.span
      guard case .literal(.number(let row)) = try parseBinary(.operand).kind,
        let place = row.integer, place > 0
      else {
        throw fail(.unexpected, "expected the number of a row of the answer, from 1", at: number)
      }
      return RowsOfSyntax(query: query, condition: nil, row: place)
    }
    return RowsOfSyntax(
      query: query, condition: accept(.where) ? try parseExpression() : nil, row: nil)
  }
}
