/// One worker that sorts rows into groups and computes their aggregates.
final class GroupWorker: ScanWorker {
  /// The way through conditions and lookups.
  let pipeline: RowPipeline
  /// The groups met so far.
  let table: GroupTable
  /// The aggregates, in the order of the plan's calls.
  let accumulators: [Accumulator]
  /// The groups of the rows that each condition left undecided: those of the input's filters,
  /// those it watches, then those of the calls' `with`.
  let undecided: [UndecidedGroups]
  private let keys: [Evaluator]
  private let calls: [Call]
  private let watched: WatchedConditions
  private let ids: AlignedBytes
  private let context: RunContext
  /// What runs instead of evaluators where columns are summed by columns, of all rows or of those
  /// that one condition keeps.
  private let fused: FusedGrouping?
  private let isFiltered: Bool

  /// Whether nothing but the number of rows is asked for.
  private let countsOnly: Bool

  private struct Call {
    var operands: [Evaluator]
    var condition: Evaluator?
    /// The condition as it was written, where ``condition`` also knows which rows count once.
    var decision: Evaluator?
    /// The place among ``GroupWorker/undecided`` for its condition.
    var undecided: Int?
  }

  init(_ source: RowInput, _ plan: GroupPlan, context: RunContext) throws(QueryError) {
    self.context = context
    pipeline = try RowPipeline(source, context: context)
    let group = pipeline.group
    let keyExpressions = plan.keys.map(\.expression)
    keys = try keyExpressions.mapThrowing { key throws(QueryError) in try group.add(key) }
    table = try GroupTable(
      keys: keyExpressions, expectedRows: source.rowCount, context: context)
    ids = try AlignedBytes(byteCount: context.batchRows * 4, budget: context.budget)
    watched = try WatchedConditions(source, group, keyExpressions, context: context)
    var undecided = try source.filters.mapThrowing { _ throws(QueryError) in
      try UndecidedGroups(keyExpressions, context: context)
    }
    undecided += watched.undecided
    var calls: [Call] = []
    var accumulators: [Accumulator] = []
    for call in plan.calls {
      var place: Int?
      if call.condition != nil {
        place = undecided.count
        undecided.append(try UndecidedGroups(keyExpressions, context: context))
      }
      calls.append(
        Call(
          operands: try call.call.operands.mapThrowing { operand throws(QueryError) in
            try group.add(operand)
          },
          condition: try call.call.condition.map { condition throws(QueryError) in
            try group.add(condition)
          },
          decision: try call.condition.map { filter throws(QueryError) in
            try group.add(filter.condition)
          },
          undecided: place))
      accumulators.append(
        try Accumulator(call.call, expectedRows: source.rowCount, context: context))
    }
    self.calls = calls
    self.accumulators = accumulators
    self.undecided = undecided
    countsOnly =
      plan.keys.isEmpty && source.watched.isEmpty
      && plan.calls.allSatisfy {
        $0.call.function == .count && $0.call.operands.isEmpty && $0.condition == nil
          && $0.call.condition == nil
      }
    isFiltered = !source.keepsAllRows
    let isDirect =
      (source.keepsAllRows || (source.isOnlyFiltered && !countsOnly)) && source.watched.isEmpty
      && source.rowCount >= context.grouping.leastFusedRows
    fused =
      isDirect
      ? try FusedGrouping(
        table, accumulators, columns: source.columns, isFiltered: isFiltered) : nil
    for accumulator in accumulators { try accumulator.reserve(groups: table.groupCount) }
  }

  func take(batch: Int, start: Int, count: Int) throws(QueryError) {
    if let fused {
      return try take(start..<(start + count), fused)
    }
    if countsOnly, let (kept, open) = try pipeline.countKept(start: start, count: count) {
      for accumulator in accumulators { try accumulator.count(kept) }
      undecided[0].addWithoutKeys(open)
      return
    }
    try pipeline.run(
      start: start, count: count, undecided: addUndecided, kept: aggregate)
  }

  private func take(_ rows: Range<Int>, _ fused: FusedGrouping) throws(QueryError) {
    if !isFiltered {
      try fused.update(rows)
      return pipeline.pass(rows.count)
    }
    try pipeline.runMasked(
      start: rows.lowerBound, count: rows.count, undecided: addUndecided,
      masked: { mask, kept throws(QueryError) in
        try fused.update(rows, kept: mask, keptCount: kept)
      }, kept: aggregate)
  }

  /// Adds rows that a missing value decided to the groups of the condition.
  private func addUndecided(_ place: Int, _ batch: Batch) throws(QueryError) {
    try pipeline.group.begin(batch)
    try undecided[place].add(try keyVectors(), count: batch.selectedCount)
  }

  private func keyVectors() throws(QueryError) -> [Vector] {
    try keys.mapThrowing { key throws(QueryError) in try key.evaluate() }
  }

  private func aggregate(_ batch: Batch) throws(QueryError) {
    let count = batch.selectedCount
    let groups: UnsafeMutablePointer<UInt32>?
    if keys.isEmpty {
      groups = nil
    } else {
      let memory = ids.pointer(to: UInt32.self)
      try table.assign(keys: try keyVectors(), count: count, into: memory)
      groups = memory
    }
    try watched.add(keys: keys, count: count)
    for (call, accumulator) in zip(calls, accumulators) {
      try context.checkCancellation()
      try accumulator.reserve(groups: table.groupCount)
      let condition = try call.condition.map { condition throws(QueryError) in
        try condition.evaluate()
      }
      try accumulator.update(
        groups: UnsafePointer(groups), count: count,
        operands: try call.operands.mapThrowing { operand throws(QueryError) in
          try operand.evaluate()
        },
        condition: condition, positions: batch.positions)
      if let decision = call.decision, let place = call.undecided {
        try undecided[place].add(
          try decision.evaluate(), keys: try keyVectors(), count: count)
      }
    }
  }

