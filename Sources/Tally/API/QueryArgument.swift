/// A value that is handed to a query: one, or a list for `in`.
public enum QueryArgument: Sendable, Hashable {
  /// One value.
  case value(CellValue)
  /// A list, which can stand only behind `in`.
  case list([CellValue])
}

/// What can be handed to a query: it is bound as a value and never becomes part of the text.
///
///     try database.run("count services where level >= \(3) and agency in \(["A", "B"])")
public protocol QueryBindable {
  /// The value that the query sees.
  var queryArgument: QueryArgument { get }
}

/// A value that is one cell, and so can be a member of a list.
public protocol CellConvertible: QueryBindable, Sendable {
  /// The cell with this value.
  var cellValue: CellValue { get }
}

extension CellConvertible {
  /// The value itself.
  public var queryArgument: QueryArgument { .value(cellValue) }
}

extension CellValue: CellConvertible {
  /// The value itself.
  public var cellValue: CellValue { self }
}

extension Bool: CellConvertible {
  /// True or false.
  public var cellValue: CellValue { .boolean(self) }
}

extension String: CellConvertible {
  /// The text in normalisation form C.
  public var cellValue: CellValue { .text(normalised) }
}

extension Double: CellConvertible {
  /// The number; what is infinite or no number is missing.
  public var cellValue: CellValue { isFinite ? .float(self) : .missing }
}

extension Float: CellConvertible {
  /// The number as a double; what is infinite or no number is missing.
  public var cellValue: CellValue { Double(self).cellValue }
}

extension ExactDecimal: CellConvertible {
  /// The number.
  public var cellValue: CellValue { .decimal(self) }
}

extension CalendarDate: CellConvertible {
  /// The day.
  public var cellValue: CellValue { .date(self) }
}

extension CalendarPeriod: CellConvertible {
  /// The period.
  public var cellValue: CellValue { .period(self) }
}

extension CellConvertible where Self: BinaryInteger {
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
  /// The value, or a missing one.
  public var queryArgument: QueryArgument { .value(self?.cellValue ?? .missing) }
}

extension Array: QueryBindable where Element: CellConvertible {
  /// The elements as a list for `in`.
  public var queryArgument: QueryArgument { .list(map(\.cellValue)) }
}

extension Set: QueryBindable where Element: CellConvertible {
  /// The elements as a list for `in`.
  public var queryArgument: QueryArgument { .list(map(\.cellValue)) }
}
