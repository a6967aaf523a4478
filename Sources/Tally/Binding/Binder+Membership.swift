extension DiagnosticCode {
  static let openRange = DiagnosticCode("T0423", "An end of a range is missing.")
}

extension Binder {
  /// `value in set` and `value not in set`.
  func bindMembership(_ test: MembershipSyntax, at span: SourceSpan) throws(QueryError)
    -> BoundExpression
  {
    var value = try bind(test.value)
    if case .expression(let set) = test.set, case .literal(.period) = set.kind {
      value = untypedColumn(value, as: .date) ?? value
    }
    let result = try membership(of: value, in: test, at: span)
    return test.isNegated ? negation(of: result, at: span) : result
  }

  /// `value between lower and upper`, both included.
  func bindBetween(_ between: BetweenSyntax, at span: SourceSpan) throws(QueryError)
    -> BoundExpression
  {
    let value = try bind(between.value)
    let lower = try end(between.lower, for: value, isLower: true)
    let upper = try end(between.upper, for: value, isLower: false)
    let test = try within(value, lower, upper, at: span)
    return between.isNegated ? negation(of: test, at: span) : test
  }

  private func membership(
    of value: BoundExpression, in test: MembershipSyntax, at span: SourceSpan
  ) throws(QueryError) -> BoundExpression {
    if test.isLoose, !test.mayBeLoose {
      throw error(
        .type, .typeMismatch, "`loosely` goes only with a list of texts behind `in`", at: span,
        fixIts: withoutLoosely(span))
    }
    switch test.set {
    case .list(let elements):
      let members = try elements.mapThrowing { element throws(QueryError) in try bind(element) }
      return try membership(of: value, members, loosely: test.isLoose, at: span)
    case .range(let low, let high, let includesEnd):
      let lower = try end(low, for: value, isLower: true)
      let upper = try end(high, for: value, isLower: false)
      if includesEnd { return try within(value, lower, upper, at: span) }
      try checkEnds(of: value, lower, upper)
      let (first, least) = try unified(value, lower, "the range", at: span)
      let (second, most) = try unified(value, upper, "the range", at: span)
      return condition(
        .and([
          condition(.comparison(.greaterOrEqual, first, least), at: span),
          condition(.comparison(.less, second, most), at: span),
        ]), at: span)
    case .relative(let relative): return try membership(of: value, in: relative, at: span)
    case .expression(let expression) where expression.isHalfYear:
      let lower = try end(expression, for: value, isLower: true)
      let upper = try end(expression, for: value, isLower: false)
      return try within(value, lower, upper, at: span)
    case .expression(let expression):
      return try membership(of: value, inMeaningOf: expression, test, at: span)
    case .query(let query):
      let plan = try inner().plan(query)
      guard let schema = plan.schema, schema.columns.count == 1 else {
        throw error(.type, .typeMismatch, "a query behind `in` must give one column", at: span)
      }
      try checkMembers(of: value, schema.columns[0].type, at: query.span)
      collected.queries.append(plan)
      let set = BoundSet.query(collected.queries.count - 1)
      return condition(.membership(value, set), at: span)
    }
  }

  /// `in @2025-Q1`, `in $list`, `in table.column`.
  private func membership(
    of value: BoundExpression, inMeaningOf expression: ExpressionSyntax, _ test: MembershipSyntax,
    at span: SourceSpan
  ) throws(QueryError) -> BoundExpression {
    switch expression.kind {
    case .parameter(let name):
      return try membership(
        of: value, argument(name), expression, loosely: test.isLoose, at: span)
    case .placeholder(let number):
      let argument = try placeholder(number, at: expression.span)
      return try membership(of: value, argument, expression, loosely: test.isLoose, at: span)
    case .name(let path) where path.parts.count == 2:
      let key = Environment.key(path.parts[0].text)
      if environment.tables[key] != nil || environment.views[key] != nil {
        return try membership(of: value, inColumn: path, of: table(path.parts[0]), at: span)
      }
    default: break
    }
    let other = try bind(expression)
    guard case .period(let period)? = other.constantValue,
      let (first, last) = try bounds(of: period, as: value.type, at: other.span)
    else {
      throw error(
        .type, .typeMismatch,
        "`in` needs a list, a range, a period or a column of a table, and this is"
          + " \(described(other))", at: other.span,
        help: ["for one value write ="], fixIts: rangeMends(expression))
    }
    return condition(
      .between(
        value, .constant(first, value.type, at: other.span),
        .constant(last, value.type, at: other.span)), at: span)
  }

