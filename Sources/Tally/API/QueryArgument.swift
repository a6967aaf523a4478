/// A value that is handed to a query: one, or a list for `in`.
public enum QueryArgument: Sendable, Hashable {
  /// One value.
  case value(CellValue)
  /// A list, which can stand only behind `in`.
  case list([CellValue])
}

/// What can be handed to a query: it is bound as a value and never becomes part of the text.
///
///     let answer = try database.run(
///       "count services where level >= \(3) and agency in \(["Sở Tài chính", "Sở Y tế"])")
public protocol QueryBindable {
  /// The value that the query sees.
  var queryArgument: QueryArgument { get }

  /// Arguments of every type that values of this type can have in a query, so that a query can be
  /// checked before there is a value; empty where only the value tells.
  static var specimens: [QueryArgument] { get }
}

extension QueryBindable {
  /// None: only the value tells.
  public static var specimens: [QueryArgument] { [] }
}

/// A value that is one cell, and so can be a member of a list.
public protocol CellConvertible: QueryBindable, Sendable {
  /// The cell with this value.
  var cellValue: CellValue { get }

  /// The type of the cells that values of this type make; nil where only the value tells.
  static var cellType: ColumnType? { get }
}

extension CellConvertible {
  /// The value itself.
  public var queryArgument: QueryArgument { .value(cellValue) }

  /// Nil: only the value tells.
  public static var cellType: ColumnType? { nil }

  /// One value of the type, where that is known.
  public static var specimens: [QueryArgument] {
    cellType.map { [.value(CellValue(specimenOf: $0))] } ?? []
  }
}

extension CellValue: CellConvertible {
  /// The value itself.
  public var cellValue: CellValue { self }
}

extension Bool: CellConvertible {
  /// Truth values.
  public static var cellType: ColumnType? { .boolean }

  /// True or false.
  public var cellValue: CellValue { .boolean(self) }
}

extension String: CellConvertible {
  /// Texts.
  public static var cellType: ColumnType? { .text }

  /// A text, and one that can be read as a day.
  public static var specimens: [QueryArgument] {
    [.value(.text("a")), .value(.text("2000-01-01"))]
  }

  /// The text in normalisation form C.
  public var cellValue: CellValue { .text(normalised) }
}

extension Double: CellConvertible {
  /// Floating-point numbers.
  public static var cellType: ColumnType? { .float }

  /// The number. One that is infinite or no number is an error where it is used.
  public var cellValue: CellValue { .float(self) }
}

extension Float: CellConvertible {
  /// Floating-point numbers.
  public static var cellType: ColumnType? { .float }

  /// The number as a double. One that is infinite or no number is an error where it is used.
  public var cellValue: CellValue { Double(self).cellValue }
}

extension ExactDecimal: CellConvertible {
  /// Decimals; each column finds the scale that holds its values.
  public static var cellType: ColumnType? { .decimal(scale: 0) }

  /// The number.
  public var cellValue: CellValue { .decimal(self) }
}

extension CalendarDate: CellConvertible {
  /// Days.
  public static var cellType: ColumnType? { .date }

  /// The day.
  public var cellValue: CellValue { .date(self) }
}

extension CalendarPeriod: CellConvertible {
  /// A period of each unit.
  public static var specimens: [QueryArgument] {
    PeriodUnit.allCases.map { .value(.period(CalendarPeriod($0, index: 0))) }
  }

  /// The period.
  public var cellValue: CellValue { .period(self) }
}

extension CellConvertible where Self: BinaryInteger {
  /// Whole numbers.
  public static var cellType: ColumnType? { .integer }

  /// The whole number; one that exceeds 128 bits is held at their limit.
  public var cellValue: CellValue { .integer(Int128(clamping: self)) }
}

extension Int: CellConvertible {}
extension Int8: CellConvertible {}
extension Int16: CellConvertible {}
extension Int32: CellConvertible {}
extension Int64: CellConvertible {}
extension UInt: CellConvertible {}
extension UInt8: CellConvertible {}
extension UInt16: CellConvertible {}
extension UInt32: CellConvertible {}
extension UInt64: CellConvertible {}

extension Optional: QueryBindable where Wrapped: CellConvertible {
  /// What the value is checked as.
  public static var specimens: [QueryArgument] { Wrapped.specimens }

  /// The value, or a missing one.
  public var queryArgument: QueryArgument { .value(self?.cellValue ?? .missing) }
}

extension Array: QueryBindable where Element: CellConvertible {
  /// A list of what its elements are checked as.
  public static var specimens: [QueryArgument] { Element.specimens.map(\.asList) }

  /// The elements as a list for `in`.
  public var queryArgument: QueryArgument { .list(map(\.cellValue)) }
}

extension Set: QueryBindable where Element: CellConvertible {
  /// A list of what its elements are checked as.
  public static var specimens: [QueryArgument] { Element.specimens.map(\.asList) }

  /// The elements as a list for `in`.
  public var queryArgument: QueryArgument { .list(map(\.cellValue)) }
}

extension QueryArgument {
  /// A list of the value.
  fileprivate var asList: QueryArgument {
    if case .value(let value) = self { return .list([value]) }
    return self
  }
}

extension CellValue {
  /// Some value of a type.
  fileprivate init(specimenOf type: ColumnType) {
    switch type {
    case .float: self = .float(1)
    case .ratio: self = .ratio(1)
    case .text: self = .text("a")
    default: self.init(stored: Int64(1), type: type)
    }
  }
}
