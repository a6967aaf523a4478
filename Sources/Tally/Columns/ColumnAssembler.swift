/// Makes a column of the vectors that an expression gives for batch after batch.
///
/// Values are kept wide while they come in and narrowed at the end, when their range is known.
struct ColumnAssembler {
  private let type: ColumnType
  private let budget: MemoryBudget?
  private var integers: [Int64] = []
  private var wide: [Int128] = []
  private var floats: [Double] = []
  private var codes: [UInt32] = []
  private var dictionary: TextDictionary?
  private var bytes: [UInt8] = []
  private var ends: [Int] = []
  private var valid: [UInt8] = []
  private var hasMissing = false
  private var count = 0
  private var isText = false
  private let memory: MemoryReservation

  /// Makes an assembler of a column of no rows.
  init(type: ColumnType, budget: MemoryBudget? = nil) {
    self.type = type
    self.budget = budget
    memory = MemoryReservation(budget)
  }

  /// Appends `count` rows of a vector, which may be a constant that stands for all of them.
  mutating func append(_ vector: Vector, count rows: Int) throws(QueryError) {
    if rows == 0 { return }
    let isOne = vector.isConstant
    try memory.grow(by: rows * (vector.bytesPerRow + 1))
    switch vector.storage {
    case .integers(let values):
      if wide.isEmpty {
        copy(values, rows, isOne, to: &integers)
      } else {
        for row in 0..<rows { wide.append(Int128(values[isOne ? 0 : row])) }
      }
    case .wide(let values):
      if !integers.isEmpty {
        wide = integers.map { Int128($0) }
        integers = []
      }
      copy(values, rows, isOne, to: &wide)
    case .floats(let values): copy(values, rows, isOne, to: &floats)
    case .booleans(let values):
      for row in 0..<rows { integers.append(Int64(values[isOne ? 0 : row])) }
    case .codes(let values, let dictionary):
      isText = true
      if let known = self.dictionary, known !== dictionary {
        throw QueryError(kind: .bug, message: "an expression changed its dictionary")
      }
      self.dictionary = dictionary
      copy(values, rows, isOne, to: &codes)
    case .texts(let values):
      isText = true
      for row in 0..<rows {
        try memory.grow(by: values[isOne ? 0 : row].count)
        bytes.append(contentsOf: values[isOne ? 0 : row].bytes)
        ends.append(bytes.count)
      }
    }
    appendValidity(vector, rows)
    count += rows
  }

  private func copy<T: BitwiseCopyable>(
    _ values: UnsafePointer<T>, _ rows: Int, _ isOne: Bool, to target: inout [T]
  ) {
    if isOne {
      target.append(contentsOf: repeatElement(values.pointee, count: rows))
    } else {
      target.append(contentsOf: UnsafeBufferPointer(start: values, count: rows))
    }
  }

  private mutating func appendValidity(_ vector: Vector, _ rows: Int) {
    guard let mask = vector.valid else {
      if hasMissing { valid.append(contentsOf: repeatElement(1, count: rows)) }
      return
    }
    if !hasMissing {
      valid.append(contentsOf: repeatElement(1, count: count))
      hasMissing = true
    }
    copy(mask, rows, vector.isConstant, to: &valid)
  }

  /// The column of all rows appended.
  func finish() throws(QueryError) -> Column {
    var validity: Bitmap?
    if hasMissing {
      let bitmap = try Bitmap(count: count, budget: budget)
      for row in 0..<count where valid[row] != 0 { bitmap.set(row) }
      validity = bitmap
    }
    if isText || type == .text { return try textColumn(validity) }
    if type.isFloating {
      return try withBuffer(of: floats) { buffer throws(QueryError) in
        try .floats(buffer, type: type, validity: validity, budget: budget)
      }
    }
    if !wide.isEmpty {
      return try withBuffer(of: wide) { buffer throws(QueryError) in
        try .wideIntegers(buffer, type: type, validity: validity, budget: budget)
      }
    }
    return try withBuffer(of: integers) { buffer throws(QueryError) in
      try .integers(buffer, type: type, validity: validity, budget: budget)
    }
  }

  private func textColumn(_ validity: Bitmap?) throws(QueryError) -> Column {
    guard let dictionary else {
      if count > Self.mostDictionaryRows { return try plainColumn(validity) }
      var texts: [String?] = []
      var start = 0
      for row in 0..<count {
        let isMissing = validity.map { !$0[row] } ?? false
        texts.append(isMissing ? nil : String(decoding: bytes[start..<ends[row]], as: UTF8.self))
        start = ends[row]
      }
      return try .texts(texts, budget: budget)
    }
    let width = CodeWidth.narrowest(for: UInt64(max(0, dictionary.count - 1)))
    let stored = try Codes(count: count, width: width, budget: budget)
    for row in 0..<count { stored.store(UInt64(codes[row]), at: row) }
    return Column(
      type: .text, count: count, payload: .dictionary(stored, dictionary), validity: validity)
  }
}

extension ColumnAssembler {
  /// The most rows of which the texts are sorted into a dictionary.
  fileprivate static let mostDictionaryRows = 1 << 16

  /// The texts one after another, as they came in.
  fileprivate func plainColumn(_ validity: Bitmap?) throws(QueryError) -> Column {
    let offsets = try AlignedBytes(byteCount: (count + 1) * 8, budget: budget)
    let target = offsets.pointer(to: Int.self)
    target[0] = 0
    for row in 0..<count { target[row + 1] = ends[row] }
    let memory = try AlignedBytes(byteCount: max(1, bytes.count), budget: budget)
    bytes.withUnsafeBufferPointer { bytes in
      if let start = bytes.baseAddress {
        memory.pointer(to: UInt8.self).update(from: start, count: bytes.count)
      }
    }
    return Column(
      type: .text, count: count,
      payload: .plain(TextHeap(count: count, offsets: offsets, bytes: memory)),
      validity: validity)
  }
}

extension Vector {
  /// The bytes that a row of an assembled column takes.
  fileprivate var bytesPerRow: Int {
    switch storage {
    case .codes: 4
    case .wide: 16
    case .integers, .floats, .booleans, .texts: 8
    }
  }
}
