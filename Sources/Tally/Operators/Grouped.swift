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
    /// Counts the memory of both.
    var memory: MemoryReservation?

    /// The number of coarser groups.
    var count: Int { first.count }
  }

  /// The level that keeps some of the keys.
  func level(_ keys: [Int]) throws(QueryError) -> Level {
    let memory = MemoryReservation(context.budget)
    try memory.grow(by: count * (MemoryLayout<UInt32>.stride + MemoryLayout<Int>.stride))
    var level = Level(keys: keys, numbers: [], first: [], memory: memory)
    level.numbers.reserveCapacity(count)
    if keys.count == keyColumns.count {
      level.first.reserveCapacity(count)
      try context.budget.forEachPiece(of: count) { piece in
        for place in piece {
          level.numbers.append(UInt32(truncatingIfNeeded: place))
          level.first.append(place)
        }
      }
      return level
    }
    // Without keys there is one group, also of no rows.
    if keys.isEmpty {
      level.numbers = Array(repeating: 0, count: count)
      level.first = [0]
      return level
    }
    let order = try RowOrder(
      keys.map { RowOrder.Column(column: keyColumns[$0], isDescending: false) }, count: count,
      context)
    let leaders = try leaders(of: order, areTogether: keys == Array(0..<keys.count))
    let numbers = try GroupArray<UInt32>(count: count, filling: 0, budget: context.budget)
    try context.budget.forEachPiece(of: count) { piece in
      for place in piece {
        let leader = Int(leaders[place])
        if leader == place {
          numbers[place] = UInt32(truncatingIfNeeded: level.first.count)
          level.first.append(place)
        }
        level.numbers.append(numbers[leader])
      }
    }
    return level
  }

  /// For each group the place of the first one that has the same keys. Groups are in the order of
  /// their keys, so that those with equal first keys stand together.
  private func leaders(of order: RowOrder, areTogether: Bool) throws(QueryError)
    -> GroupArray<UInt32>
  {
    let sorted =
      areTogether
      ? try RowNumbers(upTo: count, budget: context.budget) : try order.sorted()
    let leaders = try GroupArray<UInt32>(count: count, filling: 0, budget: context.budget)
    var leader: UInt32 = 0
    try context.budget.forEachPiece(of: count) { piece in
      for index in piece {
        let place = sorted[index]
        // Equal groups keep their order, so the first of them has the lowest place.
        if index == 0 || order.compare(Int(sorted[index - 1]), Int(place)) != 0 { leader = place }
        leaders[Int(place)] = leader
      }
    }
    return leaders
  }

  /// The results of the calls for the groups themselves.
  func callColumns() throws(QueryError) -> [Column] {
    if plan.calls.allSatisfy({ $0.within == nil }) {
      return try accumulators.mapThrowing { accumulator throws(QueryError) in
        try context.checkCancellation()
        return try accumulator.finish(order: order.elements)
      }
    }
    return try callColumns(try level(Array(keyColumns.indices)))
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
      let inner = kept == level.keys ? level : try self.level(kept)
      columns.append(try column(accumulator, inner, try numbers(of: level, among: inner)))
    }
    return columns
  }

  /// The number at an inner level of each group of a level.
  private func numbers(of level: Level, among inner: Level) throws(QueryError)
    -> GroupArray<UInt32>
  {
    let numbers = try GroupArray<UInt32>(count: level.count, filling: 0, budget: context.budget)
    if count == 0 { return numbers }
    try context.budget.forEachPiece(of: level.count) { piece in
      for number in piece { numbers[number] = inner.numbers[level.first[number]] }
    }
    return numbers
  }

  /// The results of one call at a level, for coarser groups by number.
  private func column(
    _ accumulator: Accumulator, _ level: Level, _ numbers: GroupArray<UInt32>
  ) throws(QueryError) -> Column {
    try regrouped(accumulator, level).finish(order: numbers.elements)
  }

  /// An aggregate of coarser groups; one empty group follows the last.
  private func regrouped(_ accumulator: Accumulator, _ level: Level) throws(QueryError)
    -> Accumulator
  {
    // Ids that no group has stay out of the way in the empty group; they hold no rows.
    let mapping = try GroupArray<UInt32>(
      count: table.groupCount, filling: UInt32(level.count), budget: context.budget)
    try context.budget.forEachPiece(of: count) { piece in
      for place in piece { mapping[Int(order[place])] = level.numbers[place] }
    }
    return try accumulator.regrouped(mapping: mapping.elements, groupCount: level.count + 1)
  }

  /// The results of the calls for cells of two axes, row by row; a cell that no row falls into has
  /// the results of no rows.
  func callColumns(rows: Level, across: Level) throws(QueryError) -> [Column] {
    var columns: [Column] = []
    for (call, accumulator) in zip(plan.calls, accumulators) {
      let kept = (call.within ?? Array(keyColumns.indices)).filter {
        rows.keys.contains($0) || across.keys.contains($0)
      }
      let inner = try level(kept)
      let coarser = try regrouped(accumulator, inner)
      let numbers = try numbers(rows, across, among: inner)
      columns.append(try coarser.finish(order: numbers.elements))
    }
    return columns
  }

  /// The number at an inner level of each cell of two axes, row by row; the number behind the last
  /// for a cell that no row falls into.
  private func numbers(_ rows: Level, _ across: Level, among inner: Level) throws(QueryError)
    -> GroupArray<UInt32>
  {
    // A group of the inner keys is a pair of one of those of rows and one of those of columns.
    let ofRows = try level(inner.keys.filter { rows.keys.contains($0) })
    let ofColumns = try level(inner.keys.filter { !rows.keys.contains($0) })
    let memory = MemoryReservation(context.budget)
    try memory.grow(by: inner.count * 2 * (MemoryLayout<(UInt64, UInt32)>.stride + 1))
    var known: [UInt64: UInt32] = [:]
    known.reserveCapacity(inner.count)
    for (number, place) in inner.first.enumerated() where place < count {
      if number & 0xFFF == 0 { try context.checkCancellation() }
      known[UInt64(ofRows.numbers[place]) << 32 | UInt64(ofColumns.numbers[place])] =
        UInt32(truncatingIfNeeded: number)
    }
    var numbers = try GroupArray<UInt32>(budget: context.budget)
    for row in rows.first {
      if numbers.count & 0xFFF < across.count { try context.checkCancellation() }
      for column in across.first {
        let pair =
          count == 0
          ? 0 : UInt64(ofRows.numbers[row]) << 32 | UInt64(ofColumns.numbers[column])
        try numbers.append(known[pair] ?? UInt32(truncatingIfNeeded: inner.count))
      }
    }
    return numbers
  }

  /// The results of the calls for all groups of `places` as one row of cells.
  func rest(_ places: [Int], across: Level) throws(QueryError) -> [Column] {
    let isIn = try marked(places)
    var columns: [Column] = []
    for (call, accumulator) in zip(plan.calls, accumulators) {
      let kept = (call.within ?? across.keys).filter { across.keys.contains($0) }
      var inner = try level(kept)
      let numbers = try numbers(of: across, among: inner)
      // Groups that are not in the rest gather behind all others, where nobody looks.
      if call.within == nil {
        try context.budget.forEachPiece(of: count) { piece in
          for place in piece where isIn[place] == 0 {
            inner.numbers[place] = UInt32(truncatingIfNeeded: inner.count)
          }
        }
        inner.first.append(0)
      }
      columns.append(try column(accumulator, inner, numbers))
    }
    return columns
  }

  /// The results of the calls for all groups of `places` as one.
  func rest(_ places: [Int]) throws(QueryError) -> [Column] {
    let isIn = try marked(places)
    let whole = try level([])
    var rest = whole
    try context.budget.forEachPiece(of: count) { piece in
      for place in piece { rest.numbers[place] = UInt32(1 - isIn[place]) }
    }
    let first = try GroupArray<UInt32>(count: 1, filling: 0, budget: context.budget)
    var columns: [Column] = []
    for (call, accumulator) in zip(plan.calls, accumulators) {
      let isWhole = call.within != nil
      let level = Level(
        keys: [], numbers: isWhole ? whole.numbers : rest.numbers, first: [0, 0])
      columns.append(try column(accumulator, level, first))
    }
    return columns
  }

  /// A one for each group that is one of some places.
  private func marked(_ places: [Int]) throws(QueryError) -> GroupArray<UInt8> {
    let marks = try GroupArray<UInt8>(count: count, filling: 0, budget: context.budget)
    try context.budget.forEachPiece(of: places.count) { piece in
      for index in piece { marks[places[index]] = 1 }
    }
    return marks
  }
}
