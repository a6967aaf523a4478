/// Finds what the rows of one worker's batches meet in an index.
final class LookupProbe {
  private let index: LookupIndex
  private let keys: [Key]
  private let words: AlignedBytes
  private let numbers: AlignedBytes
  private let found: AlignedBytes
  private let lacking: AlignedBytes
  private let missing: AlignedBytes
  private let wide: AlignedBytes
  /// The rows for codes of the only key's dictionary, once they are known.
  private var rowsOfCodes: (dictionary: TextDictionary, rows: AlignedBytes)?
  private let budget: MemoryBudget?

  /// Where the values of a key come from.
  enum Key {
    /// A column of the rows themselves, whose codes are read as they are.
    case column(Column)
    case computed(Evaluator)
  }

  /// What the keys of a batch meet.
  struct Outcome {
    var matched = 0
    var missingKeys = 0
    /// The greatest distance of a time to that of the row it met; negative where none was met by
    /// time.
    var greatestAge: Int64 = -1
  }

  /// What tells rows of one key apart by time; nil where one row has each key.
  var asOf: AsOfProbe?

  /// Finds the partners of a batch's selected rows as ``find(_:into:)`` does, at their times.
  func meet(_ batch: Batch, into partners: UnsafeMutablePointer<UInt32>) throws(QueryError)
    -> Outcome
  {
    var outcome = try find(batch, into: partners)
    try asOf?.narrow(batch, partners, &outcome)
    return outcome
  }

  /// Prepares for batches of at most `rows` rows. Without keys, vectors of values are looked up.
  init(_ index: LookupIndex, _ keys: [Key], rows: Int, budget: MemoryBudget?)
    throws(QueryError)
  {
    self.index = index
    self.keys = keys
    self.budget = budget
    let isPlain = keys.count == 1 && keys[0].isPlain
    let room = isPlain ? 0 : rows
    words = try AlignedBytes(byteCount: room * 8, budget: budget)
    numbers = try AlignedBytes(byteCount: room * 8, budget: budget)
    found = try AlignedBytes(byteCount: room * 4, budget: budget)
    lacking = try AlignedBytes(byteCount: room, budget: budget)
    missing = try AlignedBytes(byteCount: room, budget: budget)
    wide = try AlignedBytes(
      byteCount: index.keys.parts.contains { $0.column.isWide } ? room * 16 : 0, budget: budget)
  }

  /// Finds the partners of a batch's selected rows; ``Batch/noPartner`` where there is none. The
  /// partner of a row is written at its offset. The group of computed keys has begun the batch.
  func find(_ batch: Batch, into partners: UnsafeMutablePointer<UInt32>) throws(QueryError)
    -> Outcome
  {
    if keys.count == 1, case .column(let column) = keys[0],
      try findPlain(column, batch, into: partners)
    {
      return countMet(column, batch, partners)
    }
    let vectors = try keys.mapThrowing { key throws(QueryError) in
      guard case .computed(let evaluator) = key else {
        throw QueryError(kind: .bug, message: "a key that is not computed")
      }
      return try evaluator.evaluate()
    }
    let count = batch.selectedCount
    guard let selection = batch.selection else {
      return try find(vectors, count: count, into: partners)
    }
    let rows = found.pointer(to: UInt32.self)
    let outcome = try find(vectors, count: count, into: rows)
    for row in 0..<count { partners[Int(selection[row])] = rows[row] }
    return outcome
  }

  // MARK: One column

  /// Reads rows by codes; false where the column or the index is none of that kind.
  private func findPlain(
    _ column: Column, _ batch: Batch, into partners: UnsafeMutablePointer<UInt32>
  ) throws(QueryError) -> Bool {
    guard case .positions(let memory, let limit) = index.map.layout else { return false }
    let positions = memory.pointer(to: UInt32.self)
    switch (column.payload, index.keys.parts[0].column.numbering) {
    case (.codes(let codes, let base), .distance(_, let least)):
      let shift = UInt64(bitPattern: base &- least)
      findRows(codes, batch, shift: shift, positions, limit: limit, into: partners)
    case (.dictionary(let codes, let dictionary), _):
      let rows = try rows(of: dictionary, positions, limit: limit)
      findRows(
        codes, batch, shift: 0, rows.pointer(to: UInt32.self), limit: .max, into: partners)
    default: return false
    }
    return true
  }

  private func rows(
    of dictionary: TextDictionary, _ positions: UnsafePointer<UInt32>, limit: UInt64
  ) throws(QueryError) -> AlignedBytes {
    if let known = rowsOfCodes, known.dictionary === dictionary { return known.rows }
    let numbers = try index.keys.parts[0].column.numbers(of: dictionary)
    let rows = try AlignedBytes(byteCount: dictionary.count * 4, budget: budget)
    let words = numbers.pointer(to: UInt32.self)
    let out = rows.pointer(to: UInt32.self)
    for code in 0..<dictionary.count { out[code] = positions[Int(min(UInt64(words[code]), limit))] }
    rowsOfCodes = (dictionary, rows)
    return rows
  }

