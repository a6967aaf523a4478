import Foundation
import Testing

@testable import TallySamples

@Suite struct DossierTests {
  static let seed: UInt64 = 1

  private func whole(_ table: Dossiers, shuffled: Bool = false) -> [UInt8] {
    Array(Dossiers.header.utf8) + table.part(0..<table.rowCount, shuffled: shuffled).bytes
  }

  /// The bytes are part of the promise: another recipe needs another version.
  @Test func bytesOfAHundredThousandRows() {
    #expect(sha256(Array("abc".utf8)).hasPrefix("ba7816bf8f01cfea"))
    let table = Dossiers(rowCount: 100_000, seed: Self.seed)
    #expect(Dossiers.version == "dossiers 1")
    #expect(
      sha256(whole(table)) == "8ffd64fba0d9e4ecd7e3b463e2f3017f72b01a670b01fee166affc269021c2cc")
    let dimensions = table.tables.map(\.csv).joined()
    #expect(
      sha256(Array(dimensions.utf8))
        == "8c63c7084d84188ac9ac9b95ee1cdc6705cbc28775d018f35048556b4ce40354")
  }

  @Test(.enabled(if: ProcessInfo.processInfo.environment["TALLY_LONG_TESTS"] != nil))
  func bytesOfAMillionRows() {
    let table = Dossiers(rowCount: 1_000_000, seed: Self.seed)
    #expect(
      sha256(whole(table)) == "1c471c16f68e970ae8dd5024d8a86317cffb29097d54d54054ef51969061ac02")
  }

  @Test func partsMakeTheWhole() {
    let table = Dossiers(rowCount: 5000, seed: 7)
    for shuffled in [false, true] {
      let whole = table.part(0..<5000, shuffled: shuffled)
      let cuts = [0, 1, 17, 2500, 2501, 4999, 5000]
      let parts = zip(cuts, cuts.dropFirst()).map {
        table.part($0..<$1, shuffled: shuffled)
      }
      #expect(parts.flatMap(\.bytes) == whole.bytes)
      var sum = DossierCounts(table)
      for part in parts { sum.add(part.counts) }
      #expect(Oracle(table, sum).json == Oracle(table, whole.counts).json)
    }
  }

  @Test func aShuffledTableHasTheSameRows() {
    let table = Dossiers(rowCount: 3000, seed: 3)
    func lines(_ shuffled: Bool) -> [Substring] {
      String(decoding: table.part(0..<3000, shuffled: shuffled).bytes, as: UTF8.self)
        .split(separator: "\n")
    }
    let (ordered, shuffled) = (lines(false), lines(true))
    #expect(ordered != shuffled)
    #expect(ordered.sorted() == shuffled.sorted())
  }

  @Test(arguments: [1, 2, 3, 4, 5, 100, 4097])
  func shufflesAreOneToOne(count: Int) {
    let shuffle = Shuffle(rowCount: count, seed: 5)
    #expect(Set((0..<count).map(shuffle.row)) == Set(0..<count))
  }

  @Test func anotherSeedGivesOtherRows() {
    let one = Dossiers(rowCount: 100, seed: 1).part(0..<100).bytes
    let other = Dossiers(rowCount: 100, seed: 2).part(0..<100).bytes
    #expect(one != other)
  }

  @Test(arguments: [1, 2, 10])
  func fewRows(count: Int) {
    let table = Dossiers(rowCount: count, seed: 1)
    let text = String(decoding: table.part(0..<count).bytes, as: UTF8.self)
    #expect(text.split(separator: "\n").count == count)
    #expect(
      text.split(separator: "\n").allSatisfy {
        $0.split(separator: ",", omittingEmptySubsequences: false).count == 14
      })
  }

  /// Rows far into the largest table are found at once.
  @Test func theLargestTable() {
    let table = Dossiers(rowCount: Dossiers.greatestRowCount, seed: 1)
    let end = Dossiers.greatestRowCount
    let text = String(decoding: table.part(end - 2..<end).bytes, as: UTF8.self)
    #expect(text.hasPrefix("9999999999,"))
    #expect(text.contains(",2025-12-31,"))
    #expect(table.ends.last == end)
  }

  // MARK: Parts

  @Test(
    arguments: [
      (10, [1, 1, 1], [4, 3, 3]), (0, [1, 2], [0, 0]), (7, [3, 4], [3, 4]), (5, [0, 0], [0, 0]),
      (2, [1, 1, 1], [1, 1, 0]), (100, [1, 999_999_999], [0, 100]),
    ] as [(Int, [UInt64], [Int])])
  func quotasAddUp(total: Int, weights: [UInt64], parts: [Int]) {
    #expect(quotas(of: total, over: weights) == parts)
  }

  @Test func daysAreThoseOfTheCalendar() {
    let days = SampleDay.all
    #expect(days.first?.text == "2023-07-01")
    #expect(days.last?.text == "2025-12-31")
    #expect(days[SampleDay.reform].text == "2025-07-01")
    #expect(days.filter { $0.month == 2 && $0.year == 2024 }.count == 29)
    #expect(days.first { $0.text == "2024-02-10" }?.isWorking == false)
    #expect(days.first { $0.text == "2025-07-07" }?.weekday == 1)
    #expect(Set(days.map(\.monthIndex)) == Set(0..<30))
  }

  @Test func rootsAreRoundedDown() {
    for number in [0, 1, 2, 3, 4, 15, 16, 17, 1 << 62, UInt64.max] as [UInt64] {
      let root = squareRoot(number)
      #expect(UInt128(root) * UInt128(root) <= UInt128(number))
      #expect(UInt128(root + 1) * UInt128(root + 1) > UInt128(number))
    }
    #expect(eighthRoot(1) == 1 << 24)
    #expect(eighthRoot(256) == 2 << 24)
  }

  @Test func indicesAreDrawnByWeight() {
    let weights: [UInt64] = [5, 0, 1, 94]
    let table = AliasTable(weights)
    var counts = [Int](repeating: 0, count: 4)
    let random = RandomColumn(seed: 9, column: 0)
    for row in 0..<100_000 { counts[table.index(of: random[row])] += 1 }
    #expect(counts[1] == 0)
    for (count, weight) in zip(counts, weights) {
      #expect(abs(count - Int(weight) * 1000) < 500)
    }
  }
}
