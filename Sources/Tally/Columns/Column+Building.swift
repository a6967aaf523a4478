extension Column {
  /// Makes a column of stored 64-bit values in the narrowest codes that hold them. Values of rows
  /// that `validity` marks as missing do not count and may be anything.
  static func integers(
    _ values: UnsafeBufferPointer<Int64>, type: ColumnType, validity: Bitmap? = nil,
    budget: MemoryBudget? = nil
  ) throws(QueryError) -> Column {
    var low = Int64.max
    var high = Int64.min
    try budget.forEachPiece(of: values.count) { piece in
      if let validity {
        for row in piece where validity[row] {
          low = min(low, values[row])
          high = max(high, values[row])
        }
      } else {
        for row in piece {
          low = min(low, values[row])
          high = max(high, values[row])
        }
      }
    }
    if low > high { (low, high) = (0, 0) }
    let width = CodeWidth.narrowest(for: UInt64(bitPattern: high &- low))
    let codes = try Codes(count: values.count, width: width, budget: budget)
    try budget.forEachPiece(of: values.count) { piece in
      switch width {
      case .one: narrow(values, piece, low, validity, into: codes.pointer(to: UInt8.self))
      case .two: narrow(values, piece, low, validity, into: codes.pointer(to: UInt16.self))
      case .four: narrow(values, piece, low, validity, into: codes.pointer(to: UInt32.self))
      case .eight: narrow(values, piece, low, validity, into: codes.pointer(to: UInt64.self))
      }
    }
    codes.note(maximum: UInt64(bitPattern: high &- low))
    return Column(
      type: type, count: values.count, payload: .codes(codes, base: low), validity: validity,
      maximum: high)
  }

  /// Makes a column of 128-bit values, in 64-bit codes where all fit.
  static func wideIntegers(
    _ values: UnsafeBufferPointer<Int128>, type: ColumnType, validity: Bitmap? = nil,
    budget: MemoryBudget? = nil
  ) throws(QueryError) -> Column {
    var fits = true
    try budget.forEachPiece(of: values.count) { piece in
      if fits { fits = allFit(values, piece, validity) }
    }
    let size = fits ? 8 : 16
    let bytes = try AlignedBytes(byteCount: values.count * size, budget: budget)
    if fits {
      let narrow = bytes.pointer(to: Int64.self)
      try budget.forEachPiece(of: values.count) { piece in
        for row in piece { narrow[row] = Int64(truncatingIfNeeded: values[row]) }
      }
      return try integers(
        UnsafeBufferPointer(start: narrow, count: values.count), type: type, validity: validity,
        budget: budget)
    }
    let wide = bytes.pointer(to: Int128.self)
    try budget.forEachPiece(of: values.count) { piece in
      for row in piece { wide[row] = values[row] }
    }
    return Column(type: type, count: values.count, payload: .wide(bytes), validity: validity)
  }

  /// Makes a column of doubles, which must be finite where a row has a value.
  static func floats(
    _ values: UnsafeBufferPointer<Double>, type: ColumnType = .float, validity: Bitmap? = nil,
    budget: MemoryBudget? = nil
  ) throws(QueryError) -> Column {
    let bytes = try AlignedBytes(byteCount: values.count * 8, budget: budget)
    let copy = bytes.pointer(to: Double.self)
    try budget.forEachPiece(of: values.count) { piece in
      for row in piece { copy[row] = values[row] }
    }
    return Column(type: type, count: values.count, payload: .floats(bytes), validity: validity)
  }

  /// Makes a dictionary column of texts in normalisation form C; nil is a missing value.
  static func texts(_ texts: [String?], budget: MemoryBudget? = nil) throws(QueryError) -> Column {
    let set = try TextInterner(budget: budget)
    let ids = try GroupArray<UInt32>(count: texts.count, filling: 0, budget: budget)
    let validity = try Bitmap(count: texts.count, filled: true, budget: budget)
    try budget.forEachPiece(of: texts.count, size: 1 << 13) { piece throws(QueryError) in
      for row in piece {
        guard var text = texts[row] else {
          validity.clear(row)
          continue
        }
        let id = text.withUTF8 { bytes in
          Result { () throws(QueryError) in try set.id(of: bytes) }
        }
        ids[row] = try id.get()
      }
    }
    return try Column(numbers: ids, of: set, validity, budget: budget)
  }

  /// Makes a column of whole numbers; nil is a missing value.
  static func integers(_ values: [Int64?], type: ColumnType = .integer) throws(QueryError)
    -> Column
  {
    let validity = try Bitmap(count: values.count, filled: true)
    let plain = values.enumerated().map { row, value in
      if value == nil { validity.clear(row) }
      return value ?? 0
    }
    return try withBuffer(of: plain) { buffer throws(QueryError) in
      try integers(buffer, type: type, validity: validity)
    }
  }
}

/// Whether the values of rows have 64 bits.
private func allFit(
  _ values: UnsafeBufferPointer<Int128>, _ rows: Range<Int>, _ validity: Bitmap?
) -> Bool {
  for row in rows where validity.map({ $0[row] }) ?? true {
    if Int64(exactly: values[row]) == nil { return false }
  }
  return true
}

/// Lends an array's memory to a body that throws a ``QueryError``.
func withBuffer<T: BitwiseCopyable, R>(
  of array: [T], _ body: (UnsafeBufferPointer<T>) throws(QueryError) -> R
) throws(QueryError) -> R {
  let outcome = array.withUnsafeBufferPointer { buffer -> Result<R, QueryError> in
    Result { () throws(QueryError) in try body(buffer) }
  }
  return try outcome.get()
}

extension Codes {
  /// Writes one code while the codes are built.
  func store(_ code: UInt64, at row: Int) {
    assert(row >= 0 && row < count)
    switch width {
    case .one: bytes.pointer(to: UInt8.self)[row] = UInt8(truncatingIfNeeded: code)
    case .two: bytes.pointer(to: UInt16.self)[row] = UInt16(truncatingIfNeeded: code)
    case .four: bytes.pointer(to: UInt32.self)[row] = UInt32(truncatingIfNeeded: code)
    case .eight: bytes.pointer(to: UInt64.self)[row] = code
    }
  }
}

/// Writes `value - base` of each row; zero where the row is missing.
private func narrow<T: CodeInteger>(
  _ values: UnsafeBufferPointer<Int64>, _ rows: Range<Int>, _ base: Int64, _ validity: Bitmap?,
  into codes: UnsafeMutablePointer<T>
) {
  for row in rows { codes[row] = T(truncatingIfNeeded: values[row] &- base) }
  guard let validity else { return }
  for row in rows where !validity[row] { codes[row] = 0 }
}
