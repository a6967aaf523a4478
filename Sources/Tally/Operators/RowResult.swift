/// Rows of a source in the order and number in which a step gives them out.
///
///     rows that passed -> distinct -> order -> top -> limit -> columns
struct RowResult {
  private let source: RowInput
  private let plan: ResultPlan
  private let context: RunContext
  /// The rows that passed all conditions, ascending.
  private(set) var rows: [UInt32]
  /// For each lookup the partners of those rows.
  private let partners: [[UInt32]]
  private let memory: MemoryReservation?
  /// The places in `rows` of what is given out, in its order.
  private(set) var places: [UInt32]
  /// What the receipt says about cuts.
  private(set) var rowsCut = 0
  private(set) var tiesCut = 0
  /// Divisions by zero in the expressions evaluated.
  private(set) var zeroDivisions = 0

  /// Orders and cuts the rows that workers collected.
  init(
    _ source: RowInput, _ plan: ResultPlan, _ collected: CollectedRows, context: RunContext
  ) throws(QueryError) {
    self.source = source
    self.plan = plan
    self.context = context
    rows = collected.rows
    partners = collected.partners
    memory = collected.memory
    places = (0..<UInt32(truncatingIfNeeded: rows.count)).map { $0 }
    if plan.isDistinct { try dropRepeated() }
    try order()
    if let top = plan.top { try cut(top) }
    if plan.limit != nil || plan.skip > 0 { cutToLimit() }
  }

  /// Gives out rows that are ordered and cut already, but for `limit`.
  init(_ source: RowInput, _ plan: ResultPlan, best rows: [UInt32], context: RunContext) {
    self.source = source
    self.plan = plan
    self.context = context
    self.rows = rows
    partners = []
    memory = nil
    places = (0..<UInt32(truncatingIfNeeded: rows.count)).map { $0 }
    if plan.limit != nil || plan.skip > 0 { cutToLimit() }
  }

  /// The columns given out.
  mutating func columns() throws(QueryError) -> [Column] {
    var columns: [Column] = []
    for output in plan.outputs {
      columns.append(try column(output.expression, at: places))
    }
    return columns
  }

  /// One expression for the rows at `places`, in that order.
  private mutating func column(_ expression: BoundExpression, at places: [UInt32])
    throws(QueryError) -> Column
  {
    switch expression.kind {
    case .column(let index):
      return try gather(source.columns[index], places.map { rows[Int($0)] })
        .retyped(expression.type)
    case .lookedUp(let slot, let column):
      return try gather(
        source.lookupColumns[slot][column], places.map { partners[slot][Int($0)] })
    default: break
    }
    // Batches hold rows in the order of the table, so that is the order of evaluation.
    let order = places.indices.sorted { rows[Int(places[$0])] < rows[Int(places[$1])] }
    let values = try evaluate(expression, order.map { places[$0] })
    var inverse = [UInt32](repeating: 0, count: places.count)
    for (index, place) in order.enumerated() { inverse[place] = UInt32(index) }
    return try gather(values, inverse)
  }

  private func gather(_ column: Column, _ rows: [UInt32]) throws(QueryError) -> Column {
    let isWhole = rows.count == column.count && rows.indices.allSatisfy { rows[$0] == $0 }
    if isWhole { return column }
    return try withBuffer(of: rows) { rows throws(QueryError) in
      try column.gathered(rows, budget: context.budget)
    }
  }

  private mutating func evaluate(_ expression: BoundExpression, _ places: [UInt32])
    throws(QueryError) -> Column
  {
    let group = source.makeGroup(context)
    let evaluator = try group.add(expression)
    var assembler = ColumnAssembler(type: expression.type, budget: context.budget)
    var position = 0
    let size = context.batchRows
    while position < places.count {
      let start = Int(rows[Int(places[position])]) / size * size
      var end = position
      while end < places.count, Int(rows[Int(places[end])]) < start + size { end += 1 }
      let run = places[position..<end]
      try evaluate(evaluator, group, run, start: start, into: &assembler)
      position = end
    }
    zeroDivisions += group.counts.zeroDivisions
    return try assembler.finish()
  }

  private func evaluate(
    _ evaluator: Evaluator, _ group: EvaluatorGroup, _ run: ArraySlice<UInt32>, start: Int,
    into assembler: inout ColumnAssembler
  ) throws(QueryError) {
    let count = min(context.batchRows, source.rowCount - start)
    let selection = run.map { rows[Int($0)] - UInt32(start) }
    // Partners lie at the offsets of their rows.
    var scattered: [[UInt32]] = []
    for slot in partners.indices {
      var row = [UInt32](repeating: Batch.noPartner, count: count)
      for (place, offset) in zip(run, selection) { row[Int(offset)] = partners[slot][Int(place)] }
      scattered.append(row)
    }
    let memory = try scattered.mapThrowing { row throws(QueryError) in try GroupArray(row) }
    var batch = Batch(columns: source.columns, start: start, count: count)
    batch.partners = memory.map { UnsafePointer($0.pointer) }
    let rowCount = selection.count
    let copy = try GroupArray(selection)
    batch.selection = UnsafePointer(copy.pointer)
    batch.selectedCount = rowCount
    try group.begin(batch)
    try assembler.append(try evaluator.evaluate(), count: rowCount)
    withExtendedLifetime((copy, memory)) {}
  }

  // MARK: Order and cuts

