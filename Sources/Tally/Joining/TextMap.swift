/// Finds an item by its bytes: the texts of a heap, or 128-bit integers.
///
///     bytes -> hash -> first item with that hash -> are its bytes the same?
///
/// The hash has 64 bits and a seed of its own, and no two different items have the same one: should
/// that happen, the map is made again with another seed. So one comparison decides.
///
/// SAFETY: the memory is written while the map is made and only read after that.
final class TextMap: @unchecked Sendable {
  private let items: Items
  private let hash: SeededHash
  private let map: WordMap

  /// What is found.
  enum Items: @unchecked Sendable {
    case texts(TextHeap, TextPointers)
    case integers(AlignedBytes, count: Int)

    /// The texts of a heap.
    static func texts(_ heap: TextHeap) -> Items { .texts(heap, TextPointers(heap)) }

    var count: Int {
      switch self {
      case .texts(let heap, _): heap.count
      case .integers(_, let count): count
      }
    }

    @inline(__always)
    func bytes(_ index: Int) -> UnsafeBufferPointer<UInt8> {
      switch self {
      case .texts(_, let texts): texts.text(index)
      case .integers(let memory, _):
        UnsafeBufferPointer(start: memory.pointer(to: UInt8.self) + index &* 16, count: 16)
      }
    }
  }

  /// The hashes of items.
  private struct Hashes: WordSource {
    let items: Items
    let validity: Bitmap?
    let hash: SeededHash

    var count: Int { items.count }
    var greatest: UInt64 { .max }
    var mayLack: Bool { validity != nil }

    func read(
      _ rows: Range<Int>, into words: UnsafeMutablePointer<UInt64>,
      lacking: UnsafeMutablePointer<UInt8>
    ) {
      for row in rows {
        let isLacking = validity.map { !$0[row] } ?? false
        if mayLack { lacking[row - rows.lowerBound] = isLacking ? 1 : 0 }
        words[row - rows.lowerBound] = isLacking ? 0 : hash(items.bytes(row))
      }
    }
  }

  /// Makes a map of items; of equal ones the first is found. `validity` tells which there are.
  init(_ items: Items, validity: Bitmap? = nil, _ context: RunContext) throws(QueryError) {
    self.items = items
    for _ in 0..<16 {
      let hashes = Hashes(items: items, validity: validity, hash: SeededHash())
      let map = try WordMap.make(hashes, context)
      // Without items that share a hash, there are none that differ in spite of it.
      var isExact = map.repeated == nil
      if !isExact { isExact = try Self.areAlike(hashes, map, context) }
      if isExact {
        (self.map, hash) = (map, hashes.hash)
        return
      }
    }
    throw QueryError(kind: .bug, message: "different texts have one hash under any seed")
  }

  /// Whether each item has the bytes of the first one with its hash.
  private static func areAlike(_ hashes: Hashes, _ map: WordMap, _ context: RunContext)
    throws(QueryError) -> Bool
  {
    do throws(QueryError) {
      try context.forEachBatch(of: hashes.count) { _, batch throws(QueryError) in
        let scratch = try WordScratch(batch.count, context.budget)
        let rows = try RowNumbers(count: batch.count, budget: context.budget)
        hashes.read(batch, into: scratch.words, lacking: scratch.lacking)
        map.find(scratch.words, count: batch.count, into: rows.pointer)
        for row in batch where hashes.validity?[row] ?? true {
          let first = Int(rows[row - batch.lowerBound])
          if first != row, !haveSameBytes(hashes.items.bytes(first), hashes.items.bytes(row)) {
            throw QueryError(kind: .bug, message: collision)
          }
        }
      }
      return true
    } catch {
      if error.message == collision { return false }
      throw error
    }
  }

  private static let collision = "two texts have one hash"

  /// The bytes of an item.
  @inline(__always)
  func bytes(_ index: Int) -> UnsafeBufferPointer<UInt8> { items.bytes(index) }

  /// The texts that are looked for at a time.
  private static let pieceRows = 512

  /// Writes the number of the first item with the bytes of each of `count` texts; ``WordMap/none``
  /// where there is none. Many are looked for at a time, since a large map lies outside of the
  /// caches.
  @inline(__always)
  func find(
    count: Int, into numbers: UnsafeMutablePointer<UInt32>,
    _ bytes: (Int) -> UnsafeBufferPointer<UInt8>
  ) {
    withUnsafeTemporaryAllocation(of: UInt64.self, capacity: Self.pieceRows) { scratch in
      guard let words = scratch.baseAddress else { return }
      for start in stride(from: 0, to: count, by: Self.pieceRows) {
        let rows = min(Self.pieceRows, count - start)
        for row in 0..<rows { words[row] = hash(bytes(start &+ row)) }
        map.find(words, count: rows, into: numbers + start)
        for row in start..<start + rows where numbers[row] != WordMap.none {
          if !haveSameBytes(items.bytes(Int(numbers[row])), bytes(row)) {
            numbers[row] = WordMap.none
          }
        }
      }
    }
  }
}

/// Whether two texts are the same.
@inline(__always)
private func haveSameBytes(
  _ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>
) -> Bool {
  left.count == right.count && compareBytes(left, right) == 0
}
