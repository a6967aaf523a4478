extension DiagnosticCode {
  static let misplacedAggregate = DiagnosticCode(
    "T0412", "An aggregate stands where single rows are computed.")
  static let aggregateOperand = DiagnosticCode(
    "T0413", "An aggregate has no operand, too many, or one of a type it can't take.")
  static let notAKey = DiagnosticCode(
    "T0414", "`within` names something that is no key of the step.")
}

/// An aggregate as it was written, in words or as a call.
struct AggregatePhrase {
  var verb: AggregateVerbSyntax
  var isDistinct: Bool
  var operands: [ExpressionSyntax]
  var with: ExpressionSyntax?
  var within: WithinSyntax?
  var span: SourceSpan
}

extension Binder {
  /// The group table's column for an aggregate.
  func bindAggregate(_ phrase: AggregatePhrase) throws(QueryError) -> BoundExpression {
    guard let groups else {
      throw error(
        .type, .misplacedAggregate,
        "\(phrase.verb.rawValue) is computed over groups, not for a row",
        at: phrase.span,
        help: [
          "conditions on groups stand in `having`, values of another query in parentheses;"
            + " of all rows around it is \(phrase.verb.rawValue)(… within all)"
        ], fixIts: mends(ofMisplaced: phrase))
    }
    if phrase.verb == .share { return try bindShare(phrase, in: groups) }
    if let within = phrase.within {
      throw error(
        .type, .notAKey, "`within` goes with share; \(phrase.verb.rawValue) has its groups",
        at: within.span)
    }
    return try column(function(of: phrase), phrase, in: groups)
  }

  /// What was likely meant by an aggregate among rows: groups, or a value of all rows.
  private func mends(ofMisplaced phrase: AggregatePhrase) -> [FixIt] {
    guard let step = currentStep, place == nil else { return [] }
    if let head = step.head, head.form == .list, !head.isDistinct, !head.items.isEmpty,
      head.span.holds(phrase.span)
    {
      for item in head.items {
        guard case .expression(let expression) = item.kind, expression.holdsAggregate else {
          return groupMends(of: head, in: step)
        }
      }
      let word = SourceSpan(head.span.start, head.span.start + "list".utf8.count)
      return [FixIt("write show", replace: word, with: "show")]
    }
    guard let source = step.source, case .table(let name) = source.kind, phrase.within == nil else {
      return []
    }
    for case .where(let clause) in step.clauses where clause.span.holds(phrase.span) {
      let query = "(show \(text(phrase.span)) from \(spelledName(name.text)))"
      return [FixIt("ask for it in a query", replace: phrase.span, with: query)]
    }
    return []
  }

  /// The function that a verb other than `share` stands for.
  func function(of phrase: AggregatePhrase) throws(QueryError) -> AggregateFunction {
    if let function = AggregateFunction(rawValue: phrase.verb.rawValue) { return function }
    throw QueryError(kind: .bug, message: "\(phrase.verb.rawValue) is no function of its own")
  }

  /// Binds the operands against rows and adds the call to the groups.
  private func column(
    _ function: AggregateFunction, _ phrase: AggregatePhrase, within: [Int]? = nil,
    in groups: GroupScope
  ) throws(QueryError) -> BoundExpression {
    var rows = self
    rows.groups = nil
    let written = phrase
    var phrase = phrase
    let table = countedTable(function, phrase)
    if table != nil { phrase.operands = [] }
    try rows.checkAdditivity(phrase.verb, phrase.operands)
    // Other aggregates are given each value once.
    let countsValuesOnce = phrase.isDistinct && function != .count
    if countsValuesOnce { phrase.isDistinct = false }
    var operands = phrase.operands
    var fraction: ExactDecimal?
    if function == .percentile {
      fraction = try rows.percentileFraction(phrase)
      operands.removeLast()
    }
    let wanted =
      function == .corr ? 2...2 : function == .count && !phrase.isDistinct ? 0...1 : 1...1
    guard wanted.contains(operands.count) else {
      throw error(
        .type, .aggregateOperand,
        operands.isEmpty
          ? "\(function.rawValue) needs to know of what"
          : "\(function.rawValue) has too many operands",
        at: phrase.span, help: ["for instance \(function.rawValue)(fee)"])
    }
    var bound = try operands.mapThrowing { operand throws(QueryError) in try rows.bind(operand) }
    if AggregateCall.resultType(of: function, operands: bound.map(\.type)) == nil {
      bound = bound.map { rows.emptyColumn($0, as: .integer) ?? $0 }
    }
    let type = try rows.resultType(function, bound, phrase)
    if countsValuesOnce, within != nil { throw distinctTotal(name(of: written), at: phrase.span) }
    let counted =
      countsValuesOnce
      ? nil
      : try rows.locality(
        of: bound, table, phrase, within: within, keys: groups.keys.map(\.output))
    let condition = try phrase.with.map { with throws(QueryError) in
      try rows.filter(with, clause: "with")
    }
    let call = AggregateCall(
      function: function, isDistinct: phrase.isDistinct, operands: bound.map(atUse),
      condition: condition?.condition, fraction: fraction, type: type,
      span: place ?? phrase.span)
    var signature = "\(function)|\(written.isDistinct)|\(fraction?.description ?? "")"
    for operand in phrase.operands { signature += "|" + self.signature(operand) }
    signature += "|with " + (phrase.with.map(self.signature) ?? "")
    signature += "|within " + (within.map { "\($0)" } ?? "")
    signature += "|of " + (counted.map { "\($0)" } ?? "")
    return groups.column(
      of: GroupCall(
        call: call, locality: counted, countsValuesOnce: countsValuesOnce, within: within,
        name: callName ?? name(of: written), condition: condition), signature: signature)
  }

