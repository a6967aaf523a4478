/// One worker that keeps the best few rows of each group and orders no other row.
///
///     top 2 by v3 within id6        groups by id6, two rows each
///     top 10 by v3                  one group
final class TopWorker: ScanWorker {
  /// The way through conditions.
  let pipeline: RowPipeline
  /// The conditions that decide values.
  let watched: WatchedConditions
  private let table: GroupTable
  private let within: [Evaluator]
  private let by: Evaluator
  private let ranking: TopRanking
  private let columns: TopColumns?
  private let ids: AlignedBytes
  private let ranks: AlignedBytes
  private var best: Best

  /// The state of all groups, as wide as ranks are.
  private enum Best {
    case narrow(BestRows<UInt32, UInt64>)
    case wide(BestRows<UInt128, UInt128>)
  }

  init(
    _ source: RowInput, _ top: TopPlan, _ ranking: TopRanking, context: RunContext
  ) throws(QueryError) {
    self.ranking = ranking
    pipeline = try RowPipeline(source, context: context)
    watched = try WatchedConditions(source, pipeline.group, [], context: context)
    let group = pipeline.group
    within = try top.within.mapThrowing { key throws(QueryError) in try group.add(key) }
    by = try group.add(top.by)
    table = try GroupTable(keys: top.within, expectedRows: source.rowCount, context: context)
    ids = try AlignedBytes(byteCount: context.batchRows * 4, budget: context.budget)
    let width = ranking.isNarrow ? 4 : 16
    ranks = try AlignedBytes(
      byteCount: max(context.batchRows, SlotReader.pieceRows) * width, budget: context.budget)
    let isDirect = source.keepsAllRows && source.watched.isEmpty && ranking.isNarrow
    columns = isDirect ? try TopColumns(table, top, source.columns) : nil
    best =
      ranking.isNarrow
      ? .narrow(try BestRows(limit: top.count, budget: context.budget))
      : .wide(try BestRows(limit: top.count, budget: context.budget))
    try reserve()
  }

  private func reserve() throws(QueryError) {
    switch best {
    case .narrow(var rows):
      try rows.reserve(groups: table.groupCount)
      best = .narrow(rows)
    case .wide(var rows):
      try rows.reserve(groups: table.groupCount)
      best = .wide(rows)
    }
  }

  func take(batch: Int, start: Int, count: Int) throws(QueryError) {
    if let columns, case .narrow(let rows) = best {
      columns.offer(start, count, ranks.pointer(to: UInt32.self), to: rows)
      pipeline.pass(count)
      return
    }
    try pipeline.run(start: start, count: count) { _, _ in
    } kept: { batch throws(QueryError) in
      try watched.add(keys: [], count: batch.selectedCount)
      try offer(batch)
    }
  }

  private func offer(_ batch: Batch) throws(QueryError) {
    let count = batch.selectedCount
    var groups: UnsafePointer<UInt32>?
    if !within.isEmpty {
      let memory = ids.pointer(to: UInt32.self)
      let keys = try within.mapThrowing { key throws(QueryError) in try key.evaluate() }
      try table.assign(keys: keys, count: count, into: memory)
      groups = UnsafePointer(memory)
      try reserve()
    }
    let values = try by.evaluate()
    switch best {
    case .narrow(let rows):
      let ranks = ranks.pointer(to: UInt32.self)
      try ranking.rank(values, count, into: ranks)
      rows.offer(
        ranks, groups: groups, count: count, start: batch.start, selection: batch.selection)
    case .wide(let rows):
      let ranks = ranks.pointer(to: UInt128.self)
      try ranking.rank(values, count, into: ranks)
      rows.offer(
        ranks, groups: groups, count: count, start: batch.start, selection: batch.selection)
    }
  }

  /// Completes the table once all batches are taken.
  func finish() {
    if columns == nil { return }
    if case .narrow(let rows) = best { table.markMet { rows.hasRows($0) } }
  }

