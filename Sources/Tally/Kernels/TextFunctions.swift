#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Memory for the texts that an expression makes for one batch: what was stored stays where it is
/// until the next batch begins.
final class TextArena {
  private let budget: MemoryBudget?
  private var chunks: [AlignedBytes] = []
  private var chunk = 0
  private var used = 0

  private static let chunkSize = 1 << 16

  init(budget: MemoryBudget?) { self.budget = budget }

  /// Forgets all texts.
  func begin() {
    chunk = 0
    used = 0
  }

  /// Memory for `count` bytes.
  func reserve(_ count: Int) throws(QueryError) -> UnsafeMutablePointer<UInt8> {
    while chunk < chunks.count, used + count > chunks[chunk].byteCount {
      chunk += 1
      used = 0
    }
    if chunk == chunks.count {
      chunks.append(try AlignedBytes(byteCount: max(Self.chunkSize, count), budget: budget))
    }
    let start = chunks[chunk].pointer(to: UInt8.self) + used
    used += count
    return start
  }

  /// A text of this memory in normalisation form C.
  func normalised(_ text: TextSlice) throws(QueryError) -> TextSlice {
    if text.isPlain { return text }
    // The normal form is made in memory of its own first.
    let memory = MemoryReservation(budget)
    try memory.grow(by: 2 * text.count)
    return try store(text.string)
  }

  /// Stores a text in normalisation form C.
  func store(_ text: String) throws(QueryError) -> TextSlice {
    var normal = text.normalised
    let count = normal.utf8.count
    let start = try reserve(count)
    normal.withUTF8 { bytes in
      if let base = bytes.baseAddress { start.update(from: base, count: count) }
    }
    return TextSlice(start: start, count: count)
  }
}

extension TextSlice {
  /// No text.
  static var empty: TextSlice { TextSlice(start: nil, count: 0) }

  /// The text as a string.
  var string: String { String(decoding: bytes, as: UTF8.self) }

  /// A part of the text, by the offsets of its bytes.
  subscript(range: Range<Int>) -> TextSlice {
    guard let start, !range.isEmpty else { return .empty }
    return TextSlice(start: start + range.lowerBound, count: range.count)
  }

  /// Whether each byte is a character of its own: the text is ASCII without the line end that is
  /// made of two.
  var isPlain: Bool {
    var all: UInt8 = 0
    for byte in bytes { all |= byte }
    if all >= 0x80 { return false }
    for byte in bytes where byte == 0x0D { return false }
    return true
  }

  /// The number of characters where each code point is one for certain: in texts of ASCII, Latin
  /// letters with and without marks, and common ideographs. Nil for all others.
  var codePointCount: Int? {
    var count = 0
    var previous: UInt8 = 0
    for byte in bytes {
      switch byte {
      case 0x0D: return nil
      case 0x00..<0x80, 0xC2...0xCB, 0xE1, 0xE5...0xE8: count &+= 1
      case 0x80..<0xC0:
        // Behind E1 only Latin letters are taken, which begin with B8 to BB.
        if previous == 0xE1, byte < 0xB8 || byte > 0xBB { return nil }
      default: return nil
      }
      previous = byte
    }
    return count
  }

  /// The offset of a code point, or the end of the text.
  func offset(ofCodePoint number: Int, from start: Int = 0) -> Int {
    var left = number
    var place = start
    let bytes = bytes
    while place < count {
      if bytes[place] & 0xC0 != 0x80 {
        if left == 0 { break }
        left -= 1
      }
      place += 1
    }
    return place
  }

  /// The offset of the first place from `start` on where `wanted` stands.
  func firstIndex(of wanted: TextSlice, from start: Int = 0) -> Int? {
    guard wanted.count > 0 else { return start }
    guard let memory = self.start, let other = wanted.start else { return nil }
    var place = start
    while count - place >= wanted.count {
      let candidates = count - place - wanted.count + 1
      guard let found = memchr(memory + place, Int32(other.pointee), candidates) else {
        return nil
      }
      place = found - UnsafeMutableRawPointer(mutating: memory)
      if memcmp(memory + place, other, wanted.count) == 0 { return place }
      place += 1
    }
    return nil
  }

  /// Whether `wanted` is found in the way of `match`, byte by byte.
  func contains(_ wanted: TextSlice, _ match: TextMatch) -> Bool {
    switch match {
    case .equals: self == wanted
    case .contains: firstIndex(of: wanted) != nil
    case .startsWith: count >= wanted.count && self[0..<wanted.count] == wanted
    case .endsWith: count >= wanted.count && self[(count - wanted.count)..<count] == wanted
    }
  }
}

/// The functions of text. Characters are what a reader counts as one; places begin with 1.
enum TextFunctions {
  /// Small letters.
  static func lower(_ text: TextSlice, _ arena: TextArena) throws(QueryError) -> TextSlice {
    if let mapped = try CaseTable.lower.map(text, arena) { return mapped }
    return try arena.store(text.string.lowercased())
  }

  /// Capital letters.
  static func upper(_ text: TextSlice, _ arena: TextArena) throws(QueryError) -> TextSlice {
    if let mapped = try CaseTable.upper.map(text, arena) { return mapped }
    return try arena.store(text.string.uppercased())
  }

  /// Small letters without marks.
  static func fold(_ text: TextSlice, _ arena: TextArena) throws(QueryError) -> TextSlice {
    try arena.store(LooseText(text.bytes).text)
  }

