/// Reads the slots of keys straight from the codes of columns:
///
///     slot = code0 * stride0 + code1 * stride1 + …        code = number of values: missing
///
/// SAFETY: codes of a column never exceed the bounds that the column's statistics gave to the
/// key's expression, nor the texts of its dictionary, so every slot lies inside of the table.
struct SlotReader {
  private let keys: [Key]
  private let memory: AlignedBytes?
  private let mask: AlignedBytes?
  /// Whether two bytes hold a slot, which halves what is written and read again.
  private let isNarrow: Bool

  /// The rows whose slots are computed at a time, where a slot is made from several codes.
  static let pieceRows = 8192

  private struct Key {
    let codes: Codes
    let stride: UInt32
    /// The slot of code 0.
    let offset: UInt32
    let validity: Bitmap?
    /// The slot of a missing value.
    let missing: UInt32
  }

  /// Prepares a table for the columns of its keys; nil where slots can't be read from their codes.
  /// Then nothing has been changed but the layout of the table.
  init?(_ table: GroupTable, columns: [Column]) throws(QueryError) {
    try table.prepare(dictionaries: columns.map(\.textDictionary))
    guard let layout = table.layout, case .direct(let seen) = table.mode,
      let keys = Self.keys(columns, layout)
    else { return nil }
    self.keys = keys
    let isPlain =
      keys.count == 1 && keys[0].stride == 1 && keys[0].offset == 0 && keys[0].validity == nil
    let hasMissing = keys.contains { $0.validity != nil }
    isNarrow = seen.count <= 1 << 16
    memory =
      isPlain || keys.isEmpty
      ? nil
      : try AlignedBytes(byteCount: Self.pieceRows * (isNarrow ? 2 : 4), budget: table.budget)
    mask = hasMissing ? try AlignedBytes(byteCount: Self.pieceRows, budget: table.budget) : nil
  }

  private init(_ other: SlotReader, budget: MemoryBudget?) throws(QueryError) {
    (keys, isNarrow) = (other.keys, other.isNarrow)
    memory = try other.memory.map { own throws(QueryError) in
      try AlignedBytes(byteCount: own.byteCount, budget: budget)
    }
    mask = try other.mask.map { own throws(QueryError) in
      try AlignedBytes(byteCount: own.byteCount, budget: budget)
    }
  }

  /// A reader of the same slots for another thread.
  func copy(budget: MemoryBudget?) throws(QueryError) -> SlotReader {
    try SlotReader(self, budget: budget)
  }

  /// How slots are made from the keys' codes, if these are narrow.
  private static func keys(_ columns: [Column], _ layout: KeyLayout) -> [Key]? {
    var keys: [Key] = []
    for (index, column) in columns.enumerated() {
      let (coding, stride) = (layout.codings[index], layout.strides[index])
      let missing = UInt32(truncatingIfNeeded: coding.domain) &* stride
      switch (column.payload, coding.kind) {
      case (.codes(let codes, let base), .bounded(let lower)) where base >= lower:
        let offset = UInt32(truncatingIfNeeded: base &- lower) &* stride
        keys.append(
          Key(
            codes: codes, stride: stride, offset: offset, validity: column.validity,
            missing: missing))
      case (.dictionary(let codes, _), .coded):
        keys.append(
          Key(
            codes: codes, stride: stride, offset: 0, validity: column.validity, missing: missing))
      default: return nil
      }
    }
    return keys.allSatisfy { $0.codes.width < .eight } ? keys : nil
  }

  /// Whether there are no keys: all rows are one group.
  var isEmpty: Bool { keys.isEmpty }

  /// The most rows that ``slots(from:_:)`` takes at a time.
  var rowLimit: Int { memory == nil ? 1 << 20 : Self.pieceRows }

  /// The slots of `count` rows: the codes of the only key, or codes put together. They are valid
  /// until the next call. There must be keys.
  func slots(from start: Int, _ count: Int) -> CodePointer? {
    guard let memory else { return CodePointer(keys[0].codes, from: start) }
    if isNarrow {
      let place = memory.pointer(to: UInt16.self)
      return fill(place, from: start, count) ? .two(place) : nil
    }
    let place = memory.pointer(to: UInt32.self)
    return fill(place, from: start, count) ? .four(place) : nil
  }

  /// Puts slots together from the codes of the keys. Sums wrap around to what fits, as every slot
  /// does.
  private func fill<Slot: CodeInteger>(
    _ place: UnsafeMutablePointer<Slot>, from start: Int, _ count: Int
  ) -> Bool {
    for (index, key) in keys.enumerated() {
      guard let codes = CodePointer(key.codes, from: start) else { return false }
      let stride = Slot(truncatingIfNeeded: key.stride)
      let offset = Slot(truncatingIfNeeded: key.offset)
      if let validity = key.validity, let mask,
        !areAllSet(validity.words, first: start, count: count)
      {
        let valid = mask.pointer(to: UInt8.self)
        expandBits(validity.words, first: start, count: count, into: valid)
        codes.combine(
          count, stride: stride, offset: offset, valid: valid,
          missing: Slot(truncatingIfNeeded: key.missing), isFirst: index == 0, into: place)
      } else {
        codes.combine(
          count, stride: stride, offset: offset, isFirst: index == 0, into: place)
      }
    }
    return true
  }
}

extension CodePointer {
  /// Sets the slot of each row to `offset + code * stride`, or to `missing` where it has no value,
  /// or adds this to it.
  fileprivate func combine<Slot: CodeInteger>(
    _ count: Int, stride: Slot, offset: Slot, valid: UnsafePointer<UInt8>, missing: Slot,
    isFirst: Bool, into slots: UnsafeMutablePointer<Slot>
  ) {
    if isFirst { slots.update(repeating: 0, count: count) }
    switch self {
    case .one(let codes): addSlots(codes, count, stride, offset, valid, missing, into: slots)
    case .two(let codes): addSlots(codes, count, stride, offset, valid, missing, into: slots)
    case .four(let codes): addSlots(codes, count, stride, offset, valid, missing, into: slots)
    }
  }
}

@inline(__always)
private func addSlots<Code: CodeInteger, Slot: CodeInteger>(
  _ codes: UnsafePointer<Code>, _ count: Int, _ stride: Slot, _ offset: Slot,
  _ valid: UnsafePointer<UInt8>, _ missing: Slot, into slots: UnsafeMutablePointer<Slot>
) {
  for row in 0..<count {
    let own = offset &+ Slot(truncatingIfNeeded: codes[row]) &* stride
    slots[row] &+= valid[row] == 0 ? missing : own
  }
}
