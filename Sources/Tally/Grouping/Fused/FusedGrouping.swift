/// Sums, averages and counts of columns by columns, straight from their codes: no row selected,
/// no vector made.
///
///     slot = code0 * stride0 + code1 * stride1 + …
///     sum  = sum of codes + base * count
///
/// One worker has one, beside its table and accumulators, and runs it on whole batches instead of
/// them. ``finish()`` hands over to these, so what follows need not know the difference:
///
///     if let fused = try FusedGrouping(table, accumulators, columns: columns) {
///       fused.update(rows) …  try fused.finish()
///     } else {
///       table.assign(…)  accumulators.update(…)
///     }
///
/// SAFETY: codes of a column never exceed the bounds that the column's statistics gave to the
/// key's expression, nor the texts of its dictionary, so every slot lies inside of the table.
/// One thread at a time uses the object; it is handed over between them.
final class FusedGrouping: @unchecked Sendable {
  private let table: GroupTable
  private let accumulators: [Accumulator]
  private let slotCount: Int
  private let keys: [Key]
  private let values: [Value]
  private let passes: [Pass]
  private let slots: AlignedBytes?
  private var counts: GroupArray<Int64>
  private let sums: [GroupArray<UInt64>]
  private var rowsInState = 0
  private var rowCount = 0

  private struct Key {
    let codes: Codes
    let stride: UInt32
    /// The slot of code 0.
    let offset: UInt32
  }

  private struct Value {
    let column: Int
    let codes: Codes
    let base: Int64
  }

  /// One reading of the slots: the values that are added, and where to.
  private struct Pass {
    let values: [Int]
    let state: FusedState
  }

  /// The rows whose slots are computed at a time, where a slot is made from several codes.
  private static let pieceRows = 8192

  /// Prepares for columns, or answers nil where the columns, keys or aggregates aren't simple
  /// enough. Then nothing has been changed but the layout of the table.
  init?(
    _ table: GroupTable, _ accumulators: [Accumulator], columns: [Column]
  ) throws(QueryError) {
    guard let keyColumns = Self.plainColumns(table.keys, columns),
      let values = Self.values(accumulators, columns)
    else { return nil }
    try table.prepare(dictionaries: keyColumns.map(\.textDictionary))
    guard let layout = table.layout, case .direct(let seen) = table.mode,
      let keys = Self.keys(keyColumns, layout)
    else { return nil }
    self.table = table
    self.accumulators = accumulators
    self.values = values
    self.keys = keys
    slotCount = seen.count
    let budget = table.budget
    counts = try GroupArray(count: slotCount, filling: 0, budget: budget)
    var sums: [GroupArray<UInt64>] = []
    for _ in values {
      sums.append(try GroupArray(count: slotCount, filling: 0, budget: budget))
    }
    self.sums = sums
    passes = try Self.passes(values, slotCount, hasKeys: !keys.isEmpty, budget)
    let needsSlots = keys.count > 1 || keys.contains { $0.stride != 1 || $0.offset != 0 }
    slots = needsSlots ? try AlignedBytes(byteCount: Self.pieceRows * 4, budget: budget) : nil
  }

  /// The columns that the expressions are, if all have a value in every row.
  private static func plainColumns(
    _ expressions: [BoundExpression], _ columns: [Column]
  ) -> [Column]? {
    var result: [Column] = []
    for expression in expressions {
      guard case .column(let index) = expression.kind, columns[index].validity == nil else {
        return nil
      }
      result.append(columns[index])
    }
    return result
  }

  /// How slots are made from the keys' codes, if these are narrow.
  private static func keys(_ columns: [Column], _ layout: KeyLayout) -> [Key]? {
    var keys: [Key] = []
    for (index, column) in columns.enumerated() {
      switch (column.payload, layout.codings[index].kind) {
      case (.codes(let codes, let base), .bounded(let lower)) where base >= lower:
        let offset = UInt32(truncatingIfNeeded: base &- lower) &* layout.strides[index]
        keys.append(Key(codes: codes, stride: layout.strides[index], offset: offset))
      case (.dictionary(let codes, _), .coded):
        keys.append(Key(codes: codes, stride: layout.strides[index], offset: 0))
      default: return nil
      }
    }
    return keys.allSatisfy { $0.codes.width < .eight } ? keys : nil
  }

