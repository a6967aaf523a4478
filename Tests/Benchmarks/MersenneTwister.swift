/// The random numbers of R: the Mersenne Twister, seeded as `set.seed` does it, and the sampling
/// by rejection that R uses since version 3.6.
///
/// M. Matsumoto and T. Nishimura, "Mersenne Twister: a 623-dimensionally equidistributed uniform
/// pseudo-random number generator" (1998).
struct MersenneTwister {
  private var state: [UInt32]
  private var position = 624

  /// Scrambles a seed as R does.
  init(seed: UInt32) {
    var value = seed
    func following(_ value: UInt32) -> UInt32 { 69069 &* value &+ 1 }
    for _ in 0..<50 { value = following(value) }
    // R draws the position first and then sets it to the end.
    value = following(value)
    state = []
    for _ in 0..<624 {
      value = following(value)
      state.append(value)
    }
  }

  /// The next 32 bits.
  mutating func bits() -> UInt32 {
    if position == 624 { refill() }
    var word = state[position]
    position += 1
    word ^= word >> 11
    word ^= (word << 7) & 0x9D2C_5680
    word ^= (word << 15) & 0xEFC6_0000
    return word ^ (word >> 18)
  }

  private mutating func refill() {
    state.withUnsafeMutableBufferPointer { state in
      for index in 0..<624 {
        let mixed =
          (state[index] & 0x8000_0000) | (state[(index + 1) % 624] & 0x7FFF_FFFF)
        state[index] =
          state[(index + 397) % 624] ^ (mixed >> 1) ^ (mixed & 1 == 0 ? 0 : 0x9908_B0DF)
      }
    }
    position = 0
  }

  /// `runif(1)` in units of 2^-32. Zero, which R replaces by half a unit, does not matter to any
  /// use here but ``uniform()``.
  mutating func unit() -> UInt32 { bits() }

  /// A whole number below `limit`, as `sample` draws it: the high 16 bits of one or more numbers,
  /// cut to the bits that `limit` needs, until they are below it.
  mutating func below(_ limit: Int) -> Int {
    precondition(limit > 0)
    // The least number of bits that hold `limit` values: R's ceil(log2(limit)).
    let width = Int.bitWidth - (limit - 1).leadingZeroBitCount
    while true {
      var value: UInt64 = 0
      for _ in stride(from: 0, through: width, by: 16) {
        value = value << 16 | UInt64(bits() >> 16)
      }
      let cut = Int(value & ((1 << UInt64(width)) - 1))
      if cut < limit { return cut }
    }
  }

  /// `count` different numbers below `limit` in the order in which `sample` gives them.
  mutating func distinct(_ count: Int, below limit: Int) -> [Int] {
    // R changes its way for large ranges that are thinly used.
    if limit > 10_000_000, count <= limit / 2 {
      var seen = Set<Int>()
      var result: [Int] = []
      while result.count < count {
        let candidate = below(limit)
        if seen.insert(candidate).inserted { result.append(candidate) }
      }
      return result
    }
    var pool = Array(0..<limit)
    var result: [Int] = []
    for drawn in 0..<count {
      let index = below(limit - drawn)
      result.append(pool[index])
      pool[index] = pool[limit - drawn - 1]
    }
    return result
  }
}
