/// A synthetic table of dossiers of online public services. No row is a fact.
///
/// Every row is computed from the seed and its number alone, in whole numbers, so that the bytes
/// are the same on every machine, with any number of threads, and for any part of the table. How
/// many dossiers come in on each day is fixed in advance by largest remainder.
package struct Dossiers: Sendable {
  /// The name and version of the recipe: other bytes come with another version.
  package static let version = "dossiers 1"
  /// The most rows that can be made.
  package static let greatestRowCount = 10_000_000_000

  /// How many rows there are.
  package let rowCount: Int
  /// What the random numbers start from.
  package let seed: UInt64
  let services = SampleServices()
  let localities = SampleLocalities()
  /// For each day the number of the first row after it.
  let ends: [Int]
  let draws: Draws
  let onlineShares: OnlineShares

  /// The random columns.
  struct Draws: Sendable {
    let service, commune, channel, outcome, answer, opinion, hour: RandomColumn
  }

  /// Makes a table of rows, which are generated when asked for.
  package init(rowCount: Int, seed: UInt64) {
    self.rowCount = min(max(rowCount, 0), Self.greatestRowCount)
    self.seed = seed
    ends = Self.ends(self.rowCount)
    let columns = (0..<7).map { RandomColumn(seed: seed, column: 100 + $0) }
    draws = Draws(
      service: columns[0], commune: columns[1], channel: columns[2], outcome: columns[3],
      answer: columns[4], opinion: columns[5], hour: columns[6])
    onlineShares = OnlineShares()
  }

  /// Exact quotas: of each month, and within it of each day.
  private static func ends(_ rowCount: Int) -> [Int] {
    let days = SampleDay.all
    let months = (0...29).map { month in days.filter { $0.monthIndex == month } }
    let byMonth = quotas(of: rowCount, over: months.map { $0.reduce(0) { $0 + $1.weight } })
    var end = 0
    return zip(months, byMonth).flatMap { month, count in
      quotas(of: count, over: month.map(\.weight)).map { part in
        end += part
        return end
      }
    }
  }

  /// The day of a row.
  func day(ofRow row: Int) -> Int {
    var (low, high) = (0, ends.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if ends[middle] > row { high = middle } else { low = middle + 1 }
    }
    return low
  }
}

/// How many of a thousand dossiers come online, by province, month and level of the service.
struct OnlineShares: Sendable {
  private let shares: [Int]

  init() {
    shares = SampleProvince.onlineShares.flatMap { share in
      (0..<30).flatMap { month in
        [0, 0, 0, 700, 1250].map { level in
          min(970, share * (400 + 1100 * month / 29) / 1000 * level / 1000)
        }
      }
    }
  }

  @inline(__always)
  func share(province: Int, month: Int, level: Int) -> Int {
    shares[(province * 30 + month) * 5 + level]
  }
}
