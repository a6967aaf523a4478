extension DiagnosticCode {
  static let windowArguments = DiagnosticCode(
    "T0432", "A window was given arguments, `within`, `with` or `over` that it does not take.")
  static let misplacedWindow = DiagnosticCode(
    "T0433", "A window stands where the rows that it sees are not known yet.")
}

/// The functions that are windows and nothing else.
enum WindowName: String, Sendable, CaseIterable {
  case rank, previous, next, running, tile, trend, slope
  case denseRank = "dense_rank"
  case percentRank = "percent_rank"
  case rowNumber = "row_number"

  /// The window of a name in any letter case.
  init?(_ name: String) { self.init(rawValue: Environment.key(name)) }
}

extension ExpressionSyntax {
  /// Whether a window may be computed for it: for rows, or for groups, where an aggregate alone is
  /// one of a group's own rows.
  func mayHoldWindow(ofGroups: Bool) -> Bool {
    var found = false
    forEachDescendant { inner in
      guard case .call(let call) = inner.kind else { return }
      if WindowName(call.name.text) != nil || call.over != nil { found = true }
      guard let verb = call.verb else { return }
      let isOfRows = call.within != nil || [.first, .last, .share].contains(verb)
      let isOfGroups = call.within != nil && verb != .share
      if ofGroups ? isOfGroups : isOfRows { found = true }
    }
    return found
  }

  /// Whether an aggregate is called in it.
  var holdsAggregate: Bool {
    var found = false
    forEachDescendant { inner in
      if case .call(let call) = inner.kind, call.verb != nil { found = true }
    }
    return found
  }
}

extension Binder {
  /// A call that is a window; nil where it is none.
  func bindWindow(_ call: CallSyntax, at span: SourceSpan) throws(QueryError) -> BoundExpression? {
    if let verb = call.verb {
      if !isWindow(call, verb) { return nil }
      try checkPlace(at: span)
      return try bindAggregate(over: call, verb, at: span)
    }
    guard let name = WindowName(call.name.text) else { return nil }
    try checkPlace(at: span)
    if name == .running { return try bindRunning(call, at: span) }
    if let over = call.over { throw refuse(name, "`over`", at: over.span) }
    if let with = call.with { throw refuse(name, "`with`", at: with.span) }
    if call.isDistinct { throw refuse(name, "`distinct`", at: span) }
    let arguments = try call.arguments.mapThrowing { argument throws(QueryError) in
      try bind(argument)
    }
    let constants = arguments.dropFirst().map { argument -> Int? in
      if case .integer(let value)? = argument.constantValue { Int(exactly: value) } else { nil }
    }
    let number = constants.first ?? nil
    switch name {
    case .rank, .denseRank, .percentRank:
      try expect(name, call, 1...1, at: span)
      let ranking: WindowFunction.Ranking =
        name == .rank ? .competition : name == .denseRank ? .dense : .percent
      return try rank(.rank(ranking), name, call, arguments[0], at: span)
    case .tile:
      try expect(name, call, 2...2, at: span)
      guard let number, (1...1_000_000).contains(number) else {
        throw refuse(name, "a number of parts other than 1 to 1,000,000", at: arguments[1].span)
      }
      return try rank(.tile(number), name, call, arguments[0], at: span)
    case .rowNumber:
      try expect(name, call, 0...0, at: span)
      let arrangement = try arrange(
        name.rawValue, within: call.within, needs: .anyOrder, at: span)
      return window(.rowNumber, [], arrangement, .integer, at: span)
    case .trend, .slope:
      try expect(name, call, name == .trend ? 1...2 : 1...1, at: span)
      return try line(name, call, arguments, number, at: span)
    default:
      try expect(name, call, 1...2, at: span)
      guard arguments.count == 1 || (1...Int(Int32.max)).contains(number ?? 0) else {
        throw refuse(name, "a number of rows other than 1 and more", at: arguments[1].span)
      }
      let distance = number ?? 1
      let arrangement = try arrange(name.rawValue, within: call.within, needs: .order, at: span)
      return window(
        .offset(name == .next ? distance : -distance), [arguments[0]], arrangement,
        arguments[0].type, at: span)
    }
  }

