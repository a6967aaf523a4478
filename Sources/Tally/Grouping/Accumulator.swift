/// One aggregate over many groups, as one worker computes it.
///
///     update, update, …      rows of batches, each row in a group
///     merge                  what another worker computed
///     regrouped              the same aggregate of coarser groups, from what is remembered
///     finish                 the results as a column
///
/// Results do not depend on how rows were cut into batches, on the number of workers, or on the
/// order of merging: sums and moments are exact and rounded once, at the end.
///
/// SAFETY: one thread at a time uses an accumulator; it is handed over between them.
final class Accumulator: @unchecked Sendable {
  /// What is computed.
  let call: AggregateCall
  /// The number of values that were left out because they were missing.
  private(set) var skippedMissing = 0
  /// The number of groups there is room for.
  private(set) var groupCount = 0
  private let context: RunContext
  private let state: any AggregateState
  private let scratch: AggregateScratch
  private let isWide: Bool

  /// Makes the accumulator of a call, without groups. How many rows are to come decides what
  /// working memory is worth while.
  init(
    _ call: AggregateCall, expectedRows: Int = 0, context: RunContext
  ) throws(QueryError) {
    self.call = call
    self.context = context
    scratch = AggregateScratch(budget: context.budget)
    isWide = call.operands.contains { $0.needsWideIntegers }
    state = try Self.makeState(call, isWide: isWide, expectedRows, context)
  }

  private static func makeState(
    _ call: AggregateCall, isWide: Bool, _ expectedRows: Int, _ context: RunContext
  ) throws(QueryError) -> any AggregateState {
    let budget = context.budget
    if call.isDistinct {
      guard call.function == .count else {
        throw QueryError.inconsistentAggregate("`distinct` with \(call.function.rawValue)")
      }
      let bits = min(DistinctBits.limit, max(DistinctBits.limit >> 9, 8 * expectedRows))
      return try DistinctState(call, isWide: isWide, bitLimit: bits, budget: budget)
    }
    switch call.function {
    case .count: return try CountState(budget: budget)
    case .sum, .average:
      if call.operands.first?.type.isFloating == true {
        return try FloatSumState(call, budget: budget)
      }
      return try SumState(call, isWide: isWide, budget: budget)
    case .min, .max: return try ExtremeState(call, isWide: isWide, budget: budget)
    case .first, .last: return try EndpointState(call, isWide: isWide, budget: budget)
    case .median, .percentile: return try PercentileState(call, isWide: isWide, context: context)
    case .variance, .stddev, .corr: return try MomentState(call, isWide: isWide, budget: budget)
    }
  }

  /// Makes room for groups `0..<groups`.
  func reserve(groups: Int) throws(QueryError) {
    if groups <= groupCount { return }
    try state.reserve(groups: groups)
    groupCount = groups
  }

  /// Takes in rows: `groups[i]` is the group of row `i`, or all rows belong to group 0 where it is
  /// nil. Room for the groups must have been made. `condition` is the `with` of the call.
  func update(
    groups: UnsafePointer<UInt32>?, count: Int, operands: [Vector], condition: Vector?,
    positions: RowPositions
  ) throws(QueryError) {
    if groups == nil { try reserve(groups: 1) }
    let selected = try scratch.select(count: count, operands: operands, condition: condition)
    skippedMissing += selected.skipped
    if selected.count == 0 { return }
    var rows = AggregateRows(
      count: selected.count, groups: try scratch.groups(groups, selected),
      isOneGroup: groups == nil)
    if call.function != .count || call.isDistinct {
      if let operand = operands.first {
        rows.values = try scratch.values(operand, selected, isWide: isWide)
        if case .codes(_, let dictionary) = operand.storage { rows.dictionary = dictionary }
      }
      if operands.count > 1 {
        rows.others = try scratch.others(operands[1], selected, isWide: isWide)
      }
    }
    if call.function == .first || call.function == .last {
      rows.positions = try scratch.positions(positions, selected)
    }
    try state.update(rows)
  }

  /// Takes in what another accumulator of the same call computed: its group `g` is a part of
  /// group `mapping[g]` here. Room for the groups must have been made.
  func merge(
    _ other: Accumulator, mapping: UnsafeBufferPointer<UInt32>
  ) throws(QueryError) {
    precondition(mapping.count >= other.groupCount)
    assert(mapping.prefix(other.groupCount).allSatisfy { $0 < groupCount })
    skippedMissing += other.skippedMissing
    if other.groupCount == 0 { return }
    let targets = UnsafeBufferPointer(rebasing: mapping[..<other.groupCount])
    try state.merge(other.state, targets: targets)
  }

  /// The same aggregate of coarser groups: group `g` becomes a part of group `mapping[g]`. Exact
  /// for every aggregate, because states are merged, never results.
  func regrouped(
    mapping: UnsafeBufferPointer<UInt32>, groupCount: Int
  ) throws(QueryError) -> Accumulator {
    let coarser = try Accumulator(call, context: context)
    try coarser.reserve(groups: groupCount)
    try coarser.merge(self, mapping: mapping)
    return coarser
  }

  /// The results as a column, one row for each group of `order`.
  func finish(order: UnsafeBufferPointer<UInt32>) throws(QueryError) -> Column {
    assert(order.allSatisfy { $0 < groupCount })
    return try state.finish(order: order)
  }

  /// Counts rows of the only group; the call must count rows.
  func count(_ rows: Int) throws(QueryError) {
    try reserve(groups: 1)
    guard let state = state as? CountState else {
      throw QueryError.inconsistentAggregate("a number of rows instead of values")
    }
    state.counts[0] &+= Int64(rows)
  }

  /// Counts values that a kernel left out because they were missing.
  func skip(_ rows: Int) { skippedMissing += rows }

  /// The state, for kernels that know its kind.
  var fusedState: any AggregateState { state }
}

extension BoundExpression {
  /// Whether values may exceed 64 bits.
  var needsWideIntegers: Bool {
    switch type {
    case .integer, .decimal, .percent:
      guard let bounds else { return true }
      return bounds.lowerBound < Int128(Int64.min) || bounds.upperBound > Int128(Int64.max)
    default: return false
    }
  }
}
