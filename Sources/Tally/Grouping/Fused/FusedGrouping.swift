/// Aggregates of columns by columns, straight from their codes: no row selected, no vector made. A
/// condition is a mask over the rows.
///
///     slot = code0 * stride0 + code1 * stride1 + …
///     sum  = sum of codes + base * count
///
/// One worker has one, beside its table and accumulators, and runs it on whole batches instead of
/// them. ``finish()`` hands over to these, so what follows need not know the difference:
///
///     if let fused = try FusedGrouping(table, accumulators, columns: columns, …) {
///       try fused.update(rows) …  try fused.finish()
///     } else {
///       table.assign(…)  accumulators.update(…)
///     }
///
/// SAFETY: one thread at a time uses the object; it is handed over between them.
final class FusedGrouping: @unchecked Sendable {
  private let table: GroupTable
  private let accumulators: [Accumulator]
  private let columns: [Column]
  private let reader: SlotReader
  private let slotCount: Int
  /// The lane of all rows.
  private let all: FusedLane
  /// The lanes of columns that miss values, by column.
  private let partial: [Int: FusedLane]
  private let wideSlots: AlignedBytes?
  private let isFiltered: Bool
  private var rowCount = 0
  /// The rows that were taken in, for what reads them again.
  private var ranges: [Range<Int>] = []

  /// Prepares for columns of which all rows are taken in, or those that a condition keeps; answers
  /// nil where the columns, keys or aggregates aren't simple enough. Then nothing has been changed
  /// but the layout of the table.
  init?(
    _ table: GroupTable, _ accumulators: [Accumulator], columns: [Column], isFiltered: Bool
  ) throws(QueryError) {
    guard let keyColumns = Self.plainColumns(table.keys, columns),
      let lanes = try Self.lanes(accumulators, columns, hasKeys: !table.keys.isEmpty)
    else { return nil }
    // These read the rows again, or have no room for those that are left out.
    if isFiltered, !lanes.all.percentiles.isEmpty || !lanes.all.distinct.isEmpty { return nil }
    guard let reader = try SlotReader(table, columns: keyColumns),
      case .direct(let seen) = table.mode
    else { return nil }
    self.table = table
    self.accumulators = accumulators
    self.columns = columns
    self.reader = reader
    self.isFiltered = isFiltered
    let (slots, budget, hasKeys) = (seen.count, table.budget, !keyColumns.isEmpty)
    slotCount = slots
    for accumulator in accumulators { try accumulator.reserve(groups: slots) }
    guard lanes.all.fits else { return nil }
    let make = { (wanted: FusedLane.Wanted, validity: Bitmap?) throws(QueryError) in
      try FusedLane(
        wanted, columns, validity: validity, slotCount: slots, hasKeys: hasKeys,
        isFiltered: isFiltered, budget: budget)
    }
    all = try make(lanes.all, nil)
    var partial: [Int: FusedLane] = [:]
    for (column, wanted) in lanes.partial {
      partial[column] = try make(wanted, columns[column].validity)
    }
    self.partial = partial
    let needsWide = all.needsWideSlots || partial.values.contains(where: \.needsWideSlots)
    wideSlots =
      needsWide && hasKeys
      ? try AlignedBytes(byteCount: SlotReader.pieceRows * 4, budget: budget) : nil
  }

  /// The columns that the expressions are.
  private static func plainColumns(
    _ expressions: [BoundExpression], _ columns: [Column]
  ) -> [Column]? {
    var result: [Column] = []
    for expression in expressions {
      guard case .column(let index) = expression.kind else { return nil }
      result.append(columns[index])
    }
    return result
  }

  /// Takes in consecutive rows of the columns: all, or the `keptCount` that `kept` has a 1 for.
  func update(
    _ rows: Range<Int>, kept: UnsafePointer<UInt8>? = nil, keptCount: Int? = nil
  ) throws(QueryError) {
    rowCount += keptCount ?? rows.count
    if let last = ranges.last, last.upperBound == rows.lowerBound {
      ranges[ranges.count - 1] = last.lowerBound..<rows.upperBound
    } else {
      ranges.append(rows)
    }
    if reader.isEmpty { return try all.update(nil, from: rows.lowerBound, rows.count, kept: kept) }
    let limit =
      isFiltered || wideSlots != nil || !partial.isEmpty
      ? SlotReader.pieceRows : reader.rowLimit
    var start = rows.lowerBound
    while start < rows.upperBound {
      let count = min(limit, rows.upperBound - start)
      guard var slots = reader.slots(from: start, count) else { return }
      if let wideSlots {
        if case .four = slots {
        } else {
          let target = wideSlots.pointer(to: UInt32.self)
          slots.combine(count, stride: 1, offset: 0, isFirst: true, into: target)
          slots = .four(target)
        }
      }
      let own = kept.map { $0 + (start - rows.lowerBound) }
      try all.update(slots, from: start, count, kept: own)
      for lane in partial.values { try lane.update(slots, from: start, count, kept: own) }
      start += count
    }
  }