  /// How rows find their groups; no rows need have come.
  var strategy: GroupStrategy {
    if case .direct(let seen) = table.mode { return .slots(seen.count, isFused: fused != nil) }
    let dictionaries = keys.map { key -> TextDictionary? in
      if case .codes(let dictionary) = key.layout { dictionary } else { nil }
    }
    let layout = KeyLayout(
      zip(table.keys, dictionaries).map { KeyCoding($0, dictionary: $1) })
    return table.strategy(layout)
  }

  /// Completes the tables once all batches are taken.
  func finish() throws(QueryError) { try fused?.finish() }

  /// Takes in what another worker computed.
  func merge(_ other: GroupWorker) throws(QueryError) {
    let mapping = try table.merge(other.table)
    for (own, others) in zip(accumulators, other.accumulators) {
      try context.checkCancellation()
      try own.reserve(groups: table.groupCount)
      try own.merge(others, mapping: mapping.elements)
    }
    for (own, others) in zip(undecided, other.undecided) { try own.merge(others) }
  }
}

/// One worker's count of the rows in which a missing value decided a watched condition.
final class WatchedConditions {
  /// The rows, by group, of each condition.
  let undecided: [UndecidedGroups]
  private let conditions: [Evaluator]

  init(
    _ source: RowInput, _ group: EvaluatorGroup, _ keys: [BoundExpression], context: RunContext
  ) throws(QueryError) {
    conditions = try source.watched.mapThrowing { filter throws(QueryError) in
      try group.add(filter.condition)
    }
    undecided = try source.watched.mapThrowing { _ throws(QueryError) in
      try UndecidedGroups(keys, context: context)
    }
  }

  /// Adds the rows of the batch that the evaluators' group has begun.
  func add(keys: [Evaluator], count: Int) throws(QueryError) {
    for (condition, groups) in zip(conditions, undecided) {
      let outcome = try condition.evaluate()
      if outcome.unknown == nil { continue }
      let vectors = try keys.mapThrowing { key throws(QueryError) in try key.evaluate() }
      try groups.add(outcome, keys: vectors, count: count)
    }
  }
}

/// The groups in which a condition was decided by missing values, with the number of rows.
final class UndecidedGroups {
  private let table: GroupTable
  private let context: RunContext
  private var counts: [Int] = []
  private var ids: [UInt32]
  /// The rows that a missing value decided, and of those the rows that count.
  private(set) var rows = 0
  private(set) var rowsTrue = 0

  init(_ keys: [BoundExpression], context: RunContext) throws(QueryError) {
    table = try GroupTable(keys: keys, expectedRows: 0, context: context)
    self.context = context
    ids = Array(repeating: 0, count: context.batchRows)
  }

  /// Adds rows where there are no keys.
  func addWithoutKeys(_ count: Int) { rows += count }

  /// Adds rows, each in the group of its keys.
  func add(_ keys: [Vector], count: Int) throws(QueryError) {
    rows += count
    try assign(keys, count)
    for row in 0..<count { counts[Int(ids[row])] += 1 }
  }

  /// Adds those of `count` rows that the condition left undecided.
  func add(_ condition: Vector, keys: [Vector], count: Int) throws(QueryError) {
    guard let unknown = condition.unknown, case .booleans(let mask) = condition.storage else {
      return
    }
    let isOne = condition.isConstant
    var open = 0
    for row in 0..<count { open += Int(unknown[isOne ? 0 : row]) }
    if open == 0 { return }
    try assign(keys, count)
    for row in 0..<count where unknown[isOne ? 0 : row] == 1 {
      counts[Int(ids[row])] += 1
      rowsTrue += Int(mask[isOne ? 0 : row])
    }
    rows += open
  }

  private func assign(_ keys: [Vector], _ count: Int) throws(QueryError) {
    let assigned = ids.withUnsafeMutableBufferPointer { buffer -> Result<Void, QueryError> in
      guard let memory = buffer.baseAddress, !keys.isEmpty else { return .success(()) }
      return Result { () throws(QueryError) in
        try table.assign(keys: keys, count: count, into: memory)
      }
    }
    try assigned.get()
    if counts.count < table.groupCount {
      counts += repeatElement(0, count: table.groupCount - counts.count)
    }
  }

  func merge(_ other: UndecidedGroups) throws(QueryError) {
    rows += other.rows
    rowsTrue += other.rowsTrue
    let mapping = try table.merge(other.table)
    if counts.count < table.groupCount {
      counts += repeatElement(0, count: table.groupCount - counts.count)
    }
    for (id, count) in other.counts.enumerated() { counts[Int(mapping[id])] += count }
  }

  /// The most groups that a receipt names.
  static let mostNamed = 1000

  /// The groups in the order of their keys, for the receipt: all, or those with the most rows and
  /// the number of others.
  func groups() throws(QueryError) -> (named: [(keys: [CellValue], rows: Int)], others: Int) {
    if table.keys.isEmpty || rows == 0 { return ([], 0) }
    let order = try table.sortedOrder()
    let columns = try table.keyColumns(order: order.elements)
    var places = order.elements.indices.filter { counts[Int(order.elements[$0])] > 0 }
    let others = max(0, places.count - Self.mostNamed)
    if others > 0 {
      places.sort { left, right in
        let (first, second) = (counts[Int(order[left])], counts[Int(order[right])])
        return first == second ? left < right : first > second
      }
      places.removeLast(others)
      places.sort()
    }
    return (places.map { place in (columns.map { $0[place] }, counts[Int(order[place])]) }, others)
  }
}
