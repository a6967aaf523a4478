import Foundation

@testable import Tally
@testable import TallySyntax

extension Resolver {
  /// A call of a function that is no aggregate.
  func function(_ call: CallSyntax) throws -> Meaning {
    let name = call.name.text.lowercased()
    if let result = try defined(call) { return result }
    if name == "bands", call.with == nil, call.within == nil { return try bands(call) }
    guard call.with == nil, call.within == nil, !call.isDistinct else { throw invalid("with") }
    if call.arguments.isEmpty, name == "today" { return .constant(.date(oracle.today), .date) }
    let values = try call.arguments.map { try meaning($0) }
    if let result = try? function(OracleArguments(name: name, values: values)) { return result }
    for type in [ColumnType.integer, .date] {
      let typed = OracleArguments(name: name, values: values.map { self.typed($0, as: type) })
      if let result = try? function(typed) { return result }
    }
    return try function(OracleArguments(name: name, values: values))
  }

  func function(_ arguments: OracleArguments) throws -> Meaning {
    if let result = try textFunction(arguments) { return result }
    if let result = try numberFunction(arguments) { return result }
    if let result = try calendarFunction(arguments) { return result }
    throw invalid("no function \(arguments.name)")
  }

  // MARK: Texts

  private func textFunction(_ arguments: OracleArguments) throws -> Meaning? {
    switch arguments.name {
    case "lower": return try mapped(arguments) { $0.lowercased() }
    case "upper": return try mapped(arguments) { $0.uppercased() }
    case "trim": return try mapped(arguments) { $0.trimmingCharacters(in: .whitespacesAndNewlines) }
    case "fold": return try mapped(arguments) { LooseText($0).text }
    case "length":
      try arguments.expect(1...1)
      return computed(.integer, [try arguments.text(0)]) { .integer(Int128($0[0].words.count)) }
    case "replace":
      try arguments.expect(3...3)
      let parts = try (0..<3).map { try arguments.text($0) }
      return computed(.text, parts) { values in
        let (old, new) = (values[1].words, values[2].words)
        if old.isEmpty { return values[0] }
        return .text(values[0].words.replacingOccurrences(of: old, with: new, options: .literal))
      }
    case "left", "right":
      try arguments.expect(2...2)
      let isLeft = arguments.name == "left"
      return computed(.text, [try arguments.text(0), try arguments.whole(1)]) { values in
        let characters = Array(values[0].words)
        let count = max(0, Int(clamping: values[1].stored))
        return .text(String(isLeft ? characters.prefix(count) : characters.suffix(count)))
      }
    case "substring":
      try arguments.expect(2...3)
      let numbers = try (1..<arguments.values.count).map { try arguments.whole($0) }
      return computed(.text, [try arguments.text(0)] + numbers) { values in
        let start = values[1].stored
        let end = values.count == 3 ? start.addingClamped(values[2].stored) : .max
        let kept = values[0].words.enumerated().filter { place, _ in
          Int128(place) + 1 >= start && Int128(place) + 1 < end
        }
        return .text(String(kept.map(\.element)))
      }
    case "part":
      try arguments.expect(3...3)
      let parts = [try arguments.text(0), try arguments.text(1), try arguments.whole(2)]
      return computed(.text, parts) { values in
        let separator = values[1].words
        let pieces =
          separator.isEmpty
          ? [values[0].words] : values[0].words.components(separatedBy: separator)
        let place = Int(clamping: values[2].stored)
        return place >= 1 && place <= pieces.count ? .text(pieces[place - 1]) : .missing
      }
    case "concat":
      try arguments.expect(1...Int.max)
      let parts = try arguments.values.indices.map { try arguments.text($0) }
      if parts.count == 1 { return parts[0] }
      return computed(.text, parts) { .text($0.map(\.words).joined()) }
    case "text":
      try arguments.expect(1...1)
      let value = arguments.values[0]
      if value.type == .text { return value }
      return computed(.text, [value]) { $0[0].text(in: .csv).map { .text($0) } ?? .missing }
    default: return nil
    }
  }

  private func mapped(_ arguments: OracleArguments, _ map: @escaping (String) -> String) throws
    -> Meaning
  {
    try arguments.expect(1...1)
    return computed(.text, [try arguments.text(0)]) { .text(map($0[0].words)) }
  }

  // MARK: Numbers

