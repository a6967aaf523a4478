/// The median and other percentiles: values are kept and sorted out at the end.
///
/// The percentile at fraction `p` of `n` ascending values lies at place `p (n - 1)`, between two
/// values where that is no whole number: linear interpolation, definition 7 of R. J. Hyndman and
/// Y. Fan, "Sample quantiles in statistical packages" (1996).
final class PercentileState: AggregateState {
  private let call: AggregateCall
  private let context: RunContext
  private let fraction: ExactDecimal
  private let element: Element
  private var groupCount = 0
  private var pieces: [ValuePiece] = []
  private var open: ValuePiece?
  private var openCapacity = 0

  /// Whether codes of a column can be taken as they are.
  var takesCodes: Bool { if case .narrow = element { true } else { false } }

  /// How values are kept.
  private enum Element {
    /// Whole numbers from a lower bound on, in four bytes.
    case narrow(lower: Int64)
    case integers, wide, floats

    var byteCount: Int {
      switch self {
      case .narrow: 4
      case .integers, .floats: 8
      case .wide: 16
      }
    }
  }

  /// The values of one piece of memory, unless a value needs more.
  private static let pieceRows = 65_536

  /// Makes the state of no groups.
  init(_ call: AggregateCall, isWide: Bool, context: RunContext) throws(QueryError) {
    self.call = call
    self.context = context
    let half = ExactDecimal(coefficient: 5, scale: 1)
    fraction = (call.function == .median ? half : call.fraction ?? half).reduced
    guard fraction >= ExactDecimal(coefficient: 0, scale: 0),
      fraction <= ExactDecimal(coefficient: 1, scale: 0)
    else { throw QueryError.inconsistentAggregate("a fraction outside of 0 to 1") }
    let operand = call.operands.first
    if operand?.type.isFloating == true {
      element = .floats
    } else if isWide {
      element = .wide
    } else if let bounds = operand?.bounds, let lower = Int64(exactly: bounds.lowerBound),
      bounds.upperBound - bounds.lowerBound <= Int128(UInt32.max)
    {
      element = .narrow(lower: lower)
    } else {
      element = .integers
    }
  }

  func reserve(groups: Int) { groupCount = max(groupCount, groups) }

  func update(_ rows: AggregateRows) throws(QueryError) {
    var start = 0
    while start < rows.count {
      var piece = try openPiece(rows.count - start)
      guard case .kept(let keptGroups, let keptValues) = piece.source else { return }
      let count = min(rows.count - start, openCapacity - piece.count)
      let groups = keptGroups.pointer(to: UInt32.self) + piece.count
      groups.update(from: rows.groups + start, count: count)
      switch (element, rows.values) {
      case (.narrow(let lower), .integers(let values)):
        let target = keptValues.pointer(to: UInt32.self) + piece.count
        keepNarrow(values + start, count, lower, into: target)
      case (.integers, .integers(let values)):
        let target = keptValues.pointer(to: Int64.self) + piece.count
        target.update(from: values + start, count: count)
      case (.wide, .wide(let values)):
        let target = keptValues.pointer(to: Int128.self) + piece.count
        target.update(from: values + start, count: count)
      case (.floats, .floats(let values)):
        let target = keptValues.pointer(to: Double.self) + piece.count
        target.update(from: values + start, count: count)
      default: throw QueryError.inconsistentAggregate("values without a percentile")
      }
      piece.count += count
      open = piece
      start += count
    }
  }

  /// Takes in the rows of ranges, whose values stay in their column, in the groups of their slots;
  /// `counts` are the rows of each slot.
  func add(
    _ codes: Codes, base: Int64, _ reader: SlotReader, _ ranges: [Range<Int>],
    counts: GroupArray<Int64>
  ) throws(QueryError) {
    guard case .narrow(let lower) = element else {
      throw QueryError.inconsistentAggregate("codes of other values than its bounds allow")
    }
    // Values lie within the bounds, so what wraps around comes back.
    let offset = UInt32(truncatingIfNeeded: base &- lower)
    let rows = FusedRows(reader, codes, offset: offset, ranges: ranges, counts: counts)
    pieces.append(ValuePiece(.columns(rows), count: rows.rowCount))
  }

