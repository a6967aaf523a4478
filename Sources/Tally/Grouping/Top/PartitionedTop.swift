import Synchronization

/// Finds the best rows of each group where there are too many groups for a table of them: rows are
/// dealt out to ranges of keys and sorted there by key.
///
///     record = key | rank << 32 | ~row       the larger second word is the better row
///
/// See ``PartitionedGrouping`` for the plan.
struct PartitionedTop: Sendable {
  private let layout: RecordLayout
  private let ranked: RankedColumn
  /// The rows of each group that are kept.
  private let limit: Int
  private let rowCount: Int
  private let context: RunContext

  /// A column in which all rows have a value, and how it is ranked.
  private struct RankedColumn: Sendable {
    let codes: Codes
    let maximum: UInt32
    let isBottom: Bool

    func read(_ start: Int, _ count: Int, into ranks: UnsafeMutablePointer<UInt32>) {
      switch CodePointer(codes, from: start) {
      case .one(let own): rankCodes(own, count, maximum: maximum, isBottom: isBottom, into: ranks)
      case .two(let own): rankCodes(own, count, maximum: maximum, isBottom: isBottom, into: ranks)
      case .four(let own): rankCodes(own, count, maximum: maximum, isBottom: isBottom, into: ranks)
      case nil: return
      }
    }
  }

  /// Decides for a step: `nil` where rows are left out, where keys and values are no columns of
  /// narrow codes, or where a table of groups is the cheaper way.
  init?(_ source: RowInput, _ top: TopPlan, _ ranking: TopRanking, _ context: RunContext) {
    let tuning = context.grouping
    guard source.keepsAllRows, source.watched.isEmpty, ranking.isNarrow,
      source.rowCount >= tuning.leastPartitionedRows, case .column(let index) = top.by.kind,
      source.columns[index].validity == nil,
      let layout = RecordLayout(top.within, [], columns: source.columns),
      layout.slotCount.map({ $0 > tuning.mostSlots }) ?? true
    else { return nil }
    switch source.columns[index].payload {
    case .codes(let codes, _), .dictionary(let codes, _):
      guard codes.width < .eight, codes.maximum < UInt64(UInt32.max) - 1 else { return nil }
      ranked = RankedColumn(
        codes: codes, maximum: UInt32(truncatingIfNeeded: codes.maximum),
        isBottom: top.isBottom)
    default: return nil
    }
    self.layout = layout
    limit = top.count
    rowCount = source.rowCount
    self.context = context
  }

  /// The rows that are kept, group by group in the order of keys and the best of each first, and
  /// the number of ties that are not.
  func rows() throws(QueryError) -> (rows: [UInt32], ties: Int) {
    let (layout, ranked) = (layout, ranked)
    let order = try WordOrder<UInt64>(count: rowCount, context) { rows, keys, words in
      withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 2 * rows.count + 1) { scratch in
        guard let memory = scratch.baseAddress else { return 0 }
        // SAFETY: ranks take half of the scratch, the mask of a byte per row less than the rest.
        let ranks = UnsafeMutableRawPointer(memory).assumingMemoryBound(to: UInt32.self)
        let mask = UnsafeMutableRawPointer(memory + rows.count)
          .assumingMemoryBound(to: UInt8.self)
        layout.packKeys(from: rows.lowerBound, rows.count, mask: mask, into: keys)
        ranked.read(rows.lowerBound, rows.count, into: ranks)
        for (place, row) in rows.enumerated() {
          words[place] = UInt64(ranks[place]) << 32 | UInt64(~UInt32(truncatingIfNeeded: row))
        }
        return rows.count
      }
    }
    let found = Mutex(
      [(rows: [UInt32], ties: Int)](
        repeating: ([], 0), count: order.partitionCount))
    let limit = limit
    try order.forEachPartition { partition, _, records throws(QueryError) in
      try records.sort()
      let best = try bestOfRuns(
        records.keys.pointer, records.values.pointer, records.count, limit: limit, context)
      found.withLock { $0[partition] = best }
    }
    let parts = found.withLock { $0 }
    var rows: [UInt32] = []
    rows.reserveCapacity(parts.reduce(0) { $0 + $1.rows.count })
    for part in parts { rows.append(contentsOf: part.rows) }
    return (rows, parts.reduce(0) { $0 + $1.ties })
  }
}

/// The rows of the largest words of each key, descending, and how many others rank as the last.
/// Words of one key are put in order as far as that is needed.
private func bestOfRuns(
  _ keys: UnsafePointer<UInt64>, _ words: UnsafeMutablePointer<UInt64>, _ count: Int, limit: Int,
  _ context: RunContext
) throws(QueryError) -> (rows: [UInt32], ties: Int) {
  var rows: [UInt32] = []
  var ties = 0
  var start = 0
  var looked = 0
  while start < count {
    if start &- looked >= 1 << 14 {
      looked = start
      try context.checkCancellation()
    }
    var end = start &+ 1
    while end < count, keys[end] == keys[start] { end &+= 1 }
    let kept = min(limit, end &- start)
    // The first places hold the best of those seen so far.
    for place in (start &+ 1)..<max(start &+ 1, end) {
      if place & 0xFFFF == 0 { try context.checkCancellation() }
      let word = words[place]
      var free = min(place, start &+ kept)
      if free < place, words[free &- 1] > word { continue }
      if free < place {
        free &-= 1
        words[place] = words[free]
      }
      while free > start, words[free &- 1] < word {
        words[free] = words[free &- 1]
        free &-= 1
      }
      words[free] = word
    }
    for place in start..<start &+ kept { rows.append(~UInt32(truncatingIfNeeded: words[place])) }
    let last = words[start &+ kept &- 1] >> 32
    for place in (start &+ kept)..<end { ties &+= words[place] >> 32 == last ? 1 : 0 }
    start = end
  }
  return (rows, ties)
}
