#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

extension ColumnPieces {
  /// Puts the pieces together as a text column, with a dictionary unless texts are too different
  /// for one; `isPlain` says that a thread found them so. Gives the number of distinct texts if it
  /// is known. The pieces are given up.
  mutating func textColumn(isPlain: Bool) throws(QueryError) -> (column: Column, distinct: Int?) {
    if isPlain { return try packedColumn() }
    var merger = try TextMerger(pieces, missing: missing, budget: context.budget)
    for piece in pieces where TextMerger.isWritten(piece) {
      try context.checkCancellation()
      var codes: [UInt32] = []
      codes.reserveCapacity(piece.rows)
      try forEachCell(of: piece) { (_, cell) throws(QueryError) in
        codes.append(try merger.code(of: cell))
      }
      merger.written.append(codes)
    }
    let rows = rowCount
    let distinct = merger.distinct
    let valued = rows - missingCount
    if distinct > ColumnScan.plainCount,
      Double(distinct) > ColumnScan.plainShare * Double(valued)
    {
      let (column, counted) = try packedColumn()
      return (column, counted ?? distinct)
    }
    return (try merger.column(&pieces, rows: rows, context), distinct)
  }

  /// The rows without a value as far as chunks know; empty texts in quotes count among them.
  private var missingCount: Int {
    pieces.reduce(0) { total, piece in
      guard case .chunk(let chunk, _) = piece else { return total }
      if case .missing = chunk.payload { return total + chunk.rows }
      return total + (chunk.validity.map { chunk.rows - $0.setCount } ?? 0)
    }
  }

  private mutating func packedColumn() throws(QueryError) -> (column: Column, distinct: Int?) {
    let (heap, validity) = try PlainTexts(&self).heap()
    return try TextPacking(heap, validity, context).column()
  }
}

/// Brings the texts that threads collected together in one dictionary.
struct TextMerger {
  private let merged: TextCollector
  /// For each thread's collection, the code in `merged` of each of its codes.
  private var translations: [ObjectIdentifier: GroupArray<UInt32>] = [:]
  /// The codes of pieces that don't hold codes, in their order.
  var written: [[UInt32]] = []

  /// Takes over the largest collection and adds the texts of the others.
  init(
    _ pieces: [ColumnPieces.Piece], missing: MissingMarks, budget: MemoryBudget?
  ) throws(QueryError) {
    var collections: [TextCollector] = []
    for case .chunk(_, let collector?) in pieces
    where !collections.contains(where: { $0 === collector }) {
      collections.append(collector)
    }
    collections.sort { $0.count > $1.count }
    if let largest = collections.first {
      merged = largest
    } else {
      merged = try TextCollector(
        missing: MissingMarks([]), seed: .random(in: 0 ... .max), budget: budget)
    }
    var own = try GroupArray<UInt32>(budget: budget)
    try budget.forEachPiece(of: merged.count) { piece throws(QueryError) in
      for code in piece { try own.append(UInt32(truncatingIfNeeded: code)) }
    }
    translations[ObjectIdentifier(merged)] = own
    for collector in collections.dropFirst() {
      var codes = try GroupArray<UInt32>(budget: budget)
      try budget.forEachPiece(of: collector.count) { piece throws(QueryError) in
        for code in piece {
          if merged.isLarge, code % TextCollector.lookAhead == 0 {
            for next in code..<min(code + TextCollector.lookAhead, collector.count) {
              let text = collector.bytes(of: next)
              if let start = text.baseAddress { merged.prefetch(start, text.count) }
            }
          }
          let text = collector.bytes(of: code)
          guard let start = text.baseAddress else { continue }
          try codes.append(try merged.intern(start, text.count))
        }
      }
      translations[ObjectIdentifier(collector)] = codes
    }
  }

  /// The number of distinct texts.
  var distinct: Int { merged.count }

  /// Whether a piece holds no codes of a collection.
  static func isWritten(_ piece: ColumnPieces.Piece) -> Bool {
    guard case .chunk(let chunk, _?) = piece, case .interned = chunk.payload else { return true }
    return false
  }

  /// The code of a cell; ``TextCollector/missingCode`` where there is no value.
  func code(of cell: ColumnPieces.Cell) throws(QueryError) -> UInt32 {
    switch cell {
    case .missing: TextCollector.missingCode
    case .text(let bytes): try merged.intern(copying: bytes)
    }
  }

