/// Counts, sums, squares and products of the codes of one or two columns, in words that are added
/// to at once:
///
///     one column         n | x,       x²
///     two columns        n | y² | x², xy | y | x
///     one wide column    n, x, low 32 bits of x², the rest of x²
///
/// Fields are as wide as the codes need. Where one of two words could become full, the top bit of
/// the count says so, and the slot is moved to the totals at once.
final class FusedMoments {
  let columns: [FusedLane.Value]
  private let slotCount: Int
  private let layout: Layout?
  private let words: AlignedBytes
  /// The sums that are moved so far, in the order n, x, xx and for two columns y, yy, xy.
  private let totals: [GroupArray<Int128>]
  private var rowsInState = 0
  /// What a row adds, for each pair of codes, where there are few pairs.
  private let pairs: PairTable?

  /// The rows after which the words of a wide column are moved: as many parts of 32 bits have 62.
  private static let rowLimit = 1 << 30

  /// Whether the moments of columns can be computed.
  static func takes(_ columns: [FusedLane.Value]) -> Bool {
    columns.count == 1 || (columns.count == 2 && Layout(columns) != nil)
  }

  /// Where the fields of two words begin.
  fileprivate struct Layout {
    /// The bits of the codes of each column.
    let widths: [Int]
    /// The bits that a sum needs beyond those of what is added.
    let rowBits: Int

    /// A slot should hold so many rows, as a power of two: to move it costs as much as some do.
    private static let fewestRowBits = 6

    /// Nil where columns are too wide.
    init?(_ columns: [FusedLane.Value]) {
      // Codes of four bytes are too wide for a pair, whatever they are.
      guard columns.count == 1 || columns.allSatisfy({ $0.codes.width <= .two }) else { return nil }
      widths = columns.map { UInt64.bitWidth - $0.codes.maximum.leadingZeroBitCount }
      let total = widths.reduce(0, +)
      rowBits = columns.count == 1 ? min(64 - 2 * total, (63 - total) / 2) : (63 - 2 * total) / 3
      if rowBits < Self.fewestRowBits { return nil }
    }

    /// The place of the count, whose top bit is that of the word.
    var countShift: UInt64 { UInt64(63 - rowBits) }
    /// The place of y² in the first word.
    var squareShift: UInt64 { UInt64(2 * widths[0] + rowBits) }
    /// The place of y in the second word.
    var secondShift: UInt64 { UInt64(widths[0] + rowBits) }
    /// The place of xy in the second word.
    var productShift: UInt64 { UInt64(widths[0] + widths[1] + 2 * rowBits) }

    /// The words of a row.
    @inline(__always)
    func words(_ x: UInt64, _ y: UInt64) -> SIMD2<UInt64> {
      SIMD2(
        1 &<< countShift | (y &* y) &<< squareShift | x &* x,
        (x &* y) &<< productShift | y &<< secondShift | x)
    }

    /// What two words hold, in the order of the totals.
    func sums(_ words: SIMD2<UInt64>) -> [UInt64] {
      let n = words[0] >> countShift
      let low = words[0] & (1 << countShift - 1)
      if widths.count == 1 { return [n, low, words[1]] }
      let (square, second) = (1 << squareShift as UInt64, 1 << secondShift as UInt64)
      let product = 1 << (productShift - secondShift) as UInt64
      return [
        n, words[1] & (second - 1), low & (square - 1), words[1] >> secondShift & (product - 1),
        low >> squareShift, words[1] >> productShift,
      ]
    }
  }

  /// Makes the state of slots without rows.
  init(
    _ columns: [FusedLane.Value], slotCount: Int, budget: MemoryBudget?
  ) throws(QueryError) {
    self.columns = columns
    self.slotCount = slotCount
    layout = Layout(columns)
    words = try AlignedBytes(
      byteCount: slotCount * (layout == nil ? 32 : 16), zeroed: true, budget: budget)
    var totals: [GroupArray<Int128>] = []
    for _ in 0..<(columns.count == 2 ? 6 : 3) {
      totals.append(try GroupArray(count: slotCount, filling: 0, budget: budget))
    }
    self.totals = totals
    pairs =
      if let layout, columns.count == 2 {
        try PairTable(columns, layout, budget: budget)
      } else {
        nil
      }
  }

  /// Takes in consecutive rows in their slots.
  func update(_ slots: CodePointer, from start: Int, _ count: Int) {
    switch slots {
    case .one(let slots): update(slots, from: start, count)
    case .two(let slots): update(slots, from: start, count)
    case .four(let slots): update(slots, from: start, count)
    }
  }

  private func update<Slot: CodeInteger>(
    _ slots: UnsafePointer<Slot>, from start: Int, _ count: Int
  ) {
    guard let first = CodePointer(columns[0].codes, from: start) else { return }
    guard columns.count == 1 else {
      guard let second = CodePointer(columns[1].codes, from: start) else { return }
      switch (first, second) {
      case (.one(let x), .one(let y)): addPairs(slots, x, y, count)
      case (.one(let x), .two(let y)): addPairs(slots, x, y, count)
      case (.two(let x), .one(let y)): addPairs(slots, x, y, count)
      case (.two(let x), .two(let y)): addPairs(slots, x, y, count)
      default: assertionFailure("a pair of wide columns")
      }
      return
    }
    switch first {
    case .one(let codes): addMoments(slots, codes, count)
    case .two(let codes): addMoments(slots, codes, count)
    case .four(let codes): addMoments(slots, codes, count)
    }
  }

