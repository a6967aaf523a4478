/// Random numbers of one column of a generated table, each found from its row alone.
///
/// This is SplitMix64 (G. L. Steele, D. Lea and C. H. Flood, "Fast splittable pseudorandom number
/// generators", 2014) with the state jumped to the row, so that any rows are generated in any
/// order, by any number of threads, and come out the same.
struct RandomColumn: Sendable {
  private let state: UInt64

  private static let step: UInt64 = 0x9E37_79B9_7F4A_7C15

  /// The numbers of the column with an index, for a seed.
  init(seed: UInt64, column: UInt64) {
    state = Self.mixed(seed &+ Self.step &* (column &+ 1))
  }

  /// The number of a row.
  @inline(__always)
  subscript(row: Int) -> UInt64 {
    Self.mixed(state &+ Self.step &* (UInt64(truncatingIfNeeded: row) &+ 1))
  }

  /// A whole number below `bound` for a row.
  func number(_ row: Int, below bound: Int) -> Int {
    Int(truncatingIfNeeded: self[row].multipliedFullWidth(by: UInt64(bound)).high)
  }

  @inline(__always)
  private static func mixed(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z &>> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z &>> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z &>> 31)
  }
}

/// Four numbers below a thousand out of one random number.
struct Thousandths: Sendable {
  private let bits: UInt64

  init(_ bits: UInt64) { self.bits = bits }

  /// One of the four, at a place from 0 to 3.
  @inline(__always)
  subscript(place: UInt64) -> Int {
    Int(truncatingIfNeeded: (((bits &>> (place &* 16)) & 0xFFFF) &* 1000) &>> 16)
  }
}
