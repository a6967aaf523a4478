/// Words per slot that kernels add to, in up to four banks, and the totals that they are moved to.
///
///     packed word:  count << 40 | sum of codes       codes of one or two bytes, < 2^24 rows
///     plain word:   sum of codes, or count
struct FusedState {
  /// How many words each slot has, 1 or 2.
  let wordsPerSlot: Int
  /// Whether the first word packs a count beside the sum.
  let isPacked: Bool
  private let bankCount: Int
  private let bankWords: Int
  private let memory: AlignedBytes

  /// The rows after which words must be moved before they could overflow.
  static let packedRowLimit = 1 << 24 - 1
  /// Where the count stands in a packed word.
  static let countShift: UInt64 = 40

  /// Makes words of zero. Small tables get banks, large ones would leave the cache with them.
  init(
    slotCount: Int, wordsPerSlot: Int, isPacked: Bool, budget: MemoryBudget?
  ) throws(QueryError) {
    self.wordsPerSlot = wordsPerSlot
    self.isPacked = isPacked
    bankCount = slotCount * wordsPerSlot <= 1024 ? 4 : 1
    // An odd number of cache lines keeps banks from falling onto the same sets.
    bankWords = (slotCount * wordsPerSlot + 7) / 8 * 8 + (bankCount > 1 ? 8 : 0)
    memory = try AlignedBytes(byteCount: bankWords * bankCount * 8, zeroed: true, budget: budget)
  }

  /// What is added to the first word of each row's slot beside the value.
  var unit: UInt64 { isPacked ? 1 << Self.countShift : 0 }

  /// The banks; the same one four times where there is only one.
  @inline(__always)
  var banks:
    (
      UnsafeMutablePointer<UInt64>, UnsafeMutablePointer<UInt64>, UnsafeMutablePointer<UInt64>,
      UnsafeMutablePointer<UInt64>
    )
  {
    let first = memory.pointer(to: UInt64.self)
    if bankCount == 1 { return (first, first, first, first) }
    return (first, first + bankWords, first + 2 * bankWords, first + 3 * bankWords)
  }

  /// Moves what word `index` of each slot holds: counts into `counts`, sums into `sums`.
  func move(
    word index: Int, slotCount: Int, counts: UnsafeMutablePointer<Int64>?,
    sums: UnsafeMutablePointer<UInt64>?
  ) {
    let words = memory.pointer(to: UInt64.self)
    let hasBoth = isPacked && index == 0
    for bank in 0..<bankCount {
      let own = words + bank * bankWords
      for slot in 0..<slotCount {
        let word = own[slot * wordsPerSlot + index]
        own[slot * wordsPerSlot + index] = 0
        if hasBoth {
          sums?[slot] &+= word & (1 << Self.countShift - 1)
          counts?[slot] &+= Int64(word >> Self.countShift)
        } else if let sums {
          sums[slot] &+= word
        } else {
          counts?[slot] &+= Int64(word)
        }
      }
    }
  }
}
