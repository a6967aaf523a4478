extension ColumnPieces {
  /// Puts the pieces together as a column whose cells are written in `notation`.
  func typedColumn(
    _ notation: Notation, type: ColumnType, budget: MemoryBudget?
  ) throws(QueryError) -> Column {
    let rows = rowCount
    let memory = try AlignedBytes(byteCount: rows * 8, budget: budget)
    let values = memory.pointer(to: Int64.self)
    let validity = try Bitmap(count: rows, filled: true, budget: budget)
    var row = 0
    for piece in pieces {
      switch piece {
      case .chunk(let chunk, let interner):
        if let factor = chunk.factor(to: notation) {
          guard copyScaled(chunk, factor, values + row, validity, row) else {
            return try wideColumn(notation, type: type, budget: budget)
          }
        } else {
          var isTooWide = false
          let start = row
          try forEachCell(of: chunk, interner) { (inside, cell) throws(QueryError) in
            if !put(cell, notation, values, validity, start + inside) { isTooWide = true }
          }
          if isTooWide { return try wideColumn(notation, type: type, budget: budget) }
        }
        row += chunk.rows
      case .first(let cell):
        var isTooWide = false
        try forFirst(cell) { (found) throws(QueryError) in
          isTooWide = !put(found, notation, values, validity, row)
        }
        if isTooWide { return try wideColumn(notation, type: type, budget: budget) }
        row += 1
      }
    }
    return try Column.integers(
      UnsafeBufferPointer(start: values, count: rows), type: type, validity: validity,
      budget: budget)
  }

  /// Stores a cell, and says whether 64 bits hold it.
  private func put(
    _ cell: Cell, _ notation: Notation, _ values: UnsafeMutablePointer<Int64>,
    _ validity: Bitmap, _ row: Int
  ) -> Bool {
    values[row] = 0
    guard case .text(let bytes) = cell, !bytes.isEmpty else {
      validity.clear(row)
      return true
    }
    guard let value = notation.value(of: bytes) else { return false }
    values[row] = value
    return true
  }

  private func copyScaled(
    _ chunk: ColumnChunk, _ factor: Int64, _ values: UnsafeMutablePointer<Int64>,
    _ validity: Bitmap, _ start: Int
  ) -> Bool {
    guard case .values(let codes, let base, _) = chunk.payload else {
      for row in 0..<chunk.rows {
        values[row] = 0
        validity.clear(start + row)
      }
      return true
    }
    var overflows = false
    for row in 0..<chunk.rows {
      if chunk.isMissing(row) {
        values[row] = 0
        validity.clear(start + row)
        continue
      }
      let value = base &+ Int64(bitPattern: codes[row])
      let (product, overflow) = value.multipliedReportingOverflow(by: factor)
      if overflow { overflows = true }
      values[row] = product
    }
    return !overflows
  }

  /// The same with 128 bits for each value.
  private func wideColumn(
    _ notation: Notation, type: ColumnType, budget: MemoryBudget?
  ) throws(QueryError) -> Column {
    guard case .number(let number) = notation else { throw .bug("wide values are numbers") }
    let rows = rowCount
    let memory = try AlignedBytes(byteCount: rows * 16, budget: budget)
    let values = memory.pointer(to: Int128.self)
    let validity = try Bitmap(count: rows, filled: true, budget: budget)
    try forEachCell { (row, cell) throws(QueryError) in
      values[row] = 0
      guard case .text(let bytes) = cell, !bytes.isEmpty else {
        validity.clear(row)
        return
      }
      guard let value = number.coefficient(of: bytes) else {
        throw .bug("a number doesn't fit the notation of its column")
      }
      values[row] = value
    }
    return try Column.wideIntegers(
      UnsafeBufferPointer(start: values, count: rows), type: type, validity: validity,
      budget: budget)
  }
}

extension QueryError {
  static func bug(_ message: String) -> QueryError { QueryError(kind: .bug, message: message) }
}

extension ColumnChunk {
  /// What stored values are to be multiplied by to be values of `notation`; nil where the cells
  /// must be read again.
  func factor(to notation: Notation) -> Int64? {
    switch payload {
    case .missing: return 1
    case .interned, .plain: return nil
    case .values(_, _, let own):
      switch (own, notation) {
      case (.number(let from), .number(let to)): return from.factor(to: to)
      case (.date(let from), .date(let to)): return from.order == to.order ? 1 : nil
      case (.dateTime(let from, _), .dateTime(let to, _)):
        return from.order == to.order ? 1 : nil
      case (.boolean, .boolean): return 1
      case (.period(let from), .period(let to)): return from.unit == to.unit ? 1 : nil
      default: return nil
      }
    }
  }
}

extension NumberNotation {
  /// What coefficients are to be multiplied by to be coefficients of another notation under which
  /// all cells mean the same numbers; nil where they may not.
  func factor(to other: NumberNotation) -> Int64? {
    let isUnsigned = places == 0 && group != NumberConvention.dot && group != NumberConvention.comma
    guard suffix == other.suffix, decimal == other.decimal || isUnsigned,
      other.places >= places, other.places - places <= 18
    else { return nil }
    return Int64(ExactDecimal.powersOfTen[other.places - places])
  }
}
