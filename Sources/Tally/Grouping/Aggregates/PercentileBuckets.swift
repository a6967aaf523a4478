/// Percentiles of groups whose values are still in a column: rows are counted by group and bucket
/// of values first; of each group only the one or two buckets are read again in which the
/// neighbours of its percentile lie, and put in order.
///
///     bucket = table[value >> shift]        about as many rows in each, as a sample tells
///     bucket = value                        where there are few values; nothing is read again
///
/// Counts have one byte, so that those of thousands of groups stay in the second cache; a byte that
/// turns over adds to a carry.
///
/// SAFETY: lanes touch memory of their own, and all is done once ``neighbours()`` returns.
final class PercentileBuckets: @unchecked Sendable {
  /// The rows of a worker, with what its slots have become.
  let parts: [(rows: FusedRows, targets: GroupArray<UInt32>?)]
  private let fraction: ExactDecimal
  private let groupCount: Int
  private let context: RunContext
  private let bucketCount: Int
  private let shift: UInt32
  private let table: GroupArray<UInt16>
  private let rowCount: Int
  /// Whether a bucket holds one value, which is then its number.
  private let hasBucketPerValue: Bool

  private static let tableBits = 12
  private static let sampleSize = 16_384
  /// The counts that stay in the second cache beside all else.
  private static let mostCounts = 655_360
  private static let fewestBuckets = 16

  /// Nil where there are too many groups for buckets, or too few rows.
  init?(
    _ parts: [(rows: FusedRows, targets: GroupArray<UInt32>?)], groupCount: Int,
    _ fraction: ExactDecimal, _ context: RunContext
  ) throws(QueryError) {
    let slots = parts.map(\.rows.counts.count).max() ?? 0
    let rowCount = parts.reduce(0) { $0 + $1.rows.rowCount }
    guard let first = parts.first, slots > 0, rowCount >= context.grouping.leastBucketedRows else {
      return nil
    }
    let wanted = Self.mostCounts / max(slots, groupCount)
    guard wanted >= Self.fewestBuckets else { return nil }
    bucketCount = min(1 << Self.tableBits, 1 << (Int.bitWidth - 1 - wanted.leadingZeroBitCount))
    let bits = UInt32.bitWidth - first.rows.maximum.leadingZeroBitCount
    hasBucketPerValue = Int(first.rows.maximum) < bucketCount
    shift = hasBucketPerValue ? 0 : UInt32(max(0, bits - Self.tableBits))
    (self.parts, self.groupCount, self.fraction) = (parts, groupCount, fraction)
    (self.context, self.rowCount) = (context, rowCount)
    table = try GroupArray(count: 1 << Self.tableBits, filling: 0, budget: context.budget)
    if hasBucketPerValue {
      for value in 0..<bucketCount { table[value] = UInt16(value) }
      return
    }
    var counts = [Int](repeating: 0, count: 1 << Self.tableBits)
    let sample = first.rows.sample(Self.sampleSize)
    for value in sample { counts[Int(value >> shift)] += 1 }
    var before = 0
    for (place, count) in counts.enumerated() {
      table[place] = UInt16(before * (bucketCount - 1) / max(1, sample.count))
      before += count
    }
  }

  /// The rows of a worker by slot and bucket.
  private struct Counts {
    let bytes: GroupArray<UInt8>
    let carries: GroupArray<UInt32>

    subscript(place: Int) -> Int { Int(carries[place]) << 8 + Int(bytes[place]) }
  }

  /// The buckets of a group that are read again, and how many of its values come before them.
  private struct Wanted {
    var first = UInt16.max
    var last = UInt16.max
    var before = 0
  }

