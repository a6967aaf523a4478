/// Makes a column of the vectors that an expression gives for batch after batch.
///
/// Values are kept wide while they come in and narrowed at the end, when their range is known.
struct ColumnAssembler {
  private let type: ColumnType
  private let budget: MemoryBudget?
  private var integers: GroupArray<Int64>
  private var wide: GroupArray<Int128>
  private var floats: GroupArray<Double>
  private var codes: GroupArray<UInt32>
  private var dictionary: TextDictionary?
  private var bytes: GroupArray<UInt8>
  private var ends: GroupArray<Int>
  private var valid: GroupArray<UInt8>
  private var hasMissing = false
  private var count = 0
  private var isText = false

  /// Makes an assembler of a column of no rows.
  init(type: ColumnType, budget: MemoryBudget? = nil) throws(QueryError) {
    self.type = type
    self.budget = budget
    integers = try GroupArray(budget: budget)
    wide = try GroupArray(budget: budget)
    floats = try GroupArray(budget: budget)
    codes = try GroupArray(budget: budget)
    bytes = try GroupArray(budget: budget)
    ends = try GroupArray(budget: budget)
    valid = try GroupArray(budget: budget)
  }

  /// Appends `count` rows of a vector, which may be a constant that stands for all of them.
  mutating func append(_ vector: Vector, count rows: Int) throws(QueryError) {
    if rows == 0 { return }
    let isOne = vector.isConstant
    switch vector.storage {
    case .integers(let values):
      if wide.count == 0 {
        try copy(values, rows, isOne, to: &integers)
      } else {
        for row in 0..<rows { try wide.append(Int128(values[isOne ? 0 : row])) }
      }
    case .wide(let values):
      if integers.count > 0 { try widen() }
      try copy(values, rows, isOne, to: &wide)
    case .floats(let values): try copy(values, rows, isOne, to: &floats)
    case .booleans(let values):
      for row in 0..<rows { try integers.append(Int64(values[isOne ? 0 : row])) }
    case .codes(let values, let dictionary):
      isText = true
      if let known = self.dictionary, known !== dictionary {
        throw QueryError(kind: .bug, message: "an expression changed its dictionary")
      }
      self.dictionary = dictionary
      try copy(values, rows, isOne, to: &codes)
    case .texts(let values):
      isText = true
      for row in 0..<rows {
        try bytes.append(values[isOne ? 0 : row].bytes)
        try ends.append(bytes.count)
      }
    }
    try appendValidity(vector, rows)
    count += rows
  }

  private mutating func widen() throws(QueryError) {
    let narrow = integers
    integers = try GroupArray(budget: budget)
    try wide.resize(to: narrow.count, filling: 0)
    try budget.forEachPiece(of: narrow.count) { piece in
      for row in piece { wide[row] = Int128(narrow[row]) }
    }
  }

  private func copy<T: BitwiseCopyable>(
    _ values: UnsafePointer<T>, _ rows: Int, _ isOne: Bool, to target: inout GroupArray<T>
  ) throws(QueryError) {
    if isOne {
      try target.resize(to: target.count + rows, filling: values.pointee)
    } else {
      try target.append(UnsafeBufferPointer(start: values, count: rows))
    }
  }

  private mutating func appendValidity(_ vector: Vector, _ rows: Int) throws(QueryError) {
    guard let mask = vector.valid else {
      if hasMissing { try valid.resize(to: count + rows, filling: 1) }
      return
    }
    hasMissing = true
    try valid.resize(to: count, filling: 1)
    try copy(mask, rows, vector.isConstant, to: &valid)
  }

  /// The column of all rows appended.
  func finish() throws(QueryError) -> Column {
    var validity: Bitmap?
    if hasMissing {
      let bitmap = try Bitmap(count: count, budget: budget)
      try budget.forEachPiece(of: count) { piece in
        for row in piece where valid[row] != 0 { bitmap.set(row) }
      }
      validity = bitmap
    }
    if isText || type == .text { return try textColumn(validity) }
    if type.isFloating {
      return try .floats(floats.elements, type: type, validity: validity, budget: budget)
    }
    if wide.count > 0 {
      return try .wideIntegers(wide.elements, type: type, validity: validity, budget: budget)
    }
    return try .integers(integers.elements, type: type, validity: validity, budget: budget)
  }

  private func textColumn(_ validity: Bitmap?) throws(QueryError) -> Column {
    guard let dictionary else {
      return count > Self.mostDictionaryRows
        ? try plainColumn(validity) : try sortedColumn(validity)
    }
    let width = CodeWidth.narrowest(for: UInt64(max(0, dictionary.count - 1)))
    let stored = try Codes(count: count, width: width, budget: budget)
    try budget.forEachPiece(of: count) { piece in
      for row in piece { stored.store(UInt64(codes[row]), at: row) }
    }
    return Column(
      type: .text, count: count, payload: .dictionary(stored, dictionary), validity: validity)
  }
}

extension ColumnAssembler {
  /// The most rows of which the texts are sorted into a dictionary.
  static let mostDictionaryRows = 1 << 16

  /// The texts as codes of a dictionary.
  fileprivate func sortedColumn(_ validity: Bitmap?) throws(QueryError) -> Column {
    var texts: [String?] = []
    let memory = MemoryReservation(budget)
    try memory.grow(by: count * MemoryLayout<String?>.stride + bytes.count)
    var start = 0
    for row in 0..<count {
      if row & 0xFFF == 0 { try budget?.checkCancellation() }
      let isMissing = validity.map { !$0[row] } ?? false
      let text = UnsafeBufferPointer(rebasing: bytes.elements[start..<ends[row]])
      texts.append(isMissing ? nil : String(decoding: text, as: UTF8.self))
      start = ends[row]
    }
    return try .texts(texts, budget: budget)
  }

  /// The texts one after another, as they came in.
  fileprivate func plainColumn(_ validity: Bitmap?) throws(QueryError) -> Column {
    let offsets = try AlignedBytes(byteCount: (count + 1) * 8, budget: budget)
    let target = offsets.pointer(to: Int.self)
    target[0] = 0
    try budget.forEachPiece(of: count) { piece in
      for row in piece { target[row + 1] = ends[row] }
    }
    let memory = try AlignedBytes(byteCount: max(1, bytes.count), budget: budget)
    try budget.copy(bytes.pointer, bytes.count, to: memory.pointer(to: UInt8.self))
    return Column(
      type: .text, count: count,
      payload: .plain(TextHeap(count: count, offsets: offsets, bytes: memory)),
      validity: validity)
  }
}
