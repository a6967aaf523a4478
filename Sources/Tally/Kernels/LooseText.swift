@_spi(_Unicode) import Swift

/// A letter as loose comparison sees it: a small letter, and the marks on it.
struct LooseLetter: BitwiseCopyable, Hashable {
  /// The code point of the letter without case and marks.
  var base: UInt32
  /// The marks U+0300 to U+033F, one bit each. The bar of đ, ł and ħ is U+0335, that of ø U+0338.
  var marks: UInt64

  init(_ base: UInt32, marks: UInt64 = 0) {
    self.base = base
    self.marks = marks
  }

  /// Whether this letter, as it was typed, stands for `other`: marks that were typed must be there,
  /// others may.
  @inline(__always)
  func stands(for other: LooseLetter) -> Bool {
    base == other.base && marks & ~other.marks == 0
  }

  /// The bit of a combining mark; nil for anything else.
  static func bit(ofMark scalar: UInt32) -> UInt64? {
    switch scalar {
    case 0x0300...0x033E: 1 << UInt64(scalar - 0x0300)
    // The Greek iota below takes the bit of a double bar that no language writes.
    case 0x0345: 1 << 63
    default: nil
    }
  }
}

/// The letters of texts for loose comparison.
///
/// Case and marks are taken off; blanks of any kind are one blank; soft hyphens and characters of
/// no width are left out; dashes are hyphens and curly quotes straight ones. The two ways to place
/// a Vietnamese tone on oa, oe and uy (hòa, hoà) are the same.
final class LooseText {
  /// The number of letters.
  private(set) var count = 0
  private var memory = UnsafeMutablePointer<LooseLetter>.allocate(capacity: 64)
  private var capacity = 64
  private let table = LetterTable.shared

  /// No letters yet.
  init() {}

  /// The letters of a text.
  init(_ text: UnsafeBufferPointer<UInt8>) { fold(text) }

  deinit { memory.deallocate() }

  /// Takes the letters of another text.
  func fold(_ text: UnsafeBufferPointer<UInt8>) {
    count = 0
    // No character becomes more letters than it has bytes.
    reserve(text.count)
    var place = 0
    while place < text.count {
      let byte = text[place]
      if byte < 0x80 {
        append(ascii: byte)
        place &+= 1
      } else {
        append(decodeScalar(text, &place))
      }
    }
  }

  private func reserve(_ wanted: Int) {
    if wanted <= capacity { return }
    memory.deallocate()
    capacity = wanted + wanted / 2
    memory = .allocate(capacity: capacity)
  }

  @inline(__always)
  private func append(_ letter: LooseLetter) {
    assert(count < capacity)
    // SAFETY: `fold` has reserved memory for all letters of the text.
    memory[count] = letter
    count &+= 1
  }

  @inline(__always)
  private func append(ascii byte: UInt8) {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): append(LooseLetter(UInt32(byte | 0x20)))
    case 0x09...0x0D, 0x20: appendBlank()
    default: append(LooseLetter(UInt32(byte)))
    }
  }

  private func appendBlank() {
    if count == 0 || memory[count - 1].base != 0x20 { append(LooseLetter(0x20)) }
  }

  @inline(__always)
  private func append(_ scalar: Unicode.Scalar) {
    if let letter = table.letter(scalar.value) {
      append(letter)
    } else {
      appendRare(scalar)
    }
  }

  private func appendRare(_ scalar: Unicode.Scalar) {
    if let mark = LooseLetter.bit(ofMark: scalar.value) {
      if count > 0 { memory[count - 1].marks |= mark }
      return
    }
    switch LetterTable.replacement(scalar) {
    case .letters(let text): for part in text { append(LooseLetter(part.value)) }
    case .blank: appendBlank()
    case .nothing: break
    case nil: append(LetterTable.decomposed(scalar))
    }
  }

  /// Lets both vowels of oa, oe and uy have a tone that stands on either.
  func shareTones() {
    guard count > 1 else { return }
    for place in 0..<count - 1 {
      let (first, second) = (memory[place].base, memory[place + 1].base)
      guard
        first == 0x6F ? second == 0x61 || second == 0x65 : first == 0x75 && second == 0x79
      else { continue }
      let tone = (memory[place].marks | memory[place + 1].marks) & Self.tones
      memory[place].marks |= tone
      memory[place + 1].marks |= tone
    }
  }

  /// Grave, acute, tilde, hook above and dot below: the five tones that Vietnamese writes.
  private static let tones: UInt64 = 1 << 0 | 1 << 1 | 1 << 3 | 1 << 9 | 1 << 35

  /// The text of the letters without their marks.
  var text: String {
    var scalars = String.UnicodeScalarView()
    for place in 0..<count {
      // SAFETY: the first `count` letters have been written.
      if let scalar = Unicode.Scalar(memory[place].base) { scalars.append(scalar) }
    }
    return String(scalars)
  }

  /// Whether these letters, as they were typed, are found in `other` in the way of `match`.
  func matches(_ match: TextMatch, in other: LooseText) -> Bool {
    let surplus = other.count - count
    guard surplus >= 0 else { return false }
    switch match {
    case .equals: return surplus == 0 && stands(at: 0, of: other)
    case .startsWith: return stands(at: 0, of: other)
    case .endsWith: return stands(at: surplus, of: other)
    case .contains:
      for start in 0...surplus where stands(at: start, of: other) { return true }
      return false
    }
  }

  @inline(__always)
  private func stands(at start: Int, of other: LooseText) -> Bool {
    let (own, others) = (memory, other.memory + start)
    for place in 0..<count where !own[place].stands(for: others[place]) { return false }
    return true
  }
}

