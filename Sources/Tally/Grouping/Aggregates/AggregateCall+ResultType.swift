extension AggregateCall {
  /// The type of an aggregate's result, or nil where the function takes no operands of these
  /// types.
  ///
  /// | function | operands | result |
  /// |---|---|---|
  /// | `count`, also distinct | none, or any | integer |
  /// | `sum` | numbers, durations | as the operand |
  /// | `average`, `median`, `percentile` | numbers | float; ratio of percentages |
  /// | the same | durations | duration, to the nearest microsecond |
  /// | `variance`, `stddev` | numbers | float |
  /// | `corr` | two numbers, both exact or both floating | float |
  /// | `min`, `max`, `first`, `last` | any | as the operand |
  static func resultType(
    of function: AggregateFunction, operands: [ColumnType], isDistinct: Bool = false
  ) -> ColumnType? {
    if isDistinct { return function == .count && operands.count == 1 ? .integer : nil }
    if function == .count { return operands.count <= 1 ? .integer : nil }
    if function == .corr {
      guard operands.count == 2, operands.allSatisfy(\.isNumeric),
        operands[0].isFloating == operands[1].isFloating
      else { return nil }
      return .float
    }
    guard operands.count == 1, let operand = operands.first else { return nil }
    switch function {
    case .min, .max, .first, .last: return operand
    case .sum: return operand.isNumeric || operand == .duration ? operand : nil
    case .average, .median, .percentile:
      if operand == .duration { return .duration }
      if !operand.isNumeric { return nil }
      return operand.isPercentage ? .ratio : .float
    case .variance, .stddev: return operand.isNumeric ? .float : nil
    case .count, .corr: return nil
    }
  }
}
