extension FunctionCall {
  /// The functions of dates, moments, periods and lengths of time.
  func bindDates() throws(FunctionProblem) -> BoundExpression {
    switch entry.name {
    case "year": return try period(.year, .year)
    case "quarter": return try period(.quarter, .quarter)
    case "month": return try period(.month, .month)
    case "week": return try period(.week, .week)
    case "year_number": return arithmetic(.add, try period(.year, .year, .integer), 1970, .integer)
    case "quarter_number": return try number(of: .quarter, .quarter, in: 4)
    case "month_number": return try number(of: .month, .month, in: 12)
    case "week_number", "day_number", "weekday", "day_of_year":
      try expect(1...1)
      guard let function = ScalarFunction(rawValue: entry.name) else { break }
      if case .period(.week) = arguments[0].type, function == .weekNumber {
        return call(function, [call(.start, [arguments[0]], .date)], .integer)
      }
      return call(function, [try day(0)], .integer)
    case "hour_number": return try clock(3_600_000_000, in: 24)
    case "minute_number": return try clock(60_000_000, in: 60)
    case "days": return try whole(86_400_000_000)
    case "hours": return try whole(3_600_000_000)
    case "minutes": return try whole(60_000_000)
    case "date": return try bindDate()
    case "start": return try edge(.start)
    case "finish": return try edge(.finish)
    case "add_months": return try bindAddMonths()
    case "add_days": return try bindAddDays()
    case "working_days":
      try expect(2...2)
      return call(.workingDays, [try day(0), try day(1)], .integer)
    default: break
    }
    throw FunctionProblem("there is no function \(entry.name)", isUnknownName: true)
  }

  /// The period of a unit that holds a day, a moment or a shorter period.
  private func period(
    _ function: ScalarFunction, _ unit: PeriodUnit, _ type: ColumnType? = nil
  ) throws(FunctionProblem) -> BoundExpression {
    try expect(1...1)
    let result = type ?? .period(unit)
    guard case .period(let own) = arguments[0].type else {
      return call(function, [try day(0)], result)
    }
    if own == unit { return arguments[0].reread(as: result) }
    let count: Int128? =
      switch (own, unit) {
      case (.month, .quarter): 3
      case (.month, .year): 12
      case (.quarter, .year): 4
      default: nil
      }
    guard let count else {
      throw mismatch(
        0, wants: "a date, or a period that lies in one \(unit.rawValue)",
        help: ["start(x) gives the first day of a period"])
    }
    return arithmetic(.floorDivide, arguments[0], count, result)
  }

  /// The number of a period among those of its year, from 1.
  private func number(of function: ScalarFunction, _ unit: PeriodUnit, in count: Int128)
    throws(FunctionProblem) -> BoundExpression
  {
    let index = try period(function, unit, .integer)
    return arithmetic(.add, arithmetic(.modulo, index, count, .integer), 1, .integer)
  }

  /// The number of whole units since midnight or since the next larger unit.
  private func clock(_ unit: Int128, in count: Int128) throws(FunctionProblem) -> BoundExpression {
    try expect(1...1)
    guard arguments[0].type == .dateTime || arguments[0].isMissingLiteral else {
      throw mismatch(0, wants: "a moment")
    }
    let units = arithmetic(.floorDivide, arguments[0].reread(as: .integer), unit, .integer)
    return arithmetic(.modulo, units, count, .integer)
  }

  /// The whole units in a length of time, rounded down.
  private func whole(_ unit: Int128) throws(FunctionProblem) -> BoundExpression {
    try expect(1...1)
    guard arguments[0].type == .duration || arguments[0].isMissingLiteral else {
      throw mismatch(
        0, wants: "a length of time", help: ["the difference of two dates is one"])
    }
    return arithmetic(.floorDivide, arguments[0].reread(as: .duration), unit, .integer)
  }

  private func bindDate() throws(FunctionProblem) -> BoundExpression {
    try expect(1...1)
    guard arguments[0].type == .text else { return try day(0) }
    return call(.date, arguments, .date, mayBeMissing: true)
  }

  /// The first or last day of a period.
  private func edge(_ function: ScalarFunction) throws(FunctionProblem) -> BoundExpression {
    try expect(1...1)
    if arguments[0].isMissingLiteral { return arguments[0].reread(as: .date) }
    guard case .period = arguments[0].type else {
      throw mismatch(
        0, wants: "a period", help: ["month(x) gives the month of a date, for instance"])
    }
    return call(function, arguments, .date)
  }

  /// Months later, at the same time of the day.
  private func bindAddMonths() throws(FunctionProblem) -> BoundExpression {
    try expect(2...2)
    let months = try integer(1)
    let later = call(.addMonths, [try day(0), months], .date)
    guard arguments[0].type == .dateTime else { return later }
    let midnight = arithmetic(.multiply, later, Int128(microsecondsPerDay), .dateTime)
    let time = arithmetic(
      .modulo, arguments[0].reread(as: .integer), Int128(microsecondsPerDay), .duration)
    return BoundExpression(
      .arithmetic(.add, midnight, time), .dateTime, mayBeMissing: later.mayBeMissing, at: span)
  }
}

