/// One exact sum of whole numbers per group, kept as words of 64 bits whose carries are added up
/// only at the end.
///
///     sum = word0 + word1 * 2^64 + word2 * 2^128 + word3 * 2^192
///
/// Each word is a 128-bit counter, so no addition can overflow for fewer than 2^62 rows.
struct LimbSum {
  /// The words of all groups, the lowest word first.
  private(set) var words: [GroupArray<Int128>] = []

  /// Makes sums of `wordCount` words, without groups.
  init(wordCount: Int, budget: MemoryBudget?) throws(QueryError) {
    for _ in 0..<wordCount { words.append(try GroupArray(budget: budget)) }
  }

  /// Makes room for groups.
  mutating func reserve(groups: Int) throws(QueryError) {
    for index in words.indices { try words[index].resize(to: groups, filling: 0) }
  }

  /// The memory of one word.
  @inline(__always)
  func word(_ index: Int) -> UnsafeMutablePointer<Int128> { words[index].pointer }

  /// Adds the sums of other groups.
  func merge(
    _ other: LimbSum, targets: UnsafeBufferPointer<UInt32>, _ budget: MemoryBudget?
  ) throws(QueryError) {
    for index in other.words.indices {
      let (own, added) = (word(index), other.word(index))
      try budget.forEachPiece(of: targets.count) { piece in
        for group in piece { own[Int(targets[group])] &+= added[group] }
      }
    }
  }

  /// The sum of one group.
  func total(_ group: Int) -> BigInteger {
    var total = BigInteger(words[0][group])
    for index in words.indices.dropFirst() {
      total = total + BigInteger(words[index][group]).shifted(by: 64 * index)
    }
    return total
  }

  /// The sum of one group, or nil where 128 bits do not hold it.
  func total128(_ group: Int) -> Int128? {
    if words.count == 1 { return words[0][group] }
    let high = words[1][group].multipliedReportingOverflow(by: 1 << 64)
    let sum = high.partialValue.addingReportingOverflow(words[0][group])
    if words.count == 2, !high.overflow, !sum.overflow { return sum.partialValue }
    return total(group).int128
  }
}

/// Adds 64-bit numbers; one word.
func addIntegers(
  _ values: UnsafePointer<Int64>, _ groups: UnsafePointer<UInt32>, _ count: Int,
  into sums: UnsafeMutablePointer<Int128>
) {
  for row in 0..<count { sums[Int(groups[row])] &+= Int128(values[row]) }
}

/// Adds 128-bit numbers; two words.
func addWide(
  _ values: UnsafePointer<Int128>, _ groups: UnsafePointer<UInt32>, _ count: Int,
  low: UnsafeMutablePointer<Int128>, high: UnsafeMutablePointer<Int128>
) {
  for row in 0..<count {
    let group = Int(groups[row])
    low[group] &+= Int128(UInt64(truncatingIfNeeded: values[row]))
    high[group] &+= values[row] >> 64
  }
}

/// Adds products of 64-bit numbers whose sum is known to fit into one word.
func addSmallProducts(
  _ first: UnsafePointer<Int64>, _ second: UnsafePointer<Int64>, _ groups: UnsafePointer<UInt32>,
  _ count: Int, into sums: UnsafeMutablePointer<Int128>
) {
  for row in 0..<count {
    sums[Int(groups[row])] &+= Int128(first[row]) &* Int128(second[row])
  }
}

/// Adds products of 64-bit numbers; two words.
func addProducts(
  _ first: UnsafePointer<Int64>, _ second: UnsafePointer<Int64>, _ groups: UnsafePointer<UInt32>,
  _ count: Int, low: UnsafeMutablePointer<Int128>, high: UnsafeMutablePointer<Int128>
) {
  for row in 0..<count {
    let group = Int(groups[row])
    let product = Int128(first[row]) &* Int128(second[row])
    low[group] &+= Int128(UInt64(truncatingIfNeeded: product))
    high[group] &+= product >> 64
  }
}

/// Adds products of 128-bit numbers; four words.
func addWideProducts(
  _ first: UnsafePointer<Int128>, _ second: UnsafePointer<Int128>,
  _ groups: UnsafePointer<UInt32>, _ count: Int, into sum: LimbSum
) {
  let (word0, word1, word2, word3) = (sum.word(0), sum.word(1), sum.word(2), sum.word(3))
  for row in 0..<count {
    let group = Int(groups[row])
    let product = first[row].magnitude.multipliedFullWidth(by: second[row].magnitude)
    let sign: Int128 = (first[row] < 0) == (second[row] < 0) ? 1 : -1
    word0[group] &+= sign &* Int128(UInt64(truncatingIfNeeded: product.low))
    word1[group] &+= sign &* Int128(UInt64(truncatingIfNeeded: product.low >> 64))
    word2[group] &+= sign &* Int128(UInt64(truncatingIfNeeded: product.high))
    word3[group] &+= sign &* Int128(UInt64(truncatingIfNeeded: product.high >> 64))
  }
}
