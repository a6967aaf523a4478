/// The rows of one table with everything that happens to them, ready for workers.
struct RowInput: Sendable {
  /// The table's columns.
  var columns: [Column]
  /// The table's rows.
  let rowCount: Int
  /// What happens to each row, in order.
  let stages: [RowPlan.Stage]
  /// The conditions, in the order of their stages.
  let filters: [FilterPlan]
  /// The conditions that decide values of rows that pass.
  let watched: [FilterPlan]
  /// The tables that `join many` put together, which have the first slots.
  let given: [GivenRows]
  /// The lookups' plans and indexes; their slots follow.
  let lookups: [LookupPlan]
  let indexes: [LookupIndex]
  /// What tells rows of one key apart by time, for lookups `as of` a time.
  let timed: [TimedRows?]
  /// What the workers' evaluators share.
  let tables = CodeTables()
  /// What the windows met whose values are the last columns.
  var windows: [WindowOutcome] = []

  /// Whether each row passes, as the columns tell without looking at their rows.
  let keepsAllRows: Bool

  /// The columns of each table beside the rows' own, by slot.
  var lookupColumns: [[Column]] { given.map(\.columns) + lookups.map(\.table.columns) }

  /// The number of slots.
  var slotCount: Int { given.count + lookups.count }

  /// Prepares rows: indexes the tables that are looked up, and joins conditions that follow one
  /// another into one.
  init(_ plan: RowPlan, of table: Table, answers: [QueryAnswer], context: RunContext)
    throws(QueryError)
  {
    try self.init(
      plan, table.columns, table.rowCount, given: [], answers: answers, context: context)
  }

  /// The same for rows that a join has put together.
  init(_ plan: RowPlan, of joined: JoinedRows, answers: [QueryAnswer], context: RunContext)
    throws(QueryError)
  {
    try self.init(
      plan, [], joined.count, given: joined.tables, answers: answers, context: context)
  }

  private init(
    _ plan: RowPlan, _ columns: [Column], _ rowCount: Int, given: [GivenRows],
    answers: [QueryAnswer], context: RunContext
  ) throws(QueryError) {
    let stages = try plan.stages.mapThrowing { stage throws(QueryError) in
      guard case .filter(var filter) = stage else { return stage }
      filter.condition = try filter.condition.answered(by: answers)
      return RowPlan.Stage.filter(filter)
    }
    let watched = try plan.watched.mapThrowing { filter throws(QueryError) in
      var filter = filter
      filter.condition = try filter.condition.answered(by: answers)
      return filter
    }
    let lookups = try plan.lookups.mapThrowing { lookup throws(QueryError) in
      var lookup = lookup
      for index in lookup.keys.indices {
        lookup.keys[index].left = try lookup.keys[index].left.answered(by: answers)
      }
      if let time = lookup.asOf?.time { lookup.asOf?.time = try time.answered(by: answers) }
      return lookup
    }
    let indexes = try lookups.mapThrowing { lookup throws(QueryError) in
      try LookupIndex(lookup, context)
    }
    var timed: [TimedRows?] = []
    for (lookup, index) in zip(lookups, indexes) {
      timed.append(
        try lookup.asOf.map { asOf throws(QueryError) in
          try TimedRows(index, lookup, asOf, context)
        })
    }
    self.init(
      columns, rowCount, given: given, lookups: lookups, indexes: indexes, timed: timed,
      stages: stages, watched: watched)
    if plan.windows.isEmpty { return }
    self = try adding(plan.windows, stages: stages, answers: answers, context)
  }

  /// The same rows with other columns, stages and watched conditions.
  init(
    _ rows: RowInput, columns: [Column], stages: [RowPlan.Stage], watched: [FilterPlan],
    stops: Set<Int>
  ) {
    self.init(
      columns, rows.rowCount, given: rows.given, lookups: rows.lookups, indexes: rows.indexes,
      timed: rows.timed, stages: stages, watched: watched, stops: stops)
  }