  /// Takes in what another worker has kept.
  func merge(_ other: TopWorker, context: RunContext) throws(QueryError) {
    let mapping = try table.merge(other.table)
    try reserve()
    let size = 16_384
    for start in stride(from: 0, to: mapping.count, by: size) {
      try context.checkCancellation()
      let groups = start..<min(start + size, mapping.count)
      switch (best, other.best) {
      case (.narrow(let own), .narrow(let added)):
        own.merge(added, groups, targets: mapping.pointer)
      case (.wide(let own), .wide(let added)):
        own.merge(added, groups, targets: mapping.pointer)
      default: throw QueryError(kind: .bug, message: "ranks of two widths")
      }
    }
  }

  /// The rows that are kept, group by group, and the ties that are not.
  func rows() throws(QueryError) -> (rows: [UInt32], ties: Int) {
    let order = try table.sortedOrder()
    return switch best {
    case .narrow(let best): try best.rows(of: order.elements, table.budget)
    case .wide(let best): try best.rows(of: order.elements, table.budget)
    }
  }
}

/// Ranks and groups straight from the codes of columns, of keys in which all rows have a value.
struct TopColumns {
  private let slots: SlotReader
  private let codes: Codes
  private let validity: Bitmap?
  private let maximum: UInt32
  private let isBottom: Bool
  private let wideSlots: AlignedBytes?

  /// Prepares for columns; nil where the keys or the values are something else.
  init?(_ table: GroupTable, _ top: TopPlan, _ columns: [Column]) throws(QueryError) {
    var keys: [Column] = []
    for key in top.within {
      guard case .column(let index) = key.kind else { return nil }
      keys.append(columns[index])
    }
    guard case .column(let index) = top.by.kind else { return nil }
    validity = columns[index].validity
    switch columns[index].payload {
    case .codes(let codes, _): self.codes = codes
    case .dictionary(let codes, _): self.codes = codes
    default: return nil
    }
    guard codes.width < .eight, codes.maximum < UInt64(UInt32.max) - 1,
      let slots = try SlotReader(table, columns: keys)
    else { return nil }
    maximum = UInt32(truncatingIfNeeded: codes.maximum)
    self.slots = slots
    isBottom = top.isBottom
    wideSlots =
      keys.isEmpty
      ? nil : try AlignedBytes(byteCount: SlotReader.pieceRows * 4, budget: table.budget)
  }

  /// Puts consecutive rows forward.
  func offer(
    _ first: Int, _ count: Int, _ ranks: UnsafeMutablePointer<UInt32>,
    to rows: BestRows<UInt32, UInt64>
  ) {
    var start = first
    while start < first + count {
      let size = min(SlotReader.pieceRows, first + count - start)
      let pointer = CodePointer(codes, from: start)
      if wideSlots == nil, let pointer, !reaches(rows.floor(0), pointer, size) {
        start += size
        continue
      }
      switch pointer {
      case .one(let own): rankCodes(own, size, maximum: maximum, isBottom: isBottom, into: ranks)
      case .two(let own): rankCodes(own, size, maximum: maximum, isBottom: isBottom, into: ranks)
      case .four(let own): rankCodes(own, size, maximum: maximum, isBottom: isBottom, into: ranks)
      case nil: return
      }
      if let validity { clearRanks(ranks, missingIn: validity, from: start, size) }
      rows.offer(
        ranks, groups: groups(start, size), count: size, start: start, selection: nil)
      start += size
    }
  }

  /// Whether the code of any row has at least a rank. What stands in the place of a missing value
  /// is taken for a value.
  private func reaches(_ rank: UInt32, _ codes: CodePointer, _ count: Int) -> Bool {
    if rank == 0 { return true }
    let range = isBottom ? 0...UInt64(maximum &+ 1 &- rank) : UInt64(rank &- 1)...UInt64(maximum)
    return codes.anyLies(in: range, count)
  }

  private func groups(_ start: Int, _ count: Int) -> UnsafePointer<UInt32>? {
    guard let wideSlots, let slots = slots.slots(from: start, count) else { return nil }
    if case .four(let wide) = slots { return wide }
    let target = wideSlots.pointer(to: UInt32.self)
    slots.combine(count, stride: 1, offset: 0, isFirst: true, into: target)
    return UnsafePointer(target)
  }
}
