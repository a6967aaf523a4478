import Testing

@testable import Tally

/// The kernels of reading find the same at every level as their twins without vectors.
@Suite struct ReadingKernelTests {
  private static let levels = VectorLevel.available.filter { $0 > .scalar }

  @Test(arguments: levels)
  func findsFieldEnds(level: VectorLevel) throws {
    var random = RandomSource(seed: 7)
    for round in 0..<400 {
      let columns = [1, 2, 3, 9, 40, 63, 64, 65, 200, 2000].randomElement(using: &random) ?? 1
      let text =
        round % 2 == 0
        ? noise(Int.random(in: 0...400, using: &random), &random) : lines(columns, &random)
      let quote = round % 3 == 0 ? nil : UInt8(ascii: "\"")
      let dialect = Dialect(
        delimiter: UInt8(ascii: ","), quote: quote, newline: round % 5 == 0 ? 0x0D : 0x0A)
      let expected = try fieldEnds(text, dialect, columns, .scalar)
      let found = try fieldEnds(text, dialect, columns, level)
      #expect(found.counts == expected.counts, "\(text.debugDescription), \(columns) columns")
      #expect(found.ends == expected.ends, "\(text.debugDescription)")
    }
  }

  private func fieldEnds(
    _ text: String, _ dialect: Dialect, _ columns: Int, _ level: VectorLevel
  ) throws -> (counts: FieldEndCounts, ends: [UInt32]) {
    var buffer = try BlockBuffer(capacity: text.utf8.count, budget: nil)
    for byte in text.utf8 { withUnsafePointer(to: byte) { buffer.append($0, 1) } }
    var ends = [UInt32](repeating: 0, count: text.utf8.count + 64)
    let counts = ends.withUnsafeMutableBufferPointer { ends in
      ends.baseAddress.map {
        findFieldEnds(buffer.text, buffer.count, dialect, columns: columns, $0, level)
      }
    }
    let found = try #require(counts)
    return (found, Array(ends.prefix(found.fields)))
  }

  private func noise(_ count: Int, _ random: inout RandomSource) -> String {
    let signs: [Character] = [",", ",", "a", "b", "1", "\n", "\r", "é", "\""]
    let used = signs.prefix(Int.random(in: 3...signs.count, using: &random))
    return String((0..<count).map { _ in used.randomElement(using: &random) ?? "," })
  }

  /// Lines of equally many fields, now and then one more or less.
  private func lines(_ columns: Int, _ random: inout RandomSource) -> String {
    let isOdd = Int.random(in: 0..<3, using: &random) == 0
    let end = Bool.random(using: &random) ? "\r\n" : "\n"
    let rows = Int.random(in: 1...6, using: &random)
    var lines = (0..<rows).map { _ in
      (0..<columns).map { _ in
        String(repeating: "x", count: Int.random(in: 0...5, using: &random))
      }.joined(separator: ",")
    }
    if isOdd { lines[Int.random(in: 0..<rows, using: &random)] += Bool.random() ? "," : "\n" }
    return lines.map { $0 + end }.joined()
  }

  @Test(arguments: levels)
  func readsQuotedRows(level: VectorLevel) throws {
    var random = RandomSource(seed: 17)
    for round in 0..<1500 {
      let columns = Int.random(in: 1...4, using: &random)
      let text = quotedLines(columns, isOdd: round % 3 == 0, &random)
      let newline: UInt8 = round % 7 == 0 ? 0x0D : 0x0A
      let dialect = Dialect(
        delimiter: UInt8(ascii: ","), quote: UInt8(ascii: "\""), newline: newline)
      let expected = try rows(text, dialect, columns, .scalar)
      #expect(try rows(text, dialect, columns, level) == expected, "\(text.debugDescription)")
    }
  }

