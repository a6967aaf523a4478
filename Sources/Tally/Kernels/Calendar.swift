// Days are numbers since 1970-01-01, periods numbers of their unit since the one of that day.
// Rows without a value may hold anything: days are held in the years 1 to 9999 first.

/// The functions of one day or one period.
enum CalendarField: Sendable {
  case year, quarter, month, week, dayNumber, weekday, dayOfYear, weekNumber
  case firstDay(PeriodUnit)
  case lastDay(PeriodUnit)
}

/// Applies a function to each row.
func mapCalendar(
  _ field: CalendarField, _ values: UnsafePointer<Int64>, count: Int,
  into out: UnsafeMutablePointer<Int64>
) {
  switch field {
  case .year: map(YearOfDay.self, values, count, into: out)
  case .quarter: map(QuarterOfDay.self, values, count, into: out)
  case .month: map(MonthOfDay.self, values, count, into: out)
  case .week: map(WeekOfDay.self, values, count, into: out)
  case .dayNumber: map(DayNumberOfDay.self, values, count, into: out)
  case .weekday: map(WeekdayOfDay.self, values, count, into: out)
  case .dayOfYear: map(DayOfYear.self, values, count, into: out)
  case .weekNumber: map(WeekNumberOfDay.self, values, count, into: out)
  case .firstDay(.year): map(FirstDayOfYear.self, values, count, into: out)
  case .firstDay(.quarter): map(FirstDayOfQuarter.self, values, count, into: out)
  case .firstDay(.month): map(FirstDayOfMonth.self, values, count, into: out)
  case .firstDay(.week): map(FirstDayOfWeek.self, values, count, into: out)
  case .lastDay(.year): map(LastDayOfYear.self, values, count, into: out)
  case .lastDay(.quarter): map(LastDayOfQuarter.self, values, count, into: out)
  case .lastDay(.month): map(LastDayOfMonth.self, values, count, into: out)
  case .lastDay(.week): map(LastDayOfWeek.self, values, count, into: out)
  }
}

private protocol CalendarFunction {
  static func apply(_ value: Int) -> Int
}

@inline(__always)
private func map<F: CalendarFunction>(
  _ function: F.Type, _ values: UnsafePointer<Int64>, _ count: Int,
  into out: UnsafeMutablePointer<Int64>
) {
  for place in 0..<count { out[place] = Int64(F.apply(Int(values[place]))) }
}

/// The day, held in the years 1 to 9999.
@inline(__always)
func heldDay(_ value: Int) -> CalendarDate {
  CalendarDate(daysSince1970: min(max(value, -719_162), 2_932_896))
}

private enum YearOfDay: CalendarFunction {
  static func apply(_ value: Int) -> Int { heldDay(value).parts.year - 1970 }
}
private enum QuarterOfDay: CalendarFunction {
  static func apply(_ value: Int) -> Int {
    let parts = heldDay(value).parts
    return (parts.year - 1970) * 4 + (parts.month - 1) / 3
  }
}
private enum MonthOfDay: CalendarFunction {
  static func apply(_ value: Int) -> Int {
    let parts = heldDay(value).parts
    return (parts.year - 1970) * 12 + parts.month - 1
  }
}
private enum WeekOfDay: CalendarFunction {
  static func apply(_ value: Int) -> Int { floorQuotient(heldDay(value).daysSince1970 + 3, 7) }
}
private enum DayNumberOfDay: CalendarFunction {
  static func apply(_ value: Int) -> Int { heldDay(value).parts.day }
}
private enum WeekdayOfDay: CalendarFunction {
  static func apply(_ value: Int) -> Int { heldDay(value).weekday }
}
private enum DayOfYear: CalendarFunction {
  static func apply(_ value: Int) -> Int {
    let day = heldDay(value)
    return day.daysSince1970 - firstDayOfYear(day.parts.year) + 1
  }
}
private enum WeekNumberOfDay: CalendarFunction {
  static func apply(_ value: Int) -> Int {
    // The ISO year of a week is the year of its Thursday.
    let day = heldDay(value)
    let thursday = day.daysSince1970 - (day.weekday - 1) + 3
    let year = CalendarDate(daysSince1970: thursday).parts.year
    return (thursday - firstDayOfYear(year)) / 7 + 1
  }
}
private enum FirstDayOfYear: CalendarFunction {
  static func apply(_ value: Int) -> Int { firstDay(value, months: 12) }
}
private enum FirstDayOfQuarter: CalendarFunction {
  static func apply(_ value: Int) -> Int { firstDay(value, months: 3) }
}
private enum FirstDayOfMonth: CalendarFunction {
  static func apply(_ value: Int) -> Int { firstDay(value, months: 1) }
}
private enum FirstDayOfWeek: CalendarFunction {
  static func apply(_ value: Int) -> Int {
    heldDay(min(max(value, -110_000), 420_000) * 7 - 3).daysSince1970
  }
}
private enum LastDayOfYear: CalendarFunction {
  static func apply(_ value: Int) -> Int { lastDay(value, months: 12) }
}
private enum LastDayOfQuarter: CalendarFunction {
  static func apply(_ value: Int) -> Int { lastDay(value, months: 3) }
}
private enum LastDayOfMonth: CalendarFunction {
  static func apply(_ value: Int) -> Int { lastDay(value, months: 1) }
}
private enum LastDayOfWeek: CalendarFunction {
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

/// How many of some ascending days are not after `day`.
func daysUpTo(_ day: CalendarDate, _ days: [Int64]) -> Int64 {
  var (low, high) = (0, days.count)
  while low < high {
    let middle = (low + high) / 2
    if days[middle] <= Int64(day.daysSince1970) { low = middle + 1 } else { high = middle }
  }
  return Int64(low)
}
