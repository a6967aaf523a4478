extension StepRunner {
  /// The table of groups with its measures, filled and compared, and for each of its rows the
  /// group that it was, ``Batch/noPartner`` for those that were added; nil where all are as they
  /// were.
  mutating func shaped(_ columns: [Column], _ groups: GroupPlan, _ plan: ShapePlan)
    throws(QueryError) -> (columns: [Column], sources: [UInt32]?)
  {
    let keyCount = groups.keys.count
    var columns = columns
    var sources: [UInt32]?
    let measures = try plan.measures.mapThrowing { measure throws(QueryError) in
      Output(name: measure.name, expression: try measure.expression.answered(by: answers))
    }
    columns += try evaluate(measures, on: Table(unnamed: columns))
    if let fill = plan.fill {
      let filling = try GroupFilling(
        try ranged(fill, groups), keys: Array(columns.prefix(keyCount)), count: columns[0].count,
        context)
      let nothing = groups.calls.map(\.call.ofNothing) + fill.values
      let filled = try filling.columns(Array(zip(columns.dropFirst(keyCount), nothing)))
      let added = filled.columns[0].count - columns[0].count
      if added > 0 {
        receipt.notes.append("fill made \(added) \(added == 1 ? "group" : "groups") of no rows")
      }
      (columns, sources) = filled
    }
    if !plan.added.isEmpty {
      columns += try compared(columns, groups, plan.placed(behind: keyCount + groups.calls.count))
    }
    return (columns, sources)
  }

  /// The values that conditions leave to keys, once the queries in them have answers.
  private func ranged(_ plan: FillPlan, _ groups: GroupPlan) throws(QueryError) -> FillPlan {
    var plan = plan
    for (place, domain) in plan.domains.enumerated() where !domain.conditions.isEmpty {
      let conditions = try domain.conditions.mapThrowing { condition throws(QueryError) in
        try condition.answered(by: answers)
      }
      let key = try groups.keys[domain.key].expression.answered(by: answers)
      let range = try TimeRange(of: key, conditions, context)
      (plan.domains[place].first, plan.domains[place].last) = (range.first, range.last)
    }
    return plan
  }

  /// The columns of comparisons.
  private mutating func compared(_ columns: [Column], _ groups: GroupPlan, _ plan: ShapePlan)
    throws(QueryError) -> [Column]
  {
    let first = columns.count - plan.measures.count
    var series: GroupSeries?
    if let key = plan.timeKey {
      if !plan.partners.isEmpty {
        let same = groups.keys.indices.filter { $0 != key }.map { columns[$0] }
        series = try GroupSeries(
          by: same, orderedBy: [columns[key]], count: columns[0].count, context)
      }
      try noteOpenPeriod(columns[key], plan.today)
    }
    var all = columns
    var found: [Int: GroupArray<UInt32>] = [:]
    for added in plan.added {
      try context.checkCancellation()
      switch added.source {
      case .partner(let place, let measure):
        guard let series, let key = plan.timeKey else { continue }
        let values = columns[first + measure]
        let partners: GroupArray<UInt32>
        if let known = found[place], !plan.partners[place].isFirst {
          partners = known
        } else {
          partners = try self.partners(plan.partners[place], series, columns[key], values)
          found[place] = partners
        }
        let column = try values.gathered(
          partners.elements, budget: context.budget)
        noteMissing(plan.partners[place], column, plan.measures[measure].name)
        all.append(column)
      case .computed(let expression):
        let output = Output(name: "", expression: try expression.answered(by: answers))
        all += try evaluate([output], on: Table(unnamed: all))
      case .lookedUp(let expression, let lookup):
        all.append(try lookedUp(expression, lookup, on: Table(unnamed: all)))
      }
    }
    return Array(all.dropFirst(columns.count))
  }

  private func partners(
    _ plan: PartnerPlan, _ series: GroupSeries, _ times: Column, _ values: Column
  ) throws(QueryError) -> GroupArray<UInt32> {
    switch plan {
    case .steps(let count, _):
      return try series.partners(times, context) { $0 &- count }
    case .months(let count, _):
      return try series.partners(times, context) { addMonths(-count, to: $0) }
    case .first: return try series.firsts(times, values, context)
    }
  }

  /// A value of a table that groups look up.
  private mutating func lookedUp(
    _ expression: BoundExpression, _ lookup: LookupPlan, on table: Table
  ) throws(QueryError) -> Column {
    var rows = RowPlan(input: .previous)
    rows.lookups = [lookup]
    rows.stages = [.lookup(slot: 0)]
    let source = try RowInput(rows, of: table, answers: answers, context: context)
    let context = context
    let workers = try scan(rowCount: source.rowCount, context: context) { () throws(QueryError) in
      try CollectWorker(source, context: context)
    }
    noteLookups(workers.map(\.pipeline), source)
    let output = Output(name: "", expression: try expression.answered(by: answers))
    var result = try RowResult(
      source, ResultPlan(outputs: [output]), CollectWorker.joined(workers), context: context)
    let columns = try result.columns()
    receipt.add(result.counts)
    return columns[0]
  }

  // MARK: Notes

  /// Tells how many groups have nothing to be compared with.
  private mutating func noteMissing(_ plan: PartnerPlan, _ column: Column, _ measure: String) {
    let missing = column.missingCount
    guard missing > 0 else { return }
    let words = plan.words
    receipt.notes.append(
      "\(missing) of \(column.count) groups \(missing == 1 ? "has" : "have") no \(words)"
        + (step.groups?.shape?.measures.count ?? 1 > 1 ? " of \(measure)" : ""))
  }

  /// Tells that the last period is not over, so that it is compared with whole ones.
  private mutating func noteOpenPeriod(_ times: Column, _ today: CalendarDate) throws(QueryError) {
    guard case .period(let unit) = times.type else { return }
    let now = CalendarPeriod(unit, containing: today)
    let isCut = step.groups?.shape?.isCutToDate ?? false
    guard !isCut, now.lastDay > today, case .codes(let codes, let base) = times.payload else {
      return
    }
    let (code, overflow) = Int64(now.index).subtractingReportingOverflow(base)
    guard !overflow, code >= 0 else { return }
    var isMet = false
    try context.budget.forEachPiece(of: times.count) { piece in
      isMet = isMet || piece.contains { codes[$0] == UInt64(code) && !times.isMissing($0) }
    }
    if isMet { receipt.notes.append("\(now) is not over on \(today)") }
  }
}

extension PartnerPlan {
  /// Whether the group depends on the measure that is compared.
  fileprivate var isFirst: Bool { if case .first = self { true } else { false } }

  /// What is looked for, as receipts say it.
  fileprivate var words: String {
    switch self {
    case .steps(_, let name), .months(_, let name): name
    case .first: "first value"
    }
  }
}

extension AggregateCall {
  /// The result for a group of no rows.
  var ofNothing: CellValue {
    switch function {
    case .count: .integer(0)
    case .sum:
      type.isFloating
        ? (type == .ratio ? .ratio(0) : .float(0)) : CellValue(stored: Int64(0), type: type)
    default: .missing
    }
  }
}

extension Table {
  /// A table whose columns are found by their places.
  fileprivate init(unnamed columns: [Column]) {
    self.init(
      names: columns.indices.map { "\($0)" }, columns: columns,
      rowCount: columns.first?.count ?? 1)
  }
}
