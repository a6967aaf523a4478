extension RowInput {
  /// The same rows with a column for each window, one after another, so that windows may be
  /// computed of windows.
  func adding(
    _ windows: [WindowPlan], stages: [RowPlan.Stage], answers: [QueryAnswer], _ context: RunContext
  ) throws(QueryError) -> RowInput {
    var computation = WindowComputation(context)
    var columns = columns
    let stops = Set(windows.map(\.stageCount))
    for window in windows {
      let plan = try window.mapped { expression throws(QueryError) in
        try expression.answered(by: answers)
      }
      let seen = RowInput(
        self, columns: columns, stages: Array(stages.prefix(plan.stageCount)), watched: [],
        stops: stops)
      let column = try computation.column(plan, of: seen)
      try column.findMaximum(context)
      columns.append(column)
    }
    var input = RowInput(
      self, columns: columns, stages: stages, watched: watched, stops: stops)
    input.windows = computation.outcomes
    return input
  }
}

extension StepRunner {
  /// Notes what windows met.
  mutating func noteWindows(_ source: RowInput) {
    for outcome in source.windows {
      receipt.windows.append(outcome.count)
      receipt.add(outcome.counts)
      if outcome.skipped > 0 {
        receipt.skipped.append(
          Receipt.Skipped(column: outcome.count.text, rows: outcome.skipped))
      }
    }
  }
}

extension StepPlan {
  /// The lines of `explain` about windows that see rows after so many stages.
  static func explanation(of windows: [WindowPlan], afterStages stage: Int) -> [String] {
    windows.filter { $0.stageCount == stage }.map(\.explanation)
  }
}

extension WindowPlan {
  /// What is computed for each row, of which rows and in which order.
  var explanation: String {
    var line = "compute \(text) for each row"
    if !partition.isEmpty {
      line += " within " + partition.map(\.name).joined(separator: ", ")
    }
    guard needsOrder else { return line }
    return line + ", in order of " + (orderWords ?? "the rows as they stand")
  }

  private var needsOrder: Bool {
    guard case .aggregate(let function, _, _, .whole) = function else { return true }
    return function == .first || function == .last
  }
}
