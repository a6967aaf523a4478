/// The groups that one worker has met: from keys to dense ids.
///
///     direct   few slots, or many rows for each: the id is the slot of the keys' codes
///     mapped   up to 2^20 slots: a table from slots to ids in order of appearance
///     hashed   everything else: packed keys in a hash table, ids in order of appearance
///
/// Ids differ from worker to worker and mean nothing outside; ``sortedOrder()`` gives the groups
/// in the order of their keys, which depends on the data only.
///
/// The vectors of a key must be of one layout, with one dictionary, in all batches and workers.
///
/// SAFETY: one thread at a time uses a table; it is handed over between them.
final class GroupTable: @unchecked Sendable {
  let keys: [BoundExpression]
  let budget: MemoryBudget?
  private let expectedRows: Int
  /// How keys are coded; nil until the first keys came.
  private(set) var layout: KeyLayout?
  private(set) var mode = Mode.unprepared
  let texts: [TextInterner?]
  private var codes: GroupArray<UInt64>
  private var words: GroupArray<UInt64>

  /// How ids are found.
  enum Mode {
    /// No keys came.
    case unprepared
    /// `seen[slot]` is 1 where the group occurred; the slot is the id.
    case direct(seen: GroupArray<UInt8>)
    /// The id + 1 of each slot, or 0, and the slot of each id.
    case mapped(ids: GroupArray<UInt32>, slots: GroupArray<UInt64>)
    /// The ids of packed keys.
    case hashed(KeyTable)
  }

  /// Makes an empty table. `expectedRows` is the number of rows that the whole run will see, or a
  /// guess: it decides between layouts, never about results.
  init(
    keys: [BoundExpression], expectedRows: Int, context: RunContext
  ) throws(QueryError) {
    self.keys = keys
    self.expectedRows = expectedRows
    budget = context.budget
    codes = try GroupArray(budget: budget)
    words = try GroupArray(budget: budget)
    var texts: [TextInterner?] = []
    for key in keys {
      texts.append(key.type == .text ? try TextInterner(budget: budget) : nil)
    }
    self.texts = texts
  }

  /// The number of ids; accumulators need room for so many groups. Without keys there is one
  /// group, also when no row came.
  var groupCount: Int {
    switch mode {
    case .unprepared: keys.isEmpty ? 1 : 0
    case .direct(let seen): seen.count
    case .mapped(_, let slots): slots.count
    case .hashed(let table): table.count
    }
  }

  /// Chooses the layout from the dictionaries of the text keys; nil where texts have none.
  func prepare(dictionaries: [TextDictionary?]) throws(QueryError) {
    if layout != nil { return }
    try prepare(KeyLayout(zip(keys, dictionaries).map { KeyCoding($0, dictionary: $1) }))
  }

  private func prepare(_ chosen: KeyLayout) throws(QueryError) {
    layout = chosen
    switch strategy(chosen) {
    case .slots(let count, _):
      mode = .direct(seen: try GroupArray(count: count, filling: 0, budget: budget))
    case .numbered(let count):
      mode = .mapped(
        ids: try GroupArray(count: count, filling: 0, budget: budget),
        slots: try GroupArray(budget: budget))
    default:
      mode = .hashed(try KeyTable(wordCount: chosen.wordCount, budget: budget))
    }
  }

  /// How keys of a layout find their groups.
  func strategy(_ layout: KeyLayout) -> GroupStrategy {
    guard let slots = layout.slotCount else { return .hashed(words: layout.wordCount) }
    if slots <= 1 << 10 || slots <= expectedRows / 4 { return .slots(slots, isFused: false) }
    if slots <= 1 << 14 || slots <= expectedRows * 4 { return .numbered(slots: slots) }
    return .hashed(words: layout.wordCount)
  }

