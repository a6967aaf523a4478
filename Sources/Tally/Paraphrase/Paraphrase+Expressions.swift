extension Paraphrase {
  /// A value in words: `the month of opened`, `fee times 8%`.
  func expression(_ expression: ExpressionSyntax) -> String {
    switch expression.kind {
    case .literal, .placeholder, .parameter, .list: return words(expression)
    case .name(let path): return path.text
    case .call(let call): return self.call(call)
    case .unary(.negate, let operand): return "minus \(self.operand(operand))"
    case .unary(.plus, let operand): return self.operand(operand)
    case .binary(let binary) where !binary.operator.isComparison:
      return
        "\(operand(binary.left)) \(Self.words[binary.operator] ?? "") \(operand(binary.right))"
    case .conditional(let branches, let otherwise):
      let parts = branches.map { "\(self.expression($0.value)) if \(condition($0.condition))" }
      return parts.joined(separator: ", ") + ", otherwise \(self.expression(otherwise))"
    case .subquery(let query): return "the one value that this gives: (\(phrase(query)))"
    case .binary, .logical, .membership, .between, .missingTest, .orMissing, .unary:
      return "whether \(condition(expression))"
    }
  }

  /// A value within another: in parentheses where it has several parts.
  func operand(_ expression: ExpressionSyntax) -> String {
    switch expression.kind {
    case .binary, .conditional, .logical, .membership, .between, .missingTest, .orMissing:
      "(\(self.expression(expression)))"
    default: self.expression(expression)
    }
  }

  private static let words: [BinaryOperatorSyntax: String] = [
    .add: "plus", .subtract: "minus", .multiply: "times", .divide: "divided by",
    .floorDivide: "divided, rounded down, by", .modulo: "modulo",
  ]

  private func words(_ expression: ExpressionSyntax) -> String {
    let text = source.text(in: expression.span).split(whereSeparator: \.isWhitespace)
      .joined(separator: " ")
    return text.hasPrefix("@") ? String(text.dropFirst()) : text
  }

  private func call(_ call: CallSyntax) -> String {
    if let over = call.over {
      let window =
        over.unit.map { "the last \(over.count) \($0.rawValue)s" }
        ?? "this row and the \(over.count - 1) before"
      return "\(plain(call)) over \(window)"
    }
    return plain(call)
  }

  private func plain(_ call: CallSyntax) -> String {
    if let verb = call.verb {
      return noun(verb, call.isDistinct, call.arguments, call.with, call.within)
    }
    let name = call.name.text.lowercased()
    let within = call.within.map { " " + self.within($0) } ?? ""
    guard let first = call.arguments.first else { return name + within }
    let one = operand(first)
    if call.arguments.count == 1, let words = Self.functions[name] { return words + one + within }
    let rest = call.arguments.dropFirst().map(expression)
    switch (name, rest.count) {
    case ("round", 1): return "\(one) rounded to \(rest[0]) places"
    case ("coalesce", _):
      return "\(one), or where it is missing \(rest.joined(separator: ", or "))"
    case ("least", _): return "the smallest of \(Self.listed([one] + rest))"
    case ("greatest", _): return "the largest of \(Self.listed([one] + rest))"
    case ("concat", _): return "\(Self.listed([one] + rest)) joined together"
    case ("working_days", 1): return "the working days after \(one) up to \(rest[0])"
    case ("add_months", 1): return "\(one) \(rest[0]) months later"
    case ("left", 1): return "the first \(rest[0]) characters of \(one)"
    case ("right", 1): return "the last \(rest[0]) characters of \(one)"
    default:
      let others = rest.isEmpty ? "" : " with " + Self.listed(rest)
      return "\(name.replacing("_", with: " ")) of \(one)\(others)\(within)"
    }
  }

  /// Functions of one value in words that go before it.
  private static let functions = [
    "month": "the month of ", "year": "the year of ", "quarter": "the quarter of ",
    "week": "the week of ", "days": "the days in ", "hours": "the hours in ",
    "minutes": "the minutes in ", "running": "the running total of ",
    "lower": "the small letters of ",
    "upper": "the capital letters of ", "length": "the length of ", "abs": "the amount of ",
    "round": "the nearest whole number to ", "date": "the day of ", "start": "the first day of ",
    "finish": "the last day of ", "rank": "the rank by ", "weekday": "the weekday of ",
    "year_number": "the year number of ", "month_number": "the month number of ",
    "quarter_number": "the quarter number of ", "trim": "the trimmed ",
    "previous": "the previous ", "next": "the next ",
  ]
}
