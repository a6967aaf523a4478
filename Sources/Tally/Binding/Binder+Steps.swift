extension DiagnosticCode {
  static let missingHead = DiagnosticCode(
    "T0416", "A step groups rows without saying what to compute.")
  static let wholeNumber = DiagnosticCode("T0417", "A number of rows must be whole and fixed.")
  static let duplicateName = DiagnosticCode("T0418", "Two columns would have one name.")
  static let misplacedClause = DiagnosticCode(
    "T0419", "A clause stands in a step where it has no meaning.")
}

extension DiagnosticCode {
  static let unknownCollation = DiagnosticCode(
    "T0456", "`collate` names no order of texts, or orders something else.")
}

extension Binder {
  /// The plan of a query.
  func plan(_ query: QuerySyntax) throws(QueryError) -> QueryPlan {
    var binder = self
    var plan = QueryPlan(steps: [])
    var pending: RowPlan?
    for (index, step) in query.steps.enumerated() {
      var rows: RowPlan
      if let waiting = pending {
        rows = waiting
      } else if index == 0 {
        rows =
          try step.source.map { source throws(QueryError) in
            try binder.rows(of: source)
          } ?? RowPlan(input: .one)
      } else {
        rows = RowPlan(input: .previous)
        rows.previousColumnCount = plan.steps.last?.schema?.columns.count ?? 0
      }
      let isLast = index == query.steps.count - 1
      let plain = try binder.bind(step, &rows, saving: &plan.saving)
      let bound = try binder.addStages(step, to: plain, rows, in: &plan)
      if let saving = plan.saving, !isLast {
        throw error(
          .type, .misplacedClause, "`save to` ends a query, and a step follows", at: saving.span)
      }
      // Rows that are only kept and extended go on into the next step without being stored, unless
      // what was added is long: then each value is computed once and not wherever its name stands.
      if var bound = bound ?? binder.storing(rows, unless: isLast) {
        bound.grain = binder.grain(of: bound)
        plan.steps.append(bound)
        pending = nil
        if !isLast {
          if let schema = bound.schema {
            binder.scope = Scope(schema: schema, qualifier: nil)
          } else {
            pending = try binder.answer(of: &plan)
          }
        }
      } else if isLast {
        var last = StepPlan(
          rows: rows, groups: nil, result: ResultPlan(outputs: binder.allColumns()))
        last.grain = binder.grain(of: last)
        plan.steps.append(last)
      } else {
        pending = rows
      }
    }
    plan.chart = try binder.bindChart(query, plan)
    plan.queries = collected.queries
    return plan
  }

  /// A step that stores rows with long expressions; nil where that is not needed.
  private func storing(_ rows: RowPlan, unless isLast: Bool) -> StepPlan? {
    let isLong = scope.entries.contains { $0.expression.size > 200 || $0.expression.height > 50 }
    if isLast || !isLong { return nil }
    return StepPlan(rows: rows, groups: nil, result: ResultPlan(outputs: allColumns()))
  }

  /// The rows of a query of which no step does more than keep and extend rows; nil for any other.
  mutating func rowPlan(_ query: QuerySyntax) throws(QueryError) -> RowPlan? {
    guard let source = query.steps.first?.source else { return nil }
    var rows = try rows(of: source)
    var saving: QueryPlan.Saving?
    for step in query.steps {
      if try bind(step, &rows, saving: &saving) != nil { return nil }
    }
    return rows
  }

