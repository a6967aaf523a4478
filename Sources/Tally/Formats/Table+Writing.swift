extension Table {
  /// Writes the table in a format, piece by piece.
  ///
  /// `sink` gets the pieces in order, each some ten thousand bytes long, and keeps none of their
  /// memory. What it throws ends the writing.
  ///
  ///     var bytes: [UInt8] = []
  ///     table.write(.csv) { bytes.append(contentsOf: $0) }
  public func write<Failure: Error>(
    _ format: TableFormat, _ options: FormatOptions = FormatOptions(),
    to sink: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Void
  ) throws(Failure) {
    if format == .table {
      try TableLayout(self, options).write(to: sink)
    } else {
      try writeRows(format, options, to: sink)
    }
  }

  /// The table as text.
  ///
  ///     print(table.formatted(.markdown))
  public func formatted(_ format: TableFormat, _ options: FormatOptions = FormatOptions()) -> String
  {
    var text: [UInt8] = []
    write(format, options) { (bytes) throws(Never) in text.append(contentsOf: bytes) }
    return String(decoding: text, as: UTF8.self)
  }

  private func writeRows<Failure: Error>(
    _ format: TableFormat, _ options: FormatOptions,
    to sink: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Void
  ) throws(Failure) {
    let style = CellStyle(format, options, columnCount: columnCount)
    let frame = RowFrame(format, self, style, options)
    var weaver = RowWeaver(frame, columnCount: columnCount)
    let renderers = columns.map { CellRenderer($0, style, blockRows: weaver.blockRows) }
    var start = 0
    while start < rowCount {
      let rows = start..<min(start + weaver.blockRows, rowCount)
      for (index, renderer) in renderers.enumerated() {
        renderer.render(rows, into: weaver.slices(of: index))
      }
      weaver.weave(rows.count, isLastBlock: rows.upperBound == rowCount)
      if weaver.pending.count >= RowWeaver.pieceBytes {
        try sink(weaver.pending.bytes)
        weaver.pending.removeAll()
      }
      start = rows.upperBound
    }
    weaver.close()
    try sink(weaver.pending.bytes)
  }
}

extension Table: CustomStringConvertible {
  /// The table as aligned columns for people: ``TableFormat/table`` with all rows.
  public var description: String { formatted(.table) }
}

/// Puts rendered cells and the bytes between them one after another.
private struct RowWeaver: ~Copyable {
  static let pieceBytes = 1 << 16

  /// What is written and not yet handed on.
  var pending = ByteBuffer(capacity: 2 * pieceBytes)
  private let frame: RowFrame
  private let columnCount: Int
  /// The rows that are rendered at a time.
  let blockRows: Int
  private let cells: UnsafeMutablePointer<TextSlice>
  /// The bytes before each cell, in one piece of memory.
  private var starts = ByteBuffer()
  private let startSlices: UnsafeMutablePointer<TextSlice>
  private let fixedBytes: Int

  init(_ frame: RowFrame, columnCount: Int) {
    self.frame = frame
    self.columnCount = columnCount
    blockRows = CellRenderer.blockRows(ofColumns: columnCount)
    cells = .allocate(capacity: max(1, columnCount * blockRows))
    startSlices = .allocate(capacity: columnCount + 1)
    fixedBytes =
      frame.cellStarts.reduce(0) { $0 + $1.count } + frame.rowStart.count + frame.rowEnd.count
      + frame.betweenRows.count
    for index in 0..<columnCount {
      let bytes = (index == 0 ? frame.rowStart : []) + frame.cellStarts[index]
      startSlices[index] = TextSlice(start: nil, count: bytes.count)
      bytes.withUnsafeBufferPointer { starts.append($0) }
    }
    let end = frame.rowEnd + frame.betweenRows
    startSlices[columnCount] = TextSlice(start: nil, count: end.count)
    end.withUnsafeBufferPointer { starts.append($0) }
    var place = UnsafePointer(starts.start)
    for index in 0...columnCount {
      startSlices[index].start = place
      place += startSlices[index].count
    }
    frame.open.withUnsafeBufferPointer { pending.append($0) }
  }

  deinit {
    cells.deallocate()
    startSlices.deallocate()
  }

  /// Where the cells of one column of a block belong.
  func slices(of column: Int) -> UnsafeMutablePointer<TextSlice> {
    cells + column * blockRows
  }

  /// Appends the rows of a block.
  mutating func weave(_ rowCount: Int, isLastBlock: Bool) {
    guard columnCount > 0 else { return }
    for row in 0..<rowCount {
      var total = fixedBytes
      for column in 0..<columnCount {
        total &+= cells[column &* blockRows &+ row].count
      }
      pending.reserve(total)
      var end = pending.end
      for column in 0..<columnCount {
        end = copy(startSlices[column], to: end)
        end = copy(cells[column &* blockRows &+ row], to: end)
      }
      var rowEnd = startSlices[columnCount]
      if isLastBlock && row == rowCount - 1 { rowEnd.count = frame.rowEnd.count }
      end = copy(rowEnd, to: end)
      pending.advance(end - pending.end)
    }
  }

  /// Appends what comes behind all rows.
  mutating func close() {
    frame.close.withUnsafeBufferPointer { pending.append($0) }
  }
}