  /// The two values between which the percentile of each group lies, and where the values of each
  /// group would begin, one after another; nil where buckets leave too many rows over.
  func neighbours() throws(QueryError) -> (
    low: GroupArray<UInt32>, high: GroupArray<UInt32>, starts: GroupArray<Int>
  )? {
    let counts = try countRows()
    let starts = try GroupArray<Int>(count: groupCount + 1, filling: 0, budget: context.budget)
    let wanted = try GroupArray<Wanted>(
      count: groupCount, filling: Wanted(), budget: context.budget)
    try choose(counts, starts, wanted)
    if hasBucketPerValue {
      let low = try GroupArray<UInt32>(count: groupCount, filling: 0, budget: context.budget)
      let high = try GroupArray<UInt32>(count: groupCount, filling: 0, budget: context.budget)
      for group in 0..<groupCount {
        (low[group], high[group]) = (UInt32(wanted[group].first), UInt32(wanted[group].last))
      }
      return (low, high, starts)
    }
    // Where each part puts the values of a group, and where those of a group begin.
    let cursors = try GroupArray<Int>(
      count: parts.count * groupCount, filling: 0, budget: context.budget)
    let begins = try GroupArray<Int>(count: groupCount + 1, filling: 0, budget: context.budget)
    let kept = place(counts, wanted, cursors, begins)
    if kept > rowCount / 4 { return nil }
    let values = try GroupArray<UInt32>(count: kept, filling: 0, budget: context.budget)
    try gather(wanted, cursors, into: values)
    let low = try GroupArray<UInt32>(count: groupCount, filling: 0, budget: context.budget)
    let high = try GroupArray<UInt32>(count: groupCount, filling: 0, budget: context.budget)
    let step = 256
    try context.forEachPart(of: (groupCount + step - 1) / step, rows: kept) {
      [self] _, part throws(QueryError) in
      for group in (part * step)..<min((part + 1) * step, groupCount) {
        let all = starts[group + 1] - starts[group]
        guard let place = PercentilePlace(fraction, of: all) else { continue }
        (low[group], high[group]) = try selectPair(
          values.pointer + begins[group], begins[group + 1] - begins[group],
          place.index - wanted[group].before, context.budget)
      }
    }
    return (low, high, starts)
  }

  private func countRows() throws(QueryError) -> [Counts] {
    var result: [Counts] = []
    for part in parts {
      let size = part.rows.counts.count * bucketCount
      result.append(
        Counts(
          bytes: try GroupArray(count: size, filling: 0, budget: context.budget),
          carries: try GroupArray(count: size, filling: 0, budget: context.budget)))
    }
    let counts = result
    try context.forEachPart(of: parts.count, rows: rowCount) { [self] _, part throws(QueryError) in
      let (bytes, carries) = (counts[part].bytes.pointer, counts[part].carries.pointer)
      let (table, shift) = (UnsafePointer(table.pointer), shift)
      try parts[part].rows.forEachSlice(context.budget) { slots, values, count in
        switch slots {
        case .one(let own): tally(own, values, count, table, shift, bucketCount, bytes, carries)
        case .two(let own): tally(own, values, count, table, shift, bucketCount, bytes, carries)
        case .four(let own): tally(own, values, count, table, shift, bucketCount, bytes, carries)
        }
      }
    }
    return result
  }

  /// Finds the buckets of each group in which its neighbours lie, and counts its values.
  private func choose(
    _ counts: [Counts], _ starts: GroupArray<Int>, _ wanted: GroupArray<Wanted>
  ) throws(QueryError) {
    let sums = try GroupArray<UInt32>(
      count: groupCount * bucketCount, filling: 0, budget: context.budget)
    for (part, own) in zip(parts, counts) {
      for slot in 0..<part.rows.counts.count where part.rows.counts[slot] > 0 {
        let group = part.targets.map { Int($0[slot]) } ?? slot
        addCounts(
          own.bytes.pointer + slot * bucketCount, own.carries.pointer + slot * bucketCount,
          bucketCount, into: sums.pointer + group * bucketCount)
      }
    }
    var total = 0
    for group in 0..<groupCount {
      if group & 1023 == 0 { try context.checkCancellation() }
      let own = sums.pointer + group * bucketCount
      var count = 0
      for bucket in 0..<bucketCount { count += Int(own[bucket]) }
      starts[group] = total
      total += count
      guard let place = PercentilePlace(fraction, of: count) else { continue }
      var (bucket, before) = (0, 0)
      while before + Int(own[bucket]) <= place.index {
        before += Int(own[bucket])
        bucket += 1
      }
      var last = bucket
      if place.index + 1 < count, before + Int(own[bucket]) == place.index + 1 {
        last += 1
        while own[last] == 0 { last += 1 }
      }
      wanted[group] = Wanted(first: UInt16(bucket), last: UInt16(last), before: before)
    }
    starts[groupCount] = total
  }

