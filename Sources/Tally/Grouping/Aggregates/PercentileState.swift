import Synchronization

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
      let count = min(rows.count - start, openCapacity - piece.count)
      let groups = piece.groups.pointer(to: UInt32.self) + piece.count
      groups.update(from: rows.groups + start, count: count)
      switch (element, rows.values) {
      case (.narrow(let lower), .integers(let values)):
        let target = piece.values.pointer(to: UInt32.self) + piece.count
        keepNarrow(values + start, count, lower, into: target)
      case (.integers, .integers(let values)):
        let target = piece.values.pointer(to: Int64.self) + piece.count
        target.update(from: values + start, count: count)
      case (.wide, .wide(let values)):
        let target = piece.values.pointer(to: Int128.self) + piece.count
        target.update(from: values + start, count: count)
      case (.floats, .floats(let values)):
        let target = piece.values.pointer(to: Double.self) + piece.count
        target.update(from: values + start, count: count)
      default: throw QueryError.inconsistentAggregate("values without a percentile")
      }
      piece.count += count
      open = piece
      start += count
    }
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
      groups: try AlignedBytes(byteCount: openCapacity * 4, budget: context.budget),
      values: try AlignedBytes(
        byteCount: openCapacity * element.byteCount, budget: context.budget))
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
    // starts[g] ..< starts[g + 1] are the values of group g once they stand together.
    let starts = try GroupArray<Int>(count: groupCount + 1, filling: 0, budget: context.budget)
    for piece in allPieces { piece.countGroups(into: starts.pointer + 1) }
    for group in 0..<groupCount { starts[group + 1] += starts[group] }
    switch element {
    case .floats:
      let (low, high) = try neighbours(Double.self, starts)
      return try floatColumn(
        count: order.count, type: call.type, budget: context.budget
      ) { row in
        let group = Int(order[row])
        return place(group, starts).map { interpolate(low[group], high[group], $0) }
      }
    case .wide:
      let (low, high) = try neighbours(Int128.self, starts)
      return try finishExact(order, starts) { (low[$0], high[$0]) }
    case .integers:
      let (low, high) = try neighbours(Int64.self, starts)
      return try finishExact(order, starts) { (Int128(low[$0]), Int128(high[$0])) }
    case .narrow(let lower):
      let (low, high) = try neighbours(UInt32.self, starts)
      let base = Int128(lower)
      return try finishExact(order, starts) { (base + Int128(low[$0]), base + Int128(high[$0])) }
    }
  }

  /// The two values between which the percentile of each group lies. Large inputs are sorted out
  /// by all workers.
  private func neighbours<T: Comparable & BitwiseCopyable & Sendable & ExpressibleByIntegerLiteral>(
    _ type: T.Type, _ starts: GroupArray<Int>
  ) throws(QueryError) -> (low: GroupArray<T>, high: GroupArray<T>) {
    let budget = context.budget
    let total = starts[groupCount]
    let values = try GroupArray<T>(count: total, filling: 0, budget: budget)
    var cursors = try GroupArray<Int>(budget: budget)
    try cursors.append(starts.elements)
    for piece in allPieces { scatter(piece, cursors.pointer, into: values.pointer) }
    let low = try GroupArray<T>(count: groupCount, filling: 0, budget: budget)
    let high = try GroupArray<T>(count: groupCount, filling: 0, budget: budget)
    // SAFETY: each group is taken by one worker, which alone touches its values and results.
    nonisolated(unsafe) let (own, lows, highs) = (values.pointer, low.pointer, high.pointer)
    nonisolated(unsafe) let ends = starts.pointer
    let (fraction, groupCount) = (fraction, groupCount)
    let next = Atomic<Int>(0)
    let workers = total < context.leastParallelRows ? 1 : context.workerCount
    let step = max(1, min(64, groupCount / (8 * workers)))
    WorkerPool.shared.run(workers: workers) { _ in
      while true {
        let first = next.add(step, ordering: .relaxed).oldValue
        if first >= groupCount { return }
        for group in first..<min(first + step, groupCount) {
          let count = ends[group + 1] - ends[group]
          guard let place = PercentilePlace(fraction, of: count) else { continue }
          (lows[group], highs[group]) = selectPair(own + ends[group], count, place.index)
        }
      }
    }
    try context.checkCancellation()
    return (low, high)
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
private struct ValuePiece {
  let groups: AlignedBytes
  let values: AlignedBytes
  var count = 0
  /// What the groups have become; nil where they are what they were.
  var mapping: GroupMapping?

  /// Adds the number of values of each group.
  func countGroups(into counts: UnsafeMutablePointer<Int>) {
    let own = groups.pointer(to: UInt32.self)
    if let targets = mapping?.targets.pointer {
      for row in 0..<count { counts[Int(targets[Int(own[row])])] &+= 1 }
    } else {
      for row in 0..<count { counts[Int(own[row])] &+= 1 }
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
      for group in first.targets.elements { try result.append(targets[Int(group)]) }
    } else {
      try result.append(targets)
    }
    self.targets = result
  }
}

/// Puts values together by group.
private func scatter<T: BitwiseCopyable>(
  _ piece: ValuePiece, _ next: UnsafeMutablePointer<Int>, into target: UnsafeMutablePointer<T>
) {
  let groups = piece.groups.pointer(to: UInt32.self)
  let values = piece.values.pointer(to: T.self)
  if let targets = piece.mapping?.targets.pointer {
    for row in 0..<piece.count {
      let group = Int(targets[Int(groups[row])])
      target[next[group]] = values[row]
      next[group] &+= 1
    }
  } else {
    for row in 0..<piece.count {
      let group = Int(groups[row])
      target[next[group]] = values[row]
      next[group] &+= 1
    }
  }
}

private func keepNarrow(
  _ values: UnsafePointer<Int64>, _ count: Int, _ lower: Int64,
  into target: UnsafeMutablePointer<UInt32>
) {
  for row in 0..<count { target[row] = UInt32(truncatingIfNeeded: values[row] &- lower) }
}
