/// The value at `index` of the ascending order, and the one that follows it (the same where none
/// does). Rearranges the values.
///
/// C. A. R. Hoare, "Algorithm 65: find" (1961), with the median of three as the pivot; what is
/// left is sorted when the pivots turn out badly, so that no order of values takes quadratic time.
func selectPair<T: Comparable & BitwiseCopyable>(
  _ values: UnsafeMutablePointer<T>, _ count: Int, _ index: Int
) -> (T, T) {
  precondition(index >= 0 && index < count)
  var low = 0
  var high = count - 1
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
