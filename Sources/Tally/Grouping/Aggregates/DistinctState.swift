/// The number of distinct values of each group: a bit for each value that a group may have, where
/// these are few, else pairs of a group and a value, each kept once.
///
///     key = group << 32 | value          booleans, codes of a dictionary, ids of texts
///     key = group, value                 64-bit numbers
///     key = group, low, high             128-bit numbers
final class DistinctState: AggregateState {
  private let budget: MemoryBudget?
  private let layout: Layout
  private let pairs: KeyTable
  private let texts: TextInterner
  private var counts: GroupArray<Int64>
  private var keys: GroupArray<UInt64>
  private var ids: GroupArray<UInt32>
  private var dictionary: TextDictionary?
  private var holdsTexts = false
  /// The bits of values that groups have met, as long as there are not too many.
  private var bits: DistinctBits?
  private var groupCount = 0

  private enum Layout: Int { case packed = 1, long, wide }

  /// Makes the state of no groups, which has a bit for each value up to `bitLimit` of them.
  init(
    _ call: AggregateCall, isWide: Bool, bitLimit: Int = DistinctBits.limit, budget: MemoryBudget?
  ) throws(QueryError) {
    self.budget = budget
    let type = call.operands.first?.type
    if isWide {
      layout = .wide
    } else if type == .text || type == .boolean {
      layout = .packed
    } else {
      layout = .long
    }
    pairs = try KeyTable(wordCount: layout.rawValue, budget: budget)
    texts = try TextInterner(budget: budget)
    counts = try GroupArray(budget: budget)
    keys = try GroupArray(budget: budget)
    ids = try GroupArray(budget: budget)
    if !isWide, let operand = call.operands.first {
      bits = try DistinctBits(operand, limit: bitLimit, budget: budget)
    }
  }

  func reserve(groups: Int) throws(QueryError) {
    groupCount = max(groupCount, groups)
    if bits != nil {
      if try bits?.reserve(groups: groupCount) == true { return }
      try dropBits()
    }
    try counts.resize(to: groupCount, filling: 0)
  }

  /// The bits, where values are marked by them: kernels may mark codes of a column themselves.
  var codeBits: DistinctBits? { bits }

  /// Makes ready for codes of a column with this dictionary, if it is one of texts; false where
  /// there are no bits for them.
  func prepareCodes(_ other: TextDictionary?) throws(QueryError) -> Bool {
    guard bits != nil, let other else { return bits != nil }
    guard dictionary == nil || dictionary === other, !holdsTexts else { return false }
    guard try bits?.use(domain: other.count) == true else { return false }
    dictionary = other
    return true
  }

  /// Makes pairs of what bits say, and goes on with pairs.
  private func dropBits() throws(QueryError) {
    guard let old = bits else { return }
    bits = nil
    try counts.resize(to: groupCount, filling: 0)
    let width = layout.rawValue
    let size = 4096
    try keys.resize(to: (size + 64) * width, filling: 0)
    var held = 0
    for group in 0..<old.groupCount {
      for word in 0..<old.wordsPerGroup {
        old.forEachValue(group, word: word) { value in
          let row = keys.pointer + held * width
          if layout == .packed {
            row[0] = UInt64(group) << 32 | UInt64(truncatingIfNeeded: value)
          } else {
            row[0] = UInt64(group)
            row[1] = UInt64(bitPattern: value)
          }
          held += 1
        }
        if held >= size {
          try budget?.checkCancellation()
          try add(held)
          held = 0
        }
      }
    }
    try add(held)
  }

