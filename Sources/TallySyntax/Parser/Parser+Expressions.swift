// From loosest to tightest:
//
//     x if c else y
//     or, and            never mixed without parentheses
//     not
//     = != < <= > >= ~ contains, starts with, ends with, in, between, is   not chained
//     + -
//     * / div mod
//     - +                before an operand
//     names, literals, calls, parentheses

extension Parser {
  /// How tightly operators bind.
  enum Power: Int {
    case comparison = 1
    case additive, multiplicative, operand
  }

  /// Reads an expression.
  mutating func parseExpression() throws(Abandoned) -> ExpressionSyntax {
    let start = token.start
    var value = try parseCondition()
    var branches: [ConditionalBranchSyntax] = []
    while accept(.if) {
      let condition = try parseCondition()
      try expect(.else, "behind `x if condition`")
      branches.append(ConditionalBranchSyntax(value: value, condition: condition))
      value = try parseCondition()
    }
    guard !branches.isEmpty else { return value }
    return try make(.conditional(branches, otherwise: value), at: span(from: start))
  }

  /// Reads operands joined by `and` or by `or`.
  private mutating func parseCondition() throws(Abandoned) -> ExpressionSyntax {
    let start = token.start
    let first = try parseNegation()
    guard !isAtEnd, at(.and) || at(.or) else {
      note(.keyword("and"))
      note(.keyword("or"))
      return first
    }
    var operands = [first]
    var operators: [Token] = []
    while !isAtEnd, at(.and) || at(.or) {
      operators.append(token)
      advance()
      operands.append(try parseNegation())
    }
    note(.keyword(operators[0].keyword == .or ? "or" : "and"))
    return try makeLogical(operands, operators, at: span(from: start))
  }

  /// Reads a comparison with any number of `not` before it.
  private mutating func parseNegation() throws(Abandoned) -> ExpressionSyntax {
    note(.keyword("not"))
    guard at(.not) else { return try parseBinary(.comparison) }
    var starts: [Int] = []
    while at(.not) {
      starts.append(token.start)
      advance()
    }
    var result = try parseBinary(.comparison)
    for start in starts.reversed() {
      result = try make(.unary(.not, result), at: span(from: start))
    }
    return result
  }

  /// Reads operators that bind at least as tightly as `least`, and their operands.
  mutating func parseBinary(_ least: Power) throws(Abandoned) -> ExpressionSyntax {
    let start = token.start
    var left = try parseSigned()
    var compared = false
    while let infix = infixAhead(least) {
      if infix.power == .comparison {
        if compared { throw failChained(left, from: start) }
        compared = true
        left = try parseComparison(left, infix.operator, from: start)
      } else if let binary = infix.operator {
        let place = takeOperator(binary)
        let right = try parseBinary(infix.power == .additive ? .multiplicative : .operand)
        left = try make(
          .binary(
            BinarySyntax(
              operator: binary, operatorSpan: place, left: left, right: right, isLoose: false)),
          at: span(from: start))
      }
    }
    return left
  }

  /// Reads an operand with any number of signs before it.
  private mutating func parseSigned() throws(Abandoned) -> ExpressionSyntax {
    guard at(.minus) || at(.plus) else { return try parseOperand() }
    var signs: [Token] = []
    while at(.minus) || at(.plus) {
      signs.append(token)
      advance()
    }
    var result = try parseOperand()
    for sign in signs.reversed() {
      result = try make(
        .unary(sign.kind == .minus ? .negate : .plus, result), at: span(from: sign.start))
    }
    return result
  }

  // MARK: Operators

  /// The operator at the current token, if it binds at least as tightly as `least`. Tests that are
  /// no binary operators (`in`, `between`, `is`) have none, and the power of a comparison.
  private mutating func infixAhead(
    _ least: Power
  ) -> (power: Power, operator: BinaryOperatorSyntax?)? {
    if recorder.index == index { noteInfix(least) }
    guard !isAtEnd, let found = infix else { return nil }
    return found.0.rawValue >= least.rawValue ? found : nil
  }

  /// The binary operator that the current token is.
  var infixOperator: BinaryOperatorSyntax? { infix?.1 }

  private var infix: (Power, BinaryOperatorSyntax?)? {
    switch token.kind {
    case .plus: (.additive, .add)
    case .minus: (.additive, .subtract)
    case .star: (.multiplicative, .multiply)
    case .slash: (.multiplicative, .divide)
    case .percentSign: (.multiplicative, .modulo)
    case .equal: (.comparison, .equal)
    case .notEqual: (.comparison, .notEqual)
    case .less: (.comparison, .less)
    case .lessOrEqual: (.comparison, .lessOrEqual)
    case .greater: (.comparison, .greater)
    case .greaterOrEqual: (.comparison, .greaterOrEqual)
    case .tilde: (.comparison, .matches)
    case .word: wordOperator(at: index)
    default: nil
    }
  }

