/// What a pass over plain text finds beside the ends of its fields.
struct FieldEndCounts {
  var fields = 0
  var newlines = 0
  var hasNonASCII = false
}

/// Writes the offset of each delimiter and line end, counted from ``BlockBuffer/margin`` bytes
/// before the text. There must be room for 64 more entries than there are fields.
///
/// Works on 64 bytes at a time: eight words give a mask of 64 bits with one for each byte that
/// ends a field, and the places of these bits are written eight at a time without looking whether
/// so many are left, because a branch for each would cost more than the writes.
func findFieldEnds(
  _ text: UnsafePointer<UInt8>, _ count: Int, _ dialect: Dialect,
  _ ends: UnsafeMutablePointer<UInt32>
) -> FieldEndCounts {
  let delimiters = UInt64(dialect.delimiter) &* 0x0101_0101_0101_0101
  let newlines = UInt64(dialect.newline) &* 0x0101_0101_0101_0101
  let raw = UnsafeRawPointer(text)
  var found = 0
  var newlineCount = 0
  var highBits: UInt64 = 0
  var start = 0
  while start &+ 64 <= count {
    var mask: UInt64 = 0
    var newlineSum: UInt64 = 0
    for word in 0..<8 {
      let bytes = UInt64(
        littleEndian: raw.loadUnaligned(fromByteOffset: start &+ word &* 8, as: UInt64.self))
      highBits |= bytes
      let newline = equalBytes(bytes, newlines)
      newlineSum &+= newline &>> 7
      let ending = newline | equalBytes(bytes, delimiters)
      // Gathers the top bits of the eight bytes into one byte.
      let gathered = (ending &* 0x0002_0408_1020_4081) &>> 56
      mask |= gathered &<< UInt64(truncatingIfNeeded: word &* 8)
    }
    newlineCount &+= Int(truncatingIfNeeded: (newlineSum &* 0x0101_0101_0101_0101) &>> 56)
    found &+= writePlaces(mask, start &+ BlockBuffer.margin, ends + found)
    start &+= 64
  }
  while start < count {
    let byte = text[start]
    highBits |= UInt64(byte)
    if byte == dialect.newline { newlineCount &+= 1 }
    ends[found] = UInt32(truncatingIfNeeded: start &+ BlockBuffer.margin)
    found &+= byte == dialect.delimiter || byte == dialect.newline ? 1 : 0
    start &+= 1
  }
  return FieldEndCounts(
    fields: found, newlines: newlineCount, hasNonASCII: highBits & 0x8080_8080_8080_8080 != 0)
}

/// The top bit of each byte that is equal in both words.
@inline(__always)
private func equalBytes(_ bytes: UInt64, _ pattern: UInt64) -> UInt64 {
  let low: UInt64 = 0x7F7F_7F7F_7F7F_7F7F
  let difference = bytes ^ pattern
  return ~(((difference & low) &+ low) | difference | low)
}

/// Writes the places of the ones of a mask, and up to seven entries more, and gives their number.
@inline(__always)
private func writePlaces(
  _ mask: UInt64, _ start: Int, _ ends: UnsafeMutablePointer<UInt32>
) -> Int {
  let count = mask.nonzeroBitCount
  let first = UInt32(truncatingIfNeeded: start)
  var rest = mask
  var written = 0
  while written < count {
    for place in 0..<8 {
      ends[written &+ place] =
        first &+ UInt32(truncatingIfNeeded: rest.trailingZeroBitCount)
      rest &= rest &- 1
    }
    written &+= 8
  }
  return count
}

/// Whether any byte is not ASCII.
func hasNonASCIIByte(_ text: UnsafePointer<UInt8>, _ count: Int) -> Bool {
  var all: UInt64 = 0
  var index = 0
  while index &+ 8 <= count {
    all |= UnsafeRawPointer(text + index).loadUnaligned(as: UInt64.self)
    index &+= 8
  }
  while index < count {
    all |= UInt64(text[index])
    index &+= 1
  }
  return all & 0x8080_8080_8080_8080 != 0
}
