extension DiagnosticCode {
  static let joinCondition = DiagnosticCode(
    "T0443", "A condition of a lookup or join that is no equation stands where it can't.")
}

extension Binder {
  /// Adds the columns of a table that each row looks up.
  mutating func addLookup(_ lookup: LookupSyntax, to rows: inout RowPlan) throws(QueryError) {
    var (plan, other) = try lookupPlan(lookup.source, lookup.keys, "lookup", at: lookup.span)
    if let time = lookup.asOf { plan.asOf = try asOf(time, lookup.by, &plan, other) }
    add(plan, other, to: &rows)
  }

  /// Adds the columns of a table whose rows are joined to each row.
  mutating func addJoin(_ join: JoinSyntax, to rows: inout RowPlan) throws(QueryError) {
    let conditions = try conditions(of: join)
    let equations = join.keys.filter { !$0.isCondition }
    var (plan, other) = try lookupPlan(join.source, equations, "join", at: join.span)
    plan.meetsMany = join.cardinality == .many
    switch join.kind {
    case .inner: plan.join = equations.isEmpty ? .cross(most: Self.mostCrossed) : .inner
    case .left: plan.join = .left
    case .full: plan.join = .full
    case .cross:
      plan.join = .cross(
        most: join.cardinality == .many ? nil : join.cardinality == .one ? 1 : Self.mostCrossed)
    }
    let isPlain = !plan.meetsMany && plan.join?.isWithin == true
    if isPlain { return add(plan, other, to: &rows) }
    multiply(&rows, by: plan, other)
    if case .table(let name) = join.source.kind {
      scope.sources.insert(Environment.key(name.text))
    }
    if join.kind == .full { joinSharedKeys(join.keys, plan, other, slot: rows.slotCount - 1) }
    for condition in conditions {
      rows.stages.append(.filter(try filter(condition, clause: "on")))
    }
  }

  /// The most rows that a cross join makes unless it says `many`.
  private static let mostCrossed = 10_000_000

  /// The conditions of a join that are no equations; they decide pairs of rows.
  private func conditions(of join: JoinSyntax) throws(QueryError) -> [ExpressionSyntax] {
    var conditions: [ExpressionSyntax] = []
    for case .condition(let condition) in join.keys { conditions.append(condition) }
    guard let first = conditions.first else { return [] }
    guard join.kind == .inner, join.cardinality == .many else {
      let place = source.text(in: SourceSpan(join.span.start, join.source.span.start))
      let isLeft = join.kind == .left || join.kind == .full
      throw error(
        .type, .joinCondition,
        isLeft
          ? "a \(join.kind.rawValue) join finds rows by equal keys, and \(text(first.span)) is none"
          : "how many rows meet \(text(first.span)) can't be known before", at: first.span,
        help: isLeft
          ? ["filter the table first: `\(join.kind.rawValue) join (… where …) as …`"]
          : ["`join many` joins all of them"],
        fixIts: isLeft || place != "join "
          ? []
          : [
            FixIt(
              "write `join many`", replace: SourceSpan(join.span.start, join.source.span.start),
              with: "join many ")
          ])
    }
    return conditions
  }

  /// Puts what was read so far together with a table: both are slots from here on.
  private mutating func multiply(_ rows: inout RowPlan, by plan: LookupPlan, _ other: Scope) {
    let own = scope.entries.first { !$0.isLookedUp }?.qualifier
    scope.locality.join(plan.name, to: own, slotCount: rows.slotCount)
    for index in scope.entries.indices {
      let joined = scope.entries[index].expression.inJoinedRows
      scope.entries[index].expression = plan.join == .full ? joined.unsure : joined
    }
    rows.windows = collected.windows.plans
    rows = RowPlan(input: .joined(rows, plan))
    beginWindows(rows)
    scope.grain = nil
    addEntries(of: other, plan, slot: rows.slotCount - 1)
  }

  /// A column that both sides of a full join share has the value of the side that has one.
  private mutating func joinSharedKeys(
    _ keys: [JoinKeySyntax], _ plan: LookupPlan, _ other: Scope, slot: Int
  ) {
    for case .shared(let path) in keys {
      let key = Environment.key(path.parts[path.parts.count - 1].text)
      guard
        let own = scope.entries.lastIndex(where: {
          !$0.isLookedUp && Environment.key($0.name) == key
        }), let column = other.entries.firstIndex(where: { Environment.key($0.name) == key })
      else { continue }
      let left = scope.entries[own].expression
      let type = other.entries[column].expression.type
      let right = BoundExpression(.lookedUp(slot: slot, column: column), type, at: plan.span)
      let whole = left.type.joined(with: type) ?? left.type
      let test = condition(.isMissing(left), at: plan.span)
      scope.entries[own].expression = BoundExpression(
        .conditional(
          right.converted(to: whole), condition: test, otherwise: left.converted(to: whole)),
        whole, at: plan.span)
    }
  }

  /// Adds a stage, and the names that it brings in.
  private mutating func add(_ plan: LookupPlan, _ other: Scope, to rows: inout RowPlan) {
    let slot = rows.slotCount
    scope.locality.lookUp(slot, by: plan.keys.map(\.left) + (plan.asOf.map { [$0.time] } ?? []))
    rows.lookups.append(plan)
    rows.stages.append(.lookup(slot: slot))
    addEntries(of: other, plan, slot: slot)
  }

