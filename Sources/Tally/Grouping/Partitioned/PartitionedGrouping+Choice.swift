/// The decision to group the rows of a step in partitions, and what it rests on.
struct PartitionChoice {
  let layout: RecordLayout
  let aggregates: [RecordAggregate]
  let partitioning: Partitioning

  /// Decides for a step: `nil` where it needs states of groups beyond their results, where keys or
  /// operands are no plain columns of narrow codes, or where a table of slots or a small hash table
  /// is the cheaper way. `isOfKept` asks as if all rows were kept.
  init?(
    _ source: RowInput, _ plan: GroupPlan, isOfKept: Bool = false, context: RunContext
  ) throws(QueryError) {
    let tuning = context.grouping
    guard source.keepsAllRows || isOfKept,
      let (layout, aggregates) = partitionedLayout(source, plan, tuning)
    else { return nil }
    let sample = try sampleKeys(layout, rowCount: source.rowCount, budget: context.budget)
    if Set(sample).count < tuning.leastSampledGroups { return nil }
    let wanted = max(2, min(1024, source.rowCount / tuning.partitionRows))
    self.layout = layout
    self.aggregates = aggregates
    partitioning =
      layout.highBits > 0
      ? try Partitioning(
        tops: sample, highBits: layout.highBits, wanted: wanted, budget: context.budget)
      : try Partitioning(sample: sample, wanted: wanted, budget: context.budget)
  }
}

extension GroupPlan {
  /// Whether rows can be grouped in partitions as far as the plan tells.
  var mayBePartitioned: Bool {
    calls.allSatisfy { $0.within == nil && $0.call.condition == nil }
  }

  /// Whether answers hold coarser groups than those by all keys.
  var isCrossed: Bool { acrossCount > 0 || hasTotals || hasSubtotals }
}

extension RowInput {
  /// Whether the rows that a condition keeps are best copied first, to be numbered or grouped in
  /// partitions: there are many, with many groups.
  func isGroupedAsKept(for plan: GroupPlan, _ context: RunContext) throws(QueryError) -> Bool {
    guard !keepsAllRows, slotCount == 0, watched.isEmpty, plan.mayBePartitioned, !plan.isCrossed
    else { return false }
    if !columnsToNumber(for: plan, context).isEmpty { return true }
    guard rowCount / 8 >= context.grouping.leastPartitionedRows,
      try PartitionChoice(self, plan, isOfKept: true, context: context) != nil
    else { return false }
    return keepsMany(context)
  }
}

/// Groups the rows of a step in partitions, where that is worth while.
func groupInPartitions(
  _ source: RowInput, _ plan: GroupPlan, context: RunContext
) throws(QueryError) -> PartitionedGroups? {
  guard let choice = try PartitionChoice(source, plan, context: context) else { return nil }
  return choice.layout.valueBits <= 32
    ? try choice.run(UInt32.self, source, plan, context)
    : try choice.run(UInt64.self, source, plan, context)
}

extension PartitionChoice {
  fileprivate func run<Value: CodeInteger>(
    _ type: Value.Type, _ source: RowInput, _ plan: GroupPlan, _ context: RunContext
  ) throws(QueryError) -> PartitionedGroups {
    try PartitionedGrouping<Value>(
      layout: layout, calls: plan.calls.map(\.call), aggregates: aggregates,
      partitioning: partitioning, rowCount: source.rowCount, context: context
    ).run()
  }
}

/// How records would be laid out; nil where a step can't be grouped by them, or need not be.
private func partitionedLayout(
  _ source: RowInput, _ plan: GroupPlan, _ tuning: GroupTuning
) -> (layout: RecordLayout, aggregates: [RecordAggregate])? {
  guard source.watched.isEmpty, plan.mayBePartitioned,
    source.rowCount >= tuning.leastPartitionedRows,
    let layout = RecordLayout(
      plan.keys.map(\.expression), plan.calls.map(\.call), columns: source.columns,
      highBits: RecordLayout.mostHighBits),
    layout.slotCount.map({ $0 > tuning.mostSlots }) ?? true
  else { return nil }
  var aggregates: [RecordAggregate] = []
  for call in plan.calls {
    guard let aggregate = RecordAggregate(call.call, layout, rowCount: source.rowCount) else {
      return nil
    }
    aggregates.append(aggregate)
  }
  return (layout, aggregates)
}

/// The keys of rows at even distances, or their highest 64 bits.
private func sampleKeys(
  _ layout: RecordLayout, rowCount: Int, budget: MemoryBudget?
) throws(QueryError) -> [UInt64] {
  let wanted = min(rowCount, 4096)
  let mask = try AlignedBytes(byteCount: 8, budget: budget)
  let word = try AlignedBytes(byteCount: 8, budget: budget)
  var sample: [UInt64] = []
  sample.reserveCapacity(wanted)
  for index in 0..<wanted {
    let (high, low) = index.multipliedFullWidth(by: rowCount)
    let row = wanted.dividingFullWidth((high, low)).quotient
    layout.packKeys(
      from: row, 1, dropping: layout.highBits, mask: mask.pointer(to: UInt8.self),
      into: word.pointer(to: UInt64.self))
    sample.append(word.pointer(to: UInt64.self)[0])
  }
  return sample
}
