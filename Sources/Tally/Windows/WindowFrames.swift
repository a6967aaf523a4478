import Synchronization

/// The places that each place's window takes in: `first[place]..<end[place]`, which never move
/// backwards within a partition.
struct WindowFrames: Sendable {
  let first: RowNumbers
  let end: RowNumbers
  /// The windows that reach back before the first row.
  let incomplete: Int
  /// Rows without a time, whose windows hold nothing; nil where all have one.
  let hasTime: AlignedBytes?

  /// Where rows without a time have no value, by row; nil where all rows have one.
  func validity(_ order: WindowOrder, _ context: RunContext) throws(QueryError) -> Bitmap? {
    guard let hasTime else { return nil }
    let mask = try AlignedBytes(byteCount: order.count, budget: context.budget)
    try context.forEachBatch(of: order.count) { _, places throws(QueryError) in
      let (out, rows) = (mask.pointer(to: UInt8.self), order.rows.pointer)
      let source = hasTime.pointer(to: UInt8.self)
      for place in places { out[Int(rows[place])] = source[place] }
    }
    return try Bitmap(mask: mask, count: order.count, context)
  }

  /// Windows that begin with the partition or a number of rows before.
  init(_ order: WindowOrder, rows: Int?, _ context: RunContext) throws(QueryError) {
    first = try RowNumbers(count: order.count, budget: context.budget)
    end = try RowNumbers(count: order.count, budget: context.budget)
    hasTime = nil
    let (first, end) = (first, end)
    let incomplete = Mutex(0)
    try order.forEachPiece(context) { piece throws(QueryError) in
      let short = try writeRowFrames(
        order, piece, rows ?? .max, first.pointer, end.pointer, context)
      incomplete.withLock { $0 += short }
    }
    self.incomplete = rows == nil ? 0 : incomplete.withLock { $0 }
  }

  /// Windows of a time; `times` are the times by place, those that are missing behind all others.
  init(
    _ order: WindowOrder, _ time: WindowTime, times: AlignedBytes, present: AlignedBytes?,
    step: Int64, _ context: RunContext
  ) throws(QueryError) {
    first = try RowNumbers(count: order.count, budget: context.budget)
    end = try RowNumbers(count: order.count, budget: context.budget)
    hasTime = present
    let (first, end) = (first, end)
    let incomplete = Mutex(0)
    try order.forEachPiece(context) { piece throws(QueryError) in
      let short = try writeTimeFrames(
        order, piece, time, times.pointer(to: Int64.self), present?.pointer(to: UInt8.self),
        step, first.pointer, end.pointer, context)
      incomplete.withLock { $0 += short }
    }
    self.incomplete = incomplete.withLock { $0 }
  }
}

private func writeRowFrames(
  _ order: WindowOrder, _ piece: Range<Int>, _ rows: Int,
  _ first: UnsafeMutablePointer<UInt32>, _ end: UnsafeMutablePointer<UInt32>,
  _ context: RunContext
) throws(QueryError) -> Int {
  let marks = order.marks.pointer(to: UInt8.self)
  var (start, short) = (piece.lowerBound, 0)
  try context.budget.forEachPiece(of: piece.count) { part in
    for place in part.lowerBound + piece.lowerBound..<part.upperBound + piece.lowerBound {
      if marks[place] == WindowOrder.begins { start = place }
      let held = place &- start &+ 1
      if held < rows { short &+= 1 }
      first[place] = UInt32(truncatingIfNeeded: held < rows ? start : place &- rows &+ 1)
      end[place] = UInt32(truncatingIfNeeded: place &+ 1)
    }
  }
  return short
}

private func writeTimeFrames(
  _ order: WindowOrder, _ piece: Range<Int>, _ time: WindowTime, _ times: UnsafePointer<Int64>,
  _ present: UnsafePointer<UInt8>?, _ step: Int64, _ first: UnsafeMutablePointer<UInt32>,
  _ end: UnsafeMutablePointer<UInt32>, _ context: RunContext
) throws(QueryError) -> Int {
  var short = 0
  try order.forEachPartition(of: piece, context) { partition throws(QueryError) in
    let (start, limit) = (partition.lowerBound, partition.upperBound)
    var known = limit
    if let present { while known > start, present[known &- 1] == 0 { known &-= 1 } }
    var (place, low, looked) = (start, start, start)
    while place < known {
      if place - looked >= 1 << 14 {
        looked = place
        try context.checkCancellation()
      }
      // Rows of one time have one window, which ends with the last of them.
      var next = place &+ 1
      while next < known, times[next] == times[place] { next &+= 1 }
      let bound = time.bound(times[place])
      while times[low] <= bound { low &+= 1 }
      let (complete, overflow) = bound.addingReportingOverflow(step)
      if !overflow, times[start] > complete { short &+= next &- place }
      for same in place..<next {
        first[same] = UInt32(truncatingIfNeeded: low)
        end[same] = UInt32(truncatingIfNeeded: next)
      }
      place = next
    }
    for rest in known..<limit {
      first[rest] = UInt32(truncatingIfNeeded: rest)
      end[rest] = UInt32(truncatingIfNeeded: rest)
    }
  }
  return short
}
