/// A query without a part of it that holds a mistake, so that the rest can be read on its own.
package struct Omission: Sendable {
  /// The query as it is left.
  package let query: QuerySyntax
  /// The names that the part gave to what it made; the rest may speak of them.
  package let names: [String]
}

extension QuerySyntax {
  /// The query without the smallest part at `place` on which little else rests: an item, one of
  /// several conditions or keys, a whole `where`, `having` or `order by`. nil where there is none.
  package func omitting(_ place: SourceSpan) -> Omission? {
    for (index, step) in steps.enumerated() where step.span.holds(place) {
      guard let (left, names) = step.omitting(place) else { return nil }
      var steps = steps
      steps[index] = left
      return Omission(query: QuerySyntax(steps: steps, at: span), names: names)
    }
    return nil
  }
}

extension StepSyntax {
  fileprivate func omitting(_ place: SourceSpan) -> (StepSyntax, names: [String])? {
    if let source = head?.source, source.span.holds(place) { return nil }
    if let head, let item = head.items.firstIndex(where: { $0.span.holds(place) }) {
      guard !restsOnHead, let items = head.itemsWithout(item) else { return nil }
      let left = HeadSyntax(
        form: head.form, isDistinct: head.isDistinct, items: items, source: head.source,
        span: head.span)
      let step = StepSyntax(head: left, clauses: clauses, span: span)
      return (step, head.items[item].madeName.map { [$0] } ?? [])
    }
    for (index, clause) in clauses.enumerated() where clause.span.holds(place) {
      guard let (left, names) = omitting(place, from: clause) else { return nil }
      var clauses = clauses
      clauses.replaceSubrange(index...index, with: left.map { [$0] } ?? [])
      return (StepSyntax(head: head, clauses: clauses, span: span), names)
    }
    return nil
  }

  /// Whether another clause takes its meaning from the items or the keys of the groups.
  private var restsOnHead: Bool {
    clauses.contains { clause in
      switch clause {
      case .fill, .versus, .chart, .across, .append, .except, .unpivot: true
      case .top(let top): top.by == nil || top.within != nil
      default: false
      }
    }
  }

  /// The clause without the part; nil where nothing is left of it.
  private func omitting(_ place: SourceSpan, from clause: ClauseSyntax)
    -> (ClauseSyntax?, names: [String])?
  {
    switch clause {
    case .where(let whole):
      let left = whole.condition.withoutOperand(at: place).map {
        ClauseSyntax.where(WhereSyntax(condition: $0, span: whole.span))
      }
      return (left, [])
    case .having(let whole):
      let left = whole.condition.withoutOperand(at: place).map {
        ClauseSyntax.having(HavingSyntax(condition: $0, span: whole.span))
      }
      return (left, [])
    case .add(let add):
      guard let item = add.items.firstIndex(where: { $0.span.holds(place) }) else { return nil }
      let names = add.items[item].madeName.map { [$0] } ?? []
      let left = add.items.removing(item)
      return (left.isEmpty ? nil : .add(AddSyntax(items: left, span: add.span)), names)
    case .groupBy(let groups):
      guard !restsOnHead, !groups.hasTotals,
        let item = groups.keys.firstIndex(where: { $0.span.holds(place) })
      else { return nil }
      let names = groups.keys[item].madeName.map { [$0] } ?? []
      let left = groups.keys.removing(item)
      let clause = GroupBySyntax(keys: left, hasTotals: false, span: groups.span)
      return (left.isEmpty ? nil : .groupBy(clause), names)
    case .orderBy(let order):
      guard let key = order.keys.firstIndex(where: { $0.expression.span.holds(place) }) else {
        return nil
      }
      let left = order.keys.removing(key)
      return (left.isEmpty ? nil : .orderBy(OrderBySyntax(keys: left, span: order.span)), [])
    default: return nil
    }
  }
}

extension HeadSyntax {
  /// The other items, or `count` in the place of the only one of groups; nil where a head would be
  /// left without a meaning.
  fileprivate func itemsWithout(_ item: Int) -> [ItemSyntax]? {
    if items.count > 1 { return items.removing(item) }
    switch form {
    case .list: return []
    case .show: return nil
    case .aggregate:
      let count = AggregateSyntax(
        verb: .count, verbSpan: items[item].span, isDistinct: false, operand: nil, with: nil,
        within: nil)
      return [
        ItemSyntax(kind: .aggregate(count), alias: items[item].alias, span: items[item].span)
      ]
    }
  }
}

extension ItemSyntax {
  /// The name of what the item makes, where that is another than a name in it.
  fileprivate var madeName: String? {
    if let alias { return alias.text }
    switch kind {
    case .aggregate(let aggregate):
      guard let operand = aggregate.operand, case .name(let path) = operand.kind else {
        return aggregate.verb.rawValue
      }
      let distinct = aggregate.isDistinct ? "distinct_" : ""
      return "\(aggregate.verb.rawValue)_\(distinct)\(path.parts[path.parts.count - 1].text)"
    case .expression(let expression):
      if case .call(let call) = expression.kind { return call.name.text }
      return nil
    }
  }
}

extension ExpressionSyntax {
  /// The condition without the one of its parts joined by `and` that stands at a place; nil where
  /// there are no parts.
  fileprivate func withoutOperand(at place: SourceSpan) -> ExpressionSyntax? {
    guard case .logical(.and, let operands) = kind,
      let index = operands.firstIndex(where: { $0.span.holds(place) })
    else { return nil }
    let left = operands.removing(index)
    return left.count == 1 ? left[0] : ExpressionSyntax(.logical(.and, left), at: span)
  }
}

extension Array {
  fileprivate func removing(_ index: Int) -> [Element] {
    var left = self
    left.remove(at: index)
    return left
  }
}
