/// All ways in which the cells seen so far can be read without loss. A new column can be read in
/// every way; each cell deletes those that it contradicts.
///
/// A reading is a point in a product of small dimensions, for numbers for instance
/// separators × decimal places × suffix. Each dimension is a mask with a bit per choice, and what
/// a column and a cell have in common is their bitwise intersection.
struct ReadingSet: Sendable, Hashable {
  /// What cells can be.
  var kinds: UInt8
  /// Numbers: the pair of grouping sign and decimal sign, see ``NumberConvention``.
  var conventions: UInt32
  /// Numbers whose decimal sign is the dot: bits 0 to 38 for exactly so many decimal places,
  /// ``minimalStyle``, ``exponentStyle`` and ``shortestStyle``.
  var dotStyles: UInt64
  /// Numbers whose decimal sign is the comma.
  var commaStyles: UInt64
  /// Numbers: nothing, `%`, or `%` behind one of three blanks.
  var suffixes: UInt8
  /// Booleans: lower case, upper case, capitalised.
  var booleans: UInt8
  /// Dates: bit `order * 3 + separator`.
  var dateLayouts: UInt16
  /// Dates: how days (bits 0 and 1) and months (bits 2 to 4) below ten are written, five bits for
  /// each order.
  var datePadding: UInt16
  /// Moments: blank or `T` (bits 0, 1), hours with or without zero (2, 3), without or with `Z`
  /// (4, 5), and minutes, seconds and one to six decimals of seconds (6 to 13).
  var times: UInt16
  /// Months by layout.
  var months: UInt16
  /// Quarters by layout.
  var quarters: UInt8
  /// What has not been seen yet: see the constants that begin with `un`.
  var unseen: UInt8

  static let number: UInt8 = 1
  static let boolean: UInt8 = 2
  static let date: UInt8 = 4
  static let dateTime: UInt8 = 8
  static let month: UInt8 = 16
  static let quarter: UInt8 = 32
  static let week: UInt8 = 64
  /// A date with a year of two digits: a question, never an answer.
  static let shortDate: UInt8 = 128

  /// As many decimal places as the number needs: never a zero at the end.
  static let minimalStyle: UInt64 = 1 << 62
  /// As `%.15g` of C prints a double: minimal, with an exponent below 0.0001 and from 1e15 on.
  static let exponentStyle: UInt64 = 1 << 63
  /// As `fwrite` of R writes small numbers: with an exponent where that is shorter, so that 0.0006 is
  /// `6e-04` and 0.00012 is itself.
  static let shortestStyle: UInt64 = 1 << 61
  static let exponentStyles = exponentStyle | shortestStyle
  static let fixedStyles: UInt64 = (1 << 39) - 1
  static let styleMask = fixedStyles | minimalStyle | exponentStyles

  /// No number with a dot or a comma in it.
  static let unseparated: UInt8 = 1
  /// No date whose day and month differ.
  static let undifferingDays: UInt8 = 2
  /// No number of more than 18 digits before the decimal sign.
  static let unlong: UInt8 = 4
  /// No value at all.
  static let unvalued: UInt8 = 8

  /// Every reading: a column of which nothing has been seen.
  static let all = ReadingSet(
    kinds: .max, conventions: NumberConvention.all, dotStyles: styleMask, commaStyles: styleMask,
    suffixes: 0xF, booleans: 7, dateLayouts: 0x1FF, datePadding: 0x7FFF, times: 0x3FFF,
    months: 0xFF, quarters: 0x3F, unseen: 0xF)

  /// Text, which every cell can be, and nothing else.
  static let textOnly = ReadingSet(
    kinds: 0, conventions: 0, dotStyles: 0, commaStyles: 0, suffixes: 0, booleans: 0,
    dateLayouts: 0, datePadding: 0, times: 0, months: 0, quarters: 0, unseen: 0)

  /// Whether nothing but text is left.
  var isTextOnly: Bool { kinds == 0 }

  /// Whether no cell has been seen.
  var isUnseen: Bool { unseen & Self.unvalued != 0 }

  func has(_ kind: UInt8) -> Bool { kinds & kind != 0 }

