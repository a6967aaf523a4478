/// The groups of a step with what was computed for each, from which tables of any coarser level
/// can be made.
///
///     level [0, 1]   agency, level       the groups themselves
///     level [0]      agency              a total for each agency
///     level []                           the total of all
struct Grouped {
  /// The step's keys and calls.
  let plan: GroupPlan
  /// The keys' values, one row for each group in the order of keys.
  let keyColumns: [Column]
  /// The number of groups.
  let count: Int
  private let order: GroupArray<UInt32>
  private let table: GroupTable
  private let accumulators: [Accumulator]
  private let context: RunContext

  /// Puts the groups of a finished scan in order.
  init(_ worker: GroupWorker, _ plan: GroupPlan, context: RunContext) throws(QueryError) {
    self.plan = plan
    self.context = context
    table = worker.table
    accumulators = worker.accumulators
    order = try worker.table.sortedOrder()
    count = order.count
    keyColumns = try worker.table.keyColumns(order: order.elements)
  }

  /// Groups that share the values of some keys, numbered by the first of them.
  struct Level {
    /// The keys that are kept.
    var keys: [Int]
    /// The number of each group's coarser group, by the group's place.
    var numbers: [UInt32]
    /// The place of the first group of each coarser group.
    var first: [Int]

    /// The number of coarser groups.
    var count: Int { first.count }
  }

  /// The level that keeps some of the keys.
  func level(_ keys: [Int]) -> Level {
    if keys.count == keyColumns.count {
      return Level(
        keys: keys, numbers: (0..<count).map { UInt32($0) }, first: Array(0..<count))
    }
    var known: [[CellValue]: UInt32] = [:]
    var level = Level(keys: keys, numbers: [], first: [])
    for place in 0..<count {
      let values = keys.map { keyColumns[$0][place] }
      let number = known[values] ?? UInt32(level.first.count)
      if known.updateValue(number, forKey: values) == nil { level.first.append(place) }
      level.numbers.append(number)
    }
    // Without keys there is one group, also of no rows.
    if keys.isEmpty, level.first.isEmpty { level.first = [0] }
    return level
  }

  /// The results of the calls for the groups of a level, in its order.
  func callColumns(_ level: Level) throws(QueryError) -> [Column] {
    var columns: [Column] = []
    for (call, accumulator) in zip(plan.calls, accumulators) {
      try context.checkCancellation()
      let kept = call.within.map { $0.filter(level.keys.contains) } ?? level.keys
      if kept.count == keyColumns.count {
        columns.append(try accumulator.finish(order: order.elements))
        continue
      }
      let inner = kept == level.keys ? level : self.level(kept)
      let numbers = level.first.map { count == 0 ? 0 : inner.numbers[$0] }
      columns.append(try column(accumulator, inner, numbers))
    }
    return columns
  }

  /// The results of one call at a level, for coarser groups by number.
  private func column(_ accumulator: Accumulator, _ level: Level, _ numbers: [UInt32])
    throws(QueryError) -> Column
  {
    let coarser = try regrouped(accumulator, level)
    return try withBuffer(of: numbers) { numbers throws(QueryError) in
      try coarser.finish(order: numbers)
    }
  }

  /// An aggregate of coarser groups; one empty group follows the last.
  private func regrouped(_ accumulator: Accumulator, _ level: Level) throws(QueryError)
    -> Accumulator
  {
    // Ids that no group has stay out of the way in the empty group; they hold no rows.
    var mapping = [UInt32](repeating: UInt32(level.count), count: table.groupCount)
    for place in 0..<count { mapping[Int(order[place])] = level.numbers[place] }
    return try withBuffer(of: mapping) { mapping throws(QueryError) in
      try accumulator.regrouped(mapping: mapping, groupCount: level.count + 1)
    }
  }

  /// The results of the calls for cells of two axes, row by row; a cell that no row falls into has
  /// the results of no rows.
  func callColumns(rows: Level, across: Level) throws(QueryError) -> [Column] {
    var columns: [Column] = []
    let memory = MemoryReservation(context.budget)
    try memory.grow(by: rows.count * across.count * MemoryLayout<UInt32>.stride)
    for (call, accumulator) in zip(plan.calls, accumulators) {
      let kept = (call.within ?? Array(keyColumns.indices)).filter {
        rows.keys.contains($0) || across.keys.contains($0)
      }
      let inner = level(kept)
      let coarser = try regrouped(accumulator, inner)
      // A group of the kept keys is a pair of one of those of rows and one of those of columns.
      let ofRows = level(kept.filter { rows.keys.contains($0) })
      let ofColumns = level(kept.filter { !rows.keys.contains($0) })
      var known: [UInt64: UInt32] = [:]
      for (number, place) in inner.first.enumerated() where place < count {
        known[UInt64(ofRows.numbers[place]) << 32 | UInt64(ofColumns.numbers[place])] =
          UInt32(number)
      }
      var numbers: [UInt32] = []
      numbers.reserveCapacity(rows.count * across.count)
      for row in rows.first {
        try context.checkCancellation()
        for column in across.first {
          let pair =
            count == 0
            ? 0 : UInt64(ofRows.numbers[row]) << 32 | UInt64(ofColumns.numbers[column])
          numbers.append(known[pair] ?? UInt32(inner.count))
        }
      }
      columns.append(
        try withBuffer(of: numbers) { numbers throws(QueryError) in
          try coarser.finish(order: numbers)
        })
    }
    return columns
  }

  /// The results of the calls for all groups of `places` as one row of cells.
  func rest(_ places: [Int], across: Level) throws(QueryError) -> [Column] {
    let isIn = Set(places)
    var columns: [Column] = []
    for (call, accumulator) in zip(plan.calls, accumulators) {
      let kept = (call.within ?? across.keys).filter { across.keys.contains($0) }
      var inner = level(kept)
      let numbers = across.first.map { count == 0 ? 0 : inner.numbers[$0] }
      // Groups that are not in the rest gather behind all others, where nobody looks.
      if call.within == nil {
        for place in 0..<count where !isIn.contains(place) {
          inner.numbers[place] = UInt32(inner.count)
        }
        inner.first.append(0)
      }
      columns.append(try column(accumulator, inner, numbers))
    }
    return columns
  }

  /// The results of the calls for all groups of `places` as one.
  func rest(_ places: [Int]) throws(QueryError) -> [Column] {
    let isIn = Set(places)
    let numbers = (0..<count).map { isIn.contains($0) ? UInt32(0) : 1 }
    let whole = level([])
    var columns: [Column] = []
    for (call, accumulator) in zip(plan.calls, accumulators) {
      let isWhole = call.within != nil
      let level = Level(keys: [], numbers: isWhole ? whole.numbers : numbers, first: [0, 0])
      columns.append(try column(accumulator, level, [0]))
    }
    return columns
  }
}
