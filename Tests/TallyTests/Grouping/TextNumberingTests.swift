import Testing

@testable import Tally

/// Texts are numbered in the order of their bytes, whichever way is taken.
@Suite struct TextNumberingTests {
  /// Sets of texts that are laid out to go astray in.
  static let kinds: [(name: String, make: @Sendable (inout RandomSource) -> String)] = [
    ("serial", { "id\(1_000_000 + $0.below(900))" }),
    (
      "short",
      { random in String((0..<random.below(6)).map { _ in random.pick(["a", "b", "\0"]) }) }
    ),
    ("one", { _ in "the same everywhere" }),
    ("prefixes", { String(repeating: "x", count: $0.below(40)) }),
    ("zeros", { "abcdefgh" + String(repeating: "\0", count: $0.below(30)) }),
    ("paths", { "https://a/\($0.below(3) == 0 ? "b/c/d/e/f/g" : "z")/\($0.below(400))/end" }),
    (
      "addresses",
      { "https://a\($0.below(20)).example/catalogue/\($0.below(30))?ref=\($0.below(1 << 30))" }
    ),
    ("outliers", { ($0.chance(2) ? "\($0.below(9))" : "https://a/") + "b/\($0.below(1 << 20))" }),
    ("unicode", { random in String((0..<6).map { _ in random.pick(["ộ", "é", "z", "日", "😀"]) }) }),
    ("lengths", { $0.chance(80) ? "\($0.below(3000))" : "number \($0.below(3000)) of many" }),
    ("unlike", { "\($0.next())\($0.next())" }),
  ]

  private static func context(_ number: Int, _ budget: MemoryBudget? = nil) -> RunContext {
    var tuning = GroupTuning.standard
    tuning.leastDealtTexts = [2, 50, 1 << 14][number % 3]
    tuning.partitionRows = [16, 300, 32_768][number / 3 % 3]
    return RunContext(
      budget: budget, workerCount: 1 + number % 3, batchRows: [33, 512][number % 2],
      leastParallelRows: 0, grouping: tuning)
  }

  @Test(arguments: kinds.indices, [0, 1, 2, 700, 2500]) func numbersFollowTheOrder(
    kind: Int, rows: Int
  ) throws {
    var random = RandomSource(seed: UInt64(kind * 10_000 + rows))
    let texts = (0..<rows).map { _ in
      random.chance(4) ? nil : Self.kinds[kind].make(&random)
    }
    let heap = try TextHeap(texts.map { $0 ?? "" })
    let validity = try Bitmap(count: rows, filled: true)
    for (row, text) in texts.enumerated() where text == nil { validity.clear(row) }
    let different = Set(texts.compactMap { $0.map { Array($0.utf8) } })
      .sorted { $0.lexicographicallyPrecedes($1) }
    for number in 0..<18 {
      let numbering = TextNumbering(heap, validity, Self.context(number))
      let numbers = try numbering.run()
      #expect(numbers.count == different.count)
      #expect(try numbering.countDifferent() == different.count)
      for row in 0..<rows {
        guard let text = texts[row] else {
          #expect(numbers.codes[row] == 0)
          continue
        }
        #expect(different[Int(numbers.codes[row])] == Array(text.utf8), "\(number) \(row)")
      }
      for place in 0..<numbers.count {
        let row = Int(numbers.rows.pointer(to: UInt32.self)[place])
        #expect(Array(heap.slice(row)) == different[place])
      }
    }
  }

  @Test func viewsAreNumberedToo() throws {
    let heap = try TextHeap(["beta", "alpha", "gamma gamma gamma"])
    let rows = try AlignedBytes(byteCount: 6 * 4)
    for (place, row) in [2, 0, UInt32.max, 1, 0, 2].enumerated() {
      rows.pointer(to: UInt32.self)[place] = row
    }
    let view = try heap.viewed(at: rows, count: 6, RunContext())
    for number in 0..<6 {
      let numbers = try TextNumbering(view, nil, Self.context(number)).run()
      #expect((0..<6).map { numbers.codes[$0] } == [3, 2, 0, 1, 2, 3])
    }
  }

  /// The smaller of both layouts is kept, and holds the same texts.
  @Test(arguments: [(900, true), (100_000_000, false)])
  func layoutWithLessMemoryIsKept(limit: Int, isDictionary: Bool) throws {
    var random = RandomSource(seed: 9)
    let texts = (0..<4000).map { _ in "number \(random.below(limit))" }
    let heap = try TextHeap(texts)
    let (column, distinct) = try TextPacking(heap, nil, RunContext()).column()
    if case .dictionary = column.payload { #expect(isDictionary) } else { #expect(!isDictionary) }
    #expect(isDictionary ? distinct == Set(texts).count : true)
    for row in texts.indices { #expect(column[row] == .text(texts[row])) }
  }
}
