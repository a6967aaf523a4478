/// Counts and sums of the codes of up to three columns, packed into one word for each slot:
///
///     word = count | third sum | second sum | first sum      fields as wide as the codes need
///
/// Where a field could become full, the top bit of the count says so, and the slot is moved to the
/// totals at once. A slot of one word stays in the second cache where two would not, and all
/// columns are added to in one reading of the slots.
///
/// SAFETY: totals are arrays of as many elements as there are slots, held by the object; kernels
/// give it slots of that number only.
final class FusedState {
  /// By what the value of each column is multiplied, so that it falls into its field.
  var factors: [UInt64] { shifts.map { 1 << $0 } }
  private let shifts: [UInt64]
  /// What a row adds beside its values: 1 in the field of the count.
  let unit: UInt64
  /// Whether the kernel must look at the top bit after each row.
  let isChecked: Bool
  /// The rows after which words must be moved, where they aren't looked at.
  let rowLimit: Int
  private let slotCount: Int
  private let countShift: UInt64
  private let masks: [UInt64]
  private let counts: GroupArray<Int64>?
  private let sums: [GroupArray<UInt64>]
  /// Whether each slot has four words next to each other, one for each bank.
  let isBanked: Bool
  private let memory: AlignedBytes

  /// The most columns that share a word.
  static let mostColumns = 3
  /// The rows of one slot, as a power of two, that a word should hold at least: to move it costs
  /// as much as some rows do.
  private static let fewestRowBits = 6
  /// The same where words aren't looked at, and all slots are moved.
  private static let manyRowBits = 22

  /// How many bits of a count fit beside the sums of as many rows, where `spare` bits stay free.
  private static func rowBits(_ maxima: [UInt64], spare: Int) -> Int {
    let values = maxima.reduce(0) { $0 + UInt64.bitWidth - $1.leadingZeroBitCount }
    return (UInt64.bitWidth - spare - values) / (maxima.count + 1)
  }

  /// Whether columns of such largest codes fit into a word.
  static func fits(_ maxima: [UInt64]) -> Bool {
    maxima.count <= mostColumns && rowBits(maxima, spare: 1) >= fewestRowBits
  }

  /// Makes words of zero, for columns of these largest codes. What they count and add up is moved
  /// to `counts`, unless another state counts the same rows, and to `sums`. Small tables get banks,
  /// large ones would leave the cache with them.
  init(
    maxima: [UInt64], slotCount: Int, counts: GroupArray<Int64>?, sums: [GroupArray<UInt64>],
    budget: MemoryBudget?
  ) throws(QueryError) {
    self.slotCount = slotCount
    self.counts = counts
    self.sums = sums
    // One column is summed without a look at the word for some millions of rows.
    isChecked = maxima.count > 1 || Self.rowBits(maxima, spare: 0) < Self.manyRowBits
    let bits = min(40, Self.rowBits(maxima, spare: isChecked ? 1 : 0))
    rowLimit = isChecked ? .max : 1 << bits - 1
    var (shifts, masks, shift): ([UInt64], [UInt64], Int) = ([], [], 0)
    for maximum in maxima {
      let width = UInt64.bitWidth - maximum.leadingZeroBitCount + bits
      shifts.append(UInt64(shift))
      masks.append(1 << UInt64(width) - 1)
      shift += width
    }
    (self.shifts, self.masks) = (shifts, masks)
    countShift = UInt64(isChecked ? 63 - bits : shift)
    unit = 1 << countShift
    isBanked = slotCount <= 1024
    memory = try AlignedBytes(
      byteCount: (isBanked ? 4 : 1) * slotCount * 8, zeroed: true, budget: budget)
  }

  /// The words of all slots.
  @inline(__always)
  var words: UnsafeMutablePointer<UInt64> { memory.pointer(to: UInt64.self) }

  /// Moves a word of a slot to the totals.
  @inline(never)
  func move(_ word: UnsafeMutablePointer<UInt64>, _ slot: Int) {
    let value = word.pointee
    word.pointee = 0
    if let counts { counts.pointer[slot] &+= Int64(value >> countShift) }
    for column in sums.indices {
      sums[column].pointer[slot] &+= value &>> shifts[column] & masks[column]
    }
  }

  /// Moves all words to the totals.
  func moveAll() {
    let banks = isBanked ? 4 : 1
    for place in 0..<slotCount * banks where words[place] != 0 {
      move(words + place, place / banks)
    }
  }
}
