import Foundation

@testable import Tally

extension ReferenceInterpreter {
  /// A function of values that are not missing. Nil is a missing result.
  mutating func call(
    _ function: ScalarFunction, _ arguments: [CellValue], _ expression: BoundExpression
  ) throws -> CellValue? {
    let type = expression.type
    switch function {
    case .lower, .upper, .trim, .fold, .replace, .left, .right, .substring, .part, .concat:
      return textFunction(function, arguments).map { .text($0) }
    case .text: return arguments[0].text(in: .csv).map { .text($0) }
    case .length: return .integer(Int128(arguments[0].words.count))
    case .number, .date:
      let read = function == .date ? day(arguments[0].words) : number(arguments[0].words, type)
      if read == nil { counts.unreadableTexts += 1 }
      return read
    case .abs, .sign, .least, .greatest: return try numberFunction(function, arguments, expression)
    case .round, .floor, .ceil, .truncate:
      guard let places = arguments[1].storedInteger else { return nil }
      return try rounded(function, arguments[0], Int(places), expression)
    case .sqrt, .exp, .power, .log: return floatFunction(function, arguments, type)
    default: return try calendarFunction(function, arguments)
    }
  }

  private func textFunction(_ function: ScalarFunction, _ arguments: [CellValue]) -> String? {
    let text = arguments[0].words
    let characters = Array(text)
    switch function {
    case .lower: return text.lowercased()
    case .upper: return text.uppercased()
    case .trim: return text.trimmingCharacters(in: .whitespacesAndNewlines)
    case .fold: return LooseText(text).text
    case .replace:
      let (old, new) = (arguments[1].words, arguments[2].words)
      return old.isEmpty ? text : text.replacingOccurrences(of: old, with: new, options: .literal)
    case .left: return String(characters.prefix(arguments[1].count))
    case .right: return String(characters.suffix(arguments[1].count))
    case .substring:
      let start = Int128(Int64(clamping: arguments[1].storedInteger ?? 0))
      let count = arguments.count > 2 ? arguments[2].storedInteger : nil
      let end = count.map { start + Int128(Int64(clamping: $0)) } ?? .max
      let kept = characters.indices.filter { Int128($0) + 1 >= start && Int128($0) + 1 < end }
      return String(kept.map { characters[$0] })
    case .part:
      let (separator, place) = (arguments[1].words, Int(clamping: arguments[2].storedInteger ?? 0))
      let parts = separator.isEmpty ? [text] : text.components(separatedBy: separator)
      return place >= 1 && place <= parts.count ? parts[place - 1] : nil
    default: return arguments.map(\.words).joined()
    }
  }

