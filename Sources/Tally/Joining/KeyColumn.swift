import Synchronization

/// A key column of a table that is indexed: gives each value a number, and finds the numbers of
/// other values that are equal to one of them.
///
/// | values | number |
/// |---|---|
/// | integers, decimals, dates, booleans | the distance from the least |
/// | texts of a dictionary | the code |
/// | doubles | the bits, in the order of values |
/// | other texts, 128-bit integers | the first row that has the value |
///
/// SAFETY: nothing but what the mutexes guard is written after the column is made.
final class KeyColumn: Sendable {
  let column: Column
  /// The largest number.
  let greatest: UInt64
  let numbering: Numbering
  private let remaps = Mutex<[Remap]>([])
  private let texts = Mutex<TextMap?>(nil)
  private let context: RunContext

  /// The ways to number values.
  enum Numbering: Sendable {
    case distance(Codes, base: Int64)
    case dictionary(Codes, TextDictionary)
    case doubles
    case items(TextMap)
  }

  /// The numbers of the codes of another dictionary.
  private struct Remap {
    let dictionary: TextDictionary
    let numbers: AlignedBytes
  }

  /// Prepares a column whose exact numbers are compared in units of `scale` decimal places.
  init(_ column: Column, scale: Int, _ context: RunContext) throws(QueryError) {
    self.context = context
    let column = try column.scaled(to: scale, context.budget)
    self.column = column
    switch column.payload {
    case .codes(let codes, let base):
      numbering = .distance(codes, base: base)
      greatest = codes.maximum
    case .dictionary(let codes, let dictionary):
      numbering = .dictionary(codes, dictionary)
      greatest = UInt64(max(0, dictionary.count - 1))
    case .floats:
      numbering = .doubles
      greatest = .max
    case .wide(let bytes):
      let items = TextMap.Items.integers(bytes, count: column.count)
      numbering = .items(try TextMap(items, validity: column.validity, context))
      greatest = UInt64(max(0, column.count - 1))
    case .plain(let heap):
      numbering = .items(try TextMap(.texts(heap), validity: column.validity, context))
      greatest = UInt64(max(0, column.count - 1))
    }
  }

  /// The number of each code of a dictionary, made when it is first asked for, and shared by all
  /// workers; ``WordMap/none`` for a text that the column has not.
  func numbers(of dictionary: TextDictionary) throws(QueryError) -> AlignedBytes {
    let made = remaps.withLock { remaps -> Result<AlignedBytes, QueryError> in
      if let known = remaps.first(where: { $0.dictionary === dictionary }) {
        return .success(known.numbers)
      }
      return Result { () throws(QueryError) in
        let numbers = try remap(dictionary)
        remaps.append(Remap(dictionary: dictionary, numbers: numbers))
        return numbers
      }
    }
    return try made.get()
  }

  private func remap(_ other: TextDictionary) throws(QueryError) -> AlignedBytes {
    let memory = try AlignedBytes(byteCount: other.count * 4, budget: context.budget)
    let numbers = memory.pointer(to: UInt32.self)
    switch numbering {
    case .dictionary(_, let own) where own === other:
      for code in 0..<other.count { numbers[code] = UInt32(truncatingIfNeeded: code) }
    case .dictionary(_, let own):
      // Both are in order, so one walk through them finds all texts that both have.
      var place = 0
      for code in 0..<other.count {
        if code & 0x3FFF == 0 { try context.checkCancellation() }
        numbers[code] = WordMap.none
        while place < own.count {
          let order = compareBytes(own.heap.slice(place), other.heap.slice(code))
          if order == 0 { numbers[code] = UInt32(truncatingIfNeeded: place) }
          if order >= 0 { break }
          place += 1
        }
      }
    case .items(let map):
      let texts = TextPointers(other.heap)
      map.find(count: other.count, into: numbers) { texts.text($0) }
    case .distance, .doubles: throw QueryError(kind: .bug, message: "texts among numbers")
    }
    return memory
  }

  /// What finds single texts.
  func textMap() throws(QueryError) -> TextMap {
    switch numbering {
    case .items(let map): return map
    case .dictionary(_, let own):
      let made = texts.withLock { known -> Result<TextMap, QueryError> in
        if let known { return .success(known) }
        return Result { () throws(QueryError) in
          let map = try TextMap(.texts(own.heap), context)
          known = map
          return map
        }
      }
      return try made.get()
    case .distance, .doubles: throw QueryError(kind: .bug, message: "texts among numbers")
    }
  }
}

extension KeyColumn: WordSource {
  var count: Int { column.count }
  var mayLack: Bool { column.validity != nil }

  func read(
    _ rows: Range<Int>, into words: UnsafeMutablePointer<UInt64>,
    lacking: UnsafeMutablePointer<UInt8>
  ) {
    switch numbering {
    case .distance(let codes, _), .dictionary(let codes, _): codes.widen(rows, into: words)
    case .doubles:
      guard case .floats(let bytes) = column.payload else { break }
      let values = bytes.pointer(to: Double.self) + rows.lowerBound
      for row in 0..<rows.count { words[row] = orderedBits(values[row]) }
    case .items(let map):
      readItems(rows, map, into: words)
    }
    if let validity = column.validity {
      for row in rows { lacking[row - rows.lowerBound] = validity[row] ? 0 : 1 }
    }
  }

  /// The first rows that have the values of some rows; anything for missing values.
  private func readItems(
    _ rows: Range<Int>, _ map: TextMap, into words: UnsafeMutablePointer<UInt64>
  ) {
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: rows.count) { scratch in
      guard let numbers = scratch.baseAddress else { return }
      map.find(count: rows.count, into: numbers) { map.bytes(rows.lowerBound + $0) }
      for row in 0..<rows.count { words[row] = UInt64(numbers[row]) }
    }
  }
}

extension Codes {
  /// Writes the codes of some rows as words.
  func widen(_ rows: Range<Int>, into words: UnsafeMutablePointer<UInt64>) {
    switch width {
    case .one: widenRows(pointer(to: UInt8.self), rows, into: words)
    case .two: widenRows(pointer(to: UInt16.self), rows, into: words)
    case .four: widenRows(pointer(to: UInt32.self), rows, into: words)
    case .eight: widenRows(pointer(to: UInt64.self), rows, into: words)
    }
  }
}

private func widenRows<C: CodeInteger>(
  _ codes: UnsafePointer<C>, _ rows: Range<Int>, into words: UnsafeMutablePointer<UInt64>
) {
  let first = codes + rows.lowerBound
  for row in 0..<rows.count { words[row] = UInt64(first[row]) }
}

extension Column {
  /// The same exact numbers with `scale` decimal places at least; a number that can't be written
  /// so becomes a missing value, as nothing that can is equal to it.
  fileprivate func scaled(to scale: Int, _ budget: MemoryBudget?) throws(QueryError) -> Column {
    guard scale > type.scale, type.isNumeric, !type.isFloating else { return self }
    let memory = try AlignedBytes(byteCount: count * 16, budget: budget)
    let numbers = memory.pointer(to: Int128.self)
    let valid = try Bitmap(count: count, budget: budget)
    for row in 0..<count {
      numbers[row] = 0
      guard let stored = self[row].storedInteger,
        let scaled = ExactDecimal(coefficient: stored, scale: type.scale)
          .coefficient(atScale: scale)
      else { continue }
      numbers[row] = scaled
      valid.set(row)
    }
    return try .wideIntegers(
      UnsafeBufferPointer(start: numbers, count: count), type: .decimal(scale: scale),
      validity: valid, budget: budget)
  }
}
