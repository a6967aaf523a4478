/// The rows that passed all stages of a step, ascending, with the rows that they met, by batches.
struct CollectedRows: Sendable {
  /// Some rows of one batch.
  struct Chunk: Sendable {
    /// The first row of the batch.
    var first: Int
    var count: Int
    /// The rows; nil where they are `first..<first + count`.
    var rows: RowNumbers?
    /// For each slot the partners of the rows.
    var partners: [RowNumbers] = []
  }

  /// The chunks, ascending; none is empty.
  let chunks: [Chunk]
  /// Where each chunk's rows begin among all.
  let starts: [Int]
  /// The number of rows.
  let count: Int
  /// For each slot whether a row may have no partner.
  let mayLack: [Bool]
  /// Rows that were passed over because they can't be among the first that are wanted, and of
  /// these the rows that tie with the last of them.
  var passedOver = 0
  var tiesPassedOver = 0

  init(_ chunks: [Chunk], mayLack: [Bool]) {
    var starts: [Int] = []
    var total = 0
    for chunk in chunks {
      starts.append(total)
      total += chunk.count
    }
    self.chunks = chunks
    self.starts = starts
    self.mayLack = mayLack
    count = total
  }

  /// All rows of a table that looks nothing up.
  init(all count: Int, batchRows: Int) {
    let chunks = stride(from: 0, to: count, by: batchRows).map { start in
      Chunk(first: start, count: min(batchRows, count - start))
    }
    self.init(chunks, mayLack: [])
  }

  /// Some rows of a table that looks nothing up, ascending.
  init(_ rows: [UInt32], batchRows: Int, budget: MemoryBudget?) throws(QueryError) {
    var chunks: [Chunk] = []
    var start = 0
    while start < rows.count {
      let first = Int(rows[start]) / batchRows * batchRows
      var end = start
      while end < rows.count, Int(rows[end]) < first + batchRows { end += 1 }
      let own = try RowNumbers(Array(rows[start..<end]), budget: budget)
      chunks.append(Chunk(first: first, count: end - start, rows: own))
      start = end
    }
    self.init(chunks, mayLack: [])
  }

  /// Whether the rows are `0..<count`.
  var isWhole: Bool {
    zip(chunks, starts).allSatisfy { $0.rows == nil && $0.first == $1 }
  }

  /// The rows one after another, or their partners in a slot.
  func flat(_ slot: Int?, _ context: RunContext) throws(QueryError) -> RowNumbers {
    let flat = try RowNumbers(count: count, budget: context.budget)
    try context.forEachPart(of: chunks.count, rows: count) { _, part throws(QueryError) in
      let chunk = chunks[part]
      let target = flat.pointer + starts[part]
      if let numbers = slot.map({ chunk.partners[$0] }) ?? chunk.rows {
        target.update(from: numbers.pointer, count: chunk.count)
      } else {
        let first = UInt32(truncatingIfNeeded: chunk.first)
        for row in 0..<chunk.count { target[row] = first &+ UInt32(truncatingIfNeeded: row) }
      }
    }
    return flat
  }

  /// The rows at ascending places, as chunks of their own.
  func part(at places: RowNumbers, _ context: RunContext) throws(QueryError) -> CollectedRows {
    var parts: [Chunk] = []
    var position = 0
    for (chunk, start) in zip(chunks, starts) {
      let end = start + chunk.count
      let from = position
      while position < places.count, Int(places[position]) < end { position += 1 }
      if position == from { continue }
      try context.checkCancellation()
      let inside = (from..<position).map { Int(places[$0]) - start }
      var part = Chunk(first: chunk.first, count: inside.count)
      part.rows = try RowNumbers(
        inside.map { chunk.rows?[$0] ?? UInt32(truncatingIfNeeded: chunk.first + $0) },
        budget: context.budget)
      part.partners = try chunk.partners.mapThrowing { numbers throws(QueryError) in
        try RowNumbers(inside.map { numbers[$0] }, budget: context.budget)
      }
      parts.append(part)
    }
    return CollectedRows(parts, mayLack: mayLack)
  }

