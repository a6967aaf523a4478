#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

extension ColumnPieces {
  /// Puts the pieces together as a text column, with a dictionary unless `isPlain` or texts are
  /// too different for one. Gives the number of distinct texts if it is known.
  func textColumn(
    isPlain: Bool, budget: MemoryBudget?
  ) throws(QueryError) -> (column: Column, distinct: Int?) {
    if isPlain { return (try plainColumn(budget), nil) }
    let merged = try TextCollector(
      missing: MissingMarks([]), seed: .random(in: 0 ... .max), budget: budget)
    let rows = rowCount
    let codes = try Codes(count: rows, width: .four, budget: budget)
    let target = codes.pointer(to: UInt32.self)
    let validity = try Bitmap(count: rows, filled: true, budget: budget)
    var translations: [ObjectIdentifier: [UInt32]] = [:]
    var row = 0
    var valued = 0
    for piece in pieces {
      guard case .chunk(let chunk, let interner?) = piece, case .interned(let old) = chunk.payload
      else {
        try internSlowly(piece, row, merged, target, validity, &valued)
        row += Self.rowCount(of: piece)
        continue
      }
      let id = ObjectIdentifier(interner)
      if translations[id] == nil { translations[id] = try Self.translate(interner, into: merged) }
      guard let translation = translations[id] else { continue }
      for inside in 0..<chunk.rows {
        if chunk.isMissing(inside) {
          validity.clear(row + inside)
          target[row + inside] = 0
        } else {
          target[row + inside] = translation[Int(old[inside])]
          valued += 1
        }
      }
      row += chunk.rows
    }
    let distinct = merged.count
    if distinct > ColumnScan.plainCount,
      Double(distinct) > ColumnScan.plainShare * Double(valued)
    {
      return (try plainColumn(budget), distinct)
    }
    return (try Self.dictionaryColumn(merged, codes, validity, budget), distinct)
  }

  private static func rowCount(of piece: Piece) -> Int {
    switch piece {
    case .chunk(let chunk, _): chunk.rows
    case .first: 1
    }
  }

  /// The codes in `merged` of all texts of another interner.
  private static func translate(
    _ interner: TextCollector, into merged: TextCollector
  ) throws(QueryError) -> [UInt32] {
    var result: [UInt32] = []
    result.reserveCapacity(interner.count)
    for code in 0..<interner.count {
      result.append(try merged.intern(copying: interner.bytes(of: code)))
    }
    return result
  }

  private func internSlowly(
    _ piece: Piece, _ start: Int, _ merged: TextCollector, _ target: UnsafeMutablePointer<UInt32>,
    _ validity: Bitmap, _ valued: inout Int
  ) throws(QueryError) {
    func put(_ row: Int, _ cell: Cell) throws(QueryError) {
      switch cell {
      case .missing:
        validity.clear(start + row)
        target[start + row] = 0
      case .text(let bytes):
        target[start + row] = try merged.intern(copying: bytes)
        valued += 1
      }
    }
    switch piece {
    case .first(let cell):
      try forFirst(cell) { (found) throws(QueryError) in try put(0, found) }
    case .chunk(let chunk, let interner):
      try forEachCell(of: chunk, interner) { (row, cell) throws(QueryError) in
        try put(row, cell)
      }
    }
  }