  /// Conditions that follow one another are joined into one, unless a window that sees what the
  /// first leaves stands between them, behind so many stages as `stops` has.
  private init(
    _ columns: [Column], _ rowCount: Int, given: [GivenRows], lookups: [LookupPlan],
    indexes: [LookupIndex], timed: [TimedRows?], stages all: [RowPlan.Stage],
    watched: [FilterPlan], stops: Set<Int> = []
  ) {
    self.columns = columns
    self.rowCount = rowCount
    self.given = given
    self.lookups = lookups
    self.timed = timed
    self.indexes = indexes
    self.watched = watched
    var stages: [RowPlan.Stage] = []
    var pending: [FilterPlan] = []
    for (place, stage) in all.enumerated() {
      var isApart = stops.contains(place)
      if case .filter(let filter) = stage { isApart = isApart || filter.isApart }
      if isApart, let joined = FilterPlan(joining: pending) {
        stages.append(.filter(joined))
        pending = []
      }
      if case .filter(let filter) = stage {
        pending.append(filter)
        continue
      }
      if let joined = FilterPlan(joining: pending) { stages.append(.filter(joined)) }
      pending = []
      stages.append(stage)
    }
    if let joined = FilterPlan(joining: pending) { stages.append(.filter(joined)) }
    self.stages = stages
    filters = stages.compactMap { stage in
      if case .filter(let filter) = stage { filter } else { nil }
    }
    keepsAllRows =
      given.isEmpty
      && stages.allSatisfy { stage in
        if case .filter(let filter) = stage {
          filter.condition.isAlwaysTrue(columns)
        } else {
          false
        }
      }
  }

  /// What is known about expressions on these rows.
  func makeFactFinder() -> FactFinder {
    let (columns, lookupColumns) = (columns, lookupColumns)
    return FactFinder { reference in
      switch reference {
      case .own(let index): columns[index]
      case .lookedUp(let slot, let column): lookupColumns[slot][column]
      }
    }
  }

  /// The rows with further columns of their own, one value for each.
  func adding(_ added: [Column]) -> RowInput {
    var copy = self
    copy.columns += added
    return copy
  }

  /// Rows that passed all stages as rows of their own, with the columns that expressions read; the
  /// others must not be read.
  func kept(_ rows: CollectedRows, readBy expressions: [BoundExpression], _ context: RunContext)
    throws(QueryError) -> RowInput
  {
    let facts = makeFactFinder()
    var indices: Set<Int> = []
    for case .own(let index) in expressions.flatMap({ facts.facts(of: $0).columns }) {
      indices.insert(index)
    }
    let wanted = indices.sorted()
    let copied = try RowGather(collected: rows, places: nil, context: context).columns(
      wanted.map { RowGather.Wanted(column: self.columns[$0]) })
    var columns = self.columns
    for (index, column) in zip(wanted, copied) { columns[index] = column }
    return RowInput(
      columns, rows.count, given: [], lookups: [], indexes: [], timed: [], stages: [], watched: [])
  }

  /// The evaluators of a worker.
  func makeGroup(_ context: RunContext) -> EvaluatorGroup {
    EvaluatorGroup(
      columns: columns, lookups: lookupColumns, context: context, tables: tables)
  }
}

extension BoundExpression {
  /// Whether the condition holds for every row, whatever its values are.
  fileprivate func isAlwaysTrue(_ columns: [Column]) -> Bool {
    switch kind {
    case .constant(.boolean(true)): true
    case .and(let operands): operands.allSatisfy { $0.isAlwaysTrue(columns) }
    case .not(let operand):
      if case .isMissing(let value) = operand.kind, case .column(let index) = value.kind {
        // Columns of windows come later.
        columns.indices.contains(index) && columns[index].validity == nil
      } else {
        false
      }
    default: false
    }
  }
}

extension FilterPlan {
  /// All conditions as one, so that rows undecided by several of them count once; nil for none.
  ///
  /// The condition is one level taller than they are, however many there are.
  init?(joining filters: [FilterPlan]) {
    guard let first = filters.first, let last = filters.last else { return nil }
    self = first
    if filters.count == 1 { return }
    condition = BoundExpression(
      .and(filters.map(\.condition)), .boolean, mayBeMissing: false,
      at: first.condition.span.joined(with: last.condition.span))
    text = filters.map(\.text).joined(separator: " and ")
    var known = Set<String>()
    columns = filters.flatMap(\.columns).filter { known.insert($0).inserted }
  }
}

/// One worker's way through the stages of a row source.
final class RowPipeline {
  /// The evaluators, to which the owner adds its own.
  let group: EvaluatorGroup
  /// What each condition decided, by its place among the source's filters.
  private(set) var decisions: [Decision]
  /// What each lookup met, in their order.
  private(set) var meetings: [Meeting]
  /// The rows that passed all stages.
  private(set) var rowsKept = 0
  private let source: RowInput
  private let budget: MemoryBudget?
  private let batchRows: Int
  private var steps: [Step] = []
  private let unknown: AlignedBytes

  /// The rows that a condition decided on.
  struct Decision {
    var tested = 0
    var isTrue = 0
    var unknown = 0
    var unknownKept = 0
  }

