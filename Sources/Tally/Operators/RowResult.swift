/// Rows of a source in the order and number in which a step gives them out.
///
///     rows that passed -> distinct -> order -> top -> limit -> columns
struct RowResult {
  private let source: RowInput
  private let plan: ResultPlan
  private let context: RunContext
  /// The rows that passed all conditions.
  private let collected: CollectedRows
  /// The places among these of what is given out, in its order; nil for all as they are.
  private var places: RowNumbers?
  /// What the receipt says about cuts.
  private(set) var rowsCut = 0
  private(set) var tiesCut = 0
  /// What made values of the expressions missing, each expression counted once.
  private(set) var counts = EvaluationCounts()
  private var counted: Set<BoundExpression> = []

  /// Orders and cuts the rows that workers collected.
  init(
    _ source: RowInput, _ plan: ResultPlan, _ collected: CollectedRows, context: RunContext
  ) throws(QueryError) {
    self.source = source
    self.plan = plan
    self.context = context
    self.collected = collected
    rowsCut = collected.passedOver
    tiesCut = collected.tiesPassedOver
    if plan.isDistinct { try dropRepeated() }
    try order()
    if let top = plan.top { try cut(top) }
    if plan.limit != nil || plan.skip > 0 { try cutToLimit() }
  }

  /// Gives out rows that are ordered and cut already, but for `limit`.
  init(
    _ source: RowInput, _ plan: ResultPlan, best rows: [UInt32], context: RunContext
  ) throws(QueryError) {
    self.source = source
    self.plan = plan
    self.context = context
    counted = Set((plan.top.map { [$0.by] + $0.within }) ?? [])
    let (ascending, ranks) = try Self.ranked(
      try RowNumbers(rows, budget: context.budget), below: source.rowCount, context)
    collected = try CollectedRows(
      ascending.array, batchRows: context.batchRows, budget: context.budget)
    places = ranks
    if plan.limit != nil || plan.skip > 0 { try cutToLimit() }
  }

  /// The number of rows given out.
  var count: Int { places?.count ?? collected.count }

  /// The columns given out.
  mutating func columns() throws(QueryError) -> [Column] { try columns(of: plan.outputs) }

  /// The rows given out, as numbers of the input's rows.
  func rowNumbers() throws(QueryError) -> RowNumbers { try gather.rowNumbers() }

  private var gather: RowGather {
    RowGather(collected: collected, places: places, context: context)
  }

  /// Columns of the rows are copied together, and others computed one after another.
  private mutating func columns(of outputs: [Output]) throws(QueryError) -> [Column] {
    var wanted: [RowGather.Wanted] = []
    for output in outputs {
      switch output.expression.kind {
      case .column(let index): wanted.append(RowGather.Wanted(column: source.columns[index]))
      case .lookedUp(let slot, let column):
        wanted.append(
          RowGather.Wanted(column: source.lookupColumns[slot][column], slot: slot))
      default: continue
      }
    }
    var copied = try gather.columns(wanted)[...]
    var columns: [Column] = []
    for output in outputs {
      if output.expression.columnReference == nil {
        columns.append(try computed(output.expression))
      } else if let column = copied.popFirst() {
        let type = output.expression.type
        columns.append(column.type == type ? column : column.retyped(type))
      }
    }
    return columns
  }

  /// Values are computed in the order of the table, in which batches hold the rows.
  private mutating func computed(_ expression: BoundExpression) throws(QueryError) -> Column {
    var rows = collected
    var inverse: RowNumbers?
    if let places {
      inverse = places
      if places.count < collected.count {
        let (ascending, ranks) = try Self.ranked(places, below: collected.count, context)
        rows = try collected.part(at: ascending, context)
        inverse = ranks
      }
    }
    let evaluation = RowEvaluation(source: source, collected: rows, context: context)
    let (column, lost) = try evaluation.column(expression)
    // Whoever orders by what is given out computes it for more rows first.
    if counted.insert(expression).inserted { counts += lost }
    guard let inverse else { return column }
    let all = CollectedRows(all: column.count, batchRows: context.batchRows)
    let gather = RowGather(collected: all, places: inverse, context: context)
    return try gather.columns([RowGather.Wanted(column: column)])[0]
  }

  /// Different numbers below a limit in ascending order, and the rank of each among them.
  private static func ranked(_ numbers: RowNumbers, below limit: Int, _ context: RunContext)
    throws(QueryError) -> (ascending: RowNumbers, ranks: RowNumbers)
  {
    let count = numbers.count
    let words = try AlignedBytes(byteCount: count * 8, budget: context.budget)
    try context.budget.forEachPiece(of: count) { piece in
      for index in piece { words.pointer(to: UInt64.self)[index] = UInt64(numbers[index]) }
    }
    let order = try RowNumbers(upTo: count, budget: context.budget)
    let bits = 64 - UInt64(limit).leadingZeroBitCount
    try RadixSort(context: context).sort(order, by: words, bits: bits)
    let ascending = try RowNumbers(count: count, budget: context.budget)
    let ranks = try RowNumbers(count: count, budget: context.budget)
    try context.budget.forEachPiece(of: count) { piece in
      for index in piece {
        ascending.pointer[index] = numbers[Int(order[index])]
        ranks.pointer[Int(order[index])] = UInt32(truncatingIfNeeded: index)
      }
    }
    return (ascending, ranks)
  }

  // MARK: Order and cuts