  private func membership(
    of value: BoundExpression, _ argument: QueryArgument, _ expression: ExpressionSyntax,
    loosely: Bool,
    at span: SourceSpan
  ) throws(QueryError) -> BoundExpression {
    let values: [CellValue]
    switch argument {
    case .list(let list): values = list
    case .value(let value): values = [value]
    }
    let members = values.map {
      BoundExpression.constant($0, $0.type ?? value.type, at: expression.span)
    }
    return try membership(of: value, members, loosely: loosely, at: span)
  }

  private func membership(
    of value: BoundExpression, inColumn path: NamePathSyntax, of named: Environment.NamedTable,
    at span: SourceSpan
  ) throws(QueryError) -> BoundExpression {
    let scope = Scope(schema: Schema(of: named.table), qualifier: named.name)
    var lookup = self
    lookup.scope = scope
    let entry = try lookup.entry(for: path)
    try checkMembers(of: value, entry.expression.type, at: path.span)
    let step = StepPlan(
      rows: RowPlan(input: .table(named.table, name: named.name)), groups: nil,
      result: ResultPlan(
        isDistinct: true, outputs: [Output(name: entry.name, expression: entry.expression)]))
    var plan = QueryPlan(steps: [step])
    if case .column(let column) = entry.expression.kind,
      value.type.scale == entry.expression.type.scale
    {
      plan.members = QueryPlan.MemberPlan(
        table: named.table, name: named.name, column: column)
    }
    collected.queries.append(plan)
    return condition(
      .membership(value, .query(collected.queries.count - 1)), at: span)
  }

  /// Members that come from data must have the type of the value, up to the scale of numbers.
  private func checkMembers(of value: BoundExpression, _ type: ColumnType, at span: SourceSpan)
    throws(QueryError)
  {
    let bothExact =
      value.type.isNumeric && type.isNumeric && !value.type.isFloating && !type.isFloating
    guard value.type == type || bothExact else {
      throw error(
        .type, .typeMismatch,
        "the members are of type \(type.name), and the value is \(described(value))", at: span)
    }
  }

  /// `in (1, 2, x)`: constants make a set, anything else is compared one by one.
  private func membership(
    of value: BoundExpression, _ members: [BoundExpression], loosely: Bool, at span: SourceSpan
  ) throws(QueryError) -> BoundExpression {
    var constants: [CellValue] = []
    var tests: [BoundExpression] = []
    // Loosely texts are compared, so that columns without any value are texts.
    let value = loosely ? emptyColumn(value, as: .text) ?? value : value
    var subject = value
    for member in members {
      let member = loosely ? emptyColumn(member, as: .text) ?? member : member
      if let (first, last) = try periodBounds(member, beside: value) {
        tests.append(condition(.between(value, first, last), at: member.span))
        continue
      }
      let (first, second) = try unified(value, member, "the value and its list", at: member.span)
      if !loosely {
        noteUnknownValue(second, in: first)
      } else if second.constantValue != .missing {
        try requireText([first, second])
      }
      if let constant = second.constantValue, first.type == value.type {
        constants.append(constant)
        subject = first
      } else if loosely {
        tests.append(try match(.equals, first, second, loosely: true, at: member.span))
      } else {
        tests.append(condition(.comparison(.equal, first, second), at: member.span))
      }
    }
    if !constants.isEmpty || tests.isEmpty {
      let set = BoundSet(constants, type: subject.type, loosely: loosely)
      tests.insert(condition(.membership(subject, set), at: span), at: 0)
    }
    return tests.count == 1 ? tests[0].moved(to: span) : condition(.or(tests), at: span)
  }

