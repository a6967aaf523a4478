/// An order of rows without pattern that needs no memory: which row stands at a place is computed.
///
/// A Feistel network of four rounds over the next even number of bits; places that fall beyond the
/// rows walk on until they fall among them (J. Black and P. Rogaway, "Ciphers with arbitrary finite
/// domains", 2002).
struct Shuffle: Sendable {
  private let rowCount: Int
  private let halfBits: UInt64
  private let rounds: RandomColumn

  init(rowCount: Int, seed: UInt64) {
    self.rowCount = rowCount
    let bits = UInt64(max(2, 64 - UInt64(max(1, rowCount - 1)).leadingZeroBitCount))
    halfBits = (bits + 1) / 2
    rounds = RandomColumn(seed: seed, column: 99)
  }

  /// The row at a place.
  func row(at place: Int) -> Int {
    var value = place
    repeat { value = permuted(value) } while value >= rowCount
    return value
  }

  private func permuted(_ value: Int) -> Int {
    let mask = (UInt64(1) << halfBits) - 1
    var left = UInt64(value) >> halfBits
    var right = UInt64(value) & mask
    for round in 0..<4 {
      let mixed = rounds[Int(right) << 3 | round] & mask
      (left, right) = (right, left ^ mixed)
    }
    return Int(left << halfBits | right)
  }
}
