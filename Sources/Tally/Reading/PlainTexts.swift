#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif
import Synchronization

/// Puts the texts of a column's pieces one after another, all workers at a time. Pieces are given
/// up one by one, so that the texts lie in the memory that they leave.
///
/// SAFETY: a piece is read and given up, and its part of the memory written, by the one worker that
/// has its number.
final class PlainTexts: @unchecked Sendable {
  private typealias Piece = ColumnPieces.Piece

  /// The column without its pieces.
  private let column: ColumnPieces
  private let pieces: UnsafeMutableBufferPointer<Piece?>
  private let context: RunContext
  /// The first row of each piece.
  private let firstRows: [Int]
  private let rowCount: Int

  /// Takes the pieces over.
  init(_ column: inout ColumnPieces) {
    context = column.context
    var firstRows: [Int] = []
    var rows = 0
    for piece in column.pieces {
      firstRows.append(rows)
      rows += piece.rows
    }
    self.firstRows = firstRows
    rowCount = rows
    pieces = .allocate(capacity: column.pieces.count)
    _ = pieces.initialize(from: column.pieces)
    column.pieces = []
    self.column = column
  }

  deinit { pieces.deinitialize().deallocate() }

  /// The texts, and which rows have one.
  func heap() throws(QueryError) -> (TextHeap, Bitmap) {
    let offsets = try AlignedBytes(byteCount: (rowCount + 1) * 8, budget: context.budget)
    let present = try AlignedBytes(byteCount: rowCount, budget: context.budget)
    let sizes = Mutex([Int](repeating: 0, count: pieces.count))
    try context.forEachPart(of: pieces.count, rows: rowCount) {
      [self] _, number throws(QueryError) in
      guard let piece = pieces[number] else { return }
      let size = try measure(
        piece, offsets.pointer(to: Int.self) + firstRows[number],
        present.pointer(to: UInt8.self) + firstRows[number])
      sizes.withLock { $0[number] = size }
    }
    var starts: [Int] = []
    var total = 0
    for size in sizes.withLock({ $0 }) {
      starts.append(total)
      total += size
    }
    let bytes = try AlignedBytes(byteCount: total, budget: context.budget)
    let first = starts
    try context.forEachPart(of: pieces.count, rows: rowCount) {
      [self] _, number throws(QueryError) in
      guard let piece = pieces[number].take() else { return }
      let own = offsets.pointer(to: Int.self) + firstRows[number]
      for row in 0..<piece.rows { own[row] &+= first[number] }
      try write(piece, own, from: first[number], bytes.pointer(to: UInt8.self))
    }
    offsets.pointer(to: Int.self)[rowCount] = total
    let validity = try Bitmap(mask: present, count: rowCount, context)
    return (TextHeap(count: rowCount, offsets: offsets, bytes: bytes), validity)
  }

  /// Writes where the texts of a piece begin, from 0 on, and which rows have one; gives their bytes.
  private func measure(
    _ piece: Piece, _ offsets: UnsafeMutablePointer<Int>, _ present: UnsafeMutablePointer<UInt8>
  ) throws(QueryError) -> Int {
    var total = 0
    if case .chunk(let chunk, _) = piece, case .plain(let lengths, _) = chunk.payload {
      let lengthOf = lengths.pointer(to: UInt32.self)
      for row in 0..<chunk.rows {
        offsets[row] = total
        total &+= Int(lengthOf[row])
      }
      if let validity = chunk.validity {
        // Byte by byte: those behind the last belong to another piece.
        for row in 0..<chunk.rows { present[row] = validity[row] ? 1 : 0 }
      } else {
        present.update(repeating: 1, count: chunk.rows)
      }
      return total
    }
    try column.forEachCell(of: piece) { (row, cell) throws(QueryError) in
      offsets[row] = total
      present[row] = 0
      guard case .text(let text) = cell else { return }
      present[row] = 1
      total += text.count
    }
    return total
  }

  /// Copies the texts of a piece, of which the first begins at `start`.
  private func write(
    _ piece: Piece, _ offsets: UnsafePointer<Int>, from start: Int,
    _ bytes: UnsafeMutablePointer<UInt8>
  ) throws(QueryError) {
    if case .chunk(let chunk, _) = piece, case .plain(let lengths, let source) = chunk.payload {
      // The texts of a chunk lie one after another too; missing ones take nothing.
      let last = chunk.rows - 1
      if last < 0 { return }
      let count = offsets[last] + Int(lengths.pointer(to: UInt32.self)[last]) - start
      memcpy(bytes + start, source.address, count)
      return
    }
    try column.forEachCell(of: piece) { (row, cell) throws(QueryError) in
      guard case .text(let text) = cell, let first = text.baseAddress else { return }
      memcpy(bytes + offsets[row], first, text.count)
    }
  }
}
