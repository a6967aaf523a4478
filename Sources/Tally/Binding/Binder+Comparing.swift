extension DiagnosticCode {
  static let comparison = DiagnosticCode(
    "T0453", "`vs` has nothing to compare, or compares what does not go together.")
  static let unevenPeriods = DiagnosticCode(
    "T0454", "Periods of one unit are not made of whole periods of another.")
}

extension Binder {
  /// Adds the columns of `vs`.
  mutating func bind(
    _ versus: VersusSyntax, _ shape: inout ShapePlan, _ scope: GroupScope, _ rows: inout RowPlan,
    _ names: UniqueNames
  ) throws(QueryError) {
    var comparing = Comparing(binder: self, shape: shape, scope: scope, names: names)
    let previous = versus.comparisons.count { comparison in
      if case .previous = comparison { true } else { false }
    }
    for comparison in versus.comparisons {
      switch comparison {
      case .previous(let count, let unit, _):
        let key = try timeKey(of: scope, for: "`vs previous`", at: versus.span)
        comparing.shape.timeKey = key
        let words = count == 1 ? unit.rawValue : "\(count) \(unit.rawValue)s"
        let partner = try partner(
          count, unit, words, of: scope.keys[key].output.expression.type, at: versus.span)
        let suffix = previous > 1 ? "_" + words.replacingBlanks : ""
        try comparing.addPrevious(partner, suffix: suffix, at: versus.span)
      case .first:
        comparing.shape.timeKey = try timeKey(of: scope, for: "`vs first`", at: versus.span)
        try comparing.addFirst(at: versus.span)
      case .target(let target, let keys):
        try comparing.addTarget(target, keys, at: versus.span)
        // A period that is not over may miss its target for that reason.
        if comparing.shape.timeKey == nil {
          comparing.shape.timeKey = try? timeKey(of: scope, for: "`vs`", at: versus.span)
        }
      }
    }
    comparing.shape.isCutToDate = try cutToDate(versus, scope, &rows)
    shape = comparing.shape
  }

  // MARK: Earlier periods

  /// Where the group of so many units earlier is found.
  private func partner(
    _ count: Int, _ unit: TimeUnitSyntax, _ words: String, of type: ColumnType,
    at span: SourceSpan
  ) throws(QueryError) -> PartnerPlan {
    guard (1...1_000_000).contains(count) else {
      throw error(.type, .impossibleDate, "the calendar does not reach so far", at: span)
    }
    let steps = Int64(count)
    let name = "previous \(words)"
    switch type {
    case .date:
      switch unit {
      case .day: return .steps(steps, name: name)
      case .week: return .steps(steps * 7, name: name)
      default:
        if let months = unit.months { return .months(steps * Int64(months), name: name) }
      }
    case .period(let own):
      if own.rawValue == unit.rawValue { return .steps(steps, name: name) }
      if let wanted = unit.months, let months = own.months,
        wanted * count % months == 0
      {
        return .steps(steps * Int64(wanted) / Int64(months), name: name)
      }
    default: break
    }
    let own = type.name
    let mended = own == "week" && unit == .year ? "previous \(count * 52) weeks" : "previous \(own)"
    throw error(
      .type, .unevenPeriods,
      "the groups are \(own)s, and \(words) \(count == 1 ? "is" : "are") not made of whole \(own)s",
      at: span, help: ["write `vs \(mended)`, or group by another unit"])
  }

  /// Keeps the rows that lie as early in their year, or another unit, as today does in its own;
  /// tells whether that is asked for.
  private mutating func cutToDate(
    _ versus: VersusSyntax, _ scope: GroupScope, _ rows: inout RowPlan
  ) throws(QueryError) -> Bool {
    var units: [(unit: TimeUnitSyntax, isCut: Bool)] = []
    for case .previous(_, let unit, let toDate) in versus.comparisons {
      units.append((unit, toDate))
    }
    guard let unit = units.first(where: \.isCut)?.unit else { return false }
    guard units.allSatisfy({ $0.isCut && $0.unit == unit }) else {
      throw unlike(
        "comparisons to date and others", at: versus.span,
        help: ["`to date` cuts the rows of the whole step, so that both sides are alike"])
    }
    let key = scope.keys[try timeKey(of: scope, for: "`vs`", at: versus.span)].output.expression
    guard let day = key.type == .date ? key : key.dayOfPeriod, unit.isDatePart else {
      throw error(
        .type, .unevenPeriods, "`to date` needs the days of rows, and the key holds none",
        at: versus.span, help: ["group by a date or by a period of one, for instance year(opened)"])
    }
    let place = try place(of: day, in: unit, at: versus.span)
    let limit = environment.today.place(in: unit)
    let condition = condition(
      .comparison(
        .lessOrEqual, place, .constant(.integer(Int128(limit)), .integer, at: versus.span)),
      at: versus.span)
    rows.stages.append(
      .filter(
        FilterPlan(
          condition: decided(condition), clause: "where",
          text: "\(text(day.span)) no later in its \(unit.rawValue) than \(environment.today)",
          columns: [text(day.span)])))
    return true
  }

  /// How far a day is into its year, quarter, month or week, as a number that grows with it.
  private func place(of day: BoundExpression, in unit: TimeUnitSyntax, at span: SourceSpan)
    throws(QueryError) -> BoundExpression
  {
    do throws(FunctionProblem) {
      if unit == .week { return try FunctionCatalog.bind("weekday", [day], at: span) }
      let dayNumber = try FunctionCatalog.bind("day_number", [day], at: span)
      guard let months = unit.months, months > 1 else { return dayNumber }
      let month = try FunctionCatalog.bind("month", [day], at: span).reread(as: .integer)
      let whole = { (left: BoundExpression, operation: ArithmeticOperator, right: Int) in
        BoundExpression(
          .arithmetic(
            operation, left, .constant(.integer(Int128(right)), .integer, at: span)), .integer,
          mayBeMissing: left.mayBeMissing, at: span)
      }
      return BoundExpression(
        .arithmetic(.add, whole(whole(month, .modulo, months), .multiply, 100), dayNumber),
        .integer, mayBeMissing: day.mayBeMissing, at: span)
    } catch {
      throw self.error(.type, .functionArguments, error.message, at: span)
    }
  }
}

extension CalendarDate {
  /// How far the day is into its year, quarter, month or week, as a number that grows with it.
  fileprivate func place(in unit: TimeUnitSyntax) -> Int {
    if unit == .week { return weekday }
    let parts = parts
    guard let months = unit.months, months > 1 else { return parts.day }
    return (parts.month - 1) % months * 100 + parts.day
  }
}

extension TimeUnitSyntax {
  /// The months of the unit; nil for those that months are made of.
  fileprivate var months: Int? {
    switch self {
    case .year: 12
    case .quarter: 3
    case .month: 1
    case .week, .day, .hour, .minute, .second: nil
    }
  }

  /// Whether days lie in it.
  fileprivate var isDatePart: Bool { months != nil || self == .week }
}

extension PeriodUnit {
  /// The months of the unit; nil for weeks.
  var months: Int? {
    switch self {
    case .year: 12
    case .quarter: 3
    case .month: 1
    case .week: nil
    }
  }
}

extension String {
  /// The words joined by `_`, as in names of columns.
  fileprivate var replacingBlanks: String {
    String(map { $0 == " " ? "_" : $0 })
  }
}