  /// What is bound in a definition, at the place where that is used.
  private func atUse(_ expression: BoundExpression) -> BoundExpression {
    place.map { expression.placed(at: $0) } ?? expression
  }

  /// A condition with what the receipt says of it.
  func filter(_ condition: ExpressionSyntax, clause: String) throws(QueryError) -> FilterPlan {
    let outer = collected.columnsRead
    collected.columnsRead = []
    let wasInFilter = collected.isInFilter
    collected.isInFilter = true
    defer {
      collected.columnsRead = outer
      collected.isInFilter = wasInFilter
    }
    let bound = atUse(decided(try bindCondition(condition)))
    let columns = deciding(collected.columnsRead, of: bound)
    return FilterPlan(
      condition: bound, clause: clause, text: text(condition.span), columns: columns)
  }

  func resultType(
    _ function: AggregateFunction, _ operands: [BoundExpression], _ phrase: AggregatePhrase
  ) throws(QueryError) -> ColumnType {
    let type = AggregateCall.resultType(
      of: function, operands: operands.map(\.type), isDistinct: phrase.isDistinct)
    if let type { return type }
    let types = operands.map { described($0) }.joined(separator: " and ")
    var help: [String] = []
    if let first = operands.first, first.type == .text {
      help = [
        "if the column holds numbers, say so when it is loaded:"
          + " `load … types (\(text(first.span)) decimal)`"
      ]
    }
    throw error(
      .type, .aggregateOperand, "\(function.rawValue) can't be taken of \(types)", at: phrase.span,
      help: help)
  }

  func percentileFraction(_ phrase: AggregatePhrase) throws(QueryError) -> ExactDecimal {
    let message = "percentile needs a value and a number from 0 to 100: percentile(fee, 90)"
    guard phrase.operands.count == 2 else {
      let place = phrase.operands.first.map { SourceSpan($0.span.end, $0.span.end) }
      throw error(
        .type, .aggregateOperand, message, at: phrase.span,
        fixIts: phrase.operands.count == 1 && place != nil
          ? [FixIt("ask for the 90th", replace: place ?? phrase.span, with: ", 90")] : [])
    }
    let part: ExactDecimal
    switch try bind(phrase.operands[1]).constantValue {
    case .integer(let value)? where (0...100).contains(value):
      part = ExactDecimal(coefficient: value, scale: 2)
    case .decimal(let value)? where value.scale + 2 <= ExactDecimal.maximumScale:
      part = ExactDecimal(coefficient: value.coefficient, scale: value.scale + 2)
    case .percent(let value)?: part = value
    default:
      throw error(.type, .aggregateOperand, message, at: phrase.operands[1].span)
    }
    guard part >= ExactDecimal(coefficient: 0, scale: 0),
      part <= ExactDecimal(coefficient: 1, scale: 0)
    else { throw error(.type, .aggregateOperand, message, at: phrase.operands[1].span) }
    return part
  }

  // MARK: Shares

  /// A share is a numerator over a denominator: `with` keeps rows of the numerator, `within` widens
  /// the groups of the denominator. With neither, the denominator is everything.
  private func bindShare(_ phrase: AggregatePhrase, in groups: GroupScope) throws(QueryError)
    -> BoundExpression
  {
    var part = phrase
    // `share(level >= 3)` is `share with level >= 3`.
    if part.with == nil, part.operands.count == 1, try isCondition(part.operands[0]) {
      part.with = part.operands.removeFirst()
    }
    let function: AggregateFunction = part.operands.isEmpty ? .count : .sum
    let within = try denominatorKeys(part, in: groups)
    let numerator = try column(function, part, in: groups)
    try refuseShareOfAll(part, in: groups)
    var whole = part
    whole.with = nil
    let denominator = try column(function, whole, within: within, in: groups)
    let isFloating = numerator.type.isFloating
    return BoundExpression(
      .quotient(
        isFloating ? numerator : numerator.reread(as: .integer),
        isFloating ? denominator : denominator.reread(as: .integer)), .ratio, at: phrase.span)
  }

  private func isCondition(_ operand: ExpressionSyntax) throws(QueryError) -> Bool {
    var rows = self
    rows.groups = nil
    return try rows.bind(operand).type == .boolean
  }

  /// The keys that the denominator's groups keep; nil for all.
  private func denominatorKeys(_ phrase: AggregatePhrase, in groups: GroupScope)
    throws(QueryError) -> [Int]?
  {
    guard let within = phrase.within else { return phrase.with == nil ? [] : nil }
    let found = try within.keys.mapThrowing { key throws(QueryError) in
      var name: String?
      if case .name(let path) = key.kind, path.parts.count == 1 { name = path.text }
      guard let index = groups.keyIndex(name: name, signature: signature(key)) else {
        let keys = groups.keys.map(\.output.name)
        throw error(
          .type, .notAKey, "\(text(key.span)) is no key of this step", at: key.span,
          help: keys.isEmpty ? [] : ["keys: " + keys.joined(separator: ", ")])
      }
      return index
    }
    return Set(found).sorted()
  }

  // MARK: Names

  /// The name of an item that has no alias: `sum_fee`, `count`, `share`.
  func name(of phrase: AggregatePhrase) -> String {
    let verb = phrase.verb.rawValue
    if phrase.verb == .share { return verb }
    let distinct = phrase.isDistinct ? "_distinct" : ""
    guard let operand = phrase.operands.first, case .name(let path) = operand.kind else {
      return verb + distinct
    }
    return verb + distinct + "_" + path.parts[path.parts.count - 1].text
  }
}
