extension DiagnosticCode {
  static let impossibleDate = DiagnosticCode("T0404", "The calendar has no such day or moment.")
  static let calendarSpan = DiagnosticCode(
    "T0405", "A span of months or years has no fixed length and stands only beside a date.")
}

extension Binder {
  /// The value of a literal.
  func bindLiteral(_ literal: LiteralSyntax, at span: SourceSpan) throws(QueryError)
    -> BoundExpression
  {
    switch literal {
    case .number(let number):
      if number.isInteger, let value = Int64(exactly: number.coefficient) {
        return .constant(.integer(Int128(value)), .integer, at: span)
      }
      let exact = ExactDecimal(coefficient: number.coefficient, scale: number.scale)
      return .constant(.decimal(exact), .decimal(scale: number.scale), at: span)
    case .percent(let number): return try percent(number, at: span)
    case .text(let text): return .constant(.text(text), .text, at: span)
    case .boolean(let value): return .constant(.boolean(value), .boolean, at: span)
    case .missing: return .constant(.missing, .text, at: span)
    case .period(let period): return try bindPeriod(period, at: span)
    case .span(let count, let unit):
      guard let length = microseconds(unit) else {
        throw error(
          .type, .calendarSpan,
          "\(unit.rawValue)s have no fixed length: they can only be added to a date or taken from it",
          at: span)
      }
      let (total, overflow) = count.coefficient.multipliedReportingOverflow(by: length)
      let power = ExactDecimal.powersOfTen[count.scale]
      guard !overflow, total % power == 0, let value = Int64(exactly: total / power) else {
        throw error(.type, .calendarSpan, "this span is too long or too fine", at: span)
      }
      return .constant(.duration(value), .duration, at: span)
    }
  }

  private func percent(_ number: NumberSyntax, at span: SourceSpan) throws(QueryError)
    -> BoundExpression
  {
    var exact = ExactDecimal(coefficient: number.coefficient, scale: number.scale)
    if number.scale + 2 > ExactDecimal.maximumScale {
      exact = exact.reduced
      guard exact.scale + 2 <= ExactDecimal.maximumScale else {
        throw error(.type, .typeMismatch, "this percentage has too many digits", at: span)
      }
    }
    let scale = exact.scale + 2
    return .constant(
      .percent(ExactDecimal(coefficient: exact.coefficient, scale: scale)),
      .percent(scale: scale), at: span)
  }

  /// The microseconds of a unit; nil for months and longer, which have no fixed length.
  func microseconds(_ unit: TimeUnitSyntax) -> Int128? {
    switch unit {
    case .second: 1_000_000
    case .minute: 60_000_000
    case .hour: 3_600_000_000
    case .day: Int128(microsecondsPerDay)
    case .week: Int128(microsecondsPerDay) * 7
    case .month, .quarter, .year: nil
    }
  }

  private func bindPeriod(_ period: PeriodSyntax, at span: SourceSpan) throws(QueryError)
    -> BoundExpression
  {
    switch period {
    case .year(let year): return self.period(.year, year, 1, at: span)
    case .quarter(let year, let quarter):
      return self.period(.quarter, year, quarter * 3 - 2, at: span)
    case .month(let year, let month): return self.period(.month, year, month, at: span)
    case .half:
      throw error(
        .type, .halfYear, "a half-year is a range of days, and no value", at: span,
        help: ["it stands behind `in` and as an end of `between`"])
    case .week(let year, let week):
      // Week 1 holds January 4 (ISO 8601).
      guard let anchor = CalendarDate(year: year, month: 1, day: 4) else {
        throw error(.type, .impossibleDate, "there is no year \(year)", at: span)
      }
      let first = CalendarPeriod(.week, containing: anchor)
      let value = CalendarPeriod(.week, index: first.index + week - 1)
      return .constant(.period(value), .period(.week), at: span)
    case .day(let year, let month, let day):
      guard let date = CalendarDate(year: year, month: month, day: day) else {
        throw error(.type, .impossibleDate, "the calendar has no such day", at: span)
      }
      return .constant(.date(date), .date, at: span)
    case .instant(let instant):
      let date = CalendarDate(year: instant.year, month: instant.month, day: instant.day)
      guard let date else {
        throw error(.type, .impossibleDate, "the calendar has no such day", at: span)
      }
      let seconds = Int64(instant.hour * 3600 + instant.minute * 60 + instant.second)
      let time = seconds * 1_000_000 + Int64(instant.nanosecond / 1000)
      // Moments are those of UTC, as `today` and `now` are.
      let offset = Int64(instant.offset ?? 0) * 60_000_000
      let moment = Int64(date.daysSince1970) * microsecondsPerDay + time - offset
      let day = floorQuotient(Int(moment), Int(microsecondsPerDay))
      guard CalendarDate(daysSince1970: day).isInRange else {
        throw error(.type, .impossibleDate, "the calendar does not reach so far", at: span)
      }
      return .constant(.dateTime(moment), .dateTime, at: span)
    }
  }

  private func period(_ unit: PeriodUnit, _ year: Int, _ month: Int, at span: SourceSpan)
    -> BoundExpression
  {
    let day = CalendarDate(year: max(1, year), month: month, day: 1)
    let value = CalendarPeriod(unit, containing: day ?? CalendarDate(daysSince1970: 0))
    return .constant(.period(value), .period(unit), at: span)
  }
}

extension DiagnosticCode {
  static let halfYear = DiagnosticCode("T0461", "A half-year stands where a value is expected.")
}
