import Testing

@testable import TallySamples

/// The shape of the rows. None of it is a claim about the world.
@Suite struct CalibrationTests {
  private static let table = Dossiers(rowCount: 100_000, seed: 1)
  private static let counts = table.part(0..<100_000).counts

  private var counts: DossierCounts { Self.counts }

  private func share(_ part: Int, of whole: Int) -> Double { Double(part) / Double(whole) }

  @Test func communesDecideThreeQuarters() {
    let byService = Self.table.services.traits.indices.map { service in
      counts.byServiceAndChannel[service * 4..<service * 4 + 4].reduce(0, +)
    }
    let communes = byService.indices.filter {
      Self.table.services.traits[$0].tier == .commune
    }.reduce(0) { $0 + byService[$1] }
    #expect(abs(share(communes, of: 100_000) - 0.74) < 0.01)
    let unused = byService.filter { $0 == 0 }.count
    #expect(unused > 3000, "the tail is long: \(unused)")
  }

  @Test func provincesHaveTheirWeights() {
    var byProvince = [Int](repeating: 0, count: 34)
    for (commune, place) in Self.table.localities.today.enumerated() {
      byProvince[place.province] +=
        counts.byCommune[commune * 2] + counts.byCommune[commune * 2 + 1]
    }
    #expect(SampleProvince.weights.reduce(0, +) == 10_000)
    #expect(abs(share(byProvince[0], of: 100_000) - 0.147) < 0.005)
    #expect(abs(share(byProvince[33], of: 100_000) - 0.0034) < 0.001)
  }

  @Test func onlineGrows() {
    let months = (0..<30).map { month in
      let total = SampleDay.all.filter { $0.monthIndex == month }.reduce(0) {
        $0 + counts.byDay[$1.index]
      }
      return share(counts.onlineByMonth[month], of: total)
    }
    #expect(months[0] < 0.25 && months[29] > 0.3 && months[29] > months[0] + 0.12)
  }

  @Test func weekendsAndTetAreQuiet() {
    let days = SampleDay.all
    let sundays = days.filter { $0.weekday == 7 }.reduce(0) { $0 + counts.byDay[$1.index] }
    let mondays = days.filter { $0.weekday == 1 }.reduce(0) { $0 + counts.byDay[$1.index] }
    #expect(sundays * 5 < mondays)
    // Monday the third of the days of Tết 2025 beside that four weeks later.
    #expect(counts.byDay[576] * 5 < counts.byDay[604])
  }

  @Test func threeAgenciesAreLate() {
    let late = (0..<20).filter { agency in
      let (late, early) =
        (counts.byAgencyAndTime[agency * 2], counts.byAgencyAndTime[agency * 2 + 1])
      return late + early > 200 && share(early, of: late + early) < 0.8
    }
    #expect(late.count <= 3 && !late.isEmpty)
    let all = counts.byAgencyAndTime
    let early = stride(from: 1, to: 40, by: 2).reduce(0) { $0 + all[$1] }
    #expect((0.85...0.99).contains(share(early, of: all.reduce(0, +))))
  }

  @Test func ratingsAreFew() {
    let none = (0..<4).reduce(0) { $0 + counts.byChannelAndRating[$1 * 6] }
    #expect(abs(share(none, of: 100_000) - 0.86) < 0.02)
  }
}
