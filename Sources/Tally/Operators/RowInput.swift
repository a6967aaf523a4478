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

  /// Whether one condition decides which rows pass, and nothing else happens to them.
  var isOnlyFiltered: Bool {
    if !given.isEmpty || stages.count != 1 { return false }
    if case .filter = stages[0] { return true }
    return false
  }

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
    for column in columns { try column.findMaximum(context) }
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
