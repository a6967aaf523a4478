/// Runs one step of a plan.
struct StepRunner {
  let context: RunContext
  let step: StepPlan
  /// The answers of the plan's queries.
  let answers: [QueryAnswer]
  /// What the step did, filled while it runs.
  var receipt = Receipt.Step()
  /// The places of the groups that appear in the answer, also as part of the rest.
  var shownGroups: [Int] = []
  /// The keys that ``shownGroups`` are places of, where `fill` has added groups.
  var shownKeys: [Column]?
  /// Whether the receipt names groups, so that it matters which appear.
  private(set) var notesGroups = false
  /// Whether the rows of the input that were given out are to be noted, and these; nil for groups.
  var wantsRows = false
  var rows: [UInt32]?

  init(context: RunContext, step: StepPlan, answers: [QueryAnswer]) {
    self.context = context
    self.step = step
    self.answers = answers
  }

  /// The step's result on a table.
  mutating func run(on input: StepInput) throws(QueryError) -> Table {
    let source = try rows(of: input)
    let result = try step.result.answered(by: answers)
    guard let groups = step.groups else {
      let table = try runRows(source, result)
      try noteUnranked(result, step.rows, input)
      return table
    }
    let (rows, plan) = try localized(source, try groups.answered(by: answers, source))
    let table = try runGroups(rows, plan, result)
    for cross in groups.crosses { try note(cross, input) }
    return table
  }

  /// Prepares the rows of an input.
  mutating func rows(of input: StepInput) throws(QueryError) -> RowInput {
    let source: RowInput
    switch input {
    case .table(let table):
      source = try RowInput(step.rows, of: table, answers: answers, context: context)
    case .joined(let rows):
      source = try RowInput(step.rows, of: rows, answers: answers, context: context)
    }
    receipt.rowsRead = source.rowCount
    noteWindows(source)
    return source
  }

  // MARK: Rows

  private mutating func runRows(_ source: RowInput, _ plan: ResultPlan) throws(QueryError)
    -> Table
  {
    if let table = try runTop(source, plan) { return table }
    let context = context
    let pruning = RowPruning(plan, source, context.tuning)
    let workers = try scan(rowCount: source.rowCount, context: context) { () throws(QueryError) in
      try CollectWorker(source, pruning: pruning, context: context)
    }
    return try finish(workers, source, plan)
  }

  /// Gives out the rows that workers collected.
  mutating func finish(_ workers: [CollectWorker], _ source: RowInput, _ plan: ResultPlan)
    throws(QueryError) -> Table
  {
    note(workers.map(\.pipeline), source)
    let collected = CollectWorker.joined(workers)
    var rows = try RowResult(source, plan, collected, context: context)
    let table = try table(&rows, plan)
    if wantsRows { self.rows = try rows.rowNumbers().array }
    try noteRowConditions(source, workers.map { ($0.pipeline, $0.watched) })
    return table
  }

  /// Gives out the rows of a result and notes what was cut.
  mutating func table(_ rows: inout RowResult, _ plan: ResultPlan) throws(QueryError)
    -> Table
  {
    let columns = try rows.columns()
    receipt.rowsCut += rows.rowsCut
    receipt.tiesCut += rows.tiesCut
    receipt.add(rows.counts)
    return Table(
      names: plan.outputs.map(\.name), columns: columns, rowCount: rows.count)
  }

  // MARK: Groups

