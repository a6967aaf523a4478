/// How the values of one grouping key become unsigned codes whose order is the order of the keys,
/// a missing value last.
///
/// | kind | code | missing |
/// |---|---|---|
/// | `bounded` | value - lower | number of values |
/// | `coded` | code of the dictionary | number of texts |
/// | `interned` | id of the text; ranked before anything is ordered | largest 32-bit number |
/// | `integer`, `float` | 64 ordered bits | a flag before it |
/// | `wide` | two words | a flag before them |
struct KeyCoding {
  /// The ways to code a key.
  enum Kind {
    /// Stored integers from `lower` on.
    case bounded(lower: Int64)
    /// Text of a dictionary.
    case coded(TextDictionary)
    /// Text that the table itself numbers.
    case interned
    /// Any 64-bit integer.
    case integer
    /// A double.
    case float
    /// Any 128-bit integer.
    case wide
  }

  /// How the key is coded.
  let kind: Kind
  /// What the values mean.
  let type: ColumnType
  /// For `bounded` and `coded`: the number of codes without the one for a missing value, which it
  /// is itself.
  let domain: UInt64
  /// Whether a flag before the code says that the value is missing.
  let hasFlag: Bool

  /// The code of a missing text that the table numbers.
  static let missingText = UInt64(UInt32.max)

  /// Chooses the coding of a key. `dictionary` is that of a text key's vectors, if they have one.
  init(_ key: BoundExpression, dictionary: TextDictionary?) {
    type = key.type
    let isExactRange: Bool
    switch key.type {
    case .text:
      if let dictionary {
        kind = .coded(dictionary)
        domain = UInt64(dictionary.count)
      } else {
        kind = .interned
        domain = 0
      }
      hasFlag = false
      return
    case .boolean:
      kind = .bounded(lower: 0)
      domain = 2
      hasFlag = false
      return
    case .float, .ratio:
      kind = .float
      domain = 0
      hasFlag = key.mayBeMissing
      return
    case .integer, .decimal, .percent: isExactRange = true
    case .date, .dateTime, .period, .duration: isExactRange = false
    }
    if let bounds = key.bounds, let lower = Int64(exactly: bounds.lowerBound),
      let upper = Int64(exactly: bounds.upperBound), Int128(upper) - Int128(lower) < 1 << 62
    {
      kind = .bounded(lower: lower)
      domain = UInt64(bitPattern: upper &- lower) + 1
      hasFlag = false
    } else {
      kind = isExactRange && key.needsWideIntegers ? .wide : .integer
      domain = 0
      hasFlag = key.mayBeMissing
    }
  }

  /// The bits of the fields that the key takes, the most significant first.
  var fieldBits: [Int] {
    let flag = hasFlag ? [1] : []
    switch kind {
    case .bounded, .coded: return [64 - domain.leadingZeroBitCount]
    case .interned: return [32]
    case .integer, .float: return flag + [64]
    case .wide: return flag + [64, 64]
    }
  }

  /// The number of different codes with the one for a missing value; nil where it is not known.
  var slotCount: UInt64? {
    switch kind {
    case .bounded, .coded: domain + 1
    default: nil
    }
  }
}

/// A double as bits whose unsigned order is the order of the numbers; both zeros are one.
@inline(__always)
func orderedBits(_ value: Double) -> UInt64 {
  let bits = (value + 0).bitPattern
  return bits >> 63 == 1 ? ~bits : bits | 1 << 63
}

/// The double of ``orderedBits(_:)``.
@inline(__always)
func orderedDouble(_ bits: UInt64) -> Double {
  Double(bitPattern: bits >> 63 == 1 ? bits & (1 << 63 - 1) : ~bits)
}
