/// Bytes of one cell.
typealias CellBytes = UnsafeBufferPointer<UInt8>

/// The readings of one cell and, if it is a number, its size.
struct CellReadings {
  private(set) var set = ReadingSet.textOnly
  private(set) var extent = NumberExtent()
  /// What the cell shows, as bits of ``ReadingSet/unseen``.
  private var seen: UInt8 = 0

  /// Finds all readings of a cell that is not missing.
  init(of cell: CellBytes) {
    guard let first = cell.first, cell.count <= NumberShape.longest else { return }
    switch first {
    case UInt8(ascii: "0")...UInt8(ascii: "9"):
      if let shape = NumberShape(cell) { add(shape) }
      if let shape = DateShape(cell) { add(shape) }
      if let shape = PeriodShape(cell) { add(shape) }
    case UInt8(ascii: "-"):
      if let shape = NumberShape(cell) { add(shape) }
    case UInt8(ascii: "Q"):
      if let shape = PeriodShape(cell) { add(shape) }
    case UInt8(ascii: "t"), UInt8(ascii: "T"), UInt8(ascii: "f"), UInt8(ascii: "F"):
      if let style = BooleanNotation.style(of: cell) {
        set.kinds = ReadingSet.boolean
        set.booleans = 1 << UInt8(style)
      }
    default: break
    }
    set.settle()
    guard !set.isTextOnly else { return }
    let all = ReadingSet.unseparated | ReadingSet.undifferingDays | ReadingSet.unlong
    set.unseen = all & ~seen
  }

  private mutating func add(_ shape: NumberShape) {
    let conventions = shape.conventions
    guard conventions != 0 else { return }
    set.kinds |= ReadingSet.number
    set.conventions = conventions
    set.suffixes = 1 << UInt8(shape.suffix)
    let dotPlaces = shape.places(decimal: 0)
    let commaPlaces = shape.places(decimal: 1)
    if conventions & NumberConvention.allDot != 0 {
      set.dotStyles = shape.styles(places: dotPlaces, isDot: true)
    }
    if conventions & NumberConvention.allComma != 0 {
      set.commaStyles = shape.styles(places: commaPlaces, isDot: false)
    }
    let digits = shape.digitCount
    if shape.hasDotOrComma { seen |= ReadingSet.unseparated }
    if digits > 18 { seen |= ReadingSet.unlong }
    extent = NumberExtent(
      mostDigits: UInt8(clamping: digits), fewestDigits: UInt8(clamping: digits),
      dotPlaces: set.dotStyles == 0 ? 0 : UInt8(clamping: dotPlaces),
      commaPlaces: set.commaStyles == 0 ? 0 : UInt8(clamping: commaPlaces))
  }

  private mutating func add(_ shape: DateShape) {
    if shape.isShort {
      set.kinds |= ReadingSet.shortDate
    } else if shape.layouts != 0 {
      set.kinds |= shape.times == 0 ? ReadingSet.date : ReadingSet.dateTime
      set.dateLayouts = shape.layouts
      set.datePadding = shape.padding
      set.times = shape.times
    }
    if shape.dayAndMonthDiffer { seen |= ReadingSet.undifferingDays }
  }

  private mutating func add(_ shape: PeriodShape) {
    switch shape.unit {
    case .month:
      set.kinds |= ReadingSet.month
      set.months = shape.layouts
    case .quarter:
      set.kinds |= ReadingSet.quarter
      set.quarters = UInt8(truncatingIfNeeded: shape.layouts)
    case .week: set.kinds |= ReadingSet.week
    case .year: break
    }
  }
}
