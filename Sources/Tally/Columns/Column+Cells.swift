extension Column {
  /// A column of single values. Under the type `text`, values of other types are written as CSV
  /// writes them.
  init(cells: [CellValue], type: ColumnType, budget: MemoryBudget? = nil) throws(QueryError) {
    let validity = try Bitmap(count: cells.count, budget: budget)
    try budget.forEachPiece(of: cells.count) { piece in
      for row in piece where cells[row] != .missing { validity.set(row) }
    }
    if type == .text {
      let memory = MemoryReservation(budget)
      try memory.grow(by: cells.count * MemoryLayout<String?>.stride)
      var texts: [String?] = []
      texts.reserveCapacity(cells.count)
      try budget.forEachPiece(of: cells.count) { piece in
        for row in piece { texts.append(cells[row].text(in: .csv)) }
      }
      self = try .texts(texts, budget: budget)
    } else if type.isFloating {
      let numbers = try GroupArray<Double>(count: cells.count, filling: 0, budget: budget)
      try budget.forEachPiece(of: cells.count) { piece in
        for row in piece {
          switch cells[row] {
          case .float(let number), .ratio(let number): numbers[row] = number
          default: continue
          }
        }
      }
      self = try .floats(numbers.elements, type: type, validity: validity, budget: budget)
    } else {
      let stored = try GroupArray<Int128>(count: cells.count, filling: 0, budget: budget)
      try budget.forEachPiece(of: cells.count) { piece in
        for row in piece { stored[row] = cells[row].storedInteger ?? 0 }
      }
      self = try .wideIntegers(stored.elements, type: type, validity: validity, budget: budget)
    }
  }

  /// A column without values.
  static func missing(type: ColumnType, count: Int, budget: MemoryBudget? = nil)
    throws(QueryError) -> Column
  {
    let validity = try Bitmap(count: count, budget: budget)
    if type.isFloating {
      let bytes = try AlignedBytes(byteCount: count * 8, zeroed: true, budget: budget)
      return Column(type: type, count: count, payload: .floats(bytes), validity: validity)
    }
    let codes = try Codes(count: count, width: .one, budget: budget)
    try budget.forEachPiece(of: count) { piece in
      for row in piece { codes.store(0, at: row) }
    }
    let payload: Payload =
      type == .text
      ? .dictionary(codes, TextDictionary(sorted: try TextHeap([], budget: budget)))
      : .codes(codes, base: 0)
    return Column(type: type, count: count, payload: payload, validity: validity, maximum: 0)
  }
}
