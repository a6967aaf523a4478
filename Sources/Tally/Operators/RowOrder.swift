/// The order of a table's rows by some columns: stable, with missing values last in either
/// direction.
struct RowOrder {
  private let keys: [Key]
  private let count: Int

  /// One column as unsigned numbers whose order is the order of its values.
  private struct Key {
    /// Ascending where the column's values are in the wanted direction.
    var ranks: [UInt64]
    /// 1 where the row has no value; nil where all have.
    var missing: [UInt8]?
  }

  /// One column to order by.
  struct Column {
    var column: Tally.Column
    var isDescending: Bool
  }

  /// Prepares the order of `count` rows.
  init(_ columns: [Column], count: Int) {
    self.count = count
    keys = columns.map { Self.key($0.column, isDescending: $0.isDescending) }
  }

  /// Whether a row comes before another by the keys alone: negative, zero or positive.
  @inline(__always)
  func compare(_ left: Int, _ right: Int) -> Int {
    for key in keys {
      if let missing = key.missing, missing[left] != missing[right] {
        return Int(missing[left]) - Int(missing[right])
      }
      let (first, second) = (key.ranks[left], key.ranks[right])
      if first != second { return first < second ? -1 : 1 }
    }
    return 0
  }

  /// All rows in order; rows with equal keys stay as they were.
  func sorted() -> [UInt32] {
    var rows = [UInt32](0..<UInt32(truncatingIfNeeded: count))
    if keys.isEmpty { return rows }
    rows.sort { left, right in
      let order = compare(Int(left), Int(right))
      return order == 0 ? left < right : order < 0
    }
    return rows
  }

  /// The first `limit` rows in order, without ordering the others.
  func first(_ limit: Int) -> [UInt32] {
    if limit >= count / 8 { return Array(sorted().prefix(limit)) }
    if limit == 0 { return [] }
    // A heap whose root is the worst of the best rows so far.
    var heap = RowHeap(limit: limit) { left, right in
      let order = compare(Int(left), Int(right))
      return order == 0 ? left < right : order < 0
    }
    for row in 0..<UInt32(truncatingIfNeeded: count) { heap.offer(row) }
    return heap.sorted()
  }

  private static func key(_ column: Tally.Column, isDescending: Bool) -> Key {
    var ranks = [UInt64](repeating: 0, count: column.count)
    switch column.payload {
    case .codes(let codes, _), .dictionary(let codes, _):
      for row in ranks.indices { ranks[row] = codes[row] }
    case .floats(let bytes):
      let values = bytes.pointer(to: Double.self)
      for row in ranks.indices { ranks[row] = orderedBits(values[row]) }
    case .wide(let bytes):
      let values = UnsafeBufferPointer(
        start: bytes.pointer(to: Int128.self), count: column.count)
      ranks = ranked(count: column.count) { values[$0] < values[$1] }
    case .plain(let heap):
      ranks = ranked(count: column.count) { compareBytes(heap.slice($0), heap.slice($1)) < 0 }
    }
    var missing: [UInt8]?
    if let validity = column.validity {
      let flags = ranks.indices.map { validity[$0] ? UInt8(0) : 1 }
      for row in ranks.indices where flags[row] == 1 { ranks[row] = 0 }
      missing = flags
    }
    if isDescending {
      for row in ranks.indices { ranks[row] = ~ranks[row] }
    }
    return Key(ranks: ranks, missing: missing)
  }

  /// The place of each row among the distinct values.
  private static func ranked(count: Int, _ precedes: (Int, Int) -> Bool) -> [UInt64] {
    let order = (0..<count).sorted(by: precedes)
    var ranks = [UInt64](repeating: 0, count: count)
    for place in order.indices.dropFirst() {
      let isNew = precedes(order[place - 1], order[place])
      ranks[order[place]] = ranks[order[place - 1]] + (isNew ? 1 : 0)
    }
    return ranks
  }
}

/// The `limit` smallest of the rows offered, by an order that no two rows share.
private struct RowHeap {
  private let limit: Int
  private let precedes: (UInt32, UInt32) -> Bool
  private var rows: [UInt32] = []

  init(limit: Int, precedes: @escaping (UInt32, UInt32) -> Bool) {
    self.limit = limit
    self.precedes = precedes
  }

  mutating func offer(_ row: UInt32) {
    if rows.count < limit {
      rows.append(row)
      rise(rows.count - 1)
    } else if precedes(row, rows[0]) {
      rows[0] = row
      sink()
    }
  }

  func sorted() -> [UInt32] { rows.sorted(by: precedes) }

  private mutating func rise(_ start: Int) {
    var child = start
    while child > 0, precedes(rows[(child - 1) / 2], rows[child]) {
      rows.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  private mutating func sink() {
    var parent = 0
    while true {
      var largest = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < rows.count {
        if precedes(rows[largest], rows[child]) { largest = child }
      }
      if largest == parent { return }
      rows.swapAt(parent, largest)
      parent = largest
    }
  }
}
