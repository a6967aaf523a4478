/// How the keys of a row become one word whose order is the order of the keys, and how its values
/// become another one:
///
///     key    = code0 << shift0 | code1 << shift1 | …       the first key is the most significant
///     value  = (code << 1 | hasValue) << shift | …         without the flag where all have a value
///
/// A key may have some bits more than a word, where it is dealt out to ranges of keys within which
/// the highest bits are the same: a record holds the lower 64, its range the others.
///
///     key    = high (keyBits - 64 bits) | low (64 bits)
///     top    = key >> (keyBits - 64)                       what ranges are found by
struct RecordLayout {
  /// Where the code of one key stands.
  struct Key {
    let column: Column
    let codes: Codes
    /// What is added to a code of the column.
    let offset: UInt64
    /// The place of the lowest bit; 64 and above in the high part.
    let shift: Int
    let bits: Int
    /// The code of a missing value, which is the number of others.
    let domain: UInt64
    /// The stored integer of code 0; nothing for text.
    let lower: Int64
  }

  /// Where the code of one value stands.
  struct Value {
    /// The column among those of the table.
    let index: Int
    let column: Column
    let codes: Codes
    let base: Int64
    let shift: UInt64
    let bits: Int
    let isNullable: Bool

    /// The bits of the code, at its place behind the flag.
    var mask: UInt64 { (1 << UInt64(bits)) &- 1 }
  }

  let keys: [Key]
  let values: [Value]
  /// The bits of a key and of a value.
  let keyBits: Int
  let valueBits: Int
  /// The bits of a key beyond a word.
  var highBits: Int { max(0, keyBits - 64) }

  /// The most bits that a key may have beyond a word: ranges of keys are no longer than the keys
  /// that agree in these.
  static let mostHighBits = 10

  /// The product of the keys' domains, missing values included; nil where it has over 32 bits.
  var slotCount: Int? {
    var product: UInt64 = 1
    for key in keys {
      let next = product.multipliedReportingOverflow(by: key.domain + 1)
      if next.overflow || next.partialValue > UInt64(UInt32.max) { return nil }
      product = next.partialValue
    }
    return Int(product)
  }

  /// Lays out the columns of keys and of the operands of calls; nil where they are something else,
  /// or too wide: keys may have `highBits` more than a word, values have one.
  init?(
    _ keyExpressions: [BoundExpression], _ calls: [AggregateCall], columns: [Column],
    highBits: Int = 0
  ) {
    guard let keys = Self.keys(keyExpressions, columns), keys.bits <= 64 + highBits else {
      return nil
    }
    self.keys = keys.fields
    keyBits = keys.bits
    var values: [Value] = []
    var shift = 0
    for operand in calls.flatMap(\.operands) {
      guard case .column(let index) = operand.kind else { return nil }
      if values.contains(where: { $0.index == index }) { continue }
      let column = columns[index]
      guard case .codes(let codes, let base) = column.payload, codes.width < .eight else {
        return nil
      }
      let isNullable = column.validity != nil
      let bits = 64 - codes.maximum.leadingZeroBitCount
      values.append(
        Value(
          index: index, column: column, codes: codes, base: base, shift: UInt64(shift),
          bits: bits, isNullable: isNullable))
      shift += bits + (isNullable ? 1 : 0)
      if shift > 64 { return nil }
    }
    self.values = values
    valueBits = shift
  }

  private static func keys(
    _ expressions: [BoundExpression], _ columns: [Column]
  ) -> (fields: [Key], bits: Int)? {
    if expressions.isEmpty { return nil }
    var own: [Column] = []
    for expression in expressions {
      guard case .column(let index) = expression.kind else { return nil }
      own.append(columns[index])
    }
    let codings = zip(expressions, own).map { KeyCoding($0, dictionary: $1.textDictionary) }
    let bits = codings.map(\.fieldBits)
    guard bits.allSatisfy({ $0.count == 1 }) else { return nil }
    let whole = bits.reduce(0) { $0 + $1[0] }
    // The first key is the most significant.
    var left = whole
    var fields: [Key] = []
    for (index, column) in own.enumerated() {
      let coding = codings[index]
      left -= bits[index][0]
      let (codes, lower, offset): (Codes, Int64, UInt64)
      switch (column.payload, coding.kind) {
      case (.codes(let own, let base), .bounded(let least)) where base >= least:
        (codes, lower, offset) = (own, least, UInt64(bitPattern: base &- least))
      case (.dictionary(let own, _), .coded): (codes, lower, offset) = (own, 0, 0)
      default: return nil
      }
      if codes.width == .eight { return nil }
      fields.append(
        Key(
          column: column, codes: codes, offset: offset, shift: left, bits: bits[index][0],
          domain: coding.domain, lower: lower))
    }
    return (fields, whole)
  }
}

