#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif
import Synchronization

/// The rows that windows see, partition by partition and in order.
///
///     place    0  1  2  3  4 …
///     rows     7  2  9  0  4 …     numbers among the rows collected
///     marks    B     =  B          a partition begins; as in the order as the place before
struct WindowOrder: Sendable {
  /// The row at each place.
  let rows: RowNumbers
  /// What begins or goes on at each place.
  let marks: AlignedBytes
  /// Pieces for workers: each begins with a partition, and together they are all places.
  let pieces: [Range<Int>]
  /// The rows that share their place in the order with another of their partition.
  let tied: Int

  static let begins: UInt8 = 1
  static let ties: UInt8 = 2

  /// The number of rows.
  var count: Int { rows.count }

  /// Puts `count` rows in order: by the columns of the partition, then by those of the order. Rows
  /// that are equal stay as they stand.
  init(
    partition: [Column], order: [RowOrder.Column], count: Int, _ context: RunContext
  ) throws(QueryError) {
    marks = try AlignedBytes(byteCount: count, budget: context.budget)
    let keys = partition.map { RowOrder.Column(column: $0, isDescending: false) }
    if keys.isEmpty, order.isEmpty {
      rows = try RowNumbers(upTo: count, budget: context.budget)
      let flags = marks.pointer(to: UInt8.self)
      try context.budget.fill(flags, count, with: 0)
      if count > 0 { flags[0] = Self.begins }
      tied = 0
    } else {
      let all = try RowOrder(keys + order, count: count, context)
      if let sorted = try all.sortedWords(ofFirst: keys.count) {
        rows = sorted.rows
        tied = try Self.mark(
          sorted.words, rest: sorted.rest, isUnordered: order.isEmpty, count, marks, context)
      } else {
        rows = try all.sorted()
        var groups: RowOrder?
        if !keys.isEmpty {
          groups = order.isEmpty ? all : try RowOrder(keys, count: count, context)
        }
        tied = try Self.mark(rows, all, groups, order.isEmpty, marks, context)
      }
    }
    pieces = Self.pieces(marks, count, context)
  }

  /// Marks the places by words in order, of which the bits above the `rest` are the partition's; the
  /// result is the number of rows that tie.
  private static func mark(
    _ words: AlignedBytes, rest: Int, isUnordered: Bool, _ count: Int, _ marks: AlignedBytes,
    _ context: RunContext
  ) throws(QueryError) -> Int {
    let total = Mutex(0)
    try context.forEachBatch(of: count) { _, places throws(QueryError) in
      let tied = markPlaces(
        words.pointer(to: UInt64.self), places, of: count, rest: rest, isUnordered,
        marks.pointer(to: UInt8.self))
      total.withLock { $0 += tied }
    }
    return total.withLock { $0 }
  }

  /// Marks the places; the result is the number of rows that tie.
  private static func mark(
    _ rows: RowNumbers, _ all: RowOrder, _ groups: RowOrder?, _ isUnordered: Bool,
    _ marks: AlignedBytes, _ context: RunContext
  ) throws(QueryError) -> Int {
    let total = Mutex(0)
    // SAFETY: the words of orders are only read.
    nonisolated(unsafe) let (all, groups) = (all, groups)
    let count = rows.count
    try context.forEachBatch(of: count) { _, places throws(QueryError) in
      let (numbers, flags) = (rows.pointer, marks.pointer(to: UInt8.self))
      var tied = 0
      for place in places {
        let own = Int(numbers[place])
        let before = place == 0 ? 0 : Int(numbers[place - 1])
        let begins = place == 0 || groups.map { $0.compare(before, own) != 0 } ?? false
        var isEqual = false
        if !isUnordered {
          isEqual = !begins && all.compare(before, own) == 0
          let isNext =
            place + 1 < count && all.compare(own, Int(numbers[place + 1])) == 0
          if isEqual || isNext { tied += 1 }
        }
        flags[place] = begins ? Self.begins : isEqual ? Self.ties : 0
      }
      total.withLock { $0 += tied }
    }
    return total.withLock { $0 }
  }

  private static func pieces(_ marks: AlignedBytes, _ count: Int, _ context: RunContext)
    -> [Range<Int>]
  {
    let flags = marks.pointer(to: UInt8.self)
    let size = max(context.batchRows, count / (context.workerCount * 4) + 1)
    var pieces: [Range<Int>] = []
    var start = 0
    while start < count {
      var end = min(start + size, count)
      while end < count, flags[end] != Self.begins { end += 1 }
      pieces.append(start..<end)
      start = end
    }
    return pieces
  }

  /// Runs a kernel on all pieces.
  func forEachPiece(
    _ context: RunContext, _ body: @Sendable (Range<Int>) throws(QueryError) -> Void
  ) throws(QueryError) {
    try context.forEachPart(of: pieces.count, rows: count) { _, part throws(QueryError) in
      try body(pieces[part])
    }
  }

  /// Calls `body` with each partition of a piece; a run that is to stop ends between them.
  @inline(__always)
  func forEachPartition(
    of piece: Range<Int>, _ context: RunContext,
    _ body: (Range<Int>) throws(QueryError) -> Void
  ) throws(QueryError) {
    let flags = marks.pointer(to: UInt8.self)
    var (start, looked) = (piece.lowerBound, piece.lowerBound)
    while start < piece.upperBound {
      if start - looked >= 1 << 14 {
        looked = start
        try context.checkCancellation()
      }
      let end = partitionEnd(flags, start, piece.upperBound)
      try body(start..<end)
      start = end
    }
  }

  /// The place of each row.
  func inverse(_ context: RunContext) throws(QueryError) -> RowNumbers {
    let places = try RowNumbers(count: count, budget: context.budget)
    try context.touch(places.memory)
    try context.forEachBatch(of: count) { _, range throws(QueryError) in
      for place in range {
        places.pointer[Int(rows.pointer[place])] = UInt32(truncatingIfNeeded: place)
      }
    }
    return places
  }
}

/// Where the partition that begins at `start` ends.
@inline(__always)
func partitionEnd(_ marks: UnsafePointer<UInt8>, _ start: Int, _ limit: Int) -> Int {
  // Partitions may be few and large: the library looks at many marks at a time.
  let rest = marks + (start &+ 1)
  guard start &+ 1 < limit, let found = memchr(rest, Int32(WindowOrder.begins), limit - start - 1)
  else { return limit }
  return start &+ 1 &+ UnsafeRawPointer(rest).distance(to: found)
}

private func markPlaces(
  _ words: UnsafePointer<UInt64>, _ places: Range<Int>, of count: Int, rest: Int,
  _ isUnordered: Bool, _ flags: UnsafeMutablePointer<UInt8>
) -> Int {
  var tied = 0
  var before = places.lowerBound > 0 ? words[places.lowerBound - 1] : 0
  // A partition without bits is the same for all rows.
  let mask: UInt64 = rest < 64 ? ~0 << UInt64(rest) : 0
  for place in places {
    let own = words[place]
    let begins = place == 0 || (own ^ before) & mask != 0
    let isEqual = !isUnordered && !begins && own == before
    let isNext = !isUnordered && place &+ 1 < count && words[place &+ 1] == own
    tied &+= isEqual || isNext ? 1 : 0
    flags[place] = begins ? WindowOrder.begins : isEqual ? WindowOrder.ties : 0
    before = own
  }
  return tied
}
