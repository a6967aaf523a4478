/// Numbers for the values of a key column, so that keys of any type can be compared as integers.
struct KeyNumbers: Sendable {
  private let scale: Int
  private var texts: [String: Int64] = [:]

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
    default: break
    }
  }

  /// The number of a value; nil for a missing one, and for one that no column value can equal.
  func number(_ value: CellValue) -> Int64? {
    switch value {
    case .text(let text): return texts[text]
    case .float(let number), .ratio(let number): return Int64(bitPattern: orderedBits(number))
    case .decimal(let exact), .percent(let exact):
      return exact.coefficient(atScale: scale).flatMap { Int64(exactly: $0) }
    case .integer(let whole):
      let exact = ExactDecimal(coefficient: whole, scale: 0)
      return exact.coefficient(atScale: scale).flatMap { Int64(exactly: $0) }
    default: return value.storedInteger.flatMap { Int64(exactly: $0) }
    }
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
    case .integers(let values): return values[place]
    case .wide(let values): return Int64(exactly: values[place])
    case .floats(let values): return Int64(bitPattern: orderedBits(values[place]))
    case .booleans(let values): return Int64(values[place])
    case .codes(let codes, _): return numberOfCode[Int(codes[place])]
    case .texts(let slices):
      return keys.number(ofText: String(decoding: slices[place].bytes, as: UTF8.self))
    }
  }
}
