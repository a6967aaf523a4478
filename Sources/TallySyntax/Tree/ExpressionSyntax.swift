/// An expression.
///
/// No expression is deeper than `greatestHeight`, subqueries included, so functions may walk it
/// recursively.
package struct ExpressionSyntax: Sendable {
  package let kind: Kind
  package let span: SourceSpan
  /// The number of levels of this tree, 1 for a leaf.
  package let height: Int

  /// What an expression is.
  package indirect enum Kind: Sendable {
    case literal(LiteralSyntax)
    /// A column, a table's column, a `let` value: the binder decides.
    case name(NamePathSyntax)
    /// `$year`
    case parameter(NameSyntax)
    /// `$1`: the value at this place, counted from 1, of those an API bound.
    case placeholder(Int)
    case call(CallSyntax)
    case unary(UnaryOperatorSyntax, ExpressionSyntax)
    case binary(BinarySyntax)
    /// Two operands or more, none of them the same operator without parentheses.
    case logical(LogicalOperatorSyntax, [ExpressionSyntax])
    case membership(MembershipSyntax)
    case between(BetweenSyntax)
    /// `x is missing`, or `x is not missing` if negated.
    case missingTest(ExpressionSyntax, isNegated: Bool)
    /// `x in 1..4 or missing`: the condition holds, or its subject `x` is missing. The condition is
    /// a comparison, a membership or a between.
    case orMissing(ExpressionSyntax)
    /// `x if c else y if d else z`: the first branch whose condition holds, else `otherwise`.
    case conditional([ConditionalBranchSyntax], otherwise: ExpressionSyntax)
    /// `(1, 2, 3)`, only as the default of a list parameter; lists after `in` are in the membership.
    case list([ExpressionSyntax])
    /// `(average fee from services)`
    case subquery(QuerySyntax)
  }

  /// The most levels an expression may have.
  package static let greatestHeight = 200

  init(_ kind: Kind, at span: SourceSpan) {
    self.kind = kind
    self.span = span
    var tallest = 0
    kind.forEachChild { tallest = max(tallest, $0.height) }
    if case .subquery(let query) = kind { tallest = query.height }
    if case .membership(let test) = kind, case .query(let query) = test.set {
      tallest = max(tallest, query.height)
    }
    height = tallest + 1
  }
}

/// An operator before its operand.
package enum UnaryOperatorSyntax: String, Sendable, Hashable {
  case negate = "-"
  case plus = "+"
  case not
}

/// An operator between two operands.
package enum BinaryOperatorSyntax: String, Sendable, Hashable, CaseIterable {
  case add = "+"
  case subtract = "-"
  case multiply = "*"
  case divide = "/"
  /// Division rounded down.
  case floorDivide = "div"
  case modulo = "mod"
  case equal = "="
  case notEqual = "!="
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
  /// Contains, without regard to case and untyped marks.
  case matches = "~"
  case contains
  case startsWith = "starts with"
  case endsWith = "ends with"

  /// Whether the result is a truth value.
  package var isComparison: Bool {
    switch self {
    case .add, .subtract, .multiply, .divide, .floorDivide, .modulo: false
    default: true
    }
  }
}

/// `left operator right`, with `loosely` behind it or not.
package struct BinarySyntax: Sendable {
  package let `operator`: BinaryOperatorSyntax
  /// The place of the operator.
  package let operatorSpan: SourceSpan
  package let left: ExpressionSyntax
  package let right: ExpressionSyntax
  /// Whether `loosely` follows: case and untyped marks don't count.
  package let isLoose: Bool
}

package enum LogicalOperatorSyntax: String, Sendable, Hashable {
  case and, or
}

/// `value if condition`, one branch of a conditional.
package struct ConditionalBranchSyntax: Sendable {
  package let value: ExpressionSyntax
  package let condition: ExpressionSyntax
}

/// `value in set`, `value not in set`.
package struct MembershipSyntax: Sendable {
  /// What stands on the right of `in`.
  package enum Values: Sendable {
    /// `(1, 2)`
    case list([ExpressionSyntax])
    /// `1..4`, or `1..<4` without its end.
    case range(ExpressionSyntax, ExpressionSyntax, includesEnd: Bool)
    /// `last 3 months`, `this year`: whole periods as seen from today.
    case relative(RelativePeriodSyntax)
    /// A period such as `@2025-Q1`, a parameter, or a name: `payments.service_id`.
    case expression(ExpressionSyntax)
    /// `(list id from payments)`
    case query(QuerySyntax)
  }

  package let value: ExpressionSyntax
  package let set: Values
  package let isNegated: Bool
  package let isLoose: Bool
}

/// `last 3 months`: whole periods before, around or after today.
package struct RelativePeriodSyntax: Sendable, Hashable {
  package enum Direction: String, Sendable, Hashable, CaseIterable {
    /// The whole periods that ended before the current one began.
    case last
    /// The current period.
    case this
    /// The whole periods that begin after the current one.
    case next
  }

  package let direction: Direction
  /// 1 or more; 1 for `this`.
  package let count: Int
  package let unit: TimeUnitSyntax
  package let span: SourceSpan
}

/// `value between lower and upper`, both included.
package struct BetweenSyntax: Sendable {
  package let value: ExpressionSyntax
  package let lower: ExpressionSyntax
  package let upper: ExpressionSyntax
  package let isNegated: Bool
}

/// `name(distinct arguments with c within k over last n)`.
package struct CallSyntax: Sendable {
  package let name: NameSyntax
  package let isDistinct: Bool
  package let arguments: [ExpressionSyntax]
  /// The condition after `with`: only rows for which it holds are aggregated.
  package let with: ExpressionSyntax?
  package let within: WithinSyntax?
  package let over: OverSyntax?

  /// The aggregate verb of this name, if it is one.
  package var verb: AggregateVerbSyntax? { AggregateVerbSyntax(name.text) }
}

/// `within agency`, `within (agency, level)`, `within all`: a denominator or a window's partition.
package struct WithinSyntax: Sendable {
  /// The keys; none for `within all`.
  package let keys: [ExpressionSyntax]
  package let span: SourceSpan

  /// Whether it is `within all`.
}

/// `over last 3`: a moving window of this row and those before it.
package struct OverSyntax: Sendable, Hashable {
  /// The number of rows, this one included, or of units of time.
  package let count: Int
  /// The unit, if the window is one of time: `over last 3 months`.
  package let unit: TimeUnitSyntax?
  package let span: SourceSpan
}

/// The aggregates that may begin an item of a head as a verb: `sum fee`.
package enum AggregateVerbSyntax: String, Sendable, Hashable, CaseIterable {
  case count, sum, average, min, max, median, share, stddev, variance, percentile, corr, first, last

  /// The verb spelt `text` in any case.
  package init?(_ text: String) {
    self.init(rawValue: text.lowercased())
  }
}
