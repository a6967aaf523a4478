/// Where the fields of a block are. Fields follow each other row by row; each ends where an entry
/// of `ends` says, and the next begins one byte later, or `newlineLength` bytes later behind the
/// last field of a row.
struct FieldIndex {
  /// The block's text; at least 16 bytes beside it may be read on both sides.
  let base: UnsafePointer<UInt8>
  /// The end of each field; the entry before the first is where the first field would begin if it
  /// had ended a row.
  let ends: UnsafePointer<UInt32>
  let rows: Int
  let columns: Int
  let newlineLength: Int
  /// Numbers of fields that are empty and stood in quotes, ascending.
  let quotedEmpty: [UInt32]
  /// Whether any byte of the block is not ASCII.
  let hasNonASCII: Bool
  /// The registers that kernels may use on the fields.
  let level: VectorLevel

  /// Where a field begins and ends.
  @inline(__always)
  func bounds(row: Int, column: Int) -> (start: Int, end: Int) {
    let field = row &* columns &+ column
    let previous = Int(ends[field &- 1])
    return (previous &+ (column == 0 ? newlineLength : 1), Int(ends[field]))
  }

  /// The bytes of a field.
  @inline(__always)
  func cell(row: Int, column: Int) -> CellBytes {
    let (start, end) = bounds(row: row, column: column)
    return CellBytes(start: base + start, count: end &- start)
  }

  /// Whether an empty field stood in quotes.
  func isQuotedEmpty(row: Int, column: Int) -> Bool {
    if quotedEmpty.isEmpty { return false }
    let wanted = UInt32(truncatingIfNeeded: row &* columns &+ column)
    var low = 0
    var high = quotedEmpty.count
    while low < high {
      let middle = (low + high) / 2
      if quotedEmpty[middle] < wanted { low = middle + 1 } else { high = middle }
    }
    return low < quotedEmpty.count && quotedEmpty[low] == wanted
  }
}

extension FieldIndex {
  /// The cells of one column, for loops.
  func window(column: Int) -> CellWindow {
    CellWindow(
      base: base, ends: ends + (column - 1), stride: columns,
      skip: column == 0 ? newlineLength : 1, level: level)
  }
}

/// The cells of one column of a block.
struct CellWindow {
  /// Where offsets count from.
  let base: UnsafePointer<UInt8>
  /// The end of the field before the column's first.
  let ends: UnsafePointer<UInt32>
  /// The fields of a row.
  let stride: Int
  /// The bytes between the field before and the column's.
  let skip: Int
  /// The registers that kernels may use.
  let level: VectorLevel

  /// Where a cell begins.
  @inline(__always)
  func start(_ row: Int) -> Int { Int(ends[row &* stride]) &+ skip }

  /// Where a cell ends.
  @inline(__always)
  func end(_ row: Int) -> Int { Int(ends[row &* stride &+ 1]) }
}
