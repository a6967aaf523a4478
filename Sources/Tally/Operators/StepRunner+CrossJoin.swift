extension DiagnosticCode {
  static let crossTooLarge = DiagnosticCode(
    "T0446", "A cross join would make more rows than it says.")
}

extension StepRunner {
  /// Runs the rows before a cross join, and the join: each row once for each row of the table.
  mutating func cross(_ source: RowInput, _ join: LookupPlan, most: Int?) throws(QueryError)
    -> JoinedRows
  {
    let context = context
    let workers = try scan(rowCount: source.rowCount, context: context) { () throws(QueryError) in
      try CollectWorker(source, context: context)
    }
    note(workers.map(\.pipeline), source)
    try noteRowConditions(source, workers.map { ($0.pipeline, $0.watched) })
    let collected = CollectWorker.joined(workers)
    let width = join.table.rowCount
    let total = collected.count.multipliedClamping(by: width)
    try checkSize(total, collected.count, join, most: most)
    let own = try repeated(collected.flat(nil, context), width)
    var tables = [
      GivenRows(columns: source.columns, numbers: own, mayLack: false, isRepeated: width > 1)
    ]
    for slot in 0..<source.slotCount {
      let isGiven = slot < source.given.count
      tables.append(
        GivenRows(
          columns: source.lookupColumns[slot],
          numbers: try repeated(collected.flat(slot, context), width),
          mayLack: collected.mayLack[slot],
          isRepeated: width > 1 || (isGiven ? source.given[slot].isRepeated : true)))
    }
    let others = try RowNumbers(count: total, budget: context.budget)
    try context.forEachBatch(of: total) { _, rows throws(QueryError) in
      for row in rows { others.pointer[row] = UInt32(truncatingIfNeeded: row % width) }
    }
    tables.append(
      GivenRows(
        columns: join.table.columns, numbers: others, mayLack: false,
        isRepeated: collected.count > 1))
    var count = Receipt.LookupCount(table: join.name)
    count.leavesOut = true
    count.matched = width == 0 ? 0 : collected.count
    count.unmatched = collected.count - count.matched
    count.rowsMade = total
    receipt.lookups.append(count)
    receipt.rowsOut = total
    return JoinedRows(count: total, tables: tables)
  }

  private func checkSize(_ total: Int, _ rows: Int, _ join: LookupPlan, most: Int?)
    throws(QueryError)
  {
    if total >= Int(UInt32.max) {
      throw QueryError(
        kind: .memory, message: "a join of \(total) rows exceeds \(UInt32.max - 1)")
    }
    guard let most else { return }
    let width = join.table.rowCount
    // `cross join one` speaks of the table alone.
    if most == 1 ? width == 1 : total <= most { return }
    throw QueryError(
      kind: .type,
      diagnostics: [
        Diagnostic(
          .crossTooLarge,
          most == 1
            ? "`cross join one` needs a table of one row, and \(join.name) has \(width)"
            : "\(rows) rows and \(width) of \(join.name) make \(total) pairs, more than \(most)",
          at: join.span,
          help: [
            most == 1
              ? "`cross join` alone takes tables of several rows"
              : "join by an equal key, or write `cross join many` if so many are meant"
          ])
      ])
  }

  /// Each number as often as `width` says, one after another.
  private func repeated(_ numbers: RowNumbers, _ width: Int) throws(QueryError) -> RowNumbers {
    let result = try RowNumbers(count: numbers.count * width, budget: context.budget)
    try context.forEachBatch(of: numbers.count) { _, rows throws(QueryError) in
      for row in rows {
        var (start, left) = (row * width, width)
        while left > 0 {
          let piece = min(1 << 20, left)
          (result.pointer + start).update(repeating: numbers.pointer[row], count: piece)
          (start, left) = (start + piece, left - piece)
          if left > 0 { try context.checkCancellation() }
        }
      }
    }
    return result
  }
}
