/// The value at `index` of the ascending order, and the one that follows it (the same where none
/// does). Rearranges the values.
///
/// C. A. R. Hoare, "Algorithm 65: find" (1961), with the median of three as the pivot; what is
/// left is sorted when the pivots turn out badly, so that no order of values takes quadratic time.
func selectPair<T: Comparable & BitwiseCopyable>(
  _ values: UnsafeMutablePointer<T>, _ count: Int, _ index: Int, _ budget: MemoryBudget?
) throws(QueryError) -> (T, T) {
  precondition(index >= 0 && index < count)
  var low = 0
  var high = count - 1
  var swaps = 0
  var roundsLeft = 2 * (Int.bitWidth - count.leadingZeroBitCount)
  while high - low > 16 && roundsLeft > 0 {
    let pivot = medianOfThree(values[low], values[low + (high - low) / 2], values[high])
    var left = low
    var right = high
    while left <= right {
      while values[left] < pivot { left &+= 1 }
      while pivot < values[right] { right &-= 1 }
      if left <= right {
        (values[left], values[right]) = (values[right], values[left])
        left &+= 1
        right &-= 1
        swaps &+= 1
        if swaps & 0x7FFF == 0 { try budget?.checkCancellation() }
      }
    }
    if index <= right {
      high = right
    } else if index >= left {
      low = left
    } else {
      // Between the parts all values equal the pivot.
      (low, high) = (index, index)
    }
    roundsLeft -= 1
  }
  var rest = UnsafeMutableBufferPointer(start: values + low, count: high - low + 1)
  rest.sort()
  guard index + 1 < count else { return (values[index], values[index]) }
  var next = values[index + 1]
  if index >= high {
    for place in (index + 1)..<count where values[place] < next { next = values[place] }
  }
  return (values[index], next)
}

@inline(__always)
private func medianOfThree<T: Comparable>(_ a: T, _ b: T, _ c: T) -> T {
  if a < b {
    if b < c { return b }
    return a < c ? c : a
  }
  if a < c { return a }
  return b < c ? c : b
}

/// The same for 32-bit numbers, without comparing them: the values are counted by their highest
/// bits, those of the part in which the wanted one lies are kept, and so on. Takes two readings of
/// the values for each 8 bits in which they differ, mostly two in all.
func selectPair(
  _ values: UnsafeMutablePointer<UInt32>, count: Int, index: Int,
  counts: UnsafeMutablePointer<UInt32>, _ budget: MemoryBudget?
) throws(QueryError) -> (UInt32, UInt32) {
  precondition(index >= 0 && index < count)
  var (count, index) = (count, index)
  // The smallest of the values that were left out because they are larger.
  var above: UInt32?
  while count > 48 {
    var (low, high) = (UInt32.max, UInt32.min)
    try budget.forEachPiece(of: count) { piece in
      (low, high) = range(values + piece.lowerBound, piece.count, low, high)
    }
    if low == high { return (low, index + 1 < count ? low : above ?? low) }
    let shift = UInt32(max(0, 24 - (high - low).leadingZeroBitCount))
    counts.update(repeating: 0, count: 256)
    try budget.forEachPiece(of: count) { piece in
      for row in piece { counts[Int((values[row] &- low) &>> shift)] &+= 1 }
    }
    var part = 0
    var before = 0
    while before + Int(counts[part]) <= index {
      before += Int(counts[part])
      part += 1
    }
    let size = Int(counts[part])
    if before + size == index + 1, before + size < count {
      above = smallest(values, count, low: low, shift: shift, above: UInt32(part))
    }
    var kept = 0
    try budget.forEachPiece(of: count) { piece in
      for row in piece {
        let value = values[row]
        values[kept] = value
        kept &+= (value &- low) &>> shift == UInt32(truncatingIfNeeded: part) ? 1 : 0
      }
    }
    index -= before
    count = size
  }
  var rest = UnsafeMutableBufferPointer(start: values, count: count)
  rest.sort()
  return (values[index], index + 1 < count ? values[index + 1] : above ?? values[index])
}

private func range(
  _ values: UnsafePointer<UInt32>, _ count: Int, _ low: UInt32, _ high: UInt32
) -> (UInt32, UInt32) {
  var (low, high) = (low, high)
  for row in 0..<count {
    low = min(low, values[row])
    high = max(high, values[row])
  }
  return (low, high)
}

/// The smallest value of a part behind `part`.
private func smallest(
  _ values: UnsafePointer<UInt32>, _ count: Int, low: UInt32, shift: UInt32, above part: UInt32
) -> UInt32 {
  var result = UInt32.max
  for row in 0..<count {
    let isAbove = (values[row] &- low) &>> shift > part
    result = min(result, isAbove ? values[row] : .max)
  }
  return result
}
