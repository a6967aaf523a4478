import Synchronization

/// Ranks, row numbers and tiles: numbers that a row has by its place.
struct WindowRanks {
  let order: WindowOrder
  /// The column whose values are ranked: those that are missing stand last and have no rank.
  let operand: Column?
  let context: RunContext

  /// The numbers by row, and how many rows share theirs with another.
  func column(_ function: WindowFunction) throws(QueryError) -> (Column, tied: Int) {
    let numbers = try AlignedBytes(byteCount: order.count * 8, budget: context.budget)
    let tied = Mutex(0)
    let validity = operand?.validity
    if case .rank(.percent) = function { return try percentRanks(numbers) }
    try context.touch(numbers)
    let budget = context.budget
    try order.forEachPiece(context) { piece throws(QueryError) in
      let out = numbers.pointer(to: Int64.self)
      switch function {
      case .rank(.dense), .rank:
        let isDense = function == .rank(.dense)
        let found = try writeRanks(order, piece, validity, isDense, out, budget)
        tied.withLock { $0 += found }
      case .tile(let parts):
        let found = try writeTiles(order, piece, validity, parts, out, budget)
        tied.withLock { $0 += found }
      default: try writeRowNumbers(order, piece, out, budget)
      }
    }
    let column = try Column.integers(
      numbers, count: order.count, type: .integer, validity: validity, context)
    return (column, tied.withLock { $0 })
  }

  private func percentRanks(_ numbers: AlignedBytes) throws(QueryError) -> (Column, tied: Int) {
    let present = try AlignedBytes(byteCount: order.count, budget: context.budget)
    let tied = Mutex(0)
    let validity = operand?.validity
    try context.touch(numbers)
    try context.touch(present)
    let budget = context.budget
    try order.forEachPiece(context) { piece throws(QueryError) in
      let found = try writePercentRanks(
        order, piece, validity, numbers.pointer(to: Double.self), present.pointer(to: UInt8.self),
        budget)
      tied.withLock { $0 += found }
    }
    let column = Column(
      type: .ratio, count: order.count, payload: .floats(numbers),
      validity: try Bitmap(mask: present, count: order.count, context))
    return (column, tied.withLock { $0 })
  }
}

/// The end of the places of a partition whose rows have a value: the others stand behind.
@inline(__always)
private func knownEnd(
  _ rows: UnsafePointer<UInt32>, _ start: Int, _ end: Int, _ validity: Bitmap?
) -> Int {
  guard let validity else { return end }
  var known = end
  while known > start, !validity[Int(rows[known &- 1])] { known &-= 1 }
  return known
}

private func writeRanks(
  _ order: WindowOrder, _ piece: Range<Int>, _ validity: Bitmap?, _ isDense: Bool,
  _ out: UnsafeMutablePointer<Int64>, _ budget: MemoryBudget?
) throws(QueryError) -> Int {
  let (rows, marks) = (order.rows.pointer, order.marks.pointer(to: UInt8.self))
  var (rank, place, tied, start) = (Int64(0), Int64(0), 0, true)
  try budget.forEachPiece(of: piece.count) { part in
    for position in part.lowerBound + piece.lowerBound..<part.upperBound + piece.lowerBound {
      let row = Int(rows[position])
      if marks[position] == WindowOrder.begins { (rank, place, start) = (0, 0, true) }
      if let validity, !validity[row] {
        out[row] = 0
        continue
      }
      place &+= 1
      if marks[position] == WindowOrder.ties {
        tied &+= start ? 2 : 1
        start = false
      } else {
        rank = isDense ? rank &+ 1 : place
        start = true
      }
      out[row] = rank
    }
  }
  return tied
}

private func writeRowNumbers(
  _ order: WindowOrder, _ piece: Range<Int>, _ out: UnsafeMutablePointer<Int64>,
  _ budget: MemoryBudget?
) throws(QueryError) {
  let (rows, marks) = (order.rows.pointer, order.marks.pointer(to: UInt8.self))
  var number: Int64 = 0
  try budget.forEachPiece(of: piece.count) { part in
    for place in part.lowerBound + piece.lowerBound..<part.upperBound + piece.lowerBound {
      if marks[place] == WindowOrder.begins { number = 0 }
      number &+= 1
      out[Int(rows[place])] = number
    }
  }
}

/// Tiles as SQL's `ntile` cuts them, the first ones larger by one where sizes differ; but equal
/// values lie in one tile, that of the first of them.
private func writeTiles(
  _ order: WindowOrder, _ piece: Range<Int>, _ validity: Bitmap?, _ parts: Int,
  _ out: UnsafeMutablePointer<Int64>, _ budget: MemoryBudget?
) throws(QueryError) -> Int {
  let (rows, marks) = (order.rows.pointer, order.marks.pointer(to: UInt8.self))
  var (start, looked, tied) = (piece.lowerBound, piece.lowerBound, 0)
  while start < piece.upperBound {
    if start - looked >= 1 << 14 {
      looked = start
      try budget?.checkCancellation()
    }
    let end = partitionEnd(marks, start, piece.upperBound)
    let known = knownEnd(rows, start, end, validity)
    let (size, larger) = (known &- start).quotientAndRemainder(dividingBy: parts)
    let long = larger &* (size &+ 1)
    var (tile, isFirst) = (Int64(0), true)
    try budget.forEachPiece(of: end - start) { part in
      for number in part {
        let place = start &+ number
        if marks[place] == WindowOrder.ties {
          if place < known { tied &+= isFirst ? 2 : 1 }
          isFirst = false
        } else {
          isFirst = true
          tile =
            Int64(
              number < long
                ? number / (size &+ 1) : larger &+ (number &- long) / max(size, 1)) &+ 1
        }
        out[Int(rows[place])] = place < known ? tile : 0
      }
    }
    start = end
  }
  return tied
}

private func writePercentRanks(
  _ order: WindowOrder, _ piece: Range<Int>, _ validity: Bitmap?,
  _ out: UnsafeMutablePointer<Double>, _ present: UnsafeMutablePointer<UInt8>,
  _ budget: MemoryBudget?
) throws(QueryError) -> Int {
  let (rows, marks) = (order.rows.pointer, order.marks.pointer(to: UInt8.self))
  var tied = 0
  var (start, looked) = (piece.lowerBound, piece.lowerBound)
  while start < piece.upperBound {
    if start - looked >= 1 << 14 {
      looked = start
      try budget?.checkCancellation()
    }
    let end = partitionEnd(marks, start, piece.upperBound)
    let known = knownEnd(rows, start, end, validity)
    let others = known &- start &- 1
    var smaller = 0
    var isFirst = true
    try budget.forEachPiece(of: end - start) { part in
      for place in part.lowerBound + start..<part.upperBound + start {
        let row = Int(rows[place])
        if marks[place] == WindowOrder.ties, place < known {
          tied &+= isFirst ? 2 : 1
          isFirst = false
        } else {
          smaller = place &- start
          isFirst = true
        }
        // Who has no others has no part of them.
        let hasRank = place < known && others > 0
        present[row] = hasRank ? 1 : 0
        out[row] = hasRank ? Double(smaller) / Double(others) : 0
      }
    }
    start = end
  }
  return tied
}