extension FunctionCall {
  /// Days later, at the same time of the day.
  fileprivate func bindAddDays() throws(FunctionProblem) -> BoundExpression {
    try expect(2...2)
    let count = try integer(1)
    let isMoment = arguments[0].type == .dateTime
    let start = isMoment ? arguments[0] : try day(0)
    let length =
      isMoment ? arithmetic(.multiply, count, Int128(microsecondsPerDay), .duration) : count
    return BoundExpression(
      .arithmetic(.add, start, length), isMoment ? .dateTime : .date,
      mayBeMissing: start.mayBeMissing || count.mayBeMissing, at: span)
  }
}

extension FunctionCatalog {
  /// All functions, by subject.
  static let entries: [Entry] = textEntries + numberEntries + dateEntries

  /// The functions of dates, moments, periods and lengths of time.
  static let dateEntries: [Entry] = [
    Entry(
      name: "year", signatures: ["year(date)", "year(period)"], summary: "The year of a date.",
      example: ("year(@2025-03-01)", "2025")),
    Entry(
      name: "quarter", signatures: ["quarter(date)", "quarter(month)"],
      summary: "The quarter of a date.", example: ("quarter(@2025-03-01)", "2025-Q1")),
    Entry(
      name: "month", signatures: ["month(date)"], summary: "The month of a date.",
      example: ("month(@2025-03-01)", "2025-03")),
    Entry(
      name: "week", signatures: ["week(date)"],
      summary: "The week of a date, from Monday to Sunday (ISO 8601).",
      example: ("week(@2025-03-01)", "2025-W09")),
    Entry(
      name: "year_number", signatures: ["year_number(date)", "year_number(period)"],
      summary: "The year as a whole number.", example: ("year_number(@2025-03-01)", "2025")),
    Entry(
      name: "quarter_number", signatures: ["quarter_number(date)", "quarter_number(period)"],
      summary: "The quarter of the year, 1 to 4.", example: ("quarter_number(@2025-03-01)", "1")),
    Entry(
      name: "month_number", signatures: ["month_number(date)", "month_number(month)"],
      summary: "The month of the year, 1 to 12.", example: ("month_number(@2025-03-01)", "3")),
    Entry(
      name: "week_number", signatures: ["week_number(date)", "week_number(week)"],
      summary: "The week of the year, 1 to 53 (ISO 8601).",
      example: ("week_number(@2025-03-01)", "9")),
    Entry(
      name: "day_number", signatures: ["day_number(date)"],
      summary: "The day of the month, 1 to 31.", example: ("day_number(@2025-03-01)", "1")),
    Entry(
      name: "weekday", signatures: ["weekday(date)"],
      summary: "The day of the week: 1 is Monday, 7 is Sunday.",
      example: ("weekday(@2025-03-01)", "6")),
    Entry(
      name: "day_of_year", signatures: ["day_of_year(date)"],
      summary: "The day of the year, 1 to 366.", example: ("day_of_year(@2025-03-01)", "60")),
    Entry(
      name: "hour_number", signatures: ["hour_number(moment)"],
      summary: "The hour of the day, 0 to 23.", example: ("hour_number(@2022-05-11T13:53)", "13")),
    Entry(
      name: "minute_number", signatures: ["minute_number(moment)"],
      summary: "The minute of the hour, 0 to 59.",
      example: ("minute_number(@2022-05-11T13:53)", "53")),
    Entry(
      name: "days", signatures: ["days(duration)"],
      summary: "The whole days in a length of time, rounded down.",
      example: ("days(@2025-03-01 - @2025-02-01)", "28")),
    Entry(
      name: "hours", signatures: ["hours(duration)"],
      summary: "The whole hours in a length of time, rounded down.",
      example: ("hours(@2025-03-02 - @2025-03-01)", "24")),
    Entry(
      name: "minutes", signatures: ["minutes(duration)"],
      summary: "The whole minutes in a length of time, rounded down.",
      example: ("minutes(@2025-03-02 - @2025-03-01)", "1440")),
    Entry(
      name: "date", signatures: ["date(text)", "date(moment)"],
      summary: "The day that a text such as 2025-03-01 names, or that a moment lies in.",
      example: ("date(\"2025-03-01\")", "2025-03-01")),
    Entry(
      name: "start", signatures: ["start(period)"], summary: "The first day of a period.",
      example: ("start(month(@2025-02-14))", "2025-02-01")),
    Entry(
      name: "finish", signatures: ["finish(period)"], summary: "The last day of a period.",
      example: ("finish(month(@2025-02-14))", "2025-02-28")),
    Entry(
      name: "add_months", signatures: ["add_months(date, count)"],
      summary: "The same day so many months later, or that month's last day.",
      example: ("add_months(@2025-01-31, 1)", "2025-02-28")),
    Entry(
      name: "add_days", signatures: ["add_days(date, count)"],
      summary: "So many days later.", example: ("add_days(@2025-02-27, 2)", "2025-03-01")),
    Entry(
      name: "working_days",
      signatures: ["working_days(from, to)", "working_days(from, to, holidays.day)"],
      summary: "The days from Monday to Friday after `from`, up to and including `to`, less those "
        + "of a table's column.",
      example: ("working_days(@2025-02-28, @2025-03-04)", "2")),
  ]
}
