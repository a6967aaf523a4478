extension SyntaxWriter {
  mutating func write(_ expression: ExpressionSyntax) { write(expression, atLeast: .conditional) }

  /// Writes an expression that begins no weaker construct than a sum: a bound, a value.
  mutating func writeSum(_ expression: ExpressionSyntax) { write(expression, atLeast: .additive) }

  /// Writes the expression, in parentheses if it holds together less tightly than `least`.
  private mutating func write(_ expression: ExpressionSyntax, atLeast least: ExpressionStrength) {
    guard expression.strength.rawValue < least.rawValue else { return writeBare(expression) }
    parenthesised([expression], before: expression.span.end, start: \.span.start) {
      $0.writeBare($1)
    }
  }

  private mutating func writeBare(_ expression: ExpressionSyntax) {
    switch expression.kind {
    case .literal(let literal): write(literal)
    case .name(let path): write(path)
    case .parameter(let name): text("$\(name.text)")
    case .placeholder(let number): text("$\(number)")
    case .call(let call): write(call, before: expression.span.end)
    case .unary(let sign, let operand): write(sign, operand)
    case .binary(let binary): write(binary)
    case .logical(let word, let operands): write(word, operands)
    case .membership(let test): write(test, before: expression.span.end)
    case .between(let between): write(between)
    case .missingTest(let value, let isNegated):
      writeSum(value)
      text(isNegated ? " is not missing" : " is missing")
    case .orMissing(let condition):
      writeBare(condition)
      text(" or missing")
    case .conditional(let branches, let otherwise): write(branches, otherwise)
    case .list(let values):
      parenthesised(values, before: expression.span.end, start: \.span.start) { $0.write($1) }
    case .subquery(let query): writeParenthesised(query)
    }
  }

  private mutating func write(_ sign: UnaryOperatorSyntax, _ operand: ExpressionSyntax) {
    guard sign == .not else {
      text(sign.rawValue)
      return write(operand, atLeast: .operand)
    }
    text("not ")
    let isNot = if case .unary(.not, _) = operand.kind { true } else { false }
    write(operand, atLeast: isNot ? .negation : .operand)
  }

  private mutating func write(_ binary: BinarySyntax) {
    guard binary.operator.isComparison else {
      return group { writer in writer.indented { $0.writeChain(binary) } }
    }
    writeSum(binary.left)
    text(" \(binary.operator.rawValue) ")
    writeSum(binary.right)
    if binary.isLoose { text(" loosely") }
  }

  /// Writes a chain of calculations, broken behind the operators.
  private mutating func writeChain(_ binary: BinarySyntax) {
    let isSum = binary.operator == .add || binary.operator == .subtract
    let strength: ExpressionStrength = isSum ? .additive : .multiplicative
    if case .binary(let left) = binary.left.kind, binary.left.strength == strength {
      writeChain(left)
    } else {
      write(binary.left, atLeast: strength)
    }
    text(" \(binary.operator.rawValue)")
    line(before: binary.right.span.start)
    write(binary.right, atLeast: isSum ? .multiplicative : .sign)
  }

  /// Writes operands joined by `and` or `or`, broken before the word.
  private mutating func write(_ word: LogicalOperatorSyntax, _ operands: [ExpressionSyntax]) {
    group { writer in
      writer.indented { writer in
        for (index, operand) in operands.enumerated() {
          if index > 0 {
            writer.line(before: operand.span.start)
            writer.text("\(word.rawValue) ")
          }
          if case .orMissing = operand.kind {
            writer.write(operand, atLeast: .operand)
          } else {
            writer.write(operand, atLeast: .negation)
          }
        }
      }
    }
  }

  private mutating func write(
    _ branches: [ConditionalBranchSyntax], _ otherwise: ExpressionSyntax
  ) {
    group { writer in
      writer.indented { writer in
        for (index, branch) in branches.enumerated() {
          if index > 0 {
            writer.line(before: branch.value.span.start)
            writer.text("else ")
          }
          writer.write(branch.value, atLeast: .logical)
          writer.text(" if ")
          writer.write(branch.condition, atLeast: .logical)
        }
        writer.line(before: otherwise.span.start)
        writer.text("else ")
        writer.write(otherwise, atLeast: .logical)
      }
    }
  }

  private mutating func write(_ between: BetweenSyntax) {
    writeSum(between.value)
    text(between.isNegated ? " not between " : " between ")
    writeSum(between.lower)
    text(" and ")
    writeSum(between.upper)
  }

  private mutating func write(_ test: MembershipSyntax, before end: Int) {
    writeSum(test.value)
    text(test.isNegated ? " not in " : " in ")
    switch test.set {
    case .list(let values):
      parenthesised(values, before: end, start: \.span.start) { $0.write($1) }
    case .range(let lower, let upper, let includesEnd):
      writeSum(lower)
      text(includesEnd ? ".." : "..<")
      writeSum(upper)
    case .relative(let period):
      let plural = period.count == 1 ? "" : "s"
      let count = period.count == 1 ? "" : "\(period.count) "
      text("\(period.direction.rawValue) \(count)\(period.unit.rawValue)\(plural)")
    case .expression(let value): writeSum(value)
    case .query(let query): writeParenthesised(query)
    }
    if test.isLoose { text(" loosely") }
  }

  private mutating func write(_ call: CallSyntax, before end: Int) {
    text(call.name.text + "(")
    group { writer in
      writer.indented { writer in
        if call.isDistinct { writer.text("distinct ") }
        writer.list(call.arguments, start: \.span.start) { $0.write($1) }
        var isFirst = call.arguments.isEmpty
        func blank(_ writer: inout SyntaxWriter) {
          if !isFirst { writer.text(" ") }
          isFirst = false
        }
        if let with = call.with {
          blank(&writer)
          writer.text("with ")
          writer.write(with)
        }
        if let within = call.within {
          blank(&writer)
          writer.write(within)
        }
        if let over = call.over {
          blank(&writer)
          let unit = over.unit.map { " \($0.rawValue)\(over.count == 1 ? "" : "s")" } ?? ""
          writer.text("over last \(over.count)\(unit)")
        }
      }
    }
    text(")")
  }

  mutating func write(_ within: WithinSyntax) {
    text("within ")
    guard let key = within.keys.first else { return text("all") }
    guard within.keys.count > 1 || key.beginsWithSign else { return writeSum(key) }
    parenthesised(within.keys, before: within.span.end, start: \.span.start) { $0.write($1) }
  }
}

