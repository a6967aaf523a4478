/// Which dates and moments a kernel may take: those of one layout with all zeros written.
struct CalendarLimits {
  /// An order of ``DateShape``.
  var order: Int
  var separator: UInt8
  /// Whether dates may also be written without zeros, as far as is known: numbers below ten must
  /// be looked at.
  var daysAtLeastTen = false
  var monthsAtLeastTen = false
  /// The byte before the time, or 0 for dates alone.
  var timeSeparator: UInt8 = 0
  /// As ``TimeNotation/precision``.
  var precision = 0
  var hoursAtLeastTen = false
}

private let daysBeforeMonth: [Int] = [0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334]

/// Two digits as a number; more than 99 where they aren't digits.
@inline(__always)
private func pair(_ base: UnsafePointer<UInt8>, _ offset: Int) -> Int {
  let tens = base[offset] &- 0x30
  let ones = base[offset &+ 1] &- 0x30
  return tens < 10 && ones < 10 ? Int(tens) &* 10 &+ Int(ones) : 1000
}

/// Days since 1970-01-01 of a date that may not exist, in which case nil.
@inline(__always)
private func days(
  _ year: Int, _ month: Int, _ day: Int, _ before: UnsafePointer<Int>
) -> Int? {
  guard year >= 1, year <= 9999, month >= 1, month <= 12, day >= 1, day <= 31 else { return nil }
  let isLeap = year & 3 == 0 && (year % 100 != 0 || year % 400 == 0)
  if day > 28, day > CalendarDate.dayCount(year: year, month: month) { return nil }
  let past = year &- 1
  let years = past &* 365 &+ past / 4 &- past / 100 &+ past / 400
  return years &+ before[month] &+ (isLeap && month > 2 ? 1 : 0) &+ day &- 719_163
}

/// Reads dates of ten bytes, and moments of a date and a time, and gives the first row that it
/// doesn't take.
func scanDates(
  _ cells: CellWindow, from first: Int, to rows: Int, _ limits: CalendarLimits,
  _ target: KernelTarget, _ totals: inout KernelTotals
) -> Int {
  daysBeforeMonth.withUnsafeBufferPointer { before in
    guard let start = before.baseAddress else { return first }
    return scanDates(cells, from: first, to: rows, limits, start, target, &totals)
  }
}

private func scanDates(
  _ cells: CellWindow, from first: Int, to rows: Int, _ limits: CalendarLimits,
  _ before: UnsafePointer<Int>, _ target: KernelTarget, _ totals: inout KernelTotals
) -> Int {
  let base = cells.base
  let isYearFirst = limits.order == DateShape.yearFirst
  let yearAt = isYearFirst ? 0 : 6
  let monthAt = isYearFirst ? 5 : limits.order == DateShape.dayFirst ? 3 : 0
  let dayAt = isYearFirst ? 8 : limits.order == DateShape.dayFirst ? 0 : 3
  let signs = isYearFirst ? (4, 7) : (2, 5)
  let hasTime = limits.timeSeparator != 0
  let decimals = max(0, limits.precision - 1)
  let timeLength = limits.precision == 0 ? 6 : decimals == 0 ? 9 : 10 + decimals
  let length = hasTime ? 10 + timeLength : 10
  let leastDay = limits.daysAtLeastTen ? 10 : 1
  let leastMonth = limits.monthsAtLeastTen ? 10 : 1
  var local = totals
  defer { totals = local }
  for row in first..<rows {
    let start = cells.start(row)
    let end = cells.end(row)
    if start == end {
      target.markMissing(row)
      local.missing &+= 1
      continue
    }
    guard end &- start == length, base[start &+ signs.0] == limits.separator,
      base[start &+ signs.1] == limits.separator
    else { return row }
    let year = pair(base, start &+ yearAt) &* 100 &+ pair(base, start &+ yearAt &+ 2)
    let month = pair(base, start &+ monthAt)
    let day = pair(base, start &+ dayAt)
    guard day >= leastDay, month >= leastMonth, let date = days(year, month, day, before) else {
      return row
    }
    var value = Int64(date)
    if hasTime {
      guard let time = microseconds(base, start &+ 10, limits, decimals) else { return row }
      value = value &* 86_400_000_000 &+ time
    }
    target.values[row] = value
    local.low = min(local.low, value)
    local.high = max(local.high, value)
  }
  return rows
}

/// The microseconds since midnight that a time of known length stands for, or nil.
@inline(__always)
private func microseconds(
  _ base: UnsafePointer<UInt8>, _ start: Int, _ limits: CalendarLimits, _ decimals: Int
) -> Int64? {
  let hour = pair(base, start &+ 1)
  let minute = pair(base, start &+ 4)
  guard base[start] == limits.timeSeparator, hour < 24, minute < 60,
    base[start &+ 3] == UInt8(ascii: ":"), !limits.hoursAtLeastTen || hour >= 10
  else { return nil }
  var result = Int64(hour &* 60 &+ minute) &* 60_000_000
  guard limits.precision > 0 else { return result }
  let second = pair(base, start &+ 7)
  guard second < 60, base[start &+ 6] == UInt8(ascii: ":") else { return nil }
  result &+= Int64(second) &* 1_000_000
  guard decimals > 0 else { return result }
  guard base[start &+ 9] == UInt8(ascii: ".") else { return nil }
  var unit: Int64 = 100_000
  for place in 0..<decimals {
    let digit = base[start &+ 10 &+ place] &- 0x30
    guard digit < 10 else { return nil }
    result &+= Int64(digit) &* unit
    unit /= 10
  }
  return result
}

/// Reads truth values of one spelling, and gives the first row that it doesn't take.
func scanBooleans(
  _ cells: CellWindow, from first: Int, to rows: Int, _ notation: BooleanNotation,
  _ target: KernelTarget, _ totals: inout KernelTotals
) -> Int {
  let base = cells.base
  let (yes, no) = notation.heads
  var local = totals
  defer { totals = local }
  for row in first..<rows {
    let start = cells.start(row)
    let length = cells.end(row) &- start
    if length == 0 {
      target.markMissing(row)
      local.missing &+= 1
      continue
    }
    let head = UnsafeRawPointer(base).loadUnaligned(fromByteOffset: start, as: UInt32.self)
    if length == 4, head == yes {
      target.values[row] = 1
      local.high = 1
      local.low = min(local.low, 1)
    } else if length == 5, head == no, base[start &+ 4] == notation.lastLetter {
      target.values[row] = 0
      local.low = 0
      local.high = max(local.high, 0)
    } else {
      return row
    }
  }
  return rows
}

extension BooleanNotation {
  /// The first four letters of both words as they lie in memory.
  fileprivate var heads: (yes: UInt32, no: UInt32) {
    let (yes, no) = words
    return (
      UnsafeRawPointer(yes.utf8Start).loadUnaligned(as: UInt32.self),
      UnsafeRawPointer(no.utf8Start).loadUnaligned(as: UInt32.self)
    )
  }

  /// The last letter of the word for false.
  fileprivate var lastLetter: UInt8 { words.no.utf8Start[4] }
}
