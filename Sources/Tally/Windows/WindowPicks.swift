/// Windows whose value is that of one of the rows: found as numbers of rows, and copied from their
/// column whatever its type.
struct WindowPicks {
  let order: WindowOrder
  let operand: Column
  let context: RunContext

  /// The value so many places further on.
  func offset(_ distance: Int) throws(QueryError) -> Column {
    try column { piece, picks throws(QueryError) in pickOffset(order, piece, distance, picks) }
  }

  /// The first or last value that is not missing of all rows seen, or of each window.
  func endpoint(isLast: Bool, _ frames: WindowFrames?) throws(QueryError) -> Column {
    let validity = operand.validity
    return try column { piece, picks throws(QueryError) in
      if let frames {
        try pickEndpoints(self, piece, frames, isLast, picks)
      } else {
        pickEndpoint(order, piece, validity, isLast, picks)
      }
    }
  }

  /// The smallest or largest value of each window.
  func extreme(isMax: Bool, _ frames: WindowFrames) throws(QueryError) -> Column {
    let values = try WindowValues(operand, order, context)
    return try column { piece, picks throws(QueryError) in
      let memory = try RowNumbers(count: piece.count, budget: context.budget)
      let (present, queue) = (values.present?.pointer(to: UInt8.self), memory.pointer)
      let bytes = values.values
      switch values.kind {
      case .integers:
        pickExtreme(
          order, frames, piece, bytes.pointer(to: Int64.self), present, isMax, queue, picks)
      case .wide:
        pickExtreme(
          order, frames, piece, bytes.pointer(to: Int128.self), present, isMax, queue, picks)
      case .floats:
        pickExtreme(
          order, frames, piece, bytes.pointer(to: Double.self), present, isMax, queue, picks)
      }
    }
  }

  /// Finds a row for each row, or none, and copies their values.
  private func column(
    _ find: @Sendable (Range<Int>, UnsafeMutablePointer<UInt32>) throws(QueryError) -> Void
  ) throws(QueryError) -> Column {
    let picks = try RowNumbers(count: order.count, budget: context.budget)
    try order.forEachPiece(context) { piece throws(QueryError) in try find(piece, picks.pointer) }
    return try operand.picked(picks, context)
  }
}

extension Column {
  /// The values of rows by number; missing where the number is ``Batch/noPartner``.
  func picked(_ rows: RowNumbers, _ context: RunContext) throws(QueryError) -> Column {
    if count == 0 { return try .missing(type: type, count: rows.count) }
    let target = try GatherTarget(self, slot: nil, mayLack: true, count: rows.count, context)
    try context.forEachBatch(of: rows.count) { _, places throws(QueryError) in
      target.gather(
        rows.pointer + places.lowerBound, count: places.count, at: places.lowerBound)
    }
    return try target.finish(context)
  }
}

private func pickOffset(
  _ order: WindowOrder, _ piece: Range<Int>, _ distance: Int,
  _ picks: UnsafeMutablePointer<UInt32>
) {
  let (rows, marks) = (order.rows.pointer, order.marks.pointer(to: UInt8.self))
  var start = piece.lowerBound
  while start < piece.upperBound {
    let end = partitionEnd(marks, start, piece.upperBound)
    let size = end &- start
    for place in start..<end {
      let inside = place &- start
      let isThere = distance < 0 ? inside >= 0 - distance : distance < size - inside
      picks[Int(rows[place])] = isThere ? rows[place &+ distance] : Batch.noPartner
    }
    start = end
  }
}

private func pickEndpoint(
  _ order: WindowOrder, _ piece: Range<Int>, _ validity: Bitmap?, _ isLast: Bool,
  _ picks: UnsafeMutablePointer<UInt32>
) {
  let (rows, marks) = (order.rows.pointer, order.marks.pointer(to: UInt8.self))
  var start = piece.lowerBound
  while start < piece.upperBound {
    let end = partitionEnd(marks, start, piece.upperBound)
    var picked = Batch.noPartner
    var place = isLast ? end &- 1 : start
    while place >= start, place < end {
      if validity.map({ $0[Int(rows[place])] }) ?? true {
        picked = rows[place]
        break
      }
      place &+= isLast ? -1 : 1
    }
    for place in start..<end { picks[Int(rows[place])] = picked }
    start = end
  }
}

private func pickEndpoints(
  _ picking: WindowPicks, _ piece: Range<Int>, _ frames: WindowFrames, _ isLast: Bool,
  _ picks: UnsafeMutablePointer<UInt32>
) throws(QueryError) {
  let rows = picking.order.rows.pointer
  let validity = picking.operand.validity
  let nearest = try RowNumbers(count: piece.count, budget: picking.context.budget)
  let (start, found) = (piece.lowerBound, nearest.pointer)
  // The nearest place with a value, up to each place or from it on.
  var last = Batch.noPartner
  for offset in 0..<piece.count {
    let place = isLast ? start &+ offset : piece.upperBound &- 1 &- offset
    if validity.map({ $0[Int(rows[place])] }) ?? true {
      last = UInt32(truncatingIfNeeded: place)
    }
    found[place &- start] = last
  }
  for place in piece {
    let (from, to) = (Int(frames.first.pointer[place]), Int(frames.end.pointer[place]))
    var picked = Batch.noPartner
    if from < to {
      let candidate = found[(isLast ? to &- 1 : from) &- start]
      let isInside = isLast ? Int(candidate) >= from : Int(candidate) < to
      if candidate != Batch.noPartner, isInside { picked = rows[Int(candidate)] }
    }
    picks[Int(rows[place])] = picked
  }
}

/// A queue of places whose values get worse from front to back: the front is the best of the
/// window, and whatever a better value follows is never wanted again.
@inline(__always)
private func pickExtreme<T: Comparable & BitwiseCopyable>(
  _ order: WindowOrder, _ frames: WindowFrames, _ piece: Range<Int>, _ values: UnsafePointer<T>,
  _ present: UnsafePointer<UInt8>?, _ isMax: Bool, _ queue: UnsafeMutablePointer<UInt32>,
  _ picks: UnsafeMutablePointer<UInt32>
) {
  let (first, end) = (frames.first.pointer, frames.end.pointer)
  let rows = order.rows.pointer
  var (front, back, high) = (0, 0, piece.lowerBound)
  for place in piece {
    let (from, to) = (Int(first[place]), Int(end[place]))
    if from >= high { (front, back, high) = (0, 0, from) }
    while high < to {
      if present.map({ $0[high] == 1 }) ?? true {
        let value = values[high]
        while back > front {
          let held = values[Int(queue[back &- 1])]
          if isMax ? held > value : held < value { break }
          back &-= 1
        }
        queue[back] = UInt32(truncatingIfNeeded: high)
        back &+= 1
      }
      high &+= 1
    }
    while front < back, Int(queue[front]) < from { front &+= 1 }
    picks[Int(rows[place])] =
      front < back && from < to ? rows[Int(queue[front])] : Batch.noPartner
  }
}
