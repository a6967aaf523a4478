extension DiagnosticCode {
  static let unknownOrder = DiagnosticCode(
    "T0430", "A window needs rows in an order, and nothing says which.")
  static let windowOfTime = DiagnosticCode(
    "T0431", "A window of time needs rows in order of a time that has such units.")
}

/// Which rows a window sees, and in which order.
struct WindowArrangement {
  var partition: [Output] = []
  var order: [ResultPlan.OrderKey] = []
  /// The order in words; nil where rows are taken as they stand.
  var orderWords: String?
}

extension Binder {
  /// How much a window cares for the order of rows.
  enum WindowNeed {
    case none
    /// It takes rows as they stand where nothing else is said.
    case anyOrder
    case order
    case time
  }

  /// Which rows a window sees: those that `within` says, and in the order of the step, or else along
  /// the time that is a key of the groups, within the other keys.
  func arrange(
    _ name: String, within: WithinSyntax?, needs need: WindowNeed, at span: SourceSpan
  ) throws(QueryError) -> WindowArrangement {
    let stated = try within.map { within throws(QueryError) in
      try within.keys.mapThrowing { key throws(QueryError) in
        Output(name: text(key.span), expression: try bind(key))
      }
    }
    var result = WindowArrangement(partition: stated ?? [])
    if case .none = need { return result }
    let keys = grainKeys
    let times = keys.filter { $0.expression.type.isTime }
    let (order, words) = try stepOrder()
    let isOfKeys = order.allSatisfy { key in
      keys.contains { own in
        own.expression.isSameColumn(as: key.expression)
          || groups?.orderKey(own.expression) == key.expression
      }
    }
    let standsOtherwise = groups == nil && (scope.grain.map { !$0.followsKeys } ?? false)
    if !times.isEmpty, isOfKeys, !(order.isEmpty && standsOtherwise) {
      if times.count > 1, stated == nil { throw severalTimes(name, times, within, at: span) }
      result.order = times.map {
        ResultPlan.OrderKey(expression: $0.expression, isDescending: false)
      }
      result.orderWords = times.map(\.name).joined(separator: ", ")
      result.partition = stated ?? keys.filter { !$0.expression.type.isTime }
      return result
    }
    if !order.isEmpty {
      if case .time = need {
        guard order[0].expression.type.isTime else { throw noTime(name, at: span) }
        result.order = [
          ResultPlan.OrderKey(expression: order[0].expression, isDescending: false)
        ]
        result.orderWords = text(order[0].expression.span)
        return result
      }
      (result.order, result.orderWords) = (order, words)
      return result
    }
    if case .time = need { throw noTime(name, at: span) }
    if groups == nil, scope.grain?.isOrdered ?? false { return result }
    if case .anyOrder = need { return result }
    throw unknownOrder(name, at: span)
  }

  /// The order that the step asks for, as far as it doesn't come from windows itself.
  private func stepOrder() throws(QueryError) -> (keys: [ResultPlan.OrderKey], words: String) {
    var binder = self
    if groups == nil { binder.scope.entries += collected.headNames }
    let items = groups?.items
    groups?.items = items.flatMap { $0.isEmpty ? groups?.orderItems : $0 } ?? []
    defer { groups?.items = items ?? [] }
    var keys: [ResultPlan.OrderKey] = []
    var words: [String] = []
    let clauses = currentStep?.clauses ?? []
    for case .orderBy(let clause) in clauses {
      for key in clause.keys {
        if key.expression.mayHoldWindow(ofGroups: groups != nil)
          || binder.readsLaterName(key.expression)
        {
          break
        }
        keys.append(try binder.orderKey(key))
        words.append(text(key.expression.span) + (key.isDescending ? " descending" : ""))
      }
    }
    return (keys, words.joined(separator: ", "))
  }

  /// Whether an expression reads a name that the step gives to something that is not bound yet.
  private func readsLaterName(_ expression: ExpressionSyntax) -> Bool {
    var given = Set<String>()
    let adds = (currentStep?.clauses ?? []).flatMap { clause -> [ItemSyntax] in
      if case .add(let add) = clause { add.items } else { [] }
    }
    for item in (currentStep?.head?.items ?? []) + adds {
      if let alias = item.alias { given.insert(Environment.key(alias.text)) }
    }
    var found = false
    expression.forEachDescendant { inner in
      guard case .name(let path) = inner.kind, path.parts.count == 1 else { return }
      let name = path.parts[0].text
      if groups?.item(named: name) != nil || groups?.keyIndex(name: name) != nil { return }
      if case .none = scope.find(name), given.contains(Environment.key(name)) { found = true }
    }
    return found
  }

