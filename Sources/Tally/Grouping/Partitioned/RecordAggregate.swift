/// What is computed of the values of a group's records.
enum RecordAggregate {
  /// The records.
  case rows
  /// Those that have a value.
  case values(RecordLayout.Value)
  case sum(RecordLayout.Value)
  case average(RecordLayout.Value)
  case extreme(RecordLayout.Value, isMax: Bool)

  /// Finds what a call computes; nil where records do not hold what it takes, or where 64 bits may
  /// not hold the sum of so many rows.
  init?(_ call: AggregateCall, _ layout: RecordLayout, rowCount: Int) {
    guard call.condition == nil, !call.isDistinct else { return nil }
    guard let operand = call.operands.first else {
      guard call.function == .count else { return nil }
      self = .rows
      return
    }
    guard call.operands.count == 1, case .column(let index) = operand.kind,
      let value = layout.values.first(where: { $0.index == index })
    else { return nil }
    switch call.function {
    case .count: self = value.isNullable ? .values(value) : .rows
    case .min: self = .extreme(value, isMax: false)
    case .max: self = .extreme(value, isMax: true)
    case .sum where value.canSum(rowCount): self = .sum(value)
    case .average where value.canSum(rowCount) && call.type.isFloating: self = .average(value)
    default: return nil
    }
  }

  /// The value that is read.
  var value: RecordLayout.Value? {
    switch self {
    case .rows: nil
    case .values(let value), .sum(let value), .average(let value), .extreme(let value, _): value
    }
  }
}

extension RecordLayout.Value {
  /// The largest stored integer.
  var highest: Int64 { base &+ Int64(bitPattern: codes.maximum) }

  /// Whether the sum of so many values has less than 62 bits.
  fileprivate func canSum(_ rowCount: Int) -> Bool {
    let (high, overflow) = base.addingReportingOverflow(Int64(bitPattern: codes.maximum))
    if overflow { return false }
    let most = max(base.magnitude, high.magnitude, 1)
    let product = most.multipliedReportingOverflow(by: UInt64(rowCount))
    return !product.overflow && product.partialValue < 1 << 62
  }
}

/// Adds up the codes of values by group, and counts those that are there. Each record is a group of
/// its own where there are no ids.
@inline(__always)
func sumRecords<Word: CodeInteger>(
  _ words: UnsafePointer<Word>, _ ids: UnsafePointer<UInt32>?, _ count: Int,
  _ value: RecordLayout.Value, into sums: UnsafeMutablePointer<UInt64>,
  counts: UnsafeMutablePointer<UInt32>
) {
  let (shift, mask) = (Word(truncatingIfNeeded: value.shift), value.mask)
  switch (value.isNullable, ids) {
  case (false, nil):
    for row in 0..<count { sums[row] = UInt64(truncatingIfNeeded: words[row] &>> shift) & mask }
  case (false, .some(let ids)):
    for row in 0..<count {
      sums[Int(ids[row])] &+= UInt64(truncatingIfNeeded: words[row] &>> shift) & mask
    }
  case (true, _):
    for row in 0..<count {
      let word = UInt64(truncatingIfNeeded: words[row] &>> shift)
      let group = ids.map { Int($0[row]) } ?? row
      sums[group] &+= (word >> 1) & mask
      counts[group] &+= UInt32(truncatingIfNeeded: word & 1)
    }
  }
}

/// Keeps the smallest or the largest code of each group, and counts the values that are there.
@inline(__always)
func keepExtremes<Word: CodeInteger>(
  _ words: UnsafePointer<Word>, _ ids: UnsafePointer<UInt32>?, _ count: Int,
  _ value: RecordLayout.Value, isMax: Bool, into best: UnsafeMutablePointer<UInt64>,
  counts: UnsafeMutablePointer<UInt32>?
) {
  let (shift, mask) = (Word(truncatingIfNeeded: value.shift), value.mask)
  let flag: UInt64 = value.isNullable ? 1 : 0
  // A code that has no value must not be better than any.
  let worst: UInt64 = isMax ? 0 : .max
  for row in 0..<count {
    let word = UInt64(truncatingIfNeeded: words[row] &>> shift)
    let group = ids.map { Int($0[row]) } ?? row
    let isThere = flag == 0 ? 1 : word & 1
    let code = isThere == 1 ? (word >> flag) & mask : worst
    best[group] = isMax ? max(best[group], code) : min(best[group], code)
    counts?[group] &+= UInt32(truncatingIfNeeded: isThere)
  }
}
