/// The rows of fused kernels in which some columns have a value: all rows, or those of one column
/// that misses values.
///
/// A row that misses the value, or that a condition leaves out, is given a slot of its own behind
/// all others, so that kernels need not know.
final class FusedLane {
  /// What is computed of the columns of a lane.
  struct Wanted {
    var sums: [Int] = []
    var extremes: [FusedExtremes.Wanted] = []
    var pairs: [[Int]] = []
    var percentiles: [(column: Int, state: PercentileState)] = []
    var distinct: [(column: Int, state: DistinctState)] = []
    var needsCounts = false

    /// Whether the states suit: bits of distinct values have not grown too many.
    var fits: Bool { distinct.allSatisfy { $0.state.codeBits != nil } }
  }

  /// A column whose codes are read.
  struct Value {
    let column: Int
    let codes: Codes
    let base: Int64
  }

  /// The rows of each slot.
  let counts: GroupArray<Int64>
  /// The sums of codes of each slot, by the place of their column among ``values``.
  let sums: [GroupArray<UInt64>]
  let values: [Value]
  let extremes: FusedExtremes?
  let moments: [FusedMoments]
  /// The rows that had a value.
  private(set) var rowCount = 0
  private let validity: Bitmap?
  private let slotCount: Int
  private let hasKeys: Bool
  private let passes: [Pass]
  private let percentiles: [(codes: Codes, base: Int64, state: PercentileState)]
  private let distinct: [(codes: Codes, base: Int64, state: DistinctState)]
  private let redirected: RedirectedSlots?
  private let mask: AlignedBytes?
  private let budget: MemoryBudget?
  private var rowsInState = 0
  /// The rows after which states must be moved.
  private let rowLimit: Int
  /// Whether ``counts`` say how many rows each slot has.
  let hasCounts: Bool

  /// One reading of the slots: the values that are added, and where to.
  private struct Pass {
    let values: [Int]
    let state: FusedState
  }

  /// Makes the lane of columns that miss the same values. All of `wanted` are columns of codes.
  init(
    _ wanted: Wanted, _ columns: [Column], validity: Bitmap?, slotCount: Int, hasKeys: Bool,
    isFiltered: Bool, budget: MemoryBudget?
  ) throws(QueryError) {
    self.validity = validity
    self.slotCount = slotCount
    self.hasKeys = hasKeys
    self.budget = budget
    // The slot behind the last is that of rows without a value.
    let total = slotCount + 1
    counts = try GroupArray(count: total, filling: 0, budget: budget)
    values = wanted.sums.compactMap { Self.value($0, columns) }
    sums = try values.mapThrowing { _ throws(QueryError) in
      try GroupArray(count: total, filling: 0, budget: budget)
    }
    extremes =
      wanted.extremes.isEmpty
      ? nil : try FusedExtremes(wanted.extremes, columns, slotCount: total, budget: budget)
    moments = try wanted.pairs.mapThrowing { pair throws(QueryError) in
      try FusedMoments(
        pair.compactMap { Self.value($0, columns) }, slotCount: total, budget: budget)
    }
    percentiles = wanted.percentiles.compactMap { want in
      Self.value(want.column, columns).map { ($0.codes, $0.base, want.state) }
    }
    distinct = wanted.distinct.compactMap { want in
      Self.value(want.column, columns).map { ($0.codes, $0.base, want.state) }
    }
    hasCounts =
      wanted.needsCounts || !values.isEmpty
      || (moments.isEmpty && (extremes == nil || !percentiles.isEmpty))
    passes =
      hasKeys && hasCounts ? try Self.passes(values, total, counts, sums, budget) : []
    rowLimit = passes.map(\.state.rowLimit).min() ?? .max
    redirected =
      hasKeys && (isFiltered || validity != nil)
      ? try RedirectedSlots(slotCount: slotCount, budget: budget) : nil
    mask =
      validity != nil ? try AlignedBytes(byteCount: SlotReader.pieceRows, budget: budget) : nil
  }

  /// A column's codes; nil where it has none, or wide ones.
  static func value(_ index: Int, _ columns: [Column]) -> Value? {
    switch columns[index].payload {
    case .codes(let codes, let base) where codes.width < .eight:
      Value(column: index, codes: codes, base: base)
    case .dictionary(let codes, _): Value(column: index, codes: codes, base: 0)
    default: nil
    }
  }