  private mutating func runGroups(_ source: RowInput, _ plan: GroupPlan, _ result: ResultPlan)
    throws(QueryError) -> Table
  {
    let context = context
    let (computed, plan) = try source.computingTexts(for: plan, context)
    let known = computed.usingKnownNumbers(for: plan)
    if let counts = try known.countDifferentTexts(for: plan, context) {
      return try table(of: counts, known, try passing(known), plan, result)
    }
    if let table = try groupKept(known, plan, result) { return table }
    let source = try known.numberingTexts(for: plan, context)
    if !(result.top?.hasRest ?? false),
      let groups = try groupInPartitions(source, plan, context: context)
    {
      let pipelines = try passing(source)
      if !plan.isCrossed { return try table(of: groups, source, pipelines, plan, result) }
      note(pipelines, source)
      noteSkipped(groups.skipped, plan)
      let table = try crossed(Grouped(groups, of: source, plan, context: context), result)
      try noteRowConditions(source, pipelines.map { ($0, nil) })
      return table
    }
    let workers = try scan(rowCount: source.rowCount, context: context) { () throws(QueryError) in
      try GroupWorker(source, plan, context: context)
    }
    note(workers.map(\.pipeline), source)
    let first = workers[0]
    for worker in workers { try worker.finish() }
    for worker in workers.dropFirst() { try first.merge(worker) }
    noteSkipped(first.accumulators.map(\.skippedMissing), plan)
    notesGroups = first.undecided.contains { $0.rows > 0 }
    let grouped = try Grouped(first, plan, context: context)
    let table =
      plan.acrossCount > 0 || plan.hasSubtotals
      ? try crossed(grouped, result) : try self.table(of: grouped, result)
    try noteConditions(first, workers, source, plan, grouped)
    return table
  }

  /// Groups by many keys where a condition drops rows: those that it keeps are copied, numbered and
  /// dealt out as a table of their own. Nil where another way is better, or a missing value decides
  /// the condition: then the receipt names groups.
  private mutating func groupKept(_ source: RowInput, _ plan: GroupPlan, _ result: ResultPlan)
    throws(QueryError) -> Table?
  {
    guard !(result.top?.hasRest ?? false), try source.isGroupedAsKept(for: plan, context) else {
      return nil
    }
    let context = context
    let workers = try scan(rowCount: source.rowCount, context: context) { () throws(QueryError) in
      try CollectWorker(source, context: context)
    }
    let pipelines = workers.map(\.pipeline)
    if pipelines.contains(where: { $0.decisions.contains { $0.unknown > 0 } }) { return nil }
    let kept = try source.kept(
      CollectWorker.joined(workers),
      readBy: plan.keys.map(\.expression) + plan.calls.flatMap(\.call.operands), context)
    if let counts = try kept.countDifferentTexts(for: plan, context) {
      return try table(of: counts, source, pipelines, plan, result)
    }
    let numbered = try kept.numberingTexts(for: plan, context)
    guard let groups = try groupInPartitions(numbered, plan, context: context) else { return nil }
    return try table(of: groups, source, pipelines, plan, result)
  }

  /// The way of rows that nothing had to be done to.
  private func passing(_ source: RowInput) throws(QueryError) -> [RowPipeline] {
    let pipeline = try RowPipeline(source, context: context)
    pipeline.pass(source.rowCount)
    return [pipeline]
  }

  /// Groups that were made in partitions as rows, ordered and cut.
  private mutating func table(
    of groups: PartitionedGroups, _ source: RowInput, _ pipelines: [RowPipeline],
    _ plan: GroupPlan, _ result: ResultPlan
  ) throws(QueryError) -> Table {
    note(pipelines, source)
    noteSkipped(groups.skipped, plan)
    let table = try self.table(of: groups.keyColumns + groups.callColumns, nil, result)
    try noteRowConditions(source, pipelines.map { ($0, nil) })
    return table
  }

  /// The groups as rows, ordered and cut.
  private mutating func table(of grouped: Grouped, _ plan: ResultPlan) throws(QueryError) -> Table {
    try table(of: grouped.keyColumns + (try grouped.callColumns()), grouped, plan)
  }

