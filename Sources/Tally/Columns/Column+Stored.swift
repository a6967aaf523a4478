extension Column {
  /// The integers that a column of codes stores, one for each row; those of rows without a value
  /// mean nothing. Nil for text, doubles and columns of 128 bits.
  func storedIntegers(budget: MemoryBudget?) throws(QueryError) -> GroupArray<Int64>? {
    guard case .codes(let codes, let base) = payload else { return nil }
    let values = try GroupArray<Int64>(count: count, filling: 0, budget: budget)
    for row in 0..<count { values[row] = base &+ Int64(bitPattern: codes[row]) }
    return values
  }

  /// The column with one more row, whose value is of the column's type or missing.
  func appending(_ cell: CellValue, budget: MemoryBudget?) throws(QueryError) -> Column {
    switch payload {
    case .codes, .wide: return try appendingInteger(cell, budget: budget)
    case .floats(let bytes):
      let values = try GroupArray<Double>(count: count + 1, filling: 0, budget: budget)
      let source = bytes.pointer(to: Double.self)
      for row in 0..<count { values[row] = source[row] }
      switch cell {
      case .float(let number), .ratio(let number): values[count] = number
      default: break
      }
      return try .floats(
        values.elements, type: type,
        validity: try validity(appending: cell, budget), budget: budget)
    case .dictionary, .plain:
      return try .texts((0...count).map { ($0 < count ? self[$0] : cell).text(in: .csv) })
    }
  }

  private func appendingInteger(_ cell: CellValue, budget: MemoryBudget?) throws(QueryError)
    -> Column
  {
    let values = try GroupArray<Int128>(count: count + 1, filling: 0, budget: budget)
    switch payload {
    case .codes(let codes, let base):
      for row in 0..<count { values[row] = Int128(base &+ Int64(bitPattern: codes[row])) }
    case .wide(let bytes):
      let source = bytes.pointer(to: Int128.self)
      for row in 0..<count { values[row] = source[row] }
    default: break
    }
    values[count] = cell.storedInteger ?? 0
    return try .wideIntegers(
      values.elements, type: type,
      validity: try validity(appending: cell, budget), budget: budget)
  }

  private func validity(appending cell: CellValue, _ budget: MemoryBudget?) throws(QueryError)
    -> Bitmap?
  {
    if validity == nil, cell != .missing { return nil }
    let result = try Bitmap(count: count + 1, filled: true, budget: budget)
    if let validity {
      for row in 0..<count where !validity[row] { result.clear(row) }
    }
    if cell == .missing { result.clear(count) }
    return result
  }
}
