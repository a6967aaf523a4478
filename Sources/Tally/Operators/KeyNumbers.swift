/// Numbers for the values of a key column, so that keys of any type can be compared as integers.
struct KeyNumbers: Sendable {
  private let scale: Int
  private var texts: [String: Int64] = [:]
  /// Numbers of stored integers, where 64 bits may not hold them.
  private var wide: [Int128: Int64]?

  /// Numbers the values of a column; exact numbers are counted in units of `scale` places.
  init(_ column: Column, scale: Int) {
    self.scale = scale
    switch column.payload {
    case .dictionary(_, let dictionary):
      for code in 0..<dictionary.count { texts[dictionary[code]] = Int64(code) }
    case .plain(let heap):
      for row in 0..<heap.count where texts[heap[row]] == nil {
        texts[heap[row]] = Int64(texts.count)
      }
    case .wide: numberWide(column)
    case .codes: if scale > column.type.scale { numberWide(column) }
    case .floats: break
    }
  }

  private mutating func numberWide(_ column: Column) {
    var numbers: [Int128: Int64] = [:]
    for row in 0..<column.count {
      guard let stored = stored(column[row]), numbers[stored] == nil else { continue }
      numbers[stored] = Int64(numbers.count)
    }
    wide = numbers
  }

  /// The stored integer of an exact number at the scale of the keys; nil where it has none.
  private func stored(_ value: CellValue) -> Int128? {
    switch value {
    case .decimal(let exact), .percent(let exact): exact.coefficient(atScale: scale)
    case .integer(let whole):
      ExactDecimal(coefficient: whole, scale: 0).coefficient(atScale: scale)
    default: value.storedInteger
    }
  }

  /// The number of a value; nil for a missing one, and for one that no column value can equal.
  func number(_ value: CellValue) -> Int64? {
    switch value {
    case .text(let text): return texts[text]
    case .float(let number), .ratio(let number): return Int64(bitPattern: orderedBits(number))
    default: return stored(value).flatMap { number(ofStored: $0) }
    }
  }

  /// The number of a stored integer at the scale of the keys, where a column value can equal it.
  func number(ofStored stored: Int128) -> Int64? {
    if let wide { return wide[stored] }
    return Int64(exactly: stored)
  }

  /// The number of a text, where the column has it.
  func number(ofText text: String) -> Int64? { texts[text] }
}

/// Reads the numbers of keys in batch after batch, remembering what a dictionary's codes mean.
struct KeyProbe {
  private let keys: KeyNumbers
  private var vector: Vector?
  private var dictionary: TextDictionary?
  private var numberOfCode: [Int64?] = []

  init(_ keys: KeyNumbers) { self.keys = keys }

  /// Turns to the keys of the next batch.
  mutating func read(_ vector: Vector) {
    self.vector = vector
    guard case .codes(_, let dictionary) = vector.storage, self.dictionary !== dictionary else {
      return
    }
    self.dictionary = dictionary
    numberOfCode = (0..<dictionary.count).map { keys.number(ofText: dictionary[$0]) }
  }

  /// Whether the row has no key.
  func isMissing(_ row: Int) -> Bool {
    guard let vector, let valid = vector.valid else { return false }
    return valid[vector.isConstant ? 0 : row] == 0
  }

  /// The number of a row's key; nil where no column value equals it.
  func number(_ row: Int) -> Int64? {
    guard let vector else { return nil }
    let place = vector.isConstant ? 0 : row
    switch vector.storage {
    case .integers(let values): return keys.number(ofStored: Int128(values[place]))
    case .wide(let values): return keys.number(ofStored: values[place])
    case .floats(let values): return Int64(bitPattern: orderedBits(values[place]))
    case .booleans(let values): return Int64(values[place])
    case .codes(let codes, _): return numberOfCode[Int(codes[place])]
    case .texts(let slices):
      return keys.number(ofText: String(decoding: slices[place].bytes, as: UTF8.self))
    }
  }
}