  /// The straight line through values, in units of the time that orders rows.
  private func line(
    _ name: WindowName, _ call: CallSyntax, _ arguments: [BoundExpression], _ ahead: Int?,
    at span: SourceSpan
  ) throws(QueryError) -> BoundExpression {
    guard arguments[0].type.isNumeric else {
      throw refuse(name, "\(described(arguments[0])), but numbers", at: arguments[0].span)
    }
    guard arguments.count == 1 || (-1_000_000...1_000_000).contains(ahead ?? .max) else {
      throw refuse(
        name, "steps other than whole numbers up to a million", at: arguments[1].span)
    }
    let arrangement = try arrange(name.rawValue, within: call.within, needs: .order, at: span)
    return window(
      name == .slope ? .slope : .trend(ahead: Int64(ahead ?? 0)), [arguments[0]], arrangement,
      arguments[0].type.isPercentage ? .ratio : .float, at: span)
  }

  /// Outside of the rows of a step there is nothing that a window could see.
  private func checkPlace(at span: SourceSpan) throws(QueryError) {
    if mayHoldWindows { return }
    throw error(
      .type, .misplacedWindow, "a window needs the rows of a query to see", at: span,
      help: ["compute it in a step of a query: add rank(fee) as place where place <= 3"])
  }

  /// Ranks count from the largest value, tiles and parts from the smallest.
  private func rank(
    _ function: WindowFunction, _ name: WindowName, _ call: CallSyntax,
    _ value: BoundExpression, at span: SourceSpan
  ) throws(QueryError) -> BoundExpression {
    var arrangement = try arrange(name.rawValue, within: call.within, needs: .none, at: span)
    let isDescending = name == .rank || name == .denseRank
    arrangement.order = [
      ResultPlan.OrderKey(expression: groups?.orderKey(value) ?? value, isDescending: isDescending)
    ]
    arrangement.orderWords = text(value.span) + (isDescending ? " descending" : "")
    let type: ColumnType = name == .percentRank ? .ratio : .integer
    return window(function, [value], arrangement, type, at: span)
  }

  // MARK: Aggregates

  /// Whether a call of an aggregate is one over rows around, not over a group's rows.
  private func isWindow(_ call: CallSyntax, _ verb: AggregateVerbSyntax) -> Bool {
    if call.over != nil { return true }
    if groups == nil {
      if verb == .share { return !call.arguments.isEmpty }
      return call.within != nil || verb == .first || verb == .last
    }
    return call.within != nil && verb != .share
      && call.arguments.contains { $0.holdsAggregate || $0.mayHoldWindow(ofGroups: true) }
  }

  private func bindAggregate(
    over call: CallSyntax, _ verb: AggregateVerbSyntax, at span: SourceSpan
  ) throws(QueryError) -> BoundExpression {
    let phrase = AggregatePhrase(
      verb: verb, isDistinct: call.isDistinct, operands: call.arguments, with: call.with,
      within: call.within, span: span)
    try checkAdditivity(verb, call.arguments)
    if verb == .share { return try bindShare(over: phrase, call, at: span) }
    let (function, operands, fraction) = try windowOperands(phrase)
    var need: WindowNeed = verb == .first || verb == .last ? .order : .none
    if let over = call.over { need = over.unit == nil ? .order : .time }
    let arrangement = try arrange(verb.rawValue, within: call.within, needs: need, at: span)
    var frame = WindowFrame.whole
    if let over = call.over {
      frame = .rows(over.count)
      if let unit = over.unit, let type = arrangement.order.first?.expression.type {
        frame = .time(try windowTime(over, unit, type))
      }
    }
    return try aggregate(function, phrase, operands, fraction, frame, arrangement)
  }