  /// The cells of a block and what is wrong with it.
  private func rows(
    _ text: String, _ dialect: Dialect, _ columns: Int, _ level: VectorLevel
  ) throws -> [String] {
    var buffer = try BlockBuffer(capacity: text.utf8.count, budget: nil)
    for byte in text.utf8 { withUnsafePointer(to: byte) { buffer.append($0, 1) } }
    // Blocks end with a line.
    if text.utf8.last != dialect.newline { buffer.appendToMargin(dialect.newline) }
    var scanner = try RowScanner(columns: columns, isLenient: false, level: level, budget: nil)
    let (index, facts) = try scanner.scan(buffer, dialect)
    var result = [
      "\(facts.rows) rows, \(facts.lines) lines, \(facts.shifts), \(facts.raggedCount) ragged,"
        + " \(facts.firstBlankLine ?? -1), \(facts.fault?.message ?? "")"
    ]
    guard facts.fault == nil, facts.raggedCount == 0 else { return result }
    for row in 0..<index.rows {
      for column in 0..<columns {
        let cell = String(decoding: index.cell(row: row, column: column), as: UTF8.self)
        result.append(index.isQuotedEmpty(row: row, column: column) ? "\"\"" : cell)
      }
    }
    return result
  }

  /// Lines with quotes, most of them as they should be.
  private func quotedLines(
    _ columns: Int, isOdd: Bool, _ random: inout RandomSource
  ) -> String {
    var contents = [
      "a", "", "12", "\"x, y\"", "\"\"\"\"", "\"she said \"\"no\"\"\"", "\"é\"", "long text here",
    ]
    if isOdd {
      contents += ["\"\"", "\"a\nb\"", "5\" disk", "\"a\" b", "\"open", "\"a\r\"", "x\r"]
    }
    let end = ["\n", "\n", "\r\n", "\r"].randomElement(using: &random) ?? "\n"
    var text = ""
    for _ in 0..<Int.random(in: 1...30, using: &random) {
      let extra = isOdd && Int.random(in: 0..<20, using: &random) == 0 ? 1 : 0
      text += (0..<columns + extra).map { _ in contents.randomElement(using: &random) ?? "" }
        .joined(separator: ",")
      text += end
    }
    return text
  }

  // MARK: Cells

  private static let numbers = [
    "0", "1", "7", "10", "007", "-1", "-0", "-", "--1", "12345678", "123456789", "-12345678",
    "-123456789", "1234567890123456", "-123456789012345", "12345678901234567", "", "1x", "x1",
    "1 ", "9999999", "00", "01", "1.5", "0.5", "-0.5", "-0.0", "0.0", ".5", "5.", "1.50", "1.500",
    "12.345", "1234567.1", "0.0001", "0.00009", "0.00012", "1,5", "1.2.3", "-.5", "-5.",
    "12345678.1234567", "123456789.123456", "1234567.12345678", "0.12345678", "7.5e-05", "1e5",
    "37.211254", "100.000001", "-37.211254",
  ]

  @Test(arguments: levels)
  func readsNumbers(level: VectorLevel) throws {
    var random = RandomSource(seed: 11)
    for _ in 0..<3000 {
      let kinds = Self.numbers.shuffled(using: &random).prefix(
        Int.random(in: 1...4, using: &random))
      let cells = (0..<Int.random(in: 1...70, using: &random)).map { _ in
        kinds.randomElement(using: &random) ?? ""
      }
      var limits = NumberLimits(digits: Int.random(in: 1...18, using: &random))
      limits.decimal = UInt8(ascii: ".")
      for places in [0, 1, 3, 6, 8, 12] {
        limits.places = places
        limits.digits = min(limits.digits, 18 - places)
        limits.isFixed = Int.random(in: 0..<4, using: &random) == 0
        limits.isMinimal = Bool.random(using: &random)
        limits.hasExponents = Bool.random(using: &random)
        let kernel: ColumnKernel = places == 0 ? .whole(limits) : .decimal(limits)
        let expected = try scan(cells, kernel, .scalar)
        let found = try scan(cells, kernel, level)
        #expect(found == expected, "\(cells) \(limits)")
      }
    }
  }

  private struct Scan: Equatable {
    var row = 0
    var values: [Int64] = []
    var valid: [UInt64] = []
    var totals: [Int] = []
  }

