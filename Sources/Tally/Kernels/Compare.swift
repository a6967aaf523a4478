// Comparisons of the codes of a column with constants: nothing is decoded. Every comparison is a
// question whether a code lies in a range, and a range takes one comparison of unsigned integers.

/// Writes whether each code lies in `low ... low + span`, or, with `flip` 1, whether it does not.
func testCodes<C: CodeInteger>(
  _ codes: UnsafePointer<C>, low: C, span: C, flip: UInt8, index: UnsafePointer<UInt32>?,
  count: Int, into out: UnsafeMutablePointer<UInt8>
) {
  if let index {
    for place in 0..<count {
      let isInside = codes[Int(index[place])] &- low <= span
      out[place] = unsafeBitCast(isInside, to: UInt8.self) ^ flip
    }
  } else if span == 0 {
    for place in 0..<count {
      out[place] = unsafeBitCast(codes[place] == low, to: UInt8.self) ^ flip
    }
  } else {
    for place in 0..<count {
      out[place] = unsafeBitCast(codes[place] &- low <= span, to: UInt8.self) ^ flip
    }
  }
}

/// Whether any of the codes lies in a range.
@inline(__always)
func anyLies<C: CodeInteger>(
  _ codes: UnsafePointer<C>, in range: ClosedRange<UInt64>, _ count: Int
) -> Bool {
  guard range.lowerBound <= UInt64(C.max) else { return false }
  let low = C(truncatingIfNeeded: range.lowerBound)
  let span = C(truncatingIfNeeded: min(range.upperBound, UInt64(C.max))) &- low
  var found: C = 0
  for place in 0..<count {
    found |= C(truncatingIfNeeded: unsafeBitCast(codes[place] &- low <= span, to: UInt8.self))
  }
  return found != 0
}

/// How many codes lie in `low ... low + span`.
func countCodes<C: CodeInteger>(
  _ codes: UnsafePointer<C>, low: C, span: C, count: Int
) -> Int {
  var total = 0
  var start = 0
  while start < count {
    // So few that a number as wide as a code counts them.
    let end = min(start &+ (C.bitWidth == 8 ? 192 : 1 << 14), count)
    var found: C = 0
    for place in start..<end {
      let isInside = unsafeBitCast(codes[place] &- low <= span, to: UInt8.self)
      found &+= C(truncatingIfNeeded: isInside)
    }
    total &+= Int(truncatingIfNeeded: found)
    start = end
  }
  return total
}

/// How many of `count` rows from `first` on have no bit, and how many of these have a code in
/// `low ... low + span`.
func countMissing<C: CodeInteger>(
  _ codes: UnsafePointer<C>, low: C, span: C, _ words: UnsafePointer<UInt64>, first: Int,
  count: Int
) -> (missing: Int, inside: Int) {
  let end = first &+ count
  var (total, inside) = (0, 0)
  for number in first &>> 6..<(end &+ 63) &>> 6 {
    let start = number &<< 6
    var missing = ~words[number]
    if start < first { missing &= .max &<< UInt64(truncatingIfNeeded: first &- start) }
    if end &- start < 64 {
      missing &= (1 &<< UInt64(truncatingIfNeeded: end &- start)) &- 1
    }
    total &+= missing.nonzeroBitCount
    while missing != 0 {
      let isInside = codes[start &+ missing.trailingZeroBitCount] &- low <= span
      inside &+= Int(unsafeBitCast(isInside, to: UInt8.self))
      missing &= missing &- 1
    }
  }
  return (total, inside)
}

/// Turns each truth value into its complement where `flip` is 1.
func flipMask(_ mask: UnsafeMutablePointer<UInt8>, flip: UInt8, count: Int) {
  if flip == 0 { return }
  for place in 0..<count { mask[place] ^= flip }
}

/// Sets to true the rows in which both operands are missing.
func addBothMissing(
  _ left: UnsafePointer<UInt8>, _ right: UnsafePointer<UInt8>, count: Int,
  into out: UnsafeMutablePointer<UInt8>
) {
  for place in 0..<count { out[place] |= (left[place] | right[place]) ^ 1 }
}

/// Writes whether each value is among ascending, distinct `members`.
@specialized(where T == Int64)
@specialized(where T == Int128)
@specialized(where T == Double)
@specialized(where T == UInt8)
func findMembers<T: Comparable & BitwiseCopyable>(
  _ values: UnsafePointer<T>, members: UnsafeBufferPointer<T>, count: Int,
  into out: UnsafeMutablePointer<UInt8>
) {
  for place in 0..<count {
    let wanted = values[place]
    var low = 0
    var high = members.count
    while low < high {
      let middle = (low &+ high) >> 1
      if members[middle] < wanted { low = middle &+ 1 } else { high = middle }
    }
    out[place] = low < members.count && members[low] == wanted ? 1 : 0
  }
}

/// Writes whether each value equals one of a few `members`.
@specialized(where T == Int64)
@specialized(where T == Int128)
@specialized(where T == Double)
@specialized(where T == UInt8)
func findFewMembers<T: Equatable & BitwiseCopyable>(
  _ values: UnsafePointer<T>, members: UnsafeBufferPointer<T>, count: Int,
  into out: UnsafeMutablePointer<UInt8>
) {
  fillMask(out, with: 0, count: count)
  for member in members {
    for place in 0..<count {
      out[place] |= unsafeBitCast(values[place] == member, to: UInt8.self)
    }
  }
}

/// Writes whether the table's byte at `value - low` is 1; values outside the table are no members.
func findInTable(
  _ values: UnsafePointer<Int64>, low: Int64, table: UnsafeBufferPointer<UInt8>, count: Int,
  into out: UnsafeMutablePointer<UInt8>
) {
  let span = UInt64(table.count)
  for place in 0..<count {
    let offset = UInt64(bitPattern: values[place] &- low)
    out[place] = offset < span ? table[Int(offset)] : 0
  }
}
