extension Column {
  /// The rows of `rows` in that order, as a column of the same layout. A row of ``Batch/noPartner``
  /// gives a missing value.
  func gathered(_ rows: UnsafeBufferPointer<UInt32>, budget: MemoryBudget? = nil)
    throws(QueryError) -> Column
  {
    let validity = try gatheredValidity(rows, budget: budget)
    let payload: Payload
    switch self.payload {
    case .codes(let codes, let base):
      payload = .codes(try codes.gathered(rows, budget: budget), base: base)
    case .dictionary(let codes, let dictionary):
      payload = .dictionary(try codes.gathered(rows, budget: budget), dictionary)
    case .wide(let bytes):
      let copy = try AlignedBytes(byteCount: rows.count * 16, budget: budget)
      gather(bytes.pointer(to: Int128.self), count, rows, into: copy.pointer(to: Int128.self))
      payload = .wide(copy)
    case .floats(let bytes):
      let copy = try AlignedBytes(byteCount: rows.count * 8, budget: budget)
      gather(bytes.pointer(to: Double.self), count, rows, into: copy.pointer(to: Double.self))
      payload = .floats(copy)
    case .plain(let heap): payload = .plain(try heap.gathered(rows, budget: budget))
    }
    return Column(
      type: type, count: rows.count, payload: payload, validity: validity,
      maximum: storedRange?.upperBound)
  }

  private func gatheredValidity(_ rows: UnsafeBufferPointer<UInt32>, budget: MemoryBudget?)
    throws(QueryError) -> Bitmap?
  {
    let limit = UInt32(clamping: count)
    let mayLackPartner = rows.contains { $0 >= limit }
    if validity == nil, !mayLackPartner { return nil }
    let result = try Bitmap(count: rows.count, budget: budget)
    for (place, row) in rows.enumerated() where row < limit {
      if validity.map({ $0[Int(row)] }) ?? true { result.set(place) }
    }
    return result
  }

  /// The consecutive rows of `range` as a column of the same layout.
  func sliced(_ range: Range<Int>, budget: MemoryBudget? = nil) throws(QueryError) -> Column {
    if range == 0..<count { return self }
    let rows = range.map { UInt32(truncatingIfNeeded: $0) }
    return try withBuffer(of: rows) { rows throws(QueryError) in
      try gathered(rows, budget: budget)
    }
  }
}

extension Codes {
  fileprivate func gathered(_ rows: UnsafeBufferPointer<UInt32>, budget: MemoryBudget?)
    throws(QueryError) -> Codes
  {
    let copy = try Codes(count: rows.count, width: width, budget: budget)
    switch width {
    case .one: gather(pointer(to: UInt8.self), count, rows, into: copy.pointer(to: UInt8.self))
    case .two: gather(pointer(to: UInt16.self), count, rows, into: copy.pointer(to: UInt16.self))
    case .four: gather(pointer(to: UInt32.self), count, rows, into: copy.pointer(to: UInt32.self))
    case .eight: gather(pointer(to: UInt64.self), count, rows, into: copy.pointer(to: UInt64.self))
    }
    return copy
  }
}

extension TextHeap {
  /// A copy of the texts at some rows; an empty text where there is no such row.
  func gathered(_ rows: UnsafeBufferPointer<UInt32>, budget: MemoryBudget?)
    throws(QueryError) -> TextHeap
  {
    let limit = UInt32(clamping: count)
    var total = 0
    for row in rows where row < limit { total += slice(Int(row)).count }
    let offsets = try AlignedBytes(byteCount: (rows.count + 1) * 8, budget: budget)
    let texts = try AlignedBytes(byteCount: total, budget: budget)
    let starts = offsets.pointer(to: Int.self)
    var position = 0
    for (place, row) in rows.enumerated() {
      starts[place] = position
      guard row < limit else { continue }
      let text = slice(Int(row))
      guard let first = text.baseAddress, text.count > 0 else { continue }
      (texts.address + position).copyMemory(from: first, byteCount: text.count)
      position += text.count
    }
    starts[rows.count] = position
    return TextHeap(count: rows.count, offsets: offsets, bytes: texts)
  }
}

/// Copies the values of `rows`; zero bytes where there is no such row.
private func gather<T: BitwiseCopyable & Numeric>(
  _ source: UnsafeMutablePointer<T>, _ count: Int, _ rows: UnsafeBufferPointer<UInt32>,
  into target: UnsafeMutablePointer<T>
) {
  let limit = UInt32(clamping: count)
  for place in 0..<rows.count {
    let row = rows[place]
    target[place] = row < limit ? source[Int(row)] : 0
  }
}