  private func periodBounds(_ member: BoundExpression, beside value: BoundExpression)
    throws(QueryError) -> (BoundExpression, BoundExpression)?
  {
    guard case .period(let period)? = member.constantValue, member.type != value.type,
      let (first, last) = try bounds(of: period, as: value.type, at: member.span)
    else { return nil }
    return (
      .constant(first, value.type, at: member.span), .constant(last, value.type, at: member.span)
    )
  }

  /// `1-3` behind `in` is a difference, and meant as a range.
  private func rangeMends(_ expression: ExpressionSyntax) -> [FixIt] {
    guard case .binary(let binary) = expression.kind, binary.operator == .subtract,
      case .literal = binary.left.kind, case .literal = binary.right.kind
    else { return [] }
    let range = "\(text(binary.left.span))..\(text(binary.right.span))"
    return [FixIt("write \(range)", replace: expression.span, with: range)]
  }

  /// An end of a range as it is written: a half-year stands for its first or last quarter.
  private func end(_ end: ExpressionSyntax, for value: BoundExpression, isLower: Bool)
    throws(QueryError) -> BoundExpression
  {
    guard case .literal(.period(.half(let year, let half))) = end.kind else {
      return try bound(bind(end), for: value, isLower: isLower)
    }
    let month = (half - 1) * 6 + (isLower ? 1 : 4)
    guard let day = CalendarDate(year: year, month: month, day: 1) else {
      throw error(.type, .impossibleDate, "the calendar does not reach so far", at: end.span)
    }
    let quarter = CalendarPeriod(.quarter, containing: day)
    return try bound(
      .constant(.period(quarter), .period(.quarter), at: end.span), for: value, isLower: isLower)
  }

  /// The lower or upper end of a range: a period stands for its first or last day.
  private func bound(_ end: BoundExpression, for value: BoundExpression, isLower: Bool)
    throws(QueryError) -> BoundExpression
  {
    guard let (first, last) = try periodBounds(end, beside: value) else { return end }
    return isLower ? first : last
  }

  /// A range has two ends: one that is missing would open it without a word.
  private func checkEnds(
    of value: BoundExpression, _ lower: BoundExpression, _ upper: BoundExpression
  ) throws(QueryError) {
    for (end, other, sign) in [(lower, upper, "<="), (upper, lower, ">=")]
    where end.isMissingLiteral {
      let words = other.isMissingLiteral ? "…" : text(other.span)
      throw error(
        .type, .openRange, "a range has two ends, and this one is missing", at: end.span,
        help: ["a condition with one end is a comparison: \(text(value.span)) \(sign) \(words)"])
    }
  }

  private func within(
    _ value: BoundExpression, _ lower: BoundExpression, _ upper: BoundExpression,
    at span: SourceSpan
  ) throws(QueryError) -> BoundExpression {
    try checkEnds(of: value, lower, upper)
    let (first, least) = try unified(value, lower, "the value and its limits", at: span)
    let (second, most) = try unified(value, upper, "the value and its limits", at: span)
    if first.type == second.type {
      return condition(.between(first, least, most), at: span)
    }
    return condition(
      .and([
        condition(.comparison(.greaterOrEqual, first, least), at: span),
        condition(.comparison(.lessOrEqual, second, most), at: span),
      ]), at: span)
  }

