import Testing

@testable import TallySyntax

/// What the binder relies on: where things are in the tree.
@Suite struct TreeTests {
  private func statement(_ text: String) throws -> StatementSyntax.Kind {
    let result = parseScript(SourceText(text))
    #expect(result.diagnostics.isEmpty, "\(text)")
    return try #require(result.script.statements.first).kind
  }

  private func step(_ text: String) throws -> StepSyntax {
    guard case .query(let query) = try statement(text) else { throw Missing() }
    return try #require(query.steps.first)
  }

  private func condition(_ text: String) throws -> ExpressionSyntax.Kind {
    for clause in try step("count t where \(text)").clauses {
      if case .where(let clause) = clause { return clause.condition.kind }
    }
    throw Missing()
  }

  private struct Missing: Error {}

  /// The name of the step's table.
  private func table(_ step: StepSyntax) -> String? {
    guard case .table(let name) = step.source?.kind else { return nil }
    return name.text
  }

  @Test(arguments: [
    "count services", "count of services", "share of services with level > 1", "list services",
    "list distinct services", "services where a", "from services", "count services, sum fee",
    "count distinct agency from services", "list name from services", "count fee from services",
    "share with level > 1 from services", "count (services)", "services", "list services as s",
  ])
  func findsSources(text: String) throws {
    #expect(table(try step(text)) == "services")
  }

  @Test func separatesObjectsFromSources() throws {
    let counted = try #require(try step("count services with a as b").head)
    #expect(counted.source != nil)
    guard case .aggregate(let rows) = counted.items[0].kind else { throw Missing() }
    #expect(rows.operand == nil && rows.with != nil && counted.items[0].alias?.text == "b")
    let values = try #require(try step("count fee from services").head)
    #expect(values.source == nil)
    guard case .aggregate(let fees) = values.items[0].kind else { throw Missing() }
    #expect(fees.operand != nil)
    #expect(try step("services where a").head == nil)
  }

  @Test func readsWordsAsNames() throws {
    let head = try #require(try step("list top, group, order, count, fill from t").head)
    #expect(head.items.count == 5 && !head.items.contains { $0.isAggregate })
    let later = "count t group by a then show count / n"
    guard case .query(let query) = try statement(later) else { throw Missing() }
    let shown = try #require(query.steps[1].head?.items.first)
    guard case .expression(let ratio) = shown.kind, case .binary = ratio.kind else {
      throw Missing()
    }
    guard case .name = try condition("count") else { throw Missing() }
    guard case .membership(let test) = try condition("a in (count, total)"),
      case .list(let names) = test.set
    else { throw Missing() }
    #expect(names.count == 2)
  }

  @Test func bindsOperators() throws {
    guard case .logical(.and, let both) = try condition("not a = b and c") else { throw Missing() }
    guard case .unary(.not, let negated) = both[0].kind, case .binary = negated.kind else {
      throw Missing()
    }
    guard case .binary(let equal) = try condition("a + b * 2 = -c") else { throw Missing() }
    #expect(equal.operator == .equal)
    guard case .binary(let sum) = equal.left.kind else { throw Missing() }
    #expect(sum.operator == .add)
    guard case .logical(.and, let parts) = try condition("a between 2 and 4 and b") else {
      throw Missing()
    }
    #expect(parts.count == 2)
    guard case .logical(.or, let many) = try condition("a or b or c or d") else { throw Missing() }
    #expect(many.count == 4)
    guard case .binary(let minus) = try condition("a - b - c"), case .binary = minus.left.kind
    else { throw Missing() }
  }

  @Test func readsConditions() throws {
    guard case .orMissing(let inner) = try condition("level in 1..4 or missing"),
      case .membership(let test) = inner.kind, case .range(_, _, includesEnd: true) = test.set
    else { throw Missing() }
    guard case .missingTest(_, isNegated: true) = try condition("a is not missing") else {
      throw Missing()
    }
    guard case .membership(let last) = try condition("d not in last 3 months"),
      case .relative(let period) = last.set
    else { throw Missing() }
    #expect(last.isNegated && period.count == 3 && period.unit == .month)
    guard case .membership(let ids) = try condition("id in payments.service_id"),
      case .expression(let column) = ids.set, case .name(let path) = column.kind
    else { throw Missing() }
    #expect(path.text == "payments.service_id")
    guard case .membership(let query) = try condition("id in (list id from p)"),
      case .query = query.set
    else { throw Missing() }
    guard case .binary(let loose) = try condition("a starts with 'x' loosely") else {
      throw Missing()
    }
    #expect(loose.operator == .startsWith && loose.isLoose)
    guard case .conditional(let branches, _) = try condition("1 if a else 2 if b else 3") else {
      throw Missing()
    }
    #expect(branches.count == 2)
    guard case .binary(let price) = try condition("price + 20% > 3"),
      case .binary(let sum) = price.left.kind, case .literal(.percent) = sum.right.kind
    else { throw Missing() }
  }

