/// The offset of the first byte that is no part of well-formed UTF-8, or nil where all are.
///
/// Well-formed is what table 3-7 of the Unicode Standard lists: no overlong forms, no surrogates,
/// nothing above U+10FFFF.
func firstMalformedUTF8(_ bytes: UnsafePointer<UInt8>, count: Int) -> Int? {
  var index = 0
  while index < count {
    if bytes[index] < 0x80 {
      index = asciiEnd(bytes, from: index, to: count)
      continue
    }
    let length = sequenceLength(bytes + index, available: count - index)
    if length == 0 { return index }
    index += length
  }
  return nil
}

/// The length of the well-formed sequence of two to four bytes that begins here; 0 if none does.
@inline(__always)
private func sequenceLength(_ bytes: UnsafePointer<UInt8>, available: Int) -> Int {
  let first = bytes[0]
  switch first {
  case 0xC2...0xDF:
    return available >= 2 && isTrailing(bytes[1]) ? 2 : 0
  case 0xE0...0xEF:
    guard available >= 3, isTrailing(bytes[1]), isTrailing(bytes[2]) else { return 0 }
    if first == 0xE0, bytes[1] < 0xA0 { return 0 }
    return first == 0xED && bytes[1] > 0x9F ? 0 : 3
  case 0xF0...0xF4:
    guard available >= 4, isTrailing(bytes[1]), isTrailing(bytes[2]), isTrailing(bytes[3]) else {
      return 0
    }
    if first == 0xF0, bytes[1] < 0x90 { return 0 }
    return first == 0xF4 && bytes[1] > 0x8F ? 0 : 4
  default: return 0
  }
}

@inline(__always)
private func isTrailing(_ byte: UInt8) -> Bool { byte & 0xC0 == 0x80 }

/// The first offset from `start` on whose byte is not ASCII, or `end`.
@inline(__always)
private func asciiEnd(_ bytes: UnsafePointer<UInt8>, from start: Int, to end: Int) -> Int {
  var index = start
  while index &+ 8 <= end {
    let word = UnsafeRawPointer(bytes + index).loadUnaligned(as: UInt64.self)
    let high = word.littleEndian & 0x8080_8080_8080_8080
    if high != 0 { return index &+ (high.trailingZeroBitCount >> 3) }
    index &+= 8
  }
  while index < end, bytes[index] < 0x80 { index &+= 1 }
  return index
}
