/// The groups that a receipt names, and the number of others.
typealias ReceiptGroups = (named: [Receipt.Group], others: Int)

extension StepRunner {
  /// Notes what happened to rows on their way.
  mutating func note(_ pipelines: [RowPipeline], _ source: RowInput) {
    receipt.rowsKept = pipelines.reduce(0) { $0 + $1.rowsKept }
    for pipeline in pipelines { receipt.add(pipeline.group.counts) }
    noteLookups(pipelines, source)
  }

  /// Notes how rows met the tables that they look up.
  mutating func noteLookups(_ pipelines: [RowPipeline], _ source: RowInput) {
    for (place, lookup) in source.lookups.enumerated() {
      var count = Receipt.LookupCount(table: lookup.name)
      count.leavesOut = lookup.join == .inner
      for pipeline in pipelines {
        let meeting = pipeline.meetings[place]
        count.matched += meeting.matched
        count.missingKeys += meeting.missingKeys
        count.unmatched += meeting.rows - meeting.matched - meeting.missingKeys
        if meeting.greatestAge >= 0 { count.note(meeting.greatestAge, lookup) }
      }
      if let undated = source.timed[place]?.undated, undated > 0, let asOf = lookup.asOf {
        let name = lookup.table.columnNames[asOf.from]
        receipt.notes.append("\(counted(undated, "row")) of \(lookup.name) without \(name)")
      }
      receipt.lookups.append(count)
    }
  }

  /// Notes what a condition on rows decided, and in which groups it could not.
  mutating func addCondition(
    _ filter: FilterPlan, _ decisions: [RowPipeline.Decision], groups: ReceiptGroups
  ) {
    var condition = Receipt.Condition(clause: filter.clause, text: filter.text)
    for decision in decisions {
      condition.rowsTested += decision.tested
      condition.rowsTrue += decision.isTrue
      condition.unknown.rows += decision.unknown
      condition.unknown.rowsKept += decision.unknownKept
    }
    condition.unknown.columns = filter.columns
    (condition.unknown.groups, condition.unknown.otherGroups) = groups
    receipt.conditions.append(condition)
  }

  /// Notes the values that each call left out because they were missing.
  mutating func noteSkipped(_ skipped: [Int], _ plan: GroupPlan) {
    for (call, rows) in zip(plan.calls, skipped) where rows > 0 {
      let skipped = Receipt.Skipped(column: call.name, rows: rows)
      // The parts of a share have one name, and others none in common; the whole leaves out what
      // its part does, or more.
      if let known = receipt.skipped.firstIndex(where: { $0.column == skipped.column }) {
        receipt.skipped[known].rows = max(receipt.skipped[known].rows, skipped.rows)
      } else {
        receipt.skipped.append(skipped)
      }
    }
  }

  /// Notes what the conditions of a grouped step decided.
  mutating func noteConditions(
    _ merged: GroupWorker, _ workers: [GroupWorker], _ source: RowInput, _ plan: GroupPlan,
    _ grouped: Grouped
  ) throws(QueryError) {
    var known = Set<[CellValue]>()
    // Cells of all groups are slow to make, and seldom wanted.
    if merged.undecided.contains(where: { $0.rows > 0 }) {
      let keys = shownKeys ?? grouped.keyColumns
      let count = keys.first?.count ?? 0
      try context.budget.forEachPiece(of: shownGroups.count, size: 1 << 10) { piece in
        for index in piece where shownGroups[index] < count {
          known.insert(keys.map { $0[shownGroups[index]] })
        }
      }
    }
    let groups = { (place: Int) throws(QueryError) -> ReceiptGroups in
      let (named, others) = try merged.undecided[place].groups()
      return (
        named.map { keys, rows in
          Receipt.Group(
            keys: zip(plan.keys, keys).map { $0.shown($1) }, rows: rows,
            isInAnswer: known.contains(keys))
        }, others
      )
    }
    for (place, filter) in source.filters.enumerated() {
      addCondition(
        filter, workers.map { $0.pipeline.decisions[place] }, groups: try groups(place))
    }
    var place = source.filters.count
    for filter in source.watched {
      addWatched(filter, merged.undecided[place], groups: try groups(place))
      place += 1
    }
    var seen = Set<String>()
    for case let filter? in plan.calls.map(\.condition) {
      if seen.insert(filter.text).inserted {
        addWatched(filter, merged.undecided[place], groups: try groups(place))
      }
      place += 1
    }
  }

  /// Notes what the conditions of a step without groups decided.
  mutating func noteRowConditions(
    _ source: RowInput, _ workers: [(pipeline: RowPipeline, watched: WatchedConditions?)]
  ) throws(QueryError) {
    for (place, filter) in source.filters.enumerated() {
      addCondition(filter, workers.map { $0.pipeline.decisions[place] }, groups: ([], 0))
    }
    for (place, filter) in source.watched.enumerated() {
      guard let undecided = workers[0].watched?.undecided[place] else { continue }
      for worker in workers.dropFirst() {
        if let other = worker.watched?.undecided[place] { try undecided.merge(other) }
      }
      addWatched(filter, undecided, groups: ([], 0))
    }
  }

  /// Notes where a missing value decided a condition that drops no row.
  mutating func addWatched(
    _ filter: FilterPlan, _ undecided: UndecidedGroups, groups: ReceiptGroups
  ) {
    if undecided.rows == 0 { return }
    var condition = Receipt.Condition(clause: filter.clause, text: filter.text)
    condition.rowsTested = receipt.rowsKept
    condition.unknown.rows = undecided.rows
    condition.unknown.rowsKept = undecided.rowsTrue
    condition.unknown.columns = filter.columns
    (condition.unknown.groups, condition.unknown.otherGroups) = groups
    receipt.conditions.append(condition)
  }
}

extension Receipt.Step {
  /// Notes what made values of expressions missing.
  mutating func add(_ counts: EvaluationCounts) {
    zeroDivisions += counts.zeroDivisions
    impossibleNumbers += counts.impossibleNumbers
    unreadableTexts += counts.unreadableTexts
  }

  /// Takes in what made values missing in another part of the step.
  mutating func add(_ other: Receipt.Step) {
    zeroDivisions += other.zeroDivisions
    impossibleNumbers += other.impossibleNumbers
    unreadableTexts += other.unreadableTexts
  }

  /// Whether an expression made a value missing.
  var madeValuesMissing: Bool { zeroDivisions + impossibleNumbers + unreadableTexts > 0 }
}
