import Testing

@testable import Tally

/// Counts of codes in a range, held against a count one by one.
@Suite struct CodeCountingTests {
  @Test(arguments: [0, 1, 63, 64, 191, 192, 193, 20_000])
  func countsWhatLiesInARange(rows: Int) throws {
    var random = RandomSource(seed: UInt64(rows))
    try check(UInt8.self, rows, &random)
    try check(UInt16.self, rows, &random)
    try check(UInt32.self, rows, &random)
    try check(UInt64.self, rows, &random)
  }

  private func check<C: CodeInteger>(
    _ type: C.Type, _ rows: Int, _ random: inout RandomSource
  ) throws {
    let first = random.below(70)
    let codes = (0..<first + rows + 1).map { _ in C(truncatingIfNeeded: random.below(9)) }
    let validity = try Bitmap(count: codes.count, filled: true)
    for row in codes.indices where random.below(3) == 0 { validity.clear(row) }
    for (low, span) in [(0, 0), (3, 0), (2, 4), (0, 255), (5, 1)] as [(C, C)] {
      let isInside = { (row: Int) in codes[row] >= low && codes[row] - low <= span }
      let wanted = first..<first + rows
      codes.withUnsafeBufferPointer { buffer in
        guard let all = buffer.baseAddress else { return }
        let inside = countCodes(all + first, low: low, span: span, count: rows)
        #expect(inside == wanted.count(where: isInside))
        let missing = countMissing(
          all, low: low, span: span, validity.words, first: first, count: rows)
        #expect(missing.missing == wanted.count { !validity[$0] })
        #expect(missing.inside == wanted.count { !validity[$0] && isInside($0) })
      }
    }
  }

  /// The short way answers as the long one does, for columns that miss values too.
  @Test(arguments: ["x >= 3", "x = 3", "x != 3", "x < 0", "x between 2 and 5", "x != 77"])
  func conditionsCountAsTheyKeep(condition: String) throws {
    let rows = 10_000
    let database = Database()
    for isGappy in [false, true] {
      let values = (0..<rows).map { isGappy && $0 % 7 == 0 ? nil : Int64($0 % 10) }
      let ones = (0..<rows).map { _ in Int64?(1) }
      let table = try Table(
        names: ["x", "one"],
        columns: [
          Column.integers(values, type: .integer), Column.integers(ones, type: .integer),
        ], rowCount: rows)
      try database.update { (draft) throws(QueryError) in draft["t"] = table }
      let short = try database.run(Query(text: "count from t where \(condition)"))
      let long = try database.run(
        Query(text: "count, max one as m from t where \(condition)"))
      let counts: [Int] = try [short, long].map { try $0.rows[0][0] }
      #expect(counts[0] == counts[1])
      let conditions = [short, long].map { "\($0.receipt.steps[0].conditions)" }
      #expect(conditions[0] == conditions[1])
    }
  }
}
