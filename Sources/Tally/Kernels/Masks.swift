#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

// Masks are one byte per row, 0 or 1, so that they join the values' loops without shifts.

/// The 64 bits that begin at bit `first`; those past the bitmap's end are undefined.
@inline(__always)
private func window(_ words: UnsafePointer<UInt64>, _ first: Int) -> UInt64 {
  let word = first >> 6
  let shift = UInt64(first & 63)
  // SAFETY: the memory of a bitmap is padded, so that the word after the last may be read.
  return shift == 0 ? words[word] : (words[word] >> shift) | (words[word &+ 1] << (64 &- shift))
}

/// Whether all of `count` bits from `first` on are 1.
func areAllSet(_ words: UnsafePointer<UInt64>, first: Int, count: Int) -> Bool {
  var place = 0
  while place < count {
    let rest = count &- place
    let wanted: UInt64 = rest >= 64 ? .max : (1 << UInt64(rest)) &- 1
    if window(words, first &+ place) & wanted != wanted { return false }
    place &+= 64
  }
  return true
}

/// Writes each of `count` bits from `first` on as a byte.
///
/// The bytes are written eight at a time: `out` has room for `count` rounded up to eight.
func expandBits(
  _ words: UnsafePointer<UInt64>, first: Int, count: Int, into out: UnsafeMutablePointer<UInt8>
) {
  var place = 0
  while place < count {
    var bits = window(words, first &+ place)
    let end = min(count, place &+ 64)
    while place < end {
      // Each lane keeps its own bit, which the addition carries to the lane's highest bit.
      let spread = ((bits & 0xFF) &* 0x0101_0101_0101_0101) & 0x8040_2010_0804_0201
      let bytes = ((spread &+ 0x7F7F_7F7F_7F7F_7F7F) >> 7) & 0x0101_0101_0101_0101
      UnsafeMutableRawPointer(out + place).storeBytes(of: bytes.littleEndian, as: UInt64.self)
      bits >>= 8
      place &+= 8
    }
  }
}

/// Writes the bit of each indexed row as a byte.
func gatherBits(
  _ words: UnsafePointer<UInt64>, first: Int, index: UnsafePointer<UInt32>, count: Int,
  into out: UnsafeMutablePointer<UInt8>
) {
  for place in 0..<count {
    let row = first &+ Int(index[place])
    out[place] = UInt8(truncatingIfNeeded: (words[row >> 6] >> UInt64(row & 63)) & 1)
  }
}

/// The number of ones.
func countOnes(_ mask: UnsafePointer<UInt8>, count: Int) -> Int {
  var total = 0
  for place in 0..<count { total &+= Int(mask[place]) }
  return total
}

/// Writes `byte` to each place.
func fillMask(_ out: UnsafeMutablePointer<UInt8>, with byte: UInt8, count: Int) {
  memset(out, Int32(byte), count)
}

/// Sets `out` to what both are.
func andMasks(
  _ left: UnsafePointer<UInt8>, _ right: UnsafePointer<UInt8>, count: Int,
  into out: UnsafeMutablePointer<UInt8>
) {
  for place in 0..<count { out[place] = left[place] & right[place] }
}

/// Sets `out` to what at least one is.
func orMasks(
  _ left: UnsafePointer<UInt8>, _ right: UnsafePointer<UInt8>, count: Int,
  into out: UnsafeMutablePointer<UInt8>
) {
  for place in 0..<count { out[place] = left[place] | right[place] }
}

/// Sets `out` to what `left` is and `right` is not.
func andNotMasks(
  _ left: UnsafePointer<UInt8>, _ right: UnsafePointer<UInt8>, count: Int,
  into out: UnsafeMutablePointer<UInt8>
) {
  for place in 0..<count { out[place] = left[place] & (right[place] ^ 1) }
}

/// Sets `out` to the complement.
func invertMask(
  _ mask: UnsafePointer<UInt8>, count: Int, into out: UnsafeMutablePointer<UInt8>
) {
  for place in 0..<count { out[place] = mask[place] ^ 1 }
}

/// Writes the offsets of the rows whose mask is `wanted`, and gives their number. `offsets` maps
/// places to offsets in the batch, nil where they are the same.
func compactOffsets(
  _ mask: UnsafePointer<UInt8>, wanted: UInt8, offsets: UnsafePointer<UInt32>?, count: Int,
  into out: UnsafeMutablePointer<UInt32>
) -> Int {
  var kept = 0
  if let offsets {
    for place in 0..<count {
      out[kept] = offsets[place]
      kept &+= Int((mask[place] ^ wanted) & 1 ^ 1)
    }
  } else {
    for place in 0..<count {
      out[kept] = UInt32(truncatingIfNeeded: place)
      kept &+= Int((mask[place] ^ wanted) & 1 ^ 1)
    }
  }
  return kept
}