  private func numberFunction(_ arguments: OracleArguments) throws -> Meaning? {
    switch arguments.name {
    case "abs", "sign":
      try arguments.expect(1...1)
      let isLength = arguments.values[0].type == .duration
      let value = isLength ? arguments.values[0] : try arguments.number(0)
      return arguments.name == "abs" ? absolute(value) : sign(value)
    case "round", "floor", "ceil", "truncate": return try rounding(arguments)
    case "sqrt", "exp", "power", "log": return try floatFunction(arguments)
    case "least", "greatest":
      try arguments.expect(2...Int.max)
      let parts = try sameType(arguments)
      guard parts[0].type != .boolean else { throw invalid("no order") }
      let isLeast = arguments.name == "least"
      return computed(parts[0].type, parts) { values in
        values.dropFirst().reduce(values[0]) { best, value in
          (isLeast ? value.isLess(than: best) : best.isLess(than: value)) ? value : best
        }
      }
    case "coalesce":
      try arguments.expect(2...Int.max)
      let parts = try sameType(arguments)
      var result = Meaning(type: parts[0].type, mayBeWide: parts.contains(where: \.mayBeWide)) {
        row in
        var unknown = false
        for part in parts {
          let outcome = try part.value(row)
          unknown = unknown || outcome.unknown
          if !outcome.isMissing { return Outcome(value: outcome.value, unknown: unknown) }
        }
        return Outcome(value: .missing, unknown: unknown)
      }
      result.isEmptyColumn = false
      return result
    case "percent":
      try arguments.expect(1...1)
      let value = try arguments.number(0)
      switch value.type {
      case .integer, .decimal: return value.reread(as: .percent(scale: value.type.scale))
      case .float: return value.converted(to: .ratio)
      default: return value
      }
    case "number": return try number(arguments)
    default: return nil
    }
  }

  private func absolute(_ value: Meaning) -> Meaning {
    let zero = CellValue(stored: 0, type: value.type, wide: true)
    return computed(value.type, [value]) { values in
      if let number = values[0].double { return Self.floating(number.magnitude, value.type) }
      if values[0].stored >= 0 { return values[0] }
      do {
        return try Self.exactResult(.subtract, zero, values[0], value.type)
      } catch Refusal.overflow where value.mayBeWide {
        throw Refusal.undetermined
      }
    }
  }

  private func sign(_ value: Meaning) -> Meaning {
    computed(.integer, [value]) { values in
      if let number = values[0].double { return .integer(number > 0 ? 1 : number < 0 ? -1 : 0) }
      return .integer(values[0].stored.signum())
    }
  }

  /// Rounding gives exact numbers, of doubles too. Places of a percentage are those that are
  /// written before its sign.
  private func rounding(_ arguments: OracleArguments) throws -> Meaning {
    try arguments.expect(1...2)
    let value = try arguments.number(0)
    let isPercentage = value.type.isPercentage
    let isFloating = value.type.isFloating
    let digits = try arguments.values.count == 1 ? 0 : arguments.constant(1)
    guard digits >= (isPercentage ? -2 : -18), digits <= (isFloating ? 15 : 38) else {
      throw invalid("places")
    }
    let places = isPercentage ? digits + 2 : digits
    if !isFloating, places >= value.type.scale { return value }
    guard isFloating || value.type.scale - places <= 38 else { throw invalid("places") }
    let type: ColumnType =
      isPercentage
      ? .percent(scale: places) : places > 0 ? .decimal(scale: places) : .integer
    let name = arguments.name
    var result = computed(type, [value]) { values in
      // What a double is, is its shortest text.
      let number = values[0].double.map { Rational(shortest: $0) } ?? Rational(values[0])
      let rounded = number.scaled(by: places).rounded(name).scaled(by: max(0, places) - places)
      guard let stored = rounded.wholeNumber.int128 else { throw Refusal.overflow }
      guard Self.limits(type).contains(stored) else {
        throw value.mayBeWide ? Refusal.undetermined : Refusal.overflow
      }
      return CellValue(stored: stored, type: type, wide: true)
    }
    result.mayBeWide = value.mayBeWide && type == .integer
    return result
  }

