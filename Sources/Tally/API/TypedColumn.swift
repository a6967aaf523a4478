extension Table {
  /// The values of a column in one type, side by side in memory.
  ///
  ///     let fees = try services.column("fee", as: Double.self)
  ///     let highest = fees.withSpan { span in
  ///       span.indices.reduce(0) { max($0, span[$1]) }
  ///     }
  ///
  /// Columns keep whole numbers in the narrowest codes that hold them, so the values are decoded
  /// once, in one pass; where the column happens to lie in memory as the type does, nothing is
  /// copied, and ``TypedColumn/sharesMemory`` says so. ``Column/codes`` and ``Column/dictionary`` lend
  /// the stored form itself.
  ///
  /// Throws an error of kind `name` where no column has the name, and of kind `decoding` where a cell
  /// is not of the type. Missing cells need an `Optional`.
  public func column<Value: CellDecodable>(_ name: String, as type: Value.Type)
    throws(QueryError) -> TypedColumn<Value>
  {
    let index = try index(ofColumn: name)
    return try TypedColumn(columns[index], name: columnNames[index])
  }
}

/// The values of a column in one type, side by side in memory.
public struct TypedColumn<Value: CellDecodable>: Sendable {
  private let storage: Storage

  private enum Storage: Sendable {
    /// The memory of the column itself.
    case shared(AlignedBytes, count: Int)
    case owned([Value])
  }

  init(_ column: Column, name: String) throws(QueryError) {
    if let bytes = column.memory(as: Value.self) {
      storage = .shared(bytes, count: column.count)
    } else {
      storage = .owned(try CellReader(column, name: name).values(as: Value.self))
    }
  }

  /// Whether the values are the memory of the column, and not a copy.
  public var sharesMemory: Bool {
    if case .shared = storage { return true }
    return false
  }

  /// The values, lent for as long as the column is.
  public var span: Span<Value> {
    @_lifetime(borrow self)
    borrowing get {
      switch storage {
      case .owned(let values): return _overrideLifetime(values.span, borrowing: self)
      case .shared(let bytes, let count):
        // SAFETY: `Column.memory(as:)` gave the memory for this type; `self` keeps it alive.
        let start = UnsafePointer(bytes.address.assumingMemoryBound(to: Value.self))
        let values = UnsafeBufferPointer(start: start, count: count)
        return _overrideLifetime(values.span, borrowing: self)
      }
    }
  }

  /// Lends the values to `body`.
  public func withSpan<Result, Failure: Error>(
    _ body: (Span<Value>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(span)
  }
}

extension TypedColumn: RandomAccessCollection {
  /// Always 0.
  public var startIndex: Int { 0 }

  /// The number of rows.
  public var endIndex: Int {
    switch storage {
    case .owned(let values): values.count
    case .shared(_, let count): count
    }
  }

  /// The value of a row, which must lie in `0..<count`.
  public subscript(row: Int) -> Value { span[row] }
}

extension Column {
  /// The column's memory, where it holds the values of a type just as Swift lays them out: doubles,
  /// and whole numbers whose codes are as wide as the type and count from zero.
  fileprivate func memory<Value>(as type: Value.Type) -> AlignedBytes? {
    if validity != nil { return nil }
    switch payload {
    case .floats(let bytes): return type == Double.self ? bytes : nil
    case .wide(let bytes): return type == Int128.self && self.type.isWhole ? bytes : nil
    case .codes(let codes, let base):
      guard base == 0, self.type.isWhole else { return nil }
      let fits =
        switch codes.width {
        case .one: type == UInt8.self
        case .two: type == UInt16.self
        case .four: type == UInt32.self
        // The sum of base and code is a number of 64 bits with a sign.
        case .eight: type == Int64.self || type == Int.self || type == UInt64.self
        }
      return fits ? codes.bytes : nil
    case .dictionary, .plain: return nil
    }
  }
}
