extension SQLEmitter {
  /// Rows with their windows as further columns of their own.
  func windowed(
    _ rows: SQLRows, _ windows: [WindowPlan], _ queries: [SQLRelation]
  ) throws(QueryError) -> SQLRows {
    var rows = rows
    var rest = windows[...]
    while let first = rest.first {
      let known = rows.qualified.own.count
      // Windows that are computed of others wait for these.
      var batch = [first]
      rest.removeFirst()
      while let next = rest.first,
        next.expressions.allSatisfy({ !$0.readsOwnColumn(from: known) })
      {
        batch.append(next)
        rest.removeFirst()
      }
      var values: [SQLValue] = []
      for window in batch { values.append(try value(window, rows, queries)) }
      rows = stored(rows, adding: values)
    }
    return rows
  }

  /// A window as a value of each row.
  private func value(_ plan: WindowPlan, _ rows: SQLRows, _ queries: [SQLRelation])
    throws(QueryError) -> SQLValue
  {
    let writer = expressions(rows.qualified, queries)
    var operands: [SQLValue] = []
    for operand in plan.operands { operands.append(try writer.value(operand)) }
    var keys: [String] = []
    for key in plan.partition { keys.append(collated(try writer.value(key.expression)).text) }
    let partition = keys.isEmpty ? "" : "PARTITION BY \(keys.joined(separator: ", "))"
    let order = try order(plan.order, rows, queries)
    func over(_ call: String, _ keys: [String], _ frame: String = "") -> String {
      let parts = [partition, orderBy(keys), frame].filter { !$0.isEmpty }
      return "\(call) OVER (\(parts.joined(separator: " ")))"
    }
    switch plan.function {
    case .rank(.percent):
      let (smaller, all) = (over("rank()", order), over("count(\(operands[0].text))", []))
      let part = writer.quotient(
        SQLValue("\(smaller) - 1", .integer, .arithmetic),
        SQLValue("\(all) - 1", .integer, .arithmetic))
      return SQLValue(known(operands[0], part.text), .ratio)
    case .rank(let ranking):
      let name = ranking == .dense ? "dense_rank()" : "rank()"
      return SQLValue(known(operands[0], over(name, order)), .integer)
    case .rowNumber: return SQLValue(over("row_number()", order + rows.order), .integer)
    case .tile(let parts):
      let first = "(\(over("rank()", order)) - 1)"
      let size = "\(over("count(\(operands[0].text))", []))"
      return SQLValue(known(operands[0], tile(first, size, parts, writer)), .integer)
    case .offset(let distance):
      let name = distance < 0 ? "lag" : "lead"
      let call = "\(name)(\(operands[0].text), \(distance.magnitude))"
      return SQLValue(over(call, order + rows.order), operands[0].type)
    case .trend, .slope:
      throw refused(
        "has no straight line through times that is Tally's", at: plan.span,
        help: "let Tally compute it, and save the answer")
    case .aggregate(let function, let isDistinct, _, let frame):
      let words = try words(frame, plan)
      let keys = frame == .whole ? [] : order + rows.order
      return try aggregate(function, isDistinct, operands, plan, writer) {
        over($0, keys, words)
      }
    }
  }

  /// A value of rows whose operand is known.
  private func known(_ operand: SQLValue, _ value: String) -> String {
    "CASE WHEN \(operand.atom) IS NOT NULL THEN \(value) END"
  }

  /// Which tile a row lies in: the first ones are larger by one, and equal values share one.
  private func tile(_ first: String, _ count: String, _ parts: Int, _ writer: SQLExpressions)
    -> String
  {
    let size = writer.truncated(count, "\(parts)")
    let larger = "(\(count) % \(parts))"
    let long = "(\(larger) * (\(size) + 1))"
    let early = writer.truncated(first, "(\(size) + 1)")
    let late = writer.truncated("\(first) - \(long)", "NULLIF(\(size), 0)")
    return "CASE WHEN \(first) < \(long) THEN \(early) + 1 ELSE \(larger) + \(late) + 1 END"
  }

  private func words(_ frame: WindowFrame, _ plan: WindowPlan) throws(QueryError) -> String {
    switch frame {
    case .whole: return ""
    case .running: return "ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW"
    case .rows(let count): return "ROWS BETWEEN \(count - 1) PRECEDING AND CURRENT ROW"
    case .time:
      throw refused(
        "has no short way to say a window of time", at: plan.span,
        help: "count the window in rows: `over last 3`")
    }
  }

  private func aggregate(
    _ function: AggregateFunction, _ isDistinct: Bool, _ operands: [SQLValue], _ plan: WindowPlan,
    _ writer: SQLExpressions, over: (String) -> String
  ) throws(QueryError) -> SQLValue {
    let operand = operands[0]
    switch function {
    case .count where !isDistinct:
      return SQLValue(over("count(\(operand.text))"), .integer)
    case .sum:
      note(.emptySums)
      return SQLValue("COALESCE(\(over("sum(\(operand.text))")), 0)", operand.type)
    case .average where operand.type != .duration:
      if operand.type.isFloating {
        note(.floatSums)
        return SQLValue(over("avg(\(operand.text))"), operand.type)
      }
      let count = SQLValue(over("count(\(operand.text))"), .integer)
      return writer.quotient(
        SQLValue(over("sum(\(operand.text))"), operand.type),
        writer.rescaled(count, by: operand.type.scale)
      ).retyped(plan.type)
    case .min where operand.type != .boolean, .max where operand.type != .boolean:
      return SQLValue(over("\(function.rawValue)(\(operand.text))"), operand.type)
    default:
      throw refused(
        "has no \(function.rawValue) over windows that is Tally's", at: plan.span,
        help: "count, sum, average, min and max are there")
    }
  }
}

extension BoundExpression {
  /// Whether one of the step's own columns from a place on is read.
  fileprivate func readsOwnColumn(from place: Int) -> Bool {
    if case .column(let index) = kind { return index >= place }
    return operands.contains { $0.readsOwnColumn(from: place) }
  }
}
