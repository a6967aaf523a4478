/// The aggregates of the language.
enum AggregateFunction: String, Sendable, Hashable, CaseIterable {
  /// Rows, or values of the operand where there is one.
  case count
  /// The exact sum; of nothing it is 0.
  case sum
  /// The mean; of nothing it is missing.
  case average
  /// The smallest value.
  case min
  /// The largest value.
  case max
  /// The 50th percentile.
  case median
  /// The value below which a given part lies, by linear interpolation between the two nearest.
  case percentile
  /// The sample variance.
  case variance
  /// The sample standard deviation.
  case stddev
  /// Pearson's correlation of two operands.
  case corr
  /// The value of the first row in the order of the source.
  case first
  /// The value of the last row in the order of the source.
  case last
}

/// One aggregate of a step, with its operands resolved.
struct AggregateCall: Sendable {
  /// What is computed.
  var function: AggregateFunction
  /// Whether equal values count once.
  var isDistinct = false
  /// The operands: none for `count` of rows, two for `corr`, else one.
  var operands: [BoundExpression] = []
  /// Which rows count; nil for all.
  var condition: BoundExpression?
  /// The part in percent for `percentile`, as a fraction from 0 to 1.
  var fraction: ExactDecimal?
  /// The type of the result.
  var type: ColumnType
  /// Where it stands in the source.
  var span: SourceSpan
}
