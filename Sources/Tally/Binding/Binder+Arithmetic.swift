extension DiagnosticCode {
  static let percentOfWhat = DiagnosticCode(
    "T0406", "A percentage is added to a number that is no percentage.")
  static let tooManyPlaces = DiagnosticCode(
    "T0407", "An exact result would need more than 38 decimal places.")
}

extension Binder {
  /// `-x`, `+x`, `not x`.
  func bindUnary(
    _ operation: UnaryOperatorSyntax, _ operand: BoundExpression, at span: SourceSpan
  ) throws(QueryError) -> BoundExpression {
    if operation == .not {
      guard operand.type == .boolean, !operand.isMissingLiteral else {
        throw error(
          .type, .notCondition, "`not` needs a condition, and this is \(described(operand))",
          at: operand.span)
      }
      return negation(of: operand, at: span)
    }
    guard operand.type.isNumeric || operand.type == .duration else {
      throw error(
        .type, .typeMismatch, "a sign needs a number, and this is \(described(operand))",
        at: operand.span)
    }
    if operation == .plus { return operand.moved(to: span) }
    if let constant = operand.constantValue, let negative = constant.negated {
      return .constant(negative, operand.type, at: span)
    }
    return BoundExpression(
      .negated(operand), operand.type, mayBeMissing: operand.mayBeMissing, at: span)
  }

  /// Arithmetic, comparisons and text matches.
  func bindBinary(_ binary: BinarySyntax, at span: SourceSpan) throws(QueryError)
    -> BoundExpression
  {
    if binary.operator.isComparison { return try bindComparison(binary, at: span) }
    var left = try bind(binary.left)
    if let shifted = try bindCalendarShift(left, binary, at: span) { return shifted }
    var right = try bind(binary.right)
    left = untypedColumn(left, as: right.type == .text ? .integer : right.type) ?? left
    right = untypedColumn(right, as: left.type) ?? right
    if left.type.isNumeric, right.type.isNumeric {
      return try numeric(binary, left, right, at: span)
    }
    if let result = temporal(binary.operator, left, right, at: span) { return result }
    var help: [String] = []
    if left.type == .text || right.type == .text {
      help = ["to join texts, write concat(\(text(binary.left.span)), \(text(binary.right.span)))"]
    }
    throw error(
      .type, .typeMismatch,
      "`\(binary.operator.rawValue)` does not go with \(described(left)) and \(described(right))",
      at: span, help: help,
      fixIts: dayMends(binary, left, right) + joinMends(binary, left, right, at: span))
  }

  /// `date + 3 months`: the same day of a later month, or that month's last day.
  private func bindCalendarShift(
    _ left: BoundExpression, _ binary: BinarySyntax, at span: SourceSpan
  ) throws(QueryError) -> BoundExpression? {
    guard left.type == .date, case .literal(.span(let count, let unit)) = binary.right.kind,
      microseconds(unit) == nil, let number = count.integer, abs(number) <= 200_000
    else { return nil }
    let months = unit == .year ? number * 12 : unit == .quarter ? number * 3 : number
    switch binary.operator {
    case .add: return try addMonths(months, to: left, at: span)
    case .subtract: return try addMonths(-months, to: left, at: span)
    default: return nil
    }
  }

  private func numeric(
    _ binary: BinarySyntax, _ left: BoundExpression, _ right: BoundExpression, at span: SourceSpan
  ) throws(QueryError) -> BoundExpression {
    switch binary.operator {
    case .add, .subtract, .modulo:
      let operation: ArithmeticOperator =
        binary.operator == .add ? .add : binary.operator == .subtract ? .subtract : .modulo
      if left.type.isPercentage != right.type.isPercentage, binary.operator != .modulo {
        throw percentOfWhat(binary, left, right, at: span)
      }
      let (first, second) = try unified(left, right, "both numbers", at: span)
      return arithmetic(operation, first, second, first.type, at: span)
    case .floorDivide:
      let (first, second) = try unified(left, right, "both numbers", at: span)
      let type: ColumnType = first.type.isFloating ? .float : .integer
      return arithmetic(.floorDivide, first, second, type, at: span)
    case .multiply: return try product(left, right, at: span)
    default:
      let isShare = left.type.isPercentage && !right.type.isPercentage
      let isFloating = left.type.isFloating || right.type.isFloating
      let (first, second) =
        isFloating
        ? (left.asFloat(.float), right.asFloat(.float)) : try sameScale(left, right, at: span)
      return BoundExpression(.quotient(first, second), isShare ? .ratio : .float, at: span)
    }
  }

