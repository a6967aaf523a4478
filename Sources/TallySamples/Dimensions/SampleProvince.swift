/// A province as it is since the reform, or one of the 63 before.
struct SampleProvince: Sendable {
  let code: String
  let name: String
  let region: String
  let residents: Int
  /// The province it went into; nil for those of today.
  let successor: Int?

  /// How much of ten thousand dossiers each province of today has: 14.7 % at most, 0.34 % at least.
  static let weights: [UInt64] = [
    1470, 1083, 610, 530, 480, 440, 410, 380, 355, 335, 315, 295, 280, 262, 246, 232, 218, 205,
    192, 180, 168, 157, 147, 137, 128, 119, 110, 102, 94, 86, 78, 70, 52, 34,
  ]

  /// How many of a thousand dossiers come online in each, before time and service change it.
  static let onlineShares = [
    50, 85, 217, 158, 434, 454, 572, 316, 178, 257, 493, 631, 335, 414, 611, 473, 552, 276, 375,
    198, 80, 650, 395, 591, 60, 532, 99, 139, 670, 296, 513, 119, 237, 690,
  ]

  private static let regions = ["Bắc", "Đông", "Trung", "Cao nguyên", "Nam", "Tây"]

  /// The 34 of today.
  static let today: [SampleProvince] = weights.indices.map { index in
    let noise = RandomColumn(seed: 0, column: 1).number(index, below: 300_000)
    return SampleProvince(
      code: "T" + padded(index + 1, 2), name: SampleNames.place(index * 3 + 1),
      region: regions[index % regions.count],
      residents: Int(weights[index]) * 7000 + 1_000_000 + noise, successor: nil)
  }

  /// The 63 of before: 29 provinces of today had two, 5 have stayed as they were.
  static let former: [SampleProvince] = today.indices.flatMap { index in
    (0..<(index < 29 ? 2 : 1)).map { part in
      let province = today[index]
      let half = province.residents / 2
      return SampleProvince(
        code: "C" + padded(index < 29 ? index * 2 + part + 1 : index + 30, 2),
        name: part == 0 ? province.name : SampleNames.place(200 + index * 3),
        region: province.region,
        residents: index >= 29 ? province.residents : part == 0 ? half : province.residents - half,
        successor: index)
    }
  }

  /// The places in ``former`` of what was a province of today.
  static func formers(of province: Int) -> Range<Int> {
    province < 29 ? province * 2..<province * 2 + 2 : province + 29..<province + 30
  }
}
