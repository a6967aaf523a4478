/// The cells of one column in the order of its rows, as the threads left them.
struct ColumnPieces {
  /// Rows that were read together.
  enum Piece {
    case chunk(ColumnChunk, TextCollector?)
    /// The cell of a first record that turned out to be data.
    case first(FirstCell)

    /// The number of rows.
    var rows: Int {
      switch self {
      case .chunk(let chunk, _): chunk.rows
      case .first: 1
      }
    }
  }

  var pieces: [Piece] = []
  let missing: MissingMarks
  /// Its cancellation is looked at for each piece.
  let context: RunContext

  /// The number of rows.
  var rowCount: Int { pieces.reduce(0) { $0 + $1.rows } }

  /// What a row holds.
  enum Cell {
    case missing
    /// Text; an empty one stood in quotes.
    case text(CellBytes)
  }

  /// Calls `body` with every row and its cell as it was written.
  func forEachCell(
    _ body: (Int, Cell) throws(QueryError) -> Void
  ) throws(QueryError) {
    var row = 0
    for piece in pieces {
      try context.checkCancellation()
      let start = row
      try forEachCell(of: piece) { (inside, cell) throws(QueryError) in
        try body(start + inside, cell)
      }
      row += piece.rows
    }
  }

  /// Calls `body` with the rows of one piece, counted from 0.
  func forEachCell(
    of piece: Piece, _ body: (Int, Cell) throws(QueryError) -> Void
  ) throws(QueryError) {
    switch piece {
    case .first(let cell):
      try forFirst(cell) { (found) throws(QueryError) in try body(0, found) }
    case .chunk(let chunk, let interner): try forEachCell(of: chunk, interner, body)
    }
  }

  /// Calls `body` with the cell of a first record.
  private func forFirst(
    _ cell: FirstCell, _ body: (Cell) throws(QueryError) -> Void
  ) throws(QueryError) {
    if cell.text.isEmpty, !cell.isQuoted { return try body(.missing) }
    var text = cell.text
    let outcome = text.withUTF8 { bytes in
      Result<Void, QueryError> { () throws(QueryError) in
        try body(missing.contains(bytes) ? .missing : .text(bytes))
      }
    }
    try outcome.get()
  }

  private func forEachCell(
    of chunk: ColumnChunk, _ interner: TextCollector?,
    _ body: (Int, Cell) throws(QueryError) -> Void
  ) throws(QueryError) {
    switch chunk.payload {
    case .missing:
      for row in 0..<chunk.rows {
        try body(row, missingCell(chunk, row))
      }
    case .values(let codes, let base, _, let notation):
      var text: [UInt8] = []
      for row in 0..<chunk.rows {
        if chunk.isMissing(row) {
          try body(row, missingCell(chunk, row))
          continue
        }
        text.removeAll(keepingCapacity: true)
        notation.write(base &+ Int64(bitPattern: codes[row]), to: &text)
        try withBuffer(of: text) { bytes throws(QueryError) in try body(row, .text(bytes)) }
      }
    case .interned(let codes):
      guard let interner else { return }
      for row in 0..<chunk.rows {
        try body(
          row, chunk.isMissing(row) ? .missing : .text(interner.bytes(of: Int(codes[row]))))
      }
    case .plain(let lengths, let bytes):
      let lengthOf = lengths.pointer(to: UInt32.self)
      var start = UnsafePointer(bytes.pointer(to: UInt8.self))
      for row in 0..<chunk.rows {
        let length = Int(lengthOf[row])
        try body(
          row, chunk.isMissing(row) ? .missing : .text(CellBytes(start: start, count: length)))
        start += length
      }
    }
  }

  private func missingCell(_ chunk: ColumnChunk, _ row: Int) -> Cell {
    if chunk.quotedEmpty.isEmpty { return .missing }
    let wanted = UInt32(truncatingIfNeeded: row)
    var low = 0
    var high = chunk.quotedEmpty.count
    while low < high {
      let middle = (low + high) / 2
      if chunk.quotedEmpty[middle] < wanted { low = middle + 1 } else { high = middle }
    }
    guard low < chunk.quotedEmpty.count, chunk.quotedEmpty[low] == wanted else { return .missing }
    return missing.containsEmpty ? .missing : .text(CellBytes(start: nil, count: 0))
  }
}

extension MissingMarks {
  /// Whether the empty text in quotes stands for no value too.
  var containsEmpty: Bool { contains(CellBytes(start: nil, count: 0)) }
}
