import Foundation

@testable import Tally

/// A value as the reference reader sees it.
enum ReferenceValue: Hashable {
  case number(coefficient: Int128, places: Int, isPercent: Bool)
  case boolean(Bool)
  case day(Int)
  case moment(Int64)
  case period(PeriodUnit, Int)
  /// A date whose century is unknown.
  case short
}

/// One way to write values, with everything about it spelt out. Slow and obvious: it reads a text
/// only if writing the value gives the text again.
struct ReferenceFormat: Hashable {
  enum Kind: Hashable {
    case number(group: String, decimal: String, suffix: String, style: Style)
    case boolean(String, String)
    case date(Layout)
    case moment(Layout, Clock)
    case month(pattern: String)
    case quarter(pattern: String)
    case week
    case short
  }

  enum Style: Hashable {
    case fixed(Int)
    case minimal
    case printf
    /// As `printf`, but 0.0006 is `6e-04`, which is shorter.
    case shortest
  }

  struct Layout: Hashable {
    var order: String
    var separator: String
    var padsDay: Bool
    /// always, never, or "official": for 1 and 2 only.
    var month: String
  }

  struct Clock: Hashable {
    var letter: String
    var padsHour: Bool
    var zone: String
    /// 0 minutes, 1 seconds, 2… decimals.
    var precision: Int
  }

  var kind: Kind

  /// All formats that can possibly read `text`: the signs in it rule out most at once.
  static func candidates(for text: String) -> [ReferenceFormat] {
    guard !text.isEmpty, text.utf8.count <= 120 else { return [] }
    var kinds: [Kind] = [
      .boolean("true", "false"), .boolean("TRUE", "FALSE"), .boolean("True", "False"), .week,
      .short,
    ]
    let groups = ["", ".", ",", " ", "\u{A0}", "\u{2009}", "\u{202F}", "'", "\u{2019}"]
    for group in groups {
      for decimal in [".", ","] where decimal != group {
        for suffix in ["", "%", " %", "\u{A0}%", "\u{202F}%"] {
          if suffix.isEmpty ? text.hasSuffix("%") : !text.hasSuffix(suffix) { continue }
          kinds += (0...38).map {
            .number(group: group, decimal: decimal, suffix: suffix, style: .fixed($0))
          }
          kinds.append(.number(group: group, decimal: decimal, suffix: suffix, style: .minimal))
        }
      }
    }
    kinds.append(.number(group: "", decimal: ".", suffix: "", style: .printf))
    kinds.append(.number(group: "", decimal: ".", suffix: "", style: .shortest))
    for layout in layouts where text.contains(layout.separator) {
      kinds.append(.date(layout))
      guard text.contains(":") else { continue }
      for letter in ["T", " "] where text.contains(letter) {
        for padsHour in [true, false] {
          for zone in ["", "Z"] where text.hasSuffix("Z") == (zone == "Z") {
            kinds += (0...7).map {
              .moment(
                layout, Clock(letter: letter, padsHour: padsHour, zone: zone, precision: $0))
            }
          }
        }
      }
    }
    let months = [
      "yyyy-mm", "yyyy/mm", "mm/yyyy", "m/yyyy", "mm-yyyy", "m-yyyy", "mm.yyyy", "m.yyyy",
    ]
    kinds += months.map { .month(pattern: $0) }
    let quarters = ["yyyy-Qq", "yyyyQq", "yyyy Qq", "Qq/yyyy", "Qq-yyyy", "Qq yyyy"]
    kinds += quarters.map { .quarter(pattern: $0) }
    return kinds.map(ReferenceFormat.init).filter { $0.value(of: text) != nil }
  }

  private static let layouts: [Layout] = {
    var result: [Layout] = []
    for order in ["dmy", "mdy", "ymd"] {
      for separator in ["-", "/", "."] {
        for padsDay in [true, false] {
          for month in ["always", "never", "official"] {
            result.append(
              Layout(order: order, separator: separator, padsDay: padsDay, month: month))
          }
        }
      }
    }
    return result
  }()

  /// The value of a text that this format would write just so.
  func value(of text: String) -> ReferenceValue? {
    switch kind {
    case .number(let group, let decimal, let suffix, let style):
      return Self.number(text, group, decimal, suffix, style)
    case .boolean(let yes, let no):
      return text == yes ? .boolean(true) : text == no ? .boolean(false) : nil
    case .date(let layout): return Self.day(text, layout).map { .day($0) }
    case .moment(let layout, let clock): return Self.moment(text, layout, clock)
    case .month(let pattern): return Self.period(text, pattern, .month)
    case .quarter(let pattern): return Self.period(text, pattern, .quarter)
    case .week: return Self.week(text)
    case .short: return Self.isShortDate(text) ? .short : nil
    }
  }
}