  /// The rows that a lookup met.
  struct Meeting {
    var rows = 0
    var matched = 0
    var missingKeys = 0
    var greatestAge: Int64 = -1
  }

  private enum Step {
    case filter(Evaluator, place: Int, selection: AlignedBytes)
    case lookup(slot: Int, LookupProbe, partners: AlignedBytes, selection: AlignedBytes?)
  }

  /// The partners of rows that a condition left undecided, by lookup.
  private let restPartners: [AlignedBytes]

  init(_ source: RowInput, context: RunContext) throws(QueryError) {
    self.source = source
    budget = context.budget
    batchRows = context.batchRows
    group = source.makeGroup(context)
    decisions = source.filters.map { _ in Decision() }
    meetings = source.lookups.map { _ in Meeting() }
    unknown = try AlignedBytes(byteCount: batchRows * 4, budget: budget)
    let (rows, memory) = (batchRows, budget)
    restPartners = try source.lookups.mapThrowing { _ throws(QueryError) in
      try AlignedBytes(byteCount: rows * 4, budget: memory)
    }
    var place = 0
    for stage in source.stages {
      let memory = try AlignedBytes(byteCount: batchRows * 4, budget: budget)
      switch stage {
      case .filter(let filter):
        steps.append(
          .filter(try group.add(filter.condition), place: place, selection: memory))
        place += 1
      case .lookup(let slot):
        let lookup = slot - source.given.count
        let (plan, index) = (source.lookups[lookup], source.indexes[lookup])
        let keys = try index.keys(plan.keys.map(\.left), columns: source.columns, group)
        let selection =
          plan.join == .inner ? try AlignedBytes(byteCount: batchRows * 4, budget: budget) : nil
        let probe = try LookupProbe(
          index, keys, rows: context.batchRows, budget: context.budget)
        if let time = plan.asOf?.time, let timed = source.timed[lookup] {
          probe.asOf = AsOfProbe(timed, try group.add(time))
        }
        steps.append(
          .lookup(slot: slot, probe, partners: memory, selection: selection))
      }
    }
  }

  /// Takes rows through the stages.
  ///
  /// `undecided` is called with the rows of each condition that a missing value decided, by the
  /// condition's place; `kept` once with those that passed. The group has begun the batch that it
  /// is called with.
  func run(
    start: Int, count: Int,
    undecided: (Int, Batch) throws(QueryError) -> Void,
    kept: (Batch) throws(QueryError) -> Void
  ) throws(QueryError) {
    var batch = batch(start: start, count: count)
    for index in steps.indices {
      if batch.selectedCount == 0 { return }
      try group.begin(batch)
      try run(index, &batch, undecided)
    }
    if batch.selectedCount == 0 { return }
    rowsKept += batch.selectedCount
    try group.begin(batch)
    try kept(batch)
  }

  /// Counts rows that nothing had to be done to, because the input keeps all.
  func pass(_ count: Int) {
    rowsKept += count
    for place in decisions.indices {
      decisions[place].tested += count
      decisions[place].isTrue += count
    }
  }

  /// All rows of a batch, before the first stage.
  private func batch(start: Int, count: Int) -> Batch {
    var batch = Batch(columns: source.columns, start: start, count: count)
    // Slots that no stage has met yet are read by no expression.
    batch.partners =
      source.given.map { UnsafePointer($0.numbers.pointer + start) }
      + restPartners.map { UnsafePointer($0.pointer(to: UInt32.self)) }
    return batch
  }

  /// Counts the rows that pass where nothing else is wanted of them, and those that a missing value
  /// decided; nil, with nothing counted, where the stages are more than one condition.
  func countKept(start: Int, count: Int) throws(QueryError) -> (kept: Int, undecided: Int)? {
    guard steps.count == 1, case .filter(let condition, let place, _) = steps[0] else {
      return nil
    }
    try group.begin(batch(start: start, count: count))
    let before = group.counts
    let outcome = try condition.evaluate()
    guard case .booleans(let mask) = outcome.storage else {
      // The rows are taken once more.
      group.counts = before
      return nil
    }
    let times = outcome.isConstant ? count : 1
    let rows = outcome.isConstant ? 1 : count
    let kept = countOnes(mask, count: rows) * times
    let undecided = outcome.unknown.map { countOnes($0, count: rows) * times } ?? 0
    decisions[place].tested += count
    decisions[place].isTrue += kept
    decisions[place].unknown += undecided
    decisions[place].unknownKept += countKeptUnknown(outcome, count)
    rowsKept += kept
    return (kept, undecided)
  }