  /// Columns of groups as rows, ordered and cut.
  private mutating func table(
    of columns: [Column], _ grouped: Grouped?, _ plan: ResultPlan
  ) throws(QueryError) -> Table {
    var columns = columns
    var sources: [UInt32]?
    if let groups = step.groups, let shape = groups.shape {
      (columns, sources) = try shaped(columns, groups, shape)
    }
    if grouped == nil, let columns = plan.plainColumns(of: columns) {
      return Table(
        names: plan.outputs.map(\.name), columns: columns, rowCount: columns.first?.count ?? 0)
    }
    let names = columns.indices.map { "\($0)" }
    let table = Table(
      names: names, columns: columns, rowCount: columns.isEmpty ? 1 : columns[0].count)
    var rows = RowPlan(input: .previous)
    if let having = plan.having { rows.stages = [.filter(having)] }
    rows.windows = plan.windows
    let source = try RowInput(rows, of: table, answers: [], context: context)
    noteWindows(source)
    let context = context
    let workers = try scan(rowCount: table.rowCount, context: context) { () throws(QueryError) in
      try CollectWorker(source, context: context)
    }
    if let having = plan.having {
      addCondition(having, workers.map { $0.pipeline.decisions[0] }, groups: ([], 0))
    }
    for worker in workers { receipt.add(worker.pipeline.group.counts) }
    let collected = CollectWorker.joined(workers)
    guard let grouped, plan.top?.hasRest ?? false else {
      var result = try RowResult(source, plan, collected, context: context)
      if notesGroups {
        shownGroups = try result.rowNumbers().array.map { Int($0) }
        if sources != nil { shownKeys = Array(columns.prefix(grouped?.keyColumns.count ?? 0)) }
      }
      let answer = try self.table(&result, plan)
      try noteUnranked(plan, rows, .table(table))
      return answer
    }
    // The row of the rest is one of those that `limit` counts.
    var ranking = plan
    ranking.limit = nil
    ranking.skip = 0
    var result = try RowResult(source, ranking, collected, context: context)
    let all = try collected.flat(nil, context)
    if notesGroups { shownGroups = try context.budget.integers(all) }
    let kept = try self.table(&result, ranking)
    let whole = try appendRest(to: kept, grouped, plan, all, kept: try result.rowNumbers())
    return try limited(whole, plan)
  }

  /// Adds a last row for the groups that `top` left out.
  private mutating func appendRest(
    to answer: Table, _ grouped: Grouped, _ plan: ResultPlan, _ rows: RowNumbers, kept: RowNumbers
  ) throws(QueryError) -> Table {
    let memory = MemoryReservation(context.budget)
    try memory.grow(by: rows.count * 2 * MemoryLayout<Int>.stride)
    let left = try context.budget.integers(
      try RowNumbers(
        try without(kept, of: rows, below: grouped.count), budget: context.budget))
    if left.isEmpty { return try answer.withLabels(context) }
    receipt.rowsCut -= left.count
    let rest = try measures(plan, of: try grouped.rest(left), grouped)
    return try answer.withLabels(context).appending(
      label: try freeLabel("(rest)", grouped.keyColumns), keyCount: grouped.keyColumns.count, rest,
      context)
  }

  /// Those of some numbers below `count` that are not kept.
  func without(_ kept: RowNumbers, of numbers: RowNumbers, below count: Int) throws(QueryError)
    -> [UInt32]
  {
    let isKept = try GroupArray<UInt8>(count: count, filling: 0, budget: context.budget)
    try context.budget.forEachPiece(of: kept.count) { piece in
      for place in piece { isKept[Int(kept[place])] = 1 }
    }
    var left: [UInt32] = []
    left.reserveCapacity(max(0, numbers.count - kept.count))
    try context.budget.forEachPiece(of: numbers.count) { piece in
      for place in piece where isKept[Int(numbers[place])] == 0 { left.append(numbers[place]) }
    }
    return left
  }

  /// The rows of a finished table that `limit` keeps.
  private mutating func limited(_ table: Table, _ plan: ResultPlan) throws(QueryError) -> Table {
    let first = min(plan.skip, table.rowCount)
    let count = min(plan.limit ?? .max, table.rowCount - first)
    receipt.rowsCut += table.rowCount - count
    return Table(
      names: table.columnNames,
      columns: try table.columns.mapThrowing { column throws(QueryError) in
        try column.sliced(first..<first + count, budget: context.budget)
      }, rowCount: count)
  }