extension ReferenceFormat {
  private static func isDigits(_ text: some StringProtocol) -> Bool {
    !text.isEmpty && text.unicodeScalars.allSatisfy { ("0"..."9").contains($0) }
  }

  private static func number(
    _ text: String, _ group: String, _ decimal: String, _ suffix: String, _ style: Style
  ) -> ReferenceValue? {
    guard text.hasSuffix(suffix) else { return nil }
    var body = String(text.unicodeScalars.dropLast(suffix.unicodeScalars.count))
    let isNegative = body.hasPrefix("-")
    if isNegative { body.removeFirst() }
    if style == .printf || style == .shortest {
      return printf(text, body, isNegative, isShortest: style == .shortest)
    }
    let parts = body.components(separatedBy: decimal)
    guard parts.count <= 2 else { return nil }
    let fraction = parts.count == 2 ? parts[1] : ""
    let whole = group.isEmpty ? parts[0] : parts[0].replacingOccurrences(of: group, with: "")
    guard isDigits(whole), fraction.isEmpty || isDigits(fraction) else { return nil }
    guard whole.count + fraction.count <= 38,
      let coefficient = Int128(whole + fraction)
    else { return nil }
    if isNegative, coefficient == 0 { return nil }
    var digits = String(coefficient)
    while digits.count <= fraction.count { digits = "0" + digits }
    var written = grouped(String(digits.dropLast(fraction.count)), group)
    var decimals = String(digits.suffix(fraction.count))
    switch style {
    case .fixed(let places): if places != decimals.count { return nil }
    case .minimal: while decimals.hasSuffix("0") { decimals.removeLast() }
    case .printf, .shortest: return nil
    }
    if !decimals.isEmpty { written += decimal + decimals }
    if isNegative { written = "-" + written }
    guard written + suffix == text else { return nil }
    return .number(
      coefficient: isNegative ? -coefficient : coefficient, places: fraction.count,
      isPercent: !suffix.isEmpty)
  }

