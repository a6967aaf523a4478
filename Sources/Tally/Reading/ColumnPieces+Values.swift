extension ColumnPieces {
  /// Puts the pieces together as a column whose cells are written in `notation`. The pieces are
  /// given up one by one, so that the column lies in the memory that they leave.
  mutating func typedColumn(
    _ notation: Notation, type: ColumnType, budget: MemoryBudget?
  ) throws(QueryError) -> Column {
    var parts: [ValuePart] = []
    parts.reserveCapacity(pieces.count)
    for piece in pieces {
      try context.checkCancellation()
      guard let part = try part(piece, notation, budget) else {
        return try wideColumn(notation, type: type, budget: budget)
      }
      parts.append(part)
    }
    var low = Int64.max
    var high = Int64.min
    for part in parts where part.codes != nil {
      low = min(low, part.low)
      high = max(high, part.high)
    }
    if low > high { (low, high) = (0, 0) }
    let rows = rowCount
    let width = CodeWidth.narrowest(for: UInt64(bitPattern: high &- low))
    let codes = try Codes(count: rows, width: width, budget: budget)
    let hasMissing = parts.contains { $0.codes == nil || $0.validity != nil }
    let validity = hasMissing ? try Bitmap(count: rows, filled: true, budget: budget) : nil
    pieces = []
    var row = 0
    parts.reverse()
    while let part = parts.popLast() {
      try context.checkCancellation()
      part.write(to: codes, at: row, base: low)
      if let validity { part.clear(in: validity, codes, at: row) }
      row += part.rows
    }
    // So that the first question need not read all columns to find it.
    codes.note(maximum: UInt64(bitPattern: high &- low))
    return Column(
      type: type, count: rows, payload: .codes(codes, base: low), validity: validity)
  }

  /// A piece under the column's notation, or nil where 64 bits don't hold a value.
  private func part(
    _ piece: Piece, _ notation: Notation, _ budget: MemoryBudget?
  ) throws(QueryError) -> ValuePart? {
    if case .chunk(let chunk, _) = piece, let factor = chunk.factor(to: notation) {
      guard case .values(let codes, let base, let high, _) = chunk.payload else {
        return ValuePart(rows: chunk.rows)
      }
      let first = base.multipliedReportingOverflow(by: factor)
      let last = high.multipliedReportingOverflow(by: factor)
      if first.overflow || last.overflow { return nil }
      return ValuePart(
        rows: chunk.rows, codes: codes, low: first.partialValue, high: last.partialValue,
        factor: factor, validity: chunk.validity)
    }
    let scratch = try ScanScratch(budget: budget)
    try scratch.reserve(piece.rows)
    scratch.restart()
    let target = KernelTarget(values: scratch.values, valid: scratch.valid)
    var isTooWide = false
    try forEachCell(of: piece) { (row, cell) throws(QueryError) in
      guard case .text(let bytes) = cell, !bytes.isEmpty else {
        target.markMissing(row)
        scratch.totals.missing += 1
        return
      }
      guard let value = notation.value(of: bytes) else {
        isTooWide = true
        return
      }
      target.values[row] = value
      scratch.totals.low = min(scratch.totals.low, value)
      scratch.totals.high = max(scratch.totals.high, value)
    }
    if isTooWide { return nil }
    if scratch.totals.missing == piece.rows { return ValuePart(rows: piece.rows) }
    var arena = ChunkArena(budget: budget)
    let (codes, low, high) = try scratch.makeCodes(&arena)
    return ValuePart(
      rows: piece.rows, codes: codes, low: low, high: high, factor: 1,
      validity: try scratch.makeValidity())
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

/// Rows of a column under its final notation: `low + code · factor`.
private struct ValuePart {
  let rows: Int
  /// Nil where no row has a value.
  var codes: Codes?
  var low: Int64 = 0
  var high: Int64 = 0
  var factor: Int64 = 1
  var validity: Bitmap?

  /// Writes the values less a base as codes of a column.
  func write(to target: Codes, at start: Int, base: Int64) {
    guard let codes else { return clearAll(target, start) }
    switch codes.width {
    case .one: write(codes.pointer(to: UInt8.self), target, start, base)
    case .two: write(codes.pointer(to: UInt16.self), target, start, base)
    case .four: write(codes.pointer(to: UInt32.self), target, start, base)
    case .eight: write(codes.pointer(to: UInt64.self), target, start, base)
    }
  }

  private func write<S: CodeInteger>(
    _ source: UnsafePointer<S>, _ target: Codes, _ start: Int, _ base: Int64
  ) {
    let offset = UInt64(bitPattern: low &- base)
    let factor = UInt64(bitPattern: factor)
    switch target.width {
    case .one: rescale(source, rows, factor, offset, target.pointer(to: UInt8.self) + start)
    case .two: rescale(source, rows, factor, offset, target.pointer(to: UInt16.self) + start)
    case .four: rescale(source, rows, factor, offset, target.pointer(to: UInt32.self) + start)
    case .eight: rescale(source, rows, factor, offset, target.pointer(to: UInt64.self) + start)
    }
  }

  private func clearAll(_ target: Codes, _ start: Int) {
    for row in 0..<rows { target.store(0, at: start + row) }
  }

  /// Marks the missing rows in the column.
  func clear(in column: Bitmap, _ target: Codes, at start: Int) {
    guard codes != nil else {
      for row in 0..<rows { column.clear(start + row) }
      return
    }
    guard let validity else { return }
    for row in 0..<rows where !validity[row] {
      column.clear(start + row)
      target.store(0, at: start + row)
    }
  }
}

/// Writes `code · factor + offset` for each code.
private func rescale<S: CodeInteger, T: CodeInteger>(
  _ source: UnsafePointer<S>, _ count: Int, _ factor: UInt64, _ offset: UInt64,
  _ target: UnsafeMutablePointer<T>
) {
  // The result is wanted modulo the width of the target, so the sum may be made there.
  let narrowOffset = T(truncatingIfNeeded: offset)
  if factor == 1 {
    for row in 0..<count {
      target[row] = T(truncatingIfNeeded: source[row]) &+ narrowOffset
    }
  } else {
    let narrowFactor = T(truncatingIfNeeded: factor)
    for row in 0..<count {
      target[row] = T(truncatingIfNeeded: source[row]) &* narrowFactor &+ narrowOffset
    }
  }
}

extension ColumnChunk {
  /// What stored values are to be multiplied by to be values of `notation`; nil where the cells
  /// must be read again.
  func factor(to notation: Notation) -> Int64? {
    switch payload {
    case .missing: return 1
    case .interned, .plain: return nil
    case .values(_, _, _, let own):
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
