import TallySyntax

extension Binder {
  /// The declared crosses of the table that the step reads which its results go across.
  func unpublishedCrosses(_ rows: RowPlan, _ groups: GroupPlan, _ outputs: [Output])
    throws(QueryError) -> [UnpublishedCross]
  {
    guard let (table, name, depth) = rows.base,
      let declarations = environment.unpublished[Environment.key(name)]
    else { return [] }
    var crosses: [UnpublishedCross] = []
    for declaration in declarations {
      guard let places = declaration.places(in: table) else { continue }
      let finder = CrossFinder(
        rows: rows, groups: groups, outputs: outputs, depth: depth,
        columns: (
          reference(places.first, in: table, depth), reference(places.second, in: table, depth)
        ))
      var scope: FilterPlan?
      if let condition = declaration.condition {
        var binder = Binder(environment: environment, source: declaration.source)
        binder.scope = Scope(schema: Schema(of: table), qualifier: name)
        scope = try binder.filter(condition, clause: "where")
        for _ in 0..<depth { scope = scope.map(\.inJoinedRows) }
      }
      if let cross = finder.cross(declaration, scope: scope) { crosses.append(cross) }
    }
    // Two crosses that meet in one result bound it together, which margins alone can't tell.
    if crosses.count > 1 {
      for index in crosses.indices {
        for measure in crosses[index].measures.indices {
          let name = crosses[index].measures[measure].name
          let isShared = crosses.indices.contains { other in
            other != index && crosses[other].measures.contains { $0.name == name }
          }
          if isShared { crosses[index].measures[measure].margins = nil }
        }
      }
    }
    return crosses
  }

  private func reference(_ place: Int, in table: Table, _ depth: Int) -> BoundExpression {
    let column = BoundExpression(.column(place), table.columns[place].type, at: SourceSpan(0, 0))
    return (0..<depth).reduce(column) { expression, _ in expression.inJoinedRows }
  }
}

extension RowPlan {
  /// The table that the rows are of, its name, and how many times `join many` put rows together.
  fileprivate var base: (table: Table, name: String, depth: Int)? {
    switch input {
    case .table(let table, let name): (table, name, 0)
    case .joined(let before, _): before.base.map { ($0.table, $0.name, $0.depth + 1) }
    case .previous, .query, .answered, .one: nil
    }
  }
}

extension FilterPlan {
  fileprivate var inJoinedRows: FilterPlan {
    var filter = self
    filter.condition = condition.inJoinedRows
    return filter
  }
}

/// Finds what of a step reads which of two columns.
private struct CrossFinder {
  let rows: RowPlan
  let groups: GroupPlan
  let outputs: [Output]
  let depth: Int
  let columns: (first: BoundExpression, second: BoundExpression)

  /// Which of both columns something reads.
  private struct Reading: OptionSet {
    let rawValue: Int
    static let first = Reading(rawValue: 1)
    static let second = Reading(rawValue: 2)
    static let both: Reading = [.first, .second]
  }

  func cross(_ declaration: UnpublishedDeclaration, scope: FilterPlan?) -> UnpublishedCross? {
    var measures: [UnpublishedCross.Measure] = []
    let inScope = known(scope)
    for (index, call) in groups.calls.enumerated() where reading(of: call) == .both {
      let name = self.name(of: index)
      if measures.contains(where: { $0.name == name }) { continue }
      measures.append(
        UnpublishedCross.Measure(name: name, margins: margins(of: index, inScope: inScope)))
    }
    if measures.isEmpty { return nil }
    return UnpublishedCross(
      columns: declaration.columns, condition: scope?.text,
      rows: counting(rows.stages, [], where: inScope).plan, measures: measures)
  }

  /// The conditions on rows that stand alone, `and` apart.
  private var conditions: [BoundExpression] {
    var parts: [BoundExpression] = []
    for case .filter(let filter) in rows.stages { parts += filter.condition.conjuncts }
    return parts
  }

  private func reading(of expression: BoundExpression) -> Reading {
    var reading: Reading = []
    if expression.reads(columns.first) { reading.insert(.first) }
    if expression.reads(columns.second) { reading.insert(.second) }
    return reading
  }

  private func reading(of call: GroupCall) -> Reading {
    var reading: Reading = []
    for key in call.within ?? Array(groups.keys.indices) {
      reading.formUnion(self.reading(of: groups.keys[key].expression))
    }
    let expressions = call.call.operands + [call.call.condition].compactMap { $0 } + allConditions
    for expression in expressions { reading.formUnion(self.reading(of: expression)) }
    return reading
  }