  private func countMet(
    _ column: Column, _ batch: Batch, _ partners: UnsafeMutablePointer<UInt32>
  ) -> Outcome {
    var outcome = Outcome()
    let count = batch.selectedCount
    if let validity = column.validity {
      for place in 0..<count {
        let offset = batch.selection.map { Int($0[place]) } ?? place
        if validity[batch.start &+ offset] { continue }
        partners[offset] = Batch.noPartner
        outcome.missingKeys += 1
      }
    }
    outcome.matched = countPartners(partners, batch.selection, count)
    return outcome
  }

  // MARK: Any keys

  /// Finds the rows that have the values of `count` places, one vector for each key.
  func find(
    _ vectors: [Vector], count: Int, into rows: UnsafeMutablePointer<UInt32>
  ) throws(QueryError) -> Outcome {
    let words = words.pointer(to: UInt64.self)
    let lacking = lacking.pointer(to: UInt8.self)
    let missing = missing.pointer(to: UInt8.self)
    lacking.update(repeating: 0, count: count)
    missing.update(repeating: 0, count: count)
    let isSingle = vectors.count == 1
    if !isSingle { words.update(repeating: 0, count: count) }
    let numbers = isSingle ? words : numbers.pointer(to: UInt64.self)
    for (vector, part) in zip(vectors, index.keys.parts) {
      try read(vector, part.column, count, into: numbers, lacking: lacking)
      if let valid = vector.valid {
        let stride = vector.isConstant ? 0 : 1
        for row in 0..<count where valid[row &* stride] == 0 {
          missing[row] = 1
          numbers[row] = 0
        }
      }
      if !isSingle {
        part.append(numbers, to: words, count: count, scratch: rows, lacking: lacking)
      }
    }
    try budget.forEachPiece(of: count, size: Self.pieceRows) { piece in
      index.map.find(
        words + piece.lowerBound, count: piece.count, into: rows + piece.lowerBound)
    }
    var outcome = Outcome()
    for row in 0..<count {
      let isOut = lacking[row] | missing[row] != 0
      rows[row] = isOut ? Batch.noPartner : rows[row]
      outcome.missingKeys &+= Int(missing[row])
      outcome.matched &+= rows[row] == Batch.noPartner ? 0 : 1
    }
    return outcome
  }

  /// The numbers of a key's values; `lacking` is set where the column has none for it.
  private func read(
    _ vector: Vector, _ column: KeyColumn, _ count: Int,
    into numbers: UnsafeMutablePointer<UInt64>, lacking: UnsafeMutablePointer<UInt8>
  ) throws(QueryError) {
    let stride = vector.isConstant ? 0 : 1
    switch (vector.storage, column.numbering) {
    case (.integers(let values), .distance(_, let base)):
      for row in 0..<count { numbers[row] = UInt64(bitPattern: values[row &* stride] &- base) }
    case (.booleans(let values), .distance(_, let base)):
      for row in 0..<count {
        numbers[row] = UInt64(bitPattern: Int64(values[row &* stride]) &- base)
      }
    case (.wide(let values), .distance(_, let base)):
      for row in 0..<count {
        let value = Int64(exactly: values[row &* stride])
        if value == nil { lacking[row] = 1 }
        numbers[row] = value.map { UInt64(bitPattern: $0 &- base) } ?? 0
      }
    case (.integers(let values), .items(let map)):
      let exact = wide.pointer(to: Int128.self)
      for row in 0..<count { exact[row] = Int128(values[row &* stride]) }
      try find(exact, stride: 1, map, count, into: numbers, lacking: lacking)
    case (.wide(let values), .items(let map)):
      try find(values, stride: stride, map, count, into: numbers, lacking: lacking)
    case (.floats(let values), .doubles):
      for row in 0..<count { numbers[row] = orderedBits(values[row &* stride]) }
    case (.codes(let codes, let dictionary), _):
      let known = try column.numbers(of: dictionary).pointer(to: UInt32.self)
      for row in 0..<count {
        let number = known[Int(codes[row &* stride])]
        lacking[row] |= number == WordMap.none ? 1 : 0
        numbers[row] = number == WordMap.none ? 0 : UInt64(number)
      }
    case (.texts(let slices), _):
      let map = try column.textMap()
      let valid = vector.valid
      try find(map, count, into: numbers, lacking: lacking) { row in
        // What a missing value holds may be anything.
        valid.map { $0[row &* stride] == 0 } ?? false
          ? UnsafeBufferPointer(start: nil, count: 0) : slices[row &* stride].bytes
      }
    default: throw QueryError(kind: .bug, message: "keys of two types")
    }
  }

