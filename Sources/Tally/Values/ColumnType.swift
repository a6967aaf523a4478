/// What the values of a column mean.
public enum ColumnType: Sendable, Hashable {
  /// True or false.
  case boolean
  /// Whole numbers; 64 bits, sums up to 128.
  case integer
  /// Exact decimal numbers: a whole coefficient divided by ten to the power of `scale`.
  case decimal(scale: Int)
  /// Exact percentages, kept as the number they stand for: `32.9%` is 0.329 with scale 3.
  case percent(scale: Int)
  /// Binary floating point (IEEE 754 double): quotients, averages and roots. Never infinite and
  /// never "not a number": where no number exists, the value is missing.
  case float
  /// A quotient that reads as a percentage: what `share` gives. Kept as ``float``.
  case ratio
  /// Text in Unicode normalisation form C.
  case text
  /// A day of the Gregorian calendar, as days since 1970-01-01.
  case date
  /// A moment of local time, as microseconds since 1970-01-01 00:00.
  case dateTime
  /// A week, month, quarter or year, as the number of such units since the one of 1970-01-01.
  case period(PeriodUnit)
  /// An exact length of time in microseconds.
  case duration
}

extension ColumnType {
  /// Whether values can be added and averaged.
  public var isNumeric: Bool {
    switch self {
    case .integer, .decimal, .percent, .float, .ratio: true
    default: false
    }
  }

  /// Whether values are kept as binary floating point.
  var isFloating: Bool { self == .float || self == .ratio }

  /// Whether values read as percentages.
  var isPercentage: Bool {
    switch self {
    case .percent, .ratio: true
    default: false
    }
  }

  /// The number of decimal places of the stored coefficient; 0 for all that have none.
  public var scale: Int {
    switch self {
    case .decimal(let scale), .percent(let scale): scale
    default: 0
    }
  }

  /// The word for this type in the language and in messages, for instance `decimal`.
  public var name: String {
    switch self {
    case .boolean: "boolean"
    case .integer: "integer"
    case .decimal: "decimal"
    case .percent: "percent"
    case .float: "float"
    case .ratio: "ratio"
    case .text: "text"
    case .date: "date"
    case .dateTime: "datetime"
    case .period(let unit): unit.rawValue
    case .duration: "duration"
    }
  }
}

/// The units of the calendar that a period can have.
public enum PeriodUnit: String, Sendable, Hashable, CaseIterable {
  /// Monday to Sunday.
  case week
  /// A month of a year.
  case month
  /// Three months.
  case quarter
  /// A calendar year.
  case year
}