  /// A piece with room for at least one more row.
  private func openPiece(_ wanted: Int) throws(QueryError) -> ValuePiece {
    if let open {
      if open.count < openCapacity { return open }
      pieces.append(open)
    }
    // Small inputs get small pieces, large ones few.
    openCapacity = min(Self.pieceRows, max(wanted, 2 * openCapacity, 16))
    return ValuePiece(
      .kept(
        groups: try AlignedBytes(byteCount: openCapacity * 4, budget: context.budget),
        values: try AlignedBytes(
          byteCount: openCapacity * element.byteCount, budget: context.budget)))
  }

  private var allPieces: [ValuePiece] { pieces + (open.map { [$0] } ?? []) }

  func merge(
    _ other: any AggregateState, targets: UnsafeBufferPointer<UInt32>
  ) throws(QueryError) {
    guard let other = other as? PercentileState else {
      throw QueryError.inconsistentAggregate("the state of another aggregate")
    }
    // Pieces are shared; only what their groups have become here is new.
    var known: (source: GroupMapping?, result: GroupMapping)?
    for var piece in other.allPieces {
      if known == nil || known?.source !== piece.mapping {
        known = (piece.mapping, try GroupMapping(targets, after: piece.mapping, context.budget))
      }
      piece.mapping = known?.result
      pieces.append(piece)
    }
  }

  func finish(order: UnsafeBufferPointer<UInt32>) throws(QueryError) -> Column {
    switch element {
    case .floats:
      let (low, high, starts) = try neighbours(Double.self) {
        [context] values, count, index, _ throws(QueryError) in
        try selectPair(values, count, index, context.budget)
      }
      return try floatColumn(
        count: order.count, type: call.type, budget: context.budget
      ) { row in
        let group = Int(order[row])
        return place(group, starts).map { interpolate(low[group], high[group], $0) }
      }
    case .wide:
      let (low, high, starts) = try neighbours(Int128.self) {
        [context] values, count, index, _ throws(QueryError) in
        try selectPair(values, count, index, context.budget)
      }
      return try finishExact(order, starts) { (low[$0], high[$0]) }
    case .integers:
      let (low, high, starts) = try neighbours(Int64.self) {
        [context] values, count, index, _ throws(QueryError) in
        try selectPair(values, count, index, context.budget)
      }
      return try finishExact(order, starts) { (Int128(low[$0]), Int128(high[$0])) }
    case .narrow(let lower):
      let (low, high, starts) = try narrowNeighbours()
      let base = Int128(lower)
      return try finishExact(order, starts) { (base + Int128(low[$0]), base + Int128(high[$0])) }
    }
  }

  /// ``neighbours(_:_:)`` of values of four bytes. Those that are still in their column are counted
  /// in buckets first, so that only the buckets of the percentiles are sorted out.
  private func narrowNeighbours() throws(QueryError) -> (
    low: GroupArray<UInt32>, high: GroupArray<UInt32>, starts: GroupArray<Int>
  ) {
    let all = allPieces
    let bucketed = try PercentileBuckets(
      all.compactMap(\.columnRows), groupCount: groupCount, fraction, context)
    if let bucketed, bucketed.parts.count == all.count, let found = try bucketed.neighbours() {
      return found
    }
    return try neighbours(UInt32.self) {
      [context] values, count, index, counts throws(QueryError) in
      try selectPair(values, count: count, index: index, counts: counts, context.budget)
    }
  }

  /// Finds the two of a group's values between which its percentile lies, given room for 256
  /// counts.
  private typealias Selection<T> =
    @Sendable (
      UnsafeMutablePointer<T>, Int, Int, UnsafeMutablePointer<UInt32>
    ) throws(QueryError) -> (T, T)

