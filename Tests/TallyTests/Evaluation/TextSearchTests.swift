import Testing

@testable import Tally

/// Texts that lie one after another are searched at once, at every level as one by one.
@Suite struct TextSearchTests {
  @Test(arguments: VectorLevel.available) func findsWhatSearchingOneByOneFinds(
    level: VectorLevel
  ) throws {
    var random = RandomSource(seed: 11)
    for round in 0..<600 {
      let signs = ["a", "b", "ộ", "/"].prefix(1 + round % 4)
      func text(_ most: Int) -> String {
        (0..<random.below(most)).map { _ in random.pick(Array(signs)) }.joined()
      }
      let texts = (0..<random.below(60)).map { _ in text([3, 12, 200][round % 3]) }
      let wanted = text([3, 6, 80][round / 3 % 3])
      let heap = try TextHeap(texts)
      let part = try TextHeap([wanted])
      let slice = part.slice(0)
      let first = random.below(texts.count + 1)
      var marks = [UInt8](repeating: 7, count: texts.count - first)
      marks.withUnsafeMutableBufferPointer { marks in
        guard let marks = marks.baseAddress else { return }
        markTexts(
          containing: TextSlice(start: slice.baseAddress, count: slice.count),
          heap.offsets + first, heap.bytes, count: texts.count - first, into: marks, level: level)
      }
      let expected = texts[first...].map { text in
        let (all, some) = (Array(text.utf8), Array(wanted.utf8))
        let places = all.count - some.count
        return places >= 0 && (0...places).contains { all[$0...].starts(with: some) } ? 1 : 0
      }
      #expect(marks.map { Int($0) } == expected, "\(wanted) in \(texts)")
    }
  }

  /// Columns without a dictionary, with missing values and behind another condition.
  @Test func searchesColumnsWithoutDictionary() throws {
    var random = RandomSource(seed: 12)
    let texts = (0..<3000).map { row -> String? in
      random.chance(5) ? nil : "https://example/\(row)/\(random.below(50))\(row % 7)"
    }
    var lines = ["number,url"]
    for (row, text) in texts.enumerated() { lines.append("\(row),\(text ?? "")") }
    let database = Database()
    try database.load("t", from: .bytes(Array(lines.joined(separator: "\n").utf8), name: "t"))
    for (condition, isKept) in [
      (#"url contains "/7""#, { (_: Int, text: String?) in text.map { $0.contains("/7") } }),
      (
        #"number >= 100 and url contains "0/1""#,
        { (row: Int, text: String?) in row < 100 ? false : text.map { $0.contains("0/1") } }
      ),
      (#"not (url contains "1")"#, { (_: Int, text: String?) in !(text?.contains("1") ?? false) }),
      (#"url contains """#, { (_: Int, text: String?) in text.map { _ in true } }),
    ] {
      let expected = texts.enumerated().count { isKept($0.offset, $0.element) ?? false }
      let answer = try database.run(Query(text: "count t where \(condition)"))
      #expect(answer.columns[0][0] == .integer(Int128(expected)), "\(condition)")
    }
  }
}
