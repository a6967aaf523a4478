import Testing

@testable import Tally

/// Holds the exact arithmetic behind aggregates against laws and against known roundings.
@Suite struct ExactNumberTests {
  private func number(_ random: inout RandomSource, words: Int) -> BigInteger {
    // Words of all ones and zeros are where carries and estimates go wrong.
    let digits = (0..<words).map { _ in
      [random.next(), .max, 0, 1, 1 << 63][random.below(5)]
    }
    return BigInteger(words: digits, isNegative: random.below(2) == 1)
  }

  @Test func divisionUndoesMultiplication() {
    var random = RandomSource(seed: 42)
    for _ in 0..<5000 {
      let dividend = number(&random, words: 1 + random.below(8)).magnitude
      let divisor = number(&random, words: 1 + random.below(5)).magnitude
      if divisor.isZero { continue }
      let (quotient, isExact) = BigInteger.divide(dividend, by: divisor)
      let rest = dividend - quotient * divisor
      #expect(!rest.isNegative && (rest - divisor).isNegative)
      #expect(isExact == rest.isZero)
    }
  }

  @Test func sumsAndProductsObeyTheLaws() {
    var random = RandomSource(seed: 43)
    for _ in 0..<2000 {
      let a = number(&random, words: 1 + random.below(4))
      let b = number(&random, words: 1 + random.below(4))
      let c = number(&random, words: 1 + random.below(4))
      #expect(((a + b) - b - a).isZero)
      #expect(((a + b) * c - a * c - b * c).isZero)
      #expect((a.shifted(by: 67) - a * BigInteger(1 << 60) * BigInteger(128)).isZero)
    }
  }

  @Test func smallNumbersAgreeWithTheMachine() {
    var random = RandomSource(seed: 44)
    for _ in 0..<5000 {
      let a = Int128(Int64(bitPattern: random.next())) >> Int128(random.below(64))
      let b = Int128(Int64(bitPattern: random.next())) >> Int128(random.below(64))
      #expect((BigInteger(a) * BigInteger(b)).int128 == a * b)
      #expect((BigInteger(a) + BigInteger(b)).int128 == a + b)
      #expect((BigInteger(a) - BigInteger(b)).int128 == a - b)
    }
    for edge in [Int128.min, .max, 0, -1] { #expect(BigInteger(edge).int128 == edge) }
    #expect((BigInteger(Int128.max) + BigInteger(1)).int128 == nil)
  }

  @Test func quotientsAreTheNearestDoubles() {
    var random = RandomSource(seed: 45)
    for _ in 0..<5000 {
      let a = Int64(random.below(1 << 53))
      let b = Int64(random.below(1 << 53)) + 1
      // Dividing doubles that are exact rounds once.
      #expect(
        nearestQuotient(BigInteger(Int128(a)), BigInteger(Int128(b))) == Double(a) / Double(b))
      // The root of a square that a double holds is exact.
      let small = Int64(random.below(1 << 26))
      #expect(
        nearestRoot(BigInteger(Int128(small * small)), BigInteger(1)) == Double(small))
      #expect(
        nearestRoot(BigInteger(Int128(a)), BigInteger(1)) == Double(a).squareRoot())
    }
  }

  @Test func machineWordsRoundAsNumbersOfAnySize() {
    var random = RandomSource(seed: 46)
    var found = 0
    for _ in 0..<20_000 {
      let dividend = UInt128(random.next()) << 64 | UInt128(random.next())
      let a = random.below(20) == 0 ? 0 : dividend >> UInt128(random.below(128))
      let b = (random.next() >> UInt64(random.below(64))) | (random.below(2) == 0 ? 1 : 1 << 63)
      let words = [UInt64(truncatingIfNeeded: a), UInt64(truncatingIfNeeded: a >> 64)]
      let (large, divisor) = (BigInteger(words: words), BigInteger(words: [b]))
      if let own = nearestQuotient(a, b) {
        found += 1
        #expect(own == nearestQuotient(large, divisor))
      }
      if let own = nearestRoot(a, b) {
        found += 1
        #expect(own == nearestRoot(large, divisor))
      }
    }
    #expect(found > 20_000)
  }

  @Test func roundingIsRightAtTheEndsOfTheRange() {
    #expect(nearestDouble(1, hasRest: false, exponent: -1074) == .leastNonzeroMagnitude)
    #expect(nearestDouble(1, hasRest: false, exponent: -1075) == 0)
    #expect(nearestDouble(3, hasRest: false, exponent: -1076) == .leastNonzeroMagnitude)
    #expect(nearestDouble(1, hasRest: false, exponent: 1024) == .infinity)
    let largest = UInt128(1 << 53 - 1)
    #expect(nearestDouble(largest, hasRest: false, exponent: 971) == .greatestFiniteMagnitude)
    #expect(
      nearestDouble(largest << 2 | 1, hasRest: false, exponent: 969) == .greatestFiniteMagnitude)
    #expect(nearestDouble(largest << 1 | 1, hasRest: false, exponent: 970) == .infinity)
    // Ties go to the even neighbour, unless something follows.
    let tie = UInt128(1 << 53 | 1) << 10
    #expect(nearestDouble(tie, hasRest: false, exponent: -10) == 0x1p53)
    #expect(nearestDouble(tie, hasRest: true, exponent: -10) == 0x1.0000000000001p53)
  }

  @Test func wholeNumbersRoundTiesToEven() {
    let cases: [(Int128, Int128, Int128)] = [
      (5, 2, 2), (7, 2, 4), (-5, 2, -2), (-7, 2, -4), (-1, 3, 0), (-2, 3, -1), (0, 7, 0),
    ]
    for (dividend, divisor, expected) in cases {
      #expect(nearestInteger(dividend, divisor) == expected, "\(dividend) / \(divisor)")
    }
  }

  @Test func selectionAgreesWithSorting() throws {
    var random = RandomSource(seed: 46)
    for count in [1, 2, 3, 17, 18, 100, 1000] {
      for spread in [1, 3, 1_000_000] {
        let values = (0..<count).map { _ in Int64(random.below(spread)) }
        let sorted = values.sorted()
        for index in [0, count / 2, count - 1] {
          var copy = values
          let (own, next) = try copy.withUnsafeMutableBufferPointer { buffer in
            try buffer.baseAddress.map { try selectPair($0, count, index, nil) } ?? (0, 0)
          }
          #expect(own == sorted[index] && next == sorted[min(index + 1, count - 1)])
        }
      }
    }
  }
}