  /// The operands of an aggregate over a window; `count` of rows has a value that every row has.
  private func windowOperands(_ phrase: AggregatePhrase) throws(QueryError)
    -> (AggregateFunction, [BoundExpression], ExactDecimal?)
  {
    let function = try function(of: phrase)
    if phrase.isDistinct, function != .count {
      throw error(
        .type, .windowArguments, "a window takes `distinct` with `count` alone", at: phrase.span,
        help: [
          "group by the keys for \(function.rawValue) distinct, and look the groups up",
          "without `distinct` all values of the window count",
        ])
    }
    let fraction = function == .percentile ? try percentileFraction(phrase) : nil
    var operands = phrase.operands
    if function == .percentile { operands.removeLast() }
    let wanted =
      function == .corr ? 2...2 : function == .count && !phrase.isDistinct ? 0...1 : 1...1
    guard wanted.contains(operands.count) else {
      throw error(
        .type, .aggregateOperand,
        "\(function.rawValue) takes \(wanted.upperBound) operand"
          + (wanted.upperBound == 1 ? "" : "s"), at: phrase.span,
        help: ["for instance \(function.rawValue)(fee within agency)"])
    }
    var bound = try operands.mapThrowing { operand throws(QueryError) in try bind(operand) }
    if bound.isEmpty { bound = [.constant(.boolean(true), .boolean, at: phrase.span)] }
    try checkRepetition(function, phrase, bound)
    return (function, bound, fraction)
  }

  private func aggregate(
    _ function: AggregateFunction, _ phrase: AggregatePhrase, _ operands: [BoundExpression],
    _ fraction: ExactDecimal?, _ frame: WindowFrame, _ arrangement: WindowArrangement
  ) throws(QueryError) -> BoundExpression {
    let type = try resultType(function, operands, phrase)
    var values = operands
    if let with = phrase.with {
      let condition = try filter(with, clause: "with")
      watch(condition.condition, clause: "with", columns: condition.columns)
      values = operands.map { value in
        BoundExpression(
          .conditional(
            value, condition: condition.condition,
            otherwise: .constant(.missing, value.type, at: with.span)), value.type,
          at: value.span)
      }
    }
    return window(
      .aggregate(function, isDistinct: phrase.isDistinct, fraction: fraction, frame), values,
      arrangement, type, isConditional: phrase.with != nil, at: phrase.span)
  }

  /// A row's part of what all rows around have together.
  private func bindShare(
    over phrase: AggregatePhrase, _ call: CallSyntax, at span: SourceSpan
  ) throws(QueryError) -> BoundExpression {
    if let over = call.over {
      throw error(
        .type, .windowArguments, "a share is one of all rows, not of a window", at: over.span,
        help: ["divide by it: fee / sum(fee over last 3)"])
    }
    var (part, whole) = try shareParts(phrase)
    // A row for which the condition does not hold has no part.
    if let with = phrase.with, let zero = part.type.zero {
      let condition = try filter(with, clause: "with")
      watch(condition.condition, clause: "with", columns: condition.columns)
      part = BoundExpression(
        .conditional(
          part, condition: condition.condition,
          otherwise: .constant(zero, part.type, at: with.span)), part.type, at: span)
    }
    return BoundExpression(.quotient(part, whole), .ratio, at: span)
  }

  /// A row's value, and the sum of all that its share is one of.
  private func shareParts(_ phrase: AggregatePhrase) throws(QueryError)
    -> (part: BoundExpression, whole: BoundExpression)
  {
    var sum = phrase
    sum.verb = .sum
    guard phrase.operands.count == 1, !phrase.isDistinct else {
      throw error(
        .type, .aggregateOperand, "the share of a row is that of a value", at: phrase.span,
        help: ["for instance share(fee within agency)"])
    }
    let part = try bind(phrase.operands[0])
    guard part.type.isNumeric || part.type == .duration else {
      throw error(
        .type, .misplacedAggregate,
        "share is computed over groups, not for a row, unless it is that of a number",
        at: phrase.span, help: ["for instance share(fee within agency)"])
    }
    sum.with = nil
    let arrangement = try arrange("share", within: phrase.within, needs: .none, at: phrase.span)
    let whole = try aggregate(.sum, sum, [part], nil, .whole, arrangement)
    return (part, whole)
  }

  // MARK: Running values