  /// The two values between which the percentile of each group lies, and where the values of each
  /// group begin. Large inputs are sorted out by all workers.
  private func neighbours<T>(
    _ type: T.Type, _ select: Selection<T>
  ) throws(QueryError) -> (low: GroupArray<T>, high: GroupArray<T>, starts: GroupArray<Int>)
  where
    T: Comparable & BitwiseCopyable & Sendable & SendableMetatype & ExpressibleByIntegerLiteral
  {
    let (values, starts) = try valuesByGroup(type)
    let budget = context.budget
    let low = try GroupArray<T>(count: groupCount, filling: 0, budget: budget)
    let high = try GroupArray<T>(count: groupCount, filling: 0, budget: budget)
    // SAFETY: each group is taken by one worker, which alone touches its values and results.
    nonisolated(unsafe) let (own, lows, highs) = (values.pointer, low.pointer, high.pointer)
    nonisolated(unsafe) let ends = starts.pointer
    let (fraction, groupCount, context) = (fraction, groupCount, context)
    let total = starts[groupCount]
    let counts = try GroupArray<UInt32>(
      count: 256 * context.workers(forRows: total), filling: 0, budget: budget)
    nonisolated(unsafe) let room = counts.pointer
    // A part has so many groups that it takes well under a millisecond, unless one is that large.
    let step = max(1, min(64, 65_536 * groupCount / max(1, total)))
    try context.forEachPart(of: (groupCount + step - 1) / step, rows: total) {
      worker, part throws(QueryError) in
      for group in (part * step)..<min((part + 1) * step, groupCount) {
        let count = ends[group + 1] - ends[group]
        guard let place = PercentilePlace(fraction, of: count) else { continue }
        (lows[group], highs[group]) = try select(
          own + ends[group], count, place.index, room + 256 * worker)
      }
    }
    return (low, high, starts)
  }

  /// All values, those of each group together, and where they begin: those of group `g` are
  /// `starts[g] ..< starts[g + 1]`.
  private func valuesByGroup<T: BitwiseCopyable & SendableMetatype>(
    _ type: T.Type
  ) throws(QueryError) -> (values: GroupArray<T>, starts: GroupArray<Int>) {
    let all = allPieces
    let rows = all.reduce(0) { $0 + $1.count }
    let (groupCount, budget, context) = (groupCount, context.budget, context)
    // Each lane of pieces has a place of its own in every group, so that lanes can run at once.
    let lanes = min(max(1, all.count), context.workers(forRows: rows))
    let cursors = try GroupArray<Int>(count: lanes * groupCount, filling: 0, budget: budget)
    nonisolated(unsafe) let next = cursors.pointer
    try context.forEachPart(of: lanes, rows: rows) { _, lane throws(QueryError) in
      for index in (lane * all.count / lanes)..<((lane + 1) * all.count / lanes) {
        try context.checkCancellation()
        try all[index].countGroups(into: next + lane * groupCount, budget)
      }
    }
    let starts = try GroupArray<Int>(count: groupCount + 1, filling: 0, budget: budget)
    var total = 0
    try budget.forEachPiece(of: groupCount) { piece in
      for group in piece {
        starts[group] = total
        for lane in 0..<lanes {
          let own = cursors[lane * groupCount + group]
          cursors[lane * groupCount + group] = total
          total += own
        }
      }
    }
    starts[groupCount] = total
    var values = try GroupArray<T>(budget: budget)
    try values.ensureCapacity(total)
    values.extend(to: total)
    try context.touch(values.bytes)
    nonisolated(unsafe) let target = values.pointer
    try context.forEachPart(of: lanes, rows: rows) { _, lane throws(QueryError) in
      for index in (lane * all.count / lanes)..<((lane + 1) * all.count / lanes) {
        try context.checkCancellation()
        try scatter(all[index], next + lane * groupCount, into: target, budget)
      }
    }
    return (values, starts)
  }

  private func finishExact(
    _ order: UnsafeBufferPointer<UInt32>, _ starts: GroupArray<Int>,
    _ neighbours: (Int) -> (Int128, Int128)
  ) throws(QueryError) -> Column {
    let power = ExactDecimal.powersOfTen[call.operands.first?.type.scale ?? 0]
    if call.type == .duration {
      return try integerColumn(
        count: order.count, type: .duration, budget: context.budget
      ) { row in
        guard let place = place(Int(order[row]), starts) else { return nil }
        let (low, high) = neighbours(Int(order[row]))
        return interpolateWhole(low, high, place)
      }
    }
    return try floatColumn(count: order.count, type: call.type, budget: context.budget) { row in
      guard let place = place(Int(order[row]), starts) else { return nil }
      let (low, high) = neighbours(Int(order[row]))
      return interpolate(low, high, place, power)
    }
  }

  private func place(_ group: Int, _ starts: GroupArray<Int>) -> PercentilePlace? {
    PercentilePlace(fraction, of: starts[group + 1] - starts[group])
  }
}

/// Values with their groups, which may have become parts of other groups since.
///
/// SAFETY: the memory is only read once the piece is handed over.
private struct ValuePiece: @unchecked Sendable {
  /// Where values and groups are.
  enum Source {
    case kept(groups: AlignedBytes, values: AlignedBytes)
    case columns(FusedRows)
  }