  /// Binds a step; nil where it only keeps and extends rows, which `rows` then says.
  private mutating func bind(
    _ step: StepSyntax, _ rows: inout RowPlan, saving: inout QueryPlan.Saving?
  ) throws(QueryError) -> StepPlan? {
    groups = nil
    currentStep = step
    mayHoldWindows = true
    collected.headNames = []
    for clause in step.clauses {
      beginWindows(rows)
      try bindRowClause(clause, &rows, saving: &saving)
      rows.windows = collected.windows.plans
    }
    beginWindows(rows)
    let keys = step.clauses.compactMap { clause in
      if case .groupBy(let groupBy) = clause { return groupBy } else { return nil }
    }
    let across = step.clauses.compactMap { clause in
      if case .across(let across) = clause { return across } else { return nil }
    }
    let form = step.head?.form
    let isGrouped = form == .aggregate || form == .show && !rows.isOne
    if let clause = keys.first?.span ?? across.first?.span, !isGrouped {
      throw error(
        .type, form == nil ? .missingHead : .misplacedClause,
        form == nil
          ? "the groups have nothing to compute" : "`list` gives out rows and has no groups",
        at: clause, help: ["begin the step with an aggregate, for instance `count`"],
        fixIts: showMends(of: step.head, keys.first?.keys ?? []))
    }
    if !isGrouped { try checkShapeless(step) }
    if isGrouped, let head = step.head {
      return try bindGroups(head, step, keys.first, across.first, rows)
    }
    return try bindList(step, &rows)
  }

  /// Has the windows that are bound from here on see the rows that have passed the stages so far.
  func beginWindows(_ rows: RowPlan) {
    collected.windows = WindowList(
      plans: rows.windows, firstColumn: rows.columnCount, stageCount: rows.stages.count)
  }

  private mutating func bindRowClause(
    _ clause: ClauseSyntax, _ rows: inout RowPlan, saving: inout QueryPlan.Saving?
  ) throws(QueryError) {
    switch clause {
    case .lookup(let lookup): try addLookup(lookup, to: &rows)
    case .add(let add): try addColumns(add)
    case .where(let clause):
      rows.stages.append(.filter(try filter(clause.condition, clause: "where")))
    case .save(let save): saving = try bindSave(save)
    case .join(let join): try addJoin(join, to: &rows)
    case .from, .groupBy, .across, .chart, .fill, .versus, .having, .orderBy, .top, .limit, .append,
      .except, .unpivot:
      break
    }
  }

  /// Only the answer of a statement is saved, and under a name that tells its format.
  private func bindSave(_ save: SaveSyntax) throws(QueryError) -> QueryPlan.Saving {
    guard maySave else {
      throw error(
        .type, .misplacedClause, "`save to` ends a statement, and not a query inside one",
        at: save.pathSpan)
    }
    if save.isPicture { return QueryPlan.Saving(path: save.path, span: save.pathSpan) }
    guard let format = TableFormat(fileName: save.path) else {
      let known = TableFormat.allCases.map(\.rawValue).joined(separator: ", ")
      throw error(
        .output, .unknownFormat, "the name \"\(save.path)\" does not tell a format",
        at: save.pathSpan, help: ["formats: " + known])
    }
    return QueryPlan.Saving(path: save.path, format: format, span: save.pathSpan)
  }

  private mutating func addColumns(_ add: AddSyntax) throws(QueryError) {
    // A name may hide the one that it is made from, and not one beside it.
    var names = UniqueNames()
    for item in add.items {
      guard case .expression(let expression) = item.kind else { continue }
      let bound = try bindValue(expression, clause: "add")
      let name = try names.claim(item.alias?.text ?? name(of: expression), item, self)
      scope.entries.append(
        Scope.Entry(name: name, qualifier: nil, expression: bound))
    }
  }

  /// All columns of the rows, for `list` without items.
  func allColumns() -> [Output] {
    var names = UniqueNames()
    var outputs: [Output] = []
    var last: [String: Int] = [:]
    for (index, entry) in scope.entries.enumerated() where !entry.isLookedUp {
      last[Environment.key(entry.name)] = index
    }
    for (index, entry) in scope.entries.enumerated() {
      // A later name hides an earlier one of the step's own table.
      if !entry.isLookedUp, last[Environment.key(entry.name)] != index { continue }
      let taken = names.isTaken(entry.name)
      let name = taken ? (entry.qualifier.map { $0 + "." } ?? "") + entry.name : entry.name
      outputs.append(Output(name: names.make(name), expression: entry.expression))
    }
    return outputs
  }

