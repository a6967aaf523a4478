extension ReadingSet {
  /// One of the notations that are left: enough to write every cell seen so far back as it was.
  func leadingNotation(_ extent: NumberExtent) -> Notation? {
    if has(Self.number) { return numberNotation(extent).map(Notation.number) }
    if has(Self.boolean) {
      return .boolean(BooleanNotation(style: booleans.trailingZeroBitCount))
    }
    if has(Self.date) { return dateNotation.map(Notation.date) }
    if has(Self.dateTime), let date = dateNotation { return .dateTime(date, timeNotation) }
    if has(Self.month) {
      let layout = months.trailingZeroBitCount
      return .period(PeriodNotation(unit: .month, layout: layout))
    }
    if has(Self.quarter) {
      let layout = quarters.trailingZeroBitCount
      return .period(PeriodNotation(unit: .quarter, layout: layout))
    }
    if has(Self.week) { return .period(PeriodNotation(unit: .week, layout: 0)) }
    return nil
  }

  /// The first number notation that is left: numbers without grouping before those with, the dot
  /// before the comma, a fixed number of decimal places before as many as needed.
  func numberNotation(_ extent: NumberExtent) -> NumberNotation? {
    guard has(Self.number), conventions != 0 else { return nil }
    let bit = conventions.trailingZeroBitCount
    let (group, decimal) = (bit / 2, bit % 2)
    let styles = decimal == 0 ? dotStyles : commaStyles
    let fixed = styles & Self.fixedStyles
    let style: NumberNotation.Style
    let places: Int
    if fixed != 0 {
      style = .fixed
      places = fixed.trailingZeroBitCount
    } else {
      style =
        styles & Self.minimalStyle != 0
        ? .minimal : styles & Self.exponentStyle != 0 ? .exponent : .shortest
      places = Int(decimal == 0 ? extent.dotPlaces : extent.commaPlaces)
    }
    return NumberNotation(
      group: group, decimal: decimal, style: style, places: min(places, 38),
      suffix: suffixes.trailingZeroBitCount)
  }

  private var dateNotation: DateNotation? {
    guard dateLayouts != 0 else { return nil }
    // Year first, then day first, then month first.
    for order in [DateShape.yearFirst, DateShape.dayFirst, DateShape.monthFirst] {
      let layouts = dateLayouts >> UInt16(order * 3) & 7
      guard layouts != 0 else { continue }
      let padding = datePadding >> UInt16(order * 5) & 31
      return DateNotation(
        order: order, separator: layouts.trailingZeroBitCount,
        dayPadding: (padding & 3).trailingZeroBitCount,
        monthPadding: (padding >> 2).trailingZeroBitCount)
    }
    return nil
  }

  private var timeNotation: TimeNotation {
    TimeNotation(
      hasLetter: times & 1 == 0, padsHours: times & 4 != 0, hasZone: times & 16 == 0,
      precision: (times >> 6).trailingZeroBitCount)
  }

  /// Keeps only readings of one kind.
  func restricted(toKinds wanted: UInt8) -> ReadingSet {
    var result = self
    result.kinds &= wanted
    result.settle()
    return result
  }

  /// Keeps only numbers with one decimal sign: 0 for the dot, 1 for the comma.
  func restricted(toDecimal decimal: Int) -> ReadingSet {
    var result = self
    result.conventions &= decimal == 0 ? NumberConvention.allDot : NumberConvention.allComma
    result.settle()
    return result
  }

  /// Drops an order of day and month.
  func excluding(dateOrder order: Int) -> ReadingSet {
    var result = self
    result.dateLayouts &= ~(7 << UInt16(order * 3))
    result.settle()
    return result
  }
}
