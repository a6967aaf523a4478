extension DiagnosticCode {
  static let typeMismatch = DiagnosticCode("T0401", "Operands of types that do not go together.")
  static let notCondition = DiagnosticCode("T0402", "A condition must be true or false.")
  static let tooComplex = DiagnosticCode(
    "T0403", "An expression has more operations than the engine computes at once.")
}

extension Binder {
  /// Resolves an expression.
  func bind(_ expression: ExpressionSyntax) throws(QueryError) -> BoundExpression {
    let bound = try resolve(expression)
    if bound.size > BoundExpression.greatestSize || bound.height > BoundExpression.greatestHeight {
      throw error(
        .type, .tooComplex, "this expression has too many operations", at: expression.span,
        help: ["the names that steps added count with all they stand for"])
    }
    return bound
  }

  private func resolve(_ expression: ExpressionSyntax) throws(QueryError) -> BoundExpression {
    let span = expression.span
    if let groups, let key = groups.keyIndex(signature: signature(expression)) {
      return self.key(key, of: groups, at: span)
    }
    switch expression.kind {
    case .literal(let literal): return try bindLiteral(literal, at: span)
    case .name(let path): return try bindName(path)
    case .parameter(let name): return try single(argument(name), "$\(name.text)", at: span)
    case .placeholder(let number):
      return try single(placeholder(number, at: span), "$\(number)", at: span)
    case .call(let call): return try bindCall(call, at: span)
    case .unary(let operation, let operand):
      return try bindUnary(operation, bind(operand), at: span)
    case .binary(let binary): return try bindBinary(binary, at: span)
    case .logical(let operation, let operands):
      let conditions = try operands.indices.mapThrowing { place throws(QueryError) in
        do throws(QueryError) {
          return try bindCondition(operands[place])
        } catch {
          throw error.offering(subjectMends(operands, place))
        }
      }
      let kind: BoundExpression.Kind = operation == .and ? .and(conditions) : .or(conditions)
      return BoundExpression(kind, .boolean, mayBeMissing: false, at: span)
    case .membership(let test): return try bindMembership(test, at: span)
    case .between(let between): return try bindBetween(between, at: span)
    case .missingTest(let operand, let isNegated):
      let value = try bind(operand)
      let test = BoundExpression(.isMissing(value), .boolean, mayBeMissing: false, at: span)
      return isNegated ? negation(of: test, at: span) : test
    case .orMissing(let condition): return try bindOrMissing(condition, at: span)
    case .conditional(let branches, let otherwise):
      return try bindConditional(branches, otherwise, at: span)
    case .list:
      throw error(
        .type, .typeMismatch, "a list can stand only behind `in`", at: span)
    case .subquery(let query): return try bindSubquery(query, at: span)
    }
  }

  /// Resolves an expression that must be true or false.
  func bindCondition(_ expression: ExpressionSyntax) throws(QueryError) -> BoundExpression {
    let condition = try bind(expression)
    if condition.type == .boolean { return condition }
    if let empty = untypedColumn(condition, as: .boolean) { return empty }
    throw error(
      .type, .notCondition, "a condition is expected here, and this is \(described(condition))",
      at: condition.span,
      help: ["compare it with something, for instance `\(text(condition.span)) > 0`"])
  }

  /// A condition of which every outcome is true or false: where its value is missing it is false,
  /// and unknown.
  func decided(_ condition: BoundExpression) -> BoundExpression {
    if !condition.mayBeMissing { return condition }
    return BoundExpression(.and([condition]), .boolean, mayBeMissing: false, at: condition.span)
  }

  /// The complement of a condition.
  func negation(of condition: BoundExpression, at span: SourceSpan) -> BoundExpression {
    BoundExpression(.not(condition), .boolean, mayBeMissing: false, at: span)
  }

  /// A type in words for messages.
  func described(_ expression: BoundExpression) -> String {
    if expression.isMissingLiteral { return "missing" }
    switch expression.type {
    case .integer: return "an integer"
    case .period(let unit): return "a \(unit.rawValue)"
    case .dateTime: return "a date with time"
    case .text: return "text"
    default: return "a \(expression.type.name)"
    }
  }

  /// The value of an argument that must not be a list.
  private func single(_ argument: QueryArgument, _ name: String, at span: SourceSpan)
    throws(QueryError) -> BoundExpression
  {
    guard case .value(let value) = argument else {
      throw error(
        .type, .typeMismatch, "\(name) is a list, which can stand only behind `in`", at: span)
    }
    return .constant(value, value.type ?? .text, at: span)
  }

  private func bindOrMissing(_ condition: ExpressionSyntax, at span: SourceSpan)
    throws(QueryError) -> BoundExpression
  {
    let test = try bindCondition(condition)
    let subject: ExpressionSyntax
    switch condition.kind {
    case .membership(let membership): subject = membership.value
    case .between(let between): subject = between.value
    case .binary(let binary): subject = binary.left
    default: subject = condition
    }
    let missing = BoundExpression(
      .isMissing(try bind(subject)), .boolean, mayBeMissing: false, at: span)
    return BoundExpression(.or([missing, test]), .boolean, mayBeMissing: false, at: span)
  }

  private func bindConditional(
    _ branches: [ConditionalBranchSyntax], _ otherwise: ExpressionSyntax, at span: SourceSpan
  ) throws(QueryError) -> BoundExpression {
    var result = try bind(otherwise)
    for branch in branches.reversed() {
      let read = collected.columnsRead.count
      let condition = try bindCondition(branch.condition)
      watch(condition, clause: "if", columns: Array(collected.columnsRead[read...]))
      let (value, rest) = try unified(bind(branch.value), result, "both results", at: span)
      result = BoundExpression(
        .conditional(value, condition: condition, otherwise: rest), value.type, at: span)
    }
    return result
  }

  private func bindSubquery(_ query: QuerySyntax, at span: SourceSpan) throws(QueryError)
    -> BoundExpression
  {
    let plan = try inner().plan(query)
    guard let schema = plan.schema, schema.columns.count == 1 else {
      throw error(
        .type, .typeMismatch, "a query used as a value must give one column", at: span)
    }
    collected.queries.append(plan)
    return BoundExpression(
      .queryValue(collected.queries.count - 1), schema.columns[0].type, at: span)
  }
}

extension Sequence {
  /// `map` for a body that throws a ``QueryError``.
  func mapThrowing<R>(_ body: (Element) throws(QueryError) -> R) throws(QueryError) -> [R] {
    var results: [R] = []
    for element in self { results.append(try body(element)) }
    return results
  }
}
