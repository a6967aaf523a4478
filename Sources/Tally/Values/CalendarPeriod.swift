/// A week, month, quarter or year of the calendar.
///
///     let words = CalendarPeriod(.quarter, containing: day).description   // "2025-Q1"
public struct CalendarPeriod: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// What the period is one of.
  public let unit: PeriodUnit
  /// The number of units since the one that holds 1970-01-01.
  public let index: Int

  /// Makes the period `index` units after the one that holds 1970-01-01.
  public init(_ unit: PeriodUnit, index: Int) {
    self.unit = unit
    self.index = index
  }

  /// The period of a unit that holds a day. Weeks begin on Monday (ISO 8601).
  public init(_ unit: PeriodUnit, containing day: CalendarDate) {
    self.unit = unit
    switch unit {
    case .week:
      // 1970-01-01 was a Thursday: its week began on 1969-12-29, day -3.
      index = floorQuotient(day.daysSince1970 &+ 3, 7)
    case .month:
      let parts = day.parts
      index = (parts.year - 1970) * 12 + parts.month - 1
    case .quarter:
      let parts = day.parts
      index = (parts.year - 1970) * 4 + (parts.month - 1) / 3
    case .year: index = day.parts.year - 1970
    }
  }

  /// The first day.
  public var firstDay: CalendarDate {
    switch unit {
    case .week: return CalendarDate(daysSince1970: index &* 7 &- 3)
    case .month: return Self.firstDay(ofMonth: index)
    case .quarter: return Self.firstDay(ofMonth: index &* 3)
    case .year: return Self.firstDay(ofMonth: index &* 12)
    }
  }

  /// The last day.
  public var lastDay: CalendarDate {
    let next = CalendarPeriod(unit, index: index &+ 1).firstDay
    return CalendarDate(daysSince1970: next.daysSince1970 &- 1)
  }

  /// Whether the period lies in the years that dates may have, 1 to 9999.
  var isInRange: Bool {
    let bounds =
      switch unit {
      case .week: -102_737...418_984
      case .month: -1969 * 12...8030 * 12 - 1
      case .quarter: -1969 * 4...8030 * 4 - 1
      case .year: -1969...8029
      }
    return bounds.contains(index)
  }

  /// The first day of the month `index` months after January 1970, held inside the years 1 to
  /// 9999.
  static func firstDay(ofMonth index: Int) -> CalendarDate {
    let held = min(max(index, -1969 * 12), 8030 * 12 - 1)
    let year = floorQuotient(held, 12)
    let day = CalendarDate(year: year + 1970, month: held - year * 12 + 1, day: 1)
    return day ?? CalendarDate(daysSince1970: 0)
  }

  /// Orders by the first day, then the coarser unit last.
  public static func < (left: CalendarPeriod, right: CalendarPeriod) -> Bool {
    if left.unit == right.unit { return left.index < right.index }
    return (left.firstDay, left.lastDay) < (right.firstDay, right.lastDay)
  }

  /// The period as it is written in the language behind `@`: `2025`, `2025-Q1`, `2025-03`,
  /// `2025-W07`.
  public var description: String {
    switch unit {
    case .year: return padded(index &+ 1970, 4)
    case .quarter:
      let year = floorQuotient(index, 4)
      return "\(padded(year &+ 1970, 4))-Q\(index &- year &* 4 &+ 1)"
    case .month:
      let year = floorQuotient(index, 12)
      return "\(padded(year &+ 1970, 4))-\(padded(index &- year &* 12 &+ 1, 2))"
    case .week:
      // The ISO year of a week is the year of its Thursday.
      let thursday = CalendarDate(daysSince1970: firstDay.daysSince1970 &+ 3)
      let year = thursday.parts.year
      let newYear = CalendarDate(year: year, month: 1, day: 1) ?? thursday
      let week = (thursday.daysSince1970 &- newYear.daysSince1970) / 7 &+ 1
      return "\(padded(year, 4))-W\(padded(week, 2))"
    }
  }
}

/// The largest whole number not above `dividend / divisor`, for a positive divisor.
@inline(__always)
func floorQuotient(_ dividend: Int, _ divisor: Int) -> Int {
  floorDivision(dividend, divisor).quotient
}