  /// `running(x)` is the sum up to each row; `running(A(x))` the aggregate of all up to it.
  private func bindRunning(_ call: CallSyntax, at span: SourceSpan) throws(QueryError)
    -> BoundExpression
  {
    if let over = call.over { throw refuse(.running, "`over`", at: over.span) }
    if call.isDistinct { throw refuse(.running, "`distinct`", at: span) }
    try expect(.running, call, 1...1, at: span)
    let argument = call.arguments[0]
    if case .call(let inner) = argument.kind, let verb = inner.verb, inner.over == nil,
      verb == .share || inner.within == nil
    {
      if call.with != nil { throw refuse(.running, "`with` here", at: span) }
      if groups == nil { try checkAdditivity(verb, inner.arguments) }
      let phrase = AggregatePhrase(
        verb: verb, isDistinct: inner.isDistinct, operands: inner.arguments, with: inner.with,
        within: inner.within, span: argument.span)
      return try groups == nil
        ? bindRunning(phrase, call, at: span) : bindRunning(ofGroups: phrase, call, at: span)
    }
    try checkAdditivity(.sum, [argument])
    let value = try bind(argument)
    let phrase = AggregatePhrase(
      verb: .sum, isDistinct: false, operands: call.arguments, with: call.with, within: nil,
      span: span)
    try checkRepetition(.sum, phrase, [value])
    return try aggregate(
      .sum, phrase, [value], nil, .running, try runningOrder(call, nil, at: span))
  }

  private func runningOrder(_ call: CallSyntax, _ within: WithinSyntax?, at span: SourceSpan)
    throws(QueryError) -> WindowArrangement
  {
    try arrange("running", within: call.within ?? within, needs: .order, at: span)
  }

  /// The aggregate of rows.
  private func bindRunning(
    _ phrase: AggregatePhrase, _ call: CallSyntax, at span: SourceSpan
  ) throws(QueryError) -> BoundExpression {
    let arrangement = try runningOrder(call, phrase.within, at: span)
    var own = phrase
    own.span = span
    if phrase.verb == .share {
      let (part, whole) = try shareParts(phrase)
      own.verb = .sum
      let sum = try aggregate(.sum, own, [part], nil, .running, arrangement)
      return share(sum, of: whole, at: span)
    }
    try checkRunning(phrase)
    let (function, operands, fraction) = try windowOperands(phrase)
    return try aggregate(function, own, operands, fraction, .running, arrangement)
  }

  /// The aggregate of the rows of all groups up to one, from what the groups have.
  private func bindRunning(
    ofGroups phrase: AggregatePhrase, _ call: CallSyntax, at span: SourceSpan
  ) throws(QueryError) -> BoundExpression {
    let arrangement = try runningOrder(call, phrase.within, at: span)
    let sum = { (value: BoundExpression) throws(QueryError) in
      var own = AggregatePhrase(
        verb: .sum, isDistinct: false, operands: [], with: nil, within: nil, span: span)
      own.operands = phrase.operands
      return try aggregate(.sum, own, [value], nil, .running, arrangement)
    }
    switch phrase.verb {
    case .share:
      let bound = try bindAggregate(phrase)
      guard case .quotient(let part, let whole) = bound.kind else { break }
      // A share of the group itself becomes one of all groups up to it.
      let isOfGroup = groups?.isOfGroup(whole) ?? false
      return share(try sum(part), of: isOfGroup ? try sum(whole) : whole, at: span)
    case .average:
      var (total, count) = (phrase, phrase)
      (total.verb, count.verb) = (.sum, .count)
      let values = try sum(bindAggregate(total))
      let type = try resultType(.average, [values], phrase)
      guard type != .duration else { break }
      let numbers = try sum(bindAggregate(count))
      let (first, second) =
        values.type.isFloating
        ? (values.asFloat(.float), numbers.asFloat(.float))
        : try sameScale(values, numbers, at: span)
      // The average of no value is missing, and no division by zero.
      let none = condition(
        .comparison(.equal, numbers, .constant(.integer(0), .integer, at: span)), at: span)
      return BoundExpression(
        .conditional(
          .constant(.missing, type, at: span), condition: none,
          otherwise: BoundExpression(.quotient(first, second), type, at: span)), type, at: span)
    case .min, .max:
      let value = try bindAggregate(phrase)
      let frame = WindowFunction.aggregate(
        phrase.verb == .min ? .min : .max, isDistinct: false, fraction: nil, .running)
      return window(frame, [value], arrangement, value.type, at: span)
    default:
      try checkRunning(phrase)
      return try sum(bindAggregate(phrase))
    }
    throw notRunning(phrase)
  }

