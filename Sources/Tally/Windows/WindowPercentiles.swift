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
  private struct Neighbours: Sendable {
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
    let own = self
    try order.forEachPiece(context) { piece throws(QueryError) in
      try own.slide(over: piece, ranking, found)
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

  private func slide(over piece: Range<Int>, _ ranking: WindowRanking, _ found: Neighbours)
    throws(QueryError)
  {
    let set = try RankSet(upTo: ranking.known, budget: context.budget)
    let (first, end) = (frames.first.pointer, frames.end.pointer)
    let (rows, ranks) = (order.rows.pointer, ranking.ranks.pointer)
    let (low, high, counts) = (found.low.pointer, found.high.pointer, found.counts.pointer)
    let known = ranking.known
    var (from, to, count) = (piece.lowerBound, piece.lowerBound, 0)
    for place in piece {
      if place & 0xFFF == 0 { try context.checkCancellation() }
      let (start, limit) = (Int(first[place]), Int(end[place]))
      while from < start, from < to {
        let rank = Int(ranks[Int(rows[from])])
        if rank < known {
          set.remove(rank)
          count &-= 1
        }
        from &+= 1
      }
      if from < start { (from, to) = (start, start) }
      while to < limit {
        let rank = Int(ranks[Int(rows[to])])
        if rank < known {
          set.insert(rank)
          count &+= 1
        }
        to &+= 1
      }
      let row = Int(rows[place])
      counts[row] = UInt32(truncatingIfNeeded: count)
      (low[row], high[row]) = (0, 0)
      guard let middle = PercentilePlace(fraction, of: count) else { continue }
      let lower = set.rank(at: middle.index)
      let upper = middle.rest == 0 ? lower : set.rank(at: middle.index &+ 1)
      low[row] = UInt32(truncatingIfNeeded: lower)
      high[row] = UInt32(truncatingIfNeeded: upper)
    }
  }
}