  /// `in last 3 months`: whole periods as seen from today.
  private func membership(
    of value: BoundExpression, in relative: RelativePeriodSyntax, at span: SourceSpan
  ) throws(QueryError) -> BoundExpression {
    let days: (CalendarDate, CalendarDate)
    let today = environment.today
    guard relative.count <= 1_000_000 else {
      throw error(.type, .impossibleDate, "the calendar does not reach so far", at: relative.span)
    }
    if let unit = PeriodUnit(rawValue: relative.unit.rawValue) {
      let now = CalendarPeriod(unit, containing: today).index
      let (first, last): (Int, Int) =
        switch relative.direction {
        case .last: (now - relative.count, now - 1)
        case .this: (now, now)
        case .next: (now + 1, now + relative.count)
        }
      days = (
        CalendarPeriod(unit, index: first).firstDay, CalendarPeriod(unit, index: last).lastDay
      )
    } else if relative.unit == .day {
      let now = today.daysSince1970
      let (first, last): (Int, Int) =
        switch relative.direction {
        case .last: (now - relative.count, now - 1)
        case .this: (now, now)
        case .next: (now + 1, now + relative.count)
        }
      days = (CalendarDate(daysSince1970: first), CalendarDate(daysSince1970: last))
    } else {
      return try membership(of: value, inTimes: relative, at: span)
    }
    guard days.0.isInRange, days.1.isInRange else {
      throw error(.type, .impossibleDate, "the calendar does not reach so far", at: relative.span)
    }
    guard value.type == .date || value.type == .dateTime else {
      throw error(
        .type, .typeMismatch, "a date is expected here, and this is \(described(value))",
        at: value.span)
    }
    let isDay = value.type == .date
    let first: CellValue =
      isDay ? .date(days.0) : .dateTime(Int64(days.0.daysSince1970) * microsecondsPerDay)
    let last: CellValue =
      isDay ? .date(days.1) : .dateTime(Int64(days.1.daysSince1970 + 1) * microsecondsPerDay - 1)
    return condition(
      .between(
        value, .constant(first, value.type, at: relative.span),
        .constant(last, value.type, at: relative.span)), at: span)
  }
}

extension Binder {
  /// `in last 3 hours`: whole hours, minutes or seconds as seen from now.
  private func membership(
    of value: BoundExpression, inTimes relative: RelativePeriodSyntax, at span: SourceSpan
  ) throws(QueryError) -> BoundExpression {
    guard value.type == .dateTime else {
      throw error(
        .type, .typeMismatch,
        "a date with time is expected here, and this is \(described(value))", at: value.span)
    }
    let size = Int(microseconds(relative.unit) ?? 1)
    let start = floorQuotient(Int(environment.moment), size) * size
    let count = relative.count * size
    let (first, last): (Int, Int) =
      switch relative.direction {
      case .last: (start - count, start - 1)
      case .this: (start, start + size - 1)
      case .next: (start + size, start + size + count - 1)
      }
    return condition(
      .between(
        value, .constant(.dateTime(Int64(first)), .dateTime, at: relative.span),
        .constant(.dateTime(Int64(last)), .dateTime, at: relative.span)), at: span)
  }
}

extension ExpressionSyntax {
  fileprivate var isHalfYear: Bool {
    if case .literal(.period(.half)) = kind { true } else { false }
  }
}

extension BoundSet {
  /// A set of constants of one type.
  init(_ values: [CellValue], type: ColumnType, loosely: Bool = false) {
    let hasMissing = values.contains(.missing)
    switch type {
    case .text:
      var texts = Set<String>()
      for case .text(let text) in values { texts.insert(text) }
      self = .texts(texts.sorted(), loosely: loosely, hasMissing: hasMissing)
    case .float, .ratio:
      var numbers = Set<Double>()
      for value in values {
        if case .float(let number) = value { numbers.insert(number) }
        if case .ratio(let number) = value { numbers.insert(number) }
      }
      self = .floats(numbers.sorted(), hasMissing: hasMissing)
    default:
      let stored = Set(values.compactMap(\.storedInteger)).sorted()
      let narrow = stored.compactMap { Int64(exactly: $0) }
      self =
        narrow.count == stored.count
        ? .integers(narrow, hasMissing: hasMissing) : .wide(stored, hasMissing: hasMissing)
    }
  }
}

extension MembershipSyntax {
  /// Whether `loosely` may stand behind it: texts are listed there, or a list is given.
  fileprivate var mayBeLoose: Bool {
    switch set {
    case .list: true
    case .range, .relative, .query: false
    case .expression(let expression):
      switch expression.kind {
      case .parameter, .placeholder: true
      default: false
      }
    }
  }
}