  // MARK: Refusals

  private func unknownOrder(_ name: String, at span: SourceSpan) -> QueryError {
    let key =
      grainKeys.first?.name ?? scope.entries.first { $0.expression.type.isTime }?.name
    return error(
      .type, .unknownOrder, "\(name) depends on the order of rows, and nothing says which it is",
      at: span,
      help: [
        "say it with `order by`, or group by a time such as month(…), which is an order itself"
      ],
      fixIts: fixIt(orderingBy: key))
  }

  private func noTime(_ name: String, at span: SourceSpan) -> QueryError {
    let key = scope.entries.first { $0.expression.type.isTime }?.name
    return error(
      .type, .windowOfTime, "\(name) counts back in time, and rows are not in order of a time",
      at: span, help: ["order by a date first, or group by a time such as month(…)"],
      fixIts: groups == nil ? fixIt(orderingBy: key) : [])
  }

  private func severalTimes(
    _ name: String, _ times: [Output], _ within: WithinSyntax?, at span: SourceSpan
  ) -> QueryError {
    let names = times.map(\.name)
    let end = SourceSpan(span.end - 1, span.end - 1)
    return error(
      .type, .unknownOrder,
      "\(name) may begin anew with each \(names[0]) or go on: groups have the times "
        + names.joined(separator: " and "), at: span,
      fixIts: [
        FixIt("begin anew with each \(names[0])", replace: end, with: " within \(names[0])"),
        FixIt("go on", replace: end, with: " within all"),
      ])
  }

  /// The mend that puts the step in order, where it has none.
  private func fixIt(orderingBy name: String?) -> [FixIt] {
    guard let name, let step = currentStep else { return [] }
    var end = step.head?.span.end ?? step.span.start
    for clause in step.clauses {
      switch clause {
      case .orderBy: return []
      case .top, .limit, .append, .except, .unpivot, .chart, .save: break
      default: end = max(end, clause.span.end)
      }
    }
    let words = " order by " + spelledName(name)
    return [FixIt("write `\(words.dropFirst())`", replace: SourceSpan(end, end), with: words)]
  }
}

extension Grain {
  /// Whether rows stand as their keys say, in one direction or the other.
  fileprivate var followsKeys: Bool { !isOrdered || isOrderedByKeys }
}

extension Binder {
  /// The length of a window of time, in what the times are stored in.
  func windowTime(_ over: OverSyntax, _ unit: TimeUnitSyntax, _ type: ColumnType)
    throws(QueryError) -> WindowTime
  {
    let months: Int64? =
      switch unit {
      case .month: 1
      case .quarter: 3
      case .year: 12
      default: nil
      }
    switch type {
    case .date:
      if let months { return time(over, months, .monthsOfDays) }
      if unit == .day { return time(over, 1) }
      if unit == .week { return time(over, 7) }
    case .dateTime:
      if let months { return time(over, months, .monthsOfMoments) }
      if let length = microseconds(unit) { return time(over, Int64(length)) }
    case .period(.week): if unit == .week { return time(over, 1) }
    case .period(let own):
      let size: Int64 = own == .month ? 1 : own == .quarter ? 3 : 12
      if let months {
        let whole = time(over, months)
        if whole.count % size == 0 { return WindowTime(count: whole.count / size, unit: .stored) }
      }
    default: break
    }
    let own: String =
      if case .period(let own) = type { own.rawValue } else { type == .date ? "day" : "second" }
    throw error(
      .type, .windowOfTime,
      "rows are in order of \(own)s, of which \(over.count) \(unit.rawValue)s are no whole number",
      at: over.span,
      fixIts: [
        FixIt(
          "count \(own)s", replace: over.span,
          with: "over last \(over.count) \(own)\(over.count == 1 ? "" : "s")")
      ])
  }

  private func time(_ over: OverSyntax, _ size: Int64, _ unit: WindowTime.Unit = .stored)
    -> WindowTime
  {
    let (count, overflow) = Int64(over.count).multipliedReportingOverflow(by: size)
    return WindowTime(count: overflow ? .max : count, unit: unit)
  }
}