  private func day(_ text: String) -> CellValue? {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.map(\.count) == [4, 2, 2], text.allSatisfy({ "-0123456789".contains($0) }),
      let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2])
    else { return nil }
    return CalendarDate(year: year, month: month, day: day).map { .date($0) }
  }

  private func number(_ text: String, _ type: ColumnType) -> CellValue? {
    guard text.wholeMatch(of: /[-+]?[0-9]+(\.[0-9]+)?/) != nil else { return nil }
    let parts = text.split(separator: ".")
    var behind = parts.count > 1 ? String(parts[1]) : ""
    while behind.count > type.scale, behind.hasSuffix("0") { behind.removeLast() }
    guard behind.count <= type.scale else { return nil }
    behind += String(repeating: "0", count: type.scale - behind.count)
    guard let stored = Int128(parts[0] + behind), type.storedLimits.contains(stored) else {
      return nil
    }
    return CellValue(anyStored: stored, type: type)
  }

  private mutating func numberFunction(
    _ function: ScalarFunction, _ arguments: [CellValue], _ expression: BoundExpression
  ) throws -> CellValue? {
    let type = expression.type
    switch function {
    case .least: return arguments.dropFirst().reduce(arguments[0]) { isLess($1, $0) ? $1 : $0 }
    case .greatest: return arguments.dropFirst().reduce(arguments[0]) { isLess($0, $1) ? $1 : $0 }
    case .sign:
      if let stored = arguments[0].storedInteger { return .integer(stored.signum()) }
      let value = number(arguments[0]) ?? 0
      return .integer(value > 0 ? 1 : value < 0 ? -1 : 0)
    default:
      guard let stored = arguments[0].storedInteger else {
        return number(arguments[0]).map { floating($0.magnitude, type) }
      }
      let isNarrow = !type.isScaled && !isWide(expression)
      if stored == .min || (isNarrow && stored == Int128(Int64.min)) { throw Overflow() }
      return CellValue(anyStored: stored < 0 ? -stored : stored, type: type)
    }
  }

  /// Rounds by way of Foundation's decimal arithmetic.
  private func rounded(
    _ function: ScalarFunction, _ value: CellValue, _ places: Int, _ expression: BoundExpression
  ) throws -> CellValue? {
    let type = expression.type
    var written = exact(value)?.description ?? number(value)?.description ?? ""
    // Foundation's decimals end before doubles do; anything so small rounds alike.
    if let tiny = number(value), tiny != 0, tiny.magnitude < 1e-60 {
      written = tiny < 0 ? "-1e-60" : "1e-60"
    }
    guard number(value)?.magnitude ?? 0 < 1e60, var number = Decimal(string: written) else {
      throw Overflow()
    }
    let mode: NSDecimalNumber.RoundingMode =
      switch function {
      case .round: .plain
      case .floor: .down
      case .ceil: .up
      default: number < 0 ? .up : .down
      }
    var result = Decimal()
    NSDecimalRound(&result, &number, places, mode)
    result *= pow(Decimal(10), type.scale)
    guard let stored = Int128(result.description),
      type.storedLimits.contains(stored) || (type == .integer && isWide(expression))
    else { throw Overflow() }
    return CellValue(anyStored: stored, type: type)
  }

  private mutating func floatFunction(
    _ function: ScalarFunction, _ arguments: [CellValue], _ type: ColumnType
  ) -> CellValue? {
    let numbers = arguments.compactMap { number($0) }
    let result: Double =
      switch function {
      case .sqrt: numbers[0].squareRoot()
      case .exp: Foundation.exp(numbers[0])
      case .power: Foundation.pow(numbers[0], numbers[1])
      default:
        numbers.count == 1
          ? Foundation.log(numbers[0])
          : numbers[1] == 2
            ? Foundation.log2(numbers[0])
            : numbers[1] == 10
              ? Foundation.log10(numbers[0])
              : Foundation.log(numbers[0]) / Foundation.log(numbers[1])
      }
    return floating(result, type)
  }

  private func calendarFunction(_ function: ScalarFunction, _ arguments: [CellValue]) throws
    -> CellValue?
  {
    if case .period(let period) = arguments[0] {
      return .date(function == .start ? period.firstDay : period.lastDay)
    }
    guard case .date(let day) = arguments[0] else { return nil }
    let parts = day.parts
    switch function {
    case .year: return .period(CalendarPeriod(.year, containing: day))
    case .quarter: return .period(CalendarPeriod(.quarter, containing: day))
    case .month: return .period(CalendarPeriod(.month, containing: day))
    case .week: return .period(CalendarPeriod(.week, containing: day))
    case .dayNumber: return .integer(Int128(parts.day))
    case .weekday: return .integer(Int128(day.weekday))
    case .dayOfYear:
      let days = (1..<parts.month).map { CalendarDate.dayCount(year: parts.year, month: $0) }
      return .integer(Int128(days.reduce(parts.day, +)))
    case .weekNumber:
      let week = CalendarPeriod(.week, containing: day).description
      return Int128(week.suffix(2)).map { .integer($0) }
    case .addMonths:
      let months = Int(clamping: arguments[1].storedInteger ?? 0)
      let (index, overflow) = (parts.year * 12 + parts.month - 1).addingReportingOverflow(months)
      guard !overflow, (12..<120_000).contains(index) else { throw Overflow() }
      let (year, month) = (index / 12, index % 12 + 1)
      let last = CalendarDate.dayCount(year: year, month: month)
      return CalendarDate(year: year, month: month, day: min(parts.day, last)).map { .date($0) }
    default:
      guard case .date(let other) = arguments[1] else { return nil }
      let (low, high) = (min(day, other).daysSince1970, max(day, other).daysSince1970)
      // Whole weeks have five working days; the rest is counted.
      let weeks = (high - low) / 7
      let rest = (low + weeks * 7)..<high
      let working = rest.filter { CalendarDate(daysSince1970: $0 + 1).weekday <= 5 }.count
      return .integer(Int128((weeks * 5 + working) * (day <= other ? 1 : -1)))
    }
  }

  /// Whether a text is found in another.
  func isMatch(_ match: TextMatch, _ text: String, _ pattern: String, loosely: Bool) -> Bool {
    if loosely {
      let found = LooseText(text)
      found.shareTones()
      return LooseText(pattern).matches(match, in: found)
    }
    let (bytes, wanted) = (Array(text.utf8), Array(pattern.utf8))
    switch match {
    case .equals: return bytes == wanted
    case .startsWith: return bytes.starts(with: wanted)
    case .endsWith: return bytes.reversed().starts(with: wanted.reversed())
    case .contains:
      return bytes.indices.contains { bytes[$0...].starts(with: wanted) } || wanted == []
    }
  }
}

extension LooseText {
  /// The letters of a string.
  convenience init(_ text: String) {
    self.init()
    var copy = text
    copy.withUTF8 { fold($0) }
  }
}

extension CellValue {
  fileprivate var words: String {
    if case .text(let text) = self { return text }
    return ""
  }

  fileprivate var count: Int { max(0, Int(clamping: storedInteger ?? 0)) }
}
