extension SQLEmitter {
  /// `top 5 with rest`: the best groups, and a last row of the rows that belong to no such group.
  func gathered(
    _ result: ResultPlan, _ groups: GroupPlan, _ rows: SQLRows, _ queries: [SQLRelation]
  ) throws(QueryError) -> SQLSelection {
    guard var top = result.top else {
      throw QueryError(kind: .bug, message: "the rest of nothing")
    }
    if let call = groups.calls.first(where: { !($0.within ?? []).isEmpty }) {
      throw refused(
        "has no short way to say which share the rest has within its groups", at: call.call.span,
        help: "leave out `with rest`, or `within`")
    }
    top.hasRest = false
    let base = stored(rows)
    let keyCount = groups.keys.count
    // The groups with all that is computed of them, ranked.
    let names = (0..<keyCount + groups.calls.count).map { hidden("\($0 + 1)") }
    var made = result
    (made.limit, made.skip, made.top) = (nil, 0, top)
    made.outputs = zip(names, groups.keys.map(\.expression.type) + groups.calls.map(\.call.type))
      .enumerated().map { index, column in
        Output(
          name: column.0, expression: BoundExpression(.column(index), column.1, at: top.by.span))
      }
    let step = StepPlan(rows: RowPlan(input: .previous), groups: groups, result: made)
    let best = store(
      numbered(
        try grouped(step, groups, base, queries, mayInline: false, true), as: hidden("place")),
      as: "best")
    var kept = SQLSelection(rows: read(best))
    let writer = expressions(kept.rows.frame, queries)
    for output in result.outputs {
      kept.items.append((collated(try writer.value(output.expression)), output.name))
    }
    kept.order = [dialect.quoted(hidden("place"))]
    let rest = try rest(of: base, best, result, groups, queries)
    var all = try labelled(kept, rest, keyCount: keyCount, label: "(rest)")
    (all.limit, all.skip) = (result.limit, result.skip)
    return all
  }

  /// A SELECT with one more column, the place of a row.
  private func numbered(_ selection: SQLSelection, as name: String) -> SQLSelection {
    var selection = selection
    selection.items.append(
      (SQLValue("row_number() OVER (\(orderBy(selection.order)))", .integer), name))
    return selection
  }

  /// What is computed of the rows that belong to groups that are not among the best.
  private func rest(
    of base: SQLRows, _ best: SQLRelation, _ result: ResultPlan, _ groups: GroupPlan,
    _ queries: [SQLRelation]
  ) throws(QueryError) -> SQLSelection {
    var rows = base
    let keyCount = groups.keys.count
    let writer = expressions(base.qualified, queries)
    func met(_ other: SQLRelation) throws(QueryError) -> String {
      let found = read(other, isJoined: true).frame.own
      var tests: [String] = []
      for (index, key) in groups.keys.enumerated() {
        tests.append(writer.same(found[index], try writer.value(key.expression)).text)
      }
      return "EXISTS (SELECT 1 FROM \(dialect.quoted(other.name))"
        + " WHERE \(tests.joined(separator: " AND ")))"
    }
    rows.conditions.append("NOT \(try met(best))")
    if let having = result.having {
      var passing = result
      (passing.top, passing.limit, passing.skip, passing.order) = (nil, nil, 0, [])
      passing.having = having
      passing.outputs = groups.keys.enumerated().map { index, key in
        Output(
          name: hidden("\(index + 1)"),
          expression: BoundExpression(.column(index), key.expression.type, at: key.expression.span))
      }
      let step = StepPlan(rows: RowPlan(input: .previous), groups: groups, result: passing)
      let groups = try grouped(step, groups, base, queries, mayInline: false, false)
      rows.conditions.append(try met(store(groups, as: "passing")))
    }
    rows.having = "count(*) > 0"
    var selection = SQLSelection(rows: rows)
    var own = groups.keys.map { key in
      SQLValue("CAST(NULL AS \(dialect.typeName(key.expression.type)))", key.expression.type)
    }
    for call in groups.calls {
      guard call.within != nil else {
        own.append(try aggregate(call.call, writer, rows.order))
        continue
      }
      // A share of everything has the denominator of all rows.
      var whole = SQLSelection(rows: base)
      whole.rows.order = []
      let value = try aggregate(call.call, expressions(base.frame, queries), base.order)
      whole.items = [(value, hidden("whole"))]
      let text = whole.text(dialect).split(separator: "\n").joined(separator: " ")
      own.append(SQLValue("(\(text))", value.type))
    }
    let measures = expressions(SQLFrame(own: own), queries)
    selection.items = zip(groups.keys, own).map { ($1, $0.name) }
    for output in result.outputs.dropFirst(keyCount) {
      selection.items.append((collated(try measures.value(output.expression)), output.name))
    }
    return selection
  }

  /// Rows, and a last one with a label under its first key.
  func labelled(
    _ rows: SQLSelection, _ last: SQLSelection, keyCount: Int, label: String
  ) throws(QueryError) -> SQLSelection {
    var (rows, last) = (rows, last)
    let writer = expressions(SQLFrame(), [])
    rows.items[0].value = collated(
      try writer.words(rows.items[0].value, at: SourceSpan(0, 0)))
    last.items[0].value = collated(SQLValue(dialect.literal(label), .text))
    for index in 1..<max(1, keyCount) {
      let type = last.items[index].value.type
      last.items[index].value = SQLValue("CAST(NULL AS \(dialect.typeName(type)))", type)
    }
    let place = hidden("place_of_row")
    rows = numbered(rows, as: place)
    last.order = []
    last.items.append((SQLValue("9223372036854775807", .integer), place))
    let first = store(rows, as: "shown")
    let second = store(last, as: "last_row")
    let name = store(
      text: "SELECT * FROM \(dialect.quoted(first.name))\nUNION ALL\n"
        + "SELECT * FROM \(dialect.quoted(second.name))", as: "all_rows")
    let relation = SQLRelation(name: name, columns: first.columns)
    let all = read(relation)
    var selection = SQLSelection(rows: all)
    for (index, item) in rows.items.dropLast().enumerated() {
      selection.items.append((all.frame.own[index], item.name))
    }
    selection.order = ["\(dialect.quoted(name)).\(dialect.quoted(place))"]
    return selection
  }
}
