/// Reads the part of a date literal behind its `@`.
enum DateLiteral {
  /// The length in bytes of the longest date at the beginning of `bytes`; nothing if there is none.
  ///
  /// Only the form is looked at: `2025-02-31` has one.
  static func length(_ bytes: ArraySlice<UInt8>) -> Int? {
    var scanner = Scanner(bytes)
    guard scanner.skip(digits: 4) else { return nil }
    var length = scanner.count
    guard scanner.skip("-") else { return length }
    if scanner.skip("Qq") || scanner.skip("Hh") {
      return scanner.skip(digits: 1) ? scanner.count : length
    }
    if scanner.skip("Ww") { return scanner.skip(digits: 2) ? scanner.count : length }
    guard scanner.skip(digits: 2) else { return length }
    length = scanner.count
    guard scanner.skip("-"), scanner.skip(digits: 2) else { return length }
    length = scanner.count
    guard scanner.skip("Tt"), scanner.skip(digits: 2), scanner.skip(":"), scanner.skip(digits: 2)
    else { return length }
    length = scanner.count
    if scanner.skip(":"), scanner.skip(digits: 2) {
      length = scanner.count
      if scanner.skip("."), scanner.skipAllDigits() { length = scanner.count }
    }
    scanner.count = length
    if scanner.skip("Zz") { return scanner.count }
    guard scanner.skip("+-"), scanner.skip(digits: 2), scanner.skip(":"), scanner.skip(digits: 2)
    else { return length }
    return scanner.count
  }

  /// The period that `text` names; nothing if it is not in the calendar.
  static func period(_ text: some StringProtocol) -> PeriodSyntax? {
    let bytes = Array(text.utf8)
    guard let year = number(bytes, 0, 4) else { return nil }
    if bytes.count == 4 { return .year(year) }
    guard bytes.count >= 7, bytes[4] == UInt8(ascii: "-") else { return nil }
    switch bytes[5] | 0x20 {
    case UInt8(ascii: "q"):
      guard let quarter = number(bytes, 6, 1), (1...4).contains(quarter) else { return nil }
      return .quarter(year: year, quarter: quarter)
    case UInt8(ascii: "h"):
      guard let half = number(bytes, 6, 1), (1...2).contains(half) else { return nil }
      return .half(year: year, half: half)
    case UInt8(ascii: "w"):
      guard let week = number(bytes, 6, 2), week >= 1, week <= weeks(inYear: year) else {
        return nil
      }
      return .week(year: year, week: week)
    default: break
    }
    guard let month = number(bytes, 5, 2), (1...12).contains(month) else { return nil }
    if bytes.count == 7 { return .month(year: year, month: month) }
    guard let day = number(bytes, 8, 2), day >= 1, day <= days(inMonth: month, year) else {
      return nil
    }
    if bytes.count == 10 { return .day(year: year, month: month, day: day) }
    return instant(bytes, year, month, day).map(PeriodSyntax.instant)
  }

  private static func instant(
    _ bytes: [UInt8], _ year: Int, _ month: Int, _ day: Int
  ) -> InstantSyntax? {
    guard let hour = number(bytes, 11, 2), hour < 24, let minute = number(bytes, 14, 2), minute < 60
    else { return nil }
    var index = 16
    var second = 0
    var nanosecond = 0
    if index < bytes.count, bytes[index] == UInt8(ascii: ":") {
      guard let read = number(bytes, 17, 2), read < 60 else { return nil }
      second = read
      index = 19
      if index < bytes.count, bytes[index] == UInt8(ascii: ".") {
        var weight = 100_000_000
        index += 1
        while index < bytes.count, let digit = number(bytes, index, 1) {
          if weight == 0, digit != 0 { return nil }
          nanosecond += digit * weight
          weight /= 10
          index += 1
        }
      }
    }
    var offset: Int?
    if index < bytes.count {
      offset = 0
      if bytes[index] | 0x20 != UInt8(ascii: "z") {
        guard let hours = number(bytes, index + 1, 2), let minutes = number(bytes, index + 4, 2),
          hours <= 18, minutes < 60
        else { return nil }
        offset = (hours * 60 + minutes) * (bytes[index] == UInt8(ascii: "-") ? -1 : 1)
      }
    }
    return InstantSyntax(
      year: year, month: month, day: day, hour: hour, minute: minute, second: second,
      nanosecond: nanosecond, offset: offset)
  }

  /// `text` with zeros before months and days of one digit, if it is a date then.
  static func padded(_ text: some StringProtocol) -> String? {
    var text = String(text)
    // `2024Q1`
    if text.count > 5, !text.contains("-"), text.prefix(4).allSatisfy(\.isNumber) {
      text = text.prefix(4) + "-" + text.dropFirst(4)
    }
    let parts = text.split(separator: "-").map { $0.count == 1 ? "0\($0)" : String($0) }
    let result = parts.joined(separator: "-")
    guard parts.count > 1, length(ArraySlice(result.utf8)) == result.utf8.count,
      period(result) != nil
    else { return nil }
    return result
  }

  private static func number(_ bytes: [UInt8], _ start: Int, _ count: Int) -> Int? {
    guard start + count <= bytes.count else { return nil }
    var value = 0
    for byte in bytes[start..<start + count] {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
      value = value * 10 + Int(byte - UInt8(ascii: "0"))
    }
    return value
  }

  private static func isLeap(_ year: Int) -> Bool {
    (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
  }

  private static func days(inMonth month: Int, _ year: Int) -> Int {
    switch month {
    case 2: isLeap(year) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// An ISO year has 53 weeks if it ends on a Thursday, or on a Friday after a leap day.
  private static func weeks(inYear year: Int) -> Int {
    func lastWeekday(_ year: Int) -> Int { (year + year / 4 - year / 100 + year / 400) % 7 }
    return lastWeekday(year) == 4 || (year > 0 && lastWeekday(year - 1) == 3) ? 53 : 52
  }
}

/// Skips what it is told to, and counts.
private struct Scanner {
  private let bytes: ArraySlice<UInt8>
  var count = 0

  init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes.prefix(64) }

  private var next: UInt8? {
    let index = bytes.startIndex + count
    return index < bytes.endIndex ? bytes[index] : nil
  }

  mutating func skip(_ choices: String) -> Bool {
    guard let next, choices.utf8.contains(next) else { return false }
    count += 1
    return true
  }

  mutating func skip(digits: Int) -> Bool {
    for _ in 0..<digits where !skip("0123456789") { return false }
    return true
  }

  mutating func skipAllDigits() -> Bool {
    let start = count
    while skip("0123456789") {}
    return count > start
  }
}
