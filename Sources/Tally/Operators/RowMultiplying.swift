import Synchronization

/// Rows made of rows of several tables, as their numbers: what `join many` gives to the rest of its
/// step. Columns are read by number until something is given out.
struct JoinedRows: Sendable {
  /// The number of rows.
  let count: Int
  /// The step's own table, the tables it looked up before, and the table joined.
  let tables: [GivenRows]
}

/// The rows of one table that joined rows are made of.
struct GivenRows: Sendable {
  let columns: [Column]
  let numbers: RowNumbers
  /// Whether a number may be ``Batch/noPartner``.
  let mayLack: Bool
  /// Whether a row may stand several times.
  let isRepeated: Bool
}

/// Repeats each collected row once for each row of a table that has its key: first in the order of
/// the collected rows, then in that of the table.
struct RowMultiplying {
  let source: RowInput
  let collected: CollectedRows
  let groups: RowGroups
  let context: RunContext

  /// The rows whose partners are looked at in one go.
  private static let pieceRows = 1 << 12

  /// The slot of the joined table, whose partners are the first rows of their keys.
  private var slot: Int { collected.mayLack.count - 1 }

  /// What came of a join.
  struct Outcome {
    var joined: JoinedRows
    /// The rows that have a partner.
    var matched: Int
    /// The rows of the table that none met, where they stay.
    var added: Int?
    /// Whether a row of the table that shares its key with others met several.
    var isManyToMany: Bool
  }

  /// Makes the joined rows; those of the table that none met follow at the end, where `keepsAll`.
  func run(keepsAll: Bool) throws(QueryError) -> Outcome {
    let counts = try countRows()
    let meetings = try meetings()
    let lonely = keepsAll ? try lonelyRows(meetings.isMet) : nil
    var starts: [Int] = []
    var total = 0
    for count in counts {
      starts.append(total)
      total += count.all
    }
    let repeats = total > collected.count
    total += lonely?.count ?? 0
    guard total < Int(UInt32.max) else {
      throw QueryError(
        kind: .memory, message: "a join of \(total) rows exceeds \(UInt32.max - 1)")
    }
    let budget = context.budget
    let own = try RowNumbers(count: total, budget: budget)
    let partners = try (0...slot).mapThrowing { _ throws(QueryError) in
      try RowNumbers(count: total, budget: budget)
    }
    // One after another: rows of all would otherwise begin new pages at a time.
    for numbers in [own] + partners { try context.touch(numbers.memory) }
    let places = starts
    try context.forEachPart(of: collected.chunks.count, rows: total) {
      _, part throws(QueryError) in
      try write(collected.chunks[part], at: places[part], own, partners)
    }
    if let lonely { try write(lonely, at: total - lonely.count, own, partners) }
    let isLonely = lonely.map { $0.count > 0 } ?? false
    var tables = [
      GivenRows(columns: source.columns, numbers: own, mayLack: isLonely, isRepeated: repeats)
    ]
    for (place, numbers) in partners.enumerated() {
      let isRepeated =
        place == slot
        ? meetings.isRepeated
        : repeats || (place < source.given.count ? source.given[place].isRepeated : true)
      tables.append(
        GivenRows(
          columns: source.lookupColumns[place], numbers: numbers,
          mayLack: collected.mayLack[place] || (isLonely && place != slot),
          isRepeated: isRepeated))
    }
    return Outcome(
      joined: JoinedRows(count: total, tables: tables),
      matched: counts.reduce(0) { $0 + $1.matched }, added: lonely?.count,
      isManyToMany: meetings.isManyToMany)
  }

  /// The rows of the table that no collected row met, ascending.
  private func lonelyRows(_ isMet: AlignedBytes) throws(QueryError) -> RowNumbers {
    let count = groups.sizes.count
    let isTaken = try AlignedBytes(byteCount: count, zeroed: true, budget: context.budget)
    let (met, taken) = (isMet.pointer(to: UInt8.self), isTaken.pointer(to: UInt8.self))
    var found = 0
    for first in 0..<count {
      if first & 0xFFFF == 0 { try context.checkCancellation() }
      if met[first] == 0 { continue }
      let start = Int(groups.starts[first])
      for place in start..<start + Int(groups.sizes[first]) { taken[Int(groups.rows[place])] = 1 }
      found += Int(groups.sizes[first])
    }
    let rows = try RowNumbers(count: count - found, budget: context.budget)
    var next = 0
    try context.budget.forEachPiece(of: count) { piece in
      for row in piece where taken[row] == 0 {
        rows.pointer[next] = UInt32(truncatingIfNeeded: row)
        next += 1
      }
    }
    withExtendedLifetime(isTaken) {}
    return rows
  }

  private func write(
    _ lonely: RowNumbers, at start: Int, _ own: RowNumbers, _ partners: [RowNumbers]
  ) throws(QueryError) {
    let budget = context.budget
    try budget.fill(own.pointer + start, lonely.count, with: Batch.noPartner)
    for numbers in partners.dropLast() {
      try budget.fill(numbers.pointer + start, lonely.count, with: Batch.noPartner)
    }
    try budget.copy(lonely.pointer, lonely.count, to: partners[slot].pointer + start)
  }

