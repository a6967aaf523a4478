extension DiagnosticCode {
  static let repeatedRows = DiagnosticCode(
    "T0424", "A total would count a row of a joined table in several of its groups.")
}

extension Binder {
  /// The slots of the joined tables each of whose rows an aggregate counts once in each group; nil
  /// where it counts the joined rows as they are.
  ///
  /// Throws where the groups of a denominator would count a row in several groups that they are made
  /// of.
  func locality(
    of operands: [BoundExpression], _ table: Int?, _ phrase: AggregatePhrase, within: [Int]?,
    keys: [Output]
  ) throws(QueryError) -> [Int]? {
    let slots = table.map { [$0] } ?? scope.locality.slots(countedBy: operands)
    guard let slots, within != nil else { return slots }
    if let key = keys.first(where: { !scope.locality.isDecided($0.expression, by: slots) }) {
      throw severalGroups(text(phrase.span), slots, key, at: phrase.span)
    }
    return slots
  }

  /// What gathers groups must not count a row of a table in several of them.
  func checkTotals(_ plan: GroupPlan, _ result: ResultPlan, hasTotals: Bool, at span: SourceSpan)
    throws(QueryError)
  {
    let isCrossed =
      plan.acrossCount > 0
      && (!result.order.isEmpty || result.top != nil || result.having != nil)
    guard hasTotals || plan.hasTotals || isCrossed || result.top?.hasRest ?? false else { return }
    for call in plan.calls {
      if call.countsValuesOnce { throw distinctTotal(call.name, at: call.call.span) }
      guard let slots = call.locality,
        let key = plan.keys.first(where: { !scope.locality.isDecided($0.expression, by: slots) })
      else { continue }
      throw severalGroups(call.name, slots, key, at: call.call.span)
    }
  }

  /// Distinct values of several groups are not those of all.
  func distinctTotal(_ name: String, at span: SourceSpan) -> QueryError {
    error(
      .type, .repeatedRows,
      "a value may stand in several groups, so a total of \(name) over them would count it several"
        + " times", at: span, help: ["ask for the total in a step of its own"])
  }

  private func severalGroups(_ what: String, _ slots: [Int], _ key: Output, at span: SourceSpan)
    -> QueryError
  {
    let table = scope.locality.names(of: slots)
    return error(
      .type, .repeatedRows,
      "one row of \(table) may stand in several groups of \(key.name), so a total of \(what) over"
        + " them would count it several times", at: span,
      help: ["group by columns of \(table), or ask for the total in a step of its own"])
  }

  /// The slot of a table that `count services` names where `services` is no column.
  func countedTable(_ function: AggregateFunction, _ phrase: AggregatePhrase) -> Int? {
    guard function == .count, !phrase.isDistinct, phrase.operands.count == 1,
      case .name(let path) = phrase.operands[0].kind, path.parts.count == 1,
      case .none = scope.find(path.parts[0].text)
    else { return nil }
    return scope.locality.slot(of: path.parts[0].text)
  }

  /// Windows see joined rows as they are: one that adds up values of repeated rows is refused.
  func checkRepetition(
    _ function: AggregateFunction, _ phrase: AggregatePhrase, _ operands: [BoundExpression]
  ) throws(QueryError) {
    guard !phrase.isDistinct, ![.min, .max, .first, .last].contains(function),
      let slots = scope.locality.slots(countedBy: operands)
    else { return }
    let table = scope.locality.names(of: slots)
    throw error(
      .type, .repeatedRows,
      "\(function.rawValue) of \(text(phrase.operands[0].span)) would count a value once for each"
        + " row that a row of \(table) meets", at: phrase.span,
      help: ["compute it before the join"])
  }
}
