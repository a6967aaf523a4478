/// A type that a cell can be read as: the way out of a table, as ``CellConvertible`` is the way in.
///
/// A cell is read only as what it is. Nothing is rounded and no text is taken for a number:
///
/// - term `Bool`: truth values
/// - term `Int`, `Int8` to `Int128`, `UInt` to `UInt128`: whole numbers in the type's range
/// - term `Double`, `Float`: numbers of every kind, as the nearest binary number
/// - term ``ExactDecimal``: whole numbers, decimals and percentages
/// - term `String`: texts
/// - term ``CalendarDate``, ``CalendarPeriod``: days, and weeks to years
/// - term `Duration`: lengths of time
/// - term ``CellValue``: everything
/// - term an `Optional` of these: missing cells as well
///
/// An enumeration with raw values joins in by saying so:
///
///     enum Level: Int, CellDecodable { case counter = 1, forms, payment, online }
///     let levels = try services.column("level", as: Level.self)
///
/// ``Table/value(as:)``, ``Table/tuples(_:)``, ``Row``, ``Table/column(_:as:)`` and
/// ``Table/decode(_:allowsAbsentColumns:)`` read cells in this way.
public protocol CellDecodable: Sendable {
  /// The value of a cell, or nil where the cell holds something else.
  static func decoded(from cell: CellValue) -> Self?
}

extension CellValue: CellDecodable {
  /// The cell itself.
  public static func decoded(from cell: CellValue) -> CellValue? { cell }
}

extension Optional: CellDecodable where Wrapped: CellDecodable {
  /// The value of a cell; nil inside where the cell is missing.
  public static func decoded(from cell: CellValue) -> Wrapped?? {
    if cell == .missing { return .some(.none) }
    return Wrapped.decoded(from: cell).map { .some($0) }
  }
}

extension Bool: CellDecodable {
  /// The truth value of a cell.
  public static func decoded(from cell: CellValue) -> Bool? {
    if case .boolean(let value) = cell { return value }
    return nil
  }
}

extension String: CellDecodable {
  /// The text of a cell.
  public static func decoded(from cell: CellValue) -> String? {
    if case .text(let text) = cell { return text }
    return nil
  }
}

extension CellDecodable where Self: FixedWidthInteger {
  /// The whole number of a cell, where it lies in the range of the type.
  public static func decoded(from cell: CellValue) -> Self? {
    switch cell {
    case .integer(let value): Self(exactly: value)
    case .decimal(let value) where value.scale == 0: Self(exactly: value.coefficient)
    default: nil
    }
  }
}

extension Int: CellDecodable {}
extension Int8: CellDecodable {}
extension Int16: CellDecodable {}
extension Int32: CellDecodable {}
extension Int64: CellDecodable {}
extension Int128: CellDecodable {}
extension UInt: CellDecodable {}
extension UInt8: CellDecodable {}
extension UInt16: CellDecodable {}
extension UInt32: CellDecodable {}
extension UInt64: CellDecodable {}
extension UInt128: CellDecodable {}

extension Double: CellDecodable {
  /// The nearest double to the number of a cell.
  public static func decoded(from cell: CellValue) -> Double? {
    switch cell {
    case .float(let value), .ratio(let value): value
    case .integer(let value): quotient(value, 1)
    case .decimal(let value), .percent(let value): value.doubleValue
    default: nil
    }
  }
}

extension Float: CellDecodable {
  /// The nearest float to the double of a cell, where that is finite.
  public static func decoded(from cell: CellValue) -> Float? {
    guard let number = Double.decoded(from: cell).map({ Float($0) }), number.isFinite else {
      return nil
    }
    return number
  }
}

extension ExactDecimal: CellDecodable {
  /// The exact number of a cell.
  public static func decoded(from cell: CellValue) -> ExactDecimal? {
    switch cell {
    case .integer(let value): ExactDecimal(coefficient: value, scale: 0)
    case .decimal(let value), .percent(let value): value
    default: nil
    }
  }
}

extension CalendarDate: CellDecodable {
  /// The day of a cell.
  public static func decoded(from cell: CellValue) -> CalendarDate? {
    if case .date(let day) = cell { return day }
    return nil
  }
}

extension CalendarPeriod: CellDecodable {
  /// The period of a cell.
  public static func decoded(from cell: CellValue) -> CalendarPeriod? {
    if case .period(let period) = cell { return period }
    return nil
  }
}

extension Duration: CellDecodable {
  /// The length of time of a cell, which is exact to the microsecond.
  public static func decoded(from cell: CellValue) -> Duration? {
    if case .duration(let length) = cell { return .microseconds(length) }
    return nil
  }
}

extension CellDecodable where Self: RawRepresentable, RawValue: CellDecodable {
  /// The case whose raw value the cell holds.
  public static func decoded(from cell: CellValue) -> Self? {
    RawValue.decoded(from: cell).flatMap { Self(rawValue: $0) }
  }
}
