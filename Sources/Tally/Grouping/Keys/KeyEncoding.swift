/// Writes the code of each row's key.
func encode(
  _ vector: Vector, _ coding: KeyCoding, _ count: Int, into codes: UnsafeMutablePointer<UInt64>
) throws(QueryError) {
  let isInside: Bool
  switch (coding.kind, vector.storage) {
  case (.bounded(let lower), .integers(let values)):
    isInside = encodeBounded(values, vector.valid, count, coding.domain, into: codes) {
      UInt64(bitPattern: $0 &- lower)
    }
  case (.bounded, .booleans(let values)):
    isInside = encodeBounded(values, vector.valid, count, coding.domain, into: codes) {
      UInt64($0)
    }
  case (.coded(let dictionary), .codes(let values, let other)) where dictionary === other:
    isInside = encodeBounded(values, vector.valid, count, coding.domain, into: codes) {
      UInt64($0)
    }
  case (.integer, .integers(let values)):
    encodeFlagged(values, vector.valid, count, into: codes) {
      UInt64(bitPattern: $0) ^ 1 << 63
    }
    isInside = coding.hasFlag || !hasMissing(vector, count)
  case (.float, .floats(let values)):
    encodeFlagged(values, vector.valid, count, into: codes) { orderedBits($0) }
    isInside = coding.hasFlag || !hasMissing(vector, count)
  default: throw GroupTable.inconsistent("a vector of another layout than its key")
  }
  if !isInside { throw GroupTable.inconsistent("a value outside of its bounds") }
}

/// Writes one of the two words of each row's 128-bit key.
func encodeWide(
  _ vector: Vector, _ count: Int, isHigh: Bool, _ codes: UnsafeMutablePointer<UInt64>
) throws(QueryError) {
  switch (vector.storage, isHigh) {
  case (.wide(let values), true):
    encodeFlagged(values, vector.valid, count, into: codes) {
      UInt64(truncatingIfNeeded: $0 >> 64) ^ 1 << 63
    }
  case (.wide(let values), false):
    encodeFlagged(values, vector.valid, count, into: codes) { UInt64(truncatingIfNeeded: $0) }
  case (.integers(let values), true):
    encodeFlagged(values, vector.valid, count, into: codes) {
      UInt64(bitPattern: $0 >> 63) ^ 1 << 63
    }
  case (.integers(let values), false):
    encodeFlagged(values, vector.valid, count, into: codes) { UInt64(bitPattern: $0) }
  default: throw GroupTable.inconsistent("a vector of another layout than its key")
  }
}

/// Writes 1 where the value is missing, else 0.
func markMissing(_ vector: Vector, _ count: Int, into codes: UnsafeMutablePointer<UInt64>) {
  guard let valid = vector.valid else {
    codes.update(repeating: 0, count: count)
    return
  }
  for row in 0..<count { codes[row] = UInt64(1 &- valid[row]) }
}

private func hasMissing(_ vector: Vector, _ count: Int) -> Bool {
  guard let valid = vector.valid else { return false }
  return sumBytes(valid, count) < count
}

/// Codes inside `0..<domain`, which itself stands for a missing value. False where a value lies
/// outside.
@inline(__always)
private func encodeBounded<T: BitwiseCopyable>(
  _ values: UnsafePointer<T>, _ valid: UnsafePointer<UInt8>?, _ count: Int, _ domain: UInt64,
  into codes: UnsafeMutablePointer<UInt64>, _ code: (T) -> UInt64
) -> Bool {
  var outside: UInt64 = 0
  if let valid {
    for row in 0..<count {
      let own = code(values[row])
      let isValid = UInt64(valid[row])
      outside |= isValid & (own >= domain ? 1 : 0)
      codes[row] = isValid == 1 ? own : domain
    }
  } else {
    for row in 0..<count {
      let own = code(values[row])
      outside |= own >= domain ? 1 : 0
      codes[row] = own
    }
  }
  return outside == 0
}

/// Codes of any size; zero where the value is missing, which a flag says.
@inline(__always)
private func encodeFlagged<T: BitwiseCopyable>(
  _ values: UnsafePointer<T>, _ valid: UnsafePointer<UInt8>?, _ count: Int,
  into codes: UnsafeMutablePointer<UInt64>, _ code: (T) -> UInt64
) {
  if let valid {
    for row in 0..<count { codes[row] = code(values[row]) &* UInt64(valid[row]) }
  } else {
    for row in 0..<count { codes[row] = code(values[row]) }
  }
}