  /// Without blanks at the ends.
  static func trim(_ text: TextSlice) -> TextSlice {
    let bytes = text.bytes
    var start = 0
    while start < bytes.count {
      var next = start
      guard isBlank(decodeScalar(bytes, &next)) else { break }
      start = next
    }
    var end = bytes.count
    while end > start {
      var previous = end - 1
      while previous > start, bytes[previous] & 0xC0 == 0x80 { previous -= 1 }
      var next = previous
      guard isBlank(decodeScalar(bytes, &next)) else { break }
      end = previous
    }
    return text[start..<end]
  }

  private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x200B, 0x2060, 0xFEFF: true
    default: scalar.properties.isWhitespace
    }
  }

  /// The number of characters.
  static func length(_ text: TextSlice) -> Int {
    text.codePointCount ?? text.string.count
  }

  /// The characters from place `start` up to, but not including, place `end`.
  static func characters(_ text: TextSlice, from start: Int, to end: Int) -> TextSlice {
    let low = max(start, 1) - 1
    guard end > 1, end - 1 > low else { return .empty }
    if text.isPlain {
      return low >= text.count ? .empty : text[low..<min(end - 1, text.count)]
    }
    if text.codePointCount != nil {
      let first = text.offset(ofCodePoint: low)
      return text[first..<text.offset(ofCodePoint: end - 1 - low, from: first)]
    }
    let string = text.string
    guard let first = string.index(string.startIndex, offsetBy: low, limitedBy: string.endIndex)
    else { return .empty }
    let last =
      string.index(first, offsetBy: end - 1 - low, limitedBy: string.endIndex) ?? string.endIndex
    let offset = string.utf8.distance(from: string.startIndex, to: first)
    let count = string.utf8.distance(from: first, to: last)
    return text[offset..<offset + count]
  }

  /// The last `count` characters.
  static func right(_ text: TextSlice, _ count: Int) -> TextSlice {
    let length = length(text)
    if count >= length { return text }
    return characters(text, from: length - max(count, 0) + 1, to: length + 1)
  }

  /// The part of a number between separators; nil where there is none. Without a separator the
  /// whole text is the first part.
  static func part(_ text: TextSlice, _ separator: TextSlice, _ number: Int) -> TextSlice? {
    if separator.count == 0 { return number == 1 ? text : nil }
    guard number >= 1 else { return nil }
    var start = 0
    var left = number - 1
    while let found = text.firstIndex(of: separator, from: start) {
      if left == 0 { return text[start..<found] }
      left -= 1
      start = found + separator.count
    }
    return left == 0 ? text[start..<text.count] : nil
  }

  /// The text with each `old` replaced, from left to right.
  static func replace(
    _ text: TextSlice, _ old: TextSlice, _ new: TextSlice, _ arena: TextArena
  ) throws(QueryError) -> TextSlice {
    guard old.count > 0, var found = text.firstIndex(of: old) else { return text }
    let first = found
    var hits = 1
    while let next = text.firstIndex(of: old, from: found + old.count) {
      hits += 1
      found = next
    }
    let (added, overflow) = hits.multipliedReportingOverflow(by: new.count)
    let (count, exceeds) = added.addingReportingOverflow(text.count - hits * old.count)
    if overflow || exceeds { throw QueryError.outOfMemory(requested: .max) }
    let target = try arena.reserve(count)
    var end = target
    func append(_ part: TextSlice) {
      if let bytes = part.bytes.baseAddress { end.update(from: bytes, count: part.count) }
      end += part.count
    }
    var start = 0
    found = first
    for hit in 0..<hits {
      if hit > 0 { found = text.firstIndex(of: old, from: start) ?? found }
      append(text[start..<found])
      append(new)
      start = found + old.count
    }
    append(text[start..<text.count])
    return try arena.normalised(TextSlice(start: target, count: count))
  }

  /// The whole number with `places` more digits that a text is, or nil. It is written in ASCII
  /// digits with a sign, a point and digits behind it, or without these; nothing is rounded.
  static func number(_ text: TextSlice, places: Int) -> Int128? {
    let bytes = text.bytes
    var place = 0
    var isNegative = false
    if let first = bytes.first, first == UInt8(ascii: "-") || first == UInt8(ascii: "+") {
      isNegative = first == UInt8(ascii: "-")
      place = 1
    }
    var value = Int128(0)
    var digits = 0
    var behind: Int?
    while place < bytes.count {
      let byte = bytes[place]
      place += 1
      if byte == UInt8(ascii: "."), behind == nil, digits > 0, place < bytes.count {
        behind = 0
        continue
      }
      guard (0x30...0x39).contains(byte) else { return nil }
      if let count = behind {
        if count >= places {
          // Further zeros say nothing more.
          guard byte == 0x30 else { return nil }
          continue
        }
        behind = count + 1
      }
      guard let longer = value.appending(byte - 0x30) else { return nil }
      value = longer
      digits += 1
    }
    guard digits > 0 else { return nil }
    for _ in (behind ?? 0)..<places {
      guard let longer = value.appending(0) else { return nil }
      value = longer
    }
    return isNegative ? 0 - value : value
  }

  /// The day that a text names as `2025-03-01`, or nil.
  static func date(_ text: TextSlice) -> Int64? {
    CalendarDate(iso: text.bytes).map { Int64($0.daysSince1970) }
  }
}

extension Int128 {
  /// This number with one more digit; nil at 39 digits.
  fileprivate func appending(_ digit: UInt8) -> Int128? {
    guard self < ExactDecimal.powersOfTen[ExactDecimal.maximumScale - 1] else { return nil }
    return self * 10 + Int128(digit)
  }
}
