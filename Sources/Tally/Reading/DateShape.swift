/// A date in figures, with or without a time, in every order in which it can be read.
struct DateShape {
  /// Bits of ``ReadingSet/dateLayouts``.
  private(set) var layouts: UInt16 = 0
  /// Bits of ``ReadingSet/datePadding``.
  private(set) var padding: UInt16 = 0
  /// Bits of ``ReadingSet/times``; 0 where there is no time.
  private(set) var times: UInt16 = 0
  /// Whether the year has two digits only, in at least one order.
  private(set) var isShort = false
  /// Whether it matters which of two numbers is the day.
  private(set) var dayAndMonthDiffer = false

  static let dayFirst = 0
  static let monthFirst = 1
  static let yearFirst = 2

  /// The separators, in the order of their bits.
  static let separators: [UInt8] = [UInt8(ascii: "-"), UInt8(ascii: "/"), UInt8(ascii: ".")]

  /// Reads a cell, or gives nil where it isn't three numbers between equal separators, with a time
  /// behind them or nothing.
  init?(_ cell: CellBytes) {
    var reader = FigureReader(cell)
    guard let first = reader.number(atMost: 4), let separator = reader.byte(),
      let place = Self.separators.firstIndex(of: separator),
      let second = reader.number(atMost: 2), reader.byte() == separator,
      let third = reader.number(atMost: 4)
    else { return nil }
    if !reader.isAtEnd {
      times = reader.time()
      if times == 0 { return nil }
    }
    if first.length == 4, third.length <= 2 {
      add(Self.yearFirst, place, year: first, month: second, day: third)
    } else if third.length == 4, first.length <= 2 {
      add(Self.dayFirst, place, year: third, month: second, day: first)
      add(Self.monthFirst, place, year: third, month: first, day: second)
      dayAndMonthDiffer = first.value != second.value
    } else if first.length <= 2, third.length <= 2, times == 0 {
      isShort =
        Self.couldBeShort(year: third, month: second, day: first)
        || Self.couldBeShort(year: third, month: first, day: second)
        || Self.couldBeShort(year: first, month: second, day: third)
    }
    if layouts == 0, !isShort { return nil }
  }

  private mutating func add(
    _ order: Int, _ separator: Int, year: Figure, month: Figure, day: Figure
  ) {
    guard CalendarDate(year: year.value, month: month.value, day: day.value) != nil else { return }
    layouts |= 1 << UInt16(order * 3 + separator)
    let bits = Self.dayPadding(day) | Self.monthPadding(month) << 2
    padding |= bits << UInt16(order * 5)
  }

  /// With zero, without.
  private static func dayPadding(_ day: Figure) -> UInt16 {
    if day.length == 1 { return 2 }
    return day.value < 10 ? 1 : 3
  }

  /// With zero, without, or with zero for the months 1 and 2 only, as Vietnamese offices write.
  private static func monthPadding(_ month: Figure) -> UInt16 {
    if month.length == 1 { return month.value <= 2 ? 2 : 6 }
    if month.value >= 10 { return 7 }
    return month.value <= 2 ? 5 : 1
  }

  private static func couldBeShort(year: Figure, month: Figure, day: Figure) -> Bool {
    year.length == 2 && (1...12).contains(month.value)
      && CalendarDate(year: 2000, month: month.value, day: day.value) != nil
  }
}

/// Digits that stand together, as a number.
struct Figure {
  var value: Int
  var length: Int
}

/// Takes a cell apart into short numbers and what stands between them.
struct FigureReader {
  private let cell: CellBytes
  private var index = 0

  init(_ cell: CellBytes) { self.cell = cell }

  var isAtEnd: Bool { index == cell.count }

  /// The digits that follow, if there are any and not more than `limit`.
  mutating func number(atMost limit: Int) -> Figure? {
    let start = index
    var value = 0
    while index < cell.count, cell[index].isDigit {
      if index - start == limit { return nil }
      value = value * 10 + Int(cell[index] - UInt8(ascii: "0"))
      index += 1
    }
    return index == start ? nil : Figure(value: value, length: index - start)
  }

  /// The next byte.
  mutating func byte() -> UInt8? {
    guard index < cell.count else { return nil }
    defer { index += 1 }
    return cell[index]
  }

  /// Takes `byte` if it follows.
  mutating func accept(_ byte: UInt8) -> Bool {
    guard index < cell.count, cell[index] == byte else { return false }
    index += 1
    return true
  }

  /// A blank or `T` and a time up to the end, as bits of ``ReadingSet/times``; 0 if there is none.
  mutating func time() -> UInt16 {
    var bits: UInt16
    switch byte() {
    case UInt8(ascii: " "): bits = 1
    case UInt8(ascii: "T"): bits = 2
    default: return 0
    }
    guard let hour = number(atMost: 2), hour.value < 24, accept(UInt8(ascii: ":")),
      let minute = number(atMost: 2), minute.length == 2, minute.value < 60
    else { return 0 }
    bits |= hour.length == 1 ? 8 : hour.value < 10 ? 4 : 12
    var precision = 0
    if accept(UInt8(ascii: ":")) {
      guard let second = number(atMost: 2), second.length == 2, second.value < 60 else { return 0 }
      precision = 1
      if accept(UInt8(ascii: ".")) {
        guard let fraction = number(atMost: 6) else { return 0 }
        precision = 1 + fraction.length
      }
    }
    bits |= 1 << UInt16(6 + precision)
    bits |= accept(UInt8(ascii: "Z")) ? 32 : 16
    return isAtEnd ? bits : 0
  }
}