  func update(_ rows: AggregateRows) throws(QueryError) {
    if bits != nil {
      if case .integers(let values) = rows.values, try takeDictionary(rows) {
        bits?.mark(values, rows.groups, rows.count)
        return
      }
      try dropBits()
    }
    let width = layout.rawValue
    try keys.resize(to: rows.count * width, filling: 0)
    let words = keys.pointer
    switch (layout, rows.values) {
    case (.packed, .integers(let values)):
      try checkKind(rows)
      for row in 0..<rows.count {
        words[row] = UInt64(rows.groups[row]) << 32 | UInt64(truncatingIfNeeded: values[row])
      }
    case (.packed, .texts(let values)):
      try checkKind(rows)
      for row in 0..<rows.count {
        words[row] = UInt64(rows.groups[row]) << 32 | UInt64(try texts.id(of: values[row].bytes))
      }
    case (.long, .integers(let values)):
      for row in 0..<rows.count {
        words[2 * row] = UInt64(rows.groups[row])
        words[2 * row + 1] = UInt64(bitPattern: values[row])
      }
    case (.long, .floats(let values)):
      for row in 0..<rows.count {
        words[2 * row] = UInt64(rows.groups[row])
        // Adding zero gives both zeros one sign.
        words[2 * row + 1] = (values[row] + 0).bitPattern
      }
    case (.wide, .wide(let values)):
      for row in 0..<rows.count {
        words[3 * row] = UInt64(rows.groups[row])
        words[3 * row + 1] = UInt64(truncatingIfNeeded: values[row])
        words[3 * row + 2] = UInt64(truncatingIfNeeded: values[row] >> 64)
      }
    default: throw QueryError.inconsistentAggregate("values that cannot be told apart")
    }
    try add(rows.count)
  }

  /// Makes bits for the codes of a dictionary, once it is known; false where there are too many.
  private func takeDictionary(_ rows: AggregateRows) throws(QueryError) -> Bool {
    try checkKind(rows)
    guard let dictionary = rows.dictionary else { return true }
    return try bits?.use(domain: dictionary.count) ?? false
  }

  /// Holds the kind of texts against that of the updates before.
  private func checkKind(_ rows: AggregateRows) throws(QueryError) {
    if case .texts = rows.values { holdsTexts = true }
    if let other = rows.dictionary {
      if let dictionary, dictionary !== other {
        throw QueryError.inconsistentAggregate("codes of two dictionaries")
      }
      dictionary = other
    }
    if holdsTexts, dictionary != nil {
      throw QueryError.inconsistentAggregate("texts beside codes of a dictionary")
    }
  }

  /// Keeps the first `count` pairs of `keys` and counts the new ones.
  private func add(_ count: Int) throws(QueryError) {
    try ids.resize(to: count, filling: 0)
    var known = pairs.count
    try pairs.assign(keys.pointer, count: count, into: ids.pointer)
    while known < pairs.count {
      counts[group(pairs.words(known)[0])] &+= 1
      known += 1
    }
  }

  private func group(_ word: UInt64) -> Int {
    Int(truncatingIfNeeded: layout == .packed ? word >> 32 : word)
  }

  func merge(
    _ other: any AggregateState, targets: UnsafeBufferPointer<UInt32>
  ) throws(QueryError) {
    guard let other = other as? DistinctState, other.layout == layout else {
      throw QueryError.inconsistentAggregate("the state of another aggregate")
    }
    if let added = other.dictionary {
      if let dictionary, dictionary !== added {
        throw QueryError.inconsistentAggregate("codes of two dictionaries")
      }
      dictionary = added
    }
    holdsTexts = holdsTexts || other.holdsTexts
    if let added = other.bits, try bits?.merge(added, targets) == true { return }
    try dropBits()
    try other.dropBits()
    let width = layout.rawValue
    var textIds = try GroupArray<UInt64>(budget: budget)
    try budget.forEachPiece(of: other.texts.count, size: 1 << 11) { piece throws(QueryError) in
      for id in piece { try textIds.append(UInt64(try texts.id(of: other.texts.slice(id)))) }
    }
    // In pieces, so that working memory stays small.
    for start in stride(from: 0, to: other.pairs.count, by: 4096) {
      try budget?.checkCancellation()
      let count = min(4096, other.pairs.count - start)
      try keys.resize(to: count * width, filling: 0)
      let words = keys.pointer
      let source = other.pairs.words(start)
      for index in 0..<(count * width) { words[index] = source[index] }
      for row in 0..<count {
        let target = UInt64(targets[group(words[row * width])])
        if layout == .packed {
          let value = words[row] & 0xFFFF_FFFF
          words[row] = target << 32 | (holdsTexts ? textIds[Int(value)] : value)
        } else {
          words[row * width] = target
        }
      }
      try add(count)
    }
  }

  func finish(order: UnsafeBufferPointer<UInt32>) throws(QueryError) -> Column {
    if let bits {
      return try integerColumn(count: order.count, type: .integer, budget: budget) { row in
        Int128(bits.count(Int(order[row])))
      }
    }
    return try integerColumn(count: order.count, type: .integer, budget: budget) { row in
      Int128(counts[Int(order[row])])
    }
  }
}
