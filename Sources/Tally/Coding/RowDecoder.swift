/// Decodes one row: keys are the names of columns.
struct RowDecoder: Decoder {
  let pass: RowPass
  let row: Int

  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
    KeyedDecodingContainer(RowContainer(pass: pass, row: row))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    throw QueryError.decoding(
      "a row is decoded by the names of its columns, and a list was asked for: `tuples` reads"
        + " columns by their order")
  }

  func singleValueContainer() throws -> any SingleValueDecodingContainer {
    guard pass.table.columnCount == 1 else {
      throw QueryError.decoding(
        "one value was asked for, and a row has \(pass.table.columnCount) columns: "
          + pass.table.columnNames.joined(separator: ", "))
    }
    return CellContainer(reader: pass.reader(at: 0), row: row)
  }
}

/// Decodes one cell.
struct CellDecoder: Decoder {
  let reader: CellReader
  let row: Int
  /// The type that asks.
  let wanted: Any.Type

  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func singleValueContainer() -> any SingleValueDecodingContainer {
    CellContainer(reader: reader, row: row)
  }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    throw nested
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer { throw nested }

  private var nested: QueryError {
    .decoding(
      "\(swiftName(wanted)) has parts of its own, and a cell of the column \"\(reader.name)\" has"
        + " none: give each part a property and a column")
  }
}

extension CellReader {
  /// One cell as a value that may read itself from a decoder.
  func decoded<Value: Decodable>(_ row: Int, as type: Value.Type) throws(QueryError) -> Value {
    if let cellType = type as? any CellDecodable.Type {
      if let value = opened(row, cellType, as: type) { return value }
      throw mismatch(row, wanted: type)
    }
    do {
      return try Value(from: CellDecoder(reader: self, row: row, wanted: type))
    } catch {
      throw .decoding(error, at: "rows[\(row)][\"\(name)\"]")
    }
  }

  private func opened<Cell: CellDecodable, Value>(
    _ row: Int, _ cellType: Cell.Type, as type: Value.Type
  ) -> Value? {
    guard let cell = Cell.decoded(from: column[row]) else { return nil }
    return cell as? Value
  }
}

extension QueryError {
  /// The error of a conversion that failed in somebody else's code at a place of a table.
  static func decoding(_ error: any Error, at place: String) -> QueryError {
    if let known = error as? QueryError { return known }
    var words = "\(error)"
    if let error = error as? DecodingError {
      switch error {
      case .dataCorrupted(let context), .keyNotFound(_, let context),
        .typeMismatch(_, let context), .valueNotFound(_, let context):
        words = context.debugDescription
      @unknown default: break
      }
    } else if let error = error as? EncodingError, case .invalidValue(_, let context) = error {
      words = context.debugDescription
    }
    return .decoding("\(place): \(words)")
  }
}
