extension DiagnosticCode {
  static let dayIsNoPeriod = DiagnosticCode(
    "T0408", "A day is compared for equality with a period of many days.")
}

extension Binder {
  /// `left = right` and its relatives, and matches of text.
  func bindComparison(_ binary: BinarySyntax, at span: SourceSpan) throws(QueryError)
    -> BoundExpression
  {
    try refuseQuotedColumn(binary)
    let left = try bind(binary.left)
    let right: BoundExpression
    do throws(QueryError) {
      right = try bind(binary.right)
    } catch {
      guard error.diagnostics.first?.code == .unknownColumn else { throw error }
      throw error.offering(quoteMends(binary.right, beside: left))
    }
    switch binary.operator {
    case .matches: return try match(.contains, left, right, loosely: true, at: span)
    case .contains: return try match(.contains, left, right, loosely: binary.isLoose, at: span)
    case .startsWith: return try match(.startsWith, left, right, loosely: binary.isLoose, at: span)
    case .endsWith: return try match(.endsWith, left, right, loosely: binary.isLoose, at: span)
    case .equal where binary.isLoose:
      return try match(.equals, left, right, loosely: true, at: span)
    case .notEqual where binary.isLoose:
      return negation(of: try match(.equals, left, right, loosely: true, at: span), at: span)
    default: break
    }
    if binary.isLoose {
      throw error(
        .type, .typeMismatch, "`loosely` goes only with text that is equal or contained", at: span,
        fixIts: withoutLoosely(span))
    }
    let operation = comparison(binary.operator)
    if let test = missingTest(operation, left, right, at: span) { return test }
    if let test = try periodComparison(operation, left, right, binary, at: span) { return test }
    if let test = try periodComparison(operation.mirrored, right, left, binary, at: span) {
      return test
    }
    notePercentage(right, beside: left)
    let first: BoundExpression
    let second: BoundExpression
    do throws(QueryError) {
      (first, second) = try unified(left, right, "the two sides", at: span)
    } catch {
      throw error.offering(mends(of: binary, left, right, at: span))
    }
    if first.type == .boolean, operation != .equal, operation != .notEqual {
      throw error(.type, .typeMismatch, "conditions have no order", at: span)
    }
    noteUnknownValue(second, in: first)
    noteUnknownValue(first, in: second)
    return condition(.comparison(operation, first, second), at: span)
  }

  /// A condition that is true or false for every row.
  func condition(_ kind: BoundExpression.Kind, at span: SourceSpan) -> BoundExpression {
    BoundExpression(kind, .boolean, mayBeMissing: false, at: span)
  }

  private func comparison(_ operation: BinaryOperatorSyntax) -> ComparisonOperator {
    switch operation {
    case .notEqual: .notEqual
    case .less: .less
    case .lessOrEqual: .lessOrEqual
    case .greater: .greater
    case .greaterOrEqual: .greaterOrEqual
    default: .equal
    }
  }

  /// `x = missing` is the test whether it is.
  private func missingTest(
    _ operation: ComparisonOperator, _ left: BoundExpression, _ right: BoundExpression,
    at span: SourceSpan
  ) -> BoundExpression? {
    guard operation == .equal || operation == .notEqual,
      left.isMissingLiteral || right.isMissingLiteral
    else { return nil }
    let subject = left.isMissingLiteral ? right : left
    let test = condition(.isMissing(subject), at: span)
    return operation == .equal ? test : negation(of: test, at: span)
  }

  func match(
    _ kind: TextMatch, _ left: BoundExpression, _ right: BoundExpression, loosely: Bool,
    at span: SourceSpan
  ) throws(QueryError) -> BoundExpression {
    try requireText([left, right])
    return condition(.textMatch(kind, left, right, loosely: loosely), at: span)
  }

  /// The same condition without its last word `loosely`.
  func withoutLoosely(_ span: SourceSpan) -> [FixIt] {
    let words = source.text(in: span)
    guard words.lowercased().hasSuffix("loosely") else { return [] }
    let kept = words.dropLast("loosely".count).reversed().drop(while: \.isWhitespace).reversed()
    return [
      FixIt(
        "leave `loosely` out",
        replace: SourceSpan(span.start + String(kept).utf8.count, span.end), with: "")
    ]
  }

  func requireText(_ operands: [BoundExpression]) throws(QueryError) {
    for operand in operands where operand.type != .text {
      throw error(
        .type, .typeMismatch, "text is expected here, and this is \(described(operand))",
        at: operand.span, help: ["write text(\(text(operand.span))) to see it as text"])
    }
  }

  // MARK: Days beside periods

  /// `day >= @2025-Q1`: the period stands for its first or last day, whichever makes the words
  /// true.
  private func periodComparison(
    _ operation: ComparisonOperator, _ value: BoundExpression, _ other: BoundExpression,
    _ binary: BinarySyntax, at span: SourceSpan
  ) throws(QueryError) -> BoundExpression? {
    guard case .period(let period)? = other.constantValue, value.type != other.type,
      let (first, last) = try bounds(of: period, as: value.type, at: other.span)
    else { return nil }
    let low = BoundExpression.constant(first, value.type, at: other.span)
    let high = BoundExpression.constant(last, value.type, at: other.span)
    switch operation {
    case .less, .greaterOrEqual: return condition(.comparison(operation, value, low), at: span)
    case .lessOrEqual, .greater: return condition(.comparison(operation, value, high), at: span)
    case .equal, .notEqual:
      let word = operation == .equal ? "in" : "not in"
      throw error(
        .type, .dayIsNoPeriod, "a day is never equal to a whole \(period.unit.rawValue)", at: span,
        fixIts: [FixIt("write `\(word)`", replace: binary.operatorSpan, with: word)])
    }
  }

  /// The first and last value of a type that lie in a period; nil where the type has no days.
  func bounds(of period: CalendarPeriod, as type: ColumnType, at span: SourceSpan)
    throws(QueryError) -> (CellValue, CellValue)?
  {
    switch type {
    case .date: return (.date(period.firstDay), .date(period.lastDay))
    case .dateTime:
      let start = Int64(period.firstDay.daysSince1970) * microsecondsPerDay
      let end = Int64(period.lastDay.daysSince1970 + 1) * microsecondsPerDay - 1
      return (.dateTime(start), .dateTime(end))
    case .period(let unit):
      let first = CalendarPeriod(unit, containing: period.firstDay)
      let last = CalendarPeriod(unit, containing: period.lastDay)
      guard first.firstDay == period.firstDay, last.lastDay == period.lastDay else {
        throw error(
          .type, .typeMismatch,
          "a \(unit.rawValue) can't be placed in a \(period.unit.rawValue)", at: span)
      }
      return (.period(first), .period(last))
    default: return nil
    }
  }
}
