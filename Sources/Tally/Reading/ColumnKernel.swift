/// The loop that reads most cells of a column: it takes cells that are written as those before
/// and delete no reading, and leaves all others to be looked at one by one.
enum ColumnKernel {
  case none
  case whole(NumberLimits)
  case decimal(NumberLimits)
  case date(CalendarLimits)
  case boolean(BooleanNotation)

  /// The kernel for cells in a notation that delete none of the readings that are left.
  init(_ notation: Notation, _ readings: ReadingSet) {
    switch notation {
    case .number(let number): self = Self.number(number, readings)
    case .boolean(let boolean):
      let isOnly =
        readings.kinds == ReadingSet.boolean && readings.booleans.nonzeroBitCount == 1
      self = isOnly ? .boolean(boolean) : .none
    case .date(let date):
      self = Self.date(date, nil, readings)
    case .dateTime(let date, let time): self = Self.date(date, time, readings)
    case .period: self = .none
    }
  }

  /// Reads cells and gives the first row that it doesn't take.
  func scan(
    _ cells: CellWindow, from first: Int, to rows: Int, _ target: KernelTarget,
    _ totals: inout KernelTotals
  ) -> Int {
    switch self {
    case .none: first
    case .whole(let limits): scanWholeNumbers(cells, from: first, to: rows, limits, target, &totals)
    case .decimal(let limits): scanDecimals(cells, from: first, to: rows, limits, target, &totals)
    case .date(let limits): scanDates(cells, from: first, to: rows, limits, target, &totals)
    case .boolean(let notation):
      scanBooleans(cells, from: first, to: rows, notation, target, &totals)
    }
  }

  private static func number(_ notation: NumberNotation, _ readings: ReadingSet) -> ColumnKernel {
    let isPercent = notation.suffix == 1
    guard readings.kinds == ReadingSet.number, notation.group == 0, notation.places <= 15,
      notation.suffix <= 1, readings.suffixes == 1 << UInt8(notation.suffix)
    else { return .none }
    let styles = notation.decimal == 0 ? readings.dotStyles : readings.commaStyles
    let hasExponents = !isPercent && styles & ReadingSet.exponentStyles != 0
    var limits = NumberLimits(digits: hasExponents ? 15 : 18)
    limits.digits = min(limits.digits, 18 - notation.places)
    if readings.conventions & ~NumberConvention.ungrouped != 0 { limits.digits = 3 }
    limits.suffix = isPercent ? UInt8(ascii: "%") : 0
    limits.decimal = notation.decimal == 0 ? UInt8(ascii: ".") : UInt8(ascii: ",")
    limits.places = notation.places
    limits.isFixed = notation.style == .fixed
    if notation.places == 0 {
      guard notation.style == .fixed else { return .none }
      return isPercent ? .decimal(limits) : .whole(limits)
    }
    guard readings.unseen & ReadingSet.unseparated == 0 else { return .none }
    limits.isMinimal = styles & ~ReadingSet.fixedStyles != 0
    limits.hasExponents = hasExponents
    let other = 1 - notation.decimal
    let others =
      readings.conventions
      & (other == 0 ? NumberConvention.allDot : NumberConvention.allComma)
    if others != 0 {
      guard others == NumberConvention.bit(group: notation.decimal + 1, decimal: other) else {
        return .none
      }
      limits.mustGroup = true
      limits.digits = min(limits.digits, 3)
    }
    return .decimal(limits)
  }

  private static func date(
    _ date: DateNotation, _ time: TimeNotation?, _ readings: ReadingSet
  ) -> ColumnKernel {
    let layouts = readings.dateLayouts
    let kind = time == nil ? ReadingSet.date : ReadingSet.dateTime
    let isUnclear =
      date.order != DateShape.yearFirst
      && readings.unseen & ReadingSet.undifferingDays != 0
    guard readings.kinds == kind, layouts == 1 << UInt16(date.order * 3 + date.separator),
      date.dayPadding == 0, date.monthPadding == 0, !isUnclear
    else { return .none }
    var limits = CalendarLimits(
      order: date.order, separator: DateShape.separators[date.separator])
    let padding = readings.datePadding >> UInt16(date.order * 5) & 31
    limits.daysAtLeastTen = padding & 3 != 1
    limits.monthsAtLeastTen = padding >> 2 != 1
    guard let time else { return .date(limits) }
    let times = readings.times
    guard time.padsHours, !time.hasZone, (times & 3).nonzeroBitCount == 1,
      (times & 0x30).nonzeroBitCount == 1, (times >> 6).nonzeroBitCount == 1
    else { return .none }
    limits.timeSeparator = time.hasLetter ? UInt8(ascii: "T") : UInt8(ascii: " ")
    limits.precision = time.precision
    limits.hoursAtLeastTen = times & 0xC != 4
    return .date(limits)
  }
}