  private func find(
    _ values: UnsafePointer<Int128>, stride: Int, _ map: TextMap, _ count: Int,
    into numbers: UnsafeMutablePointer<UInt64>, lacking: UnsafeMutablePointer<UInt8>
  ) throws(QueryError) {
    let bytes = UnsafeRawPointer(values).assumingMemoryBound(to: UInt8.self)
    try find(map, count, into: numbers, lacking: lacking) { row in
      UnsafeBufferPointer(start: bytes + row &* stride &* 16, count: 16)
    }
  }

  @inline(__always)
  private func find(
    _ map: TextMap, _ count: Int, into numbers: UnsafeMutablePointer<UInt64>,
    lacking: UnsafeMutablePointer<UInt8>, _ bytes: (Int) -> UnsafeBufferPointer<UInt8>
  ) throws(QueryError) {
    try budget.forEachPiece(of: count, size: Self.pieceRows) { piece in
      withUnsafeTemporaryAllocation(of: UInt32.self, capacity: piece.count) { scratch in
        guard let found = scratch.baseAddress else { return }
        map.find(count: piece.count, into: found) { bytes($0 &+ piece.lowerBound) }
        for row in piece {
          let number = found[row &- piece.lowerBound]
          lacking[row] |= number == WordMap.none ? 1 : 0
          numbers[row] = number == WordMap.none ? 0 : UInt64(number)
        }
      }
    }
  }

  /// The values that are looked up in one go: each may wait for memory several times.
  private static let pieceRows = 1 << 11
}

extension LookupProbe.Key {
  /// Whether codes are read as they are.
  var isPlain: Bool {
    if case .column = self { true } else { false }
  }
}

extension LookupIndex {
  /// Where a worker reads the keys of rows from. Columns of the rows themselves are read as they
  /// are where the index allows that.
  func keys(
    _ expressions: [BoundExpression], columns: [Column], _ group: EvaluatorGroup
  ) throws(QueryError) -> [LookupProbe.Key] {
    if expressions.count == 1, case .column(let place) = expressions[0].kind,
      case .positions = map.layout
    {
      switch (columns[place].payload, keys.parts[0].column.numbering) {
      case (.codes, .distance) where columns[place].type != .boolean,
        (.dictionary, .dictionary), (.dictionary, .items):
        return [.column(columns[place])]
      default: break
      }
    }
    return try expressions.mapThrowing { expression throws(QueryError) in
      .computed(try group.add(expression))
    }
  }
}

extension KeyColumn {
  /// Whether values are 128-bit integers.
  var isWide: Bool {
    if case .wide = column.payload { true } else { false }
  }
}

/// Reads the row at the position of each code, moved by `shift`; positions from `limit` on are one.
private func findRows(
  _ codes: Codes, _ batch: Batch, shift: UInt64, _ positions: UnsafePointer<UInt32>,
  limit: UInt64, into partners: UnsafeMutablePointer<UInt32>
) {
  switch codes.width {
  case .one: findRows(codes.pointer(to: UInt8.self), batch, shift, positions, limit, partners)
  case .two: findRows(codes.pointer(to: UInt16.self), batch, shift, positions, limit, partners)
  case .four: findRows(codes.pointer(to: UInt32.self), batch, shift, positions, limit, partners)
  case .eight: findRows(codes.pointer(to: UInt64.self), batch, shift, positions, limit, partners)
  }
}

private func findRows<C: CodeInteger>(
  _ codes: UnsafePointer<C>, _ batch: Batch, _ shift: UInt64,
  _ positions: UnsafePointer<UInt32>, _ limit: UInt64, _ partners: UnsafeMutablePointer<UInt32>
) {
  let first = codes + batch.start
  let count = batch.selectedCount
  guard let selection = batch.selection else {
    for row in 0..<count {
      partners[row] = positions[Int(truncatingIfNeeded: min(UInt64(first[row]) &+ shift, limit))]
    }
    return
  }
  for place in 0..<count {
    let row = Int(selection[place])
    partners[row] = positions[Int(truncatingIfNeeded: min(UInt64(first[row]) &+ shift, limit))]
  }
}

private func countPartners(
  _ partners: UnsafePointer<UInt32>, _ selection: UnsafePointer<UInt32>?, _ count: Int
) -> Int {
  var met: UInt32 = 0
  if let selection {
    for place in 0..<count {
      met &+= UInt32(
        unsafeBitCast(partners[Int(selection[place])] != Batch.noPartner, to: UInt8.self))
    }
  } else {
    for row in 0..<count {
      met &+= UInt32(unsafeBitCast(partners[row] != Batch.noPartner, to: UInt8.self))
    }
  }
  return Int(met)
}
