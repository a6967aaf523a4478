/// How the values that rows compete by become ranks: unsigned numbers of which the larger is the
/// better. A missing value has rank 0 and is behind all others, whichever end is wanted.
///
/// | kind | rank of the largest end | bits |
/// |---|---|---|
/// | `narrow` | value - lower + 1 | 32 |
/// | `integers`, `floats` | ordered bits + 1 | 65 |
struct TopRanking {
  /// The ways to rank values.
  enum Kind {
    /// Stored integers, booleans or codes of a dictionary within bounds that 32 bits can tell apart.
    case narrow(lower: Int64, upper: Int64)
    /// Any 64-bit integers.
    case integers
    /// Doubles.
    case floats
  }

  /// How values are ranked.
  let kind: Kind
  /// Whether the smallest values are wanted.
  let isBottom: Bool

  /// Chooses the ranks for an expression's values, or answers nil where it gives texts outside of a
  /// dictionary, or numbers of more than 64 bits.
  init?(_ layout: Layout, bounds: ClosedRange<Int128>?, isBottom: Bool) {
    self.isBottom = isBottom
    switch layout {
    case .wide, .texts: return nil
    case .floats: kind = .floats
    case .booleans: kind = .narrow(lower: 0, upper: 1)
    case .codes(let dictionary): kind = .narrow(lower: 0, upper: Int64(dictionary.count))
    case .integers:
      if let bounds, let lower = Int64(exactly: bounds.lowerBound),
        let upper = Int64(exactly: bounds.upperBound),
        bounds.upperBound - bounds.lowerBound < Int128(UInt32.max) - 1
      {
        kind = .narrow(lower: lower, upper: upper)
      } else {
        kind = .integers
      }
    }
  }

  /// Whether ranks have 32 bits.
  var isNarrow: Bool { if case .narrow = kind { true } else { false } }

  /// Writes the rank of each row of a vector.
  func rank(
    _ vector: Vector, _ count: Int, into ranks: UnsafeMutablePointer<UInt32>
  ) throws(QueryError) {
    guard case .narrow(let lower, let upper) = kind else { throw Self.inconsistent }
    let isBottom = isBottom
    let code = { (value: Int64) in
      UInt32(truncatingIfNeeded: isBottom ? upper &- value &+ 1 : value &- lower &+ 1)
    }
    switch vector.storage {
    case .integers(let values): rankRows(values, vector, count, into: ranks) { code($0) }
    case .booleans(let values): rankRows(values, vector, count, into: ranks) { code(Int64($0)) }
    case .codes(let values, _): rankRows(values, vector, count, into: ranks) { code(Int64($0)) }
    default: throw Self.inconsistent
    }
  }

  /// Writes the rank of each row of a vector.
  func rank(
    _ vector: Vector, _ count: Int, into ranks: UnsafeMutablePointer<UInt128>
  ) throws(QueryError) {
    let flip: UInt64 = isBottom ? .max : 0
    switch vector.storage {
    case .integers(let values):
      rankRows(values, vector, count, into: ranks) {
        UInt128((UInt64(bitPattern: $0) ^ 1 << 63) ^ flip) &+ 1
      }
    case .floats(let values):
      rankRows(values, vector, count, into: ranks) { UInt128(orderedBits($0) ^ flip) &+ 1 }
    default: throw Self.inconsistent
    }
  }

  private static var inconsistent: QueryError {
    QueryError(kind: .bug, message: "a ranking received a vector of another layout than before")
  }
}

@inline(__always)
private func rankRows<Value: BitwiseCopyable, Rank: FixedWidthInteger>(
  _ values: UnsafePointer<Value>, _ vector: Vector, _ count: Int,
  into ranks: UnsafeMutablePointer<Rank>, _ code: (Value) -> Rank
) {
  if count == 0 { return }
  if vector.isConstant {
    let isMissing = vector.valid.map { $0[0] == 0 } ?? false
    ranks.update(repeating: isMissing ? 0 : code(values[0]), count: count)
  } else if let valid = vector.valid {
    for row in 0..<count { ranks[row] = valid[row] == 0 ? 0 : code(values[row]) }
  } else {
    for row in 0..<count { ranks[row] = code(values[row]) }
  }
}

/// Writes the ranks of codes that all have a value: `code + 1`, or from `maximum` downwards.
@inline(__always)
func rankCodes<Code: CodeInteger>(
  _ codes: UnsafePointer<Code>, _ count: Int, maximum: UInt32, isBottom: Bool,
  into ranks: UnsafeMutablePointer<UInt32>
) {
  if isBottom {
    for row in 0..<count { ranks[row] = maximum &- UInt32(truncatingIfNeeded: codes[row]) &+ 1 }
  } else {
    for row in 0..<count { ranks[row] = UInt32(truncatingIfNeeded: codes[row]) &+ 1 }
  }
}

/// Gives those of consecutive rows that have no value the rank behind all others.
func clearRanks(
  _ ranks: UnsafeMutablePointer<UInt32>, missingIn validity: Bitmap, from first: Int, _ count: Int
) {
  let (words, end) = (validity.words, first + count)
  for number in first >> 6..<(end + 63) >> 6 {
    let start = number << 6
    var missing = ~words[number]
    if start < first { missing &= .max << UInt64(first - start) }
    if end - start < 64 { missing &= (1 << UInt64(end - start)) - 1 }
    while missing != 0 {
      ranks[start + missing.trailingZeroBitCount - first] = 0
      missing &= missing &- 1
    }
  }
}
