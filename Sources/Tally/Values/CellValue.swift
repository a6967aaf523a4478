/// The value of one cell, as a caller sees it.
///
/// The engine keeps columns, never cells: this is made when a cell is asked for.
public enum CellValue: Sendable, Hashable {
  /// No value.
  case missing
  /// True or false.
  case boolean(Bool)
  /// A whole number, up to the 128 bits of a sum.
  case integer(Int128)
  /// An exact decimal number.
  case decimal(ExactDecimal)
  /// An exact percentage, as the number it stands for.
  case percent(ExactDecimal)
  /// A binary floating-point number.
  case float(Double)
  /// A quotient that reads as a percentage.
  case ratio(Double)
  /// A text in normalisation form C.
  case text(String)
  /// A day.
  case date(CalendarDate)
  /// A moment of local time in microseconds since 1970-01-01 00:00.
  case dateTime(Int64)
  /// A week, month, quarter or year.
  case period(CalendarPeriod)
  /// A length of time in microseconds.
  case duration(Int64)
}