  /// What both have in common.
  func intersection(_ other: ReadingSet) -> ReadingSet {
    var result = ReadingSet(
      kinds: kinds & other.kinds, conventions: conventions & other.conventions,
      dotStyles: dotStyles & other.dotStyles, commaStyles: commaStyles & other.commaStyles,
      suffixes: suffixes & other.suffixes, booleans: booleans & other.booleans,
      dateLayouts: dateLayouts & other.dateLayouts, datePadding: datePadding & other.datePadding,
      times: times & other.times, months: months & other.months,
      quarters: quarters & other.quarters, unseen: unseen & other.unseen)
    result.settle()
    return result
  }

  /// Clears what other dimensions have made impossible, so that equal sets have equal masks.
  mutating func settle() {
    settleNumbers()
    settleDates()
    if booleans == 0 { kinds &= ~Self.boolean }
    if kinds & Self.boolean == 0 { booleans = 0 }
    if months == 0 { kinds &= ~Self.month }
    if kinds & Self.month == 0 { months = 0 }
    if quarters == 0 { kinds &= ~Self.quarter }
    if kinds & Self.quarter == 0 { quarters = 0 }
    if kinds == 0 { unseen &= Self.unvalued }
  }

  private mutating func settleNumbers() {
    if dotStyles == 0 { conventions &= ~NumberConvention.allDot }
    if commaStyles == 0 { conventions &= ~NumberConvention.allComma }
    if conventions == 0 || suffixes == 0 { kinds &= ~Self.number }
    if kinds & Self.number == 0 {
      conventions = 0
      suffixes = 0
    }
    if conventions & NumberConvention.allDot == 0 { dotStyles = 0 }
    if conventions & NumberConvention.allComma == 0 { commaStyles = 0 }
  }

  private mutating func settleDates() {
    for order in 0..<3 {
      let layouts: UInt16 = 7 << UInt16(order * 3)
      let padding: UInt16 = 31 << UInt16(order * 5)
      let days = datePadding & (3 << UInt16(order * 5))
      if dateLayouts & layouts == 0 || days == 0 || datePadding & padding == days {
        dateLayouts &= ~layouts
        datePadding &= ~padding
      }
    }
    if dateLayouts == 0 { kinds &= ~(Self.date | Self.dateTime) }
    if times & 3 == 0 || times & 0xC == 0 || times & 0x30 == 0 || times >> 6 == 0 {
      kinds &= ~Self.dateTime
    }
    if kinds & Self.dateTime == 0 { times = 0 }
    if kinds & (Self.date | Self.dateTime) == 0 {
      dateLayouts = 0
      datePadding = 0
    }
  }
}

/// A pair of grouping sign and decimal sign as a number, which is the pair's bit in
/// ``ReadingSet/conventions``.
enum NumberConvention {
  /// The grouping signs: none, dot, comma, blank, no-break space, thin space, narrow no-break
  /// space, apostrophe, right single quotation mark.
  static let groupSigns = ["", ".", ",", " ", "\u{A0}", "\u{2009}", "\u{202F}", "'", "\u{2019}"]

  static let noGroup = 0
  static let dot = 1
  static let comma = 2
  static let blank = 3

  /// The bit of a grouping sign and a decimal sign: 0 for the dot, 1 for the comma.
  static func bit(group: Int, decimal: Int) -> UInt32 { 1 << UInt32(group * 2 + decimal) }

  /// All pairs of different signs.
  static let all: UInt32 =
    (1 << 18) - 1 - (1 << UInt32(dot * 2)) - (1 << UInt32(comma * 2 + 1))
  static let allDot: UInt32 = 0x15555 & all
  static let allComma: UInt32 = 0x2AAAA & all
  /// The pairs that don't group.
  static let ungrouped: UInt32 = 3
}

/// The sizes of the numbers of a column, whatever their reading.
struct NumberExtent: Sendable, Hashable {
  /// The most and the fewest digits before the decimal sign.
  var mostDigits: UInt8 = 0
  var fewestDigits: UInt8 = .max
  /// The most decimal places if the dot is the decimal sign.
  var dotPlaces: UInt8 = 0
  /// The most decimal places if the comma is the decimal sign.
  var commaPlaces: UInt8 = 0

  mutating func formUnion(_ other: NumberExtent) {
    mostDigits = max(mostDigits, other.mostDigits)
    fewestDigits = min(fewestDigits, other.fewestDigits)
    dotPlaces = max(dotPlaces, other.dotPlaces)
    commaPlaces = max(commaPlaces, other.commaPlaces)
  }
}
