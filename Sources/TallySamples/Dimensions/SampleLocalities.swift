/// The communes of today, those of before, and which became which.
struct SampleLocalities: Sendable {
  /// A commune of today.
  struct Today: Sendable {
    let province: Int
    /// The places of the former communes that make it up.
    let formers: Range<Int>
  }

  /// A commune of before.
  struct Former: Sendable {
    let province: Int
    let formerProvince: Int
    let district: Int
  }

  static let count = 3321
  let today: [Today]
  let former: [Former]
  /// Which former commune went, wholly or in part, into which of today.
  let successors: [(former: Int, today: Int)]
  /// Draws a commune of today.
  let table: AliasTable

  init() {
    let sizes = quotas(of: Self.count, over: SampleProvince.weights.map { $0 + 100 })
    let merged = RandomColumn(seed: 0, column: 2)
    let busyness = RandomColumn(seed: 0, column: 3)
    var today: [Today] = []
    var former: [Former] = []
    var weights: [UInt64] = []
    for province in sizes.indices {
      let busy = (0..<sizes[province]).map { 1 + busyness.number(today.count + $0, below: 8) }
      let sum = UInt64(busy.reduce(0, +))
      for part in busy {
        let formers = 1 + merged.number(today.count, below: 5)
        today.append(
          Today(province: province, formers: former.count..<former.count + formers))
        weights.append((SampleProvince.weights[province] << 24) * UInt64(part) / sum)
        former += (0..<formers).map { _ in
          Former(province: province, formerProvince: 0, district: 0)
        }
      }
    }
    self.today = today
    self.former = Self.divided(former)
    table = AliasTable(weights)
    successors = Self.successors(of: today)
  }

  /// Shares out the communes of each province among its former provinces and their districts, in
  /// the order of the communes.
  private static func divided(_ communes: [Former]) -> [Former] {
    var result: [Former] = []
    var district = 0
    for province in SampleProvince.today.indices {
      let own = communes.filter { $0.province == province }
      let formers = SampleProvince.formers(of: province)
      let parts = quotas(of: own.count, over: formers.map { _ in 1 })
      for (formerProvince, count) in zip(formers, parts) {
        result += (0..<count).map {
          Former(
            province: province, formerProvince: formerProvince, district: district + $0 / 14)
        }
        district += (count + 13) / 14
      }
    }
    return result
  }

  /// One former commune of thirty was divided: a part went into the next commune of the province.
  private static func successors(of today: [Today]) -> [(former: Int, today: Int)] {
    let divided = RandomColumn(seed: 0, column: 4)
    var result: [(former: Int, today: Int)] = []
    for (index, commune) in today.enumerated() {
      for former in commune.formers {
        result.append((former, index))
        let next = index + 1
        if divided.number(former, below: 30) == 0, next < today.count,
          today[next].province == commune.province
        {
          result.append((former, next))
        }
      }
    }
    return result
  }

  static func code(today index: Int) -> String { "M" + padded(index + 1, 5) }
  static func code(former index: Int) -> String { "C" + padded(index + 1, 5) }
  static func district(_ index: Int) -> String { "H" + padded(index + 1, 3) }
}
