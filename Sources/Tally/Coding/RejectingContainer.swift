// What has parts of its own is no cell. Encoders can't throw where parts are asked for, only where
// something is written into them.

/// The error for a type that is no cell, or no row.
func rejection(_ key: String?) -> QueryError {
  guard let key else {
    return .decoding("a row has named columns, and this type encodes itself as a list")
  }
  return .decoding(
    "\"\(key)\" has parts of its own, and a cell has none: give each part a property")
}

/// Rejects everything that is encoded by key.
struct RejectingKeyedContainer<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let key: String?

  var codingPath: [any CodingKey] { [] }

  func encodeNil(forKey key: Key) throws { throw rejection(self.key) }
  func encode(_ value: some Encodable, forKey key: Key) throws { throw rejection(self.key) }

  func nestedContainer<NestedKey: CodingKey>(keyedBy type: NestedKey.Type, forKey key: Key)
    -> KeyedEncodingContainer<NestedKey>
  {
    KeyedEncodingContainer(RejectingKeyedContainer<NestedKey>(key: self.key))
  }

  func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
    RejectingContainer(key: self.key)
  }

  func superEncoder() -> any Encoder { RejectingEncoder(key: key) }
  func superEncoder(forKey key: Key) -> any Encoder { RejectingEncoder(key: self.key) }
}

/// Rejects everything that is encoded as a list.
struct RejectingContainer: UnkeyedEncodingContainer {
  let key: String?

  var codingPath: [any CodingKey] { [] }
  var count: Int { 0 }

  func encodeNil() throws { throw rejection(key) }
  func encode(_ value: some Encodable) throws { throw rejection(key) }

  func nestedContainer<NestedKey: CodingKey>(keyedBy type: NestedKey.Type)
    -> KeyedEncodingContainer<NestedKey>
  {
    KeyedEncodingContainer(RejectingKeyedContainer<NestedKey>(key: key))
  }

  func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { self }
  func superEncoder() -> any Encoder { RejectingEncoder(key: key) }
}

/// Rejects everything.
private struct RejectingEncoder: Encoder {
  let key: String?

  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    KeyedEncodingContainer(RejectingKeyedContainer(key: key))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer { RejectingContainer(key: key) }

  func singleValueContainer() -> any SingleValueEncodingContainer {
    RejectingSingleContainer(key: key)
  }
}

private struct RejectingSingleContainer: SingleValueEncodingContainer {
  let key: String?

  var codingPath: [any CodingKey] { [] }

  func encodeNil() throws { throw rejection(key) }
  func encode(_ value: some Encodable) throws { throw rejection(key) }
}
