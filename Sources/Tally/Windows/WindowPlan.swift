/// A value that each row of a step gets from other rows of it: its rank, a running sum, the value
/// of the row before.
///
/// Windows are computed before the rows are read on, and are columns of the step's input from then
/// on: those of the table, or of its groups, come first.
struct WindowPlan: Sendable {
  /// What is computed.
  var function: WindowFunction
  /// Of what, for each row.
  var operands: [BoundExpression] = []
  /// A row sees the rows that have equal values of these; all rows where there are none.
  var partition: [Output] = []
  /// The order in which rows are seen; none for that in which they stand.
  var order: [ResultPlan.OrderKey] = []
  /// The order in words.
  var orderWords: String?
  /// The type of the values.
  var type: ColumnType
  /// How many stages of the step rows have passed that are seen.
  var stageCount = 0
  /// Whether a condition decides which values count.
  var isConditional = false
  /// The window as it was written.
  var text: String
  /// Where it stands.
  var span: SourceSpan

  /// All that is computed for each row before.
  var expressions: [BoundExpression] {
    operands + partition.map(\.expression) + order.map(\.expression)
  }

  /// The same window of other expressions.
  func mapped<E: Error>(_ change: (BoundExpression) throws(E) -> BoundExpression) throws(E)
    -> WindowPlan
  {
    var plan = self
    for index in operands.indices { plan.operands[index] = try change(operands[index]) }
    for index in partition.indices {
      plan.partition[index].expression = try change(partition[index].expression)
    }
    for index in order.indices {
      plan.order[index].expression = try change(order[index].expression)
    }
    return plan
  }
}

/// What a window computes.
enum WindowFunction: Sendable, Equatable {
  /// The place of a row's value among those of the others.
  case rank(Ranking)
  /// The place of the row, counted from 1.
  case rowNumber
  /// Which of so many parts of about equal size the row's value lies in.
  case tile(Int)
  /// The value of the row so many places further on; negative for rows before.
  case offset(Int)
  /// The height of the straight line through the values, so many units of time after the row.
  case trend(ahead: Int64)
  /// How much that line rises in a unit of time.
  case slope
  /// An aggregate of some rows around.
  case aggregate(AggregateFunction, isDistinct: Bool, fraction: ExactDecimal?, WindowFrame)

  /// The ways to count places.
  enum Ranking: Sendable {
    /// One more than the rows with a larger value: 1, 2, 2, 4.
    case competition
    /// One more than the larger values: 1, 2, 2, 3.
    case dense
    /// The part of the other rows whose value is smaller.
    case percent
  }
}

/// The rows that a window's aggregate takes in.
enum WindowFrame: Sendable, Equatable {
  /// All that are seen.
  case whole
  /// The row and all before it.
  case running
  /// The row and those before it, so many in all.
  case rows(Int)
  /// The rows of a time that ends with the row's own.
  case time(WindowTime)
}

/// A length of time that ends with a row's own.
struct WindowTime: Sendable, Equatable {
  /// How it is counted.
  enum Unit: Sendable {
    /// In the units in which times are stored: days, microseconds, periods.
    case stored
    /// In months of the calendar, from days.
    case monthsOfDays
    /// In months of the calendar, from moments.
    case monthsOfMoments
  }

  var count: Int64
  var unit: Unit

  /// The last time before the window that ends with `time`.
  func bound(_ time: Int64) -> Int64 {
    switch unit {
    case .stored:
      let (bound, overflow) = time.subtractingReportingOverflow(count)
      return overflow ? .min : bound
    case .monthsOfDays: return addMonths(0 &- count, to: time) ?? .min
    case .monthsOfMoments:
      let (day, rest, _) = floorDivision(Int(time), Int(microsecondsPerDay))
      guard let earlier = addMonths(0 &- count, to: Int64(day)) else { return .min }
      return earlier &* microsecondsPerDay &+ Int64(rest)
    }
  }
}

/// What a window met on its way.
struct WindowOutcome: Sendable {
  /// What the receipt says of it.
  var count: Receipt.Window
  /// Values that an aggregate left out because they were missing.
  var skipped = 0
  /// What made values of its expressions missing.
  var counts = EvaluationCounts()
}
