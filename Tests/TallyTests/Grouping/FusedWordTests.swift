import Testing

@testable import Tally

/// Holds the packed words of fused kernels against plain sums where fields become full often.
@Suite struct FusedWordTests {
  private static let rowCount = 3000

  /// Codes up to a largest one, which is met often.
  private func codes(_ random: inout RandomSource, _ maximum: UInt64) throws -> Codes {
    let codes = try Codes(count: Self.rowCount, width: .narrowest(for: maximum))
    for row in 0..<Self.rowCount {
      let some = random.next() % (maximum + 1)
      codes.store(row == 0 || random.below(3) > 0 ? maximum : some, at: row)
    }
    return codes
  }

  private func slots(_ random: inout RandomSource, _ count: Int) throws -> Codes {
    let slots = try Codes(count: Self.rowCount, width: .narrowest(for: UInt64(count - 1)))
    for row in 0..<Self.rowCount { slots.store(UInt64(random.below(count)), at: row) }
    return slots
  }

  private static let sumMaxima: [[UInt64]] = [
    [], [255], [65_535], [4_294_967_295], [255, 255], [3, 65_535], [7, 15, 100_000_000],
    [1, 2, 1_000_000_000], [255, 255, 255], [0, 0, 0], [65_535, 65_535], [200, 1000, 70_000],
  ]

  @Test(arguments: sumMaxima)
  func sumsLeaveTheirFieldsInTime(maxima: [UInt64]) throws {
    #expect(FusedState.fits(maxima))
    var random = RandomSource(seed: maxima.reduce(7, +))
    let columns = try maxima.map { try codes(&random, $0) }
    for slotCount in [1, 3, 1024, 1025, 70_000] {
      let slots = try slots(&random, slotCount)
      let counts = try GroupArray<Int64>(count: slotCount, filling: 0, budget: nil)
      let sums = try maxima.map { _ in
        try GroupArray<UInt64>(count: slotCount, filling: 0, budget: nil)
      }
      let state = try FusedState(
        maxima: maxima, slotCount: slotCount, counts: counts, sums: sums, budget: nil)
      // Pieces of a length that leaves rows beside those taken four at a time.
      for start in stride(from: 0, to: Self.rowCount, by: 999) {
        let count = min(999, Self.rowCount - start)
        let place = try #require(CodePointer(slots, from: start))
        place.add(columns.compactMap { CodePointer($0, from: start) }, count, state)
      }
      state.moveAll()
      var expected = [Int: (count: Int64, sums: [UInt64])]()
      for row in 0..<Self.rowCount {
        var own = expected[Int(slots[row])] ?? (0, maxima.map { _ in 0 })
        own.count += 1
        for column in columns.indices { own.sums[column] += columns[column][row] }
        expected[Int(slots[row])] = own
      }
      for slot in 0..<slotCount {
        let own = expected[slot] ?? (0, maxima.map { _ in 0 })
        #expect(counts[slot] == own.count && sums.map { $0[slot] } == own.sums)
      }
    }
  }

  @Test func whatIsTooWideIsRefused() {
    #expect(!FusedState.fits([255, 65_535, UInt64(UInt32.max)]))
    #expect(!FusedState.fits([1, 1, 1, 1]))
    #expect(!FusedState.fits([UInt64(UInt32.max), UInt64(UInt32.max)]))
  }

  private static let momentMaxima: [[UInt64]] = [
    [255], [65_535], [536_870_911], [4_294_967_295], [4, 14], [31, 31], [255, 255],
    [2047, 2047], [0, 0], [60_000, 3],
  ]

  @Test(arguments: momentMaxima)
  func momentsLeaveTheirFieldsInTime(maxima: [UInt64]) throws {
    var random = RandomSource(seed: maxima.reduce(11, +))
    let columns = try maxima.enumerated().map { index, maximum in
      FusedLane.Value(
        column: index, codes: try codes(&random, maximum), base: [-3, 5][index])
    }
    #expect(FusedMoments.takes(columns))
    for slotCount in [1, 3, 300, 70_000] {
      let slots = try slots(&random, slotCount)
      let moments = try FusedMoments(columns, slotCount: slotCount, budget: nil)
      for start in stride(from: 0, to: Self.rowCount, by: 999) {
        let place = try #require(CodePointer(slots, from: start))
        moments.update(place, from: start, min(999, Self.rowCount - start))
      }
      moments.moveState()
      var expected = [Int: [Int128]]()
      for row in 0..<Self.rowCount {
        let values = columns.map { Int128($0.base) + Int128($0.codes[row]) }
        let (x, y) = (values[0], values.last ?? 0)
        let added = [1, x, x * x] + (columns.count == 2 ? [y, y * y, x * y] : [])
        let own = expected[Int(slots[row])] ?? added.map { _ in 0 }
        expected[Int(slots[row])] = zip(own, added).map { $0 + $1 }
      }
      for slot in 0..<slotCount {
        let own = expected[slot] ?? [Int128](repeating: 0, count: columns.count == 2 ? 6 : 3)
        #expect(Int128(moments.count(slot)) == own[0])
        for index in 1..<own.count { #expect(moments.sum(index - 1, slot) == own[index]) }
      }
    }
  }
}