  private func scan(
    _ cells: [String], _ kernel: ColumnKernel, _ level: VectorLevel
  ) throws -> Scan {
    try withWindow(cells, level) { window, target in
      var totals = KernelTotals()
      let row = kernel.scan(window, from: 0, to: cells.count, target, &totals)
      return Scan(
        row: row, values: (0..<row).map { target.values[$0] },
        valid: (0..<row).map { target.valid[$0 >> 6] >> UInt64($0 & 63) & 1 },
        totals: [
          Int(totals.low), Int(totals.high), totals.mostDigits, totals.fewestDigits,
          totals.missing,
        ])
    }
  }

  @Test(arguments: levels)
  func collectsSerialTexts(level: VectorLevel) throws {
    var random = RandomSource(seed: 13)
    let prefixes = ["id", "", "A-1", "Số ", "12345678", "longer than eight"]
    for _ in 0..<400 {
      let used = prefixes.shuffled(using: &random).prefix(Int.random(in: 1...2, using: &random))
      let width = Int.random(in: 0...9, using: &random)
      let most = [9, 40, 3000, 2_000_000].randomElement(using: &random) ?? 9
      let texts = (0..<300).map { _ -> String in
        let number = String(Int.random(in: 0...most, using: &random))
        if Int.random(in: 0..<40, using: &random) == 0 { return ["", "-", number][most % 3] }
        let zeros = String(repeating: "0", count: max(0, width - number.count))
        return (used.randomElement(using: &random) ?? "") + zeros + number
      }
      let expected = try codes(texts, .scalar)
      #expect(try codes(texts, level) == expected, "\(texts)")
      let numbers = Dictionary(grouping: texts.indices, by: { texts[$0] })
      #expect(
        numbers.values.allSatisfy { rows in rows.allSatisfy { expected[$0] == expected[rows[0]] } })
    }
  }

  /// The codes of texts, -1 where there is no value.
  private func codes(_ texts: [String], _ level: VectorLevel) throws -> [Int64] {
    let collector = try TextCollector(missing: MissingMarks(["-"]), seed: 1, budget: nil)
    return try withWindow(texts, level) { window, target in
      var totals = KernelTotals()
      var result: [Int64] = []
      // The same collector meets the texts again once it knows them.
      for _ in 0..<2 {
        let row = try collector.scan(
          window, from: 0, to: texts.count, target, &totals, stopsAtEmpty: false)
        #expect(row == texts.count)
        result = (0..<row).map {
          target.valid[$0 >> 6] >> UInt64($0 & 63) & 1 == 1 ? target.values[$0] : -1
        }
      }
      return result + [Int64(totals.missing)]
    }
  }

  /// Lends cells as the second of two columns, and a target.
  private func withWindow<Value>(
    _ cells: [String], _ level: VectorLevel, _ body: (CellWindow, KernelTarget) throws -> Value
  ) throws -> Value {
    let text = cells.map { "left," + $0 + "\n" }.joined()
    var bytes = [UInt8](repeating: 0, count: BlockBuffer.margin) + Array(text.utf8)
    var ends: [UInt32] = [UInt32(BlockBuffer.margin - 1)]
    for (place, byte) in bytes.enumerated()
    where byte == UInt8(ascii: "\n") || (byte == UInt8(ascii: ",") && bytes[place - 1] == 0x74) {
      ends.append(UInt32(place))
    }
    bytes += [UInt8](repeating: 0, count: BlockBuffer.margin)
    var values = [Int64](repeating: 0, count: cells.count + 8)
    var valid = [UInt64](repeating: .max, count: cells.count / 64 + 1)
    return try bytes.withUnsafeBufferPointer { bytes in
      try ends.withUnsafeBufferPointer { ends in
        try values.withUnsafeMutableBufferPointer { values in
          try valid.withUnsafeMutableBufferPointer { valid in
            let window = CellWindow(
              base: try #require(bytes.baseAddress), ends: try #require(ends.baseAddress) + 1,
              stride: 2, skip: 1, level: level)
            let target = KernelTarget(
              values: try #require(values.baseAddress), valid: try #require(valid.baseAddress))
            return try body(window, target)
          }
        }
      }
    }
  }
}
