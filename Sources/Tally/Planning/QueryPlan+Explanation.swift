extension QueryPlan {
  /// How the query is run, in words: a line for each thing that happens, in order, with the rows and
  /// the time that are expected.
  var explanation: String { explanation(met: nil) }

  /// The same with the rows that a run met, as its receipt tells.
  func explanation(met receipt: Receipt?) -> String {
    if let members {
      return "index the values of \(members.name).\(members.table.columnNames[members.column])"
    }
    var met = (receipt?.steps ?? [])[...]
    var lines = explainedQueries(receipt?.queries ?? []) + explainedSteps(&met)
    if let chart {
      let what = chart.kind == .heat ? "a shade for each value" : "\(chart.kind.rawValue)s"
      lines.append("draw \(what)" + (chart.isStacked ? ", those of a row as one" : ""))
    }
    if let saving, receipt == nil { lines.append("write the answer to \"\(saving.path)\"") }
    return lines.joined(separator: "\n")
  }

  /// The queries whose answers the steps use, `met` of which begin with their receipts.
  fileprivate func explainedQueries(_ met: [Receipt]) -> [String] {
    var lines: [String] = []
    for (place, query) in queries.enumerated() {
      lines.append("first answer query \(place + 1):")
      let own = met.indices.contains(place) ? met[place] : nil
      lines += query.explanation(met: own).split(separator: "\n").map { "  " + $0 }
    }
    return lines
  }

  fileprivate func explainedSteps(_ met: inout ArraySlice<Receipt.Step>) -> [String] {
    var lines: [String] = []
    for step in steps { lines += step.explanation(knowsAnswers: queries.isEmpty, &met) }
    return lines
  }
}

extension StepPlan {
  /// `met` begins with the receipts of the step and of what is read for it.
  fileprivate func explanation(knowsAnswers: Bool, _ met: inout ArraySlice<Receipt.Step>)
    -> [String]
  {
    var lines = explainedInput(&met)
    let own = rows.isOne ? nil : met.popFirst()
    lines += Self.explanation(of: rows.windows, afterStages: 0)
    for (number, stage) in rows.stages.enumerated() {
      switch stage {
      case .filter(let filter): lines.append("keep rows where \(filter.text)")
      case .lookup(let slot):
        let place = slot - rows.givenSlots
        let count = own.flatMap { $0.lookups.indices.contains(place) ? $0.lookups[place] : nil }
        lines.append(rows.lookups[place].explanation(met: count))
      }
      lines += Self.explanation(of: rows.windows, afterStages: number + 1)
    }
    let (strategies, strategy) = knowsAnswers ? self.strategies : ([], nil)
    let forecast = StepForecast(self, strategy)
    if !rows.stages.isEmpty, let forecast { lines.append("  " + forecast.passing(own)) }
    if let groups {
      var words = groups.explanation
      words.insert(contentsOf: strategies.map { "  " + $0 }, at: 1)
      lines += words
    }
    // The rows before a join are given out by nothing.
    if !result.outputs.isEmpty || groups != nil {
      lines += result.explanation(
        strategies: groups == nil ? strategies.map { "  " + $0 } : [], ResultStrategy(self), own)
    }
    lines += stages.map(\.explanation)
    if let forecast { lines.append("  " + forecast.cost) }
    return lines
  }

  private func explainedInput(_ met: inout ArraySlice<Receipt.Step>) -> [String] {
    switch rows.input {
    case .one: return []
    case .table(let table, let name):
      // Tables that queries made tell of these first.
      met = met.dropFirst(table.receipt.steps.count)
      return ["read \(table.rowCount) rows of \(name)"]
    case .previous: return ["read the rows of the step before"]
    case .answered(_, let plan): return plan.explainedQueries([]) + plan.explainedSteps(&met)
    case .joined(let before, let join):
      let first = StepPlan(rows: before, result: ResultPlan(outputs: []))
      let lines = first.explanation(knowsAnswers: false, &met)
      return lines + [join.explanation(met: nil)]
    case .query(let plan):
      return ["read the rows of a query:"] + plan.explainedSteps(&met).map { "  " + $0 }
    }
  }
}

extension LookupPlan {
  /// What is met, what becomes of rows that meet nothing, and by which structure rows are found.
  fileprivate func explanation(met: Receipt.LookupCount?) -> String {
    let count = meetsMany ? "all rows" : "at most one row"
    var line =
      join == nil
      ? "look up \(count) of \(name) for each row" : "join \(count) of \(name) to each row"
    if case .cross = join {
      return "join each of the \(table.rowCount) rows of \(name) to each row"
    }
    if join == .inner { line += "; rows without one are left out" }
    if join == .full { line += "; rows on either side without one stay" }
    if let asOf { line += ", \(asOf.explanation(table))" }
    line += ", found " + strategy
    guard let met else { return line }
    return line + "; \(met.matched) rows met one, \(met.unmatched + met.missingKeys) did not"
  }
}

extension GroupPlan {
  fileprivate var explanation: [String] {
    let names = keys.map(\.name)
    var lines = [
      names.isEmpty
        ? "take all rows as one group"
        : "group rows by \(names.joined(separator: ", ")); rows without a value are a group"
    ]
    for call in calls {
      var line = "compute \(call.name) of each group"
      if let within = call.within {
        line =
          within.isEmpty
          ? "compute \(call.name) of all rows"
          : "compute \(call.name) within " + within.map { names[$0] }.joined(separator: ", ")
      }
      if let condition = call.condition { line += " with \(condition.text)" }
      if call.locality != nil { line += ", each row of its table once" }
      lines.append(line)
    }
    if hasSubtotals {
      lines.append(
        "compute totals of "
          + (names.dropLast(acrossCount + 1) + ["all rows"])
          .joined(separator: ", ") + " from the rows of each")
    }
    if acrossCount > 0 {
      let across = names.suffix(acrossCount).joined(separator: ", ")
      lines.append(
        "make a column of each value of \(across)" + (hasTotals ? ", and totals" : ""))
    }
    if let shape { lines += shape.explanation(keys: names) }
    return lines
  }
}

extension ResultPlan {
  fileprivate func explanation(
    strategies: [String], _ way: ResultStrategy?, _ met: Receipt.Step?
  ) -> [String] {
    var lines: [String] = []
    if let having { lines.append("keep groups where \(having.text)") }
    lines += windows.map(\.explanation)
    if isDistinct { lines.append("keep the first of equal rows") }
    if !order.isEmpty { lines.append("put rows in order; missing values come last") }
    if let order = way?.order { lines.append("  " + order) }
    if let top {
      let which = top.isBottom ? "smallest" : "largest"
      let within = top.within.isEmpty ? "" : " of each group"
      lines.append(
        "keep the \(top.count) \(which)\(within)" + (top.hasRest ? ", the rest as one row" : ""))
      lines += strategies
    }
    if skip > 0 { lines.append("leave out the first \(skip) rows") }
    if let limit { lines.append("keep at most \(limit) rows") }
    let rows = met.map { "; \($0.rowsOut) rows" } ?? ""
    lines.append("give out " + outputs.map(\.name).joined(separator: ", ") + rows)
    if let way { lines.append("  " + way.columns) }
    return lines
  }
}
