/// Codes of one column from some row on. Kernels are chosen by its case, once per piece of rows.
enum CodePointer {
  case one(UnsafePointer<UInt8>)
  case two(UnsafePointer<UInt16>)
  case four(UnsafePointer<UInt32>)

  /// The codes from `row` on; nil where they have eight bytes.
  init?(_ codes: Codes, from row: Int) {
    switch codes.width {
    case .one: self = .one(codes.pointer(to: UInt8.self) + row)
    case .two: self = .two(codes.pointer(to: UInt16.self) + row)
    case .four: self = .four(codes.pointer(to: UInt32.self) + row)
    case .eight: return nil
    }
  }

  /// The codes `count` rows further on.
  func advanced(by count: Int) -> CodePointer {
    switch self {
    case .one(let codes): .one(codes + count)
    case .two(let codes): .two(codes + count)
    case .four(let codes): .four(codes + count)
    }
  }

  /// Adds `unit` for each row to the word of its slot.
  func addUnits(_ count: Int, _ unit: UInt64, _ state: FusedState) {
    switch self {
    case .one(let slots): Tally.addUnits(slots, count, unit, state)
    case .two(let slots): Tally.addUnits(slots, count, unit, state)
    case .four(let slots): Tally.addUnits(slots, count, unit, state)
    }
  }

  /// Adds the value of each row to the word of its slot.
  func add(_ values: CodePointer, _ count: Int, _ state: FusedState) {
    switch self {
    case .one(let slots): addTo(slots, values, count, state)
    case .two(let slots): addTo(slots, values, count, state)
    case .four(let slots): addTo(slots, values, count, state)
    }
  }

  /// Adds the values of each row to the two words of its slot.
  func add(_ values: CodePointer, _ others: CodePointer, _ count: Int, _ state: FusedState) {
    switch self {
    case .one(let slots): addTo(slots, values, others, count, state)
    case .two(let slots): addTo(slots, values, others, count, state)
    case .four(let slots): addTo(slots, values, others, count, state)
    }
  }

  /// The sum of the codes.
  func sum(_ count: Int) -> UInt64 {
    switch self {
    case .one(let codes): sumCodes(codes, count)
    case .two(let codes): sumCodes(codes, count)
    case .four(let codes): sumCodes(codes, count)
    }
  }

  /// Sets the slot of each row to `offset + code * stride`, or adds this to it.
  func combine(
    _ count: Int, stride: UInt32, offset: UInt32, isFirst: Bool,
    into slots: UnsafeMutablePointer<UInt32>
  ) {
    switch self {
    case .one(let codes):
      combineCodes(
        codes, count, stride: stride, offset: offset, isFirst: isFirst, into: slots)
    case .two(let codes):
      combineCodes(
        codes, count, stride: stride, offset: offset, isFirst: isFirst, into: slots)
    case .four(let codes):
      combineCodes(
        codes, count, stride: stride, offset: offset, isFirst: isFirst, into: slots)
    }
  }
}

@inline(__always)
private func addTo<S: CodeInteger>(
  _ slots: UnsafePointer<S>, _ values: CodePointer, _ count: Int, _ state: FusedState
) {
  switch values {
  case .one(let values): addValues(slots, values, count, state.unit, state)
  case .two(let values): addValues(slots, values, count, state.unit, state)
  case .four(let values): addValues(slots, values, count, state.unit, state)
  }
}

@inline(__always)
private func addTo<S: CodeInteger>(
  _ slots: UnsafePointer<S>, _ values: CodePointer, _ others: CodePointer, _ count: Int,
  _ state: FusedState
) {
  switch values {
  case .one(let values): addTo(slots, values, others, count, state)
  case .two(let values): addTo(slots, values, others, count, state)
  case .four(let values): addTo(slots, values, others, count, state)
  }
}

@inline(__always)
private func addTo<S: CodeInteger, V: CodeInteger>(
  _ slots: UnsafePointer<S>, _ values: UnsafePointer<V>, _ others: CodePointer, _ count: Int,
  _ state: FusedState
) {
  switch others {
  case .one(let others): addPairs(slots, values, others, count, state.unit, state)
  case .two(let others): addPairs(slots, values, others, count, state.unit, state)
  case .four(let others): addPairs(slots, values, others, count, state.unit, state)
  }
}
