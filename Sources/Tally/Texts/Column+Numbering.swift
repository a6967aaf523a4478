extension Column {
  /// Whether the texts lie one after another, and so many of a sample are different that a hash
  /// table of them would lie outside of the caches.
  fileprivate func hasManyTexts(_ tuning: GroupTuning) -> Bool {
    guard case .plain(let heap) = payload, count >= tuning.leastPartitionedRows,
      count < Int(UInt32.max) - 1
    else { return false }
    let (texts, hash) = (TextPointers(heap), SeededHash())
    let wanted = min(count, 4096)
    var sample: Set<UInt64> = []
    for index in 0..<wanted {
      let (high, low) = index.multipliedFullWidth(by: count)
      sample.insert(hash(texts.text(wanted.dividingFullWidth((high, low)).quotient)))
    }
    return sample.count >= tuning.leastSampledGroups
  }
}

extension RowInput {
  /// The columns of many different texts that a step groups by, or counts the different values of.
  func columnsToNumber(for plan: GroupPlan, _ context: RunContext) -> [Int] {
    let found = columnsGrouped(by: plan).filter { columns[$0].hasManyTexts(context.grouping) }
    return found.isEmpty || keepsMany(context) ? found : []
  }

  /// The columns that a step groups by, or counts the different values of.
  private func columnsGrouped(by plan: GroupPlan) -> [Int] {
    let counted = plan.calls.filter(\.call.isDistinct).flatMap(\.call.operands)
    var found: [Int] = []
    for expression in plan.keys.map(\.expression) + counted {
      if case .column(let index) = expression.kind, !found.contains(index) { found.append(index) }
    }
    return found
  }

  /// The same rows, with the numbers of texts by which they are grouped where earlier questions have
  /// found them.
  func usingKnownNumbers(for plan: GroupPlan) -> RowInput {
    var source = self
    for index in columnsGrouped(by: plan) {
      source.columns[index] = columns[index].withKnownNumbers
    }
    return source
  }

  /// Whether a sample of the rows, wherever it is taken, keeps so many that looking at all is
  /// worth while.
  func keepsMany(_ context: RunContext) -> Bool {
    if keepsAllRows { return true }
    let (pieces, rows) = (16, min(1024, context.batchRows))
    // What goes wrong here goes wrong in the run too, which tells of it.
    guard given.isEmpty, let pipeline = try? RowPipeline(self, context: context) else {
      return false
    }
    var tested = 0
    for piece in 0..<pieces {
      let start = rowCount / pieces * piece
      let count = min(rows, rowCount - start)
      guard
        (try? pipeline.run(start: start, count: count) { _, _ in
        } kept: { _ in
        }) != nil
      else {
        return false
      }
      tested += count
    }
    return pipeline.rowsKept * 8 >= tested
  }

  /// The same rows, with numbers for the texts by which they are grouped.
  func numberingTexts(for plan: GroupPlan, _ context: RunContext) throws(QueryError) -> RowInput {
    var source = self
    for index in columnsToNumber(for: plan, context) {
      source.columns[index] = try columns[index].numbered(context)
    }
    return source
  }

  /// The numbers of different texts, if a step asks for nothing else.
  func countDifferentTexts(for plan: GroupPlan, _ context: RunContext) throws(QueryError)
    -> PartitionedGroups?
  {
    guard plan.keys.isEmpty, keepsAllRows, watched.isEmpty, plan.acrossCount == 0, !plan.hasTotals
    else { return nil }
    var indices: [Int] = []
    for call in plan.calls {
      guard call.call.isDistinct, call.call.function == .count, call.call.condition == nil,
        call.within == nil, case .column(let index)? = call.call.operands.first?.kind,
        columns[index].hasManyTexts(context.grouping)
      else { return nil }
      indices.append(index)
    }
    if indices.isEmpty { return nil }
    var groups = PartitionedGroups(count: 1, keyColumns: [], callColumns: [], skipped: [])
    for (index, call) in zip(indices, plan.calls) {
      guard case .plain(let heap) = columns[index].payload else { return nil }
      let count = try TextNumbering(heap, columns[index].validity, context).countDifferent()
      groups.callColumns.append(
        try integerColumn(count: 1, type: call.call.type, budget: context.budget) { _ in
          Int128(count)
        })
      groups.skipped.append(columns[index].missingCount)
    }
    return groups
  }
}
