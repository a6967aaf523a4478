/// The rows of fused kernels in which some columns have a value: all rows, or those of one column
/// that misses values.
///
/// A row that misses the value is given a slot of its own behind all others, so that kernels need
/// not know.
final class FusedLane {
  /// What is computed of the columns of a lane.
  struct Wanted {
    var sums: [Int] = []
    var extremes: [FusedExtremes.Wanted] = []
    var pairs: [[Int]] = []
    var percentiles: [(column: Int, state: PercentileState)] = []
    var distinct: [(column: Int, state: DistinctState)] = []
    var needsCounts = false

    /// Whether the states suit so many slots: bits of distinct values have not grown too many, and
    /// products are not moved more often than rows come.
    func fit(slotCount: Int, _ columns: [Column]) -> Bool {
      distinct.allSatisfy { $0.state.codeBits != nil }
        && pairs.allSatisfy { pair in
          let values = pair.compactMap { FusedLane.value($0, columns) }
          return values.count < 2 || FusedMoments.pairLimit(values) >= 4 * slotCount
        }
    }
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
  private let redirected: AlignedBytes?
  private let mask: AlignedBytes?
  private var rowsInState = 0
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
    budget: MemoryBudget?
  ) throws(QueryError) {
    self.validity = validity
    self.slotCount = slotCount
    self.hasKeys = hasKeys
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
    hasCounts = wanted.needsCounts || !values.isEmpty || (extremes == nil && moments.isEmpty)
    passes =
      hasKeys && hasCounts ? try Self.passes(values, total, budget) : []
    let isRedirected = validity != nil && hasKeys
    redirected =
      isRedirected ? try AlignedBytes(byteCount: SlotReader.pieceRows * 4, budget: budget) : nil
    mask = isRedirected ? try AlignedBytes(byteCount: SlotReader.pieceRows, budget: budget) : nil
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

  /// Which values are added together. A count comes beside the first value if that is narrow.
  private static func passes(
    _ values: [Value], _ slotCount: Int, _ budget: MemoryBudget?
  ) throws(QueryError) -> [Pass] {
    // Narrow values first: the count is packed beside one of them.
    var rest = values.indices.sorted { values[$0].codes.width < values[$1].codes.width }
    let isPacked = rest.first.map { values[$0].codes.width <= .two } ?? false
    var passes: [Pass] = []
    if !isPacked {
      let state = try FusedState(
        slotCount: slotCount, wordsPerSlot: 1, isPacked: false, budget: budget)
      passes.append(Pass(values: [], state: state))
    }
    // Small tables go faster through four banks; large ones should be walked seldom.
    let width = slotCount <= 1024 ? 1 : 2
    while !rest.isEmpty {
      let own = Array(rest.prefix(width))
      rest.removeFirst(own.count)
      let state = try FusedState(
        slotCount: slotCount, wordsPerSlot: own.count, isPacked: isPacked && passes.isEmpty,
        budget: budget)
      passes.append(Pass(values: own, state: state))
    }
    return passes
  }

  /// Takes in consecutive rows in their slots. Without keys there are no slots.
  func update(_ slots: CodePointer?, from start: Int, _ count: Int) throws(QueryError) {
    guard let slots else { return try updateAll(from: start, count) }
    if rowsInState + count > FusedState.packedRowLimit { moveState() }
    rowsInState += count
    let place = redirect(slots, from: start, count)
    for pass in passes {
      let pointers = pass.values.compactMap { CodePointer(values[$0].codes, from: start) }
      switch pointers.count {
      case 0: place.addUnits(count, 1, pass.state)
      case 1: place.add(pointers[0], count, pass.state)
      default: place.add(pointers[0], pointers[1], count, pass.state)
      }
    }
    extremes?.update(place, from: start, count)
    for moment in moments { moment.update(place, from: start, count) }
    guard case .four(let wide) = place else { return }
    for want in percentiles {
      guard let codes = CodePointer(want.codes, from: start) else { continue }
      try want.state.add(codes, base: want.base, wide, count)
    }
    for want in distinct { mark(want.codes, want.base, want.state, wide, from: start, count) }
  }

  /// Whether rows are needed with slots of four bytes.
  var needsWideSlots: Bool { !percentiles.isEmpty || !distinct.isEmpty }

  private func updateAll(from start: Int, _ count: Int) throws(QueryError) {
    rowCount += count
    counts[0] &+= Int64(count)
    for (index, value) in values.enumerated() {
      guard let codes = CodePointer(value.codes, from: start) else { continue }
      sums[index][0] &+= codes.sum(count)
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

  /// The slots of rows, that of no value for those that have none.
  private func redirect(_ slots: CodePointer, from start: Int, _ count: Int) -> CodePointer {
    guard let validity, let redirected, let mask else {
      rowCount += count
      return slots
    }
    if areAllSet(validity.words, first: start, count: count) {
      rowCount += count
      return slots
    }
    let valid = mask.pointer(to: UInt8.self)
    expandBits(validity.words, first: start, count: count, into: valid)
    rowCount += countOnes(valid, count: count)
    let target = redirected.pointer(to: UInt32.self)
    slots.combine(count, stride: 1, offset: 0, isFirst: true, into: target)
    let last = UInt32(truncatingIfNeeded: slotCount)
    for row in 0..<count { target[row] = valid[row] == 0 ? last : target[row] }
    return .four(target)
  }

  /// Moves what kernels added into the totals.
  func moveState() {
    for pass in passes {
      if pass.values.isEmpty {
        pass.state.move(word: 0, slotCount: slotCount, counts: counts.pointer, sums: nil)
      }
      for (word, value) in pass.values.enumerated() {
        pass.state.move(
          word: word, slotCount: slotCount, counts: counts.pointer, sums: sums[value].pointer)
      }
    }
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
