import Testing

@testable import Tally

@Suite struct SpareMemoryTests {
  private func piece(_ byteCount: Int) throws -> MemoryPiece {
    try #require(MemoryPiece(byteCount: byteCount))
  }

  @Test func whatFitsIsTakenAgain() throws {
    let spare = SpareMemory(limit: 1 << 30, keepingSeconds: 1)
    let small = try piece(100_000)
    let large = try piece(104_000)
    let other = try piece(200_000)
    for piece in [large, small, other] { spare.give(piece) }
    #expect(spare.byteCount == 404_000)
    // The smallest that suffices, and none that is much too large.
    let first = spare.take(99_000)
    #expect(first?.address == small.address && first?.byteCount == 100_000)
    #expect(spare.take(99_000)?.address == large.address)
    #expect(spare.take(99_000) == nil)
    #expect(spare.take(200_001) == nil)
    spare.give(small)
    spare.releaseAll()
    #expect(spare.byteCount == 0 && spare.take(200_000) == nil)
    large.giveBack()
  }

  @Test func whatNobodyTakesIsGivenBack() async throws {
    let spare = SpareMemory(limit: 250_000, keepingSeconds: 1)
    spare.give(try piece(100_000))
    spare.give(try piece(120_000))
    #expect(spare.byteCount == 220_000)
    // Too much goes at once, the oldest first.
    spare.give(try piece(110_000))
    let start = ContinuousClock.now
    while spare.byteCount > 250_000, ContinuousClock.now - start < .seconds(20) {
      try await Task.sleep(for: .milliseconds(5))
    }
    // All may be gone by now.
    #expect([230_000, 0].contains(spare.byteCount))
    while spare.byteCount > 0, ContinuousClock.now - start < .seconds(20) {
      try await Task.sleep(for: .milliseconds(50))
    }
    #expect(spare.byteCount == 0)
    // A second time too: the thread begins again.
    spare.give(try piece(100_000))
    #expect(spare.byteCount == 100_000)
    spare.releaseAll()
  }

  @Test func whatIsNotToBeKeptGoesAtOnce() async throws {
    let spare = SpareMemory(limit: 1 << 30, keepingSeconds: 3600)
    spare.give(try piece(100_000))
    for _ in 0..<3 { spare.give(try piece(200_000), isKept: false) }
    let start = ContinuousClock.now
    while spare.byteCount > 100_000, ContinuousClock.now - start < .seconds(20) {
      try await Task.sleep(for: .milliseconds(2))
    }
    #expect(spare.byteCount == 100_000)
    spare.releaseAll()
  }

  @Test func hostsCanHaveAllGivenBack() throws {
    // Larger than what any other test uses.
    let size = 700 << 20
    SpareMemory.shared.give(try piece(size))
    Database.releaseSpareMemory()
    let left = SpareMemory.shared.take(size)
    #expect(left == nil)
    left?.giveBack()
  }

  /// Memory that comes from spare memory has its padding and, where asked, zeros.
  @Test func memoryIsAsFresh() throws {
    let size = AlignedBytes.hugePageSize + 77
    for _ in 0..<3 {
      let dirty = try AlignedBytes(byteCount: size)
      dirty.pointer(to: UInt8.self).update(repeating: 0xFF, count: size + 51)
    }
    let clean = try AlignedBytes(byteCount: size, zeroed: true)
    let bytes = UnsafeBufferPointer(start: clean.pointer(to: UInt8.self), count: size)
    #expect(bytes.allSatisfy { $0 == 0 })
    let padded = try AlignedBytes(byteCount: size)
    #expect((size..<size + 51).allSatisfy { padded.pointer(to: UInt8.self)[$0] == 0 })
  }
}