  /// The name of an expression that has no alias: a column's own, a function's, or its text.
  func name(of expression: ExpressionSyntax) -> String {
    switch expression.kind {
    case .name(let path): return path.parts[path.parts.count - 1].text
    case .call(let call):
      if let verb = call.verb {
        return name(
          of: AggregatePhrase(
            verb: verb, isDistinct: call.isDistinct, operands: call.arguments, with: call.with,
            within: call.within, span: expression.span))
      }
      return call.name.text
    default: return text(expression.span)
    }
  }

  // MARK: Rows given out

  private mutating func bindList(_ step: StepSyntax, _ rows: inout RowPlan) throws(QueryError)
    -> StepPlan?
  {
    var result = ResultPlan(outputs: [])
    if let head = step.head {
      result.outputs = try bindItems(of: head)
      result.isDistinct = head.isDistinct
      // Names given in the head may order and cut the rows.
      for (item, output) in zip(head.items, result.outputs) where item.alias != nil {
        scope.entries.append(
          Scope.Entry(name: output.name, qualifier: nil, expression: output.expression))
      }
    }
    let cuts = try bindCuts(step, defaultMeasure: nil, &result)
    if result.isDistinct { try checkDistinct(result) }
    rows.watched += takeWatched()
    rows.windows = collected.windows.plans
    if step.head == nil, !cuts { return nil }
    if step.head == nil { result.outputs = allColumns() }
    return StepPlan(rows: rows, groups: nil, result: result)
  }

  /// The columns that a head asks for. Windows are bound last: the order of the step may be one of
  /// the others.
  private func bindItems(of head: HeadSyntax) throws(QueryError) -> [Output] {
    if head.items.isEmpty { return allColumns() }
    var values: [Int: BoundExpression] = [:]
    for bindsWindows in [false, true] {
      for (index, item) in head.items.enumerated() {
        guard case .expression(let expression) = item.kind,
          expression.mayHoldWindow(ofGroups: false) == bindsWindows
        else { continue }
        let value = try bindValue(expression, clause: "list")
        values[index] = value
        guard let alias = item.alias else { continue }
        collected.headNames.append(
          Scope.Entry(name: alias.text, qualifier: nil, expression: value))
      }
    }
    var names = UniqueNames()
    var outputs: [Output] = []
    for (index, item) in head.items.enumerated() {
      guard case .expression(let expression) = item.kind, let value = values[index] else {
        continue
      }
      let name = try names.claim(item.alias?.text ?? name(of: expression), item, self)
      outputs.append(Output(name: name, expression: value))
    }
    return outputs
  }

  /// Rows that are given out once are ordered and cut by what they show: of anything else equal
  /// rows may have several values.
  private func checkDistinct(_ result: ResultPlan) throws(QueryError) {
    let shown = Set(result.outputs.map { text($0.expression.span) } + result.outputs.map(\.name))
    let keys = result.order.map(\.expression) + (result.top.map { [$0.by] + $0.within } ?? [])
    for key in keys where key.constantValue == nil && !shown.contains(text(key.span)) {
      if result.outputs.contains(where: { $0.expression.isSameColumn(as: key) }) { continue }
      let words = text(key.span)
      throw error(
        .type, .misplacedClause,
        "equal rows are given out once, and may differ in \(words)", at: key.span,
        help: ["add \(words) to the list, or group by the columns and aggregate \(words)"])
    }
  }

  // MARK: Order and cuts

  /// Binds `having`, `order by`, `top` and `limit`; tells whether the step has one of them.
  mutating func bindCuts(
    _ step: StepSyntax, defaultMeasure: BoundExpression?, _ result: inout ResultPlan
  ) throws(QueryError) -> Bool {
    var found = false
    for clause in step.clauses {
      switch clause {
      case .having(let having):
        guard groups != nil else {
          throw error(
            .type, .misplacedClause, "`having` filters groups, and this step has none",
            at: having.span, help: ["rows are filtered by `where`"])
        }
        result.having = try filter(having.condition, clause: "having")
      case .orderBy(let order):
        for key in order.keys { result.order.append(try orderKey(key)) }
      case .top(let top): result.top = try bindTop(top, defaultMeasure)
      case .limit(let limit):
        result.limit = try rowNumber(limit.count)
        if let skip = limit.skip { result.skip = try rowNumber(skip) }
      default: continue
      }
      found = true
    }
    return found
  }

