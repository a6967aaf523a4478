/// Some rows of a column that is made of several: a column, or rows without values.
struct ColumnPart {
  var column: Column?
  var count: Int
}

extension Column {
  /// Puts columns one below another, as a column of a type that holds the values of all exactly.
  ///
  /// Throws an error of kind `overflow` where a number has no room for its decimal places.
  static func stacked(_ parts: [ColumnPart], type: ColumnType, _ context: RunContext)
    throws(QueryError) -> Column
  {
    try ColumnStacking(parts, type, context).column()
  }
}

/// The making of one column of several.
private struct ColumnStacking {
  let parts: [ColumnPart]
  let starts: [Int]
  let count: Int
  let type: ColumnType
  let context: RunContext

  init(_ parts: [ColumnPart], _ type: ColumnType, _ context: RunContext) {
    self.parts = parts
    self.type = type
    self.context = context
    var starts: [Int] = []
    var total = 0
    for part in parts {
      starts.append(total)
      total += part.count
    }
    self.starts = starts
    count = total
  }

  func column() throws(QueryError) -> Column {
    let validity = try validity()
    if type == .text { return try texts(validity) }
    if type.isFloating { return try floats(validity) }
    if let column = try narrow(validity) { return column }
    return try wide(validity)
  }

  /// Hands batches of the rows of each part to `body`, with the place of its first row in the whole.
  private func forEachBatch(
    _ body:
      @Sendable (_ column: Column?, _ rows: Range<Int>, _ start: Int) throws(QueryError) -> Void
  ) throws(QueryError) {
    for (part, start) in zip(parts, starts) {
      let column = part.column
      try context.forEachBatch(of: part.count) { (_: Int, rows: Range<Int>) throws(QueryError) in
        try body(column, rows, start + rows.lowerBound)
      }
    }
  }

  private func validity() throws(QueryError) -> Bitmap? {
    let isWhole = parts.allSatisfy { part in
      part.count == 0 || part.column.map { $0.validity == nil } ?? false
    }
    if isWhole { return nil }
    let mask = try AlignedBytes(byteCount: count, budget: context.budget)
    try forEachBatch { column, rows, start throws(QueryError) in
      let target = mask.pointer(to: UInt8.self) + start
      guard let column, let validity = column.validity else {
        target.update(repeating: column == nil ? 0 : 1, count: rows.count)
        return
      }
      for (place, row) in rows.enumerated() { target[place] = validity[row] ? 1 : 0 }
    }
    return try Bitmap(mask: mask, count: count, context)
  }

  // MARK: Numbers

  private func floats(_ validity: Bitmap?) throws(QueryError) -> Column {
    let bytes = try AlignedBytes(byteCount: count * 8, budget: context.budget)
    try forEachBatch { column, rows, start throws(QueryError) in
      let target = bytes.pointer(to: Double.self) + start
      guard let column, case .floats(let source) = column.payload else {
        target.update(repeating: 0, count: rows.count)
        return
      }
      target.update(from: source.pointer(to: Double.self) + rows.lowerBound, count: rows.count)
    }
    return Column(type: type, count: count, payload: .floats(bytes), validity: validity)
  }

  /// Stored numbers of 64 bits; nil where one of them may exceed that.
  private func narrow(_ validity: Bitmap?) throws(QueryError) -> Column? {
    var factors: [Int64] = []
    for part in parts {
      guard let column = part.column else {
        factors.append(1)
        continue
      }
      let power = ExactDecimal.powersOfTen[max(0, type.scale - column.type.scale)]
      guard let range = column.storedRange, let factor = Int64(exactly: power),
        !range.lowerBound.multipliedReportingOverflow(by: factor).overflow,
        !range.upperBound.multipliedReportingOverflow(by: factor).overflow
      else { return nil }
      factors.append(factor)
    }
    let values = try AlignedBytes(byteCount: count * 8, budget: context.budget)
    for (index, part) in parts.enumerated() {
      let (start, factor) = (starts[index], factors[index])
      try context.forEachBatch(of: part.count) { _, rows throws(QueryError) in
        let words = values.pointer(to: UInt64.self) + start + rows.lowerBound
        guard let column = part.column, case .codes(let codes, let base) = column.payload else {
          words.update(repeating: 0, count: rows.count)
          return
        }
        codes.widen(rows, into: words)
        // A row without a value may hold any code.
        for row in 0..<rows.count {
          words[row] = UInt64(bitPattern: (base &+ Int64(bitPattern: words[row])) &* factor)
        }
      }
    }
    return try Column.integers(values, count: count, type: type, validity: validity, context)
  }

  private func wide(_ validity: Bitmap?) throws(QueryError) -> Column {
    let values = try AlignedBytes(byteCount: count * 16, budget: context.budget)
    try forEachBatch { column, rows, start throws(QueryError) in
      let target = values.pointer(to: Int128.self) + start
      for (place, row) in rows.enumerated() {
        target[place] = 0
        guard let column, let stored = column[row].storedInteger else { continue }
        let exact = ExactDecimal(coefficient: stored, scale: column.type.scale)
        guard let coefficient = exact.coefficient(atScale: type.scale) else {
          throw QueryError(
            kind: .overflow,
            message: "\(exact) has no room for \(type.scale) decimal places in 128 bits")
        }
        target[place] = coefficient
      }
    }
    return try Column.wideIntegers(
      UnsafeBufferPointer(start: values.pointer(to: Int128.self), count: count), type: type,
      validity: validity, budget: context.budget)
  }