  /// Finds the group of each row from the keys' vectors.
  func assign(
    keys vectors: [Vector], count: Int, into ids: UnsafeMutablePointer<UInt32>
  ) throws(QueryError) {
    precondition(vectors.count == keys.count)
    let dictionaries = vectors.map { vector -> TextDictionary? in
      if case .codes(_, let dictionary) = vector.storage { dictionary } else { nil }
    }
    try prepare(dictionaries: dictionaries)
    guard let layout else { return }
    try codes.resize(to: count, filling: 0)
    switch mode {
    case .unprepared: throw Self.inconsistent("no layout")
    case .direct(let seen):
      try findSlots(vectors, count, layout, into: ids)
      markSeen(ids, count, seen.pointer)
    case .mapped(let table, var slots):
      try findSlots(vectors, count, layout, into: ids)
      // Emptied first, so that growing does not copy the slots.
      mode = .unprepared
      defer { mode = .mapped(ids: table, slots: slots) }
      for row in 0..<count { ids[row] = try Self.id(ofSlot: ids[row], table, &slots) }
    case .hashed(let table):
      try pack(vectors, count, layout)
      try table.assign(words.pointer, count: count, into: ids)
    }
  }

  @inline(__always)
  private static func id(
    ofSlot slot: UInt32, _ table: GroupArray<UInt32>, _ slots: inout GroupArray<UInt64>
  ) throws(QueryError) -> UInt32 {
    let known = table[Int(slot)]
    if known != 0 { return known &- 1 }
    try slots.append(UInt64(slot))
    table[Int(slot)] = UInt32(slots.count)
    return UInt32(slots.count - 1)
  }

  /// Marks the groups that have rows as met; the table must be direct.
  func markMet(where hasRows: (Int) -> Bool) {
    guard case .direct(let seen) = mode else { return }
    for slot in 0..<seen.count where hasRows(slot) { seen[slot] = 1 }
  }

  /// The slot of each row.
  private func findSlots(
    _ vectors: [Vector], _ count: Int, _ layout: KeyLayout,
    into slots: UnsafeMutablePointer<UInt32>
  ) throws(QueryError) {
    slots.update(repeating: 0, count: count)
    for (index, vector) in vectors.enumerated() {
      let rows = vector.isConstant ? min(1, count) : count
      try encode(vector, layout.codings[index], rows, into: codes.pointer)
      let stride = layout.strides[index]
      addSlots(codes.pointer, vector.isConstant, count, stride, into: slots)
    }
  }

  /// The packed key of each row, in `words`.
  private func pack(
    _ vectors: [Vector], _ count: Int, _ layout: KeyLayout
  ) throws(QueryError) {
    try words.resize(to: count * layout.wordCount, filling: 0)
    words.pointer.update(repeating: 0, count: count * layout.wordCount)
    for (index, vector) in vectors.enumerated() {
      let coding = layout.codings[index]
      let rows = vector.isConstant ? min(1, count) : count
      var part = 0
      for field in layout.fields[index] {
        if coding.hasFlag, part == 0 {
          markMissing(vector, rows, into: codes.pointer)
        } else if case .wide = coding.kind {
          try encodeWide(vector, rows, isHigh: part == (coding.hasFlag ? 1 : 0), codes.pointer)
        } else if case .interned = coding.kind {
          try intern(vector, index, rows, into: codes.pointer)
        } else {
          try encode(vector, coding, rows, into: codes.pointer)
        }
        addField(
          codes.pointer, vector.isConstant, count, field, layout.wordCount, into: words.pointer)
        part += 1
      }
    }
  }

  private func intern(
    _ vector: Vector, _ key: Int, _ count: Int, into codes: UnsafeMutablePointer<UInt64>
  ) throws(QueryError) {
    guard case .texts(let values) = vector.storage, let set = texts[key] else {
      throw Self.inconsistent("a vector of another layout than before")
    }
    try set.assign(
      values, valid: vector.valid, count: count, missing: KeyCoding.missingText, into: codes)
  }

  static func inconsistent(_ what: String) -> QueryError {
    QueryError(kind: .bug, message: "a grouping received \(what)")
  }
}

