/// Which rows can't be among the first few that a step wants, by one column: they are passed over
/// while rows are read, so that nothing is ever sorted but a few.
struct RowPruning: Sendable {
  /// The rows wanted.
  let count: Int
  /// The column that decides first.
  let column: Column
  /// The slot of the column's table; nil for the rows' own.
  let slot: Int?
  let isDescending: Bool
  /// Whether no other column decides, so that rows which tie with the last one wanted are out.
  let isAlone: Bool
  /// Nil where a step needs all rows, or too many.
  init?(_ plan: ResultPlan, _ source: RowInput, _ tuning: JoinTuning) {
    guard !plan.isDistinct, source.rowCount >= tuning.leastPrunedRows else { return nil }
    let key: BoundExpression
    var isAlone = true
    if let top = plan.top {
      guard plan.order.isEmpty, top.within.isEmpty else { return nil }
      (key, count, isDescending) = (top.by, top.count, !top.isBottom)
    } else if let first = plan.order.first, let limit = plan.limit,
      first.collation == nil
    {
      let (sum, overflow) = limit.addingReportingOverflow(plan.skip)
      guard !overflow else { return nil }
      (key, count, isDescending) = (first.expression, sum, first.isDescending)
      isAlone = plan.order.count == 1
    } else {
      return nil
    }
    switch key.columnReference {
    case .own(let index): (column, slot) = (source.columns[index].withKnownNumbers, nil)
    case .lookedUp(let slot, let index):
      (column, self.slot) = (source.lookupColumns[slot][index].withKnownNumbers, slot)
    case nil: return nil
    }
    guard count > 0, count <= tuning.prunedRows, count < source.rowCount / 4 else { return nil }
    switch column.payload {
    // The highest rank is that of missing values.
    case .codes(let codes, _): if codes.maximum == .max { return nil }
    case .dictionary, .floats: break
    case .wide: return nil
    // Texts are compared one by one.
    case .plain:
      if count > TextPruner.mostRows { return nil }
      isAlone = false
    }
    self.isAlone = isAlone
  }
}

extension RowPruning {
  /// The codes whose order is that of the values, if there are any, and the greatest that may occur.
  fileprivate var codes: (codes: Codes, greatest: UInt64)? {
    switch column.payload {
    case .codes(let codes, _): (codes, codes.maximum)
    case .dictionary(let codes, let texts): (codes, UInt64(max(0, texts.count - 1)))
    case .wide, .floats, .plain: nil
    }
  }
}

/// One worker's choice of the rows that may be wanted.
final class RowPruner {
  private let pruning: RowPruning
  /// The ranks of the best rows so far, the worst at the root.
  private var heap: [UInt64] = []
  /// Rows passed over, and those of them that rank as the root does.
  private(set) var passedOver = 0
  private(set) var ties = 0
  /// A batch's ranks, and the rows of the column that its selected rows stand for.
  private let memory: (ranks: AlignedBytes, rows: AlignedBytes)
  private let ranks: UnsafeMutablePointer<UInt64>
  private let rowNumbers: UnsafeMutablePointer<UInt32>
  /// The rank of a missing value, behind all others.
  private let missingRank: UInt64
  private let greatest: UInt64
  /// What chooses among texts without a dictionary.
  private let texts: TextPruner?

  init(_ pruning: RowPruning, _ context: RunContext) throws(QueryError) {
    self.pruning = pruning
    // SAFETY: the pointers lead into memory that lives as long as they do, with room for a batch.
    memory = (
      try AlignedBytes(byteCount: context.batchRows * 8, budget: context.budget),
      try AlignedBytes(byteCount: context.batchRows * 4, budget: context.budget)
    )
    ranks = memory.ranks.pointer(to: UInt64.self)
    rowNumbers = memory.rows.pointer(to: UInt32.self)
    greatest = pruning.codes?.greatest ?? .max
    texts = TextPruner(pruning)
    missingRank = .max
    heap.reserveCapacity(pruning.count)
  }

