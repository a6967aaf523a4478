extension Column {
  /// A column of single values. Under the type `text`, values of other types are written as CSV
  /// writes them.
  init(cells: [CellValue], type: ColumnType) throws(QueryError) {
    let isMissing = cells.map { $0 == .missing }
    let validity = try Bitmap(count: cells.count)
    for (row, missing) in isMissing.enumerated() where !missing { validity.set(row) }
    if type == .text {
      self = try .texts(cells.map { $0.text(in: .csv) })
    } else if type.isFloating {
      let numbers = cells.map { cell in
        switch cell {
        case .float(let number), .ratio(let number): number
        default: 0.0
        }
      }
      self = try withBuffer(of: numbers) { numbers throws(QueryError) in
        try .floats(numbers, type: type, validity: validity)
      }
    } else {
      let stored = cells.map { $0.storedInteger ?? 0 }
      self = try withBuffer(of: stored) { stored throws(QueryError) in
        try .wideIntegers(stored, type: type, validity: validity)
      }
    }
  }

  /// A column without values.
  static func missing(type: ColumnType, count: Int) throws(QueryError) -> Column {
    try Column(cells: Array(repeating: .missing, count: count), type: type)
  }
}