extension GroupTable {
  /// Takes in the groups of another table of the same keys. The result gives for each of its ids
  /// the id here.
  func merge(_ other: GroupTable) throws(QueryError) -> GroupArray<UInt32> {
    guard let otherLayout = other.layout else {
      return try GroupArray(count: other.groupCount, filling: 0, budget: budget)
    }
    if layout == nil { try prepare(otherLayout) }
    let mapping = try GroupArray<UInt32>(count: other.groupCount, filling: 0, budget: budget)
    switch (mode, other.mode) {
    case (.direct(let seen), .direct(let otherSeen)) where seen.count == otherSeen.count:
      for slot in 0..<seen.count {
        mapping[slot] = UInt32(slot)
        seen[slot] |= otherSeen[slot]
      }
    case (.mapped(let table, var slots), .mapped(_, let otherSlots)):
      mode = .unprepared
      defer { mode = .mapped(ids: table, slots: slots) }
      for id in 0..<otherSlots.count {
        mapping[id] = try Self.id(ofSlot: UInt32(otherSlots[id]), table, &slots)
      }
    case (.hashed(let table), .hashed(let otherTable))
    where table.wordCount == otherTable.wordCount:
      try merge(otherTable, other.texts, into: table, mapping.pointer)
    default: throw Self.inconsistent("groups of another layout")
    }
    return mapping
  }

  private func merge(
    _ other: KeyTable, _ otherTexts: [TextInterner?], into table: KeyTable,
    _ mapping: UnsafeMutablePointer<UInt32>
  ) throws(QueryError) {
    guard let layout else { return }
    let translations = try textTranslations(otherTexts)
    let width = table.wordCount
    // In pieces, so that working memory stays small.
    for start in stride(from: 0, to: other.count, by: 4096) {
      try budget?.checkCancellation()
      let count = min(4096, other.count - start)
      try words.resize(to: count * width, filling: 0)
      words.pointer.update(from: other.words(start), count: count * width)
      for (key, translation) in translations {
        translate(words.pointer, count, width, layout.fields[key][0], translation)
      }
      try table.assign(words.pointer, count: count, into: mapping + start)
    }
  }

  /// For each key of numbered texts the ids here of another table's ids.
  private func textTranslations(
    _ other: [TextInterner?]
  ) throws(QueryError) -> [(key: Int, ids: GroupArray<UInt32>)] {
    var result: [(key: Int, ids: GroupArray<UInt32>)] = []
    for (key, set) in other.enumerated() {
      guard let set, let own = texts[key], set.count > 0 else { continue }
      var ids = try GroupArray<UInt32>(budget: budget)
      try budget.forEachPiece(of: set.count, size: 1 << 11) { piece throws(QueryError) in
        for id in piece { try ids.append(try own.id(of: set.slice(id))) }
      }
      result.append((key, ids))
    }
    return result
  }
}

/// Replaces numbers of texts inside packed keys.
func translate(
  _ words: UnsafeMutablePointer<UInt64>, _ count: Int, _ width: Int, _ field: KeyLayout.Field,
  _ ids: GroupArray<UInt32>
) {
  let table = ids.pointer
  let mask = UInt64(UInt32.max) << field.shift
  for row in 0..<count {
    let place = row &* width &+ field.word
    let id = (words[place] & mask) >> field.shift
    if id == KeyCoding.missingText { continue }
    words[place] = (words[place] & ~mask) | UInt64(table[Int(id)]) << field.shift
  }
}

private func markSeen(
  _ ids: UnsafePointer<UInt32>, _ count: Int, _ seen: UnsafeMutablePointer<UInt8>
) {
  for row in 0..<count { seen[Int(ids[row])] = 1 }
}

private func addSlots(
  _ codes: UnsafePointer<UInt64>, _ isConstant: Bool, _ count: Int, _ stride: UInt32,
  into slots: UnsafeMutablePointer<UInt32>
) {
  if isConstant {
    if count == 0 { return }
    let step = UInt32(truncatingIfNeeded: codes[0]) &* stride
    for row in 0..<count { slots[row] &+= step }
  } else {
    for row in 0..<count {
      slots[row] &+= UInt32(truncatingIfNeeded: codes[row]) &* stride
    }
  }
}

private func addField(
  _ codes: UnsafePointer<UInt64>, _ isConstant: Bool, _ count: Int, _ field: KeyLayout.Field,
  _ width: Int, into words: UnsafeMutablePointer<UInt64>
) {
  let target = words + field.word
  if isConstant {
    if count == 0 { return }
    let bits = codes[0] << field.shift
    for row in 0..<count { target[row &* width] |= bits }
  } else {
    for row in 0..<count { target[row &* width] |= codes[row] << field.shift }
  }
}
