/// A hash of words and bytes under a random seed, so that nobody can prepare keys that collide.
///
/// Words are folded by a product of twice their width, as in Wang Yi's "wyhash".
struct SeededHash {
  private let first: UInt64
  private let second: UInt64

  /// Makes a hash with a seed of its own.
  init() {
    first = UInt64.random(in: .min ... .max)
    second = UInt64.random(in: .min ... .max) | 1
  }

  /// Makes a hash with a seed that is given.
  init(_ first: UInt64, _ second: UInt64) {
    self.first = first
    self.second = second | 1
  }

  /// The hash of one word.
  @inline(__always)
  func callAsFunction(_ word: UInt64) -> UInt64 {
    Self.fold(word ^ first, second ^ 0x9E37_79B9_7F4A_7C15)
  }

  /// The hash of consecutive words.
  @inline(__always)
  func callAsFunction(_ words: UnsafePointer<UInt64>, count: Int) -> UInt64 {
    var state = first
    for index in 0..<count { state = Self.fold(words[index] ^ state, second ^ state) }
    return state
  }

  /// The hash of bytes.
  @inline(__always)
  func callAsFunction(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
    var state = first
    // Another factor for each length: texts of two lengths may end in the same last bytes.
    let factor = second ^ (UInt64(truncatingIfNeeded: bytes.count) &* 0x9E37_79B9_7F4A_7C16)
    guard let start = bytes.baseAddress else { return Self.fold(state, factor) }
    let raw = UnsafeRawPointer(start)
    let count = bytes.count
    var offset = 0
    while offset &+ 8 <= count {
      let word = raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
      state = Self.fold(word ^ state, second ^ state)
      offset &+= 8
    }
    // The last bytes in one or two pieces, which may overlap what was read before.
    let left = count &- offset
    let rest: UInt64
    if left == 0 {
      rest = 0
    } else if count >= 8 {
      rest = raw.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self)
    } else if count >= 4 {
      let last = raw.loadUnaligned(fromByteOffset: count &- 4, as: UInt32.self)
      rest = UInt64(raw.loadUnaligned(as: UInt32.self)) << 32 | UInt64(last)
    } else {
      rest =
        UInt64(start[0]) << 16 | UInt64(start[count &>> 1]) << 8 | UInt64(start[count &- 1])
    }
    return Self.fold(rest ^ state, factor)
  }

  @inline(__always)
  private static func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
    let product = left.multipliedFullWidth(by: right)
    return product.high ^ product.low
  }
}