/// Reads one code point of well-formed UTF-8 and moves behind it. What is not well formed reads as
/// a replacement character.
@inline(__always)
func decodeScalar(_ text: UnsafeBufferPointer<UInt8>, _ place: inout Int) -> Unicode.Scalar {
  let lead = text[place]
  let length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
  var value = length == 1 ? UInt32(lead) : UInt32(lead) & (0x7F >> UInt32(length))
  var end = place + 1
  while end < min(place + length, text.count), text[end] & 0xC0 == 0x80 {
    value = value << 6 | UInt32(text[end] & 0x3F)
    end += 1
  }
  let isWhole = end == place + length
  place = end
  return isWhole ? Unicode.Scalar(value) ?? "\u{FFFD}" : "\u{FFFD}"
}

/// How characters are taken apart.
///
/// SAFETY: the table is written once, before the object is shared, and only read after that.
private final class LetterTable: @unchecked Sendable {
  static let shared = LetterTable()

  private let letters: UnsafeMutablePointer<LooseLetter>

  private init() {
    let ranges: [Range<UInt32>] = [0x00C0..<0x0300, 0x0370..<0x0530, 0x1E00..<0x1F00]
    let all = ranges.joined().map { value in
      guard let scalar = Unicode.Scalar(value), Self.replacement(scalar) == nil else {
        return LooseLetter(0)
      }
      return Self.decomposed(scalar)
    }
    letters = .allocate(capacity: all.count)
    letters.initialize(from: all, count: all.count)
  }

  deinit { letters.deallocate() }

  /// The letter of a Latin, Greek or Cyrillic character; nil for others, and for those that are
  /// not exactly one letter.
  @inline(__always)
  func letter(_ scalar: UInt32) -> LooseLetter? {
    let index: Int
    switch scalar {
    case 0x00C0..<0x0300: index = Int(scalar) - 0x00C0
    case 0x0370..<0x0530: index = Int(scalar) - 0x0370 + 0x0240
    case 0x1E00..<0x1F00: index = Int(scalar) - 0x1E00 + 0x0400
    default: return nil
    }
    let letter = letters[index]
    return letter.base == 0 ? nil : letter
  }

  /// What stands for a character.
  enum Replacement: Equatable {
    case letters(String.UnicodeScalarView)
    case blank
    case nothing

    static func == (left: Replacement, right: Replacement) -> Bool {
      switch (left, right) {
      case (.letters(let first), .letters(let second)): first.elementsEqual(second)
      case (.blank, .blank), (.nothing, .nothing): true
      default: false
      }
    }
  }

  /// What stands for a character that is not one letter; nil for all others.
  static func replacement(_ scalar: Unicode.Scalar) -> Replacement? {
    switch scalar.value {
    case 0xDF, 0x1E9E: return .letters("ss".unicodeScalars)
    case 0xC6, 0xE6: return .letters("ae".unicodeScalars)
    case 0x152, 0x153: return .letters("oe".unicodeScalars)
    case 0xDE, 0xFE: return .letters("th".unicodeScalars)
    case 0x132, 0x133: return .letters("ij".unicodeScalars)
    case 0x2026: return .letters("...".unicodeScalars)
    case 0xAD, 0x200B...0x200F, 0x2060, 0xFEFF, 0xFE00...0xFE0F: return .nothing
    case 0x2010...0x2015, 0x2212: return .letters("-".unicodeScalars)
    case 0x2018...0x201B, 0x2032, 0x02BC: return .letters("'".unicodeScalars)
    case 0x201C...0x201F, 0x2033: return .letters("\"".unicodeScalars)
    case 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000:
      return .blank
    default: return nil
    }
  }

  /// The letter of any character: the character itself where taking it apart leaves more than
  /// marks.
  static func decomposed(_ scalar: Unicode.Scalar) -> LooseLetter {
    if (0xFF01...0xFF5E).contains(scalar.value) {
      // Characters of full width are ASCII, farther apart.
      return decomposed(Unicode.Scalar(UInt8(scalar.value - 0xFEE0)))
    }
    let small = scalar.properties.lowercaseMapping.unicodeScalars.first ?? scalar
    if let (base, bar) = barred(small) { return LooseLetter(base, marks: bar) }
    var letter: LooseLetter?
    // A capital İ becomes a small i with a dot, which is a mark like others.
    for part in String(scalar.properties.lowercaseMapping)._nfd {
      if var begun = letter {
        guard let bit = LooseLetter.bit(ofMark: part.value) else {
          return LooseLetter(small.value)
        }
        begun.marks |= bit
        letter = begun
      } else {
        letter = LooseLetter(part.value)
      }
    }
    return letter ?? LooseLetter(small.value)
  }

  /// Letters with a bar, which Unicode does not take apart, and letters in two shapes.
  private static func barred(_ scalar: Unicode.Scalar) -> (UInt32, UInt64)? {
    let bar: UInt64 = 1 << 0x35
    let stroke: UInt64 = 1 << 0x38
    switch scalar.value {
    // ð is what is left of đ where a legacy encoding was read as another.
    case 0x111, 0xF0: return (0x64, bar)
    case 0x127: return (0x68, bar)
    case 0x142: return (0x6C, bar)
    case 0x167: return (0x74, bar)
    case 0xF8: return (0x6F, stroke)
    case 0x1FF: return (0x6F, stroke | 1 << 1)
    case 0x131: return (0x69, 0)
    case 0x3C2: return (0x3C3, 0)
    default: return nil
    }
  }
}
