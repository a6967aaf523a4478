/// Gathers the cells of one column and finds the type that holds them all.
///
/// The first value decides the type. Whole numbers and decimals may stand together, and become
/// decimals of the finest scale; everything else must be of one type.
struct ColumnBuilder {
  /// The column's name.
  let name: String
  /// The type of the values so far; nil before the first.
  private(set) var type: ColumnType?
  /// The number of cells so far.
  private(set) var count = 0
  private var integers: [Int64] = []
  /// Used instead of `integers` once a number needs more than 64 bits.
  private var wide: [Int128] = []
  private var floats: [Double] = []
  private var texts: [String?] = []
  /// The rows without a value, ascending.
  private var missing: [Int] = []
  private var isWide = false

  init(name: String) { self.name = name }

  /// Decides the type before there is a value, unless one is decided.
  mutating func assume(_ type: ColumnType?) {
    guard self.type == nil, let type else { return }
    self.type = type
    // The missing cells so far are in no array yet.
    for _ in 0..<count { appendPlaceholder() }
  }

  /// Appends cells without a value until there are `rows`.
  mutating func pad(to rows: Int) {
    while count < rows {
      missing.append(count)
      if type != nil { appendPlaceholder() }
      count += 1
    }
  }

  /// Appends a cell.
  mutating func append(_ cell: CellValue) throws(QueryError) {
    switch cell {
    case .missing: pad(to: count + 1)
    case .integer(let value): try append(value)
    case .decimal(let value): try append(value, .decimal(scale: value.scale))
    case .percent(let value): try append(value, .percent(scale: value.scale))
    case .float(let value): try append(value, .float)
    case .ratio(let value): try append(value, .ratio)
    case .text(let value): try append(value)
    case .boolean, .date, .dateTime, .period, .duration:
      guard let type = cell.type, let stored = cell.storedInteger else { return }
      try expect(type)
      store(stored)
    }
  }

  /// Appends a whole number.
  mutating func append(_ value: Int128) throws(QueryError) {
    if case .decimal(let scale)? = type {
      guard let coefficient = ExactDecimal(coefficient: value, scale: 0).coefficient(atScale: scale)
      else { throw tooLarge() }
      return store(coefficient)
    }
    try expect(.integer)
    store(value)
  }

  /// Appends a finite number.
  mutating func append(_ value: Double, _ type: ColumnType = .float) throws(QueryError) {
    guard value.isFinite else {
      throw .notFinite("\(value)", at: place)
    }
    try expect(type)
    floats.append(value)
    count += 1
  }

  /// Appends a text.
  mutating func append(_ value: String) throws(QueryError) {
    try expect(.text)
    texts.append(value.normalised)
    count += 1
  }

  private mutating func append(_ value: ExactDecimal, _ wanted: ColumnType) throws(QueryError) {
    if type == .integer, case .decimal = wanted { type = .decimal(scale: 0) }
    switch (type, wanted) {
    case (nil, _): assume(wanted)
    case (.decimal(let scale), .decimal(let finer)) where finer > scale,
      (.percent(let scale), .percent(let finer)) where finer > scale:
      try refine(by: finer - scale)
      type = wanted
    case (.decimal, .decimal), (.percent, .percent): break
    default: throw conflict(wanted)
    }
    guard let coefficient = value.coefficient(atScale: type?.scale ?? 0) else { throw tooLarge() }
    store(coefficient)
  }

  /// Multiplies all values, so that they keep their meaning at a finer scale.
  private mutating func refine(by places: Int) throws(QueryError) {
    let power = ExactDecimal.powersOfTen[places]
    if !isWide { wide = integers.map { Int128($0) } }
    for row in wide.indices {
      let (product, overflow) = wide[row].multipliedReportingOverflow(by: power)
      if overflow { throw tooLarge() }
      wide[row] = product
    }
    isWide = true
    integers = []
  }

  private mutating func expect(_ wanted: ColumnType) throws(QueryError) {
    if type == wanted { return }
    guard type == nil else { throw conflict(wanted) }
    assume(wanted)
  }

  private mutating func store(_ value: Int128) {
    if !isWide, let narrow = Int64(exactly: value) {
      integers.append(narrow)
    } else {
      if !isWide {
        wide = integers.map { Int128($0) }
        integers = []
        isWide = true
      }
      wide.append(value)
    }
    count += 1
  }

  /// Keeps the place of a cell without a value.
  private mutating func appendPlaceholder() {
    if type == .text {
      texts.append(nil)
    } else if type?.isFloating == true {
      floats.append(0)
    } else if isWide {
      wide.append(0)
    } else {
      integers.append(0)
    }
  }

  /// The next cell, as messages name it.
  var place: String { "rows[\(count)][\"\(name)\"]" }

  private func conflict(_ wanted: ColumnType) -> QueryError {
    .decoding(
      "\(place) is of type \(wanted.name), and the rows before are of type \(type?.name ?? "none")")
  }

  private func tooLarge() -> QueryError {
    QueryError(
      kind: .overflow,
      message: "\(place): the column's numbers need more than 128 bits at its finest scale")
  }

  /// The column of all cells. A column that never had a value is one of texts.
  mutating func finish() throws(QueryError) -> Column {
    assume(.text)
    let type = type ?? .text
    if type == .text { return try .texts(texts) }
    var validity: Bitmap?
    if !missing.isEmpty {
      let bitmap = try Bitmap(count: count, filled: true)
      for row in missing { bitmap.clear(row) }
      validity = bitmap
    }
    if type.isFloating {
      return try withBuffer(of: floats) { values throws(QueryError) in
        try .floats(values, type: type, validity: validity)
      }
    }
    if isWide {
      return try withBuffer(of: wide) { values throws(QueryError) in
        try .wideIntegers(values, type: type, validity: validity)
      }
    }
    return try withBuffer(of: integers) { values throws(QueryError) in
      try .integers(values, type: type, validity: validity)
    }
  }
}
