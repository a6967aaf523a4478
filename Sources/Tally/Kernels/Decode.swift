// From the codes of a column to the values of a vector. `index` gives the rows to read as offsets
// from `codes`; nil reads them all in order.

/// Writes `base + code`.
func decodeIntegers<C: CodeInteger>(
  _ codes: UnsafePointer<C>, base: Int64, index: UnsafePointer<UInt32>?, count: Int,
  into out: UnsafeMutablePointer<Int64>
) {
  if let index {
    for place in 0..<count {
      out[place] = base &+ Int64(truncatingIfNeeded: codes[Int(index[place])])
    }
  } else {
    for place in 0..<count { out[place] = base &+ Int64(truncatingIfNeeded: codes[place]) }
  }
}

/// Writes the lowest bit of `base + code`.
func decodeBooleans<C: CodeInteger>(
  _ codes: UnsafePointer<C>, base: UInt8, index: UnsafePointer<UInt32>?, count: Int,
  into out: UnsafeMutablePointer<UInt8>
) {
  if let index {
    for place in 0..<count {
      out[place] = (base &+ UInt8(truncatingIfNeeded: codes[Int(index[place])])) & 1
    }
  } else {
    for place in 0..<count { out[place] = (base &+ UInt8(truncatingIfNeeded: codes[place])) & 1 }
  }
}

/// Writes the codes at full width.
func widenCodes<C: CodeInteger>(
  _ codes: UnsafePointer<C>, index: UnsafePointer<UInt32>?, count: Int,
  into out: UnsafeMutablePointer<UInt32>
) {
  if let index {
    for place in 0..<count { out[place] = UInt32(truncatingIfNeeded: codes[Int(index[place])]) }
  } else {
    for place in 0..<count { out[place] = UInt32(truncatingIfNeeded: codes[place]) }
  }
}

/// Writes the indexed values.
func gatherValues<T: BitwiseCopyable>(
  _ values: UnsafePointer<T>, index: UnsafePointer<UInt32>, count: Int,
  into out: UnsafeMutablePointer<T>
) {
  for place in 0..<count { out[place] = values[Int(index[place])] }
}

/// Writes where the texts of a heap are, `first` being the row of offset 0.
func sliceTexts(
  _ heap: TextHeap, first: Int, index: UnsafePointer<UInt32>?, count: Int,
  into out: UnsafeMutablePointer<TextSlice>
) {
  if heap.items != nil {
    for place in 0..<count {
      let text = heap.slice(first &+ (index.map { Int($0[place]) } ?? place))
      out[place] = TextSlice(start: text.baseAddress, count: text.count)
    }
    return
  }
  let offsets = heap.offsets
  let bytes = heap.bytes
  for place in 0..<count {
    let row = first &+ (index.map { Int($0[place]) } ?? place)
    let start = offsets[row]
    out[place] = TextSlice(start: bytes + start, count: offsets[row &+ 1] &- start)
  }
}
