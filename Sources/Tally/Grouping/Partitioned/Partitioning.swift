/// Ranges of keys that hold about as many rows each, found from a sample of the keys.
///
///     bucket    = (key - lowest) >> shift, between 0 and 8191
///     partition = partitions[bucket]          ascending, as keys are
struct Partitioning {
  /// The number of partitions.
  let count: Int
  private let lowest: UInt64
  private let shift: UInt64
  private let partitions: GroupArray<UInt16>
  /// The highest bits of the keys of each partition, where they are asked for.
  private(set) var highs: [UInt64] = []

  private static let bucketCount = 8192

  /// Makes up to `wanted` partitions of keys of 64 bits, in each of which the `highBits` highest
  /// bits of all keys are the same; these are ``highs``.
  init(tops sample: [UInt64], highBits: Int, wanted: Int, budget: MemoryBudget?) throws(QueryError)
  {
    precondition((1...13).contains(highBits))
    // Each bucket is a range of the highest bits: no key lies in the bucket of others.
    (lowest, shift) = (0, 64 - 13)
    partitions = try GroupArray(count: Self.bucketCount, filling: 0, budget: budget)
    var counts = [Int](repeating: 0, count: Self.bucketCount)
    for key in sample { counts[Self.bucket(key, 0, shift)] += 1 }
    let share = max(1, sample.count / max(1, wanted))
    var own = 0
    for bucket in 0..<Self.bucketCount {
      let high = UInt64(bucket) >> UInt64(13 - highBits)
      if highs.last != high || own >= share {
        highs.append(high)
        own = 0
      }
      partitions[bucket] = UInt16(truncatingIfNeeded: highs.count - 1)
      own += counts[bucket]
    }
    count = highs.count
  }

  /// Makes up to `wanted` partitions.
  init(sample: [UInt64], wanted: Int, budget: MemoryBudget?) throws(QueryError) {
    let keys = sample.sorted()
    // A few keys far away from all others shall not take the buckets from these.
    let margin = keys.count / 64
    let (low, high) =
      keys.isEmpty ? (0, 0) : (keys[margin], keys[keys.count - 1 - margin])
    let range = high - low
    let bits = 64 - range.leadingZeroBitCount
    lowest = low
    shift = UInt64(max(0, bits - 13))
    partitions = try GroupArray(count: Self.bucketCount, filling: 0, budget: budget)
    var counts = [Int](repeating: 0, count: Self.bucketCount)
    for key in keys { counts[Self.bucket(key, low, shift)] += 1 }
    var before = 0
    var partition = 0
    var own = 0
    for bucket in 0..<Self.bucketCount {
      // The next partition begins where its share of the sample does.
      if own > 0, before * wanted >= (partition + 1) * keys.count, partition < wanted - 1 {
        partition += 1
        own = 0
      }
      partitions[bucket] = UInt16(truncatingIfNeeded: partition)
      before += counts[bucket]
      own += counts[bucket]
    }
    count = partition + 1
  }

  @inline(__always)
  private static func bucket(_ key: UInt64, _ lowest: UInt64, _ shift: UInt64) -> Int {
    if key < lowest { return 0 }
    return Int(truncatingIfNeeded: min((key &- lowest) &>> shift, UInt64(bucketCount - 1)))
  }

  /// Calls `body` with what ``partition(_:)`` reads, so that loops keep it in registers.
  @inline(__always)
  var table: Table {
    Table(lowest: lowest, shift: shift, partitions: UnsafePointer(partitions.pointer))
  }

  /// What loops read.
  struct Table {
    let lowest: UInt64
    let shift: UInt64
    let partitions: UnsafePointer<UInt16>

    /// The partition of a key.
    @inline(__always)
    func partition(_ key: UInt64) -> Int {
      Int(partitions[Partitioning.bucket(key, lowest, shift)])
    }
  }
}
