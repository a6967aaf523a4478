/// Groups in series: those of a series have equal values of all keys but some, and stand in the
/// order of these.
///
///     agency A    2024-01  2024-02  2024-04
///     agency B    2024-02  (missing)
struct GroupSeries {
  /// The groups, series by series.
  let order: RowNumbers
  /// Where each series begins in ``order``, and the end of the last.
  let starts: [Int]
  private let memory: MemoryReservation

  /// The number of series.
  var count: Int { starts.count - 1 }

  /// Puts groups in series by the keys that are equal in each, and orders them by the others.
  init(by same: [Column], orderedBy keys: [Column], count: Int, _ context: RunContext)
    throws(QueryError)
  {
    let all = try RowOrder(
      (same + keys).map { RowOrder.Column(column: $0, isDescending: false) }, count: count, context)
    order = try all.sorted()
    memory = MemoryReservation(context.budget)
    var starts: [Int] = count == 0 ? [] : [0]
    var counted = 0
    if !same.isEmpty {
      let equal = try RowOrder(
        same.map { RowOrder.Column(column: $0, isDescending: false) }, count: count, context)
      for place in 1..<max(1, count) {
        if place & 0xFFFF == 0 {
          try context.checkCancellation()
          try memory.grow(by: (starts.count - counted) * MemoryLayout<Int>.stride)
          counted = starts.count
        }
        if equal.compare(Int(order[place - 1]), Int(order[place])) != 0 { starts.append(place) }
      }
    }
    self.starts = starts + [count]
  }

  /// The places in ``order`` of a series.
  subscript(series: Int) -> Range<Int> { starts[series]..<starts[series + 1] }
}

extension GroupSeries {
  /// For each group the one of its series whose time is that of `earlier`; ``Batch/noPartner``
  /// where there is none. `earlier` must not decrease where times grow.
  func partners(
    _ times: Column, _ context: RunContext, earlier: (Int64) -> Int64?
  ) throws(QueryError) -> GroupArray<UInt32> {
    let found = try GroupArray<UInt32>(
      count: times.count, filling: Batch.noPartner, budget: context.budget)
    guard let stored = try times.storedIntegers(budget: context.budget) else { return found }
    for series in 0..<count {
      var candidate = self[series].lowerBound
      for place in self[series] {
        if place & 0x7FFF == 0 { try context.checkCancellation() }
        let row = Int(order[place])
        // Groups without a time come last, and are not compared.
        if times.isMissing(row) { break }
        guard let wanted = earlier(stored[row]) else { continue }
        while candidate < place, stored[Int(order[candidate])] < wanted { candidate += 1 }
        let other = Int(order[candidate])
        if candidate < place, stored[other] == wanted {
          found[row] = UInt32(truncatingIfNeeded: other)
        }
      }
    }
    return found
  }

  /// For each group the first of its series that has a time and a value.
  func firsts(_ times: Column, _ values: Column, _ context: RunContext) throws(QueryError)
    -> GroupArray<UInt32>
  {
    let found = try GroupArray<UInt32>(
      count: times.count, filling: Batch.noPartner, budget: context.budget)
    for series in 0..<count {
      if series & 0xFFF == 0 { try context.checkCancellation() }
      let first = self[series].first { place in
        let row = Int(order[place])
        return !times.isMissing(row) && !values.isMissing(row)
      }
      guard let first else { continue }
      for place in self[series] where !times.isMissing(Int(order[place])) {
        if place & 0x7FFF == 0 { try context.checkCancellation() }
        found[Int(order[place])] = order[first]
      }
    }
    return found
  }
}
