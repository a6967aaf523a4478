/// Finds the line of a row. A block of rows without line ends inside quotes needs one entry; only
/// rows that hold line ends need one more.
struct LineIndex: Sendable, Hashable {
  /// Rows that were read together.
  struct Block: Sendable, Hashable {
    var file: Int
    var firstRow: Int
    var firstLine: Int
    /// Rows of the block before which further lines were used up, with their number so far;
    /// ascending.
    var shifts: [Shift]
  }

  /// From `row` on, counted in the block, lines run ahead of rows by `lines`.
  struct Shift: Sendable, Hashable {
    var row: Int
    var lines: Int
  }

  private(set) var blocks: [Block] = []
  private(set) var rowCount = 0

  /// Adds the rows that follow.
  mutating func append(file: Int, rows: Int, firstLine: Int, shifts: [Shift]) {
    guard rows > 0 else { return }
    blocks.append(
      Block(file: file, firstRow: rowCount, firstLine: firstLine, shifts: shifts))
    rowCount += rows
  }

  /// The file's number and the line of a row, or nil where there is no such row.
  func place(ofRow row: Int) -> (file: Int, line: Int)? {
    guard row >= 0, row < rowCount else { return nil }
    var low = 0
    var high = blocks.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if blocks[middle].firstRow <= row { low = middle } else { high = middle }
    }
    let block = blocks[low]
    let inside = row - block.firstRow
    return (block.file, block.firstLine + inside + block.shifts.lines(before: inside))
  }
}

extension [LineIndex.Shift] {
  /// The lines by which row `row` of a block runs ahead.
  func lines(before row: Int) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if self[middle].row <= row { low = middle + 1 } else { high = middle }
    }
    return low == 0 ? 0 : self[low - 1].lines
  }
}
