/// A set of ranks that tells which of them is the k-th: a bit for each rank, and above the bits
/// counts of 64 words, of 64 of those counts, and so on.
///
///     counts     2                          of 262,144 ranks
///     counts     1           1              of 4,096 ranks each
///     words      …1…    0    …1…            of 64 ranks each
///
/// Putting a rank in or taking it out touches one number of each level, and finding one reads at most
/// 64 of each.
struct RankSet: HeldSet {
  private let words: AlignedBytes
  private let levels: [AlignedBytes]
  private let counts: [Int]

  /// The set of none of `count` ranks.
  init(upTo count: Int, budget: MemoryBudget?) throws(QueryError) {
    var size = count / 64 + 1
    words = try AlignedBytes(byteCount: size * 8, zeroed: true, budget: budget)
    var counts = [size]
    var levels: [AlignedBytes] = []
    while size > 64 {
      size = (size + 63) / 64
      counts.append(size)
      levels.append(try AlignedBytes(byteCount: size * 4, zeroed: true, budget: budget))
    }
    (self.levels, self.counts) = (levels, counts)
  }

  /// Puts in a rank that is not in the set.
  @inline(__always)
  func insert(_ rank: Int) {
    words.pointer(to: UInt64.self)[rank >> 6] |= 1 << UInt64(rank & 63)
    for (level, counts) in levels.enumerated() {
      counts.pointer(to: UInt32.self)[rank >> (12 &+ 6 &* level)] &+= 1
    }
  }

  /// Takes out a rank that is in the set.
  @inline(__always)
  func remove(_ rank: Int) {
    words.pointer(to: UInt64.self)[rank >> 6] &= ~(1 << UInt64(rank & 63))
    for (level, counts) in levels.enumerated() {
      counts.pointer(to: UInt32.self)[rank >> (12 &+ 6 &* level)] &-= 1
    }
  }

  /// The rank before which there are `place` others in the set, which has more than that.
  func rank(at place: Int) -> Int {
    var (rest, block) = (place, 0)
    for (level, memory) in levels.enumerated().reversed() {
      let numbers = memory.pointer(to: UInt32.self)
      let end = counts[level &+ 1]
      while block &+ 1 < end, rest >= Int(numbers[block]) {
        rest &-= Int(numbers[block])
        block &+= 1
      }
      block &*= 64
    }
    let bits = words.pointer(to: UInt64.self)
    while block &+ 1 < counts[0], rest >= bits[block].nonzeroBitCount {
      rest &-= bits[block].nonzeroBitCount
      block &+= 1
    }
    var word = bits[block]
    for _ in 0..<rest { word &= word &- 1 }
    return block &* 64 &+ word.trailingZeroBitCount
  }
}

/// A set of ranks that comes and goes with a window.
protocol HeldSet {
  /// Puts in a rank that is not in the set.
  mutating func insert(_ rank: Int)
  /// Takes out a rank that is in the set.
  mutating func remove(_ rank: Int)
  /// The rank before which there are `place` others in the set, which has more than that.
  func rank(at place: Int) -> Int
}

/// A set of few ranks, in order: those behind a new one move on.
struct SortedRanks: HeldSet {
  private let memory: RowNumbers
  private var count = 0

  /// The most ranks for which moving them is cheaper than counting in ``RankSet``.
  static let greatestCount = 1024

  /// The set of none of at most `count` ranks.
  init(upTo count: Int, budget: MemoryBudget?) throws(QueryError) {
    memory = try RowNumbers(count: count, budget: budget)
  }

  /// The number of ranks in the set below a rank, found without a branch that depends on them.
  @inline(__always)
  private func place(of rank: UInt32) -> Int {
    let ranks = memory.pointer
    var (low, length) = (0, count)
    while length > 1 {
      let half = length >> 1
      low = ranks[low &+ half &- 1] < rank ? low &+ half : low
      length &-= half
    }
    return length == 1 && ranks[low] < rank ? low &+ 1 : low
  }

  @inline(__always)
  mutating func insert(_ rank: Int) {
    let rank = UInt32(truncatingIfNeeded: rank)
    let ranks = memory.pointer + place(of: rank)
    let moved = count &- (ranks - memory.pointer)
    (ranks + 1).update(from: ranks, count: moved)
    ranks.pointee = rank
    count &+= 1
  }

  @inline(__always)
  mutating func remove(_ rank: Int) {
    let ranks = memory.pointer + place(of: UInt32(truncatingIfNeeded: rank))
    count &-= 1
    ranks.update(from: ranks + 1, count: count &- (ranks - memory.pointer))
  }

  @inline(__always)
  func rank(at place: Int) -> Int { Int(memory.pointer[place]) }
}