  private func floatFunction(_ arguments: OracleArguments) throws -> Meaning {
    let count =
      arguments.name == "power" ? 2...2 : arguments.name == "log" ? 1...2 : 1...1
    try arguments.expect(count)
    let numbers = try arguments.values.indices.map {
      try arguments.number($0).converted(to: .float)
    }
    let name = arguments.name
    return computed(.float, numbers, losing: \.impossibleNumbers) { values in
      let numbers = values.compactMap(\.nearestDouble)
      let result: Double =
        switch (name, numbers.count) {
        case ("sqrt", _): numbers[0].squareRoot()
        case ("exp", _): exp(numbers[0])
        case ("power", _): pow(numbers[0], numbers[1])
        case (_, 1): log(numbers[0])
        default:
          numbers[1] == 2
            ? log2(numbers[0])
            : numbers[1] == 10 ? log10(numbers[0]) : log(numbers[0]) / log(numbers[1])
        }
      return Self.floating(result, .float)
    }
  }

  private func number(_ arguments: OracleArguments) throws -> Meaning {
    let value = arguments.values[0]
    if value.type == .text, !value.isMissingWord {
      try arguments.expect(1...2)
      let digits = try arguments.values.count == 1 ? 0 : arguments.constant(1)
      guard (0...38).contains(digits) else { throw invalid("places") }
      let type: ColumnType = digits == 0 ? .integer : .decimal(scale: digits)
      return computed(type, [value], losing: \.unreadableTexts) {
        Self.number(written: $0[0].words, type) ?? .missing
      }
    }
    if value.type == .text {
      try arguments.expect(1...2)
      if arguments.values.count == 2 { _ = try arguments.constant(1) }
      let scale = try arguments.values.count == 1 ? 0 : arguments.constant(1)
      return .constant(.missing, scale == 0 ? .integer : .decimal(scale: scale))
    }
    try arguments.expect(1...1)
    switch value.type {
    case .percent(let scale): return value.reread(as: .decimal(scale: scale))
    case .ratio: return value.converted(to: .float)
    default: return try arguments.number(0)
    }
  }

  private static func number(written text: String, _ type: ColumnType) -> CellValue? {
    guard text.wholeMatch(of: /[-+]?[0-9]+(\.[0-9]+)?/) != nil else { return nil }
    let parts = text.split(separator: ".")
    var behind = parts.count > 1 ? String(parts[1]) : ""
    while behind.count > type.scale, behind.hasSuffix("0") { behind.removeLast() }
    guard behind.count <= type.scale else { return nil }
    behind += String(repeating: "0", count: type.scale - behind.count)
    guard let stored = Int128(parts[0] + behind), limits(type).contains(stored) else { return nil }
    return CellValue(stored: stored, type: type, wide: true)
  }

  /// Arguments as values of one type that holds them all.
  private func sameType(_ arguments: OracleArguments) throws -> [Meaning] {
    let typed = arguments.values.filter { !$0.isMissingWord }
    guard var type = typed.first?.type else {
      return arguments.values.map { _ in .constant(.missing, .integer) }
    }
    for next in typed.dropFirst().map(\.type) where next != type {
      guard type.isNumeric, next.isNumeric else { throw invalid("two types") }
      let bothPercent = type.isPercentage && next.isPercentage
      if type.isFloating || next.isFloating {
        type = bothPercent ? .ratio : .float
      } else {
        guard type.isPercentage == next.isPercentage else { throw invalid("two types") }
        let scale = max(type.scale, next.scale)
        type = bothPercent ? .percent(scale: scale) : .decimal(scale: scale)
      }
    }
    return arguments.values.map { $0.converted(to: type) }
  }

  // MARK: The calendar