  private func run(
    _ index: Int, _ batch: inout Batch, _ undecided: (Int, Batch) throws(QueryError) -> Void
  ) throws(QueryError) {
    switch steps[index] {
    case .filter(let condition, let place, let selection):
      let before = batch
      let outcome = try condition.evaluate()
      let open = UnsafeMutablePointer(unknown.pointer(to: UInt32.self))
      let openCount = selectUnknown(outcome, batch, into: open)
      var decision = decisions[place]
      decision.tested += batch.selectedCount
      decision.unknown += openCount
      decision.unknownKept += countKeptUnknown(outcome, batch.selectedCount)
      select(outcome, &batch, into: selection.pointer(to: UInt32.self))
      decision.isTrue += batch.selectedCount
      decisions[place] = decision
      guard openCount > 0 else { return }
      var rest = before
      rest.selection = UnsafePointer(open)
      rest.selectedCount = openCount
      try lookUpRest(&rest, after: index)
      try undecided(place, rest)
    case .lookup(let slot, let probe, let partners, let selection):
      let rows = partners.pointer(to: UInt32.self)
      let met = try probe.meet(batch, into: rows)
      let lookup = slot - source.given.count
      meetings[lookup].rows += batch.selectedCount
      meetings[lookup].matched += met.matched
      meetings[lookup].missingKeys += met.missingKeys
      meetings[lookup].greatestAge = max(meetings[lookup].greatestAge, met.greatestAge)
      batch.partners[slot] = UnsafePointer(rows)
      guard let selection, met.matched < batch.selectedCount else { break }
      // An inner join keeps the rows that have a partner.
      selectPartnered(rows, &batch, into: selection.pointer(to: UInt32.self))
    }
  }

  /// Takes rows that a condition left undecided through the lookups behind it, whose columns may
  /// be keys of their groups.
  private func lookUpRest(_ batch: inout Batch, after index: Int) throws(QueryError) {
    for case .lookup(let slot, let probe, _, _) in steps[(index + 1)...] {
      try group.begin(batch)
      let partners = restPartners[slot - source.given.count].pointer(to: UInt32.self)
      _ = try probe.meet(batch, into: partners)
      batch.partners[slot] = UnsafePointer(partners)
    }
  }
}

/// Narrows a batch to the rows that have a partner.
private func selectPartnered(
  _ partners: UnsafePointer<UInt32>, _ batch: inout Batch,
  into selection: UnsafeMutablePointer<UInt32>
) {
  var kept = 0
  if let offsets = batch.selection {
    for place in 0..<batch.selectedCount {
      let offset = offsets[place]
      selection[kept] = offset
      kept &+= Int(unsafeBitCast(partners[Int(offset)] != Batch.noPartner, to: UInt8.self))
    }
  } else {
    for row in 0..<batch.selectedCount {
      selection[kept] = UInt32(truncatingIfNeeded: row)
      kept &+= Int(unsafeBitCast(partners[row] != Batch.noPartner, to: UInt8.self))
    }
  }
  batch.selection = UnsafePointer(selection)
  batch.selectedCount = kept
}

/// Narrows a batch to the rows for which a condition is true.
func select(_ outcome: Vector, _ batch: inout Batch, into selection: UnsafeMutablePointer<UInt32>) {
  guard case .booleans(let mask) = outcome.storage else { return }
  if outcome.isConstant {
    if mask[0] == 0 { batch.selectedCount = 0 }
    return
  }
  let count = compactOffsets(
    mask, wanted: 1, offsets: batch.selection, count: batch.selectedCount, into: selection)
  if count == batch.selectedCount { return }
  batch.selection = UnsafePointer(selection)
  batch.selectedCount = count
}

/// The rows of a batch that a missing value decided.
private func selectUnknown(
  _ outcome: Vector, _ batch: Batch, into selection: UnsafeMutablePointer<UInt32>
) -> Int {
  guard let mask = outcome.unknown else { return 0 }
  if outcome.isConstant {
    if mask[0] == 0 { return 0 }
    for row in 0..<batch.selectedCount {
      selection[row] = batch.selection.map { $0[row] } ?? UInt32(truncatingIfNeeded: row)
    }
    return batch.selectedCount
  }
  return compactOffsets(
    mask, wanted: 1, offsets: batch.selection, count: batch.selectedCount, into: selection)
}

private func countKeptUnknown(_ outcome: Vector, _ count: Int) -> Int {
  guard let unknown = outcome.unknown, case .booleans(let mask) = outcome.storage else { return 0 }
  if outcome.isConstant { return unknown[0] & mask[0] == 1 ? count : 0 }
  var kept = 0
  for row in 0..<count { kept &+= Int(unknown[row] & mask[row]) }
  return kept
}