  /// The columns of a plan that are no keys, for groups of which some keys are known; the others
  /// are missing.
  mutating func measures(
    _ plan: ResultPlan, of calls: [Column], _ grouped: Grouped, keys known: [Int: Column] = [:]
  ) throws(QueryError) -> [Column] {
    let count = calls.first?.count ?? 0
    let keys = try grouped.keyColumns.enumerated().mapThrowing { index, key throws(QueryError) in
      if let column = known[index] { return column }
      return try Column.missing(type: key.type, count: count, budget: context.budget)
    }
    // Rows that gather groups are none of those that windows see.
    let windows = try plan.windows.mapThrowing { window throws(QueryError) in
      try Column.missing(type: window.type, count: count, budget: context.budget)
    }
    let columns = keys + calls + windows
    let table = Table(
      names: columns.indices.map { "\($0)" }, columns: columns, rowCount: count)
    return try evaluate(Array(plan.outputs.dropFirst(keys.count)), on: table)
  }

  /// Outputs for all rows of a table.
  mutating func evaluate(_ outputs: [Output], on table: Table) throws(QueryError) -> [Column] {
    let source = try RowInput(RowPlan(input: .previous), of: table, answers: [], context: context)
    let all = CollectedRows(all: table.rowCount, batchRows: context.batchRows)
    var result = try RowResult(source, ResultPlan(outputs: outputs), all, context: context)
    let columns = try result.columns()
    receipt.add(result.counts)
    return columns
  }
}

extension ResultPlan {
  /// The columns given out, where they are some of those that the step has made, as they are.
  func plainColumns(of columns: [Column]) -> [Column]? {
    guard having == nil, order.isEmpty, top == nil, limit == nil, skip == 0, !isDistinct,
      windows.isEmpty
    else { return nil }
    var result: [Column] = []
    for output in outputs {
      guard case .column(let index) = output.expression.kind else { return nil }
      result.append(columns[index].retyped(output.expression.type))
    }
    return result
  }

  /// The plan with the answers of queries in their places.
  func answered(by answers: [QueryAnswer]) throws(QueryError) -> ResultPlan {
    var plan = self
    if let having { plan.having?.condition = try having.condition.answered(by: answers) }
    for index in order.indices {
      plan.order[index].expression = try order[index].expression.answered(by: answers)
    }
    if let top {
      plan.top?.by = try top.by.answered(by: answers)
      plan.top?.within = try top.within.mapThrowing { key throws(QueryError) in
        try key.answered(by: answers)
      }
    }
    for index in outputs.indices {
      plan.outputs[index].expression = try outputs[index].expression.answered(by: answers)
    }
    plan.windows = try windows.mapThrowing { window throws(QueryError) in
      try window.mapped { expression throws(QueryError) in try expression.answered(by: answers) }
    }
    return plan
  }
}

extension GroupPlan {
  /// The plan with the answers of queries in their places, and with what is known of keys and
  /// operands from the columns they read.
  func answered(by answers: [QueryAnswer], _ source: RowInput) throws(QueryError) -> GroupPlan {
    let facts = source.makeFactFinder()
    let inform = { (expression: BoundExpression) throws(QueryError) -> BoundExpression in
      facts.informed(try expression.answered(by: answers))
    }
    var plan = self
    for index in keys.indices {
      plan.keys[index].expression = try inform(keys[index].expression)
    }
    for index in calls.indices {
      plan.calls[index].call.operands = try calls[index].call.operands.mapThrowing(inform)
      let condition = try calls[index].condition?.condition.answered(by: answers)
      plan.calls[index].call.condition = condition
      if let condition { plan.calls[index].condition?.condition = condition }
    }
    return plan
  }
}

extension FactFinder {
  /// An expression with the bounds that are known from the columns it reads.
  func informed(_ expression: BoundExpression) -> BoundExpression {
    BoundExpression(
      expression.kind, expression.type, mayBeMissing: expression.mayBeMissing,
      bounds: facts(of: expression).bounds, at: expression.span)
  }
}

extension RowInput {
  /// An expression with the bounds that are known from the columns it reads.
  func informed(_ expression: BoundExpression) -> BoundExpression {
    makeFactFinder().informed(expression)
  }
}

/// What a step reads.
enum StepInput {
  case table(Table)
  case joined(JoinedRows)
}
