/// Copies columns row by row into columns of a result: all columns of a piece of rows before the
/// next piece, so that the numbers of rows are read from a near cache.
struct RowGather {
  let collected: CollectedRows
  /// The places among the collected rows, in the order in which they are given out; nil for all.
  let places: RowNumbers?
  let context: RunContext

  /// A column, and the slot of the table that it belongs to; nil for the rows' own.
  struct Wanted {
    var column: Column
    var slot: Int?
  }

  /// The number of rows given out.
  var count: Int { places?.count ?? collected.count }

  /// The wanted columns of the rows.
  func columns(_ wanted: [Wanted]) throws(QueryError) -> [Column] {
    let isWhole = places == nil && collected.isWhole
    var targets: [GatherTarget?] = []
    for one in wanted {
      // What is given out as a whole is shared.
      if isWhole, one.slot == nil, one.column.count == count {
        targets.append(nil)
        continue
      }
      let mayLack = one.slot.map { collected.mayLack[$0] } ?? false
      targets.append(
        try GatherTarget(one.column, slot: one.slot, mayLack: mayLack, count: count, context))
    }
    let active = targets.compactMap { $0 }
    if !active.isEmpty { try fill(active) }
    var columns: [Column] = []
    for (target, one) in zip(targets, wanted) {
      columns.append(try target?.finish(context) ?? one.column)
    }
    return columns
  }

  private func fill(_ targets: [GatherTarget]) throws(QueryError) {
    guard let places else {
      try context.forEachPart(of: collected.chunks.count, rows: count) {
        _, part throws(QueryError) in
        let chunk = collected.chunks[part]
        for target in targets {
          // Rows may lie anywhere, and reading them takes long.
          try context.checkCancellation()
          if let numbers = target.slot.map({ chunk.partners[$0] }) ?? chunk.rows {
            target.gather(numbers.pointer, count: chunk.count, at: collected.starts[part])
          } else {
            target.copy(chunk.first, count: chunk.count, at: collected.starts[part])
          }
        }
      }
      return
    }
    var slots: [Int?] = []
    for target in targets where !slots.contains(target.slot) { slots.append(target.slot) }
    for slot in slots {
      let numbers = try numbers(slot, at: places)
      let own = targets.filter { $0.slot == slot }
      try context.forEachBatch(of: count) { _, rows throws(QueryError) in
        for target in own {
          try context.checkCancellation()
          target.gather(
            numbers.pointer + rows.lowerBound, count: rows.count, at: rows.lowerBound)
        }
      }
    }
  }

  /// The rows at the places, or their partners in a slot.
  private func numbers(_ slot: Int?, at places: RowNumbers) throws(QueryError) -> RowNumbers {
    if slot == nil, collected.isWhole { return places }
    let numbers = try RowNumbers(count: places.count, budget: context.budget)
    if places.count < collected.count / 32 {
      try collected.pick(slot, at: places, into: numbers.pointer, context)
      return numbers
    }
    let flat = try collected.flat(slot, context)
    try context.forEachBatch(of: places.count) { _, rows throws(QueryError) in
      let (source, out) = (flat.pointer, numbers.pointer)
      for row in rows { out[row] = source[Int(places.pointer[row])] }
    }
    return numbers
  }

  /// The rows' own numbers, in the order in which they are given out.
  func rowNumbers() throws(QueryError) -> RowNumbers {
    if let places { return try numbers(nil, at: places) }
    return try collected.flat(nil, context)
  }
}

/// A column of a result while workers write disjoint parts of it.
///
/// SAFETY: no two parts overlap, and nobody reads before all are written.
final class GatherTarget: @unchecked Sendable {
  /// The slot of the table that the column belongs to.
  let slot: Int?
  private let column: Column
  private let count: Int
  private let mayLack: Bool
  private let values: Values
  /// One byte per row, 1 where it has a value; nil where all have.
  private let present: AlignedBytes?

  private enum Values {
    case codes(Codes)
    case words(AlignedBytes)
    case wide(AlignedBytes)
    /// The rows of a heap that is shared.
    case rows(AlignedBytes, TextHeap)
  }

  init(_ column: Column, slot: Int?, mayLack: Bool, count: Int, _ context: RunContext)
    throws(QueryError)
  {
    self.column = column
    self.slot = slot
    self.count = count
    self.mayLack = mayLack
    let budget = context.budget
    switch column.payload {
    case .codes(let codes, _), .dictionary(let codes, _):
      values = .codes(try Codes(count: count, width: codes.width, budget: budget))
    case .floats: values = .words(try AlignedBytes(byteCount: count * 8, budget: budget))
    case .wide: values = .wide(try AlignedBytes(byteCount: count * 16, budget: budget))
    case .plain(let heap):
      values = .rows(try AlignedBytes(byteCount: count * 4, budget: budget), heap)
    }
    let isPartial = mayLack || column.validity != nil
    present = isPartial ? try AlignedBytes(byteCount: count, budget: budget) : nil
  }

