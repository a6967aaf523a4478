/// A service: what can be applied for.
struct SampleService: Sendable {
  /// Where dossiers of a service are decided.
  enum Tier: Int, Sendable, CaseIterable {
    case commune, province, ministry
  }

  let code: String
  let name: String
  let field: Int
  /// `full`, `partial` or `none`: the two levels since 2022, and neither.
  let provision: String
  /// In đồng; nil where there is none.
  let fee: Int?
  let traits: Traits

  /// What the rows of dossiers depend on.
  struct Traits: Sendable {
    let agency: Int
    let tier: Tier
    /// 1 to 4.
    let level: Int
    let hasFee: Bool
    /// The days that an answer may take.
    let limit: Int
    /// The day since when it can be filed on the national portal, counted from 2023-07-01; nil
    /// where it can't.
    let integrated: Int?
    /// Whether it can be filed nowhere else.
    let isPortalOnly: Bool
    /// How long answers take beside the limit, in 1,024ths of the usual.
    let pace: Int
  }
}

/// The 6,300 services, and how often each is applied for.
struct SampleServices: Sendable {
  static let count = 6300
  /// Services that are used at all often; the others have twelve dossiers a year and fewer.
  private static let headCount = 2520
  /// Dossiers of the nation in a year, by which the tail is measured.
  private static let yearly: UInt64 = 44_000_000

  let all: [SampleService]
  /// What rows depend on, beside ``all``.
  let traits: [SampleService.Traits]
  /// Draws a service.
  let table: AliasTable

  init() {
    let weights = Self.weightsByRank()
    let tiers = Self.tiers(weights)
    let ranks = (0..<Self.count).map { ($0 * 4001 + 17) % Self.count }
    all = ranks.enumerated().map { Self.service($0, rank: $1, tiers[$1]) }
    traits = all.map(\.traits)
    table = AliasTable(ranks.map { weights[$0] })
  }

  /// Zipf's law with the exponent 1.125 and a cut: an exponent whose powers are square roots.
  private static func weightsByRank() -> [UInt64] {
    let head = (1...UInt64(headCount)).map { (UInt64(1) << 62) / ($0 * eighthRoot($0)) }
    let one = head.reduce(0, +) / yearly
    let noise = RandomColumn(seed: 0, column: 5)
    return head + (headCount..<count).map { UInt64(1 + noise.number($0, below: 12)) * one }
  }

  /// Gives communes 74 % of the dossiers, going down from the most frequent service.
  private static func tiers(_ weights: [UInt64]) -> [SampleService.Tier] {
    var (all, communes): (UInt64, UInt64) = (0, 0)
    return weights.indices.map { rank in
      let isCommune = communes * 100 < all * 74
      all += weights[rank]
      if isCommune { communes += weights[rank] }
      return isCommune ? .commune : rank % 5 == 4 ? .ministry : .province
    }
  }

  private static func service(_ index: Int, rank: Int, _ tier: SampleService.Tier)
    -> SampleService
  {
    let first = Thousandths(RandomColumn(seed: 0, column: 6)[index])
    let second = Thousandths(RandomColumn(seed: 0, column: 7)[index])
    let numbers = RandomColumn(seed: 0, column: 8)
    let field = numbers.number(index, below: SampleField.all.count)
    let objects = SampleField.all[field].objects
    let level = level(first[0], isFrequent: rank < headCount)
    let integrated = level >= 3 && first[1] < 650 ? second[0] * 2130 / 1000 - 1299 : nil
    let fees = [5, 10, 15, 20, 30, 50, 75, 100, 150, 200, 500]
    let limits = [1, 3, 3, 5, 5, 5, 7, 7, 10, 10, 15, 15, 20, 30]
    let traits = SampleService.Traits(
      agency: SampleField.all[field].agency, tier: tier, level: level, hasFee: first[3] < 450,
      limit: limits[numbers.number(index + count, below: limits.count)], integrated: integrated,
      isPortalOnly: (integrated ?? 0) < 0 && level == 4 && second[3] < 60,
      pace: 819 + numbers.number(index + 2 * count, below: 410))
    return SampleService(
      code: code(index),
      name: SampleNames.acts[second[1] * 10 / 1000] + " " + objects[second[2] % objects.count],
      field: field,
      provision: level == 4
        ? (first[2] < 950 ? "full" : "partial")
        : level == 3 ? (first[2] < 300 ? "full" : "partial") : "none",
      fee: traits.hasFee ? fees[second[3] % fees.count] * 1000 : nil, traits: traits)
  }

  static func code(_ index: Int) -> String { "DV" + padded(index + 1, 4) }

  private static func level(_ draw: Int, isFrequent: Bool) -> Int {
    let ends = isFrequent ? [30, 250, 550] : [150, 550, 750]
    return 1 + ends.filter { draw >= $0 }.count
  }
}
