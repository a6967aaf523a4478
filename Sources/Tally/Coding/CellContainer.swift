/// One cell.
struct CellContainer: SingleValueDecodingContainer {
  let reader: CellReader
  let row: Int

  var codingPath: [any CodingKey] { [] }

  func decodeNil() -> Bool { reader.isMissing(row) }

  func decode<T: Decodable>(_ type: T.Type) throws -> T { try reader.decoded(row, as: type) }

  private func read<Value: BulkDecodable>() throws(QueryError) -> Value {
    if let value = Value.read(reader, row) { return value }
    throw reader.mismatch(row, wanted: Value.self)
  }

  func decode(_ type: Bool.Type) throws -> Bool { try read() }
  func decode(_ type: String.Type) throws -> String { try read() }
  func decode(_ type: Double.Type) throws -> Double { try read() }
  func decode(_ type: Float.Type) throws -> Float { try read() }
  func decode(_ type: Int.Type) throws -> Int { try read() }
  func decode(_ type: Int8.Type) throws -> Int8 { try read() }
  func decode(_ type: Int16.Type) throws -> Int16 { try read() }
  func decode(_ type: Int32.Type) throws -> Int32 { try read() }
  func decode(_ type: Int64.Type) throws -> Int64 { try read() }
  func decode(_ type: Int128.Type) throws -> Int128 { try read() }
  func decode(_ type: UInt.Type) throws -> UInt { try read() }
  func decode(_ type: UInt8.Type) throws -> UInt8 { try read() }
  func decode(_ type: UInt16.Type) throws -> UInt16 { try read() }
  func decode(_ type: UInt32.Type) throws -> UInt32 { try read() }
  func decode(_ type: UInt64.Type) throws -> UInt64 { try read() }
  func decode(_ type: UInt128.Type) throws -> UInt128 { try read() }
}
