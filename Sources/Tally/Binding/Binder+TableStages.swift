extension DiagnosticCode {
  static let columnTypes = DiagnosticCode(
    "T0440", "Columns that become one have types of which none holds the values of both exactly.")
  static let unequalColumns = DiagnosticCode(
    "T0441", "`except` compares rows of tables with different columns.")
}

extension Binder {
  /// A step with its `append`, `except` and `unpivot`: `bound`, or the step that stores `rows` where
  /// nothing else does.
  ///
  /// Where only the data tell the columns of the step, it is run first.
  mutating func addStages(
    _ step: StepSyntax, to bound: StepPlan?, _ rows: RowPlan, in plan: inout QueryPlan
  ) throws(QueryError) -> StepPlan? {
    guard step.clauses.contains(where: \.changesTable) else { return bound }
    var staged =
      bound ?? StepPlan(rows: rows, groups: nil, result: ResultPlan(outputs: allColumns()))
    if staged.schema == nil {
      plan.steps.append(staged)
      let answered = try answer(of: &plan)
      staged = StepPlan(rows: answered, groups: nil, result: ResultPlan(outputs: allColumns()))
    }
    guard var schema = staged.schema else { return staged }
    if staged.groups == nil {
      for (index, output) in staged.result.outputs.enumerated() {
        schema.columns[index].isEmpty = isEmptyColumn(output.expression)
      }
    }
    for clause in step.clauses {
      let stage: TableStage
      switch clause {
      case .append(let append): stage = .append(try combination(append.source, with: schema, nil))
      case .except(let except):
        stage = .except(try combination(except.source, with: schema, except.span))
      case .unpivot(let unpivot): stage = .unpivot(try self.unpivot(unpivot, schema))
      default: continue
      }
      staged.stages.append(stage)
      schema = stage.schema(of: schema)
    }
    return staged
  }

  /// Runs the steps that are bound so far, whose columns only the data can tell: what follows is
  /// bound to their answer.
  mutating func answer(of plan: inout QueryPlan) throws(QueryError) -> RowPlan {
    guard let access else { throw TableAccess.resting }
    var before = plan
    before.queries = collected.queries
    before.saving = nil
    collected.queries = []
    plan.steps = []
    let table = try access.answer(of: before)
    scope = Scope(schema: Schema(of: table), qualifier: nil)
    return RowPlan(input: .answered(table, before))
  }

  // MARK: Append and except

  /// The columns of a result and another table by name; `exact` is the place of an `except`, which
  /// needs the same columns in both.
  private func combination(
    _ source: SourceSyntax, with schema: Schema, _ exact: SourceSpan?
  ) throws(QueryError) -> CombinedTable {
    let named = try wholeTable(source)
    let other = Schema(of: named.table)
    var combined = CombinedTable(
      name: named.name, tableName: storedName(source), table: named.table, columns: [])
    var places: [String: Int] = [:]
    for (index, column) in other.columns.enumerated() {
      places[Environment.key(column.name)] = index
    }
    for (index, column) in schema.columns.enumerated() {
      let place = places.removeValue(forKey: Environment.key(column.name))
      if exact != nil, place == nil {
        throw unequal(column.name, named.name, schema, other, source)
      }
      let type = try place.map { place throws(QueryError) in
        try joined(column, other.columns[place], named.name, at: source.span)
      }
      combined.columns.append(
        CombinedTable.Pair(
          name: column.name, type: type ?? column.type, left: index, right: place))
    }
    for (index, column) in other.columns.enumerated()
    where places[Environment.key(column.name)] != nil {
      if exact != nil { throw unequal(column.name, nil, schema, other, source) }
      combined.columns.append(
        CombinedTable.Pair(name: column.name, type: column.type, left: nil, right: index))
    }
    return combined
  }

  private func joined(
    _ left: Schema.Entry, _ right: Schema.Entry, _ table: String, at span: SourceSpan
  ) throws(QueryError) -> ColumnType {
    if let type = left.joinedType(with: right) { return type }
    throw error(
      .type, .columnTypes,
      "\(left.name) is \(described(left.type)) here and \(described(right.type)) in \(table)",
      at: span, help: helpForTypes(left, right))
  }

  private func helpForTypes(_ left: Schema.Entry, _ right: Schema.Entry) -> [String] {
    if left.type.isNumeric, right.type.isNumeric {
      let exact = left.type.isFloating ? right : left
      if left.type.isFloating != right.type.isFloating {
        return ["`\(spelledName(exact.name)) / 1` makes an exact number a float"]
      }
      return ["`number(\(spelledName(left.name)))` and `percent(…)` turn one into the other"]
    }
    return [
      "turn one into the type of the other first, for instance with `text(…)`, or give them two"
        + " names"
    ]
  }