  private mutating func dropRepeated() throws(QueryError) {
    var columns: [RowOrder.Column] = []
    for output in plan.outputs {
      columns.append(
        RowOrder.Column(column: try column(output.expression, at: places), isDescending: false))
    }
    let order = RowOrder(columns, count: places.count)
    let sorted = order.sorted()
    var isRepeated = [Bool](repeating: false, count: places.count)
    for index in sorted.indices.dropFirst() {
      let (before, this) = (Int(sorted[index - 1]), Int(sorted[index]))
      // Equal rows stand in their old order, so the first of them stays.
      if order.compare(before, this) == 0 { isRepeated[this] = true }
    }
    places = places.enumerated().filter { !isRepeated[$0.offset] }.map(\.element)
  }

  private mutating func order() throws(QueryError) {
    if plan.order.isEmpty { return }
    var columns: [RowOrder.Column] = []
    for key in plan.order {
      columns.append(
        RowOrder.Column(
          column: try column(key.expression, at: places), isDescending: key.isDescending))
    }
    let order = RowOrder(columns, count: places.count)
    if plan.top == nil, let limit = plan.limit, limit <= places.count - min(places.count, plan.skip)
    {
      let kept = order.first(plan.skip + limit)
      rowsCut += places.count - kept.count
      places = kept.map { places[Int($0)] }
    } else {
      places = order.sorted().map { places[Int($0)] }
    }
  }

  private mutating func cut(_ top: TopPlan) throws(QueryError) {
    var within: [RowOrder.Column] = []
    for key in top.within {
      within.append(
        RowOrder.Column(column: try column(key, at: places), isDescending: false))
    }
    let by = RowOrder.Column(
      column: try column(top.by, at: places), isDescending: !top.isBottom)
    let total = places.count
    var kept: [UInt32]
    if within.isEmpty {
      let order = RowOrder([by], count: total)
      kept = order.first(top.count)
      if let last = kept.last {
        tiesCut += places.indices.reduce(0) { $0 + (order.compare($1, Int(last)) == 0 ? 1 : 0) }
        tiesCut -= kept.reduce(0) { $0 + (order.compare(Int($1), Int(last)) == 0 ? 1 : 0) }
      }
    } else {
      kept = firstOfEach(RowOrder(within, count: total), RowOrder(within + [by], count: total), top)
    }
    rowsCut += total - kept.count
    // An order that was asked for stays.
    if !plan.order.isEmpty { kept.sort() }
    places = kept.map { places[Int($0)] }
  }

  private mutating func firstOfEach(_ groups: RowOrder, _ all: RowOrder, _ top: TopPlan)
    -> [UInt32]
  {
    var kept: [UInt32] = []
    var before: UInt32?
    var count = 0
    var lastKept: UInt32?
    for row in all.sorted() {
      if let before, groups.compare(Int(before), Int(row)) != 0 {
        count = 0
        lastKept = nil
      }
      before = row
      count += 1
      if count <= top.count {
        kept.append(row)
        lastKept = row
      } else if let lastKept, all.compare(Int(lastKept), Int(row)) == 0 {
        tiesCut += 1
      }
    }
    return kept
  }

  private mutating func cutToLimit() {
    let before = places.count
    places = Array(places.dropFirst(plan.skip))
    if let limit = plan.limit { places = Array(places.prefix(limit)) }
    rowsCut += before - places.count
  }
}

/// The rows that passed all stages, ascending, with their partners.
struct CollectedRows {
  var rows: [UInt32] = []
  var partners: [[UInt32]] = []
  /// The memory of all of these, and of the order that is made of them.
  var memory: MemoryReservation?
}

/// One worker that collects the rows that pass.
final class CollectWorker: ScanWorker {
  /// The way through conditions and lookups.
  let pipeline: RowPipeline
  private var batches: [(batch: Int, collected: CollectedRows)] = []
  private let slots: Int
  /// The conditions that decide values.
  let watched: WatchedConditions

  init(_ source: RowInput, context: RunContext) throws(QueryError) {
    pipeline = try RowPipeline(source, context: context)
    watched = try WatchedConditions(source, pipeline.group, [], context: context)
    slots = source.lookups.count
  }

  func take(batch: Int, start: Int, count: Int) throws(QueryError) {
    var collected = CollectedRows(rows: [], partners: Array(repeating: [], count: slots))
    try pipeline.run(start: start, count: count) { _, _ in
    } kept: { batch throws(QueryError) in
      try watched.add(keys: [], count: batch.selectedCount)
      let first = UInt32(truncatingIfNeeded: batch.start)
      for place in 0..<batch.selectedCount {
        let offset = batch.selection.map { $0[place] } ?? UInt32(truncatingIfNeeded: place)
        collected.rows.append(first + offset)
        for slot in 0..<slots {
          collected.partners[slot].append(batch.partners[slot][Int(offset)])
        }
      }
    }
    if !collected.rows.isEmpty { batches.append((batch, collected)) }
  }

  /// What all workers collected, in the order of the table.
  static func joined(_ workers: [CollectWorker], budget: MemoryBudget?) throws(QueryError)
    -> CollectedRows
  {
    let memory = MemoryReservation(budget)
    let batches = workers.flatMap(\.batches).sorted { $0.batch < $1.batch }
    var all = CollectedRows(
      rows: [], partners: Array(repeating: [], count: workers.first?.slots ?? 0))
    all.memory = memory
    for (_, collected) in batches {
      try memory.grow(by: collected.rows.count * (8 + 4 * collected.partners.count))
      all.rows += collected.rows
      for slot in all.partners.indices { all.partners[slot] += collected.partners[slot] }
    }
    return all
  }
}
