import CVectorKernels

/// The best few rows of each group, and how many rows were left out although they tie with the
/// last of these.
///
///     word   = rank << 32 | ~row       the larger is the better, of equal ranks the earlier row
///     words[group * limit ..< (group + 1) * limit]   descending; 0 where there is no row
///     floors[group]                    the rank that a row must have to count at all
///
/// Nearly all rows lie below the floor of their group, which is all that is read for them.
struct BestRows<
  Rank: FixedWidthInteger & UnsignedInteger, Word: FixedWidthInteger & UnsignedInteger
>
where Rank: BitwiseCopyable, Word: BitwiseCopyable {
  /// The rows that each group keeps, 1 or more.
  let limit: Int
  private var floors: GroupArray<Rank>
  private var words: GroupArray<Word>
  private var ties: GroupArray<UInt32>
  private let places: GroupArray<UInt32>

  /// The rows that are looked through at a time.
  private static var pieceRows: Int { 1024 }

  /// Makes the state of no groups.
  init(limit: Int, budget: MemoryBudget?) throws(QueryError) {
    self.limit = limit
    floors = try GroupArray(budget: budget)
    words = try GroupArray(budget: budget)
    ties = try GroupArray(budget: budget)
    places = try GroupArray(count: Self.pieceRows, filling: 0, budget: budget)
  }

  /// Makes room for groups, which have no rows.
  mutating func reserve(groups: Int) throws(QueryError) {
    if groups <= floors.count { return }
    let (count, overflow) = groups.multipliedReportingOverflow(by: limit)
    guard !overflow else { throw QueryError.outOfMemory(requested: .max) }
    try words.resize(to: count, filling: 0)
    try ties.resize(to: groups, filling: 0)
    try floors.resize(to: groups, filling: 0)
  }

  /// The number of groups that there is room for.
  var groupCount: Int { floors.count }

  /// Whether a group has a row.
  func hasRows(_ group: Int) -> Bool { words[group * limit] != 0 }

  /// The rank that a row of a group must have to count at all; 0 while every row does.
  func floor(_ group: Int) -> Rank { floors[group] }

  /// Takes in rows from `start` on, or those at offsets from it. Without groups all belong to one.
  func offer(
    _ ranks: UnsafePointer<Rank>, groups: UnsafePointer<UInt32>?, count: Int, start: Int,
    selection: UnsafePointer<UInt32>?
  ) {
    var first = 0
    while first < count {
      let rows = min(Self.pieceRows, count - first)
      let found: Int
      if let groups {
        found = findCandidates(
          ranks + first, groups + first, rows, floors.pointer, into: places.pointer)
      } else {
        found = findCandidates(ranks + first, rows, floors[0], into: places.pointer)
      }
      // The rows that groups keep lie all over memory; asked for together, they come together.
      if let groups {
        for index in 0..<found {
          tallyPrefetch(words.pointer + Int(groups[first &+ Int(places[index])]) &* limit)
        }
      }
      for index in 0..<found {
        let place = first &+ Int(places[index])
        let offset = selection.map { Int($0[place]) } ?? place
        let row = UInt32(truncatingIfNeeded: start &+ offset)
        offer(
          Word(truncatingIfNeeded: ranks[place]) << 32 | Word(~row),
          groups.map { Int($0[place]) } ?? 0)
      }
      first += rows
    }
  }

  private func offer(_ word: Word, _ group: Int) {
    let own = words.pointer + group &* limit
    let last = own[limit &- 1]
    if word < last {
      if word >> 32 == last >> 32 { ties[group] &+= 1 }
      return
    }
    var place = limit &- 1
    while place > 0, own[place &- 1] < word {
      own[place] = own[place &- 1]
      place &-= 1
    }
    own[place] = word
    let floor = own[limit &- 1] >> 32
    // The row that made room is a tie of the new last one, or the ties are all behind it now.
    if last != 0 { ties[group] = floor == last >> 32 ? ties[group] &+ 1 : 0 }
    floors[group] = Rank(truncatingIfNeeded: floor)
  }

  /// Takes in what another state has kept: its group `g` is a part of group `targets[g]` here.
  func merge(_ other: Self, _ groups: Range<Int>, targets: UnsafePointer<UInt32>) {
    for group in groups {
      let target = Int(targets[group])
      let added = other.words.pointer + group * limit
      for place in 0..<limit where added[place] != 0 { offer(added[place], target) }
      // Ties of rows that are in nobody's list; they are below the new last row, or equal to it.
      let last = words[target * limit + limit - 1]
      if last >> 32 == added[limit - 1] >> 32 { ties[target] &+= other.ties[group] }
    }
  }

  /// The rows of groups, the best of each first, and the ties that were left out.
  func rows(of order: UnsafeBufferPointer<UInt32>, _ budget: MemoryBudget?) throws(QueryError)
    -> (rows: [UInt32], ties: Int)
  {
    var result: [UInt32] = []
    result.reserveCapacity(order.count * limit)
    var tiesCut = 0
    try budget.forEachPiece(of: order.count) { piece in
      for group in order[piece] {
        let own = words.pointer + Int(group) * limit
        for place in 0..<limit where own[place] != 0 {
          result.append(~UInt32(truncatingIfNeeded: own[place]))
        }
        tiesCut += Int(ties[Int(group)])
      }
    }
    return (result, tiesCut)
  }
}

/// The places of rows that reach the floor of their group.
@inline(__always)
private func findCandidates<Rank: FixedWidthInteger & BitwiseCopyable>(
  _ ranks: UnsafePointer<Rank>, _ groups: UnsafePointer<UInt32>, _ count: Int,
  _ floors: UnsafePointer<Rank>, into places: UnsafeMutablePointer<UInt32>
) -> Int {
  // Written without a branch, since nobody can foresee which rows are good.
  var found = 0
  for row in 0..<count {
    places[found] = UInt32(truncatingIfNeeded: row)
    found &+= Int(unsafeBitCast(ranks[row] >= floors[Int(groups[row])], to: UInt8.self))
  }
  return found
}

/// The places of rows that reach a floor. Where none does, which is the rule, rows are only read.
@inline(__always)
private func findCandidates<Rank: FixedWidthInteger & BitwiseCopyable>(
  _ ranks: UnsafePointer<Rank>, _ count: Int, _ floor: Rank,
  into places: UnsafeMutablePointer<UInt32>
) -> Int {
  var best: Rank = 0
  for row in 0..<count { best = max(best, ranks[row]) }
  if best < floor { return 0 }
  var found = 0
  for row in 0..<count where ranks[row] >= floor {
    places[found] = UInt32(truncatingIfNeeded: row)
    found &+= 1
  }
  return found
}