  private func calendarFunction(_ arguments: OracleArguments) throws -> Meaning? {
    let day: Int128 = 86_400_000_000
    switch arguments.name {
    case "year": return try period(arguments, .year)
    case "quarter": return try period(arguments, .quarter)
    case "month": return try period(arguments, .month)
    case "week": return try period(arguments, .week)
    case "year_number":
      return computed(.integer, [try period(arguments, .year)]) { .integer($0[0].stored + 1970) }
    case "quarter_number": return numbered(try period(arguments, .quarter), of: 4)
    case "month_number": return numbered(try period(arguments, .month), of: 12)
    case "week_number", "day_number", "weekday", "day_of_year": return try partOfDay(arguments)
    case "hour_number": return try clock(arguments, 3_600_000_000, of: 24)
    case "minute_number": return try clock(arguments, 60_000_000, of: 60)
    case "days": return try whole(arguments, day)
    case "hours": return try whole(arguments, 3_600_000_000)
    case "minutes": return try whole(arguments, 60_000_000)
    case "date":
      try arguments.expect(1...1)
      guard arguments.values[0].type == .text, !arguments.values[0].isMissingWord else {
        if arguments.values[0].isMissingWord { return .constant(.missing, .date) }
        return try arguments.day(0, self)
      }
      return computed(.date, [arguments.values[0]], losing: \.unreadableTexts) {
        CalendarDate($0[0].words).map { .date($0) } ?? .missing
      }
    case "start", "finish":
      try arguments.expect(1...1)
      if arguments.values[0].isMissingWord { return .constant(.missing, .date) }
      guard case .period = arguments.values[0].type else { throw invalid("no period") }
      let isStart = arguments.name == "start"
      return computed(.date, [arguments.values[0]]) {
        guard case .period(let period) = $0[0] else { return .missing }
        return .date(isStart ? period.firstDay : period.lastDay)
      }
    case "add_months":
      try arguments.expect(2...2)
      return try addMonths(arguments.values[0], try arguments.whole(1))
    case "add_days":
      try arguments.expect(2...2)
      if arguments.values[0].type == .dateTime {
        return computed(.dateTime, [arguments.values[0], try arguments.whole(1)]) { values in
          let days = CellValue.duration(Int64(clamping: values[1].stored))
          let length = try Self.exactResult(.multiply, days, .integer(day), .duration)
          return try Self.exactResult(.add, values[0], length, .dateTime)
        }
      }
      let (start, count) = (try arguments.day(0, self), try arguments.whole(1))
      return computed(.date, [start, count]) { values in
        let later = values[0].stored.addingClamped(values[1].stored)
        guard (-719_162...2_932_896).contains(later) else { throw Refusal.overflow }
        return .date(CalendarDate(daysSince1970: Int(later)))
      }
    case "working_days":
      try arguments.expect(2...2)
      let days = [try arguments.day(0, self), try arguments.day(1, self)]
      return computed(.integer, days) { values in
        let (first, last) = (Int(values[0].stored), Int(values[1].stored))
        let counted = (min(first, last)..<max(first, last)).count {
          CalendarDate(daysSince1970: $0 + 1).weekday <= 5
        }
        return .integer(Int128(first <= last ? counted : -counted))
      }
    default: return nil
    }
  }

  private func period(_ arguments: OracleArguments, _ unit: PeriodUnit) throws -> Meaning {
    try arguments.expect(1...1)
    let value = arguments.values[0]
    if case .period(let own) = value.type {
      if own == unit { return value }
      let order: [PeriodUnit] = [.month, .quarter, .year]
      guard let from = order.firstIndex(of: own), let to = order.firstIndex(of: unit), from < to
      else { throw invalid("no part of one") }
      return computed(.period(unit), [value]) {
        guard case .period(let period) = $0[0] else { return .missing }
        return .period(CalendarPeriod(unit, containing: period.firstDay))
      }
    }
    return computed(.period(unit), [try arguments.day(0, self)]) {
      guard case .date(let day) = $0[0] else { return .missing }
      return .period(CalendarPeriod(unit, containing: day))
    }
  }

  private func numbered(_ period: Meaning, of count: Int128) -> Meaning {
    computed(.integer, [period]) { values in
      let rest = values[0].stored % count
      return .integer((rest < 0 ? rest + count : rest) + 1)
    }
  }

  private func partOfDay(_ arguments: OracleArguments) throws -> Meaning {
    try arguments.expect(1...1)
    var day = arguments.values[0]
    if arguments.name == "week_number", day.type == .period(.week) {
      let period = day
      day = computed(.date, [period]) {
        guard case .period(let week) = $0[0] else { return .missing }
        return .date(week.firstDay)
      }
    } else {
      day = try arguments.day(0, self)
    }
    let name = arguments.name
    return computed(.integer, [day]) {
      guard case .date(let day) = $0[0] else { return .missing }
      let start = CalendarPeriod(.year, containing: day).firstDay
      switch name {
      case "day_number": return .integer(Int128(day.parts.day))
      case "weekday": return .integer(Int128(day.weekday))
      case "day_of_year": return .integer(Int128(day.daysSince1970 - start.daysSince1970 + 1))
      default:
        let week = CalendarPeriod(.week, containing: day).description
        return Int128(week.suffix(2)).map { .integer($0) } ?? .missing
      }
    }
  }

