import TallySyntax

/// How texts are written in one format.
enum TextStyle: Sendable, Hashable {
  /// As they are.
  case raw
  /// Between quotes where the delimiter, a quote or a line end is inside.
  case separated(delimiter: UInt8, neutralises: Bool)
  /// A string of JSON, always between quotes.
  case json
  /// A cell of a Markdown table.
  case markdown
  /// Characters that steer a terminal are shown instead of obeyed.
  case display

  /// The bytes for which a text has to be looked at more closely.
  func suspects(isForTerminal: Bool) -> ByteSet {
    var set = ByteSet()
    switch self {
    case .raw: break
    case .separated(let delimiter, _):
      set.insert([delimiter, UInt8(ascii: "\""), 0x0A, 0x0D])
    case .json: set.insert(utf8: "\"\\")
    case .markdown: set.insert(utf8: "\\`*_|<>[]~&\n\r\t")
    case .display: set.insert([0x0A, 0x0D, 0x09])
    }
    if shows(isForTerminal: isForTerminal) {
      set.insert(Array(0..<0x20) + [0x7F])
      // The first bytes of the characters that `isSteering` knows.
      set.insert([0xC2, 0xD8, 0xE2, 0xEF])
    }
    return set
  }

  /// Whether control characters are shown or escaped.
  private func shows(isForTerminal: Bool) -> Bool {
    switch self {
    case .json, .markdown, .display: true
    case .raw, .separated: isForTerminal
    }
  }

  /// Whether an empty text, or one that begins or ends like this, has to be looked at.
  func suspectsEnds(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard case .separated(_, let neutralises) = self else { return false }
    guard let first = bytes.first, let last = bytes.last else { return true }
    return first == 0x20 || last == 0x20 || first == 0xEF
      || (neutralises && Self.beginsFormula(first))
  }

  private static func beginsFormula(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "@"), 0x09, 0x0D:
      true
    default: false
    }
  }

  /// Appends a text that has been found suspect.
  func append(
    _ bytes: UnsafeBufferPointer<UInt8>, isForTerminal: Bool, to buffer: inout ByteBuffer
  ) {
    let text = String(decoding: bytes, as: UTF8.self)
    switch self {
    case .raw: buffer.append(isForTerminal ? text.steeringShown(keepsLines: true) : text)
    case .separated(let delimiter, let neutralises):
      appendSeparated(
        isForTerminal ? text.steeringShown(keepsLines: true) : text, delimiter, neutralises,
        to: &buffer)
    case .json: buffer.append(text.jsonQuoted)
    case .markdown: buffer.append(text.markdownEscaped)
    case .display: buffer.append(text.steeringShown())
    }
  }

  private func appendSeparated(
    _ text: String, _ delimiter: UInt8, _ neutralises: Bool, to buffer: inout ByteBuffer
  ) {
    let bytes = Array(text.utf8)
    let isFormula = neutralises && bytes.first.map(Self.beginsFormula) ?? false
    let isQuoted =
      bytes.isEmpty || bytes.first == 0x20 || bytes.last == 0x20
      || bytes.starts(with: [0xEF, 0xBB, 0xBF])
      || bytes.contains { $0 == delimiter || $0 == UInt8(ascii: "\"") || $0 == 10 || $0 == 13 }
    if isQuoted { buffer.append(UInt8(ascii: "\"")) }
    if isFormula { buffer.append(UInt8(ascii: "'")) }
    for byte in bytes {
      if byte == UInt8(ascii: "\"") { buffer.append(byte) }
      buffer.append(byte)
    }
    if isQuoted { buffer.append(UInt8(ascii: "\"")) }
  }
}

/// A set of bytes.
struct ByteSet: Sendable {
  private var words = SIMD4<UInt64>()

  /// Adds bytes.
  mutating func insert(_ bytes: [UInt8]) {
    for byte in bytes { words[Int(byte >> 6)] |= 1 << UInt64(byte & 63) }
  }

  /// Adds the bytes of a text.
  mutating func insert(utf8 text: String) { insert(Array(text.utf8)) }

  /// Whether a byte is in the set.
  @inline(__always)
  func contains(_ byte: UInt8) -> Bool {
    words[Int(byte >> 6)] >> UInt64(byte & 63) & 1 == 1
  }

  /// Whether any of the bytes is in the set.
  func containsAny(of bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    for byte in bytes where contains(byte) { return true }
    return false
  }
}

extension String {
  /// The text as a cell of a Markdown table that shows exactly these characters.
  fileprivate var markdownEscaped: String {
    var escaped = UnicodeScalarView()
    let scalars = Array(unicodeScalars)
    for (place, scalar) in scalars.enumerated() {
      switch scalar {
      case "\n": escaped.append(contentsOf: "<br>".unicodeScalars)
      case "\r" where place + 1 < scalars.count && scalars[place + 1] == "\n": break
      case "\\", "`", "*", "|", "<", ">", "[", "]", "~", "&":
        escaped.append("\\")
        escaped.append(scalar)
      case "_":
        // Between letters and digits an underscore is no emphasis.
        let neighbours = [place - 1, place + 1].filter(scalars.indices.contains)
        let isInside =
          neighbours.count == 2 && neighbours.allSatisfy { scalars[$0].properties.isWordPart }
        if !isInside { escaped.append("\\") }
        escaped.append(scalar)
      case _ where scalar.isSteering:
        // The backslash of a shown character is none that Markdown would take away.
        escaped.append(contentsOf: String(scalar).steeringShown().unicodeScalars)
      default: escaped.append(scalar)
      }
    }
    return String(escaped)
  }
}

extension Unicode.Scalar.Properties {
  fileprivate var isWordPart: Bool { isAlphabetic || numericType != nil }
}
