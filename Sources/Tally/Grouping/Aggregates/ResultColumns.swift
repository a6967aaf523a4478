/// Moments and exact sums of doubles take a microsecond or more each.
private let dearRows = 1 << 10

/// Makes a column of doubles from a value per row; nil is missing. A number too large for a double
/// is an error of kind `overflow`.
func floatColumn(
  count: Int, type: ColumnType, budget: MemoryBudget?,
  value: (Int) throws(QueryError) -> Double?
) throws(QueryError) -> Column {
  let bytes = try AlignedBytes(byteCount: count * 8, budget: budget)
  let numbers = bytes.pointer(to: Double.self)
  let validity = try Bitmap(count: count, filled: true, budget: budget)
  try budget.forEachPiece(of: count, size: dearRows) { piece throws(QueryError) in
    for row in piece {
      if let number = try value(row) {
        guard number.isFinite else { throw QueryError.resultOverflow }
        numbers[row] = number
      } else {
        numbers[row] = 0
        validity.clear(row)
      }
    }
  }
  return Column(type: type, count: count, payload: .floats(bytes), validity: validity)
}

/// Makes a column of stored integers from a value per row; nil is missing.
func integerColumn(
  count: Int, type: ColumnType, budget: MemoryBudget?,
  value: (Int) throws(QueryError) -> Int128?
) throws(QueryError) -> Column {
  let bytes = try AlignedBytes(byteCount: count * 16, budget: budget)
  let numbers = bytes.pointer(to: Int128.self)
  let validity = try Bitmap(count: count, filled: true, budget: budget)
  try budget.forEachPiece(of: count, size: dearRows) { piece throws(QueryError) in
    for row in piece {
      if let number = try value(row) {
        if type.isStoredIn64Bits, Int64(exactly: number) == nil { throw QueryError.resultOverflow }
        numbers[row] = number
      } else {
        numbers[row] = 0
        validity.clear(row)
      }
    }
  }
  return try Column.wideIntegers(
    UnsafeBufferPointer(start: numbers, count: count), type: type, validity: validity,
    budget: budget)
}

extension ColumnType {
  /// Whether cells of this type have 64 bits only.
  var isStoredIn64Bits: Bool {
    switch self {
    case .integer, .decimal, .percent: false
    default: true
    }
  }
}

extension QueryError {
  /// A result that no column can hold.
  static let resultOverflow = QueryError(
    kind: .overflow, message: "the result of an aggregate is too large to be held exactly")
}
