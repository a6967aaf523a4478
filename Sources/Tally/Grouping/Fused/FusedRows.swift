/// The rows that one worker has met, whose values stay in their column until all groups are known.
/// Then they are read again, which takes less than keeping them.
///
/// SAFETY: nothing changes once the object is made; who reads rows has a reader of their own.
final class FusedRows: @unchecked Sendable {
  /// The rows of each slot.
  let counts: GroupArray<Int64>
  /// The number of rows.
  let rowCount: Int
  private let reader: SlotReader
  private let codes: Codes
  private let offset: UInt32
  private let ranges: [Range<Int>]

  /// Takes over the ranges of a worker. A value is `offset` more than its code.
  init(
    _ reader: SlotReader, _ codes: Codes, offset: UInt32, ranges: [Range<Int>],
    counts: GroupArray<Int64>
  ) {
    self.reader = reader
    self.codes = codes
    self.offset = offset
    self.ranges = ranges
    self.counts = counts
    rowCount = ranges.reduce(0) { $0 + $1.count }
  }

  /// Hands over slots and values of some rows after another.
  func forEachSlice(
    _ budget: MemoryBudget?,
    _ body: (CodePointer, UnsafePointer<UInt32>, Int) throws(QueryError) -> Void
  ) throws(QueryError) {
    let reader = try reader.copy(budget: budget)
    let values = try AlignedBytes(byteCount: SlotReader.pieceRows * 4, budget: budget)
    let place = values.pointer(to: UInt32.self)
    for range in ranges {
      for start in stride(from: range.lowerBound, to: range.upperBound, by: SlotReader.pieceRows) {
        let count = min(SlotReader.pieceRows, range.upperBound - start)
        guard let slots = reader.slots(from: start, count),
          let codes = CodePointer(codes, from: start)
        else { continue }
        try budget?.checkCancellation()
        codes.combine(count, stride: 1, offset: offset, isFirst: true, into: place)
        try body(slots, place, count)
      }
    }
  }

  /// Codes from all over the column, about as many as wanted, as values.
  func sample(_ wanted: Int) -> [UInt32] {
    let step = max(1, codes.count / wanted)
    return stride(from: 0, to: codes.count, by: step).map { row in
      UInt32(truncatingIfNeeded: codes[row]) &+ offset
    }
  }

  /// The largest value.
  var maximum: UInt32 { UInt32(truncatingIfNeeded: codes.maximum) &+ offset }
}
