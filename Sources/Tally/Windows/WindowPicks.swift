/// Windows whose value is that of one of the rows: found as numbers of rows, and copied from their
/// column whatever its type.
struct WindowPicks {
  let order: WindowOrder
  let operand: Column
  let context: RunContext

  /// The value so many places further on.
  func offset(_ distance: Int) throws(QueryError) -> Column {
    try column { piece, picks throws(QueryError) in
      try pickOffset(order, piece, distance, picks, context)
    }
  }

  /// The first or last value that is not missing of all rows seen, or of each window.
  func endpoint(isLast: Bool, _ frames: WindowFrames?) throws(QueryError) -> Column {
    let validity = operand.validity
    return try column { piece, picks throws(QueryError) in
      if let frames {
        try pickEndpoints(self, piece, frames, isLast, picks)
      } else {
        try pickEndpoint(order, piece, validity, isLast, picks, context)
      }
    }
  }

  /// The smallest or largest value of each window.
  func extreme(isMax: Bool, _ frames: WindowFrames) throws(QueryError) -> Column {
    let values = try WindowValues(operand, order, context)
    let picks = try RowNumbers(count: order.count, budget: context.budget)
    try context.touch(picks.memory)
    let own = self
    try frames.forEachPiece(of: order, context) { piece throws(QueryError) in
      let slide = Slide(own, frames, piece, values.present, isMax, picks)
      switch values.kind {
      case .integers: try slide.run(values.values.pointer(to: Int64.self))
      case .wide: try slide.run(values.values.pointer(to: Int128.self))
      case .floats: try slide.run(values.values.pointer(to: Double.self))
      }
    }
    return try operand.picked(picks, context)
  }

  /// Finds a row for each row, or none, and copies their values.
  private func column(
    _ find: @Sendable (Range<Int>, UnsafeMutablePointer<UInt32>) throws(QueryError) -> Void
  ) throws(QueryError) -> Column {
    let picks = try RowNumbers(count: order.count, budget: context.budget)
    try context.touch(picks.memory)
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
  _ picks: UnsafeMutablePointer<UInt32>, _ context: RunContext
) throws(QueryError) {
  let rows = order.rows.pointer
  try order.forEachPartition(of: piece, context) { partition throws(QueryError) in
    let (start, size) = (partition.lowerBound, partition.count)
    try context.budget.forEachPiece(of: size) { part in
      for inside in part {
        let place = start &+ inside
        let isThere = distance < 0 ? inside >= 0 - distance : distance < size - inside
        picks[Int(rows[place])] = isThere ? rows[place &+ distance] : Batch.noPartner
      }
    }
  }
}

private func pickEndpoint(
  _ order: WindowOrder, _ piece: Range<Int>, _ validity: Bitmap?, _ isLast: Bool,
  _ picks: UnsafeMutablePointer<UInt32>, _ context: RunContext
) throws(QueryError) {
  let rows = order.rows.pointer
  try order.forEachPartition(of: piece, context) { partition throws(QueryError) in
    var picked = Batch.noPartner
    var place = isLast ? partition.upperBound &- 1 : partition.lowerBound
    while partition.contains(place) {
      if place & 0x3FFF == 0 { try context.checkCancellation() }
      if validity.map({ $0[Int(rows[place])] }) ?? true {
        picked = rows[place]
        break
      }
      place &+= isLast ? -1 : 1
    }
    try context.budget.forEachPiece(of: partition.count) { part in
      for inside in part { picks[Int(rows[partition.lowerBound &+ inside])] = picked }
    }
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
    if offset & 0x3FFF == 0 { try picking.context.checkCancellation() }
    let place = isLast ? start &+ offset : piece.upperBound &- 1 &- offset
    if validity.map({ $0[Int(rows[place])] }) ?? true {
      last = UInt32(truncatingIfNeeded: place)
    }
    found[place &- start] = last
  }
  for place in piece {
    if place & 0x3FFF == 0 { try picking.context.checkCancellation() }
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

/// The best values of the windows of a piece.
private struct Slide {
  private let picking: WindowPicks
  private let frames: WindowFrames
  private let piece: Range<Int>
  private let present: AlignedBytes?
  private let isMax: Bool
  private let picks: RowNumbers

  init(
    _ picking: WindowPicks, _ frames: WindowFrames, _ piece: Range<Int>, _ present: AlignedBytes?,
    _ isMax: Bool, _ picks: RowNumbers
  ) {
    (self.picking, self.frames, self.piece) = (picking, frames, piece)
    (self.present, self.isMax, self.picks) = (present, isMax, picks)
  }

  func run<Value: Comparable & BitwiseCopyable>(_ values: UnsafePointer<Value>) throws(QueryError) {
    let queue = try RowNumbers(count: frames.reach(of: piece), budget: picking.context.budget)
    var window = BestValues(
      values: values, present: present.map { UnsafePointer($0.pointer(to: UInt8.self)) },
      rows: picking.order.rows.pointer, isMax: isMax, queue: queue.pointer, picks: picks.pointer)
    try frames.slide(&window, over: piece, picking.order, picking.context)
    withExtendedLifetime(queue) {}
  }
}

/// A queue of places whose values get worse from front to back: the front is the best of the
/// window, and whatever a better value follows is never wanted again.
private struct BestValues<Value: Comparable & BitwiseCopyable>: SlidingWindow {
  let values: UnsafePointer<Value>
  let present: UnsafePointer<UInt8>?
  let rows: UnsafePointer<UInt32>
  let isMax: Bool
  let queue: UnsafeMutablePointer<UInt32>
  let picks: UnsafeMutablePointer<UInt32>
  private var front = 0
  private var back = 0

  init(
    values: UnsafePointer<Value>, present: UnsafePointer<UInt8>?, rows: UnsafePointer<UInt32>,
    isMax: Bool, queue: UnsafeMutablePointer<UInt32>, picks: UnsafeMutablePointer<UInt32>
  ) {
    (self.values, self.present, self.rows) = (values, present, rows)
    (self.isMax, self.queue, self.picks) = (isMax, queue, picks)
  }

  @inline(__always)
  mutating func add(_ place: Int) {
    if let present, present[place] == 0 { return }
    let value = values[place]
    while back > front {
      let held = values[Int(queue[back &- 1])]
      if isMax ? held > value : held < value { break }
      back &-= 1
    }
    queue[back] = UInt32(truncatingIfNeeded: place)
    back &+= 1
  }

  @inline(__always)
  mutating func remove(_ place: Int) {
    if front < back, Int(queue[front]) == place { front &+= 1 }
  }

  mutating func clear(_ places: Range<Int>) { (front, back) = (0, 0) }

  @inline(__always)
  mutating func write(_ row: Int) {
    picks[row] = front < back ? rows[Int(queue[front])] : Batch.noPartner
  }
}
