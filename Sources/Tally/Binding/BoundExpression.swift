/// An expression whose names and types are resolved: what the binder makes and evaluators run.
///
/// Operands of one operation are already of one stored type: the binder inserts ``Kind/rescale``
/// and ``Kind/toFloat`` where they are not.
struct BoundExpression: Sendable {
  /// What is computed.
  let kind: Kind
  /// What the values mean.
  let type: ColumnType
  /// Whether a row may have no value.
  let mayBeMissing: Bool
  /// The range of the stored integers, known from the columns' own statistics by interval
  /// arithmetic; nil for text and doubles, and where it exceeds 128 bits.
  let bounds: ClosedRange<Int128>?
  /// Where the expression stands in the source.
  let span: SourceSpan
  /// The number of operations, each counted as often as it is written out.
  let size: Int
  /// The number of levels, 1 for a leaf.
  let height: Int

  /// The most operations and levels an expression may have once the names that steps added are
  /// written out. Functions may walk it recursively.
  static let greatestSize = 10_000
  static let greatestHeight = 400

  /// The forms of an expression.
  indirect enum Kind: Sendable, Hashable {
    /// A column of the step's input, by index.
    case column(Int)
    /// A column of a table that was looked up: the lookup's slot, and the column's index there.
    case lookedUp(slot: Int, column: Int)
    /// One value for all rows.
    case constant(CellValue)
    /// Exact arithmetic on stored integers of the types that the binder chose.
    case arithmetic(ArithmeticOperator, BoundExpression, BoundExpression)
    /// `left / right` as the nearest double. Operands are exact or floating; a zero divisor gives
    /// a missing value, which is counted.
    case quotient(BoundExpression, BoundExpression)
    /// The negated number.
    case negated(BoundExpression)
    /// The same exact number with `by` more decimal places.
    case rescale(BoundExpression, by: Int)
    /// An exact number as the nearest double.
    case toFloat(BoundExpression)
    /// A comparison of operands of one type. `=` and `!=` are total: missing equals missing.
    case comparison(ComparisonOperator, BoundExpression, BoundExpression)
    /// A comparison of parts of text.
    case textMatch(TextMatch, BoundExpression, BoundExpression, loosely: Bool)
    /// `low <= value <= high`, where a missing bound leaves that side open.
    case between(BoundExpression, BoundExpression, BoundExpression)
    /// Whether the value is one of a set.
    case membership(BoundExpression, BoundSet)
    /// Whether the value is missing.
    case isMissing(BoundExpression)
    /// The complement.
    case not(BoundExpression)
    /// All are true.
    case and([BoundExpression])
    /// At least one is true.
    case or([BoundExpression])
    /// The first expression where the condition is true, else the second.
    case conditional(BoundExpression, condition: BoundExpression, otherwise: BoundExpression)
    /// A function of the catalogue.
    case call(ScalarFunction, [BoundExpression])
    /// The only cell of a query's answer, by the query's place in the plan. It is replaced by a
    /// constant before rows are read.
    case queryValue(Int)
  }

  /// Makes an expression whose bounds are not known yet.
  init(
    _ kind: Kind, _ type: ColumnType, mayBeMissing: Bool = true,
    bounds: ClosedRange<Int128>? = nil, at span: SourceSpan
  ) {
    self.kind = kind
    self.type = type
    self.mayBeMissing = mayBeMissing
    self.bounds = bounds
    self.span = span
    let operands = kind.operands
    size = operands.reduce(1) { min($0 + $1.size, Self.greatestSize + 1) }
    height = operands.reduce(0) { max($0, $1.height) } + 1
  }

  /// Makes a constant.
  static func constant(_ value: CellValue, _ type: ColumnType, at span: SourceSpan)
    -> BoundExpression
  {
    var bounds: ClosedRange<Int128>?
    if let stored = value.storedInteger { bounds = stored...stored }
    return BoundExpression(
      .constant(value), type, mayBeMissing: value == .missing, bounds: bounds, at: span)
  }

  /// The value, if it is a constant.
  var constantValue: CellValue? {
    if case .constant(let value) = kind { return value }
    return nil
  }

  /// Whether it is the word `missing`.
  var isMissingLiteral: Bool { constantValue == .missing }
}

/// The operators on exact numbers; for doubles the same with one rounding each.
enum ArithmeticOperator: Sendable, Hashable {
  case add, subtract, multiply
  /// The quotient rounded down, as `div` gives it.
  case floorDivide
  /// What `div` leaves: it has the sign of the divisor.
  case modulo
}

/// The comparisons.
enum ComparisonOperator: Sendable, Hashable {
  case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual
}

/// The ways in which a text can be held against another.
enum TextMatch: Sendable, Hashable {
  case equals, contains, startsWith, endsWith
}

/// A set of constants that a value can be a member of.
enum BoundSet: Sendable, Hashable {
  /// Stored integers, ascending and distinct.
  case integers([Int64], hasMissing: Bool)
  /// Stored integers of which one at least exceeds 64 bits, ascending and distinct.
  case wide([Int128], hasMissing: Bool)
  /// Doubles, ascending and distinct.
  case floats([Double], hasMissing: Bool)
  /// Texts in normalisation form C. `loosely`: compared without regard to case and marks.
  case texts([String], loosely: Bool, hasMissing: Bool)
  /// The values of a query's only column, by the query's place in the plan. It is replaced by one
  /// of the other cases before rows are read.
  case query(Int)
  /// The values of a table's column.
  case members(MemberIndex)
}
