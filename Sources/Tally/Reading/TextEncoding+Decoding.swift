extension TextEncoding {
  /// The characters of bytes 0x80 to 0x9F in windows-1252; 0 where the byte has no meaning.
  private static let windows1252Upper: [UInt16] = [
    0x20AC, 0, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
    0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017D, 0,
    0, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
    0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0, 0x017E, 0x0178,
  ]

  /// Where windows-1258 differs from windows-1252.
  private static let windows1258Differences: [(byte: Int, scalar: UInt16)] = [
    (0x8A, 0), (0x8E, 0), (0x9A, 0), (0x9E, 0), (0xC3, 0x0102), (0xCC, 0x0300), (0xD0, 0x0110),
    (0xD2, 0x0309), (0xD5, 0x01A0), (0xDD, 0x01AF), (0xDE, 0x0303), (0xE3, 0x0103),
    (0xEC, 0x0301), (0xF0, 0x0111), (0xF2, 0x0323), (0xF5, 0x01A1), (0xFD, 0x01B0),
    (0xFE, 0x20AB),
  ]

  private static func codePage(_ upper: [UInt16]) -> [UInt16] {
    (0..<256).map { $0 < 0x80 || $0 >= 0xA0 ? UInt16($0) : upper[$0 - 0x80] }
  }

  private static let latin1Table: [UInt16] = (0..<256).map { UInt16($0) }
  private static let windows1252Table = codePage(windows1252Upper)
  private static let windows1258Table: [UInt16] = {
    var table = windows1252Table
    for (byte, scalar) in windows1258Differences { table[byte] = scalar }
    return table
  }()

  /// The characters of all bytes, for encodings of one byte per character; 0 beside byte 0 means
  /// that the byte has no meaning.
  var singleByteTable: [UInt16]? {
    switch self {
    case .windows1252: Self.windows1252Table
    case .windows1258: Self.windows1258Table
    case .latin1: Self.latin1Table
    case .utf8, .utf16LittleEndian, .utf16BigEndian: nil
    }
  }
}

/// Turns the bytes of one encoding into UTF-8, piece by piece.
struct Transcoder {
  /// The encoding of the source.
  let encoding: TextEncoding
  private let table: [UInt16]?
  private var pendingByte: UInt8?
  private var pendingHighSurrogate: UInt16?
  /// The bytes seen so far.
  private var position = 0

  /// Makes a transcoder at the beginning of a text.
  init(_ encoding: TextEncoding) {
    self.encoding = encoding
    table = encoding.singleByteTable
  }

  /// What was wrong with a byte.
  struct Fault: Error {
    /// The offset in the source.
    let position: Int
    /// What is wrong, as the end of a sentence.
    let problem: String
  }

  /// Adds the UTF-8 of further bytes to `target`.
  mutating func append(
    _ bytes: UnsafeBufferPointer<UInt8>, to target: inout [UInt8]
  ) throws(Fault) {
    if let table {
      for byte in bytes {
        let value = table[Int(byte)]
        if value == 0, byte != 0 {
          let digits = String(byte, radix: 16, uppercase: true)
          throw Fault(
            position: position, problem: "byte \(digits) has no meaning in \(encoding.rawValue)")
        }
        appendUTF8(UInt32(value), to: &target)
        position += 1
      }
      return
    }
    for byte in bytes {
      defer { position += 1 }
      guard let first = pendingByte else {
        pendingByte = byte
        continue
      }
      pendingByte = nil
      let unit =
        encoding == .utf16LittleEndian
        ? UInt16(byte) << 8 | UInt16(first) : UInt16(first) << 8 | UInt16(byte)
      try append(unit, to: &target)
    }
  }

  private mutating func append(_ unit: UInt16, to target: inout [UInt8]) throws(Fault) {
    if let high = pendingHighSurrogate {
      guard unit & 0xFC00 == 0xDC00 else {
        throw Fault(position: position - 1, problem: "half a surrogate pair")
      }
      pendingHighSurrogate = nil
      let value = 0x10000 + (UInt32(high & 0x3FF) << 10 | UInt32(unit & 0x3FF))
      appendUTF8(value, to: &target)
    } else if unit & 0xFC00 == 0xD800 {
      pendingHighSurrogate = unit
    } else if unit & 0xFC00 == 0xDC00 {
      throw Fault(position: position - 1, problem: "half a surrogate pair")
    } else {
      appendUTF8(UInt32(unit), to: &target)
    }
  }

  /// Checks that the text doesn't end inside a character.
  func finish() throws(Fault) {
    if pendingByte != nil || pendingHighSurrogate != nil {
      throw Fault(position: position, problem: "the text ends inside a character")
    }
  }
}

/// Adds the UTF-8 of a scalar value.
@inline(__always)
private func appendUTF8(_ value: UInt32, to target: inout [UInt8]) {
  switch value {
  case ..<0x80: target.append(UInt8(truncatingIfNeeded: value))
  case ..<0x800:
    target.append(UInt8(truncatingIfNeeded: 0xC0 | value >> 6))
    target.append(UInt8(truncatingIfNeeded: 0x80 | value & 0x3F))
  case ..<0x10000:
    target.append(UInt8(truncatingIfNeeded: 0xE0 | value >> 12))
    target.append(UInt8(truncatingIfNeeded: 0x80 | value >> 6 & 0x3F))
    target.append(UInt8(truncatingIfNeeded: 0x80 | value & 0x3F))
  default:
    target.append(UInt8(truncatingIfNeeded: 0xF0 | value >> 18))
    target.append(UInt8(truncatingIfNeeded: 0x80 | value >> 12 & 0x3F))
    target.append(UInt8(truncatingIfNeeded: 0x80 | value >> 6 & 0x3F))
    target.append(UInt8(truncatingIfNeeded: 0x80 | value & 0x3F))
  }
}
