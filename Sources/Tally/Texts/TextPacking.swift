import Synchronization

/// Decides whether the texts of a column are kept once each, with a number for every row, or one
/// after another: whichever takes less memory. A dictionary makes everything faster that asks for
/// equal texts, so it wins a tie.
///
///     dictionary   rows * width + different * 8 + bytes of the different
///     plain        rows * 8 + bytes of all
struct TextPacking {
  private let heap: TextHeap
  private let validity: Bitmap?
  private let context: RunContext

  /// Prepares for texts, of which those that `validity` marks as missing are empty.
  init(_ heap: TextHeap, _ validity: Bitmap?, _ context: RunContext) {
    self.heap = heap
    self.validity = validity
    self.context = context
  }

  /// The column, and the number of different texts if it was found.
  func column() throws(QueryError) -> (column: Column, distinct: Int?) {
    let plain = Column(
      type: .text, count: heap.count, payload: .plain(heap), validity: validity)
    guard heap.count < Int(UInt32.max) - 1, try mayBeSmaller() else { return (plain, nil) }
    let numbers = try TextNumbering(heap, plain.validity, context).run()
    let size = try heap.byteCount(ofRows: numbers.rows, count: numbers.count, context.budget)
    if size + heap.count * numbers.codes.width.rawValue > heap.byteCount {
      return (plain, numbers.count)
    }
    let texts = try heap.copied(at: numbers.rows, count: numbers.count, context)
    let column = Column(
      type: .text, count: heap.count,
      payload: .dictionary(numbers.codes, TextDictionary(sorted: texts)),
      validity: plain.validity)
    return (column, numbers.count)
  }

  /// The share of the texts, chosen by their hash, of which the different ones are counted: one in
  /// so many. All rows that have one text are in the sample, or none is.
  private var sampleShare: UInt64 {
    var share: UInt64 = 64
    while UInt64(heap.count) / share > 1 << 15 { share *= 2 }
    return share
  }

  /// Whether a dictionary is likely to be the smaller.
  private func mayBeSmaller() throws(QueryError) -> Bool {
    let (texts, validity) = (TextPointers(heap), validity)
    // The same for all: what is decided shall not change from one load to the next.
    let hash = SeededHash.fixed
    let share = sampleShare
    let found = Mutex<[Sampled]>([])
    try context.forEachBatch(of: heap.count) { _, rows throws(QueryError) in
      var own: [Sampled] = []
      for row in rows where validity?[row] ?? true {
        let text = texts.text(row)
        let code = hash(text)
        if code & (share - 1) == 0 { own.append(Sampled(hash: code, count: text.count)) }
      }
      found.withLock { $0 += own }
    }
    var size = heap.count * 4
    try context.checkCancellation()
    for text in Set(found.withLock { $0 }) { size += Int(share) * (text.count + 8) }
    try context.checkCancellation()
    return size <= heap.byteCount
  }

  private struct Sampled: Hashable {
    var hash: UInt64
    var count: Int
  }
}

extension SeededHash {
  /// A hash without a secret, for decisions that shall always be the same.
  fileprivate static let fixed = SeededHash(0x2545_F491_4F6C_DD1D, 0x9E6C_63D0_876A_46AD)
}

extension TextHeap {
  /// The bytes that a copy of the texts at some rows would take.
  fileprivate func byteCount(ofRows rows: AlignedBytes, count: Int, _ budget: MemoryBudget?)
    throws(QueryError) -> Int
  {
    var total = (count + 1) * 8
    try budget.forEachPiece(of: count, size: 1 << 14) { piece in
      for place in piece { total += slice(Int(rows.pointer(to: UInt32.self)[place])).count }
    }
    return total
  }

  /// A copy of the texts at some rows, made by all workers.
  func copied(at rows: AlignedBytes, count: Int, _ context: RunContext) throws(QueryError)
    -> TextHeap
  {
    let texts = TextPointers(self)
    let offsets = try AlignedBytes(byteCount: (count + 1) * 8, budget: context.budget)
    try context.forEachBatch(of: count) { _, places throws(QueryError) in
      let (rows, starts) = (rows.pointer(to: UInt32.self), offsets.pointer(to: Int.self))
      for place in places { starts[place + 1] = texts.text(Int(rows[place])).count }
    }
    let starts = offsets.pointer(to: Int.self)
    starts[0] = 0
    try context.budget.forEachPiece(of: count) { piece in
      for place in piece { starts[place + 1] &+= starts[place] }
    }
    let bytes = try AlignedBytes(byteCount: starts[count], budget: context.budget)
    try context.forEachBatch(of: count) { _, places throws(QueryError) in
      let (rows, starts) = (rows.pointer(to: UInt32.self), offsets.pointer(to: Int.self))
      let target = bytes.pointer(to: UInt8.self)
      for place in places {
        let text = texts.text(Int(rows[place]))
        if let start = text.baseAddress {
          (target + starts[place]).update(from: start, count: text.count)
        }
      }
    }
    return TextHeap(count: count, offsets: offsets, bytes: bytes)
  }
}
