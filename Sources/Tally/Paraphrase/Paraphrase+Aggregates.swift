extension Paraphrase {
  /// The sentence of a step that computes one aggregate.
  func single(_ aggregate: AggregateSyntax, _ rows: String) -> String {
    switch aggregate.verb {
    case .count where aggregate.operand == nil:
      let only = aggregate.with.map { " and" + condition($0, of: "which") } ?? ""
      return "Counts \(rows)\(only)"
    case .share: return share(aggregate.operand, aggregate.with, aggregate.within, rows)
    default: return "Computes \(noun(aggregate)) over \(rows)"
    }
  }

  private func condition(_ condition: ExpressionSyntax, of rows: String) -> String {
    " of these those\(whose(condition))"
  }

  private func share(
    _ operand: ExpressionSyntax?, _ with: ExpressionSyntax?, _ within: WithinSyntax?,
    _ rows: String
  ) -> String {
    "Computes \(shareNoun(operand, with, within)), over \(rows)"
  }

  /// An aggregate in words as a noun: `the average of fee`.
  func noun(_ aggregate: AggregateSyntax) -> String {
    noun(
      aggregate.verb, aggregate.isDistinct, aggregate.operand.map { [$0] } ?? [], aggregate.with,
      aggregate.within)
  }

  func noun(
    _ verb: AggregateVerbSyntax, _ isDistinct: Bool, _ operands: [ExpressionSyntax],
    _ with: ExpressionSyntax?, _ within: WithinSyntax?
  ) -> String {
    if verb == .share { return shareNoun(operands.first, with, within) }
    let of = operands.first.map(operand) ?? ""
    let base: String
    switch verb {
    case .count:
      base =
        operands.isEmpty
        ? "the number of rows"
        : isDistinct
          ? "the number of different values of \(of)" : "the number of known values of \(of)"
    case .sum: base = "the sum of \(of)"
    case .average: base = "the average of \(of)"
    case .min: base = "the smallest \(of)"
    case .max: base = "the largest \(of)"
    case .median: base = "the median of \(of)"
    case .percentile:
      let part = operands.count > 1 ? expression(operands[1]) : "?"
      base = "the \(of) below which \(part.hasSuffix("%") ? part : part + "%") lie"
    case .stddev: base = "the standard deviation of \(of)"
    case .variance: base = "the variance of \(of)"
    case .corr:
      let other = operands.count > 1 ? operand(operands[1]) : "?"
      base = "the correlation of \(of) with \(other)"
    case .first: base = "the first known \(of)"
    case .last: base = "the last known \(of)"
    case .share: base = ""
    }
    return base + (with.map { " (only rows\(whose($0)))" } ?? "")
      + (within.map { " " + self.within($0) } ?? "")
  }

  /// What the numerator and the denominator of a share are.
  private func shareNoun(
    _ first: ExpressionSyntax?, _ with: ExpressionSyntax?, _ within: WithinSyntax?
  ) -> String {
    var (operand, test) = (first, with)
    // `share(level >= 3)` is `share with level >= 3`.
    if test == nil, let only = first, only.isCondition { (operand, test) = (nil, only) }
    let what = operand.map { self.operand($0) } ?? "rows"
    let whole: String
    if let within {
      let keys = within.keys.map(expression)
      whole =
        keys.isEmpty
        ? "all \(what)" : "all \(what) of the same \(Self.listed(keys))"
    } else {
      whole = test == nil ? "all \(what)" : "the group's \(what)"
    }
    guard let test else { return "which share of \(whole) each group has" }
    let rows = operand == nil ? "rows" : "\(what) in rows"
    return "the share of \(rows)\(whose(test)) in \(whole)"
  }

  /// `within each province`.
  func within(_ within: WithinSyntax) -> String {
    let keys = within.keys.map(expression)
    return keys.isEmpty ? "within all" : "within each " + Self.listed(keys)
  }
}

extension ExpressionSyntax {
  /// Whether the expression can only be true or false.
  fileprivate var isCondition: Bool {
    switch kind {
    case .binary(let binary): binary.operator.isComparison
    case .logical, .membership, .between, .missingTest, .orMissing, .unary(.not, _): true
    default: false
    }
  }
}
