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
  let context: RunContext
  private let origin: Origin

  /// From what coarser groups are made.
  private enum Origin {
    case states(GroupStates)
    case rows(RowRegrouping)
  }

  /// Puts the groups of a finished scan in order.
  init(_ worker: GroupWorker, _ plan: GroupPlan, context: RunContext) throws(QueryError) {
    self.plan = plan
    self.context = context
    let order = try worker.table.sortedOrder()
    origin = .states(
      GroupStates(order: order, table: worker.table, accumulators: worker.accumulators))
    count = order.count
    keyColumns = try worker.table.keyColumns(order: order.elements)
  }

  /// Takes groups that were made in partitions; coarser ones are made of the rows again.
  init(
    _ groups: PartitionedGroups, of source: RowInput, _ plan: GroupPlan, context: RunContext
  ) {
    self.plan = plan
    self.context = context
    origin = .rows(RowRegrouping(groups.callColumns, source, plan, context))
    count = groups.count
    keyColumns = groups.keyColumns
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
      try context.budget.forEachPiece(of: count) { piece in
        level.numbers.append(contentsOf: repeatElement(0, count: piece.count))
      }
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
    if case .states(let states) = origin, plan.calls.allSatisfy({ $0.within == nil }) {
      return try states.accumulators.mapThrowing { accumulator throws(QueryError) in
        try context.checkCancellation()
        return try accumulator.finish(order: states.order.elements)
      }
    }
    return try callColumns(try level(Array(keyColumns.indices)))
  }

  /// The results of the calls for the groups of a level, in its order. Those of calls that are not
  /// among the `wanted` ones may be left missing.
  func callColumns(_ level: Level, wanted: Set<Int>? = nil) throws(QueryError) -> [Column] {
    let none = { [context] (call: GroupCall) throws(QueryError) in
      try Column.missing(type: call.call.type, count: level.count, budget: context.budget)
    }
    if let wanted, wanted.isDisjoint(with: plan.calls.indices) {
      return try plan.calls.mapThrowing(none)
    }
    if case .rows(let rows) = origin { return try rows.columns(level, of: self) }
    let states = try states()
    var columns: [Column] = []
    for (index, (call, accumulator)) in zip(plan.calls, states.accumulators).enumerated() {
      try context.checkCancellation()
      if let wanted, !wanted.contains(index) {
        columns.append(try none(call))
        continue
      }
      let kept = call.within.map { $0.filter(level.keys.contains) } ?? level.keys
      if kept.count == keyColumns.count {
        columns.append(try accumulator.finish(order: states.order.elements))
        continue
      }
      let inner = kept == level.keys ? level : try self.level(kept)
      let numbers = try numbers(of: level, among: inner)
      columns.append(
        try regrouped(accumulator, inner, states).finish(order: numbers.elements))
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

  private func states() throws(QueryError) -> GroupStates {
    guard case .states(let states) = origin else {
      throw QueryError(kind: .bug, message: "groups without states gather in a rest")
    }
    return states
  }

  /// An aggregate of coarser groups; one empty group follows the last.
  private func regrouped(
    _ accumulator: Accumulator, _ level: Level, _ states: GroupStates
  ) throws(QueryError) -> Accumulator {
    // Ids that no group has stay out of the way in the empty group; they hold no rows.
    let mapping = try GroupArray<UInt32>(
      count: states.table.groupCount + 1, filling: UInt32(level.count), budget: context.budget)
    try context.budget.forEachPiece(of: count) { piece in
      for place in piece { mapping[Int(states.order[place])] = level.numbers[place] }
    }
    return try accumulator.regrouped(mapping: mapping.elements, groupCount: level.count + 1)
  }

  /// The results of the calls for cells of two axes, those of one value of `across` after those of
  /// another; a cell that no row falls into has the results of no rows.
  func callColumns(rows: Level, across: Level) throws(QueryError) -> [Column] {
    if case .rows(let origin) = origin { return try origin.columns(rows, across, of: self) }
    let states = try states()
    var columns: [Column] = []
    var whole: GroupArray<UInt32>?
    for (call, accumulator) in zip(plan.calls, states.accumulators) {
      try context.checkCancellation()
      let kept = (call.within ?? Array(keyColumns.indices)).filter {
        rows.keys.contains($0) || across.keys.contains($0)
      }
      let inner = try level(kept)
      if kept.count < keyColumns.count {
        let numbers = try numbers(rows, across, among: inner)
        columns.append(
          try regrouped(accumulator, inner, states).finish(order: numbers.elements))
        continue
      }
      // Behind the last group is one that no row belongs to.
      try accumulator.reserve(groups: states.table.groupCount + 1)
      if whole == nil { whole = try ids(of: try numbers(rows, across, among: inner), states) }
      if let whole { columns.append(try accumulator.finish(order: whole.elements)) }
    }
    return columns
  }

  /// The ids of groups by their places; the id behind the last for the place behind the last.
  private func ids(of places: GroupArray<UInt32>, _ states: GroupStates) throws(QueryError)
    -> GroupArray<UInt32>
  {
    let behind = UInt32(truncatingIfNeeded: states.table.groupCount)
    try context.budget.forEachPiece(of: places.count) { piece in
      for cell in piece {
        let place = Int(places[cell])
        places[cell] = place < count ? states.order[place] : behind
      }
    }
    return places
  }

  /// The number at an inner level of each cell of two axes, those of one value of `across` after
  /// those of another; the number behind the last for a cell that no row falls into.
  func numbers(_ rows: Level, _ across: Level, among inner: Level) throws(QueryError)
    -> GroupArray<UInt32>
  {
    var numbers = try GroupArray<UInt32>(budget: context.budget)
    if count == 0 { return numbers }
    // A group of the inner keys is a pair of one of those of rows and one of those of columns.
    let ofRows = inner.keys.filter { rows.keys.contains($0) }
    let ofColumns = inner.keys.filter { !rows.keys.contains($0) }
    let isWhole = ofRows == rows.keys && ofColumns == across.keys
    let (first, second) = isWhole ? (rows, across) : (try level(ofRows), try level(ofColumns))
    let known = try GroupArray<UInt32>(
      count: first.count * second.count, filling: UInt32(truncatingIfNeeded: inner.count),
      budget: context.budget)
    let height = first.count
    try context.budget.forEachPiece(of: inner.count) { piece in
      for number in piece {
        let place = inner.first[number]
        known[Int(second.numbers[place]) * height + Int(first.numbers[place])] =
          UInt32(truncatingIfNeeded: number)
      }
    }
    if isWhole { return known }
    try numbers.ensureCapacity(rows.count * across.count)
    for place in across.first {
      let own = known.pointer + Int(second.numbers[place]) * height
      try context.budget.forEachPiece(of: rows.count) { piece throws(QueryError) in
        for row in piece { try numbers.append(own[Int(first.numbers[rows.first[row]])]) }
      }
      try context.checkCancellation()
    }
    return numbers
  }

  /// The results of the calls for all groups of `places` as one row of cells.
  func rest(_ places: [Int], across: Level) throws(QueryError) -> [Column] {
    let (states, isIn) = (try states(), try marked(places))
    var columns: [Column] = []
    for (call, accumulator) in zip(plan.calls, states.accumulators) {
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
      columns.append(
        try regrouped(accumulator, inner, states).finish(order: numbers.elements))
    }
    return columns
  }

  /// The results of the calls for all groups of `places` as one.
  func rest(_ places: [Int]) throws(QueryError) -> [Column] {
    let (states, isIn) = (try states(), try marked(places))
    let whole = try level([])
    let memory = MemoryReservation(context.budget)
    try memory.grow(by: count * MemoryLayout<UInt32>.stride)
    var numbers: [UInt32] = []
    numbers.reserveCapacity(count)
    try context.budget.forEachPiece(of: count) { piece in
      for place in piece { numbers.append(UInt32(1 - isIn[place])) }
    }
    let first = try GroupArray<UInt32>(count: 1, filling: 0, budget: context.budget)
    var columns: [Column] = []
    for (call, accumulator) in zip(plan.calls, states.accumulators) {
      let isWhole = call.within != nil
      let level = Level(
        keys: [], numbers: isWhole ? whole.numbers : numbers, first: [0, 0])
      columns.append(try regrouped(accumulator, level, states).finish(order: first.elements))
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

/// The states of a scan, from which those of coarser groups are merged.
struct GroupStates {
  /// The ids of groups in the order of their keys.
  let order: GroupArray<UInt32>
  let table: GroupTable
  let accumulators: [Accumulator]
}
