/// How the rows of a table are put in order and copied into a result, in words.
struct ResultStrategy {
  private let rows: RowPlan
  private let table: Table
  private let result: ResultPlan
  private let tuning = JoinTuning.standard

  /// Nil where only a run can tell: for rows that other steps make, and for groups.
  init?(_ step: StepPlan) {
    guard step.groups == nil, case .table(let table, _) = step.rows.input else { return nil }
    (rows, self.table, result) = (step.rows, table, step.result)
  }

  // MARK: Order

  /// How rows are ordered; nil where they are not.
  var order: String? {
    let keys = result.isDistinct ? result.outputs.map(\.expression) : result.order.map(\.expression)
    guard let first = keys.first else { return nil }
    if result.isDistinct { return "sort " + words(keys) + " to find equal rows" }
    guard let limit = result.limit, result.top == nil else { return "sort " + words(keys) }
    let wanted = limit.addingReportingOverflow(result.skip).partialValue
    if prunes(first, wanted) {
      return "keep \(wanted) rows while rows are read, and sort only these"
    }
    if wanted < table.rowCount / 8 {
      return "choose rows by the highest bits of the first key, and sort only these " + words(keys)
    }
    return "sort " + words(keys)
  }

  /// Whether rows are passed over while they are read, as ``RowPruning`` decides.
  private func prunes(_ key: BoundExpression, _ wanted: Int) -> Bool {
    guard table.rowCount >= tuning.leastPrunedRows, wanted > 0, wanted <= tuning.prunedRows,
      wanted < table.rowCount / 4, let column = column(key)
    else { return false }
    switch column.payload {
    case .codes(let codes, _): return codes.maximum < .max
    case .dictionary, .floats: return true
    case .wide, .plain: return false
    }
  }

  /// The words of keys and the passes that they take.
  private func words(_ keys: [BoundExpression]) -> String {
    let bits = keys.map(bits)
    let passes = bits.reduce(0) { $0 + ($1 + 8) / 9 }
    let texts = keys.contains { key in
      if case .plain = column(key)?.payload { true } else { false }
    }
    let ranks = texts ? "; texts without a dictionary are ranked first" : ""
    let total = bits.reduce(0, +)
    return "by a radix sort of keys of \(total) bits, \(passes) passes at most" + ranks
  }

  private func bits(_ key: BoundExpression) -> Int {
    guard let column = column(key) else { return 64 }
    switch column.payload {
    case .codes(let codes, _), .dictionary(let codes, _):
      return max(1, 64 - codes.maximum.leadingZeroBitCount)
    case .plain: return max(1, Int.bitWidth - column.count.leadingZeroBitCount)
    case .floats: return 64
    case .wide: return 128
    }
  }

  // MARK: Columns

  /// How the columns of the result are made.
  var columns: String {
    let computed = result.outputs.count { $0.expression.columnReference == nil }
    let copied = result.outputs.count - computed
    let isWhole =
      rows.stages.isEmpty && result.order.isEmpty && result.top == nil && result.limit == nil
      && result.skip == 0 && !result.isDistinct
    var parts: [String] = []
    if copied > 0 {
      parts.append(
        isWhole
          ? "share \(counted(copied)) with the table"
          : "copy \(counted(copied)) row by row, all columns of a batch together")
    }
    if computed > 0 { parts.append("compute \(counted(computed)) batch by batch") }
    if !isWhole, result.outputs.contains(where: { isPlain($0.expression) }) {
      parts.append(
        "texts without a dictionary are shared where one row in \(tuning.sharedTextFraction) or"
          + " more is given out")
    }
    return parts.joined(separator: "; ")
  }

  private func counted(_ count: Int) -> String { count == 1 ? "1 column" : "\(count) columns" }

  private func isPlain(_ expression: BoundExpression) -> Bool {
    if case .plain = column(expression)?.payload { true } else { false }
  }

  private func column(_ expression: BoundExpression) -> Column? {
    switch expression.columnReference {
    // Windows are columns behind the table's own.
    case .own(let index): table.columns.indices.contains(index) ? table.columns[index] : nil
    case .lookedUp(let slot, let index):
      rows.lookups[slot - rows.givenSlots].table.columns[index]
    case nil: nil
    }
  }
}
