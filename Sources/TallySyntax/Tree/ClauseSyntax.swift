/// A clause of a step. The cases stand in the order the clauses must have in a step; `lookup` and
/// `join` share a rank, and so do `append` and `except`, and these may be repeated.
package enum ClauseSyntax: Sendable {
  case from(FromSyntax)
  case lookup(LookupSyntax)
  case join(JoinSyntax)
  case add(AddSyntax)
  case `where`(WhereSyntax)
  case groupBy(GroupBySyntax)
  case across(AcrossSyntax)
  case fill(FillSyntax)
  case versus(VersusSyntax)
  case having(HavingSyntax)
  case orderBy(OrderBySyntax)
  case top(TopSyntax)
  case limit(LimitSyntax)
  case append(AppendSyntax)
  case except(ExceptSyntax)
  case unpivot(UnpivotSyntax)
  case chart(ChartSyntax)
  case save(SaveSyntax)
}

/// `from services`, `from services as s`. A step that begins with a bare table has this clause too.
package struct FromSyntax: Sendable {
  package let source: SourceSyntax
  package let span: SourceSpan
}

/// `lookup rates on currency = rates.currency as of paid_on`: at most one matching row is added to
/// each row.
package struct LookupSyntax: Sendable {
  package let source: SourceSyntax
  package let keys: [JoinKeySyntax]
  /// The time at which the looked up row must be the latest.
  package let asOf: ExpressionSyntax?
  /// The columns of the looked up table that say from when, and until when, a row holds; none where
  /// they are found.
  package let by: [NamePathSyntax]
  package let span: SourceSpan
}

/// `join many payments on payments.service_id = services.id`.
package struct JoinSyntax: Sendable {
  package enum Kind: String, Sendable, Hashable, CaseIterable {
    case inner, left, full, cross
  }
  /// How many rows of the joined table a row is said to meet.
  package enum Cardinality: String, Sendable, Hashable, CaseIterable {
    case one, many
  }

  package let kind: Kind
  package let cardinality: Cardinality?
  package let source: SourceSyntax
  /// None for a cross join.
  package let keys: [JoinKeySyntax]
  package let span: SourceSpan
}

/// One of the conditions after `on`, all of which must hold.
package enum JoinKeySyntax: Sendable {
  /// `on agency`: the column of this name on both sides.
  case shared(NamePathSyntax)
  /// `on agency_id = agencies.id`
  case equal(ExpressionSyntax, ExpressionSyntax)
  /// Any other condition, for instance `fee >= bands.lower`.
  case condition(ExpressionSyntax)
}

/// `add amount * rate as vnd`
package struct AddSyntax: Sendable {
  /// Expressions, with or without alias.
  package let items: [ItemSyntax]
  package let span: SourceSpan
}

/// `where level >= 3`: the rows that are kept.
package struct WhereSyntax: Sendable {
  package let condition: ExpressionSyntax
  package let span: SourceSpan
}

/// `group by agency, month(opened)`
package struct GroupBySyntax: Sendable {
  /// Expressions, with or without alias.
  package let keys: [ItemSyntax]
  /// `with totals`: subtotals of every level of the keys and the total.
  package let hasTotals: Bool
  package let span: SourceSpan
}

/// `across level with totals`: the values of the key become columns.
package struct AcrossSyntax: Sendable {
  package let keys: [ItemSyntax]
  package let hasTotals: Bool
  package let span: SourceSpan
}

/// `fill 0`: groups that no row falls into get this value.
package struct FillSyntax: Sendable {
  package let value: ExpressionSyntax
  package let span: SourceSpan
}

/// `vs previous year, previous month`, `vs target 60%`: comparisons, in the order of their columns.
package struct VersusSyntax: Sendable {
  package enum Comparison: Sendable {
    /// `previous year`, `previous 3 years to date`
    case previous(count: Int, unit: TimeUnitSyntax, toDate: Bool)
    /// `first`: the first period of the series.
    case first
    /// `target plans.amount on agency, month`
    case target(ExpressionSyntax, keys: [JoinKeySyntax])
  }

  package let comparisons: [Comparison]
  package let span: SourceSpan
}

/// `having count >= 100`: the groups that are kept.
package struct HavingSyntax: Sendable {
  package let condition: ExpressionSyntax
  package let span: SourceSpan
}

/// `order by sum_fee desc, agency`
package struct OrderBySyntax: Sendable {
  package struct Key: Sendable {
    package let expression: ExpressionSyntax
    package let isDescending: Bool
    /// The language whose alphabet decides, after `collate`.
    package let collation: NameSyntax?
  }

  package let keys: [Key]
  package let span: SourceSpan
}

/// `top 3 by fee within agency with rest`, `bottom 3 by fee`.
package struct TopSyntax: Sendable {
  /// `bottom`: the smallest instead of the largest.
  package let isBottom: Bool
  /// An integer literal, a parameter or a placeholder.
  package let count: ExpressionSyntax
  /// What is compared; the first measure if nothing is said.
  package let by: ExpressionSyntax?
  package let within: WithinSyntax?
  /// `with rest`: a last row gathers what is left out.
  package let hasRest: Bool
  package let span: SourceSpan
}

/// `limit 20`, `limit 20 skip 40`
package struct LimitSyntax: Sendable {
  /// An integer literal, a parameter or a placeholder.
  package let count: ExpressionSyntax
  /// The number of rows left out before, of the same kind.
  package let skip: ExpressionSyntax?
  package let span: SourceSpan
}

/// `append archive`: the rows of another table below.
package struct AppendSyntax: Sendable {
  package let source: SourceSyntax
  package let span: SourceSpan
}

/// `except closed`: without the rows of another table.
package struct ExceptSyntax: Sendable {
  package let source: SourceSyntax
  package let span: SourceSpan
}

/// `unpivot q1, q2 into quarter, amount`: columns become rows.
package struct UnpivotSyntax: Sendable {
  package let columns: [NameSyntax]
  /// The new column of the old columns' names.
  package let key: NameSyntax
  /// The new column of their values.
  package let value: NameSyntax
  package let span: SourceSpan
}

/// `chart bar stacked`
package struct ChartSyntax: Sendable {
  package let kind: NameSyntax
  /// The words behind the kind.
  package let options: [NameSyntax]
  package let span: SourceSpan
}

/// `save to "levels.svg"`
package struct SaveSyntax: Sendable {
  package let path: String
  package let pathSpan: SourceSpan
  package let span: SourceSpan
}

extension ClauseSyntax {
  /// The source of the clause, from its first word to its last.
  package var span: SourceSpan {
    switch self {
    case .from(let clause): clause.span
    case .lookup(let clause): clause.span
    case .join(let clause): clause.span
    case .add(let clause): clause.span
    case .where(let clause): clause.span
    case .groupBy(let clause): clause.span
    case .across(let clause): clause.span
    case .fill(let clause): clause.span
    case .versus(let clause): clause.span
    case .having(let clause): clause.span
    case .orderBy(let clause): clause.span
    case .top(let clause): clause.span
    case .limit(let clause): clause.span
    case .append(let clause): clause.span
    case .except(let clause): clause.span
    case .unpivot(let clause): clause.span
    case .chart(let clause): clause.span
    case .save(let clause): clause.span
    }
  }
}
