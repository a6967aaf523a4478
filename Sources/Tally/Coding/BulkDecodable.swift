/// A type that is read straight from the memory of a column, without a ``CellValue`` in between.
protocol BulkDecodable: CellDecodable {
  /// The value of a row; nil where the row holds something else, or nothing.
  static func read(_ reader: CellReader, _ row: Int) -> Self?
}

extension BulkDecodable {
  /// The values of all rows.
  static func readAll(_ reader: CellReader) throws(QueryError) -> [Self] {
    var values: [Self] = []
    values.reserveCapacity(reader.count)
    for row in 0..<reader.count {
      guard let value = read(reader, row) else {
        throw reader.mismatch(row, wanted: Self.self)
      }
      values.append(value)
    }
    return values
  }
}

extension CellReader {
  /// The values of all rows, or the error of the first row that holds something else.
  func values<Value: CellDecodable>(as type: Value.Type) throws(QueryError) -> [Value] {
    if let bulk = type as? any BulkDecodable.Type, let values = try bulk.readAll(self) as? [Value] {
      return values
    }
    var values: [Value] = []
    values.reserveCapacity(count)
    for row in 0..<count { values.append(try value(row, as: type)) }
    return values
  }

  /// The value of one row, or the error that it holds something else.
  func value<Value: CellDecodable>(_ row: Int, as type: Value.Type) throws(QueryError) -> Value {
    guard let value = Value.decoded(from: column[row]) else {
      throw mismatch(row, wanted: Value.self)
    }
    return value
  }
}

extension BulkDecodable where Self: FixedWidthInteger {
  @inline(__always)
  static func read(_ reader: CellReader, _ row: Int) -> Self? {
    reader.isMissing(row) ? nil : reader.integer(row, as: Self.self)
  }
}

extension Int: BulkDecodable {}
extension Int8: BulkDecodable {}
extension Int16: BulkDecodable {}
extension Int32: BulkDecodable {}
extension Int64: BulkDecodable {}
extension Int128: BulkDecodable {}
extension UInt: BulkDecodable {}
extension UInt8: BulkDecodable {}
extension UInt16: BulkDecodable {}
extension UInt32: BulkDecodable {}
extension UInt64: BulkDecodable {}
extension UInt128: BulkDecodable {}

extension Bool: BulkDecodable {
  @inline(__always)
  static func read(_ reader: CellReader, _ row: Int) -> Bool? {
    reader.isMissing(row) ? nil : reader.boolean(row)
  }
}

extension Double: BulkDecodable {
  @inline(__always)
  static func read(_ reader: CellReader, _ row: Int) -> Double? {
    reader.isMissing(row) ? nil : reader.double(row)
  }
}

extension Float: BulkDecodable {
  @inline(__always)
  static func read(_ reader: CellReader, _ row: Int) -> Float? {
    guard let number = Double.read(reader, row).map({ Float($0) }), number.isFinite else {
      return nil
    }
    return number
  }
}

extension String: BulkDecodable {
  @inline(__always)
  static func read(_ reader: CellReader, _ row: Int) -> String? {
    reader.isMissing(row) ? nil : reader.text(row)
  }
}

extension CalendarDate: BulkDecodable {
  @inline(__always)
  static func read(_ reader: CellReader, _ row: Int) -> CalendarDate? {
    reader.isMissing(row) ? nil : reader.date(row)
  }
}

extension Optional: BulkDecodable where Wrapped: BulkDecodable {
  @inline(__always)
  static func read(_ reader: CellReader, _ row: Int) -> Wrapped?? {
    if reader.isMissing(row) { return .some(.none) }
    return Wrapped.read(reader, row).map { .some($0) }
  }
}
