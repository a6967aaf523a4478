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
    var state = first ^ UInt64(truncatingIfNeeded: bytes.count)
    guard let start = bytes.baseAddress else { return Self.fold(state, second) }
    let raw = UnsafeRawPointer(start)
    var offset = 0
    while offset + 8 <= bytes.count {
      let word = raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
      state = Self.fold(word ^ state, second ^ state)
      offset &+= 8
    }
    var rest: UInt64 = 0
    while offset < bytes.count {
      rest = rest << 8 | UInt64(bytes[offset])
      offset &+= 1
    }
    return Self.fold(rest ^ state, second)
  }

  @inline(__always)
  private static func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
    let product = left.multipliedFullWidth(by: right)
    return product.high ^ product.low
  }
}
