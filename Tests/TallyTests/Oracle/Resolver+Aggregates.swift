@testable import Tally
@testable import TallySyntax

extension Resolver {
  /// A call of an aggregate, or of a function.
  func meaning(_ call: CallSyntax, _ span: SourceSpan) throws -> Meaning {
    if let window = try window(call) { return window }
    guard call.over == nil else { throw invalid("over last") }
    if call.name.text == "raw", call.arguments.count == 1 { return try meaning(call.arguments[0]) }
    guard let verb = call.verb else { return try function(call) }
    return try aggregate(
      Phrase(
        verb: verb, isDistinct: call.isDistinct, operands: call.arguments, with: call.with,
        within: call.within, place: span.start))
  }

  /// An aggregate in words or as a call.
  struct Phrase {
    var verb: AggregateVerbSyntax
    var isDistinct: Bool
    var operands: [ExpressionSyntax]
    var with: ExpressionSyntax?
    var within: WithinSyntax?
    /// Where it is written.
    var place = 0
  }

  func phrase(_ aggregate: AggregateSyntax) -> Phrase {
    Phrase(
      verb: aggregate.verb, isDistinct: aggregate.isDistinct,
      operands: aggregate.operand.map { [$0] } ?? [], with: aggregate.with,
      within: aggregate.within, place: aggregate.verbSpan.start)
  }

  func aggregate(_ phrase: Phrase) throws -> Meaning {
    guard groups != nil else { throw invalid("an aggregate of a row") }
    if phrase.verb == .share { return try share(phrase) }
    guard phrase.within == nil, let function = AggregateFunction(rawValue: phrase.verb.rawValue)
    else { throw invalid("within") }
    return try call(function, phrase)
  }

  private func call(_ function: AggregateFunction, _ phrase: Phrase, within: [Int]? = nil) throws
    -> Meaning
  {
    var rows = self
    rows.groups = nil
    try rows.checkAdditivity(phrase.verb, phrase.operands)
    var operands = phrase.operands
    var locality: [Int]?
    if function == .count, !phrase.isDistinct, operands.count == 1,
      let member = try countedTable(operands[0])
    {
      operands = []
      locality = [member]
    }
    var fraction: ExactDecimal?
    if function == .percentile {
      guard operands.count == 2 else { throw invalid("percentile") }
      fraction = try rows.fraction(operands.removeLast())
    }
    let wanted: ClosedRange<Int> =
      function == .corr ? 2...2 : function == .count && !phrase.isDistinct ? 0...1 : 1...1
    guard wanted.contains(operands.count) else { throw invalid("operands") }
    var bound = try operands.map { try rows.meaning($0) }
    var types = bound.map(\.type)
    if resultType(function, types) == nil {
      // A column without values is one of numbers if numbers are wanted.
      bound = bound.map { operand in
        operand.isEmptyColumn
          ? Meaning(type: .integer) { _ in Outcome(value: .missing) } : operand
      }
      types = bound.map(\.type)
    }
    guard let type = resultType(function, types), let groups else {
      throw invalid("\(function) of \(types)")
    }
    let condition = try phrase.with.map { try rows.filter($0, "with") }
    var owners = Set<Int>()
    for operand in operands { owners.formUnion(rows.owners(of: operand)) }
    let isWhole = owners.isEmpty || owners.count == groups.members.count
    let countsValuesOnce = phrase.isDistinct && function != .count
    if countsValuesOnce, within != nil { throw invalid("a total of distinct values") }
    if locality == nil, !isWhole, !countsValuesOnce { locality = owners.sorted() }
    let spans = phrase.operands.map(\.span) + (phrase.with.map { [$0.span] } ?? [])
    let words =
      spans.map { text($0) } + [
        "\(function) \(phrase.operands.count) \(phrase.isDistinct) \(within ?? [-1])"
      ]
    return groups.meaning(
      OracleCall(
        name: callName ?? name(of: phrase), place: callName == nil ? phrase.place : nil,
        words: words.joined(separator: " | "),
        function: function, isDistinct: phrase.isDistinct,
        operands: bound, fraction: fraction, condition: condition, within: within,
        locality: locality, type: type))
  }

