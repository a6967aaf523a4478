/// What a window holds while it slides over places: rows come in at its end and fall out at its
/// front.
protocol SlidingWindow {
  /// Takes in the row at a place, behind all others.
  mutating func add(_ place: Int) throws(QueryError)
  /// Lets the row at a place go, the first of those that are held.
  mutating func remove(_ place: Int) throws(QueryError)
  /// Lets all rows go that are held.
  mutating func clear(_ places: Range<Int>) throws(QueryError)
  /// Writes what the rows that are held make for a row.
  mutating func write(_ row: Int) throws(QueryError)
}

extension WindowFrames {
  /// Slides a window over the places of a piece. The piece may begin within a partition: the rows
  /// before it that its first window holds are taken in first.
  @inline(__always)
  func slide(
    _ window: inout some SlidingWindow, over piece: Range<Int>, _ order: WindowOrder,
    _ context: RunContext
  ) throws(QueryError) {
    if piece.isEmpty { return }
    let (first, end, rows) = (first.pointer, end.pointer, order.rows.pointer)
    var (from, to) = (Int(first[piece.lowerBound]), Int(first[piece.lowerBound]))
    for place in piece {
      if place & 0xFFF == 0 { try context.checkCancellation() }
      let (start, limit) = (Int(first[place]), Int(end[place]))
      if start >= to {
        try window.clear(from..<to)
        (from, to) = (start, start)
      }
      while from < start {
        try window.remove(from)
        from &+= 1
      }
      while to < limit {
        try window.add(to)
        to &+= 1
      }
      try window.write(Int(rows[place]))
    }
  }

  /// Runs a kernel on pieces of all places on all workers. A piece begins where a partition does, or
  /// where its first window holds few rows beside its size.
  func forEachPiece(
    of order: WindowOrder, _ context: RunContext,
    _ body: @Sendable (Range<Int>) throws(QueryError) -> Void
  ) throws(QueryError) {
    let pieces = pieces(of: order, context)
    try context.forEachPart(of: pieces.count, rows: order.count) { _, part throws(QueryError) in
      try body(pieces[part])
    }
  }

  private func pieces(of order: WindowOrder, _ context: RunContext) -> [Range<Int>] {
    let count = order.count
    let size = max(context.batchRows, count / (context.workerCount * 4) + 1)
    var pieces: [Range<Int>] = []
    var start = 0
    while start < count {
      var end = min(start + size, count)
      while end < count, end - Int(first.pointer[end]) > size / 4 { end += 1 }
      pieces.append(start..<end)
      start = end
    }
    return pieces
  }

  /// The most rows that one of the windows of a piece holds.
  func widest(_ piece: Range<Int>) -> Int {
    let (first, end) = (first.pointer, end.pointer)
    var widest: UInt32 = 0
    for place in piece { widest = max(widest, end[place] &- first[place]) }
    return Int(widest)
  }

  /// The most rows that the windows of a piece hold of those at its places and before.
  func reach(of piece: Range<Int>) -> Int {
    piece.isEmpty ? 0 : piece.upperBound - Int(first.pointer[piece.lowerBound])
  }
}

/// The columns that windows write into: a number for each row, and whether there is one.
struct WindowNumbers: Sendable {
  let numbers: AlignedBytes
  let present: AlignedBytes

  init(count: Int, _ context: RunContext) throws(QueryError) {
    numbers = try AlignedBytes(byteCount: count * 8, budget: context.budget)
    present = try AlignedBytes(byteCount: count, budget: context.budget)
    try context.touch(numbers)
    try context.touch(present)
  }

  /// Puts the number of a row, or none.
  @inline(__always)
  func put(_ number: Double?, _ row: Int) throws(QueryError) {
    guard number?.isFinite ?? true else { throw QueryError.resultOverflow }
    numbers.pointer(to: Double.self)[row] = number ?? 0
    present.pointer(to: UInt8.self)[row] = number == nil ? 0 : 1
  }

  /// The column of floating-point numbers.
  func column(_ type: ColumnType, count: Int, _ context: RunContext) throws(QueryError) -> Column {
    Column(
      type: type, count: count, payload: .floats(numbers),
      validity: try Bitmap(mask: present, count: count, context))
  }
}

/// An exact sum of whole numbers that have up to 127 bits, kept as those of their halves, so that
/// nothing overflows on the way.
struct HalvesSum {
  private(set) var bottom: Int128 = 0
  private(set) var top: Int128 = 0

  /// Adds a number.
  @inline(__always)
  mutating func add(_ value: Int128) {
    bottom &+= Int128(UInt64(truncatingIfNeeded: value))
    top &+= value >> 64
  }

  /// Takes a number away that was added.
  @inline(__always)
  mutating func subtract(_ value: Int128) {
    bottom &-= Int128(UInt64(truncatingIfNeeded: value))
    top &-= value >> 64
  }

  /// The sum; nil where 128 bits do not hold it.
  @inline(__always)
  var narrow: Int128? {
    let upper = top.multipliedReportingOverflow(by: 1 << 64)
    let sum = upper.partialValue.addingReportingOverflow(bottom)
    return upper.overflow || sum.overflow ? nil : sum.partialValue
  }

  /// The sum, whatever its size.
  var total: BigInteger { BigInteger(top).shifted(by: 64) + BigInteger(bottom) }
}

/// An exact sum of doubles, or of products of two, to which values come and from which they go.
struct FloatingSum {
  private let sum: BandedSum
  private var group: UInt32 = 0

  init(ofProducts: Bool, _ context: RunContext) throws(QueryError) {
    sum = BandedSum(ofProducts: ofProducts, budget: context.budget)
    try sum.reserve(groups: 1)
  }

  /// Adds a value; to take it away again its negative is added.
  @inline(__always)
  mutating func add(_ value: Double) throws(QueryError) {
    var value = value
    try sum.add(&value, &group, 1)
  }

  /// Adds a product.
  @inline(__always)
  mutating func add(_ first: Double, times second: Double) throws(QueryError) {
    var (first, second) = (first, second)
    try sum.add(&first, times: &second, &group, 1)
  }

  /// The sum in units of its lowest bit.
  var total: BigInteger { sum.total(0) }

  /// The sum divided by a count, rounded once.
  func quotient(by count: Int64) -> Double { sum.quotient(0, by: count) }
}