  /// Keeps the rows that may be wanted, by their places among the batch's selected rows.
  func choose(_ batch: Batch, into places: inout [UInt32]) {
    places.removeAll(keepingCapacity: true)
    let count = batch.selectedCount
    if let texts {
      texts.choose(batch, into: &places)
    } else if pruning.slot == nil, batch.selection == nil, heap.count == pruning.count,
      heap[0] <= greatest, let codes = pruning.codes?.codes
    {
      chooseByCodes(codes, batch.start, count, &places)
    } else {
      readRanks(batch)
      for place in 0..<count { offer(ranks[place], place, &places) }
    }
    passedOver += count - places.count
  }

  @inline(__always)
  private func offer(_ rank: UInt64, _ place: Int, _ places: inout [UInt32]) {
    if heap.count < pruning.count {
      heap.append(rank)
      rise()
    } else if rank < heap[0] {
      let before = heap[0]
      heap[0] = rank
      sink()
      // No row that was passed over ranks as a better root does.
      if heap[0] != before { ties = 0 }
    } else if rank == heap[0] {
      if pruning.isAlone {
        ties += 1
        return
      }
    } else {
      return
    }
    places.append(UInt32(truncatingIfNeeded: place))
  }

  private func rise() {
    var child = heap.count - 1
    while child > 0, heap[(child - 1) / 2] < heap[child] {
      heap.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  private func sink() {
    var parent = 0
    while true {
      var largest = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count {
        if heap[largest] < heap[child] { largest = child }
      }
      if largest == parent { return }
      heap.swapAt(parent, largest)
      parent = largest
    }
  }

  // MARK: Ranks

  /// Reads codes by small blocks: most have no row that is better than the root.
  private func chooseByCodes(_ codes: Codes, _ start: Int, _ count: Int, _ places: inout [UInt32]) {
    switch codes.width {
    case .one: chooseByCodes(codes.pointer(to: UInt8.self), start, count, &places)
    case .two: chooseByCodes(codes.pointer(to: UInt16.self), start, count, &places)
    case .four: chooseByCodes(codes.pointer(to: UInt32.self), start, count, &places)
    case .eight: chooseByCodes(codes.pointer(to: UInt64.self), start, count, &places)
    }
  }

  private func chooseByCodes<C: CodeInteger>(
    _ codes: UnsafePointer<C>, _ start: Int, _ count: Int, _ places: inout [UInt32]
  ) {
    let size = 128
    let validity = pruning.column.validity
    var first = 0
    while first < count {
      let rows = min(size, count - first)
      let limit = C(
        truncatingIfNeeded: pruning.isDescending ? greatest &- heap[0] : heap[0])
      let block = codes + (start + first)
      let (better, equal) =
        pruning.isDescending
        ? countAbove(block, rows, limit) : countBelow(block, rows, limit)
      // What stands in the place of a missing value is as good as any code.
      if better == 0, equal == 0 || (pruning.isAlone && validity == nil) {
        ties += equal
      } else {
        for row in 0..<rows {
          let code = UInt64(block[row])
          let rank =
            if let validity, !validity[start + first + row] {
              missingRank
            } else {
              pruning.isDescending ? greatest &- code : code
            }
          offer(rank, first + row, &places)
        }
      }
      first += rows
    }
  }

  /// Reads the ranks of a batch's selected rows.
  private func readRanks(_ batch: Batch) {
    let count = batch.selectedCount
    findRows(batch)
    let isDescending = pruning.isDescending
    let flip: UInt64 = isDescending ? .max : 0
    // From the greatest code downwards is all bits turned, and that much less.
    let above = isDescending ? .max - greatest : 0
    switch pruning.column.payload {
    case .codes(let codes, _), .dictionary(let codes, _):
      switch codes.width {
      case .one: readRanks(codes.pointer(to: UInt8.self), count, flip, above)
      case .two: readRanks(codes.pointer(to: UInt16.self), count, flip, above)
      case .four: readRanks(codes.pointer(to: UInt32.self), count, flip, above)
      case .eight: readRanks(codes.pointer(to: UInt64.self), count, flip, above)
      }
    case .floats(let bytes):
      let (values, rows, ranks) = (bytes.pointer(to: Double.self), rowNumbers, ranks)
      for place in 0..<count {
        let row = rows[place]
        ranks[place] =
          row == Batch.noPartner ? missingRank : orderedBits(values[Int(row)]) ^ flip
      }
    case .wide, .plain: ranks.update(repeating: missingRank, count: count)
    }
  }

  private func readRanks<C: CodeInteger>(
    _ codes: UnsafePointer<C>, _ count: Int, _ flip: UInt64, _ above: UInt64
  ) {
    let (rows, ranks, missing) = (rowNumbers, ranks, missingRank)
    for place in 0..<count {
      let row = rows[place]
      ranks[place] =
        row == Batch.noPartner ? missing : (UInt64(codes[Int(row)]) ^ flip) &- above
    }
  }

  /// Writes the rows of the column that a batch's selected rows stand for; ``Batch/noPartner`` where
  /// there is no value.
  private func findRows(_ batch: Batch) {
    let (count, rows) = (batch.selectedCount, rowNumbers)
    let start = UInt32(truncatingIfNeeded: batch.start)
    if let slot = pruning.slot {
      let partners = batch.partners[slot]
      for place in 0..<count {
        rows[place] = partners[batch.selection.map { Int($0[place]) } ?? place]
      }
    } else if let selection = batch.selection {
      for place in 0..<count { rows[place] = start &+ UInt32(truncatingIfNeeded: selection[place]) }
    } else {
      for place in 0..<count { rows[place] = start &+ UInt32(truncatingIfNeeded: place) }
    }
    guard let validity = pruning.column.validity else { return }
    for place in 0..<count where rows[place] != Batch.noPartner {
      if !validity[Int(rows[place])] { rows[place] = Batch.noPartner }
    }
  }

  // MARK: All workers

  /// The rows that all workers passed over, and how many of them tie with the last row wanted.
  static func outcome(_ pruners: [RowPruner]) -> (passedOver: Int, ties: Int) {
    guard let wanted = pruners.first?.pruning.count else { return (0, 0) }
    let best = pruners.flatMap(\.heap).sorted()
    let last = best.count >= wanted ? best[wanted - 1] : nil
    var ties = 0
    for pruner in pruners where pruner.heap.count == wanted && pruner.heap[0] == last {
      ties += pruner.ties
    }
    return (pruners.reduce(0) { $0 + $1.passedOver }, ties)
  }
}

/// How many codes are greater than a limit, and how many are equal to it.
@inline(__always)
private func countAbove<C: CodeInteger>(_ codes: UnsafePointer<C>, _ count: Int, _ limit: C)
  -> (better: Int, equal: Int)
{
  var better: C = 0
  var equal: C = 0
  for row in 0..<count {
    better &+= C(truncatingIfNeeded: unsafeBitCast(codes[row] > limit, to: UInt8.self))
    equal &+= C(truncatingIfNeeded: unsafeBitCast(codes[row] == limit, to: UInt8.self))
  }
  return (Int(better), Int(equal))
}

/// How many codes are less than a limit, and how many are equal to it.
@inline(__always)
private func countBelow<C: CodeInteger>(_ codes: UnsafePointer<C>, _ count: Int, _ limit: C)
  -> (better: Int, equal: Int)
{
  var better: C = 0
  var equal: C = 0
  for row in 0..<count {
    better &+= C(truncatingIfNeeded: unsafeBitCast(codes[row] < limit, to: UInt8.self))
    equal &+= C(truncatingIfNeeded: unsafeBitCast(codes[row] == limit, to: UInt8.self))
  }
  return (Int(better), Int(equal))
}