  private func clock(_ arguments: OracleArguments, _ unit: Int128, of count: Int128) throws
    -> Meaning
  {
    try arguments.expect(1...1)
    let moment = arguments.values[0]
    if moment.isMissingWord { return .constant(.missing, .integer) }
    guard moment.type == .dateTime else { throw invalid("no moment") }
    return computed(.integer, [moment]) { values in
      let time = values[0].stored % 86_400_000_000
      return .integer((time < 0 ? time + 86_400_000_000 : time) / unit % count)
    }
  }

  private func whole(_ arguments: OracleArguments, _ unit: Int128) throws -> Meaning {
    try arguments.expect(1...1)
    let length = arguments.values[0]
    if length.isMissingWord { return .constant(.missing, .integer) }
    guard length.type == .duration else { throw invalid("no length of time") }
    return computed(.integer, [length]) {
      try Self.exactResult(.floorDivide, $0[0], .integer(unit), .integer)
    }
  }

  /// The same day of another month, or that month's last day; for a moment at the same time.
  func addMonths(_ value: Meaning, _ months: Meaning) throws -> Meaning {
    let isMoment = value.type == .dateTime
    guard isMoment || value.type == .date || value.isMissingWord else { throw invalid("no date") }
    let day: Int128 = 86_400_000_000
    return computed(isMoment ? .dateTime : .date, [value, months]) { values in
      let moment = isMoment ? values[0].stored : values[0].stored * day
      let days = moment >= 0 ? moment / day : -((-moment + day - 1) / day)
      let parts = CalendarDate(daysSince1970: Int(days)).parts
      let index = Int128(parts.year * 12 + parts.month - 1).addingClamped(values[1].stored)
      guard (12..<120_000).contains(index) else { throw Refusal.overflow }
      let month = CalendarPeriod(.month, index: Int(index) - 1970 * 12)
      let last = month.lastDay.parts.day
      let later = month.firstDay.daysSince1970 + min(parts.day, last) - 1
      if !isMoment { return .date(CalendarDate(daysSince1970: later)) }
      return .dateTime(Int64(Int128(later) * day + moment - days * day))
    }
  }
}

/// The arguments of a call.
struct OracleArguments {
  let name: String
  let values: [Meaning]

  func expect(_ count: ClosedRange<Int>) throws {
    guard count.contains(values.count) else { throw Refusal.invalid("\(values.count) arguments") }
  }

  func text(_ place: Int) throws -> Meaning {
    guard values[place].type == .text else { throw Refusal.invalid("no text") }
    return values[place]
  }

  func whole(_ place: Int) throws -> Meaning {
    if values[place].isMissingWord { return .constant(.missing, .integer) }
    guard values[place].type == .integer else { throw Refusal.invalid("no whole number") }
    return values[place]
  }

  func number(_ place: Int) throws -> Meaning {
    if values[place].isMissingWord { return .constant(.missing, .integer) }
    guard values[place].type.isNumeric else { throw Refusal.invalid("no number") }
    return values[place]
  }

  /// A whole number that the query itself says.
  func constant(_ place: Int) throws -> Int {
    guard case .integer(let number)? = values[place].constant, let small = Int(exactly: number)
    else { throw Refusal.invalid("no constant") }
    return small
  }

  /// A day, or the day of a moment.
  func day(_ place: Int, _ resolver: Resolver) throws -> Meaning {
    let value = values[place]
    if value.isMissingWord { return .constant(.missing, .date) }
    if value.type == .date { return value }
    guard value.type == .dateTime else { throw Refusal.invalid("no date") }
    return resolver.computed(.date, [value]) { values in
      let (moment, day) = (values[0].stored, Int128(86_400_000_000))
      let days = moment >= 0 ? moment / day : -((-moment + day - 1) / day)
      return .date(CalendarDate(daysSince1970: Int(days)))
    }
  }
}

extension Meaning {
  /// The same stored values under another type.
  func reread(as wanted: ColumnType) -> Meaning {
    var result = self
    result.type = wanted
    result.isEmptyColumn = false
    result.constant = constant.map {
      $0 == .missing ? $0 : CellValue(stored: $0.stored, type: wanted)
    }
    result.value = { row in
      var outcome = try value(row)
      if !outcome.isMissing {
        outcome.value = CellValue(stored: outcome.value.stored, type: wanted, wide: true)
      }
      return outcome
    }
    return result
  }
}

extension CellValue {
  fileprivate var words: String {
    if case .text(let text) = self { return text }
    return ""
  }
}

extension Int128 {
  fileprivate func addingClamped(_ other: Int128) -> Int128 {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? (other < 0 ? .min : .max) : sum
  }
}
