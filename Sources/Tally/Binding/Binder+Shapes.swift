extension DiagnosticCode {
  static let noTimeKey = DiagnosticCode(
    "T0451", "A clause needs one key that is a day or a period, and the step has none or several.")
  static let fillValue = DiagnosticCode(
    "T0452", "The value of `fill` does not go with what the step computes.")
  static let unlikeClauses = DiagnosticCode("T0455", "Two clauses of a step do not go together.")
}

extension Binder {
  /// Binds `fill` and `vs`; nil where the step has neither. `scope` then has the names of what they
  /// make, and `rows` the conditions that they add.
  mutating func bindShape(
    _ step: StepSyntax, _ scope: GroupScope, _ measures: [Output], _ rows: inout RowPlan,
    _ names: UniqueNames
  ) throws(QueryError) -> ShapePlan? {
    var fill: FillSyntax?
    var versus: VersusSyntax?
    for clause in step.clauses {
      switch clause {
      case .fill(let clause): fill = clause
      case .versus(let clause): versus = clause
      default: continue
      }
    }
    guard let span = fill?.span ?? versus?.span else { return nil }
    try checkCompany(of: fill == nil ? "vs" : "fill", at: span, scope, step, measures)
    var shape = ShapePlan(measures: measures, today: environment.today)
    if let fill { try bind(fill, &shape, scope, rows) }
    scope.items = shape.measures.enumerated().map { index, measure in
      Output(
        name: measure.name,
        expression: BoundExpression(
          .column(ShapePlan.base + index), measure.expression.type, at: measure.expression.span))
    }
    if let versus { try bind(versus, &shape, scope, &rows, names) }
    return shape
  }

  /// What can't stand beside `fill` and `vs` in one step.
  private func checkCompany(
    of word: String, at span: SourceSpan, _ scope: GroupScope, _ step: StepSyntax,
    _ measures: [Output]
  ) throws(QueryError) {
    for clause in step.clauses {
      switch clause {
      case .across(let across):
        throw unlike(
          "`\(word)` and `across`", at: across.span,
          help: [
            "`across` also shows cells that no row was ever in, which have no earlier group and no"
              + " place in a series", "`then` makes columns of groups that are filled or compared",
          ], fixIts: acrossMends(across, scope, step, measures))
      case .groupBy(let groupBy) where groupBy.hasTotals:
        throw unlike(
          "`\(word)` and `with totals`", at: groupBy.span,
          help: ["a total over periods has no period of its own to go by"],
          fixIts: [mend("leave out `with totals`", dropping: "with", from: groupBy.span)])
      case .top(let top) where top.hasRest:
        throw unlike(
          "`\(word)` and `with rest`", at: top.span,
          help: ["the rest gathers rows, and `\(word)` has changed the groups by then"],
          fixIts: [mend("leave out `with rest`", dropping: "with", from: top.span)])
      default: continue
      }
    }
    if scope.keys.isEmpty, word == "fill" { throw noTimeKey("`fill`", scope, at: span) }
  }

  /// A mend that leaves out the end of a clause, from the last of a word on.
  private func mend(_ message: String, dropping word: String, from clause: SourceSpan) -> FixIt {
    let kept = source.text(in: clause).lowercased().utf8
    var length = kept.count
    let (bytes, wanted) = (Array(kept), Array(word.utf8))
    while length > 0, !bytes[..<length].suffix(wanted.count).elementsEqual(wanted) { length -= 1 }
    length = max(0, length - wanted.count)
    while length > 0, bytes[length - 1] <= 0x20 { length -= 1 }
    return FixIt(
      message, replace: SourceSpan(clause.start + length, clause.end), with: "")
  }

