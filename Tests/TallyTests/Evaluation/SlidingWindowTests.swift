import Testing

@testable import Tally

/// Windows that slide give what each window computed anew gives, whatever its size.
@Suite struct SlidingWindowTests {
  @Test(arguments: [0, 1, 63, 64, 65, 4095, 4096, 4097, 300_000])
  func aRankSetFindsEachOfItsRanks(_ size: Int) throws {
    try findsEach(of: try RankSet(upTo: size, budget: nil), size)
    try findsEach(of: try SortedRanks(upTo: min(size, 400), budget: nil), size)
  }

  private func findsEach(of ranks: some HeldSet, _ size: Int) throws {
    var set = ranks
    var random = RandomSource(seed: UInt64(size))
    var held = Set<Int>()
    for round in 0..<400 where size > 0 {
      let rank = random.below(size)
      if held.contains(rank) {
        held.remove(rank)
        set.remove(rank)
      } else {
        held.insert(rank)
        set.insert(rank)
      }
      guard round % 20 == 0 else { continue }
      #expect(held.sorted().enumerated().allSatisfy { set.rank(at: $0.offset) == $0.element })
    }
  }

  /// One row of the table: its group, and values of each type, of which some are missing.
  private struct Row {
    var group: Int
    var whole: Int?
    var double: Double?
    var text: String?
  }

  private static func rows(_ count: Int, seed: UInt64) -> [Row] {
    var random = RandomSource(seed: seed)
    return (0..<count).map { _ in
      Row(
        group: random.below(3), whole: random.chance(10) ? nil : random.below(50) - 25,
        double: random.chance(10) ? nil : Double(random.below(9) - 4) * 0.1,
        text: random.chance(10) ? nil : ["đ", "Đ", "a", "", "ư"][random.below(5)])
    }
  }

  @Test(arguments: [1, 2, 7, 100, 700, 5000])
  func isWhatEachWindowGivesAnew(_ size: Int) throws {
    let rows = Self.rows(1500, seed: UInt64(size))
    let database = Database()
    database["t"] = try Table {
      NamedColumn("row", Array(rows.indices))
      NamedColumn("g", rows.map(\.group))
      NamedColumn("w", rows.map(\.whole))
      NamedColumn("d", rows.map(\.double))
      NamedColumn("d2", rows.map { $0.whole.map { Double($0) * 0.1 } })
      NamedColumn("s", rows.map(\.text))
    }
    let answer = try database.run(
      Query(
        text: """
          list row, median(w within g over last \(size)) as a,
          percentile(d, 30 within g over last \(size)) as b,
          stddev(w within g over last \(size)) as c,
          variance(d within g over last \(size)) as e,
          count(distinct s within g over last \(size)) as f,
          count(distinct w over last \(size)) as h,
          corr(w, row within g over last \(size)) as i,
          corr(d, d2 over last \(size)) as j,
          min(d over last \(size)) as k
          from t order by row
          """))
    var seen: [Int: [Int]] = [:]
    for (place, row) in rows.enumerated() {
      seen[row.group, default: []].append(place)
      let window = (seen[row.group] ?? []).suffix(size).map { rows[$0] }
      let all = rows[...place].suffix(size)
      let cells = answer.columns.map { $0[place] }
      #expect(cells[1] == Self.percentile(window.compactMap(\.whole).map(Double.init), 0.5))
      #expect(Self.isClose(cells[2], Self.percentile(window.compactMap(\.double), 0.3)))
      #expect(
        Self.isClose(
          cells[3], Self.variance(window.compactMap(\.whole).map(Double.init), root: true)))
      #expect(Self.isClose(cells[4], Self.variance(window.compactMap(\.double), root: false)))
      #expect(cells[5] == .integer(Int128(Set(window.compactMap(\.text)).count)))
      #expect(cells[6] == .integer(Int128(Set(all.compactMap(\.whole)).count)))
      let placed = (seen[row.group] ?? []).suffix(size)
      let pairs = placed.compactMap { at in rows[at].whole.map { (Double($0), Double(at)) } }
      #expect(Self.isClose(cells[7], Self.correlation(pairs)))
      let doubles = all.compactMap { row in
        row.double.flatMap { x in row.whole.map { (x, Double($0) * 0.1) } }
      }
      #expect(Self.isClose(cells[8], Self.correlation(doubles)))
      #expect(cells[9] == (all.compactMap(\.double).min().map(CellValue.float) ?? .missing))
    }
  }

  private static func percentile(_ values: [Double], _ part: Double) -> CellValue {
    if values.isEmpty { return .missing }
    let sorted = values.sorted()
    let place = part * Double(values.count - 1)
    let low = sorted[Int(place)]
    let high = sorted[min(Int(place) + 1, values.count - 1)]
    return .float(low + (high - low) * (place - Double(Int(place))))
  }

  private static func variance(_ values: [Double], root: Bool) -> CellValue {
    if values.count < 2 { return .missing }
    let mean = values.reduce(0, +) / Double(values.count)
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let variance = squares / Double(values.count - 1)
    return .float(root ? variance.squareRoot() : variance)
  }

  private static func correlation(_ pairs: [(Double, Double)]) -> CellValue {
    if pairs.count < 2 { return .missing }
    let (x, y) = (pairs.map(\.0), pairs.map(\.1))
    let (meanX, meanY) = (
      x.reduce(0, +) / Double(x.count), y.reduce(0, +) / Double(y.count)
    )
    let (xx, yy) = (
      x.reduce(0) { $0 + ($1 - meanX) * ($1 - meanX) },
      y.reduce(0) { $0 + ($1 - meanY) * ($1 - meanY) }
    )
    if xx < 1e-12 || yy < 1e-12 { return .missing }
    let xy = zip(x, y).reduce(0) { $0 + ($1.0 - meanX) * ($1.1 - meanY) }
    return .float(xy / (xx * yy).squareRoot())
  }

  private static func isClose(_ left: CellValue, _ right: CellValue) -> Bool {
    guard case .float(let first) = left, case .float(let second) = right else {
      return left == right
    }
    return abs(first - second) < 1e-9
  }
}
