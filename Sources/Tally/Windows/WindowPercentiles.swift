/// Medians and other percentiles over windows that slide: a set of the ranks in the window, which is
/// asked for the two between which the percentile lies. The cost of a row does not grow with its
/// window.
struct WindowPercentiles {
  let order: WindowOrder
  let frames: WindowFrames
  let operand: Column
  let fraction: ExactDecimal
  let context: RunContext

  /// The two ranks of each row, and how many values its window has.
  fileprivate struct Neighbours: Sendable {
    let low: RowNumbers
    let high: RowNumbers
    let counts: RowNumbers

    /// The ranks of the values between which the percentile of a row lies.
    func neighbours(_ row: Int) -> (low: Int, high: Int) {
      (Int(low.pointer[row]), Int(high.pointer[row]))
    }
  }

  /// The percentiles by row; the operand's type has `scale` decimals.
  func column(_ type: ColumnType, scale: Int) throws(QueryError) -> Column {
    let ranking = try WindowRanking(operand, context)
    let found = Neighbours(
      low: try RowNumbers(count: order.count, budget: context.budget),
      high: try RowNumbers(count: order.count, budget: context.budget),
      counts: try RowNumbers(count: order.count, budget: context.budget))
    for numbers in [found.low, found.high, found.counts] { try context.touch(numbers.memory) }
    let own = self
    try frames.forEachPiece(of: order, context) { piece throws(QueryError) in
      let budget = own.context.budget
      let widest = own.frames.widest(piece)
      if widest <= SortedRanks.greatestCount {
        let set = try SortedRanks(upTo: widest + 1, budget: budget)
        try own.slide(over: piece, ranking, holding: set, found)
      } else {
        let set = try RankSet(upTo: ranking.known, budget: budget)
        try own.slide(over: piece, ranking, holding: set, found)
      }
    }
    let values = try WindowValues(operand, ranking.order, context)
    let fraction = fraction
    let place = { @Sendable (row: Int) in
      PercentilePlace(fraction, of: Int(found.counts.pointer[row]))
    }
    if values.kind == .floats {
      return try doubleColumn(type, count: order.count, context) { row in
        let numbers = values.values.pointer(to: Double.self)
        let (low, high) = found.neighbours(row)
        return place(row).map { interpolate(numbers[low], numbers[high], $0) }
      }
    }
    let isWide = values.kind == .wide
    let value = { @Sendable (rank: Int) in
      isWide
        ? values.values.pointer(to: Int128.self)[rank]
        : Int128(values.values.pointer(to: Int64.self)[rank])
    }
    if type == .duration {
      return try integerColumn(count: order.count, type: type, budget: context.budget) { row in
        let (low, high) = found.neighbours(row)
        return place(row).map { interpolateWhole(value(low), value(high), $0) }
      }
    }
    let power = ExactDecimal.powersOfTen[scale]
    return try doubleColumn(type, count: order.count, context) { row in
      let (low, high) = found.neighbours(row)
      return place(row).map { interpolate(value(low), value(high), $0, power) }
    }
  }

  @inline(__always)
  private func slide(
    over piece: Range<Int>, _ ranking: WindowRanking, holding set: some HeldSet,
    _ found: Neighbours
  ) throws(QueryError) {
    var window = HeldRanks(
      set: set, ranking: ranking, rows: order.rows.pointer, fraction: fraction, found: found)
    try frames.slide(&window, over: piece, order, context)
  }
}

/// The ranks of the values that a window holds.
private struct HeldRanks<Held: HeldSet>: SlidingWindow {
  var set: Held
  let ranks: UnsafePointer<UInt32>
  let known: Int
  let rows: UnsafePointer<UInt32>
  let fraction: ExactDecimal
  let found: WindowPercentiles.Neighbours
  private var count = 0

  init(
    set: Held, ranking: WindowRanking, rows: UnsafePointer<UInt32>, fraction: ExactDecimal,
    found: WindowPercentiles.Neighbours
  ) {
    (self.set, ranks, known) = (set, UnsafePointer(ranking.ranks.pointer), ranking.known)
    (self.rows, self.fraction, self.found) = (rows, fraction, found)
  }

  @inline(__always)
  mutating func add(_ place: Int) {
    let rank = Int(ranks[Int(rows[place])])
    if rank >= known { return }
    set.insert(rank)
    count &+= 1
  }

  @inline(__always)
  mutating func remove(_ place: Int) {
    let rank = Int(ranks[Int(rows[place])])
    if rank >= known { return }
    set.remove(rank)
    count &-= 1
  }

  mutating func clear(_ places: Range<Int>) {
    for place in places { remove(place) }
  }

  @inline(__always)
  mutating func write(_ row: Int) {
    found.counts.pointer[row] = UInt32(truncatingIfNeeded: count)
    (found.low.pointer[row], found.high.pointer[row]) = (0, 0)
    guard let middle = PercentilePlace(fraction, of: count) else { return }
    let lower = set.rank(at: middle.index)
    let upper = middle.rest == 0 ? lower : set.rank(at: middle.index &+ 1)
    found.low.pointer[row] = UInt32(truncatingIfNeeded: lower)
    found.high.pointer[row] = UInt32(truncatingIfNeeded: upper)
  }
}
