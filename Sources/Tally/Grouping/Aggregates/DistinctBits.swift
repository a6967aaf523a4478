/// The values that groups have met, as bits:
///
///     bit (value - lower) of the words of a group
struct DistinctBits {
  /// The words of each group; 0 until the values are known.
  private(set) var wordsPerGroup: Int
  /// The number of groups.
  private(set) var groupCount = 0
  private let lower: Int64
  private var domain: Int
  private let limit: Int
  private var words: GroupArray<UInt64>

  /// The most bits of all groups together, unless a test asks otherwise: 8 MiB.
  static let limit = 1 << 26

  /// Prepares for an expression's values; nil where they are not known to be few.
  init?(_ operand: BoundExpression, limit: Int, budget: MemoryBudget?) throws(QueryError) {
    self.limit = limit
    switch operand.type {
    case .text: (lower, domain) = (0, 0)
    case .boolean: (lower, domain) = (0, 2)
    case .float, .ratio: return nil
    default:
      guard let bounds = operand.bounds, let least = Int64(exactly: bounds.lowerBound),
        let range = Int(exactly: bounds.upperBound - bounds.lowerBound), range < limit
      else { return nil }
      (lower, domain) = (least, range + 1)
    }
    wordsPerGroup = (domain + 63) / 64
    words = try GroupArray(budget: budget)
  }

  /// Makes room for groups; false, with nothing changed, where that would be too much.
  mutating func reserve(groups: Int) throws(QueryError) -> Bool {
    if groups <= groupCount { return true }
    guard Self.fits(groups, wordsPerGroup, limit) else { return false }
    try words.resize(to: groups * wordsPerGroup, filling: 0)
    groupCount = groups
    return true
  }

  private static func fits(_ groups: Int, _ words: Int, _ limit: Int) -> Bool {
    let total = groups.multipliedReportingOverflow(by: words * 64)
    return !total.overflow && total.partialValue <= max(limit, words * 64)
  }

  /// Makes room for the codes of a dictionary, where there is none yet; false where that would be
  /// too much.
  mutating func use(domain: Int) throws(QueryError) -> Bool {
    if self.domain > 0 || domain == 0 { return domain <= self.domain }
    let needed = (domain + 63) / 64
    guard domain < limit, Self.fits(groupCount, needed, limit) else { return false }
    self.domain = domain
    wordsPerGroup = needed
    try words.resize(to: groupCount * needed, filling: 0)
    return true
  }

  /// Marks the value of each row in its group.
  func mark(_ values: UnsafePointer<Int64>, _ groups: UnsafePointer<UInt32>, _ count: Int) {
    let (target, stride, lower) = (words.pointer, wordsPerGroup, lower)
    let range = UInt64(domain)
    for row in 0..<count {
      let bit = UInt64(bitPattern: values[row] &- lower)
      assert(bit < range)
      // SAFETY: the values of an operand lie within its bounds; none can leave its group's words.
      let own = min(bit, range &- 1)
      let place = Int(groups[row]) &* stride &+ Int(truncatingIfNeeded: own >> 6)
      target[place] |= 1 &<< (own & 63)
    }
  }

  /// Marks the codes of consecutive rows, `base + code` each, all in one group or in their slots.
  func mark<Code: CodeInteger>(
    _ codes: UnsafePointer<Code>, base: Int64, _ slots: UnsafePointer<UInt32>?, _ count: Int
  ) {
    let (target, stride) = (words.pointer, wordsPerGroup)
    let offset = UInt64(bitPattern: base &- lower)
    let last = UInt64(domain) &- 1
    for row in 0..<count {
      let own = min(UInt64(truncatingIfNeeded: codes[row]) &+ offset, last)
      let group = slots.map { Int($0[row]) } ?? 0
      target[group &* stride &+ Int(truncatingIfNeeded: own >> 6)] |= 1 &<< (own & 63)
    }
  }

  /// Takes in the values of other groups; false, with nothing changed, where they are not alike.
  mutating func merge(_ other: Self, _ targets: UnsafeBufferPointer<UInt32>) throws(QueryError)
    -> Bool
  {
    if other.domain == 0 { return true }
    guard other.lower == lower, try use(domain: other.domain), other.domain == domain else {
      return false
    }
    for (group, target) in targets.enumerated() {
      let own = words.pointer + Int(target) * wordsPerGroup
      let added = other.words.pointer + group * wordsPerGroup
      for word in 0..<wordsPerGroup { own[word] |= added[word] }
    }
    return true
  }

  /// The number of values of a group.
  func count(_ group: Int) -> Int {
    let own = words.pointer + group * wordsPerGroup
    var total = 0
    for word in 0..<wordsPerGroup { total &+= own[word].nonzeroBitCount }
    return total
  }

  /// Calls `body` with the values of a group that one of its words holds.
  func forEachValue(_ group: Int, word: Int, _ body: (Int64) -> Void) {
    var rest = words[group * wordsPerGroup + word]
    while rest != 0 {
      body(lower &+ Int64(word * 64 + rest.trailingZeroBitCount))
      rest &= rest &- 1
    }
  }
}