  // MARK: Texts

  private func texts(_ validity: Bitmap?) throws(QueryError) -> Column {
    var dictionaries: [TextDictionary] = []
    for part in parts {
      guard let column = part.column else { continue }
      guard case .dictionary(_, let dictionary) = column.payload else {
        return try plain(validity)
      }
      if !dictionaries.contains(where: { $0 === dictionary }) { dictionaries.append(dictionary) }
    }
    guard let first = dictionaries.first else {
      return try Column.missing(type: .text, count: count, budget: context.budget)
    }
    var whole = first
    for other in dictionaries.dropFirst() { whole = try whole.merged(with: other, context) }
    let width = CodeWidth.narrowest(for: UInt64(max(0, whole.count - 1)))
    let codes = try Codes(count: count, width: width, budget: context.budget)
    let known = dictionaries
    let numbers = try known.mapThrowing { dictionary throws(QueryError) in
      try whole.numbers(of: dictionary, context)
    }
    try forEachBatch { column, rows, start throws(QueryError) in
      guard let column, case .dictionary(let source, let dictionary) = column.payload,
        let place = known.firstIndex(where: { $0 === dictionary })
      else {
        for place in 0..<rows.count { codes.store(0, at: start + place) }
        return
      }
      let number = numbers[place].pointer(to: UInt32.self)
      for (place, row) in rows.enumerated() {
        // A row without a value may hold a code that the dictionary has not.
        let code = Int(clamping: source[row])
        codes.store(code < dictionary.count ? UInt64(number[code]) : 0, at: start + place)
      }
    }
    return Column(
      type: .text, count: count, payload: .dictionary(codes, whole), validity: validity)
  }

  private func plain(_ validity: Bitmap?) throws(QueryError) -> Column {
    let offsets = try AlignedBytes(byteCount: (count + 1) * 8, budget: context.budget)
    let places = offsets.pointer(to: Int.self)
    var total = 0
    for (part, start) in zip(parts, starts) {
      for row in 0..<part.count {
        if row & 0xFFFF == 0 { try context.checkCancellation() }
        places[start + row] = total
        total += part.column?.textSlice(row).count ?? 0
      }
    }
    places[count] = total
    let bytes = try AlignedBytes(byteCount: total, budget: context.budget)
    try forEachBatch { column, rows, start throws(QueryError) in
      guard let column else { return }
      let (places, target) = (offsets.pointer(to: Int.self), bytes.pointer(to: UInt8.self))
      for (place, row) in rows.enumerated() {
        let text = column.textSlice(row)
        guard let first = text.baseAddress, text.count > 0 else { continue }
        (target + places[start + place]).update(from: first, count: text.count)
      }
    }
    return Column(
      type: .text, count: count,
      payload: .plain(TextHeap(count: count, offsets: offsets, bytes: bytes)), validity: validity)
  }
}

extension Column {
  /// The bytes of a row's text, none where it is missing; valid while the column lives.
  fileprivate func textSlice(_ row: Int) -> UnsafeBufferPointer<UInt8> {
    let none = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
    if isMissing(row) { return none }
    switch payload {
    case .dictionary(let codes, let dictionary): return dictionary.heap.slice(Int(codes[row]))
    case .plain(let heap): return heap.slice(row)
    default: return none
    }
  }
}

extension TextDictionary {
  /// The texts of both.
  fileprivate func merged(with other: TextDictionary, _ context: RunContext) throws(QueryError)
    -> TextDictionary
  {
    let most = count + other.count
    var size = 0
    for part in [self, other] {
      try context.budget.forEachPiece(of: part.count) { piece in
        for code in piece { size += part.heap.slice(code).count }
      }
    }
    let offsets = try AlignedBytes(byteCount: (most + 1) * 8, budget: context.budget)
    let bytes = try AlignedBytes(byteCount: size, budget: context.budget)
    let (starts, target) = (offsets.pointer(to: Int.self), bytes.pointer(to: UInt8.self))
    var (left, right, made, end) = (0, 0, 0, 0)
    while left < count || right < other.count {
      if made & 0xFFFF == 0 { try context.checkCancellation() }
      let order =
        left == count
        ? 1
        : right == other.count
          ? -1 : compareBytes(heap.slice(left), other.heap.slice(right))
      let text = order <= 0 ? heap.slice(left) : other.heap.slice(right)
      starts[made] = end
      if let first = text.baseAddress, text.count > 0 {
        (target + end).update(from: first, count: text.count)
      }
      end += text.count
      made += 1
      if order <= 0 { left += 1 }
      if order >= 0 { right += 1 }
    }
    starts[made] = end
    return TextDictionary(sorted: TextHeap(count: made, offsets: offsets, bytes: bytes))
  }

  /// The code here of each text of a dictionary all of whose texts are here.
  fileprivate func numbers(of part: TextDictionary, _ context: RunContext) throws(QueryError)
    -> AlignedBytes
  {
    let memory = try AlignedBytes(byteCount: part.count * 4, budget: context.budget)
    let numbers = memory.pointer(to: UInt32.self)
    var place = 0
    for code in 0..<part.count {
      if code & 0xFFFF == 0 { try context.checkCancellation() }
      if part === self {
        numbers[code] = UInt32(truncatingIfNeeded: code)
        continue
      }
      while place < count, compareBytes(heap.slice(place), part.heap.slice(code)) < 0 {
        place += 1
      }
      numbers[code] = UInt32(truncatingIfNeeded: place)
    }
    return memory
  }
}
