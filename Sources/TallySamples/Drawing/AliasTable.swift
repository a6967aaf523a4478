/// Draws indices in proportion to whole weights, in constant time and without floating point.
///
/// Walker's alias method as M. D. Vose builds it ("A linear algorithm for generating random numbers
/// with a given distribution", 1991).
struct AliasTable: Sendable {
  private let thresholds: [UInt64]
  private let aliases: [Int32]

  /// Makes a table of positive weights. Their sum times their number must fit into 63 bits.
  init(_ weights: [UInt64]) {
    let count = UInt64(weights.count)
    let total = weights.reduce(0, +)
    var scaled = weights.map { $0 * count }
    var aliases = (0..<weights.count).map { Int32($0) }
    var full = [UInt64](repeating: total, count: weights.count)
    var small = scaled.indices.filter { scaled[$0] < total }
    var large = scaled.indices.filter { scaled[$0] >= total }
    while let less = small.popLast(), let more = large.last {
      full[less] = scaled[less]
      aliases[less] = Int32(more)
      scaled[more] -= total - scaled[less]
      if scaled[more] < total {
        large.removeLast()
        small.append(more)
      }
    }
    self.aliases = aliases
    thresholds = full.map { part in
      part >= total ? .max : UInt64((UInt128(part) << 64) / UInt128(total))
    }
  }

  /// The index that a random number draws: its upper part chooses a place, its lower part between
  /// the two indices that share the place.
  @inline(__always)
  func index(of random: UInt64) -> Int {
    let product = random.multipliedFullWidth(by: UInt64(thresholds.count))
    let place = Int(truncatingIfNeeded: product.high)
    return product.low < thresholds[place] ? place : Int(aliases[place])
  }
}
