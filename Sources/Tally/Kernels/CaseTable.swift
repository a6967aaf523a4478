/// The small or capital letters of Latin, Greek and Cyrillic, as Unicode maps them without regard to
/// a language, for texts in which each letter has exactly one.
final class CaseTable: Sendable {
  static let lower = CaseTable { $0.lowercaseMapping }
  static let upper = CaseTable { $0.uppercaseMapping }

  /// The code points from 0 on, then those from ``latinAdditional`` on; 0 where a code point becomes
  /// several, or one that is written in more bytes.
  private let mapped: [UInt16]

  private static let basicCount = 0x0530
  private static let latinAdditional = 0x1E00..<0x1F00

  private init(_ mapping: (Unicode.Scalar.Properties) -> String) {
    let all = Array(0..<Self.basicCount) + Array(Self.latinAdditional)
    mapped = all.map { value in
      // Marks may join the letter before them once that has changed: they take the long way.
      guard let scalar = Unicode.Scalar(UInt32(value)), !(0x0300..<0x0370).contains(value) else {
        return 0
      }
      let scalars = mapping(scalar.properties).unicodeScalars
      guard scalars.count == 1, let only = scalars.first,
        UTF8.width(only) <= UTF8.width(scalar)
      else { return 0 }
      return UInt16(truncatingIfNeeded: only.value)
    }
  }

  /// The text in the other case; nil where it holds a character that is not in the table.
  func map(_ text: TextSlice, _ arena: TextArena) throws(QueryError) -> TextSlice? {
    let out = try arena.reserve(text.count)
    let count = mapped.withUnsafeBufferPointer { Self.map(text.bytes, $0, into: out) }
    return count.map { TextSlice(start: out, count: $0) }
  }

  private static func map(
    _ bytes: UnsafeBufferPointer<UInt8>, _ table: UnsafeBufferPointer<UInt16>,
    into out: UnsafeMutablePointer<UInt8>
  ) -> Int? {
    var count = 0
    var place = 0
    while place < bytes.count {
      let value = Int(decodeScalar(bytes, &place).value)
      let index: Int
      switch value {
      case 0..<basicCount: index = value
      case latinAdditional: index = value - latinAdditional.lowerBound + basicCount
      default: return nil
      }
      let letter = table[index]
      if letter < 0x80 {
        if letter == 0, value != 0 { return nil }
        out[count] = UInt8(truncatingIfNeeded: letter)
        count &+= 1
      } else if letter < 0x800 {
        out[count] = 0xC0 | UInt8(truncatingIfNeeded: letter >> 6)
        out[count &+ 1] = 0x80 | UInt8(truncatingIfNeeded: letter & 0x3F)
        count &+= 2
      } else {
        out[count] = 0xE0 | UInt8(truncatingIfNeeded: letter >> 12)
        out[count &+ 1] = 0x80 | UInt8(truncatingIfNeeded: letter >> 6 & 0x3F)
        out[count &+ 2] = 0x80 | UInt8(truncatingIfNeeded: letter & 0x3F)
        count &+= 3
      }
    }
    return count
  }
}
