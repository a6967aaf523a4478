/// The smallest or the largest value of each group.
final class ExtremeState: AggregateState {
  private let isMax: Bool
  private let budget: MemoryBudget?
  private var best: GroupValues

  /// Makes the state of no groups.
  init(_ call: AggregateCall, isWide: Bool, budget: MemoryBudget?) throws(QueryError) {
    isMax = call.function == .max
    self.budget = budget
    let filler = isMax ? Int64.min : Int64.max
    best = try GroupValues(
      type: call.type, isWide: isWide,
      filler: Self.isBeyond(filler, call.operands.first) && !isWide ? filler : nil, budget: budget)
  }

  /// Whether no value of an operand can be `filler`, one of the ends of 64 bits.
  private static func isBeyond(_ filler: Int64, _ operand: BoundExpression?) -> Bool {
    guard let operand, !operand.type.isFloating else { return false }
    if operand.type == .text || operand.type == .boolean { return true }
    return operand.bounds.map { !$0.contains(Int128(filler)) } ?? false
  }

  func reserve(groups: Int) throws(QueryError) { try best.reserve(groups: groups) }

  func update(_ rows: AggregateRows) throws(QueryError) {
    try best.prepare(rows)
    let flags = best.flags.pointer
    switch rows.values {
    case .integers(let values) where best.filler != nil:
      keepBetter(best.integers.pointer, values, rows.groups, rows.count, isMax: isMax)
    case .integers(let values):
      keepBetter(best.integers.pointer, flags, values, rows.groups, rows.count, isMax: isMax)
    case .wide(let values):
      keepBetter(best.wide.pointer, flags, values, rows.groups, rows.count, isMax: isMax)
    case .floats(let values):
      keepBetter(best.floats.pointer, flags, values, rows.groups, rows.count, isMax: isMax)
    case .texts(let values):
      for row in 0..<rows.count { try improve(Int(rows.groups[row]), values[row].bytes) }
    case .none: throw QueryError.inconsistentAggregate("no values")
    }
  }

  /// Whether values are kept as 64-bit integers, such as codes of a column give.
  var takesCodes: Bool { best.takesIntegers }

  /// Takes in one value for each group, or none, that a fused kernel found.
  func add(
    _ dictionary: TextDictionary?, groups: Int, value: (Int) -> Int64?
  ) throws(QueryError) {
    try best.use(dictionary)
    let (held, flags) = (best.integers.pointer, best.flags.pointer)
    for group in 0..<groups {
      guard var own = value(group) else { continue }
      var target = UInt32(truncatingIfNeeded: group)
      if best.filler != nil {
        keepBetter(held, &own, &target, 1, isMax: isMax)
      } else {
        keepBetter(held, flags, &own, &target, 1, isMax: isMax)
      }
    }
  }

  private func improve(_ group: Int, _ text: UnsafeBufferPointer<UInt8>) throws(QueryError) {
    if let held = best.texts.text(group) {
      let order = compareBytes(text, held)
      if isMax ? order <= 0 : order >= 0 { return }
    }
    try best.store(text, at: group)
  }

  func merge(
    _ other: any AggregateState, targets: UnsafeBufferPointer<UInt32>
  ) throws(QueryError) {
    guard let other = other as? ExtremeState else {
      throw QueryError.inconsistentAggregate("the state of another aggregate")
    }
    try best.prepare(like: other.best)
    if best.filler != nil, !best.holdsTexts, let groups = targets.baseAddress {
      let others = other.best.integers.pointer
      try budget.forEachPiece(of: targets.count) { piece in
        keepBetter(
          best.integers.pointer, others + piece.lowerBound, groups + piece.lowerBound, piece.count,
          isMax: isMax)
      }
      return
    }
    try budget.forEachPiece(of: targets.count) { piece throws(QueryError) in
      for group in piece where other.best.flags[group] == 1 {
        try merge(other.best, group, into: targets[group])
      }
    }
  }

  /// Takes in the value of one group of another state.
  private func merge(
    _ other: GroupValues, _ group: Int, into target: UInt32
  ) throws(QueryError) {
    let flags = best.flags.pointer
    var target = target
    if best.holdsTexts {
      if let text = other.texts.text(group) { try improve(Int(target), text) }
    } else if other.floats.count > 0 {
      keepBetter(
        best.floats.pointer, flags, other.floats.pointer + group, &target, 1, isMax: isMax)
    } else if other.wide.count > 0 {
      keepBetter(best.wide.pointer, flags, other.wide.pointer + group, &target, 1, isMax: isMax)
    } else {
      keepBetter(
        best.integers.pointer, flags, other.integers.pointer + group, &target, 1, isMax: isMax)
    }
  }

  func finish(order: UnsafeBufferPointer<UInt32>) throws(QueryError) -> Column {
    try best.column(order: order)
  }
}

/// Keeps the smaller or the larger of what a group has and the value of a row.
@inline(__always)
private func keepBetter<T: Comparable & BitwiseCopyable>(
  _ best: UnsafeMutablePointer<T>, _ flags: UnsafeMutablePointer<UInt8>,
  _ values: UnsafePointer<T>, _ groups: UnsafePointer<UInt32>, _ count: Int, isMax: Bool
) {
  if isMax {
    for row in 0..<count {
      let group = Int(groups[row])
      if flags[group] == 0 || values[row] > best[group] { best[group] = values[row] }
      flags[group] = 1
    }
  } else {
    for row in 0..<count {
      let group = Int(groups[row])
      if flags[group] == 0 || values[row] < best[group] { best[group] = values[row] }
      flags[group] = 1
    }
  }
}

/// The same where each group has a value to begin with that all others are better than.
private func keepBetter(
  _ best: UnsafeMutablePointer<Int64>, _ values: UnsafePointer<Int64>,
  _ groups: UnsafePointer<UInt32>, _ count: Int, isMax: Bool
) {
  if isMax {
    for row in 0..<count {
      let group = Int(groups[row])
      best[group] = max(best[group], values[row])
    }
  } else {
    for row in 0..<count {
      let group = Int(groups[row])
      best[group] = min(best[group], values[row])
    }
  }
}