  private func arithmetic(
    _ operation: ArithmeticOperator, _ left: BoundExpression, _ right: BoundExpression,
    _ type: ColumnType, at span: SourceSpan
  ) -> BoundExpression {
    let divides = operation == .floorDivide || operation == .modulo
    // A float that is too large is missing.
    let mayBeLost = divides || type.isFloating
    return BoundExpression(
      .arithmetic(operation, left, right), type,
      mayBeMissing: left.mayBeMissing || right.mayBeMissing || mayBeLost, at: span)
  }

  private func product(_ left: BoundExpression, _ right: BoundExpression, at span: SourceSpan)
    throws(QueryError) -> BoundExpression
  {
    let isPercentage = left.type.isPercentage && right.type.isPercentage
    if left.type.isFloating || right.type.isFloating {
      let type: ColumnType = isPercentage ? .ratio : .float
      return arithmetic(.multiply, left.asFloat(.float), right.asFloat(.float), type, at: span)
    }
    let scale = left.type.scale + right.type.scale
    guard scale <= ExactDecimal.maximumScale else {
      throw error(
        .type, .tooManyPlaces, "the product would have \(scale) decimal places", at: span,
        help: ["round one of the factors first, for instance round(\(text(left.span)), 6)"])
    }
    let isWhole = left.type == .integer && right.type == .integer
    let type: ColumnType =
      isWhole ? .integer : isPercentage ? .percent(scale: scale) : .decimal(scale: scale)
    return arithmetic(.multiply, left, right, type, at: span)
  }

  private func percentOfWhat(
    _ binary: BinarySyntax, _ left: BoundExpression, _ right: BoundExpression, at span: SourceSpan
  ) -> QueryError {
    var fixIts: [FixIt] = []
    if case .percent(let share)? = right.constantValue, !left.type.isPercentage {
      let hundred = ExactDecimal.powersOfTen[share.scale]
      let (factor, overflow) =
        binary.operator == .add
        ? hundred.addingReportingOverflow(share.coefficient)
        : hundred.subtractingReportingOverflow(share.coefficient)
      let (hundredfold, overflowsToo) = factor.multipliedReportingOverflow(by: 100)
      if !overflow, !overflowsToo {
        let percent = ExactDecimal(coefficient: hundredfold, scale: share.scale).reduced
        let mended = "\(text(left.span)) * \(percent)%"
        fixIts = [FixIt("write \(mended)", replace: span, with: mended)]
      }
    }
    return error(
      .type, .percentOfWhat,
      "a percentage can't be added to a number that is none: of what is it a share?",
      at: span, fixIts: fixIts)
  }

  // MARK: Dates, periods and lengths of time

  private func temporal(
    _ operation: BinaryOperatorSyntax, _ left: BoundExpression, _ right: BoundExpression,
    at span: SourceSpan
  ) -> BoundExpression? {
    let whole: ArithmeticOperator? =
      operation == .add ? .add : operation == .subtract ? .subtract : nil
    switch (left.type, right.type) {
    case (.date, .date) where operation == .subtract:
      let days = arithmetic(.subtract, left, right, .integer, at: span)
      let day = BoundExpression.constant(.integer(Int128(microsecondsPerDay)), .integer, at: span)
      return arithmetic(.multiply, days, day, .duration, at: span)
    case (.dateTime, .dateTime) where operation == .subtract:
      return arithmetic(.subtract, left, right, .duration, at: span)
    case (.dateTime, .duration):
      return whole.map { arithmetic($0, left, right, .dateTime, at: span) }
    case (.date, .duration):
      guard let whole, case .duration(let length)? = right.constantValue,
        length % microsecondsPerDay == 0
      else { return nil }
      let days = Int128(length / microsecondsPerDay)
      return arithmetic(
        whole, left, .constant(.integer(days), .integer, at: right.span), .date, at: span)
    case (.duration, .duration):
      if operation == .divide { return BoundExpression(.quotient(left, right), .float, at: span) }
      return whole.map { arithmetic($0, left, right, .duration, at: span) }
    case (.duration, .integer) where operation == .multiply:
      return arithmetic(.multiply, left, right, .duration, at: span)
    case (.period(let unit), .integer):
      return whole.map { arithmetic($0, left, right, .period(unit), at: span) }
    case (.period(let unit), .period(let other)) where unit == other && operation == .subtract:
      return arithmetic(.subtract, left, right, .integer, at: span)
    default: return nil
    }
  }
}

extension CellValue {
  /// The negative number, if this is one and it exists.
  fileprivate var negated: CellValue? {
    switch self {
    case .integer(let value) where value != .min: .integer(-value)
    case .decimal(let value) where value.coefficient != .min:
      .decimal(ExactDecimal(coefficient: -value.coefficient, scale: value.scale))
    case .percent(let value) where value.coefficient != .min:
      .percent(ExactDecimal(coefficient: -value.coefficient, scale: value.scale))
    case .duration(let value) where value != .min: .duration(-value)
    default: nil
    }
  }
}
