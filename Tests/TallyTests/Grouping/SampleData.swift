@testable import Tally

/// Random columns of every type and layout.
struct SampleData {
  var random: RandomSource
  let rowCount: Int

  init(seed: UInt64, rowCount: Int) {
    random = RandomSource(seed: seed)
    self.rowCount = rowCount
  }

  /// A column of cells, some of which are missing.
  mutating func column(
    _ name: String, _ type: ColumnType, _ layout: SampleColumn.Layout, missing: Int = 0,
    hasBounds: Bool = true, _ make: (inout RandomSource) -> CellValue
  ) throws(QueryError) -> SampleColumn {
    var cells: [CellValue] = []
    for _ in 0..<rowCount {
      cells.append(random.chance(missing) ? .missing : make(&random))
    }
    return try SampleColumn(name, type, layout, cells, hasBounds: hasBounds)
  }

  /// Small whole numbers.
  mutating func smallIntegers(missing: Int, hasBounds: Bool = true) throws(QueryError)
    -> SampleColumn
  {
    try column("small", .integer, .integers, missing: missing, hasBounds: hasBounds) {
      .integer(Int128($0.below(21)) - 10)
    }
  }

  /// One column of each kind that aggregates tell apart.
  mutating func operands(missing: Int) throws(QueryError) -> [SampleColumn] {
    let texts = ["", "a", "Bộ", "Bộ Tài chính", "b", "zz", "Ω"]
    return [
      try smallIntegers(missing: missing),
      try column("big", .integer, .integers, missing: missing) {
        .integer(Int128(Int64(bitPattern: $0.next())))
      },
      try column("unbounded", .integer, .integers, missing: missing, hasBounds: false) {
        .integer(Int128(Int64(bitPattern: $0.next())) >> 3)
      },
      try column("wide", .integer, .wide, missing: missing) {
        .integer(Int128(Int64(bitPattern: $0.next())) &* Int128(1 << 50))
      },
      try column("money", .decimal(scale: 6), .integers, missing: missing) {
        .decimal(ExactDecimal(coefficient: Int128($0.below(100_000_000)), scale: 6))
      },
      try column("rate", .percent(scale: 4), .integers, missing: missing) {
        .percent(ExactDecimal(coefficient: Int128($0.below(10_000)) - 5000, scale: 4))
      },
      try column("float", .float, .floats, missing: missing) {
        .float((Double($0.below(2001)) - 1000) / 7)
      },
      try column("extreme", .float, .floats, missing: missing) { random in
        let exponent = random.below(1400) - 1074
        let digits = Double(random.below(1 << 50)) - 0x1p49
        return .float(digits * Double(sign: .plus, exponent: max(-1074, exponent), significand: 1))
      },
      try column("zeros", .ratio, .floats, missing: missing) {
        .ratio([0.0, -0.0, 1, -1][$0.below(4)])
      },
      try column("flag", .boolean, .booleans, missing: missing) { .boolean($0.below(2) == 1) },
      try column("name", .text, .codes, missing: missing) { .text(texts[$0.below(7)]) },
      try column("note", .text, .texts, missing: missing) {
        .text(texts[$0.below(7)] + String($0.below(30)))
      },
      try column("day", .date, .integers, missing: missing) {
        .date(CalendarDate(daysSince1970: $0.below(40) - 20))
      },
      try column("month", .period(.month), .integers, missing: missing) {
        .period(CalendarPeriod(.month, index: $0.below(24)))
      },
      try column("time", .duration, .integers, missing: missing) {
        .duration(Int64($0.below(1_000_000)))
      },
    ]
  }

  /// A column to group by for each kind that tables tell apart.
  mutating func keys(missing: Int) throws(QueryError) -> [SampleColumn] {
    try operands(missing: missing).filter { $0.name != "extreme" && $0.name != "big" }
      + [
        try column("spread", .integer, .integers, missing: missing) {
          .integer(Int128($0.below(5)) * 900_000)
        },
        try column("full", .integer, .integers, missing: missing) {
          .integer([Int128(Int64.min), -1, 0, 1, Int128(Int64.max)][$0.below(5)])
        },
      ]
  }
}