  /// The columns that are summed, each once, if all aggregates are counts, sums and averages.
  private static func values(_ accumulators: [Accumulator], _ columns: [Column]) -> [Value]? {
    var values: [Value] = []
    for accumulator in accumulators {
      let call = accumulator.call
      guard call.condition == nil, !call.isDistinct else { return nil }
      guard let operands = plainColumns(call.operands, columns) else { return nil }
      switch call.function {
      case .count: continue
      case .sum, .average:
        guard accumulator.fusedState is SumState, let operand = operands.first,
          case .column(let index) = call.operands[0].kind,
          case .codes(let codes, let base) = operand.payload, codes.width < .eight
        else { return nil }
        if !values.contains(where: { $0.column == index }) {
          values.append(Value(column: index, codes: codes, base: base))
        }
      default: return nil
      }
    }
    return values
  }

  /// Which values are added together. A count comes beside the first value if that is narrow.
  private static func passes(
    _ values: [Value], _ slotCount: Int, hasKeys: Bool, _ budget: MemoryBudget?
  ) throws(QueryError) -> [Pass] {
    if !hasKeys { return [] }
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
}

extension FusedGrouping {
  /// Takes in consecutive rows of the columns.
  func update(_ rows: Range<Int>) {
    rowCount += rows.count
    if keys.isEmpty {
      counts[0] &+= Int64(rows.count)
      for (index, value) in values.enumerated() {
        guard let codes = CodePointer(value.codes, from: rows.lowerBound) else { continue }
        sums[index][0] &+= codes.sum(rows.count)
      }
      return
    }
    let piece = slots == nil ? 1 << 20 : Self.pieceRows
    var start = rows.lowerBound
    while start < rows.upperBound {
      let count = min(piece, rows.upperBound - start)
      if rowsInState + count > FusedState.packedRowLimit { moveState() }
      rowsInState += count
      update(from: start, count)
      start += count
    }
  }

  private func update(from start: Int, _ count: Int) {
    guard let place = findSlots(from: start, count) else { return }
    for pass in passes {
      let pointers = pass.values.map { CodePointer(values[$0].codes, from: start) }
      switch (pointers.first, pointers.dropFirst().first) {
      case (.some(.some(let first)), .some(.some(let second))):
        place.add(first, second, count, pass.state)
      case (.some(.some(let first)), _): place.add(first, count, pass.state)
      default: place.addUnits(count, 1, pass.state)
      }
    }
  }

  /// The slots of rows: the codes of the only key, or codes put together.
  private func findSlots(from start: Int, _ count: Int) -> CodePointer? {
    guard let slots else { return CodePointer(keys[0].codes, from: start) }
    let place = slots.pointer(to: UInt32.self)
    for (index, key) in keys.enumerated() {
      guard let codes = CodePointer(key.codes, from: start) else { return nil }
      codes.combine(
        count, stride: key.stride, offset: key.offset, isFirst: index == 0, into: place)
    }
    return .four(place)
  }

  /// Moves what the kernels added into the totals.
  private func moveState() {
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
  }

  /// Hands the groups and their totals over to the table and the accumulators. Call it once.
  func finish() throws(QueryError) {
    moveState()
    table.markMet { counts[$0] > 0 }
    for accumulator in accumulators {
      try accumulator.reserve(groups: slotCount)
      if let state = accumulator.fusedState as? CountState {
        addCounts(counts.pointer, slotCount, into: state.counts.pointer)
      } else if let state = accumulator.fusedState as? SumState,
        case .column(let column) = accumulator.call.operands[0].kind,
        let index = values.firstIndex(where: { $0.column == column })
      {
        try state.add(
          codeSums: sums[index].pointer, base: values[index].base, counts: counts.pointer,
          groups: slotCount, rows: rowCount)
      }
    }
  }
}

extension Column {
  /// The dictionary of a text column that has one.
  var textDictionary: TextDictionary? {
    if case .dictionary(_, let dictionary) = payload { return dictionary }
    return nil
  }
}