  /// The number of the joined table that `count t` names where `t` is no column.
  private func countedTable(_ operand: ExpressionSyntax) throws -> Int? {
    guard case .name(let path) = operand.kind, path.parts.count == 1, let groups else { return nil }
    let name = path.text.lowercased()
    if try named([name]) != nil { return nil }
    return groups.memberNames.firstIndex { $0 == name }
  }

  private func fraction(_ expression: ExpressionSyntax) throws -> ExactDecimal {
    let part: ExactDecimal
    switch try meaning(expression).constant {
    case .integer(let whole)?: part = ExactDecimal(coefficient: whole, scale: 2)
    case .decimal(let number)?:
      part = ExactDecimal(coefficient: number.coefficient, scale: number.scale + 2)
    case .percent(let number)?: part = number
    default: throw invalid("percentile")
    }
    guard part >= ExactDecimal(coefficient: 0, scale: 0),
      part <= ExactDecimal(coefficient: 1, scale: 0)
    else { throw invalid("percentile") }
    return part
  }

  func resultType(
    _ function: AggregateFunction, _ operands: [ColumnType]
  ) -> ColumnType? {
    if function == .count { return .integer }
    let areNumbers = operands.allSatisfy(\.isNumeric)
    switch function {
    case .count, .min, .max, .first, .last: return operands[0]
    case .sum: return areNumbers || operands[0] == .duration ? operands[0] : nil
    case .average, .median, .percentile:
      if operands[0] == .duration { return .duration }
      return areNumbers ? (operands[0].isPercentage ? .ratio : .float) : nil
    case .variance, .stddev: return areNumbers ? .float : nil
    case .corr:
      return areNumbers && operands[0].isFloating == operands[1].isFloating ? .float : nil
    }
  }

  // MARK: Shares

  /// The part for which the condition holds, of the group; without a condition, the group, of all
  /// rows or of the groups that `within` names.
  private func share(_ phrase: Phrase) throws -> Meaning {
    let (part, whole, within) = try shareParts(phrase)
    return quotient(ofShare: part, whole, within)
  }

  func quotient(ofShare part: Meaning, _ whole: Meaning, _ within: [Int]?) -> Meaning {
    var result = computed(.ratio, [part, whole], losing: \.zeroDivisions) {
      Self.quotient($0[0], $0[1], .ratio)
    }
    // Parts of one whole add up to it.
    if within == nil { result.additivity = .ratios }
    return result
  }

  /// The numerator and the denominator of a share, and the keys that the latter keeps.
  func shareParts(_ phrase: Phrase) throws -> (part: Meaning, whole: Meaning, within: [Int]?) {
    var part = phrase
    var rows = self
    rows.groups = nil
    if part.with == nil, part.operands.count == 1,
      try rows.meaning(part.operands[0]).type == .boolean
    {
      part.with = part.operands.removeFirst()
    }
    let function: AggregateFunction = part.operands.isEmpty ? .count : .sum
    var within: [Int]? = part.with == nil ? [] : nil
    if let keys = part.within?.keys {
      within = try keys.map { key in
        var name: String?
        if case .name(let path) = key.kind, path.parts.count == 1 {
          name = path.text.lowercased()
        }
        guard
          let place = name.flatMap({ groups?.key(named: $0) })
            ?? groups?.key(written: text(key.span))
        else { throw invalid("no key") }
        return place
      }
    }
    let numerator = try call(function, part, within: nil)
    part.with = nil
    let denominator = try call(function, part, within: within)
    return (numerator, denominator, within)
  }

  // MARK: Names

  func name(of phrase: Phrase) -> String {
    let verb = phrase.verb.rawValue
    if phrase.verb == .share { return verb }
    let distinct = phrase.isDistinct ? "_distinct" : ""
    guard case .name(let path)? = phrase.operands.first?.kind else { return verb + distinct }
    return verb + distinct + "_" + path.parts[path.parts.count - 1].text
  }

  /// The name of a column that has no alias.
  func name(of expression: ExpressionSyntax) -> String {
    switch expression.kind {
    case .name(let path): return path.parts[path.parts.count - 1].text
    case .call(let call):
      guard let verb = call.verb else { return call.name.text }
      return name(
        of: Phrase(
          verb: verb, isDistinct: call.isDistinct, operands: call.arguments, with: call.with,
          within: call.within))
    default: return text(expression.span)
    }
  }
}