  /// The conditions on rows, also those before a join.
  private var allConditions: [BoundExpression] {
    var parts = conditions
    var (plan, level) = (rows, 0)
    while case .joined(let before, _) = plan.input {
      level += 1
      for case .filter(let filter) in before.stages {
        parts.append((0..<level).reduce(filter.condition) { part, _ in part.inJoinedRows })
      }
      plan = before
    }
    return parts
  }

  /// The rows that the cross touches: those of its scope in which both columns have a value.
  private func known(_ scope: FilterPlan?) -> [BoundExpression] {
    [scope?.condition].compactMap { $0 } + [columns.first, columns.second].map(\.isKnown)
  }

  /// The name of the result that a call is part of.
  private func name(of call: Int) -> String {
    let column = groups.keys.count + call
    let output = outputs.first { $0.expression.readsGroupColumn(column) }
    return output?.name ?? groups.calls[call].name
  }

  private func margins(of index: Int, inScope: [BoundExpression]) -> UnpublishedCross.Margins? {
    let call = groups.calls[index].call
    // Windows see other rows where fewer conditions are asked.
    guard depth == 0, rows.windows.isEmpty, call.function == .count, !call.isDistinct,
      groups.calls[index].within == nil
    else { return nil }
    var parts = conditions + (call.condition?.conjuncts ?? [])
    parts += call.operands.map(\.isKnown)
    let readings = parts.map(reading)
    let keys = groups.keys.map { reading(of: $0.expression) }
    if readings.contains(.both) || keys.contains(.both) { return nil }
    let count = { (wanted: Reading) in
      let isMeant = { (reading: Reading) in reading.isSubset(of: wanted) }
      return self.count(
        keys.indices.filter { isMeant(keys[$0]) },
        where: zip(parts, readings).filter { isMeant($1) }.map(\.0) + inScope)
    }
    let span = call.span
    let touched = BoundExpression(.and(inScope), .boolean, mayBeMissing: false, at: span)
    let untouched = BoundExpression(.not(touched), .boolean, mayBeMissing: false, at: span)
    return UnpublishedCross.Margins(
      certain: self.count(Array(keys.indices), where: parts + [untouched]),
      shown: count(.both), all: count([]), first: count(.first), second: count(.second),
      whole: whole(of: index))
  }

  /// The rows of a share's denominator, if the call is its numerator and they are certain.
  private func whole(of numerator: Int) -> UnpublishedCross.Count? {
    for output in outputs {
      guard output.expression.type == .ratio,
        case .quotient(let part, let whole) = output.expression.kind,
        case .column(groups.keys.count + numerator) = part.kind,
        case .column(let place) = whole.kind, place >= groups.keys.count
      else { continue }
      let call = groups.calls[place - groups.keys.count]
      guard call.call.function == .count, reading(of: call) != .both else { continue }
      return count(
        call.within ?? Array(groups.keys.indices),
        where: conditions + (call.call.condition?.conjuncts ?? [])
          + call.call.operands.map(\.isKnown))
    }
    return nil
  }

  /// A count of the step's rows, after all lookups and none of its own conditions.
  private func count(_ keys: [Int], where conditions: [BoundExpression]) -> UnpublishedCross.Count {
    let lookups = rows.stages.filter { if case .filter = $0 { false } else { true } }
    return counting(lookups, keys, where: conditions)
  }

  /// A count of rows that have gone through some stages.
  private func counting(
    _ stages: [RowPlan.Stage], _ keys: [Int], where conditions: [BoundExpression]
  ) -> UnpublishedCross.Count {
    var plan = rows
    plan.watched = []
    plan.stages = stages
    let span = groups.calls[0].call.span
    plan.stages.append(
      .filter(
        FilterPlan(
          condition: BoundExpression(.and(conditions), .boolean, mayBeMissing: false, at: span),
          clause: "where", text: "", columns: [])))
    return UnpublishedCross.Count(
      keys: keys, plan: StepPlan(countOf: plan, by: keys.map { groups.keys[$0] }, at: span))
  }
}

extension BoundExpression {
  /// That the expression has a value.
  fileprivate var isKnown: BoundExpression {
    let missing = BoundExpression(.isMissing(self), .boolean, mayBeMissing: false, at: span)
    return BoundExpression(.not(missing), .boolean, mayBeMissing: false, at: span)
  }

  /// Whether a column is read somewhere within.
  fileprivate func reads(_ column: BoundExpression) -> Bool {
    kind == column.kind || operands.contains { $0.reads(column) }
  }

  /// Whether a column of the groups is read somewhere within.
  fileprivate func readsGroupColumn(_ place: Int) -> Bool {
    if case .column(place) = kind { return true }
    return operands.contains { $0.readsGroupColumn(place) }
  }
}
