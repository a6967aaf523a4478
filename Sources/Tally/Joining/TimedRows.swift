/// The rows of a table by key and, within a key, by time: finds the latest that is not after a
/// moment, or the one that holds at it.
///
///     key A    2024-01-01  row 4        as of 2024-02-10 -> row 0
///              2024-02-01  row 0
///     key B    2024-01-15  row 2
///
/// SAFETY: the memory is written while the rows are put in order and only read after that.
final class TimedRows: @unchecked Sendable {
  /// The rows without a time, which are never met.
  let undated: Int
  private let rows: RowNumbers
  /// For the first row of each key the place of its group among ``rows``, and its size.
  private let starts: RowNumbers
  private let sizes: RowNumbers
  /// For each place when the row begins to hold, and when it ends to.
  private let times: AlignedBytes
  private let ends: AlignedBytes?

  /// Puts the rows of an `as of` in order. Throws where two rows of one key hold at one time.
  init(_ index: LookupIndex, _ plan: LookupPlan, _ asOf: AsOfPlan, _ context: RunContext)
    throws(QueryError)
  {
    let count = plan.table.rowCount
    let begins = try TimeReading(plan.table.columns[asOf.from])
    let groups = try RowGroups(index, context)
    let keys = try AlignedBytes(byteCount: count * 8, budget: context.budget)
    let words = try AlignedBytes(byteCount: count * 8, budget: context.budget)
    let (keyWords, timeWords) = (keys.pointer(to: UInt64.self), words.pointer(to: UInt64.self))
    var dated = 0
    let all = try RowNumbers(count: groups.rows.count, budget: context.budget)
    for first in 0..<count {
      if first & 0x3FFF == 0 { try context.checkCancellation() }
      if groups.sizes[first] == 0 { continue }
      let start = Int(groups.starts[first])
      for place in start..<start + Int(groups.sizes[first]) {
        let row = Int(groups.rows[place])
        guard begins.hasValue(row) || asOf.to != nil else { continue }
        keyWords[row] = UInt64(first)
        // Where validity has no beginning, it begins before all days.
        timeWords[row] = begins.hasValue(row) ? begins.word(row) : 0
        all.pointer[dated] = groups.rows[place]
        dated += 1
      }
    }
    undated = asOf.to == nil ? (0..<count).count { !begins.hasValue($0) } : 0
    rows = all.first(dated)
    let radix = RadixSort(context: context)
    try radix.sort(rows, by: words, bits: 64)
    try radix.sort(rows, by: keys, bits: 64 - UInt64(count).leadingZeroBitCount)
    starts = try RowNumbers(count: count, budget: context.budget)
    sizes = try RowNumbers(count: count, budget: context.budget)
    try context.budget.fill(starts.pointer, count, with: 0)
    try context.budget.fill(sizes.pointer, count, with: 0)
    times = try AlignedBytes(byteCount: dated * 8, budget: context.budget)
    ends = try asOf.to.map { _ throws(QueryError) in
      try AlignedBytes(byteCount: dated * 8, budget: context.budget)
    }
    let closes = try asOf.to.map { column throws(QueryError) in
      try TimeReading(plan.table.columns[column])
    }
    for place in 0..<dated {
      if place & 0x3FFF == 0 { try context.checkCancellation() }
      let row = Int(rows[place])
      let first = Int(keyWords[row])
      if sizes[first] == 0 { starts.pointer[first] = UInt32(truncatingIfNeeded: place) }
      sizes.pointer[first] &+= 1
      let time = Int64(bitPattern: timeWords[row] ^ (1 << 63))
      times.pointer(to: Int64.self)[place] = time
      guard let ends, let closes else { continue }
      let end = closes.hasValue(row) ? closes.time(row) : Int64.max
      ends.pointer(to: Int64.self)[place] = end
      if end < time { throw Self.endsEarly(plan, asOf, row) }
    }
    try checkTimes(plan, asOf, context)
    withExtendedLifetime((keys, words)) {}
  }

  /// Rows of one key hold one after another.
  private func checkTimes(_ plan: LookupPlan, _ asOf: AsOfPlan, _ context: RunContext)
    throws(QueryError)
  {
    let times = times.pointer(to: Int64.self)
    for first in 0..<plan.table.rowCount {
      if first & 0xFFFF == 0 { try context.checkCancellation() }
      if sizes[first] < 2 { continue }
      let start = Int(starts[first])
      for place in start + 1..<start + Int(sizes[first]) {
        let before = ends?.pointer(to: Int64.self)[place - 1] ?? times[place - 1]
        if times[place] <= before {
          throw Self.overlap(plan, asOf, Int(rows[place - 1]), Int(rows[place]))
        }
      }
    }
  }

