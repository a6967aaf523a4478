@testable import Tally
@testable import TallySyntax

extension Resolver {
  func meaning(_ literal: LiteralSyntax) throws -> Meaning {
    switch literal {
    case .number(let number):
      if number.isInteger, let whole = Int64(exactly: number.coefficient) {
        return .constant(.integer(Int128(whole)), .integer)
      }
      return decimal(number)
    case .percent(let number):
      let exact = ExactDecimal(coefficient: number.coefficient, scale: number.scale)
      guard exact.scale <= 36 else { throw invalid("too many digits") }
      let share = ExactDecimal(coefficient: exact.coefficient, scale: exact.scale + 2)
      return .constant(.percent(share), .percent(scale: share.scale))
    case .text(let text): return .constant(.text(text), .text)
    case .boolean(let flag): return .constant(.boolean(flag), .boolean)
    case .missing: return .constant(.missing, .text)
    case .period(let period): return try meaning(period)
    case .span(let count, let unit):
      guard let length = Self.microseconds[unit] else { throw invalid("no fixed length") }
      let total = count.coefficient.multipliedReportingOverflow(by: Int128(length))
      let power = ExactDecimal.powersOfTen[count.scale]
      guard !total.overflow, total.partialValue % power == 0,
        let stored = Int64(exactly: total.partialValue / power)
      else { throw invalid("a length that is too long or too fine") }
      return .constant(.duration(stored), .duration)
    }
  }

  static let microseconds: [TimeUnitSyntax: Int] = [
    .second: 1_000_000, .minute: 60_000_000, .hour: 3_600_000_000, .day: 86_400_000_000,
    .week: 604_800_000_000,
  ]

  private func exact(_ number: NumberSyntax) -> ExactDecimal {
    ExactDecimal(coefficient: number.coefficient, scale: number.scale)
  }

  private func decimal(_ number: NumberSyntax) -> Meaning {
    .constant(.decimal(exact(number)), .decimal(scale: number.scale))
  }

  private func meaning(_ period: PeriodSyntax) throws -> Meaning {
    switch period {
    case .year(let year): return try self.period(.year, year, 1, 1)
    case .half: throw invalid("a half-year")
    case .quarter(let year, let quarter): return try self.period(.quarter, year, quarter * 3, 1)
    case .month(let year, let month): return try self.period(.month, year, month, 1)
    case .week(let year, let week):
      // The first week of a year is the one of January 4.
      let first = CalendarPeriod(.week, containing: try day(year, 1, 4))
      let value = CalendarPeriod(.week, index: first.index + week - 1)
      return .constant(.period(value), .period(.week))
    case .day(let year, let month, let number):
      return .constant(.date(try day(year, month, number)), .date)
    case .instant(let instant):
      guard instant.offset == nil else { throw invalid("an offset") }
      let days = try day(instant.year, instant.month, instant.day).daysSince1970
      let seconds = ((days * 24 + instant.hour) * 60 + instant.minute) * 60 + instant.second
      return .constant(.dateTime(Int64(seconds * 1_000_000 + instant.nanosecond / 1000)), .dateTime)
    }
  }

  private func day(_ year: Int, _ month: Int, _ day: Int) throws -> CalendarDate {
    guard let date = CalendarDate(year: year, month: month, day: day) else {
      throw invalid("no such day")
    }
    return date
  }

  private func period(_ unit: PeriodUnit, _ year: Int, _ month: Int, _ day: Int) throws -> Meaning {
    let value = CalendarPeriod(unit, containing: try self.day(year, month, day))
    return .constant(.period(value), .period(unit))
  }
}