  /// What rows or groups are ordered by.
  func orderKey(_ key: OrderBySyntax.Key) throws(QueryError) -> ResultPlan.OrderKey {
    try refusePlace(key.expression, "order by")
    let bound = try bind(key.expression)
    return ResultPlan.OrderKey(
      expression: groups?.orderKey(bound) ?? bound, isDescending: key.isDescending,
      collation: try key.collation.map { name throws(QueryError) in
        try collation(name, of: bound)
      })
  }

  /// The order that `collate` names, for texts.
  private func collation(_ name: NameSyntax, of key: BoundExpression) throws(QueryError)
    -> Collation
  {
    guard let collation = Collation(rawValue: Environment.key(name.text)) else {
      let known = Collation.allCases.map(\.rawValue)
      throw error(
        .type, .unknownCollation, "there is no order of texts called \(name.text)", at: name.span,
        help: ["orders: " + known.joined(separator: ", ")],
        fixIts: known.map { FixIt("write \($0)", replace: name.span, with: $0) })
    }
    guard key.type == .text else {
      throw error(
        .type, .unknownCollation, "`collate` orders text, and this is \(described(key))",
        at: key.span)
    }
    return collation
  }

  private func bindTop(_ top: TopSyntax, _ measure: BoundExpression?) throws(QueryError)
    -> TopPlan
  {
    let count = try rowNumber(top.count)
    let by =
      try top.by.map { by throws(QueryError) in
        let bound = try bind(by)
        return groups?.orderKey(bound) ?? bound
      } ?? measure
    guard let by else {
      throw error(
        .type, .misplacedClause, "rows have no measure of their own: say by what they compete",
        at: top.span, help: ["for instance `top \(count) by fee`"])
    }
    if top.hasRest, groups?.keys.isEmpty ?? true {
      throw error(
        .type, .misplacedClause, "`with rest` gathers groups, and this step has none", at: top.span)
    }
    let within = try (top.within?.keys ?? []).mapThrowing { key throws(QueryError) in
      let bound = try bind(key)
      return groups?.orderKey(bound) ?? bound
    }
    return TopPlan(
      count: count, isBottom: top.isBottom, by: by, within: within, hasRest: top.hasRest)
  }

  private func rowNumber(_ expression: ExpressionSyntax) throws(QueryError) -> Int {
    if case .integer(let value)? = try bind(expression).constantValue, value >= 0,
      let count = Int(exactly: value)
    {
      return count
    }
    throw error(
      .type, .wholeNumber, "a number of rows is expected here: a whole number, 0 or more",
      at: expression.span)
  }
}

/// Names of columns that do not repeat.
struct UniqueNames {
  private var taken = Set<String>()
  private var numbers: [String: Int] = [:]

  /// Whether a column has the name already.
  func isTaken(_ name: String) -> Bool { taken.contains(Environment.key(name)) }

  /// The name, or the name with the first free number from 2.
  mutating func make(_ name: String) -> String {
    var unique = name
    var number = numbers[Environment.key(name)] ?? 2
    while !taken.insert(Environment.key(unique)).inserted {
      unique = "\(name)_\(number)"
      number += 1
    }
    numbers[Environment.key(name)] = number
    return unique
  }

  /// The name of an item; two items may share an automatic name, but not one that was written.
  mutating func claim(_ name: String, _ item: ItemSyntax, _ binder: Binder) throws(QueryError)
    -> String
  {
    guard let alias = item.alias, isTaken(name) else { return make(name) }
    var others = self
    let free = others.make(name)
    throw binder.error(
      .name, .duplicateName, "two columns are called \(name)", at: alias.span,
      fixIts: [FixIt("write \(free)", replace: alias.span, with: spelledName(free))])
  }
}