  /// Writes consecutive rows, from `first` on.
  func copy(_ first: Int, count: Int, at start: Int) {
    switch (values, column.payload) {
    case (.codes(let target), .codes(let source, _)),
      (.codes(let target), .dictionary(let source, _)):
      let width = source.width.rawValue
      (target.bytes.address + start * width).copyMemory(
        from: source.bytes.address + first * width, byteCount: count * width)
    case (.words(let target), .floats(let source)):
      (target.address + start * 8).copyMemory(
        from: source.address + first * 8, byteCount: count * 8)
    case (.wide(let target), .wide(let source)):
      (target.address + start * 16).copyMemory(
        from: source.address + first * 16, byteCount: count * 16)
    case (.rows(let target, _), _):
      let out = target.pointer(to: UInt32.self) + start
      for row in 0..<count { out[row] = UInt32(truncatingIfNeeded: first &+ row) }
    default: break
    }
    guard let present else { return }
    let mask = present.pointer(to: UInt8.self) + start
    if let validity = column.validity {
      // Bits are spread eight at a time, and the next bytes belong to another worker.
      let whole = count & ~7
      expandBits(validity.words, first: first, count: whole, into: mask)
      for row in whole..<count { mask[row] = validity[first &+ row] ? 1 : 0 }
    } else {
      mask.update(repeating: 1, count: count)
    }
  }

  /// Writes rows by number; the number that no row has gives a missing value.
  func gather(_ rows: UnsafePointer<UInt32>, count: Int, at start: Int) {
    switch (values, column.payload) {
    case (.codes(let target), .codes(let source, _)),
      (.codes(let target), .dictionary(let source, _)):
      gather(source, rows, count, into: target, at: start)
    case (.words(let target), .floats(let source)):
      gatherRows(
        source.pointer(to: UInt64.self), rows, count, mayLack || column.count == 0,
        into: target.pointer(to: UInt64.self) + start)
    case (.wide(let target), .wide(let source)):
      gatherRows(
        source.pointer(to: UInt128.self), rows, count, mayLack || column.count == 0,
        into: target.pointer(to: UInt128.self) + start)
    case (.rows(let target, _), _):
      (target.pointer(to: UInt32.self) + start).update(from: rows, count: count)
    default: break
    }
    guard let present else { return }
    let mask = present.pointer(to: UInt8.self) + start
    guard let validity = column.validity else {
      for row in 0..<count {
        mask[row] = unsafeBitCast(rows[row] != Batch.noPartner, to: UInt8.self)
      }
      return
    }
    for row in 0..<count {
      mask[row] = rows[row] != Batch.noPartner && validity[Int(rows[row])] ? 1 : 0
    }
  }

  private func gather(
    _ source: Codes, _ rows: UnsafePointer<UInt32>, _ count: Int, into target: Codes, at start: Int
  ) {
    let checks = mayLack || column.count == 0
    switch source.width {
    case .one:
      gatherRows(
        source.pointer(to: UInt8.self), rows, count, checks,
        into: target.pointer(to: UInt8.self) + start)
    case .two:
      gatherRows(
        source.pointer(to: UInt16.self), rows, count, checks,
        into: target.pointer(to: UInt16.self) + start)
    case .four:
      gatherRows(
        source.pointer(to: UInt32.self), rows, count, checks,
        into: target.pointer(to: UInt32.self) + start)
    case .eight:
      gatherRows(
        source.pointer(to: UInt64.self), rows, count, checks,
        into: target.pointer(to: UInt64.self) + start)
    }
  }

  /// The column, once all parts are written.
  func finish(_ context: RunContext) throws(QueryError) -> Column {
    let validity = try present.map { mask throws(QueryError) in
      try Bitmap(mask: mask, count: count, context)
    }
    let payload: Column.Payload
    switch (values, column.payload) {
    case (.codes(let codes), .codes(_, let base)): payload = .codes(codes, base: base)
    case (.codes(let codes), .dictionary(_, let dictionary)):
      payload = .dictionary(codes, dictionary)
    case (.wide(let bytes), _): payload = .wide(bytes)
    case (.rows(let rows, let heap), _):
      payload = .plain(try heap.viewed(at: rows, count: count, context))
    case (.words(let bytes), _): payload = .floats(bytes)
    case (.codes, _): throw QueryError(kind: .bug, message: "codes of something else")
    }
    return Column(
      type: column.type, count: count, payload: payload, validity: validity,
      maximum: column.storedRange?.upperBound)
  }
}

/// Copies the values of rows; zero where a row is ``Batch/noPartner``, if `mayLack`.
@inline(__always)
private func gatherRows<T: FixedWidthInteger & BitwiseCopyable>(
  _ source: UnsafePointer<T>, _ rows: UnsafePointer<UInt32>, _ count: Int, _ mayLack: Bool,
  into out: UnsafeMutablePointer<T>
) {
  guard mayLack else {
    for place in 0..<count { out[place] = source[Int(rows[place])] }
    return
  }
  for place in 0..<count {
    let row = rows[place]
    // Row 0 is read in place of none, or the padding of a column without rows.
    let isThere = row != Batch.noPartner
    let value = source[isThere ? Int(row) : 0]
    out[place] = isThere ? value : 0
  }
}
