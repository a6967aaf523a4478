/// The rows of a table by key: for the first row of each key all rows that have it, ascending.
///
/// SAFETY: the memory is written while the groups are made and only read after that.
struct RowGroups: @unchecked Sendable {
  /// The rows, those with one key one after another.
  let rows: RowNumbers
  /// For the first row of each key the place of its group among ``rows``, and its size; zero for
  /// all other rows.
  let starts: RowNumbers
  let sizes: RowNumbers

  init(_ index: LookupIndex, _ context: RunContext) throws(QueryError) {
    let count = index.keys.count
    let words = try AlignedBytes(byteCount: count * 8, budget: context.budget)
    let lacking = try AlignedBytes(byteCount: count, zeroed: true, budget: context.budget)
    try context.forEachBatch(of: count) { _, batch throws(QueryError) in
      let scratch = try RowNumbers(count: batch.count, budget: context.budget)
      let own = words.pointer(to: UInt64.self) + batch.lowerBound
      let flags = lacking.pointer(to: UInt8.self) + batch.lowerBound
      index.keys.read(batch, into: own, lacking: flags)
      index.map.find(own, count: batch.count, into: scratch.pointer)
      for row in 0..<batch.count { own[row] = UInt64(scratch.pointer[row]) }
    }
    let flags = lacking.pointer(to: UInt8.self)
    var present = 0
    try context.budget.forEachPiece(of: count) { piece in
      for row in piece { present += Int(flags[row] ^ 1) }
    }
    let rows = try RowNumbers(count: present, budget: context.budget)
    self.rows = rows
    var next = 0
    try context.budget.forEachPiece(of: count) { piece in
      for row in piece where flags[row] == 0 {
        rows.pointer[next] = UInt32(truncatingIfNeeded: row)
        next += 1
      }
    }
    let bits = 64 - UInt64(count).leadingZeroBitCount
    try RadixSort(context: context).sort(rows, by: words, bits: bits)
    starts = try RowNumbers(count: count, budget: context.budget)
    sizes = try RowNumbers(count: count, budget: context.budget)
    try context.budget.fill(starts.pointer, count, with: 0)
    try context.budget.fill(sizes.pointer, count, with: 0)
    for place in 0..<present {
      if place & 0x3FFF == 0 { try context.checkCancellation() }
      let first = Int(words.pointer(to: UInt64.self)[Int(rows[place])])
      if sizes[first] == 0 { starts.pointer[first] = UInt32(truncatingIfNeeded: place) }
      sizes.pointer[first] &+= 1
    }
    withExtendedLifetime(lacking) {}
  }
}
