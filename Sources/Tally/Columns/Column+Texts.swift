extension Column {
  /// The values as CSV writes them.
  func asTexts(_ context: RunContext) throws(QueryError) -> Column {
    if type == .text { return self }
    let set = try TextInterner(budget: context.budget)
    let ids = try GroupArray<UInt32>(count: count, filling: 0, budget: context.budget)
    let validity = try validity(context.budget)
    // Where rows share values, each value is written once.
    let span = codeSpan
    let known = try GroupArray<UInt32>(
      count: span ?? 0, filling: .max, budget: context.budget)
    try context.budget.forEachPiece(of: count, size: 1 << 10) { piece throws(QueryError) in
      for row in piece where validity[row] {
        var code: Int?
        if span != nil, case .codes(let codes, _) = payload { code = Int(codes[row]) }
        if let code, known[code] != .max {
          ids[row] = known[code]
          continue
        }
        let text = Array((self[row].text(in: .csv) ?? "").utf8)
        ids[row] = try withBuffer(of: text) { bytes throws(QueryError) in try set.id(of: bytes) }
        if let code { known[code] = ids[row] }
      }
    }
    return try Column(numbers: ids, of: set, validity, budget: context.budget)
  }

  /// How many codes a table of them has to hold; nil where they are too many for the rows.
  private var codeSpan: Int? {
    guard case .codes(let codes, _) = payload, codes.maximum <= UInt64(max(1 << 16, count)) else {
      return nil
    }
    return Int(codes.maximum) + 1
  }

  private func validity(_ budget: MemoryBudget?) throws(QueryError) -> Bitmap {
    if let validity { return validity }
    return try Bitmap(count: count, filled: true, budget: budget)
  }

  /// Texts by their numbers in a set; rows without a value may have any number.
  init(
    numbers: GroupArray<UInt32>, of set: TextInterner, _ validity: Bitmap, budget: MemoryBudget?
  ) throws(QueryError) {
    let (dictionary, ranks) = try set.dictionary()
    let width = CodeWidth.narrowest(for: UInt64(max(0, dictionary.count - 1)))
    let codes = try Codes(count: numbers.count, width: width, budget: budget)
    try budget.forEachPiece(of: numbers.count) { piece in
      for row in piece {
        codes.store(validity[row] ? UInt64(ranks[Int(numbers[row])]) : 0, at: row)
      }
    }
    self.init(
      type: .text, count: numbers.count, payload: .dictionary(codes, dictionary),
      validity: validity)
  }

  /// One text in each row.
  static func repeating(_ text: String, count: Int, budget: MemoryBudget?) throws(QueryError)
    -> Column
  {
    let codes = try Codes(count: count, width: .one, budget: budget)
    try budget.fill(codes.pointer(to: UInt8.self), count, with: 0)
    let dictionary = TextDictionary(sorted: try TextHeap([text], budget: budget))
    return Column(
      type: .text, count: count, payload: .dictionary(codes, dictionary), validity: nil)
  }

  /// Calls `body` with each wanted text that a row has, at least once.
  func forEachText(
    where isWanted: (UnsafeBufferPointer<UInt8>) -> Bool, _ context: RunContext,
    _ body: (UnsafeBufferPointer<UInt8>) -> Void
  ) throws(QueryError) {
    switch payload {
    case .plain(let heap):
      try context.budget.forEachPiece(of: count) { piece in
        for row in piece where !isMissing(row) && isWanted(heap.slice(row)) {
          body(heap.slice(row))
        }
      }
    case .dictionary(let codes, let dictionary):
      // A dictionary may hold texts that no row has.
      var wanted: Set<UInt64> = []
      try context.budget.forEachPiece(of: dictionary.count) { piece in
        for code in piece where isWanted(dictionary.heap.slice(code)) {
          wanted.insert(UInt64(code))
        }
      }
      if wanted.isEmpty { return }
      try context.budget.forEachPiece(of: count) { piece in
        for row in piece where !isMissing(row) && wanted.contains(codes[row]) {
          body(dictionary.heap.slice(Int(codes[row])))
        }
      }
    case .codes, .wide, .floats: return
    }
  }
}
