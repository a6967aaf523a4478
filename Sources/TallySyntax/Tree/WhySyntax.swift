/// `why sum fee from services between @2025-05 and @2025-06 by agency, province`: what each group
/// contributed to a change.
package struct WhySyntax: Sendable {
  /// What changed.
  package let aggregate: AggregateSyntax
  package let source: SourceSyntax
  /// The two periods.
  package let first: ExpressionSyntax
  package let second: ExpressionSyntax
  /// What places a row in a period; the only column of dates if nothing is said.
  package let date: ExpressionSyntax?
  /// The condition behind `where`.
  package let condition: ExpressionSyntax?
  /// What makes the groups.
  package let keys: [ItemSyntax]
}

/// `rows of (count services group by agency) where agency = "A"`: the rows that groups were made of.
package struct RowsOfSyntax: Sendable {
  package let query: QuerySyntax
  /// Which of the groups, by the columns of the answer; all if nothing is said.
  package let condition: ExpressionSyntax?
  /// The number of the answer's row whose group is meant, from 1; nil where it is not said so.
  package let row: Int?
}

extension AggregateSyntax {
  /// Whether it is `count` of rows, without a condition.
  var isPlainCount: Bool {
    verb == .count && operand == nil && with == nil && within == nil && !isDistinct
  }
}

extension SourceSyntax {
  /// Whether it is a table or a file by its name.
  var isName: Bool {
    if case .query = kind { false } else { true }
  }
}

extension MembershipSyntax {
  /// `value in set`, for a set that is an expression.
  package init(of value: ExpressionSyntax, in set: ExpressionSyntax) {
    self.init(value: value, set: .expression(set), isNegated: false, isLoose: false)
  }
}

extension ExpressionSyntax {
  /// A column that the text does not name; diagnostics about it point to `span`.
  package init(name: String, at span: SourceSpan) {
    let part = NameSyntax(text: name, span: span, isQuoted: true)
    self.init(.name(NamePathSyntax(parts: [part])), at: span)
  }
}
