/// Computes the windows of a step, each over the rows that have passed the stages before it.
struct WindowComputation {
  let context: RunContext
  /// What was met, window by window.
  private(set) var outcomes: [WindowOutcome] = []
  /// The rows that windows see, by the stages they have passed.
  private var seen: (stages: Int, rows: CollectedRows)?
  private var orders: [(key: OrderKey, order: WindowOrder)] = []

  private struct OrderKey: Equatable {
    var partition: [BoundExpression]
    var order: [BoundExpression]
    var directions: [Bool]
    var collations: [Collation?]
  }

  init(_ context: RunContext) { self.context = context }

  /// A window's values as a column of the input's rows; rows that it does not see have none.
  mutating func column(_ plan: WindowPlan, of input: RowInput) throws(QueryError) -> Column {
    let rows = try collect(input, plan.stageCount)
    var result = try RowResult(
      input,
      ResultPlan(outputs: plan.expressions.map { Output(name: "", expression: $0) }), rows,
      context: context)
    let columns = try result.columns()
    let order = try self.order(plan, columns, count: rows.count)
    var outcome = WindowOutcome(count: Receipt.Window(text: plan.text))
    outcome.counts = result.counts
    outcome.count.rows = rows.count
    let kernel = WindowKernel(
      plan: plan, order: order, columns: columns, context: context)
    let values = try kernel.column(&outcome)
    outcomes.append(outcome)
    if rows.isWhole, rows.count == input.rowCount { return values }
    return try values.picked(try places(of: rows, in: input.rowCount), context)
  }

  private mutating func collect(_ input: RowInput, _ stages: Int) throws(QueryError)
    -> CollectedRows
  {
    if let seen, seen.stages == stages { return seen.rows }
    let rows: CollectedRows
    if input.stages.isEmpty, input.given.isEmpty {
      rows = CollectedRows(all: input.rowCount, batchRows: context.batchRows)
    } else {
      let context = context
      rows = CollectWorker.joined(
        try scan(rowCount: input.rowCount, context: context) { () throws(QueryError) in
          try CollectWorker(input, context: context)
        })
    }
    seen = (stages, rows)
    orders = []
    return rows
  }

  /// Windows of one order share it.
  private mutating func order(_ plan: WindowPlan, _ columns: [Column], count: Int)
    throws(QueryError) -> WindowOrder
  {
    let key = OrderKey(
      partition: plan.partition.map(\.expression), order: plan.order.map(\.expression),
      directions: plan.order.map(\.isDescending), collations: plan.order.map(\.collation))
    if let known = orders.first(where: { $0.key == key }) { return known.order }
    let partition = columns.dropFirst(plan.operands.count).prefix(plan.partition.count)
    let context = context
    let keys = try zip(columns.suffix(plan.order.count), plan.order).mapThrowing {
      pair throws(QueryError) in
      let (column, key) = pair
      let ranked = try key.collation.map { collation throws(QueryError) in
        try column.ranked(by: collation, context)
      }
      return RowOrder.Column(column: ranked ?? column, isDescending: key.isDescending)
    }
    let order = try WindowOrder(
      partition: Array(partition), order: keys, count: count, context)
    orders.append((key, order))
    return order
  }

  /// The place of each row of the input among those collected, or none.
  private func places(of rows: CollectedRows, in count: Int) throws(QueryError) -> RowNumbers {
    let places = try RowNumbers(count: count, budget: context.budget)
    try context.budget.fill(places.pointer, count, with: Batch.noPartner)
    let numbers = try rows.flat(nil, context)
    try context.forEachBatch(of: rows.count) { _, range throws(QueryError) in
      for place in range {
        places.pointer[Int(numbers.pointer[place])] = UInt32(truncatingIfNeeded: place)
      }
    }
    return places
  }
}

/// One window whose rows are in order.
struct WindowKernel {
  let plan: WindowPlan
  let order: WindowOrder
  /// The operands, the keys of the partition and those of the order, by row.
  let columns: [Column]
  let context: RunContext

  private var orderColumns: [Column] { columns.suffix(plan.order.count) }

  /// The values by row.
  func column(_ outcome: inout WindowOutcome) throws(QueryError) -> Column {
    switch plan.function {
    case .rank, .tile:
      let ranks = WindowRanks(order: order, operand: columns[0], context: context)
      outcome.skipped = columns[0].missingCount
      let (column, tied) = try ranks.column(plan.function)
      outcome.count.ties = tied
      return column
    case .rowNumber:
      outcome.count.ties = order.tied
      return try WindowRanks(order: order, operand: nil, context: context)
        .column(plan.function).0
    case .offset(let distance):
      outcome.count.ties = order.tied
      outcome.count.gaps = try gaps()
      return try WindowPicks(order: order, operand: columns[0], context: context)
        .offset(distance)
    case .trend(let ahead): return try trend(ahead, &outcome)
    case .slope: return try trend(nil, &outcome)
    case .aggregate(let function, let isDistinct, let fraction, let frame):
      outcome.skipped = plan.operands.isEmpty || plan.isConditional ? 0 : columns[0].missingCount
      return try aggregate(function, isDistinct, fraction, frame, &outcome)
    }
  }