  /// The keys of `across` as keys of groups, and where nothing else stands behind them, the groups
  /// as columns of a step behind.
  private func acrossMends(
    _ across: AcrossSyntax, _ scope: GroupScope, _ step: StepSyntax, _ measures: [Output]
  ) -> [FixIt] {
    guard let first = across.keys.first, let last = across.keys.last else { return [] }
    let keys = String(source.text(in: first.span.joined(with: last.span)))
    var groups: GroupBySyntax?
    var isLast = true
    for clause in step.clauses {
      switch clause {
      case .groupBy(let clause): groups = clause
      case .having, .orderBy, .top, .limit, .append, .except, .unpivot, .chart, .save, .versus:
        isLast = false
      default: continue
      }
    }
    var edits: [SourceEdit]
    if let end = groups?.keys.last?.span.end {
      let text = source.text(in: SourceSpan(end, across.span.start)).utf8
      let blank = text.last.map { $0 <= 0x20 } ?? false
      edits = [
        SourceEdit(SourceSpan(end, end), ", " + keys),
        SourceEdit(SourceSpan(across.span.start - (blank ? 1 : 0), across.span.end), ""),
      ]
    } else {
      edits = [SourceEdit(across.span, "group by " + keys)]
    }
    var mends = [FixIt("group by all keys", edits)]
    if isLast {
      let names = scope.keys.map { spelledName($0.output.name) }
      let rows = names.dropLast(scope.acrossCount).joined(separator: ", ")
      let columns = names.suffix(scope.acrossCount).joined(separator: ", ")
      let values = measures.map { measure in
        "first \(spelledName(measure.name)) as \(spelledName(measure.name))"
      }
      let then =
        " then " + values.joined(separator: ", ") + (rows.isEmpty ? "" : " group by \(rows)")
        + " across \(columns)"
      let end = step.span.end
      mends.append(
        FixIt(
          "make columns of them behind `then`", edits + [SourceEdit(SourceSpan(end, end), then)]))
    }
    return mends
  }

  /// Only groups are filled and compared.
  func checkShapeless(_ step: StepSyntax) throws(QueryError) {
    for clause in step.clauses {
      let word: String
      switch clause {
      case .fill: word = "fill"
      case .versus: word = "vs"
      default: continue
      }
      throw error(
        .type, .misplacedClause, "`\(word)` works on groups, and this step has none",
        at: clause.span, help: ["begin the step with an aggregate and group by a period"])
    }
  }

  /// The error for clauses that do not go together.
  func unlike(_ clauses: String, at span: SourceSpan, help: [String], fixIts: [FixIt] = [])
    -> QueryError
  {
    error(
      .type, .unlikeClauses, "\(clauses) do not go together in one step", at: span, help: help,
      fixIts: fixIts)
  }

  /// Windows see groups as they are before `fill` and `vs`, which would be read otherwise.
  func checkWindowless(_ scope: GroupScope) throws(QueryError) {
    guard let window = scope.windows.plans.first else { return }
    throw unlike(
      "a window and `fill` or `vs`", at: window.span,
      help: ["compute the window in a step of its own, behind `then`"])
  }

  /// The key that says when groups are.
  func timeKey(of scope: GroupScope, for clause: String, at span: SourceSpan) throws(QueryError)
    -> Int
  {
    let found = scope.keys.indices.filter { scope.keys[$0].output.expression.type.isTimeKey }
    guard found.count == 1 else { throw noTimeKey(clause, scope, at: span) }
    return found[0]
  }

  private func noTimeKey(_ clause: String, _ scope: GroupScope, at span: SourceSpan) -> QueryError {
    let found = scope.keys.filter { $0.output.expression.type.isTimeKey }.map(\.output.name)
    return error(
      .type, .noTimeKey,
      found.isEmpty
        ? "\(clause) needs a key that is a day or a period"
        : "\(clause) can go by \(found.joined(separator: " or by "))", at: span,
      help: [
        found.isEmpty
          ? "for instance `group by month(opened)`"
          : "leave one such key, and write others as numbers, for instance month_number(opened)"
      ], fixIts: scope.keys.isEmpty ? timeKeyMends : [])
  }

