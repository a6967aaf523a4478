import Testing

@testable import Tally

/// The short ways through text, held to what Swift's strings say.
@Suite struct TextKernelTests {
  /// Each code point of the tables, alone and in company.
  private static let texts: [String] = {
    let values = Array(UInt32(1)..<0x0600) + Array(UInt32(0x1E00)..<0x2000)
    let scalars = (values + [0x4E2D, 0x6587, 0xAC00, 0x1F600, 0x0E33]).compactMap(
      Unicode.Scalar.init)
    return scalars.flatMap { scalar in
      ["\(scalar)", "a\(scalar)b", "T\(scalar)\u{308}"].map(\.normalised)
    }
  }()

  private func slice<R>(_ text: String, _ body: (TextSlice) throws -> R) rethrows -> R {
    var copy = text
    return try copy.withUTF8 { try body(TextSlice(start: $0.baseAddress, count: $0.count)) }
  }

  @Test func mapsCaseAsStringsDo() throws {
    let arena = TextArena(budget: nil)
    for text in Self.texts {
      arena.begin()
      let (lower, upper) = try slice(text) {
        (try TextFunctions.lower($0, arena).string, try TextFunctions.upper($0, arena).string)
      }
      #expect(lower.utf8.elementsEqual(text.lowercased().normalised.utf8), "lower \(text)")
      #expect(upper.utf8.elementsEqual(text.uppercased().normalised.utf8), "upper \(text)")
    }
  }

  @Test func countsAndCutsCharactersAsStringsDo() {
    for text in Self.texts + ["hộ tịch", "中文字", "a\r\nb", "👨‍👩‍👧!", "e\u{301}x"] {
      let characters = Array(text)
      slice(text) { slice in
        #expect(TextFunctions.length(slice) == characters.count)
        for (start, end) in [(1, 3), (2, 2), (2, 4), (0, 2), (3, .max)] {
          let part = TextFunctions.characters(slice, from: start, to: end)
          let wanted = characters.indices.filter { $0 + 1 >= start && $0 + 1 < end }
          #expect(part.string == String(wanted.map { characters[$0] }))
        }
      }
    }
  }

  @Test func keepsManyTextsWhereTheyAre() throws {
    let arena = TextArena(budget: nil)
    for _ in 0..<2 {
      arena.begin()
      let slices = try (0..<5000).map { try arena.store(String(repeating: "x", count: $0 % 97)) }
      let long = try arena.store(String(repeating: "ộ", count: 100_000))
      #expect(long.count == 300_000)
      for (place, slice) in slices.enumerated() {
        #expect(slice.count == place % 97 && slice.bytes.allSatisfy { $0 == 0x78 })
      }
    }
  }

  @Test func findsTexts() {
    let cases: [(String, String, Int?)] = [
      ("abcabc", "c", 2), ("abcabc", "ca", 2), ("aab", "ab", 1), ("abc", "", 0), ("", "a", nil),
      ("ab", "abc", nil), ("xxxy", "xxy", 1), ("Bộ Tài", "Tài", 5),
    ]
    for (text, wanted, expected) in cases {
      let found = slice(text) { text in slice(wanted) { text.firstIndex(of: $0) } }
      #expect(found == expected)
    }
  }
}
