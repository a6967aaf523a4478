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
    try context.touch(found)
    let own = self
    try frames.forEachPiece(of: order, context) { piece throws(QueryError) in
      // The place behind the last of each value, 0 before the first.
      let last = try AlignedBytes(
        byteCount: count * 4, zeroed: true, budget: own.context.budget)
      var window = DistinctValues(
        numbers: numbers.pointer, rows: own.order.rows.pointer,
        last: last.pointer(to: UInt32.self), found: found.pointer(to: Int64.self))
      try own.frames.slide(&window, over: piece, own.order, own.context)
      withExtendedLifetime(last) {}
    }
    return try .integers(
      found, count: order.count, type: .integer, validity: try frames.validity(order, context),
      context)
  }
}

/// A value is held from where it comes in and its last place lies before the window, until its last
/// place falls out.
private struct DistinctValues: SlidingWindow {
  let numbers: UnsafePointer<UInt32>
  let rows: UnsafePointer<UInt32>
  let last: UnsafeMutablePointer<UInt32>
  let found: UnsafeMutablePointer<Int64>
  private var from = 0
  private var count: Int64 = 0

  init(
    numbers: UnsafePointer<UInt32>, rows: UnsafePointer<UInt32>,
    last: UnsafeMutablePointer<UInt32>, found: UnsafeMutablePointer<Int64>
  ) {
    (self.numbers, self.rows, self.last, self.found) = (numbers, rows, last, found)
  }

  @inline(__always)
  mutating func add(_ place: Int) {
    let number = Int(numbers[Int(rows[place])])
    if number == Int(WindowRanking.missing) { return }
    if Int(last[number]) <= from { count &+= 1 }
    last[number] = UInt32(truncatingIfNeeded: place &+ 1)
  }

  @inline(__always)
  mutating func remove(_ place: Int) {
    from = place &+ 1
    let number = Int(numbers[Int(rows[place])])
    if number != Int(WindowRanking.missing), Int(last[number]) == from { count &-= 1 }
  }

  mutating func clear(_ places: Range<Int>) { (from, count) = (places.upperBound, 0) }

  @inline(__always)
  mutating func write(_ row: Int) { found[row] = count }
}