  /// The order by some expressions of what is given out now.
  private mutating func rowOrder(_ keys: [ResultPlan.OrderKey]) throws(QueryError) -> RowOrder {
    let columns = try columns(of: keys.map { Output(name: "", expression: $0.expression) })
    let ordered = try zip(columns, keys).mapThrowing { pair throws(QueryError) in
      let (column, key) = pair
      let ranked = try key.collation.map { collation throws(QueryError) in
        try column.ranked(by: collation, context)
      }
      return RowOrder.Column(column: ranked ?? column, isDescending: key.isDescending)
    }
    return try RowOrder(ordered, count: count, context)
  }

  /// Gives out what stands at some of the present places.
  private mutating func keep(_ chosen: RowNumbers) throws(QueryError) {
    guard let places else {
      self.places = chosen
      return
    }
    let next = try RowNumbers(count: chosen.count, budget: context.budget)
    try context.forEachBatch(of: chosen.count) { _, rows throws(QueryError) in
      for row in rows { next.pointer[row] = places.pointer[Int(chosen.pointer[row])] }
    }
    self.places = next
  }

  private mutating func dropRepeated() throws(QueryError) {
    let order = try rowOrder(
      plan.outputs.map { ResultPlan.OrderKey(expression: $0.expression, isDescending: false) })
    let sorted = try order.sorted()
    let isRepeated = try AlignedBytes(byteCount: count, zeroed: true, budget: context.budget)
    let flags = isRepeated.pointer(to: UInt8.self)
    var repeated = 0
    for index in 0..<sorted.count where index > 0 {
      if index & 0x3FFF == 0 { try context.checkCancellation() }
      // Equal rows stand in their old order, so the first of them stays.
      if order.compare(Int(sorted[index - 1]), Int(sorted[index])) == 0 {
        flags[Int(sorted[index])] = 1
        repeated += 1
      }
    }
    if repeated == 0 { return }
    let kept = try RowNumbers(count: count - repeated, budget: context.budget)
    var next = 0
    try context.budget.forEachPiece(of: count) { piece in
      for place in piece where flags[place] == 0 {
        kept.pointer[next] = UInt32(truncatingIfNeeded: place)
        next += 1
      }
    }
    withExtendedLifetime(isRepeated) {}
    try keep(kept)
  }

  private mutating func order() throws(QueryError) {
    if plan.order.isEmpty { return }
    let order = try rowOrder(plan.order)
    let total = count
    if plan.top == nil, let limit = plan.limit, limit <= total - min(total, plan.skip) {
      let chosen = try order.first(plan.skip + limit)
      // Ties with rows that are skipped are no concern of whoever reads the rows behind them.
      if limit > 0 { try noteTies(chosen, order) } else { tiesCut = 0 }
      try keep(chosen)
      rowsCut += total - count
    } else {
      try keep(try order.sorted())
    }
  }

  private mutating func cut(_ top: TopPlan) throws(QueryError) {
    let by = ResultPlan.OrderKey(expression: top.by, isDescending: !top.isBottom)
    let total = count
    var kept: RowNumbers
    if top.within.isEmpty {
      let order = try rowOrder([by])
      kept = try order.first(top.count)
      try noteTies(kept, order)
    } else {
      let keys = top.within.map { ResultPlan.OrderKey(expression: $0, isDescending: false) }
      let columns = try columns(
        of: (keys + [by]).map { Output(name: "", expression: $0.expression) })
      let ordered = zip(columns, keys + [by]).map {
        RowOrder.Column(column: $0, isDescending: $1.isDescending)
      }
      let groups = try RowOrder(Array(ordered.dropLast()), count: total, context)
      kept = try firstOfEach(groups, try RowOrder(ordered, count: total, context), top)
    }
    rowsCut += total - kept.count
    // An order that was asked for stays.
    if !plan.order.isEmpty {
      kept = try RowNumbers(kept.array.sorted(), budget: context.budget)
    }
    try keep(kept)
  }

  /// Counts the rows left out that tie with the last one kept.
  private mutating func noteTies(_ kept: RowNumbers, _ order: RowOrder) throws(QueryError) {
    guard kept.count > 0 else { return }
    let last = Int(kept[kept.count - 1])
    tiesCut += try order.countTies(with: last)
    var place = kept.count - 1
    while place >= 0, order.compare(Int(kept[place]), last) == 0 {
      if place & 0x3FFF == 0 { try context.checkCancellation() }
      tiesCut -= 1
      place -= 1
    }
  }

  private mutating func firstOfEach(_ groups: RowOrder, _ all: RowOrder, _ top: TopPlan)
    throws(QueryError) -> RowNumbers
  {
    let sorted = try all.sorted()
    let kept = try RowNumbers(count: sorted.count, budget: context.budget)
    var keptCount = 0
    var count = 0
    for place in 0..<sorted.count {
      if place & 0x3FFF == 0 { try context.checkCancellation() }
      let row = Int(sorted[place])
      if place > 0, groups.compare(Int(sorted[place - 1]), row) != 0 { count = 0 }
      count += 1
      if count <= top.count {
        kept.pointer[keptCount] = sorted[place]
        keptCount += 1
      } else if top.count > 0, all.compare(Int(kept[keptCount - 1]), row) == 0 {
        tiesCut += 1
      }
    }
    return kept.first(keptCount)
  }

  private mutating func cutToLimit() throws(QueryError) {
    let first = min(plan.skip, count)
    let kept = min(plan.limit ?? .max, count - first)
    if kept == count { return }
    rowsCut += count - kept
    let chosen = try RowNumbers(count: kept, budget: context.budget)
    try context.budget.forEachPiece(of: kept) { piece in
      for place in piece { chosen.pointer[place] = UInt32(truncatingIfNeeded: first + place) }
    }
    try keep(chosen)
  }
}