  private func countRows() throws(QueryError) -> [(all: Int, matched: Int)] {
    let counts = Mutex(
      [(all: Int, matched: Int)](
        repeating: (0, 0), count: collected.chunks.count))
    try context.forEachPart(of: collected.chunks.count, rows: collected.count) {
      _, part throws(QueryError) in
      let chunk = collected.chunks[part]
      let firsts = chunk.partners[slot].pointer
      var (all, matched) = (0, 0)
      try context.budget.forEachPiece(of: chunk.count, size: Self.pieceRows) { piece in
        for row in piece {
          let first = firsts[row]
          let size = first == Batch.noPartner ? 0 : Int(groups.sizes.pointer[Int(first)])
          matched &+= size
          all &+= max(size, 1)
        }
      }
      counts.withLock { $0[part] = (all, matched) }
    }
    return counts.withLock { $0 }
  }

  private func write(
    _ chunk: CollectedRows.Chunk, at start: Int, _ own: RowNumbers, _ partners: [RowNumbers]
  ) throws(QueryError) {
    let firsts = chunk.partners[slot].pointer
    var place = start
    for row in 0..<chunk.count {
      // Partners lie anywhere, and a row may be the first in a page.
      if row & 0x3FF == 0 { try context.checkCancellation() }
      let first = firsts[row]
      let size = first == Batch.noPartner ? 0 : Int(groups.sizes.pointer[Int(first)])
      let number = chunk.rows?.pointer[row] ?? UInt32(truncatingIfNeeded: chunk.first &+ row)
      let end = place + max(size, 1)
      try fill(own.pointer + place, number, end - place)
      for other in 0..<slot {
        try fill(partners[other].pointer + place, chunk.partners[other].pointer[row], end - place)
      }
      if size == 0 {
        partners[slot].pointer[place] = Batch.noPartner
      } else {
        try copy(
          groups.rows.pointer + Int(groups.starts.pointer[Int(first)]), size,
          to: partners[slot].pointer + place)
      }
      place = end
    }
  }

  /// Rows with very many partners are written in pieces, so that cancellation is noticed.
  private func fill(_ target: UnsafeMutablePointer<UInt32>, _ number: UInt32, _ count: Int)
    throws(QueryError)
  {
    var done = 0
    while done < count {
      let piece = min(1 << 16, count - done)
      (target + done).update(repeating: number, count: piece)
      done += piece
      if done < count { try context.checkCancellation() }
    }
  }

  private func copy(
    _ source: UnsafePointer<UInt32>, _ count: Int, to target: UnsafeMutablePointer<UInt32>
  ) throws(QueryError) {
    var done = 0
    while done < count {
      let piece = min(1 << 16, count - done)
      (target + done).update(from: source + done, count: piece)
      done += piece
      if done < count { try context.checkCancellation() }
    }
  }

  /// How the rows of the table were met.
  private struct Meetings {
    /// One byte for the first row of each key, 1 where it was met.
    var isMet: AlignedBytes
    /// Whether a row of the table was met several times.
    var isRepeated = false
    /// Whether such a row shares its key with others.
    var isManyToMany = false
  }

  private func meetings() throws(QueryError) -> Meetings {
    var meetings = Meetings(
      isMet: try AlignedBytes(
        byteCount: groups.sizes.count, zeroed: true, budget: context.budget))
    let flags = meetings.isMet.pointer(to: UInt8.self)
    for chunk in collected.chunks {
      try context.checkCancellation()
      let firsts = chunk.partners[slot].pointer
      try context.budget.forEachPiece(of: chunk.count, size: Self.pieceRows) { piece in
        for row in piece where firsts[row] != Batch.noPartner {
          let first = Int(firsts[row])
          if flags[first] == 1 {
            meetings.isRepeated = true
            if groups.sizes.pointer[first] > 1 { meetings.isManyToMany = true }
          }
          flags[first] = 1
        }
      }
    }
    return meetings
  }
}

extension StepRunner {
  /// Runs the rows before a `join many`, and the join.
  mutating func join(_ source: RowInput) throws(QueryError) -> JoinedRows {
    let context = context
    let workers = try scan(rowCount: source.rowCount, context: context) { () throws(QueryError) in
      try CollectWorker(source, context: context)
    }
    note(workers.map(\.pipeline), source)
    try noteRowConditions(source, workers.map { ($0.pipeline, $0.watched) })
    guard let index = source.indexes.last, let plan = source.lookups.last else {
      throw QueryError(kind: .bug, message: "a join without a table")
    }
    let multiplying = RowMultiplying(
      source: source, collected: CollectWorker.joined(workers),
      groups: try RowGroups(index, context), context: context)
    let outcome = try multiplying.run(keepsAll: plan.join == .full)
    let last = receipt.lookups.count - 1
    receipt.lookups[last].rowsMade = plan.meetsMany ? outcome.matched : nil
    receipt.lookups[last].rowsAdded = outcome.added
    if outcome.isManyToMany {
      receipt.notes.append(
        "several rows meet the same rows of \(plan.name), which has several with one key")
    }
    receipt.rowsOut = outcome.joined.count
    return outcome.joined
  }
}
