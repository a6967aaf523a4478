/// Numbers of distinct values over windows that slide: a value counts where it comes in and its last
/// place lies before the window, and no longer where its last place falls out.
struct WindowDistinct {
  let order: WindowOrder
  let frames: WindowFrames
  let operand: Column
  let context: RunContext

  /// The numbers by row.
  func column() throws(QueryError) -> Column {
    let (numbers, count) = try WindowRanking(operand, context).numbers(context)
    let found = try AlignedBytes(byteCount: order.count * 8, budget: context.budget)
    let own = self
    try order.forEachPiece(context) { piece throws(QueryError) in
      // The place behind the last of each value, 0 before the first.
      let last = try AlignedBytes(
        byteCount: count * 4, zeroed: true, budget: own.context.budget)
      try own.slide(
        over: piece, numbers.pointer, last.pointer(to: UInt32.self),
        into: found.pointer(to: Int64.self))
    }
    return try .integers(
      found, count: order.count, type: .integer, validity: try frames.validity(order, context),
      context)
  }

  private func slide(
    over piece: Range<Int>, _ numbers: UnsafePointer<UInt32>,
    _ last: UnsafeMutablePointer<UInt32>, into found: UnsafeMutablePointer<Int64>
  ) throws(QueryError) {
    let (first, end) = (frames.first.pointer, frames.end.pointer)
    let rows = order.rows.pointer
    var (from, to, count) = (piece.lowerBound, piece.lowerBound, Int64(0))
    for place in piece {
      if place & 0xFFFF == 0 { try context.checkCancellation() }
      let (start, limit) = (Int(first[place]), Int(end[place]))
      if start >= to { (from, to, count) = (start, start, 0) }
      while to < limit {
        let number = Int(numbers[Int(rows[to])])
        if number != Int(WindowRanking.missing) {
          if Int(last[number]) <= from { count &+= 1 }
          last[number] = UInt32(truncatingIfNeeded: to &+ 1)
        }
        to &+= 1
      }
      while from < start {
        let number = Int(numbers[Int(rows[from])])
        if number != Int(WindowRanking.missing), Int(last[number]) == from &+ 1 { count &-= 1 }
        from &+= 1
      }
      found[Int(rows[place])] = count
    }
  }
}
