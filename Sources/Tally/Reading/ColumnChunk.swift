/// The cells of one column in one block, kept so that every cell can be written back as it was.
struct ColumnChunk: Sendable {
  /// The number of rows.
  let rows: Int
  let payload: Payload
  /// Which rows have a value; nil where all have.
  let validity: Bitmap?
  /// Rows without a value whose empty field stood in quotes, ascending: in a text column they are
  /// empty texts.
  let quotedEmpty: [UInt32]

  /// The layouts.
  enum Payload: Sendable {
    /// No row has a value.
    case missing
    /// `base + code` is written in `notation`; no value is above `high`.
    case values(Codes, base: Int64, high: Int64, Notation)
    /// Codes of the interner of the thread that read the block.
    case interned(Codes)
    /// Texts one after another, with the length of each.
    case plain(lengths: AlignedBytes, bytes: AlignedBytes)
  }

  func isMissing(_ row: Int) -> Bool { validity.map { !$0[row] } ?? false }
}

/// The moment at which a cell deleted readings of its column.
struct ReadingEvent: Sendable {
  /// The block and the row in it; the first record of a file comes before the file's blocks.
  let block: Int
  let row: Int
  /// What was left afterwards of what the thread knew.
  let readings: ReadingSet
  /// The cell.
  let cell: String
  /// The row, to show the cell in it.
  let excerpt: Excerpt
}

/// Working memory of one thread, used for one chunk after another.
final class ScanScratch {
  let budget: MemoryBudget?
  private(set) var rows = 0
  private var valueMemory: AlignedBytes
  private var validMemory: AlignedBytes
  /// Rows of the chunk without a value whose field stood in quotes.
  var quotedEmpty: [UInt32] = []
  /// What is known about the values of the chunk.
  var totals = KernelTotals()
  /// Bytes of texts.
  var bytes: [UInt8] = []

  init(budget: MemoryBudget?) throws(QueryError) {
    self.budget = budget
    valueMemory = try AlignedBytes(byteCount: 0, budget: budget)
    validMemory = try AlignedBytes(byteCount: 0, budget: budget)
  }

  /// Makes room for a chunk.
  func reserve(_ rows: Int) throws(QueryError) {
    self.rows = rows
    if rows * 8 > valueMemory.byteCount {
      valueMemory = try AlignedBytes(byteCount: rows * 8 + rows, budget: budget)
      validMemory = try AlignedBytes(
        byteCount: (Bitmap.wordCount(rows) + 1) * 9, budget: budget)
    }
  }

  /// Forgets which rows are missing.
  func restart() {
    for word in 0..<Bitmap.wordCount(rows) { valid[word] = .max }
    totals = KernelTotals()
    quotedEmpty.removeAll(keepingCapacity: true)
  }

  var values: UnsafeMutablePointer<Int64> { valueMemory.pointer(to: Int64.self) }
  var valid: UnsafeMutablePointer<UInt64> { validMemory.pointer(to: UInt64.self) }

  /// The validity of the chunk, or nil where every row has a value.
  func makeValidity() throws(QueryError) -> Bitmap? {
    guard totals.missing > 0 else { return nil }
    let bitmap = try Bitmap(count: rows, budget: budget)
    for word in 0..<Bitmap.wordCount(rows) { bitmap.words[word] = valid[word] }
    let rest = rows & 63
    if rest > 0 { bitmap.words[rows >> 6] &= (1 << UInt64(rest)) - 1 }
    return bitmap
  }

  /// The values in the narrowest codes, with what must be added to each.
  func makeCodes(
    _ arena: inout ChunkArena
  ) throws(QueryError) -> (Codes, base: Int64, high: Int64) {
    let (low, high) = totals.low <= totals.high ? (totals.low, totals.high) : (0, 0)
    let width = CodeWidth.narrowest(for: UInt64(bitPattern: high &- low))
    return (try makeCodes(&arena, width: width, base: low), low, high)
  }

  /// The values less a base as codes of a width that holds them.
  func makeCodes(
    _ arena: inout ChunkArena, width: CodeWidth, base: Int64 = 0
  ) throws(QueryError) -> Codes {
    let bytes = try arena.allocate(rows * width.rawValue)
    let codes = Codes(count: rows, width: width, bytes: bytes)
    switch width {
    case .one: narrow(base, codes.pointer(to: UInt8.self))
    case .two: narrow(base, codes.pointer(to: UInt16.self))
    case .four: narrow(base, codes.pointer(to: UInt32.self))
    case .eight: narrow(base, codes.pointer(to: UInt64.self))
    }
    return codes
  }

  private func narrow<T: CodeInteger>(_ base: Int64, _ codes: UnsafeMutablePointer<T>) {
    let (rows, values) = (rows, values)
    for row in 0..<rows { codes[row] = T(truncatingIfNeeded: values[row] &- base) }
  }
}
