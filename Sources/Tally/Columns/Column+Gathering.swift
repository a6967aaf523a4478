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
      try gather(
        bytes.pointer(to: Int128.self), count, rows, into: copy.pointer(to: Int128.self), budget)
      payload = .wide(copy)
    case .floats(let bytes):
      let copy = try AlignedBytes(byteCount: rows.count * 8, budget: budget)
      try gather(
        bytes.pointer(to: Double.self), count, rows, into: copy.pointer(to: Double.self), budget)
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
    var mayLackPartner = false
    try budget.forEachPiece(of: rows.count) { piece in
      mayLackPartner = mayLackPartner || rows[piece].contains { $0 >= limit }
    }
    if validity == nil, !mayLackPartner { return nil }
    let result = try Bitmap(count: rows.count, budget: budget)
    try budget.forEachPiece(of: rows.count) { piece in
      for place in piece where rows[place] < limit {
        if validity.map({ $0[Int(rows[place])] }) ?? true { result.set(place) }
      }
    }
    return result
  }

  /// The consecutive rows of `range` as a column of the same layout.
  func sliced(_ range: Range<Int>, budget: MemoryBudget? = nil) throws(QueryError) -> Column {
    if range == 0..<count { return self }
    let payload: Payload
    switch self.payload {
    case .codes(let codes, let base):
      payload = .codes(try codes.sliced(range, budget: budget), base: base)
    case .dictionary(let codes, let dictionary):
      payload = .dictionary(try codes.sliced(range, budget: budget), dictionary)
    case .wide(let bytes): payload = .wide(try bytes.sliced(range, width: 16, budget: budget))
    case .floats(let bytes): payload = .floats(try bytes.sliced(range, width: 8, budget: budget))
    case .plain(let heap):
      let rows = try RowNumbers(count: range.count, budget: budget)
      try budget.forEachPiece(of: range.count) { piece in
        for place in piece {
          rows.pointer[place] = UInt32(truncatingIfNeeded: range.lowerBound + place)
        }
      }
      payload = .plain(
        try heap.gathered(
          UnsafeBufferPointer(start: rows.pointer, count: rows.count), budget: budget))
    }
    return Column(
      type: type, count: range.count, payload: payload,
      validity: try validity?.sliced(range, budget: budget), maximum: storedRange?.upperBound)
  }
}

extension AlignedBytes {
  /// A copy of consecutive values of `width` bytes each.
  fileprivate func sliced(_ range: Range<Int>, width: Int, budget: MemoryBudget?)
    throws(QueryError) -> AlignedBytes
  {
    let copy = try AlignedBytes(byteCount: range.count * width, budget: budget)
    try budget.copy(
      UnsafePointer(pointer(to: UInt8.self)) + range.lowerBound * width, range.count * width,
      to: copy.pointer(to: UInt8.self))
    return copy
  }
}

extension Bitmap {
  /// A copy of consecutive bits.
  fileprivate func sliced(_ range: Range<Int>, budget: MemoryBudget?) throws(QueryError) -> Bitmap {
    let result = try Bitmap(count: range.count, budget: budget)
    let (first, shift) = (range.lowerBound >> 6, UInt64(range.lowerBound & 63))
    let last = Self.wordCount(count) - 1
    let target = result.words
    try budget.forEachPiece(of: Self.wordCount(range.count)) { piece in
      for word in piece {
        let source = first + word
        let next = shift > 0 && source < last ? words[source + 1] << (64 - shift) : 0
        target[word] = words[source] >> shift | next
      }
    }
    let rest = UInt64(range.count & 63)
    if rest > 0 { target[Self.wordCount(range.count) - 1] &= (1 << rest) - 1 }
    return result
  }
}

extension Codes {
  fileprivate func sliced(_ range: Range<Int>, budget: MemoryBudget?) throws(QueryError) -> Codes {
    Codes(
      count: range.count, width: width,
      bytes: try bytes.sliced(range, width: width.rawValue, budget: budget))
  }

  fileprivate func gathered(_ rows: UnsafeBufferPointer<UInt32>, budget: MemoryBudget?)
    throws(QueryError) -> Codes
  {
    let copy = try Codes(count: rows.count, width: width, budget: budget)
    switch width {
    case .one: try gather(rows, into: copy.pointer(to: UInt8.self), budget)
    case .two: try gather(rows, into: copy.pointer(to: UInt16.self), budget)
    case .four: try gather(rows, into: copy.pointer(to: UInt32.self), budget)
    case .eight: try gather(rows, into: copy.pointer(to: UInt64.self), budget)
    }
    return copy
  }

  private func gather<T: CodeInteger>(
    _ rows: UnsafeBufferPointer<UInt32>, into target: UnsafeMutablePointer<T>,
    _ budget: MemoryBudget?
  ) throws(QueryError) {
    try Tally.gather(pointer(to: T.self), count, rows, into: target, budget)
  }
}

extension TextHeap {
  /// A copy of the texts at some rows; an empty text where there is no such row.
  func gathered(_ rows: UnsafeBufferPointer<UInt32>, budget: MemoryBudget?)
    throws(QueryError) -> TextHeap
  {
    let limit = UInt32(clamping: count)
    var total = 0
    try budget.forEachPiece(of: rows.count) { piece in
      for row in rows[piece] where row < limit { total += slice(Int(row)).count }
    }
    let offsets = try AlignedBytes(byteCount: (rows.count + 1) * 8, budget: budget)
    let texts = try AlignedBytes(byteCount: total, budget: budget)
    let starts = offsets.pointer(to: Int.self)
    var position = 0
    try budget.forEachPiece(of: rows.count) { piece in
      for place in piece {
        starts[place] = position
        guard rows[place] < limit else { continue }
        let text = slice(Int(rows[place]))
        guard let first = text.baseAddress, text.count > 0 else { continue }
        (texts.address + position).copyMemory(from: first, byteCount: text.count)
        position += text.count
      }
    }
    starts[rows.count] = position
    return TextHeap(count: rows.count, offsets: offsets, bytes: texts)
  }
}

/// Copies the values of `rows`; zero bytes where there is no such row.
func gather<T: BitwiseCopyable & Numeric>(
  _ source: UnsafeMutablePointer<T>, _ count: Int, _ rows: UnsafeBufferPointer<UInt32>,
  into target: UnsafeMutablePointer<T>, _ budget: MemoryBudget?
) throws(QueryError) {
  let limit = UInt32(clamping: count)
  try budget.forEachPiece(of: rows.count) { piece in
    for place in piece {
      let row = rows[place]
      target[place] = row < limit ? source[Int(row)] : 0
    }
  }
}