  @Test func tellsValuesFromTables() throws {
    guard case .letValue = try statement("let vat = 8%") else { throw Missing() }
    guard case .letValue = try statement("let total = (sum fee from t)") else { throw Missing() }
    guard case .letValue = try statement("let x = a + b") else { throw Missing() }
    guard case .letTable = try statement("let x = services") else { throw Missing() }
    guard case .letTable = try statement("let x = services where a") else { throw Missing() }
    guard case .letTable = try statement("let x = count services") else { throw Missing() }
    guard case .letTable = try statement("let x = fee, name from t") else { throw Missing() }
  }

  @Test func readsChecks() throws {
    func kind(_ text: String) throws -> CheckSyntax {
      guard case .check(let check) = try statement(text) else { throw Missing() }
      return check
    }
    guard case .no = try kind("expect no services where fee < 0").kind,
      case .unique(let columns, in: _) = try kind("warn unique a, s.b in services where c").kind,
      case .matches(_, file: "g.csv", tolerance: .some) =
        try kind("expect t matches \"g.csv\" within 1e-9").kind,
      case .condition = try kind("expect (count services) = 583").kind,
      case .condition = try kind("expect no > 3").kind
    else { throw Missing() }
    #expect(columns.count == 2)
    let check = try kind("warn t.level in 1..4 else \"level\"")
    #expect(check.severity == .warn && check.message == "level")
  }

  @Test func readsClauses() throws {
    let text = """
      count t lookup c as ends on a = c.b and d, e as of f left join many g on h >= i
        group by j with totals vs previous 3 years to date, target k on l, m, previous month, first
        bottom $n by o within (p, q) with rest limit 5 skip $1
      """
    let clauses = try step(text).clauses
    guard case .lookup(let lookup) = clauses[0], case .join(let join) = clauses[1],
      case .groupBy(let group) = clauses[2], case .versus(let versus) = clauses[3],
      case .top(let top) = clauses[4], case .limit(let limit) = clauses[5]
    else { throw Missing() }
    #expect(lookup.source.alias?.text == "ends" && lookup.keys.count == 3 && lookup.asOf != nil)
    #expect(join.kind == .left && join.cardinality == .many)
    #expect(group.hasTotals && versus.comparisons.count == 4)
    guard case .target(_, keys: let keys) = versus.comparisons[1] else { throw Missing() }
    #expect(keys.count == 2)
    #expect(top.isBottom && top.hasRest && top.within?.keys.count == 2 && limit.skip != nil)
    guard case .save(let save) = try step("count t save to 'a.csv'").clauses[0] else {
      throw Missing()
    }
    #expect(save.path == "a.csv")
  }

  @Test func readsStatements() throws {
    guard case .parameter(let list) = try statement("param p: list of int = (1, 2)"),
      case .explain(let sql) = try statement("explain count t group by a as b as sql duckdb"),
      case .explain(let alias) = try statement("explain count t group by a as sql where_is"),
      case .load(let load) = try statement(
        "load \"a.csv\" as a numbers \"1.234,5\" dates dmy delimiter \";\" no header "
          + "encoding \"windows-1258\" missing \"-\", \"n/a\" skip 2 types (b int, c text) lenient"),
      case .measure(let measure) = try statement("measure m on t = share(a)"),
      case .describe(let file) = try statement("describe \"a.csv\" dates ymd")
    else { throw Missing() }
    #expect(list.isList && list.defaultValue?.height == 2)
    #expect(dialect(sql) == "duckdb")
    #expect(dialect(alias) == "where_is")
    #expect(load.options.count == 9 && measure.table.text == "t" && file.options.count == 1)
  }

  @Test func readsWhatExplainTells() throws {
    func form(_ text: String) throws -> ExplainSyntax {
      guard case .explain(let explain) = try statement(text) else { throw Missing() }
      return explain
    }
    guard case .run = try form("explain count t as run").form,
      case .plan = try form("explain count t as a").form,
      case .plan = try form("explain count t as `run`").form,
      case .plan = try form("explain count t as run group by a").form,
      case .run = try form("explain count t group by a as b as run").form
    else { throw Missing() }
    guard case .query(let query) = try statement("count from t group by a as run") else {
      throw Missing()
    }
    #expect(query.steps.count == 1)
  }

  private func dialect(_ explain: ExplainSyntax) -> String? {
    if case .sql(let dialect) = explain.form { dialect?.text } else { nil }
  }
}
