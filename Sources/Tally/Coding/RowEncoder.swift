/// Encodes one row: keys name columns.
struct RowEncoder: Encoder {
  let collector: RowCollector

  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    KeyedEncodingContainer(RowEncodingContainer(collector: collector))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer { RejectingContainer(key: nil) }

  func singleValueContainer() -> any SingleValueEncodingContainer {
    CellEncodingContainer(collector: collector, key: RowCollector.soleColumnName)
  }
}

/// Encodes one cell.
struct CellEncoder: Encoder {
  let collector: RowCollector
  let key: String

  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    KeyedEncodingContainer(RejectingKeyedContainer(key: key))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer { RejectingContainer(key: key) }

  func singleValueContainer() -> any SingleValueEncodingContainer {
    CellEncodingContainer(collector: collector, key: key)
  }
}

extension RowCollector {
  /// Appends a value that may encode itself to the column of a key.
  func encode(_ value: some Encodable, forKey key: String) throws {
    if let cell = value as? any CellConvertible {
      return try append(cell.cell(at: place(key)), forKey: key)
    }
    try value.encode(to: CellEncoder(collector: self, key: key))
    if !hasValue(forKey: key) { throw rejection(key) }
  }
}

/// The cells of a row by the names of their columns.
private struct RowEncodingContainer<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let collector: RowCollector

  var codingPath: [any CodingKey] { [] }

  func encodeNil(forKey key: Key) throws {
    try collector.appendMissing(nil, forKey: key.stringValue)
  }

  func encode<T: Encodable>(_ value: T, forKey key: Key) throws {
    try collector.encode(value, forKey: key.stringValue)
  }

  func encodeIfPresent<T: Encodable>(_ value: T?, forKey key: Key) throws {
    if let value { return try encode(value, forKey: key) }
    let type = (T.self as? any CellConvertible.Type)?.cellType
    try collector.appendMissing(type, forKey: key.stringValue)
  }

  private func appendMissing<Value: CellConvertible>(_ value: Value?, _ key: Key)
    throws(QueryError)
  {
    try collector.appendMissing(Value.cellType, forKey: key.stringValue)
  }

  func nestedContainer<NestedKey: CodingKey>(keyedBy type: NestedKey.Type, forKey key: Key)
    -> KeyedEncodingContainer<NestedKey>
  {
    KeyedEncodingContainer(RejectingKeyedContainer(key: key.stringValue))
  }

  func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
    RejectingContainer(key: key.stringValue)
  }

  func superEncoder() -> any Encoder { CellEncoder(collector: collector, key: "super") }

  func superEncoder(forKey key: Key) -> any Encoder {
    CellEncoder(collector: collector, key: key.stringValue)
  }

  func encode(_ value: Bool, forKey key: Key) throws {
    try collector.append(.boolean(value), forKey: key.stringValue)
  }

  func encode(_ value: String, forKey key: Key) throws {
    try collector.append(value, forKey: key.stringValue)
  }

  func encode(_ value: Double, forKey key: Key) throws {
    try collector.append(value, forKey: key.stringValue)
  }

  func encode(_ value: Float, forKey key: Key) throws {
    try collector.append(Double(value), forKey: key.stringValue)
  }

  func encode(_ value: Int, forKey key: Key) throws {
    try collector.append(Int128(value), forKey: key.stringValue)
  }

  func encode(_ value: Int8, forKey key: Key) throws {
    try collector.append(Int128(value), forKey: key.stringValue)
  }

  func encode(_ value: Int16, forKey key: Key) throws {
    try collector.append(Int128(value), forKey: key.stringValue)
  }

  func encode(_ value: Int32, forKey key: Key) throws {
    try collector.append(Int128(value), forKey: key.stringValue)
  }

  func encode(_ value: Int64, forKey key: Key) throws {
    try collector.append(Int128(value), forKey: key.stringValue)
  }

  func encode(_ value: Int128, forKey key: Key) throws {
    try collector.append(value, forKey: key.stringValue)
  }

  func encode(_ value: UInt, forKey key: Key) throws {
    try collector.append(Int128(value), forKey: key.stringValue)
  }

  func encode(_ value: UInt8, forKey key: Key) throws {
    try collector.append(Int128(value), forKey: key.stringValue)
  }

  func encode(_ value: UInt16, forKey key: Key) throws {
    try collector.append(Int128(value), forKey: key.stringValue)
  }

  func encode(_ value: UInt32, forKey key: Key) throws {
    try collector.append(Int128(value), forKey: key.stringValue)
  }

  func encode(_ value: UInt64, forKey key: Key) throws {
    try collector.append(Int128(value), forKey: key.stringValue)
  }

  func encode(_ value: UInt128, forKey key: Key) throws {
    try collector.append(try Int128(checking: value), forKey: key.stringValue)
  }

  func encodeIfPresent(_ value: Bool?, forKey key: Key) throws {
    if let value { try encode(value, forKey: key) } else { try appendMissing(value, key) }
  }

  func encodeIfPresent(_ value: String?, forKey key: Key) throws {
    if let value { try encode(value, forKey: key) } else { try appendMissing(value, key) }
  }

  func encodeIfPresent(_ value: Double?, forKey key: Key) throws {
    if let value { try encode(value, forKey: key) } else { try appendMissing(value, key) }
  }

  func encodeIfPresent(_ value: Float?, forKey key: Key) throws {
    if let value { try encode(value, forKey: key) } else { try appendMissing(value, key) }
  }

  func encodeIfPresent(_ value: Int?, forKey key: Key) throws {
    if let value { try encode(value, forKey: key) } else { try appendMissing(value, key) }
  }

  func encodeIfPresent(_ value: Int8?, forKey key: Key) throws {
    if let value { try encode(value, forKey: key) } else { try appendMissing(value, key) }
  }

  func encodeIfPresent(_ value: Int16?, forKey key: Key) throws {
    if let value { try encode(value, forKey: key) } else { try appendMissing(value, key) }
  }

  func encodeIfPresent(_ value: Int32?, forKey key: Key) throws {
    if let value { try encode(value, forKey: key) } else { try appendMissing(value, key) }
  }

  func encodeIfPresent(_ value: Int64?, forKey key: Key) throws {
    if let value { try encode(value, forKey: key) } else { try appendMissing(value, key) }
  }

  func encodeIfPresent(_ value: Int128?, forKey key: Key) throws {
    if let value { try encode(value, forKey: key) } else { try appendMissing(value, key) }
  }

  func encodeIfPresent(_ value: UInt?, forKey key: Key) throws {
    if let value { try encode(value, forKey: key) } else { try appendMissing(value, key) }
  }

  func encodeIfPresent(_ value: UInt8?, forKey key: Key) throws {
    if let value { try encode(value, forKey: key) } else { try appendMissing(value, key) }
  }

  func encodeIfPresent(_ value: UInt16?, forKey key: Key) throws {
    if let value { try encode(value, forKey: key) } else { try appendMissing(value, key) }
  }

  func encodeIfPresent(_ value: UInt32?, forKey key: Key) throws {
    if let value { try encode(value, forKey: key) } else { try appendMissing(value, key) }
  }

  func encodeIfPresent(_ value: UInt64?, forKey key: Key) throws {
    if let value { try encode(value, forKey: key) } else { try appendMissing(value, key) }
  }

  func encodeIfPresent(_ value: UInt128?, forKey key: Key) throws {
    if let value { return try encode(value, forKey: key) }
    try collector.appendMissing(.integer, forKey: key.stringValue)
  }
}