  private static func grouped(_ digits: String, _ group: String) -> String {
    var result = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { result += group }
      result.append(digit)
    }
    return result
  }

  /// What `%.15g` of C writes, or R where that is shorter.
  private static func printf(
    _ text: String, _ body: String, _ isNegative: Bool, isShortest: Bool
  ) -> ReferenceValue? {
    let pieces = body.components(separatedBy: "e")
    let parts = pieces[0].components(separatedBy: ".")
    guard pieces.count <= 2, parts.count <= 2, parts.allSatisfy(isDigits),
      let number = Double(text), number.isFinite,
      written(number, isShortest: isShortest) == text,
      let power = pieces.count == 2 ? Int(pieces[1]) : 0
    else { return nil }
    let fraction = parts.count == 2 ? parts[1] : ""
    guard let digits = Int128(parts[0] + fraction), digits != 0 || !isNegative else { return nil }
    var coefficient = isNegative ? -digits : digits
    var places = fraction.count - power
    if power >= 38 || places > 38 { return nil }
    while places < 0 {
      coefficient *= 10
      places += 1
    }
    return .number(coefficient: coefficient, places: places, isPercent: false)
  }

  private static func written(_ number: Double, isShortest: Bool) -> String {
    let text = String(format: "%.15g", number)
    let small = ["0.0001", "0.0002", "0.0003", "0.0004", "0.0005", "0.0006", "0.0007", "0.0008"]
    guard isShortest, let place = (small + ["0.0009"]).firstIndex(of: text.replacing("-", with: ""))
    else { return text }
    return "\(number < 0 ? "-" : "")\(place + 1)e-04"
  }

  private static func calendar(_ year: Int, _ month: Int, _ day: Int) -> Int? {
    var lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    if year % 4 == 0, year % 100 != 0 || year % 400 == 0 { lengths[1] = 29 }
    guard year >= 1, (1...12).contains(month), (1...lengths[month - 1]).contains(day) else {
      return nil
    }
    var days = 0
    for earlier in 1..<max(year, 1) {
      days += earlier % 4 == 0 && (earlier % 100 != 0 || earlier % 400 == 0) ? 366 : 365
    }
    for earlier in 0..<(month - 1) { days += lengths[earlier] }
    return days + day - 1 - 719_162
  }

  private static func day(_ text: String, _ layout: Layout) -> Int? {
    let parts = text.components(separatedBy: layout.separator)
    guard parts.count == 3, parts.allSatisfy(isDigits), parts.allSatisfy({ $0.count <= 4 }) else {
      return nil
    }
    let numbers = parts.compactMap { Int($0) }
    let (year, month, day) =
      switch layout.order {
      case "dmy": (numbers[2], numbers[1], numbers[0])
      case "mdy": (numbers[2], numbers[0], numbers[1])
      default: (numbers[0], numbers[1], numbers[2])
      }
    guard let result = calendar(year, month, day) else { return nil }
    let dayText = layout.padsDay ? String(format: "%02d", day) : "\(day)"
    let hasZero = layout.month == "always" || (layout.month == "official" && month <= 2)
    let monthText = hasZero ? String(format: "%02d", month) : "\(month)"
    let yearText = String(format: "%04d", year)
    let written =
      switch layout.order {
      case "dmy": [dayText, monthText, yearText]
      case "mdy": [monthText, dayText, yearText]
      default: [yearText, monthText, dayText]
      }
    return written.joined(separator: layout.separator) == text ? result : nil
  }

  private static func moment(
    _ text: String, _ layout: Layout, _ clock: Clock
  ) -> ReferenceValue? {
    guard let split = text.firstIndex(of: Character(clock.letter)), text.hasSuffix(clock.zone),
      let days = day(String(text[..<split]), layout)
    else { return nil }
    let time = String(text[text.index(after: split)...].dropLast(clock.zone.count))
    let parts = time.components(separatedBy: ":")
    guard parts.count == (clock.precision == 0 ? 2 : 3), isDigits(parts[0]), isDigits(parts[1]),
      let hour = Int(parts[0]), let minute = Int(parts[1]), hour < 24, minute < 60
    else { return nil }
    var written = String(format: clock.padsHour ? "%02d:%02d" : "%d:%02d", hour, minute)
    var micro = Int64(hour * 60 + minute) * 60_000_000
    if clock.precision > 0 {
      let seconds = parts[2].components(separatedBy: ".")
      guard seconds.count == (clock.precision == 1 ? 1 : 2), seconds.allSatisfy(isDigits),
        let second = Int(seconds[0]), second < 60
      else { return nil }
      written += String(format: ":%02d", second)
      micro += Int64(second) * 1_000_000
      if clock.precision > 1 {
        guard seconds[1].count == clock.precision - 1,
          let fraction = Int64(seconds[1] + String(repeating: "0", count: 6 - seconds[1].count))
        else { return nil }
        written += "." + seconds[1]
        micro += fraction
      }
    }
    guard written == time else { return nil }
    return .moment(Int64(days) * 86_400_000_000 + micro)
  }

  private static func period(
    _ text: String, _ pattern: String, _ unit: PeriodUnit
  ) -> ReferenceValue? {
    let parts = unit == .month ? 12 : 4
    for year in 1900...2099 where text.contains("\(year)") {
      for part in 1...parts {
        let written =
          pattern
          .replacingOccurrences(of: "yyyy", with: "\(year)")
          .replacingOccurrences(of: "mm", with: String(format: "%02d", part))
          .replacingOccurrences(of: "m", with: "\(part)")
          .replacingOccurrences(of: "q", with: "\(part)")
        if written == text { return .period(unit, (year - 1970) * parts + part - 1) }
      }
    }
    return nil
  }

  private static func week(_ text: String) -> ReferenceValue? {
    guard text.count == 8, text.contains("-W") else { return nil }
    for index in -3700...6800 {
      let period = CalendarPeriod(.week, index: index)
      guard period.description == text, let year = Int(text.prefix(4)) else { continue }
      return (1900...2099).contains(year) ? .period(.week, index) : nil
    }
    return nil
  }

  private static func isShortDate(_ text: String) -> Bool {
    for separator in ["-", "/", "."] {
      let parts = text.components(separatedBy: separator)
      guard parts.count == 3, parts.allSatisfy(isDigits), parts.allSatisfy({ $0.count <= 2 })
      else { continue }
      let numbers = parts.compactMap { Int($0) }
      for (year, month, day) in [(2, 1, 0), (2, 0, 1), (0, 1, 2)]
      where parts[year].count == 2 && calendar(2000, numbers[month], numbers[day]) != nil {
        return true
      }
    }
    return false
  }
}