  /// The row at each of some places, or its partner in a slot, one by one.
  func pick(
    _ slot: Int?, at places: RowNumbers, into out: UnsafeMutablePointer<UInt32>,
    _ context: RunContext
  ) throws(QueryError) {
    for index in 0..<places.count {
      if index & 0x3FFF == 0 { try context.checkCancellation() }
      let place = Int(places[index])
      var (low, high) = (0, starts.count)
      while high - low > 1 {
        let middle = (low + high) / 2
        if starts[middle] <= place { low = middle } else { high = middle }
      }
      let chunk = chunks[low]
      let inside = place - starts[low]
      if let slot {
        out[index] = chunk.partners[slot][inside]
      } else {
        out[index] = chunk.rows?[inside] ?? UInt32(truncatingIfNeeded: chunk.first + inside)
      }
    }
  }
}

/// One worker that collects the rows that pass.
final class CollectWorker: ScanWorker {
  /// The way through conditions and lookups.
  let pipeline: RowPipeline
  private var chunks: [(batch: Int, chunk: CollectedRows.Chunk)] = []
  private var mayLack: [Bool]
  private let slots: Int
  /// The conditions that decide values.
  let watched: WatchedConditions
  private let context: RunContext
  private let pruner: RowPruner?
  private var chosen: [UInt32] = []

  /// `pruning` tells which rows need not be collected.
  init(_ source: RowInput, pruning: RowPruning? = nil, context: RunContext) throws(QueryError) {
    pruner = try pruning.map { pruning throws(QueryError) in try RowPruner(pruning, context) }
    pipeline = try RowPipeline(source, context: context)
    watched = try WatchedConditions(source, pipeline.group, [], context: context)
    slots = source.slotCount
    mayLack = Array(repeating: false, count: slots)
    self.context = context
  }

  func take(batch: Int, start: Int, count: Int) throws(QueryError) {
    try pipeline.run(start: start, count: count) { _, _ in
    } kept: { rows throws(QueryError) in
      try watched.add(keys: [], count: rows.selectedCount)
      guard let pruner else {
        let selection = rows.selectedCount < rows.count ? rows.selection : nil
        chunks.append((batch, try chunk(rows, rows.selectedCount, selection)))
        return
      }
      pruner.choose(rows, into: &chosen)
      if chosen.isEmpty { return }
      if let selection = rows.selection {
        for index in chosen.indices { chosen[index] = selection[Int(chosen[index])] }
      }
      let made = try withBuffer(of: chosen) { chosen throws(QueryError) in
        try chunk(rows, chosen.count, chosen.baseAddress)
      }
      chunks.append((batch, made))
    }
  }

  /// The rows of a batch at some offsets, or all of them.
  private func chunk(_ batch: Batch, _ count: Int, _ selection: UnsafePointer<UInt32>?)
    throws(QueryError) -> CollectedRows.Chunk
  {
    var chunk = CollectedRows.Chunk(first: batch.start, count: count)
    if let selection {
      let rows = try RowNumbers(count: count, budget: context.budget)
      let first = UInt32(truncatingIfNeeded: batch.start)
      let out = rows.pointer
      for place in 0..<count { out[place] = first &+ selection[place] }
      chunk.rows = rows
    }
    for slot in 0..<slots {
      let partners = try RowNumbers(count: count, budget: context.budget)
      let lacks = copyPartners(
        batch.partners[slot], selection, count: count, into: partners.pointer)
      if lacks { mayLack[slot] = true }
      chunk.partners.append(partners)
    }
    return chunk
  }

  /// What all workers collected, in the order of the table.
  static func joined(_ workers: [CollectWorker]) -> CollectedRows {
    let chunks = workers.flatMap(\.chunks).sorted { $0.batch < $1.batch }
    let slots = workers.first?.slots ?? 0
    var all = CollectedRows(
      chunks.map(\.chunk),
      mayLack: (0..<slots).map { slot in workers.contains { $0.mayLack[slot] } })
    (all.passedOver, all.tiesPassedOver) = RowPruner.outcome(workers.compactMap(\.pruner))
    return all
  }
}

/// Copies the partners of selected rows and tells whether one has none.
private func copyPartners(
  _ partners: UnsafePointer<UInt32>, _ selection: UnsafePointer<UInt32>?, count: Int,
  into out: UnsafeMutablePointer<UInt32>
) -> Bool {
  var greatest: UInt32 = 0
  if let selection {
    for place in 0..<count {
      let partner = partners[Int(selection[place])]
      out[place] = partner
      greatest = max(greatest, partner)
    }
  } else {
    for place in 0..<count {
      let partner = partners[place]
      out[place] = partner
      greatest = max(greatest, partner)
    }
  }
  return greatest == Batch.noPartner
}
