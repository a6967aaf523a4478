import Foundation
import Testing

@testable import Tally

/// Encodings and forms of text.
@Suite struct ReadingEncodingTests {
  private static let text = "cơ quan,số\nBộ Tài chính,977\nĐà Nẵng,48\n"

  private func names(_ bytes: [UInt8], _ encoding: TextEncoding? = nil) throws -> [String] {
    var options = LoadOptions()
    options.encoding = encoding
    let loaded = try DelimitedReader.read(
      .bytes(bytes, name: "t.csv"), options: options, context: RunContext(), blockSize: 16)
    let column = loaded.table.columns[0]
    return loaded.table.columnNames
      + (0..<column.count).map { row in
        if case .text(let text) = column[row] { return text }
        return "?"
      }
  }

  private let expected = ["cơ quan", "số", "Bộ Tài chính", "Đà Nẵng"]

  /// Equality of strings is equality of canonical forms; bytes tell the form.
  private func isSame(_ left: [String], _ right: [String]) -> Bool {
    left.map { Array($0.utf8) } == right.map { Array($0.utf8) }
  }

  @Test(arguments: [
    (String.Encoding.utf16LittleEndian, [0xFF, 0xFE] as [UInt8]),
    (.utf16LittleEndian, []), (.utf16BigEndian, [0xFE, 0xFF]), (.utf16BigEndian, []),
    (.utf8, [0xEF, 0xBB, 0xBF]), (.utf8, []),
  ])
  func findsUnicode(encoding: String.Encoding, mark: [UInt8]) throws {
    let data = try #require(Self.text.data(using: encoding))
    #expect(isSame(try names(mark + Array(data)), expected))
  }

  @Test func composesText() throws {
    let decomposed = Array(Self.text.decomposedStringWithCanonicalMapping.utf8)
    #expect(decomposed.count > Self.text.utf8.count)
    #expect(isSame(try names(decomposed), expected))
  }

  @Test func readsWindows1258() throws {
    // Letters with their marks as the code page has them: base letter, then tone.
    let bytes: [UInt8] =
      Array("c".utf8) + [0xF5] + Array(" quan,s".utf8) + [0xF4, 0xEC]
      + Array("\nB".utf8) + [0xF4, 0xF2] + Array(" T".utf8) + [0xE0] + Array("i chi".utf8)
      + [0xEC] + Array("nh,977\n".utf8) + [0xD0] + Array("a".utf8) + [0xCC]
      + Array(" N".utf8) + [0xE3, 0xDE] + Array("ng,48\n".utf8)
    #expect(isSame(try names(bytes, .windows1258), expected))
  }

  @Test func readsWesternPages() throws {
    let bytes: [UInt8] = Array("a,b\nna".utf8) + [0xEF] + Array("ve ".utf8) + [0x80, 0x0A]
    let text = bytes.prefix(11) + Array(",1\n".utf8)
    #expect(try names(Array(text), .windows1252) == ["a", "b", "naïve €"])
    #expect(try names(Array(text), .latin1) == ["a", "b", "naïve \u{80}"])
    let error = #expect(throws: QueryError.self) {
      try names(Array("a,b\nx\u{1}".utf8) + [0x81, 0x0A], .windows1252)
    }
    #expect(error?.message == "t.csv: byte 81 has no meaning in windows-1252 at byte 6")
  }

  @Test func proposesEncodings() {
    let bytes: [UInt8] = Array("a,b\nx,1\nB".utf8) + [0xF4, 0xF2] + Array(" y,2\n".utf8)
    let error = #expect(throws: QueryError.self) { try names(bytes) }
    #expect(error?.message == "byte F4 is no UTF-8 here (t.csv:3)")
    #expect(
      error?.diagnostics.first?.help == [
        "encoding \"windows-1258\" reads: Bộ y,2", "encoding \"windows-1252\" reads: Bôò y,2",
        "encoding \"iso-8859-1\" reads: Bôò y,2",
      ])
  }

  @Test(
    arguments: [
      [0xC0, 0x80], [0xC1, 0xBF], [0xE0, 0x9F, 0x80], [0xED, 0xA0, 0x80], [0xF0, 0x8F, 0x80, 0x80],
      [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0x80], [0xE1, 0xBA], [0xFF],
    ] as [[UInt8]])
  func refusesMalformedUTF8(bytes: [UInt8]) {
    let prefixes = ["", "x", "abcdefg", "abcdefgh", "aaaaaaaaaaaaaaaaaaa"]
    for prefix in prefixes {
      let all = Array(prefix.utf8) + bytes + Array(",1".utf8)
      let found = all.withUnsafeBufferPointer { buffer in
        buffer.baseAddress.flatMap { firstMalformedUTF8($0, count: buffer.count) }
      }
      #expect(found == prefix.utf8.count)
    }
  }

  @Test func acceptsAllScalars() {
    var text = ""
    for value in stride(from: UInt32(1), through: 0x10FFFF, by: 61) {
      if let scalar = Unicode.Scalar(value) { text.unicodeScalars.append(scalar) }
    }
    let bytes = Array(text.utf8)
    let found = bytes.withUnsafeBufferPointer { buffer in
      buffer.baseAddress.flatMap { firstMalformedUTF8($0, count: buffer.count) }
    }
    #expect(found == nil)
  }

  /// The quick answer must never be given to a text that composing would change.
  @Test func normalisesEveryScalar() {
    for value in UInt32(1)...0x2FFFF {
      guard let scalar = Unicode.Scalar(value) else { continue }
      for text in ["a" + String(scalar), String(scalar) + "e\u{301}", "\u{1100}" + String(scalar)] {
        let bytes = Array(text.utf8)
        let found = bytes.withUnsafeBufferPointer { normalisedBytes($0) } ?? bytes
        if found != Array(text.normalised.utf8) {
          Issue.record("\(String(value, radix: 16))")
          return
        }
      }
    }
  }

  @Test func refusesHalfCharacters() throws {
    let whole = try #require("a,b\nx,1\n".data(using: .utf16LittleEndian))
    #expect(throws: QueryError.self) { try names(Array(whole) + [0x41], .utf16LittleEndian) }
    #expect(throws: QueryError.self) {
      try names(Array(whole) + [0x00, 0xD8, 0x41, 0x00], .utf16LittleEndian)
    }
    #expect(throws: QueryError.self) {
      try names(Array(whole) + [0x00, 0xDC], .utf16LittleEndian)
    }
  }
}
