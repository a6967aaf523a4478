extension Binder {
  /// Two operands as one type: exact numbers at one scale, or both floating.
  func unified(
    _ left: BoundExpression, _ right: BoundExpression, _ what: String, at span: SourceSpan
  ) throws(QueryError) -> (BoundExpression, BoundExpression) {
    if left.isMissingLiteral {
      return (.constant(.missing, right.type, at: left.span), right)
    }
    if right.isMissingLiteral {
      return (left, .constant(.missing, left.type, at: right.span))
    }
    if left.type == right.type { return (left, right) }
    // What a time is compared with says something also where no row has one.
    if left.type.isTime, right.constantValue != nil, let pair = try? converted(left, right) {
      return pair
    }
    if right.type.isTime, left.constantValue != nil,
      let (second, first) = try? converted(right, left)
    {
      return (first, second)
    }
    if let left = emptyColumn(left, as: right.type) { return (left, right) }
    if let right = emptyColumn(right, as: left.type) { return (left, right) }
    if left.type.isNumeric, right.type.isNumeric {
      if left.type.isFloating || right.type.isFloating {
        return floating(left, right)
      }
      return try sameScale(left, right, at: span)
    }
    if let pair = try converted(left, right) { return pair }
    if let (second, first) = try converted(right, left) { return (first, second) }
    throw error(
      .type, .typeMismatch,
      "\(what) must be of one type, and these are \(described(left)) and \(described(right))",
      at: span)
  }

  /// A column of which no row has a value, as one of another type; nil for any other expression.
  ///
  /// Whatever the file was read as, nothing speaks against the type that the query expects. The
  /// result still depends on the column, so that receipts say what its missing values decided.
  func emptyColumn(_ expression: BoundExpression, as type: ColumnType) -> BoundExpression? {
    guard groups == nil, case .column(let index) = expression.kind,
      scope.emptyColumns[index] == expression.type
    else { return nil }
    let missing = BoundExpression.constant(.missing, type, at: expression.span)
    let test = condition(.isMissing(expression), at: expression.span)
    return BoundExpression(
      .conditional(missing, condition: test, otherwise: missing), type, at: expression.span)
  }

  /// The same for a column that was read as text for want of a value, where text does not fit.
  func untypedColumn(_ expression: BoundExpression, as type: ColumnType) -> BoundExpression? {
    expression.type == .text ? emptyColumn(expression, as: type) : nil
  }

  private func floating(_ left: BoundExpression, _ right: BoundExpression)
    -> (BoundExpression, BoundExpression)
  {
    let type: ColumnType = left.type.isPercentage && right.type.isPercentage ? .ratio : .float
    return (left.asFloat(type), right.asFloat(type))
  }

  /// Two exact numbers at the larger of their scales.
  func sameScale(_ left: BoundExpression, _ right: BoundExpression, at span: SourceSpan)
    throws(QueryError) -> (BoundExpression, BoundExpression)
  {
    let scale = max(left.type.scale, right.type.scale)
    let isPercentage = left.type.isPercentage && right.type.isPercentage
    let isWhole = left.type == .integer && right.type == .integer
    let type: ColumnType =
      isWhole ? .integer : isPercentage ? .percent(scale: scale) : .decimal(scale: scale)
    return (left.converted(to: type), right.converted(to: type))
  }

  /// A constant read as the type of what stands beside it: an ISO date written as text, a year
  /// written as a number.
  private func converted(_ left: BoundExpression, _ right: BoundExpression) throws(QueryError)
    -> (BoundExpression, BoundExpression)?
  {
    switch (left.type, right.constantValue) {
    case (.date, .text(let text)?):
      guard let day = CalendarDate(text) else {
        throw error(
          .type, .typeMismatch, "\"\(text)\" is no date", at: right.span,
          help: ["dates are written @2025-03-01"])
      }
      return (left, .constant(.date(day), .date, at: right.span))
    case (.period(.year), .integer(let year)?):
      guard let index = Int(exactly: year - 1970), (1...9999).contains(year) else { return nil }
      let period = CalendarPeriod(.year, index: index)
      return (left, .constant(.period(period), .period(.year), at: right.span))
    case (.dateTime, .date(let day)?):
      let moment = Int64(day.daysSince1970) * microsecondsPerDay
      return (left, .constant(.dateTime(moment), .dateTime, at: right.span))
    default: break
    }
    if left.type == .period(.year), right.type == .integer {
      let epoch = BoundExpression.constant(.integer(1970), .integer, at: right.span)
      return (
        left,
        BoundExpression(
          .arithmetic(.subtract, right, epoch), .period(.year), mayBeMissing: right.mayBeMissing,
          at: right.span)
      )
    }
    return nil
  }
}
