/// A column of groups that several workers write, each at places of its own.
///
/// SAFETY: workers write disjoint ranges of rows; the column is made when all are done.
final class GroupedColumn: @unchecked Sendable {
  private let type: ColumnType
  private let count: Int
  private let storage: Storage
  private let present: AlignedBytes?
  private let budget: MemoryBudget?

  private enum Storage {
    case codes(Codes, base: Int64)
    case text(Codes, TextDictionary)
    case floats(AlignedBytes)
  }

  /// Makes room for stored integers of a range.
  init(
    type: ColumnType, count: Int, range: ClosedRange<Int64>, isNullable: Bool,
    budget: MemoryBudget?
  ) throws(QueryError) {
    let most = UInt64(bitPattern: range.upperBound &- range.lowerBound)
    let codes = try Codes(count: count, width: .narrowest(for: most), budget: budget)
    (self.type, self.count, self.budget) = (type, count, budget)
    storage = .codes(codes, base: range.lowerBound)
    present = isNullable ? try AlignedBytes(byteCount: count, budget: budget) : nil
  }

  /// Makes room for the codes of a dictionary.
  init(
    dictionary: TextDictionary, count: Int, isNullable: Bool, budget: MemoryBudget?
  ) throws(QueryError) {
    let most = UInt64(max(0, dictionary.count - 1))
    let codes = try Codes(count: count, width: .narrowest(for: most), budget: budget)
    (type, self.count, self.budget) = (.text, count, budget)
    storage = .text(codes, dictionary)
    present = isNullable ? try AlignedBytes(byteCount: count, budget: budget) : nil
  }

  /// Makes room for doubles.
  init(floats type: ColumnType, count: Int, isNullable: Bool, budget: MemoryBudget?)
    throws(QueryError)
  {
    (self.type, self.count, self.budget) = (type, count, budget)
    storage = .floats(try AlignedBytes(byteCount: count * 8, budget: budget))
    present = isNullable ? try AlignedBytes(byteCount: count, budget: budget) : nil
  }

  /// Writes one field of packed keys for the groups from `start` on, all of which have `high` above
  /// their lower 64 bits.
  func write(
    _ keys: UnsafePointer<UInt64>, high: UInt64, _ key: RecordLayout.Key, _ count: Int,
    at start: Int
  ) {
    let flags = present.map { $0.pointer(to: UInt8.self) + start }
    let field = PackedField(key, high: high)
    withCodes { codes, _ in
      switch codes.width {
      case .one: writeField(keys, field, count, flags, codes.pointer(to: UInt8.self) + start)
      case .two: writeField(keys, field, count, flags, codes.pointer(to: UInt16.self) + start)
      case .four: writeField(keys, field, count, flags, codes.pointer(to: UInt32.self) + start)
      case .eight: writeField(keys, field, count, flags, codes.pointer(to: UInt64.self) + start)
      }
    }
  }

  /// Writes stored integers, `sums[i] + base * counts[i]`, for the groups from `start` on.
  func write(
    _ sums: UnsafePointer<UInt64>, base: Int64, counts: UnsafePointer<UInt32>, _ count: Int,
    at start: Int
  ) {
    withCodes { codes, own in
      switch codes.width {
      case .one: writeSums(sums, base, counts, count, own, codes.pointer(to: UInt8.self) + start)
      case .two: writeSums(sums, base, counts, count, own, codes.pointer(to: UInt16.self) + start)
      case .four: writeSums(sums, base, counts, count, own, codes.pointer(to: UInt32.self) + start)
      case .eight: writeSums(sums, base, counts, count, own, codes.pointer(to: UInt64.self) + start)
      }
    }
  }

  /// Writes codes; those without a count are missing.
  func write(
    codes values: UnsafePointer<UInt64>, counts: UnsafePointer<UInt32>, _ count: Int, at start: Int
  ) {
    if let flags = present.map({ $0.pointer(to: UInt8.self) + start }) {
      for row in 0..<count { flags[row] = counts[row] == 0 ? 0 : 1 }
    }
    withCodes { codes, _ in
      for row in 0..<count { codes.store(counts[row] == 0 ? 0 : values[row], at: start + row) }
    }
  }

