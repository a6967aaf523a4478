/// A day of the time that the generated rows cover: 2023-07-01 to 2025-12-31.
package struct SampleDay: Sendable {
  /// How many days there are.
  package static let count = 915
  /// The index of 2025-07-01, from which dossiers carry the new communes.
  package static let reform = 731

  /// Days from the first one.
  package let index: Int
  /// The year.
  package let year: Int
  /// The month of the year, from 1.
  package let month: Int
  /// The day of the month, from 1.
  package let day: Int

  /// All days in order.
  package static let all: [SampleDay] = (0..<count).map(SampleDay.init)

  /// The day at a distance from 2023-07-01, also outside the time covered.
  ///
  /// After H. Hinnant, "chrono-compatible low-level date algorithms": years begin in March, so that
  /// the leap day is the last of them.
  init(_ index: Int) {
    self.index = index
    let shifted = index + Self.daysBeforeFirst
    let era = shifted / 146_097
    let dayOfEra = shifted % 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0)
  }

  /// The days from 0000-03-01 to 2023-07-01.
  private static let daysBeforeFirst = 739_007

  /// Months from July 2023.
  package var monthIndex: Int { (year - 2023) * 12 + month - 7 }

  /// The day of the week, 1 for Monday: 2023-07-01 was a Saturday.
  package var weekday: Int { (index + 5) % 7 + 1 }

  /// As ISO 8601 writes it.
  package var text: String { "\(year)-\(padded(month, 2))-\(padded(day, 2))" }

  /// The month as ISO 8601 writes it.
  package var monthText: String { "\(year)-\(padded(month, 2))" }

  /// Whether counters are open.
  package var isWorking: Bool { weekday <= 5 && !isHoliday && !isNewYear }

  private var isHoliday: Bool {
    [(1, 1), (4, 30), (5, 1), (9, 2)].contains { $0 == (month, day) }
  }

  /// The days of Tết: from 2024-02-08 to 14, and from 2025-01-25 to 02-02.
  private var isNewYear: Bool { (222...228).contains(index) || (574...582).contains(index) }

  private var isLastOfMonth: Bool { SampleDay(index + 3).month != month }

  /// How busy the day is beside the others: by weekday, growing from month to month, more at the
  /// end of a month and since the reform, little on holidays and a tenth at Tết.
  var weight: UInt64 {
    let byWeekday = [112, 104, 100, 100, 96, 30, 12][weekday - 1]
    let rest = isNewYear ? 10 : isHoliday ? 15 : 100
    let end = isLastOfMonth && weekday <= 5 ? 135 : 100
    let step = index >= Self.reform ? 120 : 100
    return UInt64(byWeekday * (100 + 2 * monthIndex) * rest * end * step)
  }
}

/// A number with zeros in front.
func padded(_ number: Int, _ width: Int) -> String {
  let digits = String(number)
  return String(repeating: "0", count: max(0, width - digits.count)) + digits
}
