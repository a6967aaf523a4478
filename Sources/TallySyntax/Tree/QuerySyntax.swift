/// A query: steps joined by `then`. The first has a source, each later one reads the result of the
/// step before it.
package struct QuerySyntax: Sendable {
  /// The steps, one at least.
  package let steps: [StepSyntax]
  package let span: SourceSpan
  /// The height of the tallest expression in it.
  package let height: Int

  init(steps: [StepSyntax], at span: SourceSpan) {
    self.steps = steps
    self.span = span
    var tallest = 0
    for step in steps {
      step.forEachExpression { tallest = max(tallest, $0.height) }
      step.forEachSource { source in
        if case .query(let query) = source.kind { tallest = max(tallest, query.height + 1) }
      }
    }
    height = tallest
  }
}

/// One step of a query: a head, clauses in their fixed order, or both.
package struct StepSyntax: Sendable {
  package let head: HeadSyntax?
  package let clauses: [ClauseSyntax]
  package let span: SourceSpan

  /// What the step reads, if it says so: the source of `from` or the object of the head. Only the
  /// first step of a query has one.
  package var source: SourceSyntax? {
    for clause in clauses {
      if case .from(let from) = clause { return from.source }
    }
    return head?.source
  }
}

/// What a step makes.
package struct HeadSyntax: Sendable {
  package enum Form: Sendable, Hashable {
    /// Aggregates: `count, sum fee as fees`.
    case aggregate
    /// Rows: `list name, fee`; no items for all columns.
    case list
    /// Expressions of aggregates: `show sum(fee) / count() as average_fee`.
    case show
  }

  package let form: Form
  /// `list distinct`: equal rows once.
  package let isDistinct: Bool
  package let items: [ItemSyntax]
  /// The table, where it stands as the object: `count services`, `share of services with ...`,
  /// `list services`. It follows the verb of the first item, which then has no operand.
  package let source: SourceSyntax?
  package let span: SourceSpan
}

/// One item of a head, of `add`, or one key of `group by` and `across`.
package struct ItemSyntax: Sendable {
  package enum Kind: Sendable {
    /// `sum fee with status = "paid"`, only in a head of the form `aggregate`.
    case aggregate(AggregateSyntax)
    case expression(ExpressionSyntax)
  }

  package let kind: Kind
  /// The name after `as`.
  package let alias: NameSyntax?
  package let span: SourceSpan

  /// Whether the item is an aggregate in words.
  package var isAggregate: Bool {
    if case .aggregate = kind { true } else { false }
  }
}

/// An aggregate in words: `count distinct agency with level >= 3 within province`.
package struct AggregateSyntax: Sendable {
  package let verb: AggregateVerbSyntax
  package let verbSpan: SourceSpan
  package let isDistinct: Bool
  package let operand: ExpressionSyntax?
  /// The condition after `with`: a numerator's rows.
  package let with: ExpressionSyntax?
  /// The denominator of a share.
  package let within: WithinSyntax?
}

/// What is read: a table, a file or a query, perhaps under another name.
package struct SourceSyntax: Sendable {
  package enum Kind: Sendable {
    /// A table, a `let` or, as `_`, the last result of a prompt.
    case table(NameSyntax)
    /// `"services.csv"`
    case file(String)
    /// `(count services group by agency)`
    case query(QuerySyntax)
  }

  package let kind: Kind
  /// The name after `as`, which columns of this source are qualified with.
  package let alias: NameSyntax?
  package let span: SourceSpan
}
