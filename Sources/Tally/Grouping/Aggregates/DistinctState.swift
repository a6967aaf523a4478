/// The number of distinct values of each group: pairs of a group and a value, each kept once.
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

  private enum Layout: Int { case packed = 1, long, wide }

  /// Makes the state of no groups.
  init(_ call: AggregateCall, isWide: Bool, budget: MemoryBudget?) throws(QueryError) {
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
  }

  func reserve(groups: Int) throws(QueryError) { try counts.resize(to: groups, filling: 0) }

  func update(_ rows: AggregateRows) throws(QueryError) {
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
    let width = layout.rawValue
    var textIds: [UInt64] = []
    for id in 0..<other.texts.count {
      textIds.append(UInt64(try texts.id(of: other.texts.slice(id))))
    }
    // In pieces, so that working memory stays small.
    for start in stride(from: 0, to: other.pairs.count, by: 4096) {
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
    try integerColumn(count: order.count, type: .integer, budget: budget) { row in
      Int128(counts[Int(order[row])])
    }
  }
}
