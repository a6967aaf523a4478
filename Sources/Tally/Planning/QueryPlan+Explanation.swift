extension QueryPlan {
  /// How the query is run, in words: a line for each thing that happens, in order.
  var explanation: String {
    var lines: [String] = []
    for (place, query) in queries.enumerated() {
      lines.append("first answer query \(place + 1):")
      lines += query.explanation.split(separator: "\n").map { "  " + $0 }
    }
    if let members {
      return "index the values of \(members.name).\(members.table.columnNames[members.column])"
    }
    for step in steps { lines += step.explanation(knowsAnswers: queries.isEmpty) }
    if let saving { lines.append("write the answer to \"\(saving.path)\"") }
    return lines.joined(separator: "\n")
  }
}

extension StepPlan {
  fileprivate func explanation(knowsAnswers: Bool) -> [String] {
    var lines: [String] = []
    switch rows.input {
    case .one: break
    case .table(let table, let name): lines.append("read \(table.rowCount) rows of \(name)")
    case .previous: lines.append("read the rows of the step before")
    case .answered(_, let plan):
      lines += plan.explanation.split(separator: "\n").map(String.init)
    case .joined(let before, let join):
      lines += StepPlan(rows: before, result: ResultPlan(outputs: []))
        .explanation(knowsAnswers: false)
      lines.append(join.explanation)
    case .query(let plan):
      lines.append("read the rows of a query:")
      lines += plan.explanation.split(separator: "\n").map { "  " + $0 }
    }
    lines += Self.explanation(of: rows.windows, afterStages: 0)
    for (number, stage) in rows.stages.enumerated() {
      switch stage {
      case .filter(let filter): lines.append("keep rows where \(filter.text)")
      case .lookup(let slot):
        lines.append(rows.lookups[slot - rows.givenSlots].explanation)
      }
      lines += Self.explanation(of: rows.windows, afterStages: number + 1)
    }
    let strategies = knowsAnswers ? self.strategies.map { "  " + $0 } : []
    let after = stages.map(\.explanation)
    if let groups {
      var own = groups.explanation
      own.insert(contentsOf: strategies, at: 1)
      return lines + own + result.explanation(strategies: []) + after
    }
    // The rows before a join are given out by nothing.
    if result.outputs.isEmpty { return lines }
    return lines + result.explanation(strategies: strategies) + after
  }
}

extension LookupPlan {
  /// What is met, what becomes of rows that meet nothing, and by which structure rows are found.
  fileprivate var explanation: String {
    let count = meetsMany ? "all rows" : "at most one row"
    var line =
      join == nil
      ? "look up \(count) of \(name) for each row" : "join \(count) of \(name) to each row"
    if join == .inner { line += "; rows without one are left out" }
    return line + ", found " + strategy
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
      lines.append(line)
    }
    if acrossCount > 0 {
      let across = names.suffix(acrossCount).joined(separator: ", ")
      lines.append(
        "make a column of each value of \(across)" + (hasTotals ? ", and totals" : ""))
    }
    return lines
  }
}

extension ResultPlan {
  fileprivate func explanation(strategies: [String]) -> [String] {
    var lines: [String] = []
    if let having { lines.append("keep groups where \(having.text)") }
    lines += windows.map(\.explanation)
    if isDistinct { lines.append("keep the first of equal rows") }
    if !order.isEmpty { lines.append("put rows in order; missing values come last") }
    if let top {
      let which = top.isBottom ? "smallest" : "largest"
      let within = top.within.isEmpty ? "" : " of each group"
      lines.append(
        "keep the \(top.count) \(which)\(within)" + (top.hasRest ? ", the rest as one row" : ""))
      lines += strategies
    }
    if skip > 0 { lines.append("leave out the first \(skip) rows") }
    if let limit { lines.append("keep at most \(limit) rows") }
    lines.append("give out " + outputs.map(\.name).joined(separator: ", "))
    return lines
  }
}
