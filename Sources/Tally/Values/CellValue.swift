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

extension CellValue {
  /// The integer that a column stores for this value; nil for text, doubles and missing values.
  var storedInteger: Int128? {
    switch self {
    case .boolean(let value): value ? 1 : 0
    case .integer(let value): value
    case .decimal(let value), .percent(let value): value.coefficient
    case .date(let day): Int128(day.daysSince1970)
    case .dateTime(let value), .duration(let value): Int128(value)
    case .period(let period): Int128(period.index)
    case .missing, .float, .ratio, .text: nil
    }
  }

  /// The type that a constant of this value has; nil for a missing value.
  var type: ColumnType? {
    switch self {
    case .missing: nil
    case .boolean: .boolean
    case .integer: .integer
    case .decimal(let value): .decimal(scale: value.scale)
    case .percent(let value): .percent(scale: value.scale)
    case .float: .float
    case .ratio: .ratio
    case .text: .text
    case .date: .date
    case .dateTime: .dateTime
    case .period(let period): .period(period.unit)
    case .duration: .duration
    }
  }
}
