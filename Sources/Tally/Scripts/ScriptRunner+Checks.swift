extension ScriptRunner {
  /// Tests an `expect` or a `warn`.
  func check(_ check: CheckSyntax, at span: SourceSpan) throws(QueryError) -> CheckResult {
    let finding: Finding
    switch check.kind {
    case .no(let query): finding = try findRows(query)
    case .unique(let columns, let query): finding = try findRepeated(columns, query)
    case .condition(let condition):
      if let table = try rowTable(condition) {
        finding = try findBreaking(condition, table)
      } else {
        finding = try evaluate(condition)
      }
    case .matches(let query, let file, let tolerance):
      finding = try findDifferences(query, file, tolerance, at: span)
    }
    let result = CheckResult(
      holds: finding.failed == 0, isExpectation: check.severity == .expect,
      text: makeBinder().text(span), message: check.message, finding: finding.text,
      rows: finding.rows, places: finding.places, failedRowCount: finding.failed,
      testedRowCount: finding.tested,
      receipt: finding.receipt)
    if !result.holds, result.isExpectation, !options.reportsFailedChecks {
      throw QueryError(
        kind: .check,
        diagnostics: [
          Diagnostic(
            .failedCheck, check.message ?? "the check does not hold", at: span,
            label: finding.text)
        ])
    }
    return result
  }

  /// What a check came to.
  struct Finding {
    var failed: Int
    var tested: Int?
    var text: String?
    var rows: Table?
    var places: [LoadReport.Place] = []
    var receipt = Receipt()
  }

  /// The most rows that a failed check shows.
  static let shownRows = 20

  /// `no services where fee < 0`.
  private func findRows(_ query: QuerySyntax) throws(QueryError) -> Finding {
    let plan = try plan(query)
    let answer = try QueryRunner(context: makeContext()).answer(plan)
    let rowCount = answer.table.rowCount
    return try finding(
      answer, plan, tested: answer.table.receipt.steps.first?.rowsRead,
      "\(rowCount) row\(rowCount == 1 ? "" : "s")")
  }

  /// `unique id in services`.
  private func findRepeated(_ columns: [NamePathSyntax], _ query: QuerySyntax) throws(QueryError)
    -> Finding
  {
    let table = try run(query)
    var binder = makeBinder()
    binder.scope = Scope(schema: Schema(of: table), qualifier: nil)
    let scope = GroupScope()
    for column in columns {
      let entry = try binder.entry(for: column)
      scope.addKey(
        Output(name: entry.name, expression: entry.expression), signature: column.text)
    }
    let span = columns[0].span
    let count = scope.column(
      of: GroupCall(
        call: AggregateCall(function: .count, type: .integer, span: span), name: "count"),
      signature: "count")
    let one = BoundExpression.constant(.integer(1), .integer, at: span)
    var result = ResultPlan(
      outputs: scope.keys.enumerated().map { index, key in
        Output(name: key.output.name, expression: scope.key(index, at: span))
      } + [Output(name: "count", expression: count)])
    result.having = FilterPlan(
      condition: binder.condition(.comparison(.greater, count, one), at: span), clause: "having",
      text: "count > 1", columns: [])
    let step = StepPlan(
      rows: RowPlan(input: .table(table, name: "")),
      groups: GroupPlan(keys: scope.keys.map(\.output), calls: scope.calls), result: result)
    let repeats = QueryPlan(steps: [step])
    let repeated = try QueryRunner(context: makeContext()).answer(repeats)
    return try finding(
      repeated, repeats, tested: table.rowCount,
      "\(repeated.table.rowCount) values occur more than once")
  }

  /// The table of which each row is tested, if the condition names columns of one: `services.level
  /// in 1..4`.
  func rowTable(_ condition: ExpressionSyntax) throws(QueryError)
    -> Environment.NamedTable?
  {
    var found: NameSyntax?
    let environment = environment
    var isMember = Set<Int>()
    condition.forEachDescendant { expression in
      if case .membership(let test) = expression.kind, case .expression(let set) = test.set {
        isMember.insert(set.span.start)
      }
      if case .name(let path) = expression.kind, path.parts.count == 2,
        !isMember.contains(expression.span.start), found == nil
      {
        let key = Environment.key(path.parts[0].text)
        if environment.tables[key] != nil || environment.views[key] != nil {
          found = path.parts[0]
        }
      }
    }
    return try found.map { name throws(QueryError) in try makeBinder().table(name) }
  }

  /// A condition on each row of a table.
  private func findBreaking(_ condition: ExpressionSyntax, _ named: Environment.NamedTable)
    throws(QueryError) -> Finding
  {
    var binder = makeBinder()
    binder.scope = Scope(schema: Schema(of: named.table), qualifier: named.name)
    var filter = try binder.filter(condition, clause: "where")
    filter.condition = binder.negation(of: filter.condition, at: condition.span)
    let step = StepPlan(
      rows: RowPlan(input: .table(named.table, name: named.name), stages: [.filter(filter)]),
      groups: nil, result: ResultPlan(outputs: binder.allColumns()))
    let plan = QueryPlan(steps: [step], queries: binder.collected.queries)
    let breaking = try QueryRunner(context: makeContext()).answer(plan)
    return try finding(
      breaking, plan, tested: named.table.rowCount,
      "\(breaking.table.rowCount) of \(named.table.rowCount) rows")
  }

  private func finding(
    _ answer: QueryRunner.Answer, _ plan: QueryPlan, tested: Int?, _ text: String
  ) throws(QueryError) -> Finding {
    let table = answer.table
    if table.rowCount == 0 {
      return Finding(failed: 0, tested: tested, receipt: table.receipt)
    }
    return Finding(
      failed: table.rowCount, tested: tested, text: text,
      rows: try table.prefix(Self.shownRows), places: places(of: answer, plan),
      receipt: table.receipt)
  }

  /// The lines of the files from which rows of a table were read.
  private func places(of answer: QueryRunner.Answer, _ plan: QueryPlan) -> [LoadReport.Place] {
    guard plan.steps.count == 1, plan.steps[0].stages.isEmpty,
      case .table(_, let name) = plan.steps[0].rows.input,
      let rows = answer.rows, let report = database.loadReport(of: name)
    else { return [] }
    return rows.prefix(Self.shownRows).compactMap { report.place(ofRow: Int($0)) }
  }

  /// A condition on values: `(count services) = 583`.
  private func evaluate(_ condition: ExpressionSyntax) throws(QueryError) -> Finding {
    let binder = makeBinder()
    let bound = try binder.bindCondition(condition)
    let answer = try answer(bound, binder)
    if answer.columns[0][0] == .boolean(true) {
      return Finding(failed: 0, receipt: answer.receipt)
    }
    var text: String?
    if case .binary(let binary) = condition.kind, binary.operator.isComparison {
      let sides = try [binary.left, binary.right].mapThrowing { side throws(QueryError) in
        try value(side).text(in: .table) ?? "missing"
      }
      text = "\(sides[0]) \(binary.operator.rawValue) \(sides[1]) does not hold"
    }
    return Finding(failed: 1, text: text, receipt: answer.receipt)
  }
}

extension DiagnosticCode {
  static let failedCheck = DiagnosticCode("T0601", "An expectation about the data does not hold.")
}

extension Table {
  /// The first rows.
  func prefix(_ count: Int) throws(QueryError) -> Table {
    let kept = min(count, rowCount)
    return Table(
      names: columnNames,
      columns: try columns.mapThrowing { column throws(QueryError) in
        try column.sliced(0..<kept)
      }, rowCount: kept)
  }
}
