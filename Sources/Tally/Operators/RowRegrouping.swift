/// The results of groups that have no states any more: those of coarser groups are made of the rows
/// again, which takes less time than keeping states of many groups.
final class RowRegrouping {
  /// The results of the calls for the groups themselves.
  private let results: [Column]
  private let source: RowInput
  private let plan: GroupPlan
  private let context: RunContext
  /// Those of coarser groups that were made already, in the order of their keys.
  private var made: [[Int]: [Column]] = [:]

  init(_ results: [Column], _ source: RowInput, _ plan: GroupPlan, _ context: RunContext) {
    self.results = results
    self.source = source
    self.plan = plan.ofRowsAlone
    self.context = context
  }

  /// The results of the calls for the groups of a level, in its order.
  func columns(_ level: Grouped.Level, of grouped: Grouped) throws(QueryError) -> [Column] {
    if level.keys.count == plan.keys.count { return results }
    let columns = try columns(ofKeys: level.keys)
    guard let ranks = try ranks(level, grouped) else { return columns }
    return try columns.mapThrowing { column throws(QueryError) in
      try column.gathered(ranks.elements, budget: context.budget)
    }
  }

  /// The results of the calls for cells of two axes, those of one value of `across` after those of
  /// another; a cell that no row falls into has the results of no rows.
  func columns(_ rows: Grouped.Level, _ across: Grouped.Level, of grouped: Grouped)
    throws(QueryError) -> [Column]
  {
    let inner = try grouped.level((rows.keys + across.keys).sorted())
    let numbers = try grouped.numbers(rows, across, among: inner)
    let own = try columns(inner, of: grouped)
    return try zip(plan.calls, own).mapThrowing { pair throws(QueryError) in
      let (call, column) = pair
      // Behind the last row is none to be gathered, and so no value.
      if call.call.ofNothing == .missing {
        return try column.gathered(numbers.elements, budget: context.budget)
      }
      let last = try Column(
        cells: [call.call.ofNothing], type: column.type, budget: context.budget)
      let whole = try Column.stacked(
        [ColumnPart(column: column, count: inner.count), ColumnPart(column: last, count: 1)],
        type: column.type, context)
      return try whole.gathered(numbers.elements, budget: context.budget)
    }
  }

  /// The results for groups by some of the keys, in the order of these.
  private func columns(ofKeys keys: [Int]) throws(QueryError) -> [Column] {
    if let known = made[keys] { return known }
    try context.checkCancellation()
    var coarser = plan
    coarser.keys = keys.map { plan.keys[$0] }
    let columns: [Column]
    if let groups = try groupInPartitions(source, coarser, context: context) {
      columns = groups.callColumns
    } else {
      let (owned, context) = (coarser, context)
      let workers = try scan(rowCount: source.rowCount, context: context) {
        () throws(QueryError) in
        try GroupWorker(source, owned, context: context)
      }
      for worker in workers { try worker.finish() }
      for worker in workers.dropFirst() { try workers[0].merge(worker) }
      columns = try Grouped(workers[0], coarser, context: context).callColumns()
    }
    made[keys] = columns
    return columns
  }

  /// For each group of a level its place in the order of the level's keys; nil where groups are in
  /// that order.
  private func ranks(_ level: Grouped.Level, _ grouped: Grouped) throws(QueryError)
    -> GroupArray<UInt32>?
  {
    if level.keys == Array(0..<level.keys.count) { return nil }
    let numbers = try RowNumbers(count: level.count, budget: context.budget)
    try context.budget.forEachPiece(of: level.count) { piece in
      for number in piece {
        numbers.pointer[number] = UInt32(truncatingIfNeeded: level.first[number])
      }
    }
    let places = UnsafeBufferPointer(start: UnsafePointer(numbers.pointer), count: level.count)
    let columns = try level.keys.mapThrowing { key throws(QueryError) in
      RowOrder.Column(
        column: try grouped.keyColumns[key].gathered(places, budget: context.budget),
        isDescending: false)
    }
    let order = try RowOrder(columns, count: level.count, context).sorted()
    let ranks = try GroupArray<UInt32>(count: level.count, filling: 0, budget: context.budget)
    try context.budget.forEachPiece(of: level.count) { piece in
      for rank in piece { ranks[Int(order[rank])] = UInt32(truncatingIfNeeded: rank) }
    }
    return ranks
  }
}

extension GroupPlan {
  /// The plan without columns of values and totals.
  fileprivate var ofRowsAlone: GroupPlan {
    var plan = self
    plan.acrossCount = 0
    plan.hasTotals = false
    plan.hasSubtotals = false
    return plan
  }
}
