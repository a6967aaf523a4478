/// One worker's choice of the rows that may be among the first few by a text without a dictionary.
///
///     best   the rows of the first texts so far, in order; missing ones last
///
/// Most texts are told from the last of these by their first bytes behind what a sample has in
/// common.
final class TextPruner {
  private let pruning: RowPruning
  private let texts: TextPointers
  private let prefix: TextPrefix?
  private var best: [Int] = []
  /// The rank of the last of the best, once there are enough.
  private var limit = UInt64.max

  /// The most rows that are kept in order.
  static let mostRows = 1024
  /// Stands for a row without a text.
  private static let missing = -1

  /// Nil where texts have a dictionary, or the column is none of texts.
  init?(_ pruning: RowPruning) {
    guard case .plain(let heap) = pruning.column.payload else { return nil }
    self.pruning = pruning
    texts = TextPointers(heap)
    prefix = TextPrefix(heap, pruning.column.validity)
  }

  /// Keeps the rows that may be wanted, by their places among the batch's selected rows.
  func choose(_ batch: Batch, into places: inout [UInt32]) {
    if let prefix, pruning.slot == nil, batch.selection == nil, pruning.column.validity == nil {
      return choose(batch.start, batch.selectedCount, prefix, into: &places)
    }
    for place in 0..<batch.selectedCount {
      let offset = batch.selection.map { Int($0[place]) } ?? place
      var row = batch.start + offset
      if let slot = pruning.slot {
        let partner = batch.partners[slot][offset]
        row = partner == Batch.noPartner ? Self.missing : Int(partner)
      }
      if row >= 0, let validity = pruning.column.validity, !validity[row] { row = Self.missing }
      if keeps(row) { places.append(UInt32(truncatingIfNeeded: place)) }
    }
  }

  /// The same for rows that all have a text and follow one another.
  private func choose(
    _ start: Int, _ count: Int, _ prefix: TextPrefix, into places: inout [UInt32]
  ) {
    let flip: UInt64 = pruning.isDescending ? .max : 0
    var row = start
    while true {
      row = prefix.firstRow(from: row, to: start + count, flip: flip, upTo: limit)
      if row == start + count { return }
      if insert(row, prefix.rank(row) ^ flip) {
        places.append(UInt32(truncatingIfNeeded: row - start))
      }
      row += 1
    }
  }

  @inline(__always)
  private func keeps(_ row: Int) -> Bool {
    let rank = rank(row)
    if rank > limit { return false }
    return insert(row, rank)
  }

  /// Puts a row in its place. Rows that tie with the last are kept too, as other columns may decide.
  private func insert(_ row: Int, _ rank: UInt64) -> Bool {
    if best.count == pruning.count {
      let order = compare(row, best[best.count - 1])
      if order >= 0 { return order == 0 }
      best.removeLast()
    }
    var (low, high) = (0, best.count)
    while low < high {
      let middle = (low + high) / 2
      if compare(best[middle], row) <= 0 { low = middle + 1 } else { high = middle }
    }
    best.insert(row, at: low)
    if best.count == pruning.count { limit = self.rank(best[best.count - 1]) }
    return true
  }

  private func rank(_ row: Int) -> UInt64 {
    guard row >= 0, let prefix else { return .max }
    return pruning.isDescending ? ~prefix.rank(row) : prefix.rank(row)
  }

  private func compare(_ left: Int, _ right: Int) -> Int {
    if left < 0 || right < 0 { return (left < 0 ? 1 : 0) - (right < 0 ? 1 : 0) }
    let order = texts.compare(left, right, from: 0)
    return pruning.isDescending ? -order : order
  }
}

/// The bytes with which all texts of a sample begin.
private struct TextPrefix {
  private let texts: TextPointers
  private let count: Int
  /// A row whose text begins so.
  private let model: Int

  /// Nil where the sample has no text.
  init?(_ heap: TextHeap, _ validity: Bitmap?) {
    let texts = TextPointers(heap)
    let step = max(1, heap.count / 64)
    let rows = stride(from: 0, to: heap.count, by: step).filter { validity?[$0] ?? true }
    guard let model = rows.first else { return nil }
    (self.texts, self.model) = (texts, model)
    count = rows.reduce(Int.max) { texts.commonPrefix(model, $1, from: 0, limit: $0) }
  }

  /// The first row whose rank, with the bits of `flip` turned, is not above a limit.
  func firstRow(from first: Int, to end: Int, flip: UInt64, upTo limit: UInt64) -> Int {
    var row = first
    while row < end, rank(row) ^ flip > limit { row &+= 1 }
    return row
  }

  /// A number by which texts are in order as far as eight bytes behind the prefix tell; texts that
  /// begin otherwise are before or behind all others.
  @inline(__always)
  func rank(_ row: Int) -> UInt64 {
    if texts.commonPrefix(model, row, from: 0, limit: count) == count {
      return texts.word(row, from: count)
    }
    return texts.compare(row, model, from: 0) < 0 ? 0 : .max
  }
}
