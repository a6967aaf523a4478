extension CellConvertible where Self: RawRepresentable, RawValue: CellConvertible {
  /// The type of the raw values' cells.
  public static var cellType: ColumnType? { RawValue.cellType }

  /// The raw value's cell.
  public var cellValue: CellValue { rawValue.cellValue }
}

extension Int128: CellConvertible {}

extension Duration: CellConvertible {
  /// Lengths of time.
  public static var cellType: ColumnType? { .duration }

  /// The length of time in whole microseconds, held at the limits of 64 bits; what is shorter than
  /// a microsecond is dropped.
  public var cellValue: CellValue {
    let parts = components
    let total =
      Int128(parts.seconds) * 1_000_000 + Int128(parts.attoseconds / 1_000_000_000_000)
    return .duration(Int64(clamping: total))
  }
}

extension CellConvertible {
  /// The cell with this value, or an error where it is a number that no cell holds.
  func cell(at place: @autoclosure () -> String) throws(QueryError) -> CellValue {
    let cell = cellValue
    if case .float(let number) = cell, !number.isFinite { throw .notFinite("\(self)", at: place()) }
    return cell
  }
}

extension QueryError {
  /// The error for a number that no table holds.
  static func notFinite(_ number: String, at place: String) -> QueryError {
    .decoding("\(place) is \(number), which is no number that a table holds: use an Optional")
  }
}