  /// Finds the row of a key that holds at a moment; nil where there is none.
  @inline(__always)
  func find(_ first: UInt32, at moment: Int64) -> (row: UInt32, age: Int64)? {
    let times = times.pointer(to: Int64.self)
    let start = Int(starts.pointer[Int(first)])
    var (low, high) = (start, start &+ Int(sizes.pointer[Int(first)]))
    while low < high {
      let middle = (low &+ high) >> 1
      if times[middle] <= moment { low = middle &+ 1 } else { high = middle }
    }
    if low == start { return nil }
    let place = low &- 1
    if let ends, ends.pointer(to: Int64.self)[place] < moment { return nil }
    return (rows.pointer[place], moment &- times[place])
  }

  // MARK: Errors

  private static func overlap(_ plan: LookupPlan, _ asOf: AsOfPlan, _ first: Int, _ second: Int)
    -> QueryError
  {
    let (low, high) = (min(first, second), max(first, second))
    let keys = plan.keys.map { values(plan, $0.column, low) }.joined(separator: ", ")
    let what =
      asOf.to == nil
      ? "both have \(values(plan, asOf.from, low))"
      : "hold from \(text(plan, asOf.from, low)) to \(text(plan, asOf.to, low)) and from"
        + " \(text(plan, asOf.from, high)) to \(text(plan, asOf.to, high))"
    return error(
      "rows \(low + 1) and \(high + 1) of \(plan.name), with \(keys), \(what)", plan,
      help: asOf.to == nil
        ? "of one key and time only one row may hold: group or filter the table first"
        : "both days are counted: a row ends on the day before the next begins")
  }

  private static func endsEarly(_ plan: LookupPlan, _ asOf: AsOfPlan, _ row: Int) -> QueryError {
    error(
      "row \(row + 1) of \(plan.name) ends before it begins: from"
        + " \(text(plan, asOf.from, row)) to \(text(plan, asOf.to, row))", plan,
      help: "filter the table first")
  }

  private static func error(_ message: String, _ plan: LookupPlan, help: String) -> QueryError {
    QueryError(
      kind: .data,
      diagnostics: [Diagnostic(.sameTime, message, at: plan.span, help: [help])])
  }

  private static func values(_ plan: LookupPlan, _ column: Int, _ row: Int) -> String {
    "\(plan.table.columnNames[column]) = \(text(plan, column, row))"
  }

  private static func text(_ plan: LookupPlan, _ column: Int?, _ row: Int) -> String {
    column.flatMap { plan.table.columns[$0][row].text(in: .csv) } ?? "(missing)"
  }
}

/// The stored numbers of a column of days, moments or periods.
private struct TimeReading {
  private let codes: Codes
  private let base: Int64
  private let validity: Bitmap?

  init(_ column: Column) throws(QueryError) {
    guard case .codes(let codes, let base) = column.payload else {
      throw QueryError(kind: .bug, message: "times that are no 64-bit numbers")
    }
    (self.codes, self.base, validity) = (codes, base, column.validity)
  }

  func hasValue(_ row: Int) -> Bool { validity.map { $0[row] } ?? true }

  func time(_ row: Int) -> Int64 { base &+ Int64(bitPattern: codes[row]) }

  /// The time as a word of the same order.
  func word(_ row: Int) -> UInt64 { UInt64(bitPattern: time(row)) ^ (1 << 63) }
}

/// The `as of` of one worker's batches.
final class AsOfProbe {
  private let timed: TimedRows
  private let time: Evaluator

  init(_ timed: TimedRows, _ time: Evaluator) { (self.timed, self.time) = (timed, time) }

  /// Puts the row that holds in the place of the first row of each key. Rows that are met no more
  /// are taken out of the outcome.
  func narrow(
    _ batch: Batch, _ partners: UnsafeMutablePointer<UInt32>, _ outcome: inout LookupProbe.Outcome
  ) throws(QueryError) {
    let moments = try time.evaluate()
    guard case .integers(let values) = moments.storage else {
      throw QueryError(kind: .bug, message: "a time that is no 64-bit number")
    }
    let stride = moments.isConstant ? 0 : 1
    for place in 0..<batch.selectedCount {
      let row = batch.selection.map { Int($0[place]) } ?? place
      let first = partners[row]
      if first == Batch.noPartner { continue }
      if let valid = moments.valid, valid[place &* stride] == 0 {
        partners[row] = Batch.noPartner
        outcome.matched -= 1
        outcome.missingKeys += 1
        continue
      }
      guard let found = timed.find(first, at: values[place &* stride]) else {
        partners[row] = Batch.noPartner
        outcome.matched -= 1
        continue
      }
      partners[row] = found.row
      outcome.greatestAge = max(outcome.greatestAge, found.age)
    }
  }
}