  /// Which values are added together: as many as a word holds, narrow ones first.
  private static func passes(
    _ values: [Value], _ slotCount: Int, _ counts: GroupArray<Int64>,
    _ sums: [GroupArray<UInt64>], _ budget: MemoryBudget?
  ) throws(QueryError) -> [Pass] {
    var parts: [[Int]] = []
    for index in values.indices.sorted(by: { values[$0].codes.width < values[$1].codes.width }) {
      let maxima = ((parts.last ?? []) + [index]).map { values[$0].codes.maximum }
      if !parts.isEmpty, FusedState.fits(maxima) {
        parts[parts.count - 1].append(index)
      } else {
        parts.append([index])
      }
    }
    if parts.isEmpty { parts.append([]) }
    var passes: [Pass] = []
    for part in parts {
      let state = try FusedState(
        maxima: part.map { values[$0].codes.maximum }, slotCount: slotCount,
        counts: passes.isEmpty ? counts : nil, sums: part.map { sums[$0] }, budget: budget)
      passes.append(Pass(values: part, state: state))
    }
    return passes
  }

  /// Takes in consecutive rows in their slots, those that `kept` has a 1 for if it is given.
  /// Without keys there are no slots.
  func update(
    _ slots: CodePointer?, from start: Int, _ count: Int, kept: UnsafePointer<UInt8>?
  ) throws(QueryError) {
    guard let slots else { return try updateAll(from: start, count, kept) }
    if rowsInState > rowLimit - count { moveState() }
    rowsInState += count
    let place = redirect(slots, from: start, count, kept)
    for pass in passes {
      place.add(
        pass.values.compactMap { CodePointer(values[$0].codes, from: start) }, count, pass.state)
    }
    extremes?.update(place, from: start, count)
    for moment in moments { moment.update(place, from: start, count) }
    guard case .four(let wide) = place else { return }
    for want in distinct { mark(want.codes, want.base, want.state, wide, from: start, count) }
  }

  /// Whether rows are needed with slots of four bytes.
  var needsWideSlots: Bool { !distinct.isEmpty }

  private func updateAll(
    from start: Int, _ count: Int, _ kept: UnsafePointer<UInt8>?
  ) throws(QueryError) {
    let taken = kept.map { countOnes($0, count: count) } ?? count
    rowCount += taken
    counts[0] &+= Int64(taken)
    for (index, value) in values.enumerated() {
      guard let codes = CodePointer(value.codes, from: start) else { continue }
      sums[index][0] &+= codes.sum(count, kept)
    }
    for want in distinct { mark(want.codes, want.base, want.state, nil, from: start, count) }
  }

  private func mark(
    _ codes: Codes, _ base: Int64, _ state: DistinctState, _ slots: UnsafePointer<UInt32>?,
    from start: Int, _ count: Int
  ) {
    guard let bits = state.codeBits else { return }
    switch CodePointer(codes, from: start) {
    case .one(let codes): bits.mark(codes, base: base, slots, count)
    case .two(let codes): bits.mark(codes, base: base, slots, count)
    case .four(let codes): bits.mark(codes, base: base, slots, count)
    case nil: return
    }
  }

  /// The slots of rows, the one behind all others for those that are left out.
  private func redirect(
    _ slots: CodePointer, from start: Int, _ count: Int, _ kept: UnsafePointer<UInt8>?
  ) -> CodePointer {
    guard let redirected, let valid = taken(from: start, count, kept) else {
      rowCount += count
      return slots
    }
    rowCount += countOnes(valid, count: count)
    return redirected.fill(slots, valid, count)
  }

  /// A 1 for each row that is kept and has a value; nil where all do.
  private func taken(
    from start: Int, _ count: Int, _ kept: UnsafePointer<UInt8>?
  ) -> UnsafePointer<UInt8>? {
    guard let validity, let mask, !areAllSet(validity.words, first: start, count: count) else {
      return kept
    }
    let valid = mask.pointer(to: UInt8.self)
    expandBits(validity.words, first: start, count: count, into: valid)
    if let kept {
      for row in 0..<count { valid[row] &= kept[row] }
    }
    return UnsafePointer(valid)
  }

  /// Tells percentiles which rows there were. States must have been moved.
  func handPercentiles(_ reader: SlotReader, _ ranges: [Range<Int>]) throws(QueryError) {
    if percentiles.isEmpty { return }
    let rows = hasCounts ? counts : try GroupArray(count: slotCount, filling: 0, budget: budget)
    if !hasCounts, let moment = moments.first {
      for slot in 0..<slotCount { rows[slot] = moment.count(slot) }
    }
    for want in percentiles {
      try want.state.add(want.codes, base: want.base, reader, ranges, counts: rows)
    }
  }

  /// Moves what kernels added into the totals.
  func moveState() {
    for pass in passes { pass.state.moveAll() }
    rowsInState = 0
    for moment in moments { moment.moveState() }
  }

  /// Whether any row fell into a slot.
  func hasRows(_ slot: Int) -> Bool {
    if hasCounts { return counts[slot] > 0 }
    if let moment = moments.first { return moment.count(slot) > 0 }
    return extremes?.hasRows(slot) ?? false
  }
}