  /// A column whose codes follow the order of the texts. The pieces are given up one by one.
  consuming func column(
    _ pieces: inout [ColumnPieces.Piece], rows: Int, _ context: RunContext
  ) throws(QueryError) -> Column {
    let budget = context.budget
    let (heap, rank) = try merged.sorted(context)
    var ranks: [ObjectIdentifier: GroupArray<UInt32>] = [:]
    for (collector, codes) in translations {
      // One more stands for what is missing.
      let own = try GroupArray<UInt32>(count: codes.count + 1, filling: 0, budget: budget)
      try budget.forEachPiece(of: codes.count) { piece in
        for code in piece { own[code] = rank[Int(codes[code])] }
      }
      ranks[collector] = own
    }
    let width = CodeWidth.narrowest(for: UInt64(max(0, heap.count - 1)))
    let codes = try Codes(count: rows, width: width, budget: budget)
    let validity = try Bitmap(count: rows, filled: true, budget: budget)
    var row = 0
    var writtenCount = 0
    pieces.reverse()
    while let piece = pieces.popLast() {
      try context.checkCancellation()
      if case .chunk(let chunk, let collector?) = piece, case .interned(let old) = chunk.payload,
        let rank = ranks[ObjectIdentifier(collector)]
      {
        replace(old, by: rank.elements, in: codes, at: row)
        if let missing = chunk.validity { clear(missing, in: validity, at: row, codes) }
      } else {
        for (inside, code) in written[writtenCount].enumerated() {
          let isMissing = code == TextCollector.missingCode
          if isMissing { validity.clear(row + inside) }
          codes.store(isMissing ? 0 : UInt64(rank[Int(code)]), at: row + inside)
        }
        writtenCount += 1
      }
      row += piece.rows
    }
    return Column(
      type: .text, count: rows, payload: .dictionary(codes, TextDictionary(sorted: heap)),
      validity: validity)
  }

  /// Marks the missing rows of a chunk in the column.
  private func clear(_ chunk: Bitmap, in validity: Bitmap, at start: Int, _ codes: Codes) {
    for row in 0..<chunk.count where !chunk[row] {
      validity.clear(start + row)
      codes.store(0, at: start + row)
    }
  }

  /// Writes the ranks of codes.
  private func replace(
    _ old: Codes, by rank: UnsafeBufferPointer<UInt32>, in codes: Codes, at start: Int
  ) {
    switch old.width {
    case .one: replace(old.pointer(to: UInt8.self), old.count, rank, codes, start)
    case .two: replace(old.pointer(to: UInt16.self), old.count, rank, codes, start)
    case .four: replace(old.pointer(to: UInt32.self), old.count, rank, codes, start)
    case .eight: replace(old.pointer(to: UInt64.self), old.count, rank, codes, start)
    }
  }

  private func replace<T: CodeInteger>(
    _ old: UnsafePointer<T>, _ count: Int, _ rank: UnsafeBufferPointer<UInt32>, _ codes: Codes,
    _ start: Int
  ) {
    guard let rank = rank.baseAddress else { return }
    switch codes.width {
    case .one: rerank(old, count, rank, codes.pointer(to: UInt8.self) + start)
    case .two: rerank(old, count, rank, codes.pointer(to: UInt16.self) + start)
    case .four: rerank(old, count, rank, codes.pointer(to: UInt32.self) + start)
    case .eight: rerank(old, count, rank, codes.pointer(to: UInt64.self) + start)
    }
  }
}

/// Replaces codes by their ranks.
private func rerank<S: CodeInteger, T: CodeInteger>(
  _ codes: UnsafePointer<S>, _ count: Int, _ rank: UnsafePointer<UInt32>,
  _ target: UnsafeMutablePointer<T>
) {
  for row in 0..<count {
    target[row] = T(truncatingIfNeeded: rank[Int(truncatingIfNeeded: codes[row])])
  }
}

extension TextCollector {
  /// The texts in the order of their bytes, and for each code its place among them.
  func sorted(_ context: RunContext) throws(QueryError)
    -> (heap: TextHeap, ranks: GroupArray<UInt32>)
  {
    let texts = try heap(budget: context.budget)
    let order = try RowNumbers(upTo: count, budget: context.budget)
    try TextSort(TextPointers(texts), context).sort(order.memory, count: count, from: 0)
    let ranks = try GroupArray<UInt32>(count: max(1, count), filling: 0, budget: context.budget)
    try context.budget.forEachPiece(of: count) { piece in
      for place in piece { ranks[Int(order[place])] = UInt32(truncatingIfNeeded: place) }
    }
    return (try texts.copied(at: order.memory, count: count, context), ranks)
  }

  /// The texts in the order of their codes.
  private func heap(budget: MemoryBudget?) throws(QueryError) -> TextHeap {
    var total = 0
    try budget.forEachPiece(of: count) { piece in
      for code in piece { total += bytes(of: code).count }
    }
    let offsets = try AlignedBytes(byteCount: (count + 1) * 8, budget: budget)
    let texts = try AlignedBytes(byteCount: total, budget: budget)
    let starts = offsets.pointer(to: Int.self)
    var position = 0
    try budget.forEachPiece(of: count) { piece in
      for code in piece {
        starts[code] = position
        let text = bytes(of: code)
        if let start = text.baseAddress {
          memcpy(texts.pointer(to: UInt8.self) + position, start, text.count)
        }
        position += text.count
      }
    }
    starts[count] = position
    return TextHeap(count: count, offsets: offsets, bytes: texts)
  }
}
