/// The SHA-256 of bytes in hexadecimal digits, by FIPS 180-4.
func sha256(_ bytes: [UInt8]) -> String {
  var state: [UInt32] = [
    0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab,
    0x5be0_cd19,
  ]
  var tail = Array(bytes[(bytes.count & ~63)...]) + [0x80]
  tail += [UInt8](repeating: 0, count: (120 - tail.count % 64) % 64)
  tail += (0..<8).map { UInt8(truncatingIfNeeded: (bytes.count * 8) >> (56 - $0 * 8)) }
  bytes.withUnsafeBufferPointer { all in
    for block in stride(from: 0, to: bytes.count & ~63, by: 64) {
      compress(UnsafeBufferPointer(rebasing: all[block..<block + 64]), &state)
    }
  }
  tail.withUnsafeBufferPointer { all in
    for block in stride(from: 0, to: tail.count, by: 64) {
      compress(UnsafeBufferPointer(rebasing: all[block..<block + 64]), &state)
    }
  }
  return state.map { word in
    let digits = String(word, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }.joined()
}

/// The fractions of the cube roots of the first 64 primes.
private let constants: [UInt32] = {
  var primes: [UInt64] = []
  var number: UInt64 = 2
  while primes.count < 64 {
    if primes.allSatisfy({ number % $0 != 0 }) { primes.append(number) }
    number += 1
  }
  return primes.map { prime in
    // The greatest root with root³ <= prime · 2^96.
    var (low, high) = (UInt64(1) << 32, UInt64(8) << 32)
    while low + 1 < high {
      let middle = (low + high) / 2
      let cube = UInt128(middle) * UInt128(middle) * UInt128(middle)
      if cube <= UInt128(prime) << 96 {
        low = middle
      } else {
        high = middle
      }
    }
    return UInt32(truncatingIfNeeded: low)
  }
}()

private func compress(_ block: UnsafeBufferPointer<UInt8>, _ state: inout [UInt32]) {
  withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 64) { words in
    for index in 0..<16 {
      let place = index &* 4
      words[index] =
        UInt32(block[place]) &<< 24 | UInt32(block[place &+ 1]) &<< 16
        | UInt32(block[place &+ 2]) &<< 8 | UInt32(block[place &+ 3])
    }
    for index in 16..<64 {
      let (near, far) = (words[index &- 2], words[index &- 15])
      words[index] =
        words[index &- 16] &+ words[index &- 7]
        &+ (turned(far, 7) ^ turned(far, 18) ^ far &>> 3)
        &+ (turned(near, 17) ^ turned(near, 19) ^ near &>> 10)
    }
    var (a, b, c, d) = (state[0], state[1], state[2], state[3])
    var (e, f, g, h) = (state[4], state[5], state[6], state[7])
    for index in 0..<64 {
      let first =
        h &+ (turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)) &+ (e & f ^ ~e & g)
        &+ constants[index] &+ words[index]
      let second =
        (turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) &+ (a & b ^ a & c ^ b & c)
      (h, g, f, e, d, c, b, a) = (g, f, e, d &+ first, c, b, a, first &+ second)
    }
    for (index, word) in [a, b, c, d, e, f, g, h].enumerated() { state[index] &+= word }
  }
}

@inline(__always)
private func turned(_ word: UInt32, _ count: UInt32) -> UInt32 {
  word &>> count | word &<< (32 &- count)
}
