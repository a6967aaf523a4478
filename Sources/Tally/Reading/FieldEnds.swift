import CVectorKernels

/// What a pass over text finds beside the places where fields end.
struct FieldEndCounts: Equatable {
  var fields = 0
  var newlines = 0
  /// Line ends with a CR before them.
  var returns = 0
  var hasNonASCII = false
  var hasQuote = false
  /// Whether every line has as many fields as there are columns.
  var isRegular = true
}

/// Writes the offset of each delimiter and line end, counted from ``BlockBuffer/margin`` bytes
/// before the text. There must be room for 64 more entries than there are fields.
func findFieldEnds(
  _ text: UnsafePointer<UInt8>, _ count: Int, _ dialect: Dialect, columns: Int,
  _ ends: UnsafeMutablePointer<UInt32>, _ level: VectorLevel
) -> FieldEndCounts {
  guard level > .scalar else {
    return findFieldEndsByWords(text, count, dialect, columns: columns, ends)
  }
  let found = tallyFindFieldEnds(
    level.code, text, count, dialect.delimiter, dialect.newline, dialect.quote ?? dialect.newline,
    columns, BlockBuffer.margin, ends)
  return FieldEndCounts(
    fields: found.fields, newlines: found.newlines, returns: found.returns,
    hasNonASCII: found.hasNonASCII, hasQuote: found.hasQuote, isRegular: found.isRegular)
}

/// The twin of the C kernel.
///
/// Works on 64 bytes at a time: eight words give a mask of 64 bits with one for each byte that
/// ends a field, and the places of these bits are written eight at a time without looking whether
/// so many are left, because a branch for each would cost more than the writes.
private func findFieldEndsByWords(
  _ text: UnsafePointer<UInt8>, _ count: Int, _ dialect: Dialect, columns: Int,
  _ ends: UnsafeMutablePointer<UInt32>
) -> FieldEndCounts {
  let ones: UInt64 = 0x0101_0101_0101_0101
  let delimiters = UInt64(dialect.delimiter) &* ones
  let newlines = UInt64(dialect.newline) &* ones
  let quote = dialect.quote ?? dialect.newline
  let quotes = UInt64(quote) &* ones
  let raw = UnsafeRawPointer(text)
  var counts = FieldEndCounts()
  var highBits: UInt64 = 0
  var quoteBits: UInt64 = 0
  var start = 0
  while start &+ 64 <= count {
    var mask: UInt64 = 0
    var newlineSum: UInt64 = 0
    for word in 0..<8 {
      let bytes = UInt64(
        littleEndian: raw.loadUnaligned(fromByteOffset: start &+ word &* 8, as: UInt64.self))
      highBits |= bytes
      quoteBits |= equalBytes(bytes, quotes)
      let newline = equalBytes(bytes, newlines)
      newlineSum &+= newline &>> 7
      let ending = newline | equalBytes(bytes, delimiters)
      // Gathers the top bits of the eight bytes into one byte.
      let gathered = (ending &* 0x0002_0408_1020_4081) &>> 56
      mask |= gathered &<< UInt64(truncatingIfNeeded: word &* 8)
    }
    counts.newlines &+= Int(truncatingIfNeeded: (newlineSum &* ones) &>> 56)
    counts.fields &+= writePlaces(mask, start &+ BlockBuffer.margin, ends + counts.fields)
    start &+= 64
  }
  while start < count {
    let byte = text[start]
    highBits |= UInt64(byte)
    if byte == quote { quoteBits = 1 }
    if byte == dialect.newline { counts.newlines &+= 1 }
    ends[counts.fields] = UInt32(truncatingIfNeeded: start &+ BlockBuffer.margin)
    counts.fields &+= byte == dialect.delimiter || byte == dialect.newline ? 1 : 0
    start &+= 1
  }
  counts.hasNonASCII = highBits & 0x8080_8080_8080_8080 != 0
  counts.hasQuote = quote != dialect.newline && quoteBits != 0
  checkLines(text, dialect, columns, ends, &counts)
  return counts
}

/// Finds out whether lines end where they should, and counts those with a CR at their end.
private func checkLines(
  _ text: UnsafePointer<UInt8>, _ dialect: Dialect, _ columns: Int,
  _ ends: UnsafePointer<UInt32>, _ counts: inout FieldEndCounts
) {
  var rest = columns
  for field in 0..<counts.fields {
    let end = Int(ends[field]) &- BlockBuffer.margin
    rest &-= 1
    let isNewline = text[end] == dialect.newline
    if isNewline != (rest == 0) { counts.isRegular = false }
    if rest == 0 { rest = columns }
    if isNewline, end > 0, text[end &- 1] == Dialect.carriageReturn { counts.returns &+= 1 }
  }
  if rest != columns { counts.isRegular = false }
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
