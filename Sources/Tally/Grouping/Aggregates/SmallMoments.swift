/// Counts, sums, squares and products of numbers within 32 bits, next to each other for each group:
///
///     one operand     n, x, xx low, xx high
///     two operands    n, x, xx low, xx high, y, yy low, yy high, xy low, xy high
///
/// A product has at most 63 bits: its low 32 bits and the rest are summed in a word each, so that
/// no word overflows for fewer than ``rowLimit`` rows.
struct SmallMoments {
  private var words: GroupArray<Int64>
  private let isPair: Bool
  private var rowsUsed = 0

  private let rowLimit: Int

  /// The most rows that the words can hold.
  static let rowLimit = 1 << 30

  /// Whether numbers within bounds are small enough.
  static func holds(_ bounds: ClosedRange<Int128>?) -> Bool {
    guard let bounds else { return false }
    return bounds.lowerBound >= -(1 << 31) && bounds.upperBound <= 1 << 31
  }

  /// Makes sums without groups for up to `rowLimit` rows.
  init(isPair: Bool, rowLimit: Int, budget: MemoryBudget?) throws(QueryError) {
    self.rowLimit = rowLimit
    self.isPair = isPair
    words = try GroupArray(budget: budget)
  }

  private var width: Int { isPair ? 9 : 4 }

  /// Makes room for groups.
  mutating func reserve(groups: Int) throws(QueryError) {
    try words.resize(to: groups * width, filling: 0)
  }

  /// Adds rows, or answers false where they are too many.
  mutating func add(_ rows: AggregateRows) -> Bool {
    if rows.count > rowLimit - rowsUsed { return false }
    switch (isPair, rows.values, rows.others) {
    case (false, .integers(let x), .none):
      addSmallMoments(x, rows.groups, rows.count, words.pointer)
    case (true, .integers(let x), .integers(let y)):
      addSmallMoments(x, y, rows.groups, rows.count, words.pointer)
    default: return false
    }
    rowsUsed += rows.count
    return true
  }

  /// Adds the sums of other groups, or answers false where they have too many rows.
  mutating func merge(
    _ other: SmallMoments, _ targets: UnsafeBufferPointer<UInt32>, _ budget: MemoryBudget?
  ) throws(QueryError) -> Bool {
    if other.rowsUsed > rowLimit - rowsUsed { return false }
    rowsUsed += other.rowsUsed
    let (own, added, width) = (words.pointer, other.words.pointer, width)
    try budget.forEachPiece(of: targets.count) { piece in
      for group in piece {
        let target = own + Int(targets[group]) &* width
        for word in 0..<width { target[word] &+= added[group &* width &+ word] }
      }
    }
    return true
  }

  /// Adds the sums of a group to counts and to sums in the order x, xx, y, yy, xy.
  func move(_ group: Int, _ counts: UnsafeMutablePointer<Int64>, _ sums: [LimbSum]) {
    let own = words.pointer + group * width
    counts[group] &+= own[0]
    sums[0].word(0)[group] &+= Int128(own[1])
    sums[1].word(0)[group] &+= Self.product(own + 2)
    guard isPair else { return }
    sums[2].word(0)[group] &+= Int128(own[4])
    sums[3].word(0)[group] &+= Self.product(own + 5)
    sums[4].word(0)[group] &+= Self.product(own + 7)
  }

  private static func product(_ words: UnsafePointer<Int64>) -> Int128 {
    Int128(words[0]) + Int128(words[1]) << 32
  }
}

private func addSmallMoments(
  _ x: UnsafePointer<Int64>, _ groups: UnsafePointer<UInt32>, _ count: Int,
  _ words: UnsafeMutablePointer<Int64>
) {
  for row in 0..<count {
    let own = words + Int(groups[row]) &* 4
    let (value, square) = (x[row], x[row] &* x[row])
    own[0] &+= 1
    own[1] &+= value
    own[2] &+= square & 0xFFFF_FFFF
    own[3] &+= square >> 32
  }
}

private func addSmallMoments(
  _ x: UnsafePointer<Int64>, _ y: UnsafePointer<Int64>, _ groups: UnsafePointer<UInt32>,
  _ count: Int, _ words: UnsafeMutablePointer<Int64>
) {
  for row in 0..<count {
    let own = words + Int(groups[row]) &* 9
    let (first, second) = (x[row], y[row])
    let (xx, yy, xy) = (first &* first, second &* second, first &* second)
    own[0] &+= 1
    own[1] &+= first
    own[2] &+= xx & 0xFFFF_FFFF
    own[3] &+= xx >> 32
    own[4] &+= second
    own[5] &+= yy & 0xFFFF_FFFF
    own[6] &+= yy >> 32
    own[7] &+= xy & 0xFFFF_FFFF
    own[8] &+= xy >> 32
  }
}