/// How tightly an expression holds together, loosest first.
private enum ExpressionStrength: Int {
  case conditional, logical, negation, comparison, additive, multiplicative, sign, operand
}

extension ExpressionSyntax {
  fileprivate var strength: ExpressionStrength {
    switch kind {
    case .conditional: .conditional
    case .logical: .logical
    case .unary(.not, _): .negation
    case .unary: .sign
    case .missingTest, .membership, .between, .orMissing: .comparison
    case .binary(let binary):
      switch binary.operator {
      case .add, .subtract: .additive
      case .multiply, .divide, .floorDivide, .modulo: .multiplicative
      default: .comparison
      }
    default: .operand
    }
  }

  /// Whether the canonical form begins with a parenthesis or a sign, which directly behind a verb
  /// could be read two ways.
  var beginsWithSign: Bool { opening != nil }

  /// What the canonical form begins with, where that is no word or literal.
  var opening: Opening? {
    var first = self
    while true {
      let (next, least): (ExpressionSyntax, ExpressionStrength)
      switch first.kind {
      case .unary(let sign, _): return sign == .not ? nil : .sign
      case .subquery, .list: return .parenthesis
      case .binary(let binary):
        next = binary.left
        least = first.strength == .comparison ? .additive : first.strength
      case .missingTest(let value, _): (next, least) = (value, .additive)
      case .membership(let test): (next, least) = (test.value, .additive)
      case .between(let between): (next, least) = (between.value, .additive)
      case .orMissing(let condition): (next, least) = (condition, .conditional)
      case .logical(_, let operands):
        (next, least) = (operands[0], .negation)
        if case .orMissing = next.kind { return .parenthesis }
      case .conditional(let branches, _): (next, least) = (branches[0].value, .logical)
      default: return nil
      }
      if next.strength.rawValue < least.rawValue { return .parenthesis }
      first = next
    }
  }
}

/// What an expression may begin with beside words and literals.
enum Opening { case sign, parenthesis }
