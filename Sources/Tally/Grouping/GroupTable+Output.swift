extension GroupTable {
  /// The groups that occurred, in ascending order of their keys: the first key decides, then the
  /// next; a missing key comes last. Without keys it is the one group.
  func sortedOrder() throws(QueryError) -> GroupArray<UInt32> {
    switch mode {
    case .unprepared:
      return try GroupArray(count: groupCount, filling: 0, budget: budget)
    case .direct(let seen):
      var order = try GroupArray<UInt32>(budget: budget)
      if keys.isEmpty {
        try order.append(0)
        return order
      }
      for slot in 0..<seen.count where seen[slot] == 1 { try order.append(UInt32(slot)) }
      return order
    case .mapped(let ids, _):
      var order = try GroupArray<UInt32>(budget: budget)
      for slot in 0..<ids.count where ids[slot] != 0 { try order.append(ids[slot] - 1) }
      return order
    case .hashed(let table): return try sortedOrder(table)
    }
  }

  private func sortedOrder(_ table: KeyTable) throws(QueryError) -> GroupArray<UInt32> {
    guard let layout, texts.contains(where: { ($0?.count ?? 0) > 0 }) else {
      return try radixOrder(
        table.words(0), wordCount: table.wordCount, count: table.count, budget: budget)
    }
    // Numbers of texts give way to ranks, whose order is that of the texts.
    var ranked = try GroupArray<UInt64>(budget: budget)
    try ranked.append(table.keys.elements)
    for (key, set) in texts.enumerated() {
      guard let set, set.count > 0 else { continue }
      let ranks = try GroupArray<UInt32>(count: set.count, filling: 0, budget: budget)
      let ids = try set.sortedIds()
      try budget.forEachPiece(of: ids.count) { piece in
        for rank in piece { ranks[Int(ids[rank])] = UInt32(truncatingIfNeeded: rank) }
      }
      let width = table.wordCount
      try budget.forEachPiece(of: table.count) { piece in
        translate(
          ranked.pointer + piece.lowerBound * width, piece.count, width, layout.fields[key][0],
          ranks)
      }
    }
    return try radixOrder(
      ranked.pointer, wordCount: table.wordCount, count: table.count, budget: budget)
  }

  /// The keys of groups as columns, one for each key, one row for each group of `order`.
  func keyColumns(order: UnsafeBufferPointer<UInt32>) throws(QueryError) -> [Column] {
    let packed = try packedKeys(order)
    var columns: [Column] = []
    for index in keys.indices { columns.append(try keyColumn(index, order, packed)) }
    return columns
  }

  /// The packed keys of groups one after another, so that they are gathered once for all columns.
  private func packedKeys(
    _ order: UnsafeBufferPointer<UInt32>
  ) throws(QueryError) -> GroupArray<UInt64> {
    var packed = try GroupArray<UInt64>(budget: budget)
    guard case .hashed(let table) = mode else { return packed }
    let width = table.wordCount
    try packed.resize(to: order.count * width, filling: 0)
    let (target, source) = (packed.pointer, table.words(0))
    try budget.forEachPiece(of: order.count) { piece in
      for row in piece {
        let group = Int(order[row])
        for word in 0..<width { target[row &* width &+ word] = source[group &* width &+ word] }
      }
    }
    return packed
  }

  private func keyColumn(
    _ index: Int, _ order: UnsafeBufferPointer<UInt32>, _ packed: GroupArray<UInt64>
  ) throws(QueryError) -> Column {
    guard let layout else {
      return try Self.emptyColumn(keys[index].type, budget: budget)
    }
    let coding = layout.codings[index]
    let codes = try GroupArray<UInt64>(count: order.count, filling: 0, budget: budget)
    let validity = try Bitmap(count: order.count, filled: true, budget: budget)
    let last = layout.fields[index].count - 1
    try readCodes(index, field: last, order, packed, into: codes.pointer)
    switch coding.kind {
    case .bounded, .coded:
      try clear(validity, codes, where: coding.domain)
    case .interned:
      try clear(validity, codes, where: KeyCoding.missingText)
    case .integer, .float, .wide:
      if coding.hasFlag {
        let flags = try GroupArray<UInt64>(count: order.count, filling: 0, budget: budget)
        try readCodes(index, field: 0, order, packed, into: flags.pointer)
        try clear(validity, flags, where: 1)
      }
    }
    if case .wide = coding.kind {
      let high = try GroupArray<UInt64>(count: order.count, filling: 0, budget: budget)
      try readCodes(index, field: last - 1, order, packed, into: high.pointer)
      return try wideColumn(coding.type, high: high, low: codes, validity)
    }
    return try column(coding, codes, validity, texts[index])
  }

  /// Reads one field of the keys of groups.
  private func readCodes(
    _ key: Int, field: Int, _ order: UnsafeBufferPointer<UInt32>, _ packed: GroupArray<UInt64>,
    into codes: UnsafeMutablePointer<UInt64>
  ) throws(QueryError) {
    guard let layout else { return }
    switch mode {
    case .unprepared: throw Self.inconsistent("no keys")
    case .direct:
      try budget.forEachPiece(of: order.count) { piece in
        readSlots(
          order, piece, nil, layout.strides[key], layout.codings[key].domain + 1, into: codes)
      }
    case .mapped(_, let slots):
      try budget.forEachPiece(of: order.count) { piece in
        readSlots(
          order, piece, slots.pointer, layout.strides[key], layout.codings[key].domain + 1,
          into: codes)
      }
    case .hashed(let table):
      try budget.forEachPiece(of: order.count) { piece in
        readFields(
          packed.pointer, table.wordCount, layout.fields[key][field], piece, into: codes)
      }
    }
  }

  private func clear(
    _ validity: Bitmap, _ codes: GroupArray<UInt64>, where missing: UInt64
  ) throws(QueryError) {
    try budget.forEachPiece(of: codes.count) { piece in
      for row in piece where codes[row] == missing { validity.clear(row) }
    }
  }

  private func column(
    _ coding: KeyCoding, _ codes: GroupArray<UInt64>, _ validity: Bitmap, _ texts: TextInterner?
  ) throws(QueryError) -> Column {
    let values = UnsafeMutableRawPointer(codes.pointer)
    // SAFETY: 64-bit integers and doubles have the size and alignment of the codes they replace.
    let integers = values.assumingMemoryBound(to: Int64.self)
    let doubles = values.assumingMemoryBound(to: Double.self)
    switch coding.kind {
    case .bounded(let lower):
      try budget.forEachPiece(of: codes.count) { piece in
        for row in piece { integers[row] = lower &+ Int64(bitPattern: codes[row]) }
      }
    case .integer:
      try budget.forEachPiece(of: codes.count) { piece in
        for row in piece { integers[row] = Int64(bitPattern: codes[row] ^ 1 << 63) }
      }
    case .float:
      try budget.forEachPiece(of: codes.count) { piece in
        for row in piece { doubles[row] = orderedDouble(codes[row]) }
      }
      return try Column.floats(
        UnsafeBufferPointer(start: doubles, count: codes.count), type: coding.type,
        validity: validity, budget: budget)
    case .coded(let dictionary):
      return try dictionaryColumn(codes, dictionary, validity)
    case .interned:
      guard let texts else { throw Self.inconsistent("no texts") }
      return try internedColumn(codes, texts, validity)
    case .wide: throw Self.inconsistent("a key of two words")
    }
    return try Column.integers(
      UnsafeBufferPointer(start: integers, count: codes.count), type: coding.type,
      validity: validity, budget: budget)
  }

  private func wideColumn(
    _ type: ColumnType, high: GroupArray<UInt64>, low: GroupArray<UInt64>, _ validity: Bitmap
  ) throws(QueryError) -> Column {
    let values = try GroupArray<Int128>(count: low.count, filling: 0, budget: budget)
    try budget.forEachPiece(of: low.count) { piece in
      for row in piece {
        let top = Int128(Int64(bitPattern: high[row] ^ 1 << 63))
        values[row] = top << 64 | Int128(low[row])
      }
    }
    return try Column.wideIntegers(
      values.elements, type: type, validity: validity, budget: budget)
  }

  private func dictionaryColumn(
    _ source: GroupArray<UInt64>, _ dictionary: TextDictionary, _ validity: Bitmap
  ) throws(QueryError) -> Column {
    let width = CodeWidth.narrowest(for: UInt64(max(0, dictionary.count - 1)))
    let codes = try Codes(count: source.count, width: width, budget: budget)
    try budget.forEachPiece(of: source.count) { piece in
      for row in piece { codes.store(validity[row] ? source[row] : 0, at: row) }
    }
    return Column(
      type: .text, count: source.count, payload: .dictionary(codes, dictionary),
      validity: validity)
  }

  /// Texts that the table numbered become codes of a dictionary of their own.
  private func internedColumn(
    _ source: GroupArray<UInt64>, _ set: TextInterner, _ validity: Bitmap
  ) throws(QueryError) -> Column {
    let used = try GroupArray<UInt8>(count: set.count, filling: 0, budget: budget)
    try budget.forEachPiece(of: source.count) { piece in
      for row in piece where validity[row] { used[Int(source[row])] = 1 }
    }
    let all = try set.sortedIds()
    var ids = try GroupArray<UInt32>(budget: budget)
    let ranks = try GroupArray<UInt64>(count: set.count, filling: 0, budget: budget)
    try budget.forEachPiece(of: all.count) { piece throws(QueryError) in
      for place in piece where used[Int(all[place])] == 1 {
        ranks[Int(all[place])] = UInt64(ids.count)
        try ids.append(all[place])
      }
    }
    try budget.forEachPiece(of: source.count) { piece in
      for row in piece where validity[row] { source[row] = ranks[Int(source[row])] }
    }
    let dictionary = TextDictionary(sorted: try set.heap(ids, budget: budget))
    return try dictionaryColumn(source, dictionary, validity)
  }

  private static func emptyColumn(
    _ type: ColumnType, budget: MemoryBudget?
  ) throws(QueryError) -> Column {
    if type == .text { return try Column.texts([], budget: budget) }
    if type.isFloating {
      return try Column.floats(
        UnsafeBufferPointer(start: nil, count: 0), type: type, budget: budget)
    }
    return try Column.integers(
      UnsafeBufferPointer(start: nil, count: 0), type: type, budget: budget)
  }
}

/// The codes of one key in the slots of groups: the groups themselves, or a slot for each.
private func readSlots(
  _ order: UnsafeBufferPointer<UInt32>, _ piece: Range<Int>, _ slots: UnsafePointer<UInt64>?,
  _ stride: UInt32, _ size: UInt64, into codes: UnsafeMutablePointer<UInt64>
) {
  for row in piece {
    let group = order[row]
    let slot = slots.map { $0[Int(group)] } ?? UInt64(group)
    codes[row] = slot / UInt64(stride) % size
  }
}

/// One field of packed keys.
private func readFields(
  _ words: UnsafePointer<UInt64>, _ width: Int, _ field: KeyLayout.Field,
  _ piece: Range<Int>, into codes: UnsafeMutablePointer<UInt64>
) {
  let mask = field.bits == 64 ? UInt64.max : (1 << UInt64(field.bits)) &- 1
  for row in piece {
    codes[row] = (words[row &* width &+ field.word] >> field.shift) & mask
  }
}