/// One cell.
private struct CellEncodingContainer: SingleValueEncodingContainer {
  let collector: RowCollector
  let key: String

  var codingPath: [any CodingKey] { [] }

  func encodeNil() throws { try collector.appendMissing(nil, forKey: key) }
  func encode(_ value: some Encodable) throws { try collector.encode(value, forKey: key) }
  func encode(_ value: Bool) throws { try collector.append(.boolean(value), forKey: key) }
  func encode(_ value: String) throws { try collector.append(value, forKey: key) }
  func encode(_ value: Double) throws { try collector.append(value, forKey: key) }
  func encode(_ value: Float) throws { try collector.append(Double(value), forKey: key) }
  func encode(_ value: Int) throws { try collector.append(Int128(value), forKey: key) }
  func encode(_ value: Int8) throws { try collector.append(Int128(value), forKey: key) }
  func encode(_ value: Int16) throws { try collector.append(Int128(value), forKey: key) }
  func encode(_ value: Int32) throws { try collector.append(Int128(value), forKey: key) }
  func encode(_ value: Int64) throws { try collector.append(Int128(value), forKey: key) }
  func encode(_ value: Int128) throws { try collector.append(value, forKey: key) }
  func encode(_ value: UInt) throws { try collector.append(Int128(value), forKey: key) }
  func encode(_ value: UInt8) throws { try collector.append(Int128(value), forKey: key) }
  func encode(_ value: UInt16) throws { try collector.append(Int128(value), forKey: key) }
  func encode(_ value: UInt32) throws { try collector.append(Int128(value), forKey: key) }
  func encode(_ value: UInt64) throws { try collector.append(Int128(value), forKey: key) }
  func encode(_ value: UInt128) throws {
    try collector.append(try Int128(checking: value), forKey: key)
  }
}

extension Int128 {
  /// The number, or an error that it has more than 127 bits.
  fileprivate init(checking value: UInt128) throws(QueryError) {
    guard let exact = Int128(exactly: value) else {
      throw QueryError(kind: .overflow, message: "\(value) is no number of 128 bits with a sign")
    }
    self = exact
  }
}