  /// Sets where the values of each group and part go, and answers how many there are.
  private func place(
    _ counts: [Counts], _ wanted: GroupArray<Wanted>, _ cursors: GroupArray<Int>,
    _ begins: GroupArray<Int>
  ) -> Int {
    for (index, (part, own)) in zip(parts, counts).enumerated() {
      for slot in 0..<part.rows.counts.count where part.rows.counts[slot] > 0 {
        let group = part.targets.map { Int($0[slot]) } ?? slot
        let (first, last) = (Int(wanted[group].first), Int(wanted[group].last))
        var kept = own[slot * bucketCount + first]
        if last != first { kept += own[slot * bucketCount + last] }
        cursors[index * groupCount + group] &+= kept
      }
    }
    var total = 0
    for group in 0..<groupCount {
      begins[group] = total
      for index in parts.indices {
        let own = cursors[index * groupCount + group]
        cursors[index * groupCount + group] = total
        total += own
      }
    }
    begins[groupCount] = total
    return total
  }

  private func gather(
    _ wanted: GroupArray<Wanted>, _ cursors: GroupArray<Int>, into values: GroupArray<UInt32>
  ) throws(QueryError) {
    try context.forEachPart(of: parts.count, rows: rowCount) { [self] _, part throws(QueryError) in
      let (rows, targets) = parts[part]
      // The buckets by slot, so that a row need not look its group up.
      let slots = rows.counts.count
      let bounds = try GroupArray<UInt32>(count: slots, filling: .max, budget: context.budget)
      for slot in 0..<slots where rows.counts[slot] > 0 {
        let own = wanted[targets.map { Int($0[slot]) } ?? slot]
        bounds[slot] = UInt32(own.last) << 16 | UInt32(own.first)
      }
      let next = cursors.pointer + part * groupCount
      let (table, shift, target) = (UnsafePointer(table.pointer), shift, values.pointer)
      try rows.forEachSlice(context.budget) { slots, values, count in
        let chosen = BucketRows(
          bounds: bounds.pointer, table: table, shift: shift, groups: targets?.pointer, next: next)
        switch slots {
        case .one(let own): keep(own, values, count, chosen, into: target)
        case .two(let own): keep(own, values, count, chosen, into: target)
        case .four(let own): keep(own, values, count, chosen, into: target)
        }
      }
    }
  }
}

private func addCounts(
  _ bytes: UnsafePointer<UInt8>, _ carries: UnsafePointer<UInt32>, _ count: Int,
  into sums: UnsafeMutablePointer<UInt32>
) {
  for place in 0..<count { sums[place] &+= carries[place] &<< 8 &+ UInt32(bytes[place]) }
}

@inline(__always)
private func tally<Slot: CodeInteger>(
  _ slots: UnsafePointer<Slot>, _ values: UnsafePointer<UInt32>, _ count: Int,
  _ table: UnsafePointer<UInt16>, _ shift: UInt32, _ bucketCount: Int,
  _ bytes: UnsafeMutablePointer<UInt8>, _ carries: UnsafeMutablePointer<UInt32>
) {
  for row in 0..<count {
    let bucket = Int(table[Int(truncatingIfNeeded: values[row] &>> shift)])
    let place = Int(truncatingIfNeeded: slots[row]) &* bucketCount &+ bucket
    let value = bytes[place] &+ 1
    bytes[place] = value
    if _slowPath(value == 0) { carries[place] &+= 1 }
  }
}

/// Which rows are kept, and where they go.
private struct BucketRows {
  /// The last and the first wanted bucket of each slot.
  let bounds: UnsafePointer<UInt32>
  let table: UnsafePointer<UInt16>
  let shift: UInt32
  /// The groups of slots; nil where they are the same.
  let groups: UnsafePointer<UInt32>?
  let next: UnsafeMutablePointer<Int>
}

@inline(__always)
private func keep<Slot: CodeInteger>(
  _ slots: UnsafePointer<Slot>, _ values: UnsafePointer<UInt32>, _ count: Int,
  _ rows: BucketRows, into target: UnsafeMutablePointer<UInt32>
) {
  for row in 0..<count {
    let slot = Int(truncatingIfNeeded: slots[row])
    let bucket = UInt32(rows.table[Int(truncatingIfNeeded: values[row] &>> rows.shift)])
    let own = rows.bounds[slot]
    if _slowPath(bucket == own & 0xFFFF || bucket == own >> 16) {
      let group = rows.groups.map { Int($0[slot]) } ?? slot
      target[rows.next[group]] = values[row]
      rows.next[group] &+= 1
    }
  }
}