extension RecordLayout {
  /// Writes the lower 64 bits of the keys of consecutive rows, or, with `dropping`, those from that
  /// bit on. `mask` has room for a byte per row, rounded up to eight.
  func packKeys(
    from start: Int, _ count: Int, dropping: Int = 0, mask: UnsafeMutablePointer<UInt8>,
    into words: UnsafeMutablePointer<UInt64>
  ) {
    words.update(repeating: 0, count: count)
    for key in keys {
      let shift = key.shift - dropping
      guard shift < 64, shift > -key.bits, let codes = CodePointer(key.codes, from: start) else {
        continue
      }
      let valid = Self.mask(key.column, start, count, mask)
      switch codes {
      case .one(let codes): addKeys(codes, count, key, shift, valid, to: words)
      case .two(let codes): addKeys(codes, count, key, shift, valid, to: words)
      case .four(let codes): addKeys(codes, count, key, shift, valid, to: words)
      }
    }
  }

  /// Writes the values of consecutive rows.
  func packValues<Word: CodeInteger>(
    from start: Int, _ count: Int, mask: UnsafeMutablePointer<UInt8>,
    into words: UnsafeMutablePointer<Word>
  ) {
    words.update(repeating: 0, count: count)
    for value in values {
      guard let codes = CodePointer(value.codes, from: start) else { continue }
      let valid = Self.mask(value.column, start, count, mask)
      switch codes {
      case .one(let codes): addValues(codes, count, value, valid, to: words)
      case .two(let codes): addValues(codes, count, value, valid, to: words)
      case .four(let codes): addValues(codes, count, value, valid, to: words)
      }
    }
  }

  /// Which rows have a value; nil where all have.
  private static func mask(
    _ column: Column, _ start: Int, _ count: Int, _ mask: UnsafeMutablePointer<UInt8>
  ) -> UnsafePointer<UInt8>? {
    guard let words = column.validity?.words, !areAllSet(words, first: start, count: count) else {
      return nil
    }
    expandBits(words, first: start, count: count, into: mask)
    return UnsafePointer(mask)
  }
}

@inline(__always)
private func addKeys<Code: CodeInteger>(
  _ codes: UnsafePointer<Code>, _ count: Int, _ key: RecordLayout.Key, _ place: Int,
  _ valid: UnsafePointer<UInt8>?, to words: UnsafeMutablePointer<UInt64>
) {
  let (offset, domain) = (key.offset, key.domain)
  if let valid {
    for row in 0..<count {
      let own = UInt64(truncatingIfNeeded: codes[row]) &+ offset
      words[row] |= moved(valid[row] == 0 ? domain : own, by: place)
    }
  } else if place >= 0 {
    let shift = UInt64(place)
    for row in 0..<count {
      words[row] |= (UInt64(truncatingIfNeeded: codes[row]) &+ offset) &<< shift
    }
  } else {
    for row in 0..<count {
      words[row] |= moved(UInt64(truncatingIfNeeded: codes[row]) &+ offset, by: place)
    }
  }
}

/// A code at a place within a word, of which it may stick out at either end.
@inline(__always)
private func moved(_ code: UInt64, by place: Int) -> UInt64 {
  place >= 0 ? code &<< UInt64(place) : code &>> UInt64(0 &- place)
}

@inline(__always)
private func addValues<Code: CodeInteger, Word: CodeInteger>(
  _ codes: UnsafePointer<Code>, _ count: Int, _ value: RecordLayout.Value,
  _ valid: UnsafePointer<UInt8>?, to words: UnsafeMutablePointer<Word>
) {
  let shift = Word(truncatingIfNeeded: value.shift)
  if let valid {
    for row in 0..<count {
      let own = Word(truncatingIfNeeded: codes[row]) &<< 1 | 1
      words[row] |= valid[row] == 0 ? 0 : own &<< shift
    }
  } else if value.isNullable {
    for row in 0..<count {
      words[row] |= (Word(truncatingIfNeeded: codes[row]) &<< 1 | 1) &<< shift
    }
  } else {
    for row in 0..<count { words[row] |= Word(truncatingIfNeeded: codes[row]) &<< shift }
  }
}
