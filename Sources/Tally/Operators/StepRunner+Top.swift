/// The decision to keep the best rows of each group while rows are read.
struct TopChoice {
  let top: TopPlan
  let ranking: TopRanking

  /// The most rows of a group that are kept in order while rows are read.
  private static let limit = 64
  /// The same where all rows are one group.
  private static let limitOfAll = 1024

  /// Decides for a step; nil where it asks for more than this, or for an order that only a sort
  /// can make.
  init?(_ source: RowInput, _ plan: ResultPlan, context: RunContext) throws(QueryError) {
    guard var top = plan.top, plan.order.isEmpty, !plan.isDistinct, plan.having == nil,
      !top.hasRest, source.slotCount == 0, source.rowCount < Int(UInt32.max) - 1,
      (1...(top.within.isEmpty ? Self.limitOfAll : Self.limit)).contains(top.count)
    else { return nil }
    top.within = try top.within.mapThrowing { key throws(QueryError) in source.informed(key) }
    let by = try source.makeGroup(context).add(top.by)
    guard let ranking = TopRanking(by.layout, bounds: by.bounds, isBottom: top.isBottom)
    else { return nil }
    (self.top, self.ranking) = (top, ranking)
  }
}

extension StepRunner {
  /// Gives out the best rows of each group without ordering the others; nil where a sort is needed.
  mutating func runTop(_ source: RowInput, _ plan: ResultPlan) throws(QueryError) -> Table? {
    guard let choice = try TopChoice(source, plan, context: context) else { return nil }
    let (top, ranking) = (choice.top, choice.ranking)
    let context = context
    if let partitioned = PartitionedTop(source, top, ranking, context) {
      let pipeline = try RowPipeline(source, context: context)
      pipeline.pass(source.rowCount)
      note([pipeline], source)
      let table = try self.table(try partitioned.rows(), source, plan)
      try noteRowConditions(source, [(pipeline, nil)])
      return table
    }
    let workers = try scan(rowCount: source.rowCount, context: context) { () throws(QueryError) in
      try TopWorker(source, top, ranking, context: context)
    }
    note(workers.map(\.pipeline), source)
    for worker in workers { worker.finish() }
    let first = workers[0]
    for worker in workers.dropFirst() { try first.merge(worker, context: context) }
    let table = try self.table(try first.rows(), source, plan)
    try noteRowConditions(source, workers.map { ($0.pipeline, $0.watched) })
    return table
  }

  /// Gives out the best rows of each group.
  private mutating func table(
    _ best: (rows: [UInt32], ties: Int), _ source: RowInput, _ plan: ResultPlan
  ) throws(QueryError) -> Table {
    receipt.rowsCut += receipt.rowsKept - best.rows.count
    receipt.tiesCut += best.ties
    var result = try RowResult(source, plan, best: best.rows, context: context)
    let table = try self.table(&result, plan)
    if wantsRows { self.rows = try result.rowNumbers().array }
    return table
  }
}