  /// The operator in words that stands at `position`, where an operator may stand.
  func wordOperator(at position: Int) -> (Power, BinaryOperatorSyntax?)? {
    let position = min(position, tokens.count - 1)
    let next = tokens[min(position + 1, tokens.count - 1)].keyword
    switch tokens[position].keyword {
    case .div: return (.multiplicative, .floorDivide)
    case .mod: return (.multiplicative, .modulo)
    case .contains: return (.comparison, .contains)
    case .starts where next == .with: return (.comparison, .startsWith)
    case .ends where next == .with: return (.comparison, .endsWith)
    case .in, .between, .is: return (.comparison, nil)
    case .not where next == .in || next == .between: return (.comparison, nil)
    case .not where isLateNot(at: position): return (.comparison, nil)
    case nil where isForeignMatch(at: position): return (.comparison, .matches)
    default: return nil
    }
  }

  private mutating func noteInfix(_ least: Power) {
    if least == .comparison {
      for word in [
        "=", "!=", "<", "<=", ">", ">=", "in", "not in", "between", "is missing", "is not missing",
        "contains", "starts with", "ends with", "~",
      ] { note(.keyword(word)) }
    }
    for word in ["+", "-", "*", "/", "div", "mod"] { note(.keyword(word)) }
  }

  /// Takes the operator, and reports the ways other languages spell it.
  mutating func takeOperator(_ binary: BinaryOperatorSyntax) -> SourceSpan {
    let start = token.start
    if at(.percentSign) {
      reportPercentSign()
    }
    advance()
    if binary == .startsWith || binary == .endsWith { advance() }
    return span(from: start)
  }

  private mutating func reportPercentSign() {
    let sign = token
    let before = sign.hasSpaceBefore ? "" : " "
    let after = self.token(1).hasSpaceBefore ? "" : " "
    var fixIts = [
      FixIt("write `mod` for the remainder", replace: sign.span, with: "\(before)mod\(after)")
    ]
    if index > 0, tokens[index - 1].kind == .number, sign.hasSpaceBefore {
      let blank = SourceSpan(previousEnd, sign.start)
      fixIts.insert(FixIt("glue `%` to the number", replace: blank, with: ""), at: 0)
    }
    report(
      .foreignSpelling, "`%` is no operator: it ends a percentage, as in `60%`", at: sign.span,
      fixIts: fixIts)
  }

  private mutating func failChained(_ left: ExpressionSyntax, from start: Int) -> Abandoned {
    let place = SourceSpan(left.span.end, left.span.end)
    var fixIts: [FixIt] = []
    if case .binary(let binary) = left.kind, binary.operator.isOrdering,
      [.less, .lessOrEqual, .greater, .greaterOrEqual].contains(token.kind)
    {
      let middle = source.text(in: binary.right.span)
      fixIts = [FixIt("compare twice", replace: place, with: " and \(middle)")]
    }
    return fail(
      .chainedComparison, "comparisons can't be chained", at: token.span, fixIts: fixIts)
  }

  // MARK: And, or

  /// Joins the operands; a mix of `and` and `or` is reported, and read as if `and` bound tighter.
  private mutating func makeLogical(
    _ operands: [ExpressionSyntax], _ operators: [Token], at span: SourceSpan
  ) throws(Abandoned) -> ExpressionSyntax {
    let hasAnd = operators.contains { $0.keyword == .and }
    let hasOr = operators.contains { $0.keyword == .or }
    guard hasAnd, hasOr else {
      return try make(.logical(hasAnd ? .and : .or, operands), at: span)
    }
    let place = operators.first { $0.keyword != operators[0].keyword } ?? operators[0]
    report(
      .mixedLogic, "`and` and `or` side by side can be read two ways: use parentheses",
      at: place.span,
      fixIts: [Keyword.and, .or].map { parenthesising($0, operands, operators) })
    var alternatives: [ExpressionSyntax] = []
    for run in runs(of: .and, operators) {
      let part = Array(operands[run])
      let place = part[0].span.joined(with: part[part.count - 1].span)
      alternatives.append(part.count == 1 ? part[0] : try make(.logical(.and, part), at: place))
    }
    return try make(.logical(.or, alternatives), at: span)
  }

  /// The ranges of operands that `keyword` joins, in order; an operand alone is a range too.
  private func runs(of keyword: Keyword, _ operators: [Token]) -> [ClosedRange<Int>] {
    var result: [ClosedRange<Int>] = []
    var first = 0
    for (position, token) in operators.enumerated() where token.keyword != keyword {
      result.append(first...position)
      first = position + 1
    }
    result.append(first...operators.count)
    return result
  }

  private func parenthesising(
    _ keyword: Keyword, _ operands: [ExpressionSyntax], _ operators: [Token]
  ) -> FixIt {
    var edits: [SourceEdit] = []
    for run in runs(of: keyword, operators) where run.count > 1 {
      let (first, last) = (operands[run.lowerBound].span.start, operands[run.upperBound].span.end)
      edits.append(SourceEdit(SourceSpan(first, first), "("))
      edits.append(SourceEdit(SourceSpan(last, last), ")"))
    }
    return FixIt("keep what `\(keyword.rawValue)` joins together", edits)
  }
}

extension BinaryOperatorSyntax {
  fileprivate var isOrdering: Bool {
    switch self {
    case .less, .lessOrEqual, .greater, .greaterOrEqual: true
    default: false
    }
  }
}

extension DiagnosticCode {
  static let chainedComparison = DiagnosticCode(
    "T0111", "A comparison of a comparison; two comparisons are joined by `and`.")
  static let mixedLogic = DiagnosticCode(
    "T0112", "`and` and `or` stand side by side, which people read both ways.")
}