  /// Hands the groups and their totals over to the table and the accumulators. Call it once.
  func finish() throws(QueryError) {
    all.moveState()
    for lane in partial.values { lane.moveState() }
    try all.handPercentiles(reader, ranges)
    table.markMet { all.hasRows($0) }
    for accumulator in accumulators {
      try accumulator.reserve(groups: slotCount)
      let lane = lane(of: accumulator)
      accumulator.skip(rowCount - (lane === all ? rowCount : lane.rowCount))
      try hand(lane, to: accumulator)
    }
  }

  private func lane(of accumulator: Accumulator) -> FusedLane {
    guard case .column(let index)? = accumulator.call.operands.first?.kind else { return all }
    return partial[index] ?? all
  }

  private func hand(_ lane: FusedLane, to accumulator: Accumulator) throws(QueryError) {
    let operands = accumulator.call.operands.compactMap { operand -> Int? in
      if case .column(let index) = operand.kind { index } else { nil }
    }
    switch accumulator.fusedState {
    case let state as CountState:
      addCounts(lane.counts.pointer, slotCount, into: state.counts.pointer)
    case let state as SumState:
      guard let index = lane.values.firstIndex(where: { $0.column == operands[0] }) else { return }
      try state.add(
        codeSums: lane.sums[index].pointer, base: lane.values[index].base,
        counts: lane.counts.pointer, groups: slotCount, rows: rowCount)
    case let state as ExtremeState:
      let wanted = FusedExtremes.Wanted(
        column: operands[0], isMax: accumulator.call.function == .max)
      guard let extremes = lane.extremes, let index = extremes.wanted.firstIndex(of: wanted) else {
        return
      }
      let dictionary = columns[operands[0]].textDictionary
      try state.add(dictionary, groups: slotCount) { extremes.value(index, $0) }
    case let state as MomentState:
      guard let moments = lane.moments.first(where: { $0.columns.map(\.column) == operands })
      else { return }
      try state.add(groups: slotCount, counts: moments.count, sums: moments.sum)
    default: return
    }
  }
}

extension FusedGrouping {
  /// What each lane has to compute; nil where an aggregate is something else.
  private static func lanes(
    _ accumulators: [Accumulator], _ columns: [Column], hasKeys: Bool
  ) throws(QueryError) -> (all: FusedLane.Wanted, partial: [Int: FusedLane.Wanted])? {
    var all = FusedLane.Wanted()
    var partial: [Int: FusedLane.Wanted] = [:]
    for accumulator in accumulators {
      let call = accumulator.call
      guard call.condition == nil else { return nil }
      var operands: [Int] = []
      for operand in call.operands {
        guard case .column(let index) = operand.kind else { return nil }
        operands.append(index)
      }
      guard let first = operands.first else {
        guard call.function == .count else { return nil }
        all.needsCounts = true
        continue
      }
      let isPartial = operands.contains { columns[$0].validity != nil }
      // Without keys there is no slot for rows that miss a value.
      if isPartial, operands.count > 1 || !hasKeys { return nil }
      let added =
        isPartial
        ? try add(accumulator, operands, columns, hasKeys, to: &partial[first, default: .init()])
        : try add(accumulator, operands, columns, hasKeys, to: &all)
      if !added { return nil }
    }
    // Which groups there are is asked of all rows.
    if !partial.isEmpty { all.needsCounts = true }
    return (all, partial)
  }

  private static func add(
    _ accumulator: Accumulator, _ operands: [Int], _ columns: [Column], _ hasKeys: Bool,
    to wanted: inout FusedLane.Wanted
  ) throws(QueryError) -> Bool {
    let first = operands[0]
    switch accumulator.fusedState {
    case is CountState: wanted.needsCounts = true
    case is SumState:
      guard case .codes(let codes, _) = columns[first].payload, codes.width < .eight else {
        return false
      }
      if !wanted.sums.contains(first) { wanted.sums.append(first) }
    case let state as ExtremeState:
      guard hasKeys, state.takesCodes, let value = FusedLane.value(first, columns),
        value.codes.maximum < UInt64(UInt32.max) - 1
      else { return false }
      let own = FusedExtremes.Wanted(column: first, isMax: accumulator.call.function == .max)
      if !wanted.extremes.contains(own) { wanted.extremes.append(own) }
    case let state as MomentState:
      let values = operands.compactMap { index -> FusedLane.Value? in
        if case .codes = columns[index].payload { FusedLane.value(index, columns) } else { nil }
      }
      guard hasKeys, state.takesSums, values.count == operands.count, FusedMoments.takes(values)
      else { return false }
      if !wanted.pairs.contains(operands) { wanted.pairs.append(operands) }
    case let state as PercentileState:
      guard hasKeys, state.takesCodes, case .codes(let codes, _) = columns[first].payload,
        codes.width < .eight, columns[first].validity == nil
      else { return false }
      wanted.percentiles.append((first, state))
    case let state as DistinctState:
      guard FusedLane.value(first, columns) != nil, columns[first].validity == nil,
        try state.prepareCodes(columns[first].textDictionary)
      else { return false }
      wanted.distinct.append((first, state))
    default: return false
    }
    return true
  }
}

extension Column {
  /// The dictionary of a text column that has one.
  var textDictionary: TextDictionary? {
    if case .dictionary(_, let dictionary) = payload { return dictionary }
    return nil
  }
}
