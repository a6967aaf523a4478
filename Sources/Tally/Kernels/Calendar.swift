// Days are numbers since 1970-01-01, periods numbers of their unit since the one of that day.
// Rows without a value may hold anything: days are held in the years 1 to 9999 first.

/// A function of one day or one period.
protocol CalendarFunction {
  static func apply(_ value: Int) -> Int
}

/// Applies a function to each row.
@inline(__always)
func mapCalendar<F: CalendarFunction>(
  _ function: F.Type, _ values: UnsafePointer<Int64>, count: Int,
  into out: UnsafeMutablePointer<Int64>
) {
  for place in 0..<count { out[place] = Int64(F.apply(Int(values[place]))) }
}

/// The day, held in the years 1 to 9999.
@inline(__always)
func heldDay(_ value: Int) -> CalendarDate {
  CalendarDate(daysSince1970: min(max(value, -719_162), 2_932_896))
}

enum YearOfDay: CalendarFunction {
  static func apply(_ value: Int) -> Int { heldDay(value).parts.year - 1970 }
}
enum QuarterOfDay: CalendarFunction {
  static func apply(_ value: Int) -> Int {
    let parts = heldDay(value).parts
    return (parts.year - 1970) * 4 + (parts.month - 1) / 3
  }
}
enum MonthOfDay: CalendarFunction {
  static func apply(_ value: Int) -> Int {
    let parts = heldDay(value).parts
    return (parts.year - 1970) * 12 + parts.month - 1
  }
}
enum WeekOfDay: CalendarFunction {
  static func apply(_ value: Int) -> Int { floorQuotient(heldDay(value).daysSince1970 + 3, 7) }
}
enum DayNumberOfDay: CalendarFunction {
  static func apply(_ value: Int) -> Int { heldDay(value).parts.day }
}
enum WeekdayOfDay: CalendarFunction {
  static func apply(_ value: Int) -> Int { heldDay(value).weekday }
}
enum DayOfYear: CalendarFunction {
  static func apply(_ value: Int) -> Int {
    let day = heldDay(value)
    return day.daysSince1970 - firstDayOfYear(day.parts.year) + 1
  }
}
enum WeekNumberOfDay: CalendarFunction {
  static func apply(_ value: Int) -> Int {
    // The ISO year of a week is the year of its Thursday.
    let day = heldDay(value)
    let thursday = day.daysSince1970 - (day.weekday - 1) + 3
    let year = CalendarDate(daysSince1970: thursday).parts.year
    return (thursday - firstDayOfYear(year)) / 7 + 1
  }
}
enum FirstDayOfYear: CalendarFunction {
  static func apply(_ value: Int) -> Int { firstDay(value, months: 12) }
}
enum FirstDayOfQuarter: CalendarFunction {
  static func apply(_ value: Int) -> Int { firstDay(value, months: 3) }
}
enum FirstDayOfMonth: CalendarFunction {
  static func apply(_ value: Int) -> Int { firstDay(value, months: 1) }
}
enum FirstDayOfWeek: CalendarFunction {
  static func apply(_ value: Int) -> Int {
    heldDay(min(max(value, -110_000), 420_000) * 7 - 3).daysSince1970
  }
}
enum LastDayOfYear: CalendarFunction {
  static func apply(_ value: Int) -> Int { lastDay(value, months: 12) }
}
enum LastDayOfQuarter: CalendarFunction {
  static func apply(_ value: Int) -> Int { lastDay(value, months: 3) }
}
enum LastDayOfMonth: CalendarFunction {
  static func apply(_ value: Int) -> Int { lastDay(value, months: 1) }
}
enum LastDayOfWeek: CalendarFunction {
  static func apply(_ value: Int) -> Int {
    heldDay(min(max(value, -110_000), 420_000) * 7 + 3).daysSince1970
  }
}

/// The day number of the first of January. January 1 of a year holds for the year 10,000 too,
/// where the last week of 9999 may end.
private func firstDayOfYear(_ year: Int) -> Int {
  let before = year - 1
  return before * 365 + before / 4 - before / 100 + before / 400 - 719_162
}

private func firstDay(_ index: Int, months: Int) -> Int {
  CalendarPeriod.firstDay(ofMonth: min(max(index, -30_000), 130_000) * months).daysSince1970
}

private func lastDay(_ index: Int, months: Int) -> Int {
  let month = min(max(index, -30_000), 130_000) * months + months - 1
  let first = CalendarPeriod.firstDay(ofMonth: month)
  let parts = first.parts
  return first.daysSince1970 + CalendarDate.dayCount(year: parts.year, month: parts.month) - 1
}

/// The same day of the month `months` later, or the last day of that month; nil beyond the years
/// 1 to 9999.
func addMonths(_ months: Int64, to value: Int64) -> Int64? {
  let day = heldDay(Int(value))
  let parts = day.parts
  let (index, overflow) = Int64((parts.year - 1) * 12 + parts.month - 1)
    .addingReportingOverflow(months)
  guard !overflow, (0..<9999 * 12).contains(index) else { return nil }
  let (year, month) = (Int(index) / 12 + 1, Int(index) % 12 + 1)
  let last = CalendarDate.dayCount(year: year, month: month)
  return CalendarDate(year: year, month: month, day: min(parts.day, last)).map {
    Int64($0.daysSince1970)
  }
}

/// The days from Monday to Friday after `from`, up to and including `to`; negative where `to` is
/// the earlier one.
func workingDays(from: Int64, to: Int64) -> Int64 {
  workingDays(upTo: heldDay(Int(to))) - workingDays(upTo: heldDay(Int(from)))
}

/// The working days from some Monday long ago up to and including a day.
private func workingDays(upTo day: CalendarDate) -> Int64 {
  let week = floorQuotient(day.daysSince1970 + 3, 7)
  return Int64(week * 5 + min(day.weekday, 5))
}
