extension DiagnosticCode {
  static let noGroups = DiagnosticCode(
    "T0474", "The rows behind an answer are asked for that no step of groups made.")
}

/// The way from groups of an answer back to the rows that they were made of.
struct DrillPlan {
  /// The plan whose answer has the groups.
  let plan: QueryPlan
  private let step: StepPlan
  private let groups: GroupPlan

  /// Takes a plan whose last step groups.
  init(_ plan: QueryPlan, at span: SourceSpan) throws(QueryError) {
    guard let step = plan.steps.last, let groups = step.groups else {
      throw Self.error(
        "the last step makes no groups, so its rows are the answer itself", at: span,
        help: "end the query with the step that has `group by`")
    }
    if !step.stages.isEmpty {
      throw Self.error(
        "the groups were changed after they were made", at: span,
        help: "leave out what follows `group by`, such as `append` and `unpivot`")
    }
    if groups.shape != nil || groups.keys.contains(where: { $0.labels != nil }) {
      throw Self.error(
        "groups that are filled, compared or cut into bands are not looked behind", at: span,
        help: "group by a condition, or leave out `fill` and `vs`")
    }
    if groups.hasTotals || groups.hasSubtotals || step.result.top?.hasRest ?? false {
      throw Self.error(
        "totals and the rest are no groups", at: span,
        help: "leave out `with totals` and `with rest`")
    }
    self.plan = plan
    self.step = step
    self.groups = groups
  }

  private static func error(_ message: String, at span: SourceSpan, help: String) -> QueryError {
    QueryError(
      kind: .type, diagnostics: [Diagnostic(.noGroups, message, at: span, help: [help])])
  }

  /// The number of the answer's first columns that are keys.
  private var keyCount: Int { groups.keys.count - groups.acrossCount }

  /// The plan of the rows behind some rows of the answer: all columns of what the step read.
  func rows(behind places: [Int], of answer: Table, at span: SourceSpan) throws(QueryError)
    -> QueryPlan
  {
    var last = step.rows
    let test = try condition(places, answer, span)
    let names = groups.keys.prefix(keyCount).map(\.name).joined(separator: ", ")
    last.stages.append(
      .filter(FilterPlan(condition: test, clause: "rows of", text: names, columns: [])))
    last.watched = []
    let outputs = try outputs(of: last)
    var drilled = plan
    drilled.steps[drilled.steps.count - 1] = StepPlan(
      rows: last, groups: nil, result: ResultPlan(outputs: outputs))
    return drilled
  }

  // MARK: The condition

  /// That a row lies in one of the groups: its keys have the values of one of them.
  private func condition(_ places: [Int], _ answer: Table, _ span: SourceSpan)
    throws(QueryError) -> BoundExpression
  {
    func truth(_ kind: BoundExpression.Kind) -> BoundExpression {
      BoundExpression(kind, .boolean, mayBeMissing: false, at: span)
    }
    if keyCount == 0 {
      return .constant(.boolean(!places.isEmpty), .boolean, at: span)
    }
    if keyCount == 1 {
      let key = groups.keys[0].expression
      let set = BoundSet(places.map { answer.columns[0][$0] }, type: key.type)
      return truth(.membership(key, set))
    }
    guard places.count * keyCount * 3 <= BoundExpression.greatestSize else {
      throw QueryError(
        kind: .type,
        diagnostics: [
          Diagnostic(
            .tooComplex, "these are \(places.count) groups, too many to look behind at once",
            at: span, help: ["choose some of them with `where`"])
        ])
    }
    let tests = places.map { place in
      truth(
        .and(
          groups.keys.prefix(keyCount).enumerated().map { index, key in
            let value = answer.columns[index][place]
            if value == .missing { return truth(.isMissing(key.expression)) }
            let constant = BoundExpression.constant(value, key.expression.type, at: span)
            return truth(.comparison(.equal, key.expression, constant))
          }))
    }
    return tests.isEmpty ? .constant(.boolean(false), .boolean, at: span) : truth(.or(tests))
  }

  // MARK: Columns

  /// All columns of the rows that the step reads, its own before those that it meets.
  private func outputs(of rows: RowPlan) throws(QueryError) -> [Output] {
    var names = UniqueNames()
    var outputs: [Output] = []
    let place = SourceSpan(0, 0)
    func add(_ kind: BoundExpression.Kind, _ type: ColumnType, _ name: String, _ table: String?) {
      let taken = names.isTaken(name)
      let full = taken ? (table.map { $0 + "." } ?? "") + name : name
      outputs.append(
        Output(name: names.make(full), expression: BoundExpression(kind, type, at: place)))
    }
    for (slot, columns) in slots(of: rows).enumerated() {
      for (index, column) in columns.schema.columns.enumerated() {
        add(.lookedUp(slot: slot, column: index), column.type, column.name, columns.name)
      }
    }
    if case .joined = rows.input { return outputs }
    // What the step itself read comes first.
    let met = outputs
    (outputs, names) = ([], UniqueNames())
    for (index, column) in try own(rows).columns.enumerated() {
      add(.column(index), column.type, column.name, nil)
    }
    for output in met {
      outputs.append(
        Output(name: names.make(output.name), expression: output.expression))
    }
    return outputs
  }

  private func own(_ rows: RowPlan) throws(QueryError) -> Schema {
    let schema: Schema?
    switch rows.input {
    case .table(let table, _), .answered(let table, _): schema = Schema(of: table)
    case .query(let plan): schema = plan.schema
    case .previous: schema = plan.steps.count > 1 ? plan.steps[plan.steps.count - 2].schema : nil
    case .joined, .one: schema = Schema(columns: [])
    }
    guard let schema else {
      throw QueryError(kind: .bug, message: "the columns behind groups are not known")
    }
    return schema
  }

  /// The tables that expressions read by slot.
  private func slots(of rows: RowPlan) -> [(name: String?, schema: Schema)] {
    var slots: [(name: String?, schema: Schema)] = []
    if case .joined(let before, let join) = rows.input {
      if case .joined = before.input {
        slots.append((nil, Schema(columns: [])))
      } else {
        slots.append((nil, (try? own(before)) ?? Schema(columns: [])))
      }
      slots += self.slots(of: before)
      slots.append((join.name, Schema(of: join.table)))
    }
    return slots + rows.lookups.map { ($0.name, Schema(of: $0.table)) }
  }
}
