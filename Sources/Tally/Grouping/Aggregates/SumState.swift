/// Exact sums of whole numbers, and the averages made from them.
///
/// While the bounds of the operand prove that 64 bits suffice, partial sums have 64; they are
/// moved into the exact sums before they could overflow.
final class SumState: AggregateState {
  private let call: AggregateCall
  private let budget: MemoryBudget?
  private let scale: Int
  /// The largest number of rows whose 64-bit sum can't overflow; 0 where partial sums are not used.
  private let partialLimit: Int
  private var partialRows = 0
  private var partial: GroupArray<Int64>
  private var exact: LimbSum
  private var counts: GroupArray<Int64>
  private var groupCount = 0
  private var hasExact = false
  private let isAverage: Bool

  /// Makes the state of no groups. Partial sums are used where they hold `leastRows` rows or more.
  init(
    _ call: AggregateCall, isWide: Bool, leastRows: Int = 1 << 24, budget: MemoryBudget?
  ) throws(QueryError) {
    self.call = call
    self.budget = budget
    isAverage = call.function == .average
    scale = call.operands.first?.type.scale ?? 0
    partialLimit = isWide ? 0 : Self.partialLimit(call.operands.first?.bounds, leastRows)
    partial = try GroupArray(budget: budget)
    exact = try LimbSum(wordCount: isWide ? 2 : 1, budget: budget)
    counts = try GroupArray(budget: budget)
    hasExact = partialLimit == 0
  }

  /// How many values within `bounds` 64 bits can add; 0 where it isn't worth while.
  private static func partialLimit(
    _ bounds: ClosedRange<Int128>?, _ leastRows: Int
  ) -> Int {
    guard let bounds else { return 0 }
    let largest = max(bounds.lowerBound.magnitude, bounds.upperBound.magnitude, 1)
    let limit = UInt128(Int64.max) / largest
    return limit >= UInt128(leastRows) ? Int(min(limit, UInt128(Int64.max))) : 0
  }

  func reserve(groups: Int) throws(QueryError) {
    groupCount = max(groupCount, groups)
    if partialLimit > 0 { try partial.resize(to: groups, filling: 0) }
    if hasExact { try exact.reserve(groups: groups) }
    if isAverage { try counts.resize(to: groups, filling: 0) }
  }

  func update(_ rows: AggregateRows) throws(QueryError) {
    switch rows.values {
    case .integers(let values) where partialLimit > 0:
      if rows.count > partialLimit - partialRows { try movePartialSums() }
      if rows.count > partialLimit {
        addIntegers(values, rows.groups, rows.count, into: exact.word(0))
      } else {
        partialRows += rows.count
        if rows.isOneGroup {
          partial[0] &+= sum(values, rows.count)
        } else {
          addSmall(values, rows.groups, rows.count, into: partial.pointer)
        }
      }
    case .integers(let values):
      addIntegers(values, rows.groups, rows.count, into: exact.word(0))
    case .wide(let values):
      addWide(values, rows.groups, rows.count, low: exact.word(0), high: exact.word(1))
    default: throw QueryError.inconsistentAggregate("values that cannot be added")
    }
    if isAverage { countRows(rows, into: counts.pointer) }
  }

  /// Adds sums that a fused kernel made from `rows` rows: `codeSums[g] + base * counts[g]`.
  func add(
    codeSums: UnsafePointer<UInt64>, base: Int64, counts added: UnsafePointer<Int64>, groups: Int,
    rows: Int
  ) throws(QueryError) {
    if partialLimit > 0, rows <= partialLimit - partialRows {
      partialRows += rows
      for group in 0..<groups {
        // The sum fits into 64 bits, so its parts may wrap around.
        partial[group] &+= Int64(bitPattern: codeSums[group]) &+ base &* added[group]
      }
    } else {
      try movePartialSums()
      let words = exact.word(0)
      for group in 0..<groups {
        words[group] &+= Int128(codeSums[group]) &+ Int128(base) &* Int128(added[group])
      }
    }
    if isAverage { addCounts(added, groups, into: counts.pointer) }
  }

