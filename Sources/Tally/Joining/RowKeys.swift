/// The keys of a table's rows as one word each: the numbers of the key columns' values, as the
/// digits of one number.
///
///     word = number0 * (greatest1 + 1) + number1           where that fits 64 bits
///     word = row that has number0 first * … + number1      where it does not
struct RowKeys: WordSource {
  let parts: [Part]
  let count: Int
  let greatest: UInt64
  let mayLack: Bool
  private let context: RunContext

  /// One column's share of the word.
  struct Part: Sendable {
    let column: KeyColumn
    /// Makes a column's numbers small enough: the first row that has each.
    var rows: WordMap?
    /// The largest number.
    var greatest: UInt64
    /// Makes the word of all columns before this one small enough, in the same way.
    var fold: WordMap?
  }

  /// Prepares key columns, one at least, all of `count` rows.
  init(_ columns: [KeyColumn], count: Int, _ context: RunContext) throws(QueryError) {
    self.context = context
    self.count = count
    mayLack = columns.contains(where: \.mayLack)
    var parts: [Part] = []
    var greatest: UInt64 = 0
    for column in columns {
      var part = Part(column: column, greatest: column.greatest)
      if greatest.appending(part.greatest) == nil, part.greatest > UInt64(UInt32.max) {
        part.rows = try WordMap.make(column, context)
        part.greatest = UInt64(UInt32.max) - 1
      }
      if greatest.appending(part.greatest) == nil {
        let before = RowKeys(parts, count, greatest, parts.contains(where: \.mayLack), context)
        part.fold = try WordMap.make(before, context)
        greatest = UInt64(UInt32.max) - 1
      }
      guard let next = greatest.appending(part.greatest) else {
        throw QueryError(kind: .bug, message: "keys exceed 64 bits")
      }
      greatest = next
      parts.append(part)
    }
    self.parts = parts
    self.greatest = greatest
  }

  private init(
    _ parts: [Part], _ count: Int, _ greatest: UInt64, _ mayLack: Bool, _ context: RunContext
  ) {
    self.parts = parts
    self.count = count
    self.greatest = greatest
    self.mayLack = mayLack
    self.context = context
  }

  func read(
    _ rows: Range<Int>, into words: UnsafeMutablePointer<UInt64>,
    lacking: UnsafeMutablePointer<UInt8>
  ) {
    if parts.count == 1 { return parts[0].column.read(rows, into: words, lacking: lacking) }
    let count = rows.count
    if mayLack { lacking.update(repeating: 0, count: count) }
    words.update(repeating: 0, count: count)
    withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 2 * count) { scratch in
      guard let numbers = scratch.baseAddress else { return }
      // SAFETY: bytes and rows lie behind the numbers, in room for as many words.
      let bytes = UnsafeMutableRawPointer(numbers + count).assumingMemoryBound(to: UInt8.self)
      let found = UnsafeMutableRawPointer(numbers + count).assumingMemoryBound(to: UInt32.self)
      for part in parts {
        part.column.read(rows, into: numbers, lacking: bytes)
        if part.column.mayLack {
          for row in 0..<count where bytes[row] == 1 {
            lacking[row] = 1
            numbers[row] = 0
          }
        }
        part.append(numbers, to: words, count: count, scratch: found, lacking: nil)
      }
    }
  }
}

extension RowKeys.Part {
  var mayLack: Bool { column.mayLack }

  /// Makes the numbers of this column the last digits of words. Where a number or what stands
  /// before it occurs in no row, `lacking` is set and the word is anything in range.
  func append(
    _ numbers: UnsafeMutablePointer<UInt64>, to words: UnsafeMutablePointer<UInt64>, count: Int,
    scratch: UnsafeMutablePointer<UInt32>, lacking: UnsafeMutablePointer<UInt8>?
  ) {
    if let rows { replace(numbers, by: rows, count, scratch, lacking) }
    if let fold { replace(words, by: fold, count, scratch, lacking) }
    let radix = greatest &+ 1
    if let lacking {
      for row in 0..<count where numbers[row] > greatest {
        lacking[row] = 1
        numbers[row] = 0
      }
    }
    for row in 0..<count { words[row] = words[row] &* radix &+ numbers[row] }
  }

  private func replace(
    _ words: UnsafeMutablePointer<UInt64>, by map: WordMap, _ count: Int,
    _ scratch: UnsafeMutablePointer<UInt32>, _ lacking: UnsafeMutablePointer<UInt8>?
  ) {
    map.find(words, count: count, into: scratch)
    for row in 0..<count {
      let isNone = scratch[row] == WordMap.none
      words[row] = isNone ? 0 : UInt64(scratch[row])
      if isNone { lacking?[row] = 1 }
    }
  }
}

extension UInt64 {
  /// The largest word once a digit of at most `digit` is appended; nil where it exceeds 64 bits.
  fileprivate func appending(_ digit: UInt64) -> UInt64? {
    if self == 0 { return digit }
    let (radix, overflow) = digit.addingReportingOverflow(1)
    if overflow { return nil }
    let (shifted, exceeds) = multipliedReportingOverflow(by: radix)
    if exceeds { return nil }
    let (sum, isOver) = shifted.addingReportingOverflow(digit)
    return isOver ? nil : sum
  }
}