  let source: Source
  var count: Int
  /// What the groups have become; nil where they are what they were.
  var mapping: GroupMapping?

  init(_ source: Source, count: Int = 0) {
    self.source = source
    self.count = count
  }

  /// The rows whose values are in a column, and what their groups have become.
  var columnRows: (rows: FusedRows, targets: GroupArray<UInt32>?)? {
    if case .columns(let rows) = source { (rows, mapping?.targets) } else { nil }
  }

  /// Hands over groups, not yet mapped, and values of some rows after another.
  func forEachSlice<T: BitwiseCopyable>(
    _ budget: MemoryBudget?, _ type: T.Type,
    _ body: (CodePointer, UnsafePointer<T>, Int) throws(QueryError) -> Void
  ) throws(QueryError) {
    switch source {
    case .kept(let groups, let values):
      try body(.four(groups.pointer(to: UInt32.self)), values.pointer(to: T.self), count)
    case .columns(let rows):
      try rows.forEachSlice(budget) { slots, values, count throws(QueryError) in
        // SAFETY: values in columns have four bytes, and so has `T` then.
        try body(slots, UnsafeRawPointer(values).assumingMemoryBound(to: T.self), count)
      }
    }
  }

  /// Adds the number of values of each group.
  func countGroups(
    into counts: UnsafeMutablePointer<Int>, _ budget: MemoryBudget?
  ) throws(QueryError) {
    let targets = mapping?.targets.pointer
    switch source {
    case .kept(let groups, _):
      let own = groups.pointer(to: UInt32.self)
      if let targets {
        for row in 0..<count { counts[Int(targets[Int(own[row])])] &+= 1 }
      } else {
        for row in 0..<count { counts[Int(own[row])] &+= 1 }
      }
    case .columns(let rows):
      for slot in 0..<rows.counts.count where rows.counts[slot] > 0 {
        counts[targets.map { Int($0[slot]) } ?? slot] &+= Int(rows.counts[slot])
      }
    }
  }
}

/// What groups became when they were merged, perhaps more than once.
private final class GroupMapping {
  let targets: GroupArray<UInt32>

  init(
    _ targets: UnsafeBufferPointer<UInt32>, after first: GroupMapping?, _ budget: MemoryBudget?
  ) throws(QueryError) {
    var result = try GroupArray<UInt32>(budget: budget)
    if let first {
      let groups = first.targets
      try budget.forEachPiece(of: groups.count) { piece throws(QueryError) in
        for group in piece { try result.append(targets[Int(groups[group])]) }
      }
    } else {
      try result.append(targets)
    }
    self.targets = result
  }
}

/// Puts values together by group.
private func scatter<T: BitwiseCopyable>(
  _ piece: ValuePiece, _ next: UnsafeMutablePointer<Int>, into target: UnsafeMutablePointer<T>,
  _ budget: MemoryBudget?
) throws(QueryError) {
  let targets = piece.mapping?.targets.pointer
  try piece.forEachSlice(budget, T.self) { groups, values, count throws(QueryError) in
    switch groups {
    case .one(let groups): scatter(groups, values, count, targets, next, into: target)
    case .two(let groups): scatter(groups, values, count, targets, next, into: target)
    case .four(let groups): scatter(groups, values, count, targets, next, into: target)
    }
  }
}

private func scatter<Group: CodeInteger, T: BitwiseCopyable>(
  _ groups: UnsafePointer<Group>, _ values: UnsafePointer<T>, _ count: Int,
  _ targets: UnsafeMutablePointer<UInt32>?, _ next: UnsafeMutablePointer<Int>,
  into target: UnsafeMutablePointer<T>
) {
  if let targets {
    for row in 0..<count {
      let group = Int(targets[Int(truncatingIfNeeded: groups[row])])
      let place = next[group]
      next[group] = place &+ 1
      target[place] = values[row]
    }
  } else {
    for row in 0..<count {
      let group = Int(truncatingIfNeeded: groups[row])
      let place = next[group]
      next[group] = place &+ 1
      target[place] = values[row]
    }
  }
}

private func keepNarrow(
  _ values: UnsafePointer<Int64>, _ count: Int, _ lower: Int64,
  into target: UnsafeMutablePointer<UInt32>
) {
  for row in 0..<count { target[row] = UInt32(truncatingIfNeeded: values[row] &- lower) }
}
