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
    var merger = try TextMerger(pieces, missing: missing, budget: budget)
    for piece in pieces where TextMerger.isWritten(piece) {
      try cancellation.check()
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
      return (try plainColumn(budget), distinct)
    }
    return (try merger.column(pieces, rows: rows, cancellation, budget: budget), distinct)
  }

  /// The rows without a value as far as chunks know; empty texts in quotes count among them.
  private var missingCount: Int {
    pieces.reduce(0) { total, piece in
      guard case .chunk(let chunk, _) = piece else { return total }
      if case .missing = chunk.payload { return total + chunk.rows }
      return total + (chunk.validity.map { chunk.rows - $0.setCount } ?? 0)
    }
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

/// Brings the texts that threads collected together in one dictionary.
struct TextMerger {
  private let merged: TextCollector
  /// For each thread's collection, the code in `merged` of each of its codes.
  private var translations: [ObjectIdentifier: [UInt32]] = [:]
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
    translations[ObjectIdentifier(merged)] = (0..<merged.count).map { UInt32($0) }
    for collector in collections.dropFirst() {
      var codes: [UInt32] = []
      codes.reserveCapacity(collector.count)
      try budget.forEachPiece(of: collector.count) { piece throws(QueryError) in
        for code in piece {
          let text = collector.bytes(of: code)
          guard let start = text.baseAddress else { continue }
          codes.append(try merged.intern(start, text.count))
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

  /// A column whose codes follow the order of the texts.
  func column(
    _ pieces: [ColumnPieces.Piece], rows: Int, _ cancellation: Cancellation,
    budget: MemoryBudget?
  ) throws(QueryError) -> Column {
    let order = try merged.sortedCodes(budget: budget)
    var rank = [UInt32](repeating: 0, count: max(1, order.count))
    for (place, code) in order.enumerated() { rank[Int(code)] = UInt32(truncatingIfNeeded: place) }
    let ranks = translations.mapValues { $0.map { rank[Int($0)] } + [0] }
    let width = CodeWidth.narrowest(for: UInt64(max(0, order.count - 1)))
    let codes = try Codes(count: rows, width: width, budget: budget)
    let validity = try Bitmap(count: rows, filled: true, budget: budget)
    var row = 0
    var writtenCount = 0
    for piece in pieces {
      try cancellation.check()
      if case .chunk(let chunk, let collector?) = piece, case .interned(let old) = chunk.payload,
        let rank = ranks[ObjectIdentifier(collector)]
      {
        rank.withUnsafeBufferPointer { replace(old, by: $0, in: codes, at: row) }
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
    let heap = try merged.heap(in: order, budget: budget)
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
  /// All codes in the order of their texts' bytes.
  func sortedCodes(budget: MemoryBudget?) throws(QueryError) -> [UInt32] {
    try orderOfTexts(count: count, budget: budget, text: bytes)
  }

  /// The texts of codes one after another.
  func heap(in order: [UInt32], budget: MemoryBudget?) throws(QueryError) -> TextHeap {
    var total = 0
    for code in order { total += bytes(of: Int(code)).count }
    let offsets = try AlignedBytes(byteCount: (order.count + 1) * 8, budget: budget)
    let texts = try AlignedBytes(byteCount: total, budget: budget)
    let starts = offsets.pointer(to: Int.self)
    var position = 0
    try budget.forEachPiece(of: order.count) { piece in
      for place in piece {
        starts[place] = position
        let text = bytes(of: Int(order[place]))
        if let start = text.baseAddress {
          memcpy(texts.pointer(to: UInt8.self) + position, start, text.count)
        }
        position += text.count
      }
    }
    starts[order.count] = position
    return TextHeap(count: order.count, offsets: offsets, bytes: texts)
  }
}
