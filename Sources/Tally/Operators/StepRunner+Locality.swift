extension StepRunner {
  /// Has each aggregate of a part of the joined tables count each of their rows once in each group:
  /// a column of the joined rows says which of them do.
  ///
  ///     service  payment  agency    sum services.fee counts
  ///     1        a        A         yes
  ///     1        b        A         no: service 1 is counted in A
  ///     1        c        B         yes
  func localized(_ source: RowInput, _ plan: GroupPlan) throws(QueryError) -> (RowInput, GroupPlan)
  {
    let calls = plan.calls
    var plan = plan
    var masks: [Column] = []
    var known: [Int: BoundExpression] = [:]
    var counting: RowCounting?
    for (index, call) in calls.enumerated() {
      guard call.locality != nil || call.countsValuesOnce, !source.meetsOnce(call.locality) else {
        continue
      }
      if let same = calls[..<index].firstIndex(where: { $0.isCounted(as: call) }),
        let mask = known[same]
      {
        plan.calls[index].call.condition = mask
        continue
      }
      if counting == nil {
        counting = try RowCounting(source, plan.keys.map(\.expression), context)
      }
      guard let mask = try counting?.mask(of: call) else { continue }
      let span = call.call.span
      let column = BoundExpression(
        .column(source.columns.count + masks.count), .boolean, mayBeMissing: false, at: span)
      masks.append(mask)
      known[index] = column
      // The rows that are marked meet the call's condition.
      plan.calls[index].call.condition = column
    }
    return (masks.isEmpty ? source : source.adding(masks), plan)
  }
}

extension RowInput {
  /// Whether each row of a table stands once and everywhere among the joined rows.
  fileprivate func meetsOnce(_ slots: [Int]?) -> Bool {
    guard let slots, slots.count == 1 else { return false }
    return !given[slots[0]].isRepeated && !given[slots[0]].mayLack
  }
}

extension GroupCall {
  /// Whether the same rows count for both.
  fileprivate func isCounted(as other: GroupCall) -> Bool {
    locality == other.locality && countsValuesOnce == other.countsValuesOnce
      && call.condition?.kind == other.call.condition?.kind
      && (!countsValuesOnce || call.operands.map(\.kind) == other.call.operands.map(\.kind))
  }
}

/// The joined rows that pass all conditions of a step, among which rows of single tables are counted.
private struct RowCounting {
  private let source: RowInput
  private let keys: [BoundExpression]
  private let context: RunContext
  private let collected: CollectedRows
  /// The joined rows that pass.
  private let rows: RowNumbers
  /// The keys' values of these rows, once they are asked for.
  private var keyColumns: [Column]?

  init(_ source: RowInput, _ keys: [BoundExpression], _ context: RunContext) throws(QueryError) {
    self.source = source
    self.keys = keys
    self.context = context
    let workers = try scan(rowCount: source.rowCount, context: context) { () throws(QueryError) in
      try CollectWorker(source, context: context)
    }
    collected = CollectWorker.joined(workers)
    rows = try collected.flat(nil, context)
  }

  /// One byte for each joined row: 1 for the first of those that have the same keys and the same rows
  /// of a call's tables, and meet its condition.
  mutating func mask(of call: GroupCall) throws(QueryError) -> Column {
    let slots = call.locality ?? []
    let memory = try AlignedBytes(
      byteCount: source.rowCount, zeroed: true, budget: context.budget)
    let mask = memory.pointer(to: UInt8.self)
    let values = try (call.countsValuesOnce ? call.call.operands : []).mapThrowing {
      operand throws(QueryError) in
      try RowEvaluation(source: source, collected: collected, context: context).column(operand).0
    }
    let chosen = try choose(call.call.condition, slots, values, mask)
    let columns = try orderColumns(slots, values, chosen)
    let order = try RowOrder(
      columns.map { RowOrder.Column(column: $0, isDescending: false) }, count: chosen.count,
      context)
    let sorted = try order.sorted()
    for place in 0..<sorted.count {
      if place & 0xFFFF == 0 { try context.checkCancellation() }
      let isFirst =
        place == 0 || order.compare(Int(sorted[place - 1]), Int(sorted[place])) != 0
      if isFirst { mask[Int(rows[Int(chosen[Int(sorted[place])])])] = 1 }
    }
    let codes = Codes(count: source.rowCount, width: .one, bytes: memory)
    return Column(
      type: .boolean, count: source.rowCount, payload: .codes(codes, base: 0), validity: nil,
      maximum: 1)
  }

  /// The places of the rows that meet the condition, and have a row of each table and all values.
  /// Rows without a value are marked: the receipt counts them.
  private func choose(
    _ condition: BoundExpression?, _ slots: [Int], _ values: [Column],
    _ mask: UnsafeMutablePointer<UInt8>
  ) throws(QueryError) -> RowNumbers {
    let outcome = try condition.map { condition throws(QueryError) in
      try RowEvaluation(source: source, collected: collected, context: context).column(condition).0
    }
    let numbers = slots.map { source.given[$0].numbers }
    let chosen = try RowNumbers(count: collected.count, budget: context.budget)
    var count = 0
    for place in 0..<collected.count {
      if place & 0xFFFF == 0 { try context.checkCancellation() }
      if let outcome, outcome[place] != .boolean(true) { continue }
      let row = Int(rows[place])
      if numbers.contains(where: { $0[row] == Batch.noPartner }) { continue }
      if values.contains(where: { $0.isMissing(place) }) {
        mask[row] = 1
        continue
      }
      chosen.pointer[count] = UInt32(truncatingIfNeeded: place)
      count += 1
    }
    return chosen.first(count)
  }

  /// What tells the counted rows apart: the keys and values, then the rows of each table.
  private mutating func orderColumns(
    _ slots: [Int], _ values: [Column], _ chosen: RowNumbers
  ) throws(QueryError) -> [Column] {
    if keyColumns == nil {
      let evaluation = RowEvaluation(source: source, collected: collected, context: context)
      keyColumns = try keys.mapThrowing { key throws(QueryError) in
        try evaluation.column(key).0
      }
    }
    let all = CollectedRows(all: collected.count, batchRows: context.batchRows)
    var columns = try RowGather(collected: all, places: chosen, context: context).columns(
      ((keyColumns ?? []) + values).map { RowGather.Wanted(column: $0) })
    for slot in slots {
      let values = try AlignedBytes(byteCount: chosen.count * 8, budget: context.budget)
      let numbers = source.given[slot].numbers
      let rows = rows
      try context.forEachBatch(of: chosen.count) { _, places throws(QueryError) in
        let words = values.pointer(to: Int64.self)
        for place in places { words[place] = Int64(numbers[Int(rows[Int(chosen[place])])]) }
      }
      columns.append(
        try .integers(values, count: chosen.count, type: .integer, validity: nil, context))
    }
    return columns
  }
}
