extension Column {
  /// The integers that a column of codes stores, one for each row; those of rows without a value
  /// mean nothing. Nil for text, doubles and columns of 128 bits.
  func storedIntegers(budget: MemoryBudget?) throws(QueryError) -> GroupArray<Int64>? {
    guard case .codes(let codes, let base) = payload else { return nil }
    var values = try GroupArray<Int64>(budget: budget)
    try values.ensureCapacity(count)
    values.extend(to: count)
    let target = values.pointer
    try budget.forEachPiece(of: count) { piece in
      // SAFETY: words and integers of 64 bits have one size and alignment.
      let words = UnsafeMutableRawPointer(target + piece.lowerBound)
        .assumingMemoryBound(to: UInt64.self)
      codes.widen(piece, into: words)
      for row in piece { target[row] = base &+ target[row] }
    }
    return values
  }

  /// Finds the largest stored integer, by which a plan goes, on all workers.
  func findMaximum(_ context: RunContext) throws(QueryError) {
    if case .codes(let codes, _) = payload { try codes.findMaximum(context) }
  }
}