  /// Writes `(sums[i] + base * counts[i]) / (counts[i] * power)`, rounded once.
  func writeAverages(
    _ sums: UnsafePointer<UInt64>, base: Int64, power: Int128, counts: UnsafePointer<UInt32>,
    _ count: Int, at start: Int
  ) {
    guard case .floats(let bytes) = storage else { return }
    let target = bytes.pointer(to: Double.self) + start
    let flags = present.map { $0.pointer(to: UInt8.self) + start }
    for row in 0..<count {
      let own = Int128(counts[row])
      flags?[row] = own == 0 ? 0 : 1
      let total = Int128(sums[row]) &+ Int128(base) &* own
      target[row] = own == 0 ? 0 : quotient(total, own &* power)
    }
  }

  private func withCodes(_ body: (Codes, Int64) -> Void) {
    switch storage {
    case .codes(let codes, let base): body(codes, base)
    case .text(let codes, _): body(codes, 0)
    case .floats: return
    }
  }

  /// The column, once all groups are written.
  func finish() throws(QueryError) -> Column {
    var validity: Bitmap?
    if let present {
      let bitmap = try Bitmap(count: count, budget: budget)
      packBytes(present.pointer(to: UInt8.self), count, into: bitmap.words)
      validity = bitmap
    }
    let payload: Column.Payload =
      switch storage {
      case .codes(let codes, let base): .codes(codes, base: base)
      case .text(let codes, let dictionary): .dictionary(codes, dictionary)
      case .floats(let bytes): .floats(bytes)
      }
    return Column(type: type, count: count, payload: payload, validity: validity)
  }
}

/// Writes bytes that are 0 or 1 as bits of words that are zero.
private func packBytes(
  _ bytes: UnsafePointer<UInt8>, _ count: Int, into words: UnsafeMutablePointer<UInt64>
) {
  for row in 0..<count { words[row >> 6] |= UInt64(bytes[row]) &<< UInt64(row & 63) }
}

/// Where the code of a key stands in the lower 64 bits of packed keys, and what of it is the same
/// in all of them.
private struct PackedField {
  let shift: UInt64
  let mask: UInt64
  let common: UInt64
  let domain: UInt64

  init(_ key: RecordLayout.Key, high: UInt64) {
    domain = key.domain
    // A field that begins in the high part has no bit below; one may lie across the border.
    let below = max(0, min(key.bits, 64 - key.shift))
    shift = UInt64(min(key.shift, 63))
    mask = below >= 64 ? .max : (1 << UInt64(below)) &- 1
    let above = key.bits - below
    let part: UInt64 = (1 << UInt64(above)) &- 1
    common = ((high >> UInt64(max(0, key.shift - 64))) & part) << UInt64(min(below, 63))
  }
}

@inline(__always)
private func writeField<Code: CodeInteger>(
  _ keys: UnsafePointer<UInt64>, _ field: PackedField, _ count: Int,
  _ flags: UnsafeMutablePointer<UInt8>?, _ target: UnsafeMutablePointer<Code>
) {
  let (shift, mask, common, domain) = (field.shift, field.mask, field.common, field.domain)
  if let flags {
    for row in 0..<count {
      let code = (keys[row] &>> shift) & mask | common
      flags[row] = code == domain ? 0 : 1
      target[row] = code == domain ? 0 : Code(truncatingIfNeeded: code)
    }
  } else {
    for row in 0..<count {
      target[row] = Code(truncatingIfNeeded: (keys[row] &>> shift) & mask | common)
    }
  }
}

@inline(__always)
private func writeSums<Code: CodeInteger>(
  _ sums: UnsafePointer<UInt64>, _ base: Int64, _ counts: UnsafePointer<UInt32>, _ count: Int,
  _ lowest: Int64, _ target: UnsafeMutablePointer<Code>
) {
  for row in 0..<count {
    let total = Int64(bitPattern: sums[row]) &+ base &* Int64(counts[row])
    target[row] = Code(truncatingIfNeeded: total &- lowest)
  }
}