  private func share(_ part: BoundExpression, of whole: BoundExpression, at span: SourceSpan)
    -> BoundExpression
  {
    let isFloating = part.type.isFloating
    return BoundExpression(
      .quotient(
        isFloating ? part : part.reread(as: .integer),
        isFloating ? whole : whole.reread(as: .integer)), .ratio, at: span)
  }

  private func checkRunning(_ phrase: AggregatePhrase) throws(QueryError) {
    let known: [AggregateVerbSyntax] = [.sum, .count, .average, .min, .max]
    if known.contains(phrase.verb), !phrase.isDistinct { return }
    throw notRunning(phrase)
  }

  private func notRunning(_ phrase: AggregatePhrase) -> QueryError {
    let name = (phrase.isDistinct ? "distinct " : "") + phrase.verb.rawValue
    return error(
      .type, .windowArguments, "running can't be taken of \(name)", at: phrase.span,
      help: ["it takes sum, count, average, min, max and share"])
  }

  // MARK: Columns

  /// The column of a window; equal windows share one.
  func window(
    _ function: WindowFunction, _ operands: [BoundExpression], _ arrangement: WindowArrangement,
    _ type: ColumnType, isConditional: Bool = false, at span: SourceSpan
  ) -> BoundExpression {
    var plan = WindowPlan(
      function: function, operands: operands, partition: arrangement.partition,
      order: arrangement.order, orderWords: arrangement.orderWords, type: type,
      text: text(span), span: span)
    plan.isConditional = isConditional
    let column: Int
    if let groups {
      column = GroupScope.firstWindow + groups.windows.add(plan)
    } else {
      column = collected.windows.add(plan)
    }
    return BoundExpression(.column(column), type, at: span)
  }

  private func expect(
    _ name: WindowName, _ call: CallSyntax, _ count: ClosedRange<Int>, at span: SourceSpan
  ) throws(QueryError) {
    if count.contains(call.arguments.count) { return }
    throw error(
      .type, .windowArguments,
      "\(name.rawValue) was given \(call.arguments.count) arguments", at: span,
      help: FunctionCatalog.windowEntry(name.rawValue)?.signatures ?? [])
  }

  private func refuse(_ name: WindowName, _ what: String, at span: SourceSpan) -> QueryError {
    error(
      .type, .windowArguments, "\(name.rawValue) does not take \(what)", at: span,
      help: FunctionCatalog.windowEntry(name.rawValue)?.signatures ?? [])
  }
}

/// The windows of a step's rows or groups while it is bound.
struct WindowList {
  /// The windows, those that are computed of others behind them.
  var plans: [WindowPlan] = []
  /// The column of the first.
  var firstColumn = 0
  /// The stages that rows have passed where a window is bound.
  var stageCount = 0

  /// The column of a window among them, or from ``firstColumn`` on.
  mutating func add(_ window: WindowPlan) -> Int {
    var window = window
    window.stageCount = stageCount
    if let known = plans.firstIndex(where: { $0.computesSame(as: window) }) {
      return firstColumn + known
    }
    plans.append(window)
    return firstColumn + plans.count - 1
  }
}

extension WindowPlan {
  fileprivate func computesSame(as other: WindowPlan) -> Bool {
    function == other.function && operands == other.operands && stageCount == other.stageCount
      && partition.map(\.expression) == other.partition.map(\.expression)
      && order.map(\.expression) == other.order.map(\.expression)
      && order.map(\.isDescending) == other.order.map(\.isDescending)
      && order.map(\.collation) == other.order.map(\.collation)
  }
}