  private func aggregate(
    _ function: AggregateFunction, _ isDistinct: Bool, _ fraction: ExactDecimal?,
    _ frame: WindowFrame, _ outcome: inout WindowOutcome
  ) throws(QueryError) -> Column {
    let operands = Array(columns.prefix(plan.operands.count))
    let isEndpoint = function == .first || function == .last
    if frame == .whole, !isEndpoint {
      return try aggregates(function, isDistinct, fraction, operands).ofPartitions()
    }
    let picks = operands.first.map {
      WindowPicks(order: order, operand: $0, context: context)
    }
    if frame == .whole, let picks {
      outcome.count.ties = order.tied
      return try picks.endpoint(isLast: function == .last, nil)
    }
    let frames = try frames(frame, &outcome)
    if !isDistinct, let picks {
      switch function {
      case .first, .last: return try picks.endpoint(isLast: function == .last, frames)
      case .min, .max: return try picks.extreme(isMax: function == .max, frames)
      // The sum behind an average may exceed 128 bits.
      case .average where operands[0].isWide: break
      case .count, .sum, .average:
        let sums = WindowSums(
          order: order, frames: frames,
          values: try WindowValues(operands[0], order, context), context: context)
        if function == .count { return try sums.counts() }
        return try sums.column(
          function, of: plan.operands[0].type, plan.type, bounds: operands[0].storedRange)
      case .median, .percentile:
        let half = ExactDecimal(coefficient: 5, scale: 1)
        return try WindowPercentiles(
          order: order, frames: frames, operand: operands[0],
          fraction: (fraction ?? half).reduced, context: context
        ).column(plan.type, scale: plan.operands[0].type.scale)
      case .variance where WindowSpread.takes(operands[0]),
        .stddev where WindowSpread.takes(operands[0]):
        return try WindowSpread(
          order: order, frames: frames,
          values: try WindowValues(operands[0], order, context), context: context
        ).column(function, scale: plan.operands[0].type.scale)
      case .corr where WindowCorrelation.takes(operands):
        return try WindowCorrelation(
          order: order, frames: frames, first: try WindowValues(operands[0], order, context),
          second: try WindowValues(operands[1], order, context), context: context
        ).column()
      default: break
      }
    } else if isDistinct, function == .count, let operand = operands.first {
      return try WindowDistinct(
        order: order, frames: frames, operand: operand, context: context
      ).column()
    }
    return try aggregates(function, isDistinct, fraction, operands).ofFrames(frames)
  }

  private func aggregates(
    _ function: AggregateFunction, _ isDistinct: Bool, _ fraction: ExactDecimal?,
    _ operands: [Column]
  ) -> WindowAggregates {
    let expressions = operands.enumerated().map { index, column in
      BoundExpression(
        .column(index), column.type,
        bounds: column.storedRange.map { Int128($0.lowerBound)...Int128($0.upperBound) },
        at: plan.span)
    }
    return WindowAggregates(
      order: order, operands: operands,
      call: AggregateCall(
        function: function, isDistinct: isDistinct, operands: expressions, fraction: fraction,
        type: plan.type, span: plan.span),
      context: context)
  }

  /// The line goes along the time that orders rows, or along their places where none does.
  private func trend(_ ahead: Int64?, _ outcome: inout WindowOutcome) throws(QueryError) -> Column {
    outcome.skipped = columns[0].missingCount
    var times: WindowValues?
    var unit: Int64 = 1
    // What tells rows of one time apart behind it changes no line.
    if let time = orderColumns.first, time.type.isTime {
      times = try WindowValues(time, order, context)
      outcome.count.withoutTime = time.missingCount
      if time.type == .dateTime { unit = microsecondsPerDay }
    } else {
      outcome.count.ties = order.tied
    }
    let trend = WindowTrend(
      order: order, values: try WindowValues(columns[0], order, context), times: times,
      ahead: ahead.map { $0 &* unit }, unit: unit, scale: plan.operands[0].type.scale,
      context: context)
    return try trend.column(plan.type)
  }

  // MARK: Windows that slide

  private func frames(_ frame: WindowFrame, _ outcome: inout WindowOutcome) throws(QueryError)
    -> WindowFrames
  {
    var frames: WindowFrames
    switch frame {
    case .whole, .running:
      outcome.count.ties = order.tied
      frames = try WindowFrames(order, rows: nil, context)
    case .rows(let count):
      outcome.count.ties = order.tied
      outcome.count.gaps = try gaps()
      frames = try WindowFrames(order, rows: count, context)
    case .time(let time):
      guard let column = orderColumns.first else {
        throw QueryError(kind: .bug, message: "a window of time without times")
      }
      let times = try WindowValues(column, order, context)
      outcome.count.withoutTime = column.missingCount
      frames = try WindowFrames(
        order, time, times: times.values, present: times.present,
        step: column.type == .dateTime ? 0 : 1, context)
    }
    outcome.count.incomplete = frames.incomplete
    return frames
  }

  /// Where rows are counted by periods, the places at which one or more periods have no row.
  private func gaps() throws(QueryError) -> Int {
    guard let column = orderColumns.first, case .period = column.type else { return 0 }
    let values = try WindowValues(column, order, context)
    let times = values.values.pointer(to: Int64.self)
    let marks = order.marks.pointer(to: UInt8.self)
    let present = values.present?.pointer(to: UInt8.self)
    var gaps = 0
    for place in 1..<max(1, order.count) {
      if place & 0xFFFF == 0 { try context.checkCancellation() }
      if marks[place] == WindowOrder.begins { continue }
      if let present, present[place] == 0 { continue }
      if (times[place] &- times[place - 1]).magnitude > 1 { gaps += 1 }
    }
    withExtendedLifetime(values) {}
    return gaps
  }
}

extension Column {
  /// Whether values have 128 bits.
  fileprivate var isWide: Bool { if case .wide = payload { true } else { false } }
}