  // MARK: Fill

  /// Groups of no rows are made for all values of keys that are periods, days, bands or conditions.
  private func bind(
    _ fill: FillSyntax, _ shape: inout ShapePlan, _ scope: GroupScope, _ rows: RowPlan
  ) throws(QueryError) {
    var domains: [FillPlan.Domain] = []
    var conditions: [BoundExpression] = []
    for case .filter(let filter) in rows.stages { conditions += filter.condition.conjuncts }
    for (index, key) in scope.keys.enumerated() {
      let expression = key.output.expression
      if let labels = key.output.labels {
        domains.append(FillPlan.Domain(key: index, first: 0, last: Int64(labels.count - 1)))
      } else if expression.type == .boolean {
        domains.append(FillPlan.Domain(key: index, first: 0, last: 1))
      } else if expression.type.isTimeKey {
        let range = try TimeRange(of: expression, conditions, RunContext())
        let today = expression.type.timeValue(of: environment.today)
        var domain = FillPlan.Domain(
          key: index, first: range.first, last: range.last, latest: today)
        if conditions.contains(where: \.asksQuery) { domain.conditions = conditions }
        domains.append(domain)
      }
    }
    guard !domains.isEmpty else {
      throw error(
        .type, .noTimeKey, "`fill` needs a key of which all values are known", at: fill.span,
        help: ["periods, days, bands and conditions are: `group by month(opened) fill 0`"])
    }
    let value = try bind(fill.value)
    guard value.constantValue != nil else {
      throw error(
        .type, .fillValue, "`fill` takes a value that the query itself says", at: fill.value.span)
    }
    var plan = FillPlan(domains: domains, values: [], span: fill.span)
    for index in shape.measures.indices {
      let (measure, cell) = try fitted(shape.measures[index], value)
      shape.measures[index].expression = measure
      plan.values.append(cell)
    }
    shape.fill = plan
  }

  /// A measure, and the value of `fill` as one of its type.
  private func fitted(_ measure: Output, _ value: BoundExpression) throws(QueryError)
    -> (BoundExpression, CellValue)
  {
    let expression = measure.expression
    guard let constant = value.constantValue, constant != .missing else {
      return (expression, .missing)
    }
    if let zero = expression.type.zero, value.type.isNumeric, constant.storedInteger == 0 {
      return (expression, zero)
    }
    if expression.type.isNumeric, value.type.isNumeric,
      expression.type.isPercentage == value.type.isPercentage
    {
      let (left, right) = try unified(expression, value, "both values", at: value.span)
      return (left, right.constantValue ?? .missing)
    }
    if expression.type == value.type { return (expression, constant) }
    let isPercentage = expression.type.isPercentage && value.type.isNumeric
    throw error(
      .type, .fillValue,
      "\(measure.name) is \(described(expression)), and this is \(described(value))",
      at: value.span,
      help: ["`fill missing` goes with every measure"],
      fixIts: isPercentage
        ? [FixIt("write \(text(value.span))%", replace: value.span, with: text(value.span) + "%")]
        : [FixIt("write missing", replace: value.span, with: "missing")])
  }
}

extension ColumnType {
  /// Whether values say when something is, in whole steps.
  var isTimeKey: Bool {
    switch self {
    case .date, .period: true
    default: false
    }
  }

  /// The stored value that holds a day.
  func timeValue(of day: CalendarDate) -> Int64? {
    switch self {
    case .date: Int64(day.daysSince1970)
    case .period(let unit): Int64(CalendarPeriod(unit, containing: day).index)
    default: nil
    }
  }

  /// Nothing, as a value of the type; nil where the type has none.
  var zero: CellValue? {
    switch self {
    case .float: .float(0)
    case .ratio: .ratio(0)
    case .integer, .decimal, .percent, .duration: CellValue(stored: Int64(0), type: self)
    default: nil
    }
  }
}
