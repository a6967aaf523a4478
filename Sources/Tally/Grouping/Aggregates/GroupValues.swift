/// One value of any type per group, with a flag that says whether there is one.
struct GroupValues {
  private let type: ColumnType
  private let isWide: Bool
  private let budget: MemoryBudget?
  private(set) var flags: GroupArray<UInt8>
  private(set) var integers: GroupArray<Int64>
  private(set) var wide: GroupArray<Int128>
  private(set) var floats: GroupArray<Double>
  private(set) var texts: TextSlots
  /// The dictionary whose codes the integers are.
  private(set) var dictionary: TextDictionary?
  /// The 64-bit integer that stands for no value, instead of a flag.
  let filler: Int64?
  private var groupCount = 0
  private var hasTexts = false

  /// Makes an empty store for values of `type`. `filler` is an integer that no value is.
  init(
    type: ColumnType, isWide: Bool, filler: Int64? = nil, budget: MemoryBudget?
  ) throws(QueryError) {
    self.type = type
    self.filler = filler
    self.isWide = isWide
    self.budget = budget
    flags = try GroupArray(budget: budget)
    integers = try GroupArray(budget: budget)
    wide = try GroupArray(budget: budget)
    floats = try GroupArray(budget: budget)
    texts = try TextSlots(budget: budget)
  }

  /// Makes room for groups, which have no value.
  mutating func reserve(groups: Int) throws(QueryError) {
    groupCount = max(groupCount, groups)
    try flags.resize(to: groupCount, filling: 0)
    if type.isFloating {
      try floats.resize(to: groupCount, filling: 0)
    } else if isWide {
      try wide.resize(to: groupCount, filling: 0)
    } else {
      try integers.resize(to: groupCount, filling: filler ?? 0)
    }
    if hasTexts { try texts.reserve(groups: groupCount) }
  }

  /// Says how texts arrive: as codes of a dictionary, or as slices.
  mutating func prepare(_ rows: AggregateRows) throws(QueryError) {
    if case .texts = rows.values { try useTexts() } else { try use(rows.dictionary) }
  }

  /// Says the same as another store, which holds groups of the same column.
  mutating func prepare(like other: GroupValues) throws(QueryError) {
    if other.hasTexts { try useTexts() } else { try use(other.dictionary) }
  }

  private mutating func useTexts() throws(QueryError) {
    if hasTexts { return }
    guard dictionary == nil else {
      throw QueryError.inconsistentAggregate("texts after codes of a dictionary")
    }
    hasTexts = true
    try texts.reserve(groups: groupCount)
  }

  /// Whether values are 64-bit integers.
  var takesIntegers: Bool { !type.isFloating && !isWide }

  /// Says that texts arrive as codes of a dictionary.
  mutating func use(_ other: TextDictionary?) throws(QueryError) {
    guard let other, other !== dictionary else { return }
    guard dictionary == nil, !hasTexts else {
      throw QueryError.inconsistentAggregate("codes of two dictionaries")
    }
    dictionary = other
  }

  /// Whether a group has a value.
  @inline(__always)
  func hasValue(_ group: Int) -> Bool {
    if let filler, !hasTexts { return integers[group] != filler }
    return flags[group] == 1
  }

  /// Whether the values are texts outside of a dictionary.
  var holdsTexts: Bool { hasTexts }

  /// Keeps a text.
  mutating func store(_ text: UnsafeBufferPointer<UInt8>, at group: Int) throws(QueryError) {
    flags[group] = 1
    try texts.store(text, at: group)
  }

  /// The values of groups as a column; missing where there is none.
  func column(order: UnsafeBufferPointer<UInt32>) throws(QueryError) -> Column {
    if type == .text { return try textColumn(order) }
    if type.isFloating {
      return try floatColumn(count: order.count, type: type, budget: budget) { row in
        let group = Int(order[row])
        // Zero has one sign in results, whichever of the two was met first.
        return flags[group] == 0 ? nil : floats[group] + 0
      }
    }
    return try integerColumn(count: order.count, type: type, budget: budget) { row in
      let group = Int(order[row])
      if !hasValue(group) { return nil }
      return isWide ? wide[group] : Int128(integers[group])
    }
  }

  private func textColumn(_ order: UnsafeBufferPointer<UInt32>) throws(QueryError) -> Column {
    if hasTexts { return try texts.column(order: order, budget: budget) }
    guard let dictionary else {
      return try Column.texts(Array(repeating: nil, count: order.count), budget: budget)
    }
    let width = CodeWidth.narrowest(for: UInt64(max(0, dictionary.count - 1)))
    let codes = try Codes(count: order.count, width: width, budget: budget)
    let validity = try Bitmap(count: order.count, filled: true, budget: budget)
    try budget.forEachPiece(of: order.count) { piece in
      for row in piece {
        let group = Int(order[row])
        let hasValue = hasValue(group)
        codes.store(hasValue ? UInt64(bitPattern: integers[group]) : 0, at: row)
        if !hasValue { validity.clear(row) }
      }
    }
    return Column(
      type: .text, count: order.count, payload: .dictionary(codes, dictionary), validity: validity)
  }
}