  private mutating func addEntries(of other: Scope, _ plan: LookupPlan, slot: Int) {
    for (index, entry) in other.entries.enumerated() {
      let expression = BoundExpression(
        .lookedUp(slot: slot, column: index), entry.expression.type, at: plan.span)
      scope.entries.append(
        Scope.Entry(
          name: entry.name, qualifier: plan.name, expression: expression, isLookedUp: true))
    }
  }

  // MARK: Keys

  /// Which rows of a table are met, and the names of its columns.
  private func lookupPlan(
    _ source: SourceSyntax, _ keys: [JoinKeySyntax], _ verb: String, at span: SourceSpan
  ) throws(QueryError) -> (LookupPlan, Scope) {
    let named = try wholeTable(source)
    let qualifier = source.alias?.text ?? named.name
    let other = Scope(schema: Schema(of: named.table), qualifier: qualifier)
    var plan = LookupPlan(
      name: qualifier, tableName: storedName(source), table: named.table, keys: [], span: span)
    for key in keys {
      let (left, right, place) = try sides(of: key, other, qualifier, verb)
      try addPair(left, right, to: &plan, at: place)
    }
    return (plan, other)
  }

  private func sides(
    of key: JoinKeySyntax, _ other: Scope, _ qualifier: String, _ verb: String
  ) throws(QueryError) -> (BoundExpression, BoundExpression, SourceSpan) {
    var right = self
    right.scope = other
    right.mayHoldWindows = false
    switch key {
    case .shared(let path): return (try bindName(path), try right.bindName(path), path.span)
    case .equal(let first, let second):
      // The side that names the table looked up may stand on either side of `=`.
      if names(first, qualifier) {
        return (try bind(second), try right.bind(first), second.span)
      }
      return (try bind(first), try right.bind(second), first.span)
    case .condition(let condition):
      throw error(
        .type, .joinCondition,
        "a \(verb) finds rows by equal keys, and \(text(condition.span)) is"
          + " none", at: condition.span,
        help: ["`join many … on …` takes other conditions; `as of` finds the latest row"])
    }
  }

  /// Whether an expression names a column with its table.
  private func names(_ expression: ExpressionSyntax, _ qualifier: String) -> Bool {
    var isFound = false
    let key = Environment.key(qualifier)
    expression.forEachDescendant { inner in
      if case .name(let path) = inner.kind, path.parts.count == 2,
        Environment.key(path.parts[0].text) == key
      {
        isFound = true
      }
    }
    return isFound
  }

  private func addPair(
    _ left: BoundExpression, _ right: BoundExpression, to plan: inout LookupPlan,
    at span: SourceSpan
  ) throws(QueryError) {
    let key = try keyValue(left, beside: right, at: span)
    if case .column(let column) = right.kind {
      plan.keys.append(LookupPlan.Key(left: key, column: column))
      return
    }
    let made = try column(of: right, plan)
    plan.keys.append(LookupPlan.Key(left: key, column: plan.table.columns.count))
    var table = Table(
      names: plan.table.columnNames + ["="], columns: plan.table.columns + made.columns,
      rowCount: plan.table.rowCount)
    table.receipt = plan.table.receipt
    // What became missing on the way finds no row.
    table.receipt.steps += made.receipt.steps.filter(\.madeValuesMissing)
    plan.table = table
  }

  /// A key whose other side is a column of the table as it is.
  func lookupKey(
    _ key: JoinKeySyntax, _ other: Scope, _ qualifier: String, _ verb: String
  ) throws(QueryError) -> LookupPlan.Key {
    let (left, right, place) = try sides(of: key, other, qualifier, verb)
    guard case .column(let column) = right.kind else {
      throw error(
        .type, .joinCondition, "the key of a \(verb) must be a column of \(qualifier)",
        at: right.span)
    }
    return LookupPlan.Key(left: try keyValue(left, beside: right, at: place), column: column)
  }

  /// The value of a row that is compared with one of a table.
  private func keyValue(
    _ left: BoundExpression, beside right: BoundExpression, at span: SourceSpan
  ) throws(QueryError) -> BoundExpression {
    // A table of plans has years as numbers.
    if left.type == .period(.year), right.type == .integer {
      let epoch = BoundExpression.constant(.integer(1970), .integer, at: left.span)
      return BoundExpression(
        .arithmetic(.add, left.reread(as: .integer), epoch), .integer,
        mayBeMissing: left.mayBeMissing, at: left.span)
    }
    let bothExact =
      left.type.isNumeric && right.type.isNumeric && !left.type.isFloating
      && !right.type.isFloating
    guard left.type == right.type || bothExact else {
      throw error(
        .type, .typeMismatch,
        "the keys must be of one type, and these are \(described(left)) and \(described(right))",
        at: span)
    }
    let isFiner = bothExact && right.type.scale > left.type.scale
    return isFiner ? left.converted(to: .decimal(scale: right.type.scale)) : left
  }

  /// A key that is computed from the rows of the other table, as a table of one column.
  private func column(of key: BoundExpression, _ plan: LookupPlan) throws(QueryError) -> Table {
    guard let access else { throw TableAccess.resting }
    let step = StepPlan(
      rows: RowPlan(input: .table(plan.table, name: plan.name)), groups: nil,
      result: ResultPlan(outputs: [Output(name: "=", expression: key)]))
    return try access.answer(of: QueryPlan(steps: [step], queries: collected.queries))
  }
}

extension JoinKeySyntax {
  fileprivate var isCondition: Bool { if case .condition = self { true } else { false } }
}

extension LookupPlan.JoinKind {
  /// Whether the rows stay those of the step, where each meets one row at most.
  fileprivate var isWithin: Bool {
    switch self {
    case .inner, .left: true
    case .full, .cross: false
    }
  }
}