  @inline(__always)
  private func addMoments<Slot: CodeInteger, Code: CodeInteger>(
    _ slots: UnsafePointer<Slot>, _ codes: UnsafePointer<Code>, _ count: Int
  ) {
    guard let layout else {
      if rowsInState > Self.rowLimit - count { moveState() }
      rowsInState += count
      return addWideMoments(slots, codes, count, words.pointer(to: SIMD4<UInt64>.self))
    }
    let unit = 1 << layout.countShift as UInt64
    let state = words.pointer(to: UInt64.self)
    for row in 0..<count {
      let slot = Int(truncatingIfNeeded: slots[row])
      let x = UInt64(truncatingIfNeeded: codes[row])
      let word = state[2 &* slot] &+ (unit &+ x)
      state[2 &* slot] = word
      state[2 &* slot &+ 1] &+= x &* x
      if _slowPath(Int64(bitPattern: word) < 0) { move(slot) }
    }
  }

  @inline(__always)
  private func addPairs<Slot: CodeInteger, X: CodeInteger, Y: CodeInteger>(
    _ slots: UnsafePointer<Slot>, _ xs: UnsafePointer<X>, _ ys: UnsafePointer<Y>, _ count: Int
  ) {
    guard let layout else { return }
    let state = words.pointer(to: SIMD2<UInt64>.self)
    if let pairs {
      let (table, shift) = (UnsafePointer(pairs.pointer), pairs.shift)
      for row in 0..<count {
        let slot = Int(truncatingIfNeeded: slots[row])
        let pair = Int(truncatingIfNeeded: xs[row]) &<< shift | Int(truncatingIfNeeded: ys[row])
        let words = state[slot] &+ table[pair]
        state[slot] = words
        if _slowPath(Int64(bitPattern: words[0]) < 0) { move(slot) }
      }
    } else {
      for row in 0..<count {
        let slot = Int(truncatingIfNeeded: slots[row])
        let words = state[slot] &+ layout.words(UInt64(xs[row]), UInt64(ys[row]))
        state[slot] = words
        if _slowPath(Int64(bitPattern: words[0]) < 0) { move(slot) }
      }
    }
  }

  /// Moves the two words of a slot into the totals.
  @inline(never)
  private func move(_ slot: Int) {
    guard let layout else { return }
    let state = words.pointer(to: SIMD2<UInt64>.self)
    for (total, sum) in zip(totals, layout.sums(state[slot])) { total[slot] &+= Int128(sum) }
    state[slot] = SIMD2()
  }

  /// Moves what kernels added into the totals.
  func moveState() {
    rowsInState = 0
    guard layout == nil else { return (0..<slotCount).forEach(move) }
    let state = words.pointer(to: SIMD4<UInt64>.self)
    for slot in 0..<slotCount {
      let own = state[slot]
      state[slot] = SIMD4()
      totals[0][slot] &+= Int128(own[0])
      totals[1][slot] &+= Int128(own[1])
      totals[2][slot] &+= Int128(own[2]) &+ Int128(own[3]) &<< 32
    }
  }

  /// The rows of a slot; the state must have been moved.
  func count(_ slot: Int) -> Int64 { Int64(truncatingIfNeeded: totals[0][slot]) }

  /// A sum of a slot over the values themselves, `base + code` each, in the order x, xx and for two
  /// columns y, yy, xy; the state must have been moved.
  func sum(_ index: Int, _ slot: Int) -> Int128 {
    let n = totals[0][slot]
    let first = Int128(columns[0].base)
    switch index {
    case 0: return totals[1][slot] &+ n &* first
    case 1: return totals[2][slot] &+ 2 &* first &* totals[1][slot] &+ n &* first &* first
    default: break
    }
    let second = Int128(columns[1].base)
    switch index {
    case 2: return totals[3][slot] &+ n &* second
    case 3: return totals[4][slot] &+ 2 &* second &* totals[3][slot] &+ n &* second &* second
    default:
      return totals[5][slot] &+ first &* totals[3][slot] &+ second &* totals[1][slot]
        &+ n &* first &* second
    }
  }
}

@inline(__always)
private func addWideMoments<Slot: CodeInteger, Code: CodeInteger>(
  _ slots: UnsafePointer<Slot>, _ codes: UnsafePointer<Code>, _ count: Int,
  _ state: UnsafeMutablePointer<SIMD4<UInt64>>
) {
  for row in 0..<count {
    let x = UInt64(truncatingIfNeeded: codes[row])
    let square = x &* x
    state[Int(truncatingIfNeeded: slots[row])] &+= SIMD4(1, x, square & 0xFFFF_FFFF, square >> 32)
  }
}

/// What a row adds to the words of its slot, by the codes of two columns: `x << shift | y`.
private struct PairTable {
  let shift: Int
  private let memory: AlignedBytes

  /// The pairs whose words the nearest cache holds beside all else.
  private static let most = 1024

  /// Nil where there are more pairs than a near cache holds.
  init?(
    _ columns: [FusedLane.Value], _ layout: FusedMoments.Layout, budget: MemoryBudget?
  ) throws(QueryError) {
    let (xs, ys) = (Int(columns[0].codes.maximum) + 1, Int(columns[1].codes.maximum) + 1)
    shift = Int.bitWidth - (ys - 1).leadingZeroBitCount
    guard xs << shift <= Self.most else { return nil }
    memory = try AlignedBytes(
      byteCount: (xs << shift) * MemoryLayout<SIMD2<UInt64>>.stride, zeroed: true, budget: budget)
    for x in 0..<xs {
      for y in 0..<ys { pointer[x << shift | y] = layout.words(UInt64(x), UInt64(y)) }
    }
  }

  /// The first pair's words, valid while a named variable or property holds the table.
  var pointer: UnsafeMutablePointer<SIMD2<UInt64>> { memory.pointer(to: SIMD2<UInt64>.self) }
}
