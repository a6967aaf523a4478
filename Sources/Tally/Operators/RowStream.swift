/// The rows of one step that keeps, extends and gives out rows as they come, window by window.
struct RowStream: Sendable {
  private let step: StepPlan
  private let source: RowInput
  private let result: ResultPlan
  private let sourceName: String
  private let query: ParsedQuery
  private let environment: Environment
  private let answers: [QueryAnswer]
  private let batchRows: Int
  private let budget: MemoryBudget?
  private let deadline: ContinuousClock.Instant?
  /// What the next batch's receipt says beside what it is made of.
  private var pending = Receipt()
  private var position = 0

  /// Prepares the stream of a plan; nil where the plan needs all rows at once.
  init?(
    _ plan: QueryPlan, _ query: ParsedQuery, _ notes: [Diagnostic], _ batches: Batches,
    _ cancellation: Cancellation
  ) throws(QueryError) {
    guard plan.steps.count == 1, plan.steps[0].givesOutRowsAsTheyCome,
      case .table(let table, let name) = plan.steps[0].rows.input
    else { return nil }
    step = plan.steps[0]
    sourceName = name
    self.query = query
    environment = batches.snapshot.state.environment
    batchRows = batches.batchRows
    budget = batches.limits.memory.map { MemoryBudget(limit: max(0, $0)) }
    deadline = batches.limits.time.map { ContinuousClock.now + $0 }
    let context = batches.limits.context(cancellation: cancellation)
    var answers: [QueryAnswer] = []
    for query in plan.queries {
      let (answer, receipt) = try QueryRunner(context: context).value(of: query)
      answers.append(answer)
      pending.queries.append(receipt)
    }
    pending.queries += step.tablesBeside.map(\.receipt).filter { !$0.steps.isEmpty }
    pending.steps = [Receipt.Step()]
    pending.steps[0].notes = notes.map(\.sentence)
    self.answers = answers
    source = try RowInput(step.rows, of: table, answers: answers, context: context)
    result = try step.result.answered(by: answers)
    var runner = StepRunner(context: context, step: step, answers: answers)
    runner.noteWindows(source)
    pending.steps[0].windows = runner.receipt.windows
    pending.steps[0].skipped = runner.receipt.skipped
    pending.steps[0].add(runner.receipt)
  }

  /// The next batch, and what comes behind it.
  func next(_ cancellation: Cancellation) throws(QueryError) -> (batch: Table, rest: RowStream?) {
    try withStack(for: query.tree, in: environment) { () throws(QueryError) in
      try Snapshot.located(in: query.source) { () throws(QueryError) in
        var rest = self
        let batch = try rest.makeBatch(cancellation)
        return (batch, rest.position < rest.source.rowCount ? rest : nil)
      }
    }
  }

  private mutating func makeBatch(_ cancellation: Cancellation) throws(QueryError) -> Table {
    if let deadline { cancellation.expire(after: deadline - ContinuousClock.now) }
    let context = RunContext(budget: budget, cancellation: cancellation)
    let start = position
    let worker = try collect(context)
    var runner = StepRunner(context: context, step: step, answers: answers)
    runner.receipt = pending.steps.first ?? Receipt.Step()
    runner.receipt.source = sourceName
    runner.receipt.rowsRead = position - start
    var batch = try runner.finish([worker], source, result)
    runner.receipt.rowsOut = batch.rowCount
    batch.receipt = pending
    batch.receipt.steps = [runner.receipt]
    pending = Receipt()
    return batch
  }

  /// Reads on until a batch is full, or nearly so.
  private mutating func collect(_ context: RunContext) throws(QueryError) -> CollectWorker {
    let worker = try CollectWorker(source, context: context)
    let window = min(context.batchRows, batchRows)
    while position < source.rowCount {
      try context.checkCancellation()
      // All rows of a window may be kept.
      let room = batchRows - worker.pipeline.rowsKept
      if room < max(1, window / 4) { break }
      let count = min(window, room, source.rowCount - position)
      try worker.take(batch: position, start: position, count: count)
      position += count
    }
    return worker
  }
}

extension StepPlan {
  /// Whether each row is given out or not by itself, in the order of the input.
  fileprivate var givesOutRowsAsTheyCome: Bool {
    groups == nil && result.having == nil && result.order.isEmpty && result.top == nil
      && result.limit == nil && result.skip == 0 && !result.isDistinct && stages.isEmpty
  }
}
