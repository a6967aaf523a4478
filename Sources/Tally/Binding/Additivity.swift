extension DiagnosticCode {
  static let notAdditive = DiagnosticCode(
    "T0434", "Averages, ratios and distinct counts of groups are added up or averaged.")
}

/// What the values of a column are, where adding them up means nothing.
enum Additivity: Sendable, Hashable {
  /// Averages and what else lies between values; they can't be averaged either, as groups differ in
  /// size.
  case averages
  /// Parts of wholes that differ from row to row, and other quotients.
  case ratios
  /// Deviations and correlations.
  case deviations
  /// Numbers of distinct values, of which groups share some.
  case distinctCounts

  /// The values in words.
  var words: String {
    switch self {
    case .averages: "averages"
    case .ratios: "ratios"
    case .deviations: "deviations"
    case .distinctCounts: "distinct counts"
    }
  }

  /// Whether an aggregate of such values means nothing.
  func forbids(_ verb: AggregateVerbSyntax) -> Bool {
    switch verb {
    case .sum: true
    case .share: self != .ratios
    case .average: self != .distinctCounts
    default: false
    }
  }
}

extension Binder {
  /// The columns of a step's result whose values can't be added up, by place.
  func additivity(of step: StepPlan) -> [Int: Additivity] {
    var found: [Int: Additivity] = [:]
    for (place, output) in step.result.outputs.enumerated() {
      if let groups = step.groups {
        found[place] = additivity(of: output.expression, groups)
      } else if case .column(let index) = output.expression.kind {
        found[place] = scope.grain?.additivity[index]
      }
    }
    return found
  }

  private func additivity(of expression: BoundExpression, _ groups: GroupPlan) -> Additivity? {
    switch expression.kind {
    case .column(let index):
      let measure = index - groups.keys.count - groups.calls.count
      if let shape = groups.shape, shape.measures.indices.contains(measure) {
        return additivity(of: shape.measures[measure].expression, groups)
      }
      guard groups.calls.indices.contains(index - groups.keys.count) else { return nil }
      let call = groups.calls[index - groups.keys.count].call
      switch call.function {
      case .average, .median, .percentile: return .averages
      case .variance, .stddev, .corr: return .deviations
      case .count: return call.isDistinct ? .distinctCounts : nil
      case .sum, .min, .max, .first, .last: return nil
      }
    case .quotient(_, let whole):
      // Parts of one whole add up to it.
      if case .column(let index) = whole.kind,
        groups.calls.indices.contains(index - groups.keys.count),
        groups.calls[index - groups.keys.count].within != nil
      {
        return nil
      }
      return .ratios
    case .rescale(let inner, _), .toFloat(let inner), .negated(let inner):
      return additivity(of: inner, groups)
    case .conditional(let value, _, let otherwise) where value.isMissingLiteral:
      return additivity(of: otherwise, groups)
    default: return nil
    }
  }

  /// Refuses sums of averages and the like: of columns that a step before has made, unless `raw`
  /// stands around them.
  func checkAdditivity(_ verb: AggregateVerbSyntax, _ operands: [ExpressionSyntax])
    throws(QueryError)
  {
    guard let operand = operands.first, case .name(let path) = operand.kind,
      let columns = scope.grain?.additivity, !columns.isEmpty,
      case .one(let entry) = scope.find(path.parts[path.parts.count - 1].text),
      case .column(let index) = entry.expression.kind, let kind = columns[index],
      kind.forbids(verb)
    else { return }
    let name = text(operand.span)
    let noun = verb == .average ? "an average" : verb == .share ? "a share" : "a sum"
    throw error(
      .type, .notAdditive, "\(noun) of \(kind.words): \(name) has one for each group",
      at: operand.span,
      help: [
        "compute it from the rows of all groups, in a step that has them;"
          + " raw(\(name)) takes the values for what they are"
      ],
      fixIts: [FixIt("write raw(\(name))", replace: operand.span, with: "raw(\(name))")])
  }
}
