/// How days are written: the order of the parts, what separates them, and zeros before numbers
/// below ten.
struct DateNotation: Sendable, Hashable {
  /// An order of ``DateShape``.
  let order: Int
  /// An index of ``DateShape/separators``.
  let separator: Int
  /// 0 with zero, 1 without.
  let dayPadding: Int
  /// 0 with zero, 1 without, 2 with zero for the months 1 and 2.
  let monthPadding: Int

  /// Reads a day, as days since 1970-01-01.
  func days(_ reader: inout FigureReader) -> Int? {
    guard let first = reader.number(atMost: 4), reader.accept(DateShape.separators[separator]),
      let second = reader.number(atMost: 2), reader.accept(DateShape.separators[separator]),
      let third = reader.number(atMost: 4)
    else { return nil }
    let parts =
      switch order {
      case DateShape.dayFirst: (third, second, first)
      case DateShape.monthFirst: (third, first, second)
      default: (first, second, third)
      }
    guard parts.0.length == 4, parts.2.length <= 2 else { return nil }
    return CalendarDate(year: parts.0.value, month: parts.1.value, day: parts.2.value)?
      .daysSince1970
  }

  /// Writes a day at the end of `target`.
  func write(days: Int, to target: inout [UInt8]) {
    let (year, month, day) = CalendarDate(daysSince1970: days).parts
    let sign = DateShape.separators[separator]
    if order == DateShape.yearFirst {
      target.appendNumber(year, width: 4)
      target.append(sign)
      appendMonth(month, to: &target)
      target.append(sign)
      target.appendNumber(day, width: dayPadding == 0 ? 2 : 1)
      return
    }
    if order == DateShape.monthFirst {
      appendMonth(month, to: &target)
      target.append(sign)
    }
    target.appendNumber(day, width: dayPadding == 0 ? 2 : 1)
    target.append(sign)
    if order == DateShape.dayFirst {
      appendMonth(month, to: &target)
      target.append(sign)
    }
    target.appendNumber(year, width: 4)
  }

  private func appendMonth(_ month: Int, to target: inout [UInt8]) {
    let hasZero = monthPadding == 0 || (monthPadding == 2 && month <= 2)
    target.appendNumber(month, width: hasZero ? 2 : 1)
  }

  /// The notation as a pattern, for instance `dd/mm/yyyy`.
  var pattern: String {
    let day = dayPadding == 0 ? "dd" : "d"
    let month = monthPadding == 0 ? "mm" : monthPadding == 1 ? "m" : "(m)m"
    let sign = String(Unicode.Scalar(DateShape.separators[separator]))
    return switch order {
    case DateShape.dayFirst: [day, month, "yyyy"].joined(separator: sign)
    case DateShape.monthFirst: [month, day, "yyyy"].joined(separator: sign)
    default: ["yyyy", month, day].joined(separator: sign)
    }
  }
}

/// How times of day are written behind a date.
struct TimeNotation: Sendable, Hashable {
  /// Whether `T` stands before it and not a blank.
  let hasLetter: Bool
  /// Whether hours below ten have a zero.
  let padsHours: Bool
  /// Whether `Z` stands behind it.
  let hasZone: Bool
  /// 0 for minutes, 1 for seconds, more for seconds with one decimal place less.
  let precision: Int

  /// Reads a time up to the end, in microseconds since midnight.
  func microseconds(_ reader: inout FigureReader) -> Int64? {
    guard reader.accept(hasLetter ? UInt8(ascii: "T") : UInt8(ascii: " ")),
      let hour = reader.number(atMost: 2), reader.accept(UInt8(ascii: ":")),
      let minute = reader.number(atMost: 2)
    else { return nil }
    var result = Int64(hour.value * 60 + minute.value) * 60_000_000
    if reader.accept(UInt8(ascii: ":")) {
      guard let second = reader.number(atMost: 2) else { return nil }
      result += Int64(second.value) * 1_000_000
      if reader.accept(UInt8(ascii: ".")) {
        guard let fraction = reader.number(atMost: 6) else { return nil }
        result += Int64(fraction.value) * Self.unit(decimals: fraction.length)
      }
    }
    if hasZone, !reader.accept(UInt8(ascii: "Z")) { return nil }
    return reader.isAtEnd ? result : nil
  }

  /// The microseconds of the last of so many decimal places of a second.
  private static func unit(decimals: Int) -> Int64 {
    Int64(ExactDecimal.powersOfTen[6 - decimals])
  }

  /// Writes microseconds since midnight at the end of `target`.
  func write(_ microseconds: Int64, to target: inout [UInt8]) {
    let seconds = Int(microseconds / 1_000_000)
    target.append(hasLetter ? UInt8(ascii: "T") : UInt8(ascii: " "))
    target.appendNumber(seconds / 3600, width: padsHours ? 2 : 1)
    target.append(UInt8(ascii: ":"))
    target.appendNumber(seconds / 60 % 60, width: 2)
    if precision >= 1 {
      target.append(UInt8(ascii: ":"))
      target.appendNumber(seconds % 60, width: 2)
    }
    if precision >= 2 {
      let decimals = precision - 1
      target.append(UInt8(ascii: "."))
      let fraction = microseconds % 1_000_000 / Self.unit(decimals: decimals)
      target.appendNumber(Int(fraction), width: decimals)
    }
    if hasZone { target.append(UInt8(ascii: "Z")) }
  }

  /// The notation as a pattern, for instance `Thh:mm:ss`.
  var pattern: String {
    var result = (hasLetter ? "T" : " ") + (padsHours ? "hh:mm" : "h:mm")
    if precision >= 1 { result += ":ss" }
    if precision >= 2 { result += "." + String(repeating: "f", count: precision - 1) }
    return result + (hasZone ? "Z" : "")
  }
}

/// How weeks, months or quarters are written.
struct PeriodNotation: Sendable, Hashable {
  /// What they are.
  let unit: PeriodUnit
  /// An index of ``PeriodShape/monthPatterns`` or ``PeriodShape/quarterPatterns``.
  let layout: Int

  /// Writes a period at the end of `target`.
  func write(index: Int, to target: inout [UInt8]) {
    guard unit != .week else {
      target.append(contentsOf: CalendarPeriod(.week, index: index).description.utf8)
      return
    }
    let count = unit == .month ? 12 : 4
    let year = floorQuotient(index, count)
    let part = index - year * count + 1
    var letters = Array(pattern.utf8)[...]
    while let letter = letters.first {
      let run = letters.prefix { $0 == letter }.count
      switch letter {
      case UInt8(ascii: "y"): target.appendNumber(year + 1970, width: 4)
      case UInt8(ascii: "m"): target.appendNumber(part, width: run)
      case UInt8(ascii: "q"): target.appendNumber(part, width: 1)
      default: target.append(contentsOf: letters.prefix(run))
      }
      letters = letters.dropFirst(run)
    }
  }

  /// The notation as a pattern, for instance `yyyy-Qq`.
  var pattern: String {
    switch unit {
    case .month: PeriodShape.monthPatterns[layout]
    case .quarter: PeriodShape.quarterPatterns[layout]
    case .week: "yyyy-Www"
    case .year: "yyyy"
    }
  }
}

extension [UInt8] {
  /// Appends a whole number that isn't negative, with zeros up to `width` digits.
  mutating func appendNumber(_ number: Int, width: Int) {
    var divisor = 1
    var digits = 1
    while digits < width || number / divisor >= 10 {
      divisor *= 10
      digits += 1
    }
    while divisor > 0 {
      append(0x30 &+ UInt8(truncatingIfNeeded: number / divisor % 10))
      divisor /= 10
    }
  }
}
