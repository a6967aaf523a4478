extension Paraphrase {
  /// A condition as a clause: `level is at least 3`.
  func condition(_ expression: ExpressionSyntax) -> String {
    switch expression.kind {
    case .binary(let binary) where binary.operator.isComparison: return comparison(binary)
    case .logical(let operation, let operands):
      return operands.map(part).joined(separator: " \(operation.rawValue) ")
    case .unary(.not, let operand): return "it is not so that \(part(operand))"
    case .membership(let test): return membership(test)
    case .between(let between):
      let word = between.isNegated ? "is not between" : "is between"
      return "\(operand(between.value)) \(word) \(self.expression(between.lower)) and"
        + " \(self.expression(between.upper)) (both included)"
    case .missingTest(let operand, let isNegated):
      return "\(self.operand(operand)) is \(isNegated ? "known" : "missing")"
    case .orMissing(let inner):
      return "\(condition(inner)), or it is missing"
    default: return "\(self.expression(expression)) is true"
    }
  }

  /// A condition within another: in parentheses where it has parts of its own.
  private func part(_ expression: ExpressionSyntax) -> String {
    switch expression.kind {
    case .logical, .orMissing, .conditional: "(\(condition(expression)))"
    default: condition(expression)
    }
  }

  private func comparison(_ binary: BinarySyntax) -> String {
    let (left, right) = (operand(binary.left), operand(binary.right))
    let loosely =
      binary.isLoose || binary.operator == .matches ? ", whatever its letter case and marks" : ""
    let isTime = binary.right.isTime
    let word: String
    switch binary.operator {
    case .equal: word = "is"
    case .notEqual: word = "is not"
    case .less: word = isTime ? "is before" : "is less than"
    case .lessOrEqual: word = isTime ? "is not after" : "is at most"
    case .greater: word = isTime ? "is after" : "is more than"
    case .greaterOrEqual: word = isTime ? "is not before" : "is at least"
    case .matches, .contains: word = "contains"
    case .startsWith: word = "starts with"
    case .endsWith: word = "ends with"
    case .add, .subtract, .multiply, .divide, .floorDivide, .modulo: word = binary.operator.rawValue
    }
    return "\(left) \(word) \(right)\(loosely)"
  }

  private func membership(_ test: MembershipSyntax) -> String {
    let not = test.isNegated ? " not" : ""
    let loosely = test.isLoose ? ", whatever its letter case and marks" : ""
    let value = operand(test.value)
    switch test.set {
    case .list(let elements):
      let words = elements.map(expression)
      let list =
        test.isNegated && words.count > 1
        ? "none of " + Self.listed(words) : Self.listed(words, "or")
      return "\(value) is\(words.count == 1 ? not : "") \(list)\(loosely)"
    case .range(let low, let high, let includesEnd):
      let end = includesEnd ? "to" : "up to, but not including,"
      return "\(value) is\(not) from \(expression(low)) \(end) \(expression(high))"
    case .relative(let relative): return "\(value) is\(not) in \(period(relative))"
    case .expression(let expression):
      let word = expression.isTime ? "in" : "among the values of"
      return "\(value) is\(not) \(word) \(self.expression(expression))"
    case .query(let query): return "\(value) is\(not) in what this gives: (\(phrase(query)))"
    }
  }

  private func period(_ relative: RelativePeriodSyntax) -> String {
    let unit = relative.unit.rawValue
    switch relative.direction {
    case .this: return "this \(unit)"
    case .last, .next:
      let word = relative.direction == .last ? "last" : "next"
      return relative.count == 1
        ? "the \(word) whole \(unit)" : "the \(word) \(relative.count) whole \(unit)s"
    }
  }
}

extension ExpressionSyntax {
  /// Whether the expression is a day or a period as the query says it.
  var isTime: Bool {
    switch kind {
    case .literal(.period): true
    case .call(let call):
      ["today", "now", "date", "month", "year", "quarter", "week", "start", "finish"].contains(
        call.name.text.lowercased())
    default: false
    }
  }
}