  /// Adds the partial sums to the exact ones.
  private func movePartialSums() throws(QueryError) {
    try ensureExact()
    if partialLimit == 0 { return }
    let words = exact.word(0)
    try budget.forEachPiece(of: groupCount) { piece in
      for group in piece {
        words[group] &+= Int128(partial[group])
        partial[group] = 0
      }
    }
    partialRows = 0
  }

  private func ensureExact() throws(QueryError) {
    if hasExact { return }
    hasExact = true
    try exact.reserve(groups: groupCount)
  }

  func merge(
    _ other: any AggregateState, targets: UnsafeBufferPointer<UInt32>
  ) throws(QueryError) {
    guard let other = other as? SumState, other.partialLimit == partialLimit else {
      throw QueryError.inconsistentAggregate("the state of another aggregate")
    }
    if partialLimit > 0 {
      if other.partialRows > partialLimit - partialRows { try movePartialSums() }
      partialRows += other.partialRows
      try addMapped(other.partial.pointer, targets, into: partial.pointer, budget)
    }
    if other.hasExact {
      try ensureExact()
      try exact.merge(other.exact, targets: targets, budget)
    }
    if isAverage { try addMapped(other.counts.pointer, targets, into: counts.pointer, budget) }
  }

  private func total(_ group: Int) -> Int128? {
    let rest = partialLimit > 0 ? Int128(partial[group]) : 0
    guard hasExact else { return rest }
    if partialLimit == 0 { return exact.total128(group) }
    // Partial sums are used for 64-bit values only, whose exact sum has one word to spare.
    return exact.word(0)[group] &+ rest
  }

  func finish(order: UnsafeBufferPointer<UInt32>) throws(QueryError) -> Column {
    if isAverage { return try finishAverages(order) }
    if !hasExact {
      let bytes = try AlignedBytes(byteCount: order.count * 8, budget: budget)
      let results = bytes.pointer(to: Int64.self)
      try budget.forEachPiece(of: order.count) { piece in
        for row in piece { results[row] = partial[Int(order[row])] }
      }
      return try Column.integers(
        UnsafeBufferPointer(start: results, count: order.count), type: call.type, budget: budget)
    }
    return try integerColumn(
      count: order.count, type: call.type, budget: budget
    ) { row throws(QueryError) in
      guard let total = total(Int(order[row])) else { throw QueryError.resultOverflow }
      return total
    }
  }

  private func finishAverages(_ order: UnsafeBufferPointer<UInt32>) throws(QueryError) -> Column {
    if call.type == .duration {
      return try integerColumn(count: order.count, type: .duration, budget: budget) { row in
        let group = Int(order[row])
        guard counts[group] > 0, let total = total(group) else { return nil }
        return nearestInteger(total, Int128(counts[group]))
      }
    }
    let power = ExactDecimal.powersOfTen[scale]
    return try floatColumn(count: order.count, type: call.type, budget: budget) { row in
      let group = Int(order[row])
      let count = Int128(counts[group])
      if count == 0 { return nil }
      let divisor = count.multipliedReportingOverflow(by: power)
      if let total = total(group), !divisor.overflow {
        return quotient(total, divisor.partialValue)
      }
      return nearestQuotient(exact.total(group), BigInteger(count) * BigInteger(power))
    }
  }
}

/// Adds numbers whose sums are known to fit into 64 bits.
func addSmall(
  _ values: UnsafePointer<Int64>, _ groups: UnsafePointer<UInt32>, _ count: Int,
  into sums: UnsafeMutablePointer<Int64>
) {
  for row in 0..<count { sums[Int(groups[row])] &+= values[row] }
}

/// The sum of numbers, known to fit into 64 bits.
private func sum(_ values: UnsafePointer<Int64>, _ count: Int) -> Int64 {
  var total: Int64 = 0
  for row in 0..<count { total &+= values[row] }
  return total
}
