/// Counts, sums, squares and products of the codes of one or two columns, four words for each slot
/// that are added to at once:
///
///     one column            n, x, low 32 bits of x², the rest of x²
///     two narrow columns    n | xy << 24, x | xx << 24, y | yy << 24, 0
///
/// Two columns must have codes of one byte; sums are moved before a field of 24 bits is full.
final class FusedMoments {
  let columns: [FusedLane.Value]
  private let slotCount: Int
  private let words: AlignedBytes
  /// The sums that are moved so far, in the order n, x, xx and for two columns y, yy, xy.
  private var totals: [GroupArray<Int128>]
  private var rowsInState = 0
  private let budget: MemoryBudget?
  private let slots: AlignedBytes
  /// What a row adds, for each pair of codes, where there are few pairs.
  private let pairs: PairTable?

  private static let pieceRows = 2048
  /// The rows after which words of one column are moved: as many parts of 32 bits have 62.
  private static let rowLimit = 1 << 30

  /// Whether the moments of columns can be computed.
  static func takes(_ columns: [FusedLane.Value]) -> Bool {
    columns.count == 1 || (columns.count == 2 && columns.allSatisfy { $0.codes.width == .one })
  }

  /// Makes the state of slots without rows.
  init(
    _ columns: [FusedLane.Value], slotCount: Int, budget: MemoryBudget?
  ) throws(QueryError) {
    self.columns = columns
    self.slotCount = slotCount
    self.budget = budget
    words = try AlignedBytes(byteCount: slotCount * 32, zeroed: true, budget: budget)
    var totals: [GroupArray<Int128>] = []
    for _ in 0..<(columns.count == 2 ? 6 : 3) {
      totals.append(try GroupArray(count: slotCount, filling: 0, budget: budget))
    }
    self.totals = totals
    slots = try AlignedBytes(byteCount: Self.pieceRows * 4, budget: budget)
    pairs = columns.count == 2 ? try PairTable(columns, budget: budget) : nil
  }

  /// Takes in consecutive rows in their slots.
  func update(_ slots: CodePointer, from start: Int, _ count: Int) {
    var done = 0
    let limit = columns.count == 2 ? Self.pairLimit(columns) : Self.rowLimit
    while done < count {
      let rows = min(Self.pieceRows, count - done)
      if rowsInState + rows > limit { moveState() }
      rowsInState += rows
      let place = wide(slots.advanced(by: done), rows)
      let state = words.pointer(to: SIMD4<UInt64>.self)
      switch (columns.count, CodePointer(columns[0].codes, from: start + done)) {
      case (1, .one(let codes)): addMoments(place, codes, rows, state)
      case (1, .two(let codes)): addMoments(place, codes, rows, state)
      case (1, .four(let codes)): addMoments(place, codes, rows, state)
      case (2, .one(let codes)):
        if case .one(let others) = CodePointer(columns[1].codes, from: start + done) {
          if let pairs {
            addPairMoments(place, codes, others, rows, state, pairs.pointer, pairs.shift)
          } else {
            addPairMoments(place, codes, others, rows, state)
          }
        }
      default: return
      }
      done += rows
    }
  }

  /// The rows whose codes add up to less than 24 bits, and their products to less than 40.
  static func pairLimit(_ columns: [FusedLane.Value]) -> Int {
    let most = max(1, columns.map(\.codes.maximum).max() ?? 1)
    return min(1 << 23, (1 << 24 - 1) / Int(most), (1 << 40 - 1) / Int(most * most))
  }

  private func wide(_ slots: CodePointer, _ count: Int) -> UnsafePointer<UInt32> {
    if case .four(let wide) = slots { return wide }
    let target = self.slots.pointer(to: UInt32.self)
    slots.combine(count, stride: 1, offset: 0, isFirst: true, into: target)
    return UnsafePointer(target)
  }

  /// Moves what kernels added into the totals.
  func moveState() {
    rowsInState = 0
    let state = words.pointer(to: SIMD4<UInt64>.self)
    for slot in 0..<slotCount {
      let own = state[slot]
      state[slot] = SIMD4()
      if columns.count == 1 {
        totals[0][slot] &+= Int128(own[0])
        totals[1][slot] &+= Int128(own[1])
        totals[2][slot] &+= Int128(own[2]) &+ Int128(own[3]) &<< 32
      } else {
        let low = own & SIMD4(repeating: 1 << 24 - 1)
        let high = own &>> SIMD4(repeating: 24)
        totals[0][slot] &+= Int128(low[0])
        totals[5][slot] &+= Int128(high[0])
        totals[1][slot] &+= Int128(low[1])
        totals[2][slot] &+= Int128(high[1])
        totals[3][slot] &+= Int128(low[2])
        totals[4][slot] &+= Int128(high[2])
      }
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
private func addMoments<Code: CodeInteger>(
  _ slots: UnsafePointer<UInt32>, _ codes: UnsafePointer<Code>, _ count: Int,
  _ state: UnsafeMutablePointer<SIMD4<UInt64>>
) {
  for row in 0..<count {
    let x = UInt64(truncatingIfNeeded: codes[row])
    let square = x &* x
    state[Int(slots[row])] &+= SIMD4(1, x, square & 0xFFFF_FFFF, square >> 32)
  }
}

/// What a row adds to the words of its slot, by the codes of two columns: `x << shift | y`.
private struct PairTable {
  let shift: Int
  private let memory: AlignedBytes

  /// The pairs whose words the nearest cache holds beside all else.
  private static let most = 512

  /// Nil where there are more pairs than a near cache holds.
  init?(_ columns: [FusedLane.Value], budget: MemoryBudget?) throws(QueryError) {
    let (xs, ys) = (Int(columns[0].codes.maximum) + 1, Int(columns[1].codes.maximum) + 1)
    shift = Int.bitWidth - (ys - 1).leadingZeroBitCount
    guard xs << shift <= Self.most else { return nil }
    memory = try AlignedBytes(
      byteCount: (xs << shift) * MemoryLayout<SIMD4<UInt64>>.stride, zeroed: true, budget: budget)
    for x in 0..<xs {
      for y in 0..<ys { pointer[x << shift | y] = pairWords(UInt64(x), UInt64(y)) }
    }
  }

  /// The first pair's words, valid while a named variable or property holds the table.
  var pointer: UnsafeMutablePointer<SIMD4<UInt64>> { memory.pointer(to: SIMD4<UInt64>.self) }
}

@inline(__always)
private func pairWords(_ x: UInt64, _ y: UInt64) -> SIMD4<UInt64> {
  SIMD4(1 | (x &* y) << 24, x | (x &* x) << 24, y | (y &* y) << 24, 0)
}

private func addPairMoments(
  _ slots: UnsafePointer<UInt32>, _ codes: UnsafePointer<UInt8>, _ others: UnsafePointer<UInt8>,
  _ count: Int, _ state: UnsafeMutablePointer<SIMD4<UInt64>>,
  _ pairs: UnsafePointer<SIMD4<UInt64>>, _ shift: Int
) {
  for row in 0..<count {
    let pair = Int(codes[row]) &<< shift | Int(others[row])
    state[Int(slots[row])] &+= pairs[pair]
  }
}

private func addPairMoments(
  _ slots: UnsafePointer<UInt32>, _ codes: UnsafePointer<UInt8>, _ others: UnsafePointer<UInt8>,
  _ count: Int, _ state: UnsafeMutablePointer<SIMD4<UInt64>>
) {
  for row in 0..<count {
    state[Int(slots[row])] &+= pairWords(UInt64(codes[row]), UInt64(others[row]))
  }
}