  private func unequal(
    _ name: String, _ lacking: String?, _ schema: Schema, _ other: Schema, _ source: SourceSyntax
  ) -> QueryError {
    let known = Set(other.columns.map { Environment.key($0.name) })
    let common = schema.columns.filter { known.contains(Environment.key($0.name)) }.map(\.name)
    let names = common.map(spelledName).joined(separator: ", ")
    return error(
      .type, .unequalColumns,
      lacking.map { "\(name) is no column of \($0)" } ?? "\(name) is no column of this step",
      at: source.span,
      help: [
        "rows are equal in all columns or not at all"
          + (common.isEmpty
            ? ""
            : "; both have \(names): begin with `list \(names)`, and take"
              + " `(list \(names) from …)` out of it")
      ])
  }

  // MARK: Unpivot

  private func unpivot(_ unpivot: UnpivotSyntax, _ schema: Schema) throws(QueryError) -> UnpivotPlan
  {
    var plan = UnpivotPlan(
      columns: [], names: [], others: [], key: unpivot.key.text, value: unpivot.value.text,
      type: .text)
    var whole: Schema.Entry?
    for name in unpivot.columns {
      let index = try place(of: name, in: schema)
      let column = schema.columns[index]
      if plan.columns.contains(index) {
        throw error(
          .name, .duplicateName, "\(column.name) stands twice behind `unpivot`", at: name.span)
      }
      if let before = whole {
        guard let type = before.joinedType(with: column) else {
          throw error(
            .type, .columnTypes,
            "\(column.name) is \(described(column.type)), and \(plan.names[0]) is"
              + " \(described(before.type))", at: name.span, help: helpForTypes(before, column))
        }
        let isEmpty = before.isEmpty && column.isEmpty
        whole = Schema.Entry(name: before.name, type: type, mayBeMissing: true, isEmpty: isEmpty)
      } else {
        whole = column
      }
      plan.columns.append(index)
      plan.names.append(column.name)
    }
    plan.type = whole?.type ?? .text
    plan.others = schema.columns.indices.filter { !plan.columns.contains($0) }
    var taken = Set(plan.others.map { Environment.key(schema.columns[$0].name) })
    for name in [unpivot.key, unpivot.value]
    where !taken.insert(Environment.key(name.text)).inserted {
      throw error(
        .name, .duplicateName, "two columns would be called \(name.text)", at: name.span)
    }
    return plan
  }

  private func place(of name: NameSyntax, in schema: Schema) throws(QueryError) -> Int {
    let key = Environment.key(name.text)
    if let index = schema.columns.firstIndex(where: { Environment.key($0.name) == key }) {
      return index
    }
    let names = schema.columns.map(\.name)
    let nearest = closest(to: name.text, among: names)
    throw error(
      .name, .unknownColumn, "no column \"\(name.text)\"", at: name.span,
      label: nearest.map { "did you mean \"\($0)\"?" },
      help: ["columns: " + names.prefix(20).joined(separator: ", ")],
      fixIts: nearest.map { [FixIt("write \($0)", replace: name.span, with: spelledName($0))] }
        ?? [])
  }

  // MARK: Types

  private func described(_ type: ColumnType) -> String {
    described(BoundExpression(.column(0), type, at: SourceSpan(0, 0)))
  }

  private func isEmptyColumn(_ expression: BoundExpression) -> Bool {
    if case .column(let index) = expression.kind { return scope.emptyColumns[index] != nil }
    return false
  }
}

extension Schema.Entry {
  /// The type that holds the values of both columns exactly; a column without values has any.
  fileprivate func joinedType(with other: Schema.Entry) -> ColumnType? {
    if let type = type.joined(with: other.type) { return type }
    if other.isEmpty { return type }
    return isEmpty ? other.type : nil
  }
}

extension ClauseSyntax {
  /// Whether the clause changes the result of its step as a whole.
  fileprivate var changesTable: Bool {
    switch self {
    case .append, .except, .unpivot: true
    default: false
    }
  }
}

extension DiagnosticCode {
  /// The codes of constructs that take in whole tables, in order.
  static let tableCodes: [DiagnosticCode] = [
    .columnTypes, .unequalColumns, .joinCondition, .timeColumn, .sameTime,
    .crossTooLarge, .notPure, .recursion, .measureTable,
  ]
}