/// A week, month or quarter in figures.
struct PeriodShape {
  /// What it is.
  let unit: PeriodUnit
  /// Its number since 1970-01-01.
  let index: Int
  /// The layouts that print it so: bits of ``ReadingSet/months`` or ``ReadingSet/quarters``.
  let layouts: UInt16

  /// The years that periods may lie in: others are likelier to be parts of codes.
  static let years = 1900...2099

  /// Layouts of months: `2025-03`, `2025/03`, `03/2025`, `3/2025`, `03-2025`, `3-2025`,
  /// `03.2025`, `3.2025`.
  static let monthPatterns = [
    "yyyy-mm", "yyyy/mm", "mm/yyyy", "m/yyyy", "mm-yyyy", "m-yyyy", "mm.yyyy", "m.yyyy",
  ]
  /// Layouts of quarters: `2025-Q1`, `2025Q1`, `2025 Q1`, `Q1/2025`, `Q1-2025`, `Q1 2025`.
  static let quarterPatterns = ["yyyy-Qq", "yyyyQq", "yyyy Qq", "Qq/yyyy", "Qq-yyyy", "Qq yyyy"]

  /// Reads a cell, or gives nil where it is no period.
  init?(_ cell: CellBytes) {
    var reader = FigureReader(cell)
    if reader.accept(UInt8(ascii: "Q")) {
      guard let quarter = reader.number(atMost: 1), let separator = reader.byte(),
        let layout = Self.signs.firstIndex(of: separator), let year = reader.number(atMost: 4),
        reader.isAtEnd, year.length == 4
      else { return nil }
      self.init(year, quarter: quarter, layout: 3 + layout)
      return
    }
    guard let first = reader.number(atMost: 4) else { return nil }
    if first.length == 4 {
      self.init(year: first, &reader)
      return
    }
    guard first.length <= 2, let separator = reader.byte(), let year = reader.number(atMost: 4),
      reader.isAtEnd, year.length == 4, Self.years.contains(year.value),
      (1...12).contains(first.value)
    else { return nil }
    let padded: UInt16
    switch separator {
    case UInt8(ascii: "/"): padded = 1 << 2
    case UInt8(ascii: "-"): padded = 1 << 4
    case UInt8(ascii: "."): padded = 1 << 6
    default: return nil
    }
    self.init(
      unit: .month, index: (year.value - 1970) * 12 + first.value - 1,
      layouts: first.length == 1 ? padded << 1 : first.value < 10 ? padded : padded | padded << 1)
  }

  private init(unit: PeriodUnit, index: Int, layouts: UInt16) {
    self.unit = unit
    self.index = index
    self.layouts = layouts
  }

  private static let signs: [UInt8] = [UInt8(ascii: "/"), UInt8(ascii: "-"), UInt8(ascii: " ")]

  private init?(_ year: Figure, quarter: Figure, layout: Int) {
    guard Self.years.contains(year.value), (1...4).contains(quarter.value) else { return nil }
    self.init(
      unit: .quarter, index: (year.value - 1970) * 4 + quarter.value - 1,
      layouts: 1 << UInt16(layout))
  }

  private init?(year: Figure, _ reader: inout FigureReader) {
    guard Self.years.contains(year.value) else { return nil }
    if reader.accept(UInt8(ascii: "Q")) {
      guard let quarter = reader.number(atMost: 1), reader.isAtEnd else { return nil }
      self.init(year, quarter: quarter, layout: 1)
      return
    }
    guard let separator = reader.byte() else { return nil }
    if separator != UInt8(ascii: "/"), reader.accept(UInt8(ascii: "Q")) {
      guard separator == UInt8(ascii: "-") || separator == UInt8(ascii: " "),
        let quarter = reader.number(atMost: 1), reader.isAtEnd
      else { return nil }
      self.init(year, quarter: quarter, layout: separator == UInt8(ascii: "-") ? 0 : 2)
      return
    }
    if separator == UInt8(ascii: "-"), reader.accept(UInt8(ascii: "W")) {
      guard let week = reader.number(atMost: 2), week.length == 2, reader.isAtEnd,
        let index = Self.weekIndex(year: year.value, week: week.value)
      else { return nil }
      self.init(unit: .week, index: index, layouts: 1)
      return
    }
    guard separator == UInt8(ascii: "-") || separator == UInt8(ascii: "/"),
      let month = reader.number(atMost: 2), month.length == 2, reader.isAtEnd,
      (1...12).contains(month.value)
    else { return nil }
    self.init(
      unit: .month, index: (year.value - 1970) * 12 + month.value - 1,
      layouts: separator == UInt8(ascii: "-") ? 1 : 2)
  }

  /// The index of a week of an ISO year, or nil where the year has no such week.
  private static func weekIndex(year: Int, week: Int) -> Int? {
    guard (1...53).contains(week), let start = CalendarDate(year: year, month: 1, day: 4) else {
      return nil
    }
    // The fourth of January lies in week 1.
    let index = CalendarPeriod(.week, containing: start).index + week - 1
    let thursday = CalendarDate(
      daysSince1970: CalendarPeriod(.week, index: index).firstDay.daysSince1970 + 3)
    return thursday.parts.year == year ? index : nil
  }
}
