import Foundation
import Testing

/// The files under `Datasets/dirty` are difficult on purpose: an editor that tidied one up would
/// take away what it is there for, so their bytes are held to what the README says of them.
@Suite("Difficult files keep their difficulty")
struct DifficultFileTests {
  @Test("Both Unicode forms of one name, and one between them")
  func unicodeForms() throws {
    let forms = try lines("nfc_nfd.csv").dropFirst().prefix(3).map { line in
      Array(line.prefix { $0 != "," }.unicodeScalars)
    }
    let composed = forms.map { String(String.UnicodeScalarView($0)) }
    #expect(Set(forms).count == 3)
    #expect(Set(composed).count == 1, "Swift compares text by canonical equivalence")
    let header = try #require(try lines("nfd_header.csv").first)
    #expect(header.unicodeScalars.contains("\u{0323}"))
  }

  @Test("Letters that look alike are different text")
  func lookalikes() throws {
    let names = try lines("lookalikes.csv").dropFirst().map { $0.prefix { $0 != "," } }
    #expect(names.count == 6)
    #expect(Set(names).count == 6)
  }

  @Test("Bytes that are not UTF-8", arguments: ["windows_1258.csv", "broken_utf8.csv"])
  func invalidBytes(file: String) throws {
    let bytes = try Shipped.bytes("dirty/\(file)")
    #expect(String(validating: bytes, as: UTF8.self) == nil)
  }

  @Test("Marks at the start of a file")
  func marks() throws {
    #expect(try Shipped.bytes("dirty/utf16le_bom.csv").starts(with: [0xFF, 0xFE]))
    #expect(
      try Shipped.bytes("dirty/utf8_bom_sep.csv").starts(
        with: [0xEF, 0xBB, 0xBF] + "sep=;\r\n".utf8))
  }

  @Test("Line ends of three kinds, none at the end")
  func lineEnds() throws {
    let bytes = try Shipped.bytes("dirty/mixed_line_ends.csv")
    #expect(bytes.count { $0 == 0x0D } == 2)
    #expect(bytes.count { $0 == 0x0A } == 2)
    #expect(bytes.last == UInt8(ascii: "2"))
  }

  @Test("Control characters: escape, bell, backspace, carriage return, NUL")
  func controlCharacters() throws {
    let bytes = try Shipped.bytes("dirty/control_characters.csv")
    #expect(Set([0x1B, 0x07, 0x08, 0x0D, 0x00]).isSubset(of: bytes))
    let text = String(decoding: bytes, as: UTF8.self)
    #expect(text.unicodeScalars.contains("\u{202E}"))
    #expect(text.unicodeScalars.contains("\u{9B}"))
  }

  @Test(
    "What breaks a column of whole numbers comes after 3,000 of them",
    arguments: ["late_decimal.csv", "late_text.csv"])
  func late(file: String) throws {
    let values = try lines(file).dropFirst().compactMap { $0.split(separator: ",").last }
    #expect(values.count == 3001)
    #expect(values.dropLast().allSatisfy { Int($0) != nil })
    #expect(values.last.flatMap { Int($0) } == nil)
  }

  @Test(
    "Rows of unequal length",
    arguments: [
      ("ragged_short.csv", [3, 3, 2, 3]), ("ragged_long.csv", [3, 3, 3, 4]),
    ])
  func ragged(file: String, fields: [Int]) throws {
    let counts = try lines(file).map {
      $0.split(separator: ",", omittingEmptySubsequences: false).count
    }
    #expect(counts == fields)
  }

  @Test("Every difficult file is explained in the README")
  func explained() throws {
    let folder = Shipped.folder.appendingPathComponent("dirty")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix(".csv") }
    let readme = String(decoding: try Shipped.bytes("README.md"), as: UTF8.self)
    for file in files {
      #expect(readme.contains("`\(file)`"), "\(file) is not in Datasets/README.md")
    }
    #expect(files.count == 28)
  }

  private func lines(_ file: String) throws -> [Substring] {
    String(decoding: try Shipped.bytes("dirty/\(file)"), as: UTF8.self)
      .split(separator: "\n")
  }
}