  /// A column whose codes follow the order of the texts.
  private static func dictionaryColumn(
    _ merged: TextCollector, _ codes: Codes, _ validity: Bitmap, _ budget: MemoryBudget?
  ) throws(QueryError) -> Column {
    let order = merged.sortedCodes()
    var rank = [UInt32](repeating: 0, count: max(1, order.count))
    for (place, code) in order.enumerated() { rank[Int(code)] = UInt32(truncatingIfNeeded: place) }
    let heap = try merged.heap(in: order, budget: budget)
    let width = CodeWidth.narrowest(for: UInt64(max(0, order.count - 1)))
    let result = try Codes(count: codes.count, width: width, budget: budget)
    let source = codes.pointer(to: UInt32.self)
    rank.withUnsafeBufferPointer { rank in
      switch width {
      case .one: rerank(source, codes.count, rank, result.pointer(to: UInt8.self))
      case .two: rerank(source, codes.count, rank, result.pointer(to: UInt16.self))
      default: rerank(source, codes.count, rank, result.pointer(to: UInt32.self))
      }
    }
    for row in 0..<codes.count where !validity[row] { result.store(0, at: row) }
    return Column(
      type: .text, count: codes.count,
      payload: .dictionary(result, TextDictionary(sorted: heap)), validity: validity)
  }

  /// A column of texts one after another.
  private func plainColumn(_ budget: MemoryBudget?) throws(QueryError) -> Column {
    let rows = rowCount
    let offsets = try AlignedBytes(byteCount: (rows + 1) * 8, budget: budget)
    let starts = offsets.pointer(to: Int.self)
    var total = 0
    starts[0] = 0
    try forEachCell { (row, cell) throws(QueryError) in
      if case .text(let text) = cell { total += text.count }
      starts[row + 1] = total
    }
    let bytes = try AlignedBytes(byteCount: total, budget: budget)
    let validity = try Bitmap(count: rows, filled: true, budget: budget)
    let target = bytes.pointer(to: UInt8.self)
    try forEachCell { (row, cell) throws(QueryError) in
      switch cell {
      case .missing: validity.clear(row)
      case .text(let text):
        if let start = text.baseAddress { memcpy(target + starts[row], start, text.count) }
      }
    }
    let heap = TextHeap(count: rows, offsets: offsets, bytes: bytes)
    return Column(type: .text, count: rows, payload: .plain(heap), validity: validity)
  }
}

/// Replaces codes by their ranks.
private func rerank<T: CodeInteger>(
  _ codes: UnsafePointer<UInt32>, _ count: Int, _ rank: UnsafeBufferPointer<UInt32>,
  _ target: UnsafeMutablePointer<T>
) {
  for row in 0..<count { target[row] = T(truncatingIfNeeded: rank[Int(codes[row])]) }
}

extension TextCollector {
  /// A code with the first eight bytes of its text as a number, by which most texts are ordered.
  private struct SortKey {
    var prefix: UInt64
    var code: UInt32
  }

  /// All codes in the order of their texts' bytes.
  func sortedCodes() -> [UInt32] {
    var keys: [SortKey] = []
    keys.reserveCapacity(count)
    for code in 0..<count {
      var prefix: UInt64 = 0
      let text = bytes(of: code)
      for index in 0..<8 { prefix = prefix << 8 | (index < text.count ? UInt64(text[index]) : 0) }
      keys.append(SortKey(prefix: prefix, code: UInt32(truncatingIfNeeded: code)))
    }
    keys.sort { left, right in
      if left.prefix != right.prefix { return left.prefix < right.prefix }
      return compareBytes(bytes(of: Int(left.code)), bytes(of: Int(right.code))) < 0
    }
    return keys.map(\.code)
  }

  /// The texts of codes one after another.
  func heap(in order: [UInt32], budget: MemoryBudget?) throws(QueryError) -> TextHeap {
    var total = 0
    for code in order { total += bytes(of: Int(code)).count }
    let offsets = try AlignedBytes(byteCount: (order.count + 1) * 8, budget: budget)
    let texts = try AlignedBytes(byteCount: total, budget: budget)
    let starts = offsets.pointer(to: Int.self)
    var position = 0
    for (place, code) in order.enumerated() {
      starts[place] = position
      let text = bytes(of: Int(code))
      if let start = text.baseAddress {
        memcpy(texts.pointer(to: UInt8.self) + position, start, text.count)
      }
      position += text.count
    }
    starts[order.count] = position
    return TextHeap(count: order.count, offsets: offsets, bytes: texts)
  }
}
