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

  /// Adds the values of each row to the word of its slot; `values` stand in the order of their
  /// widths, narrow ones first.
  func add(_ values: [CodePointer], _ count: Int, _ state: FusedState) {
    switch self {
    case .one(let slots): addTo(slots, values, count, state)
    case .two(let slots): addTo(slots, values, count, state)
    case .four(let slots): addTo(slots, values, count, state)
    }
  }

  /// The sum of the codes, of those that `kept` has a 1 for if it is given.
  func sum(_ count: Int, _ kept: UnsafePointer<UInt8>?) -> UInt64 {
    switch self {
    case .one(let codes): sumCodes(codes, count, kept)
    case .two(let codes): sumCodes(codes, count, kept)
    case .four(let codes): sumCodes(codes, count, kept)
    }
  }

  /// Whether any of the codes lies in a range.
  func anyLies(in range: ClosedRange<UInt64>, _ count: Int) -> Bool {
    switch self {
    case .one(let codes): Tally.anyLies(codes, in: range, count)
    case .two(let codes): Tally.anyLies(codes, in: range, count)
    case .four(let codes): Tally.anyLies(codes, in: range, count)
    }
  }

  /// Sets the slot of each row to `offset + code * stride`, or adds this to it.
  func combine<Slot: CodeInteger>(
    _ count: Int, stride: Slot, offset: Slot, isFirst: Bool,
    into slots: UnsafeMutablePointer<Slot>
  ) {
    switch self {
    case .one(let codes):
      combineCodes(codes, count, stride: stride, offset: offset, isFirst: isFirst, into: slots)
    case .two(let codes):
      combineCodes(codes, count, stride: stride, offset: offset, isFirst: isFirst, into: slots)
    case .four(let codes):
      combineCodes(codes, count, stride: stride, offset: offset, isFirst: isFirst, into: slots)
    }
  }
}

private func addTo<S: CodeInteger>(
  _ slots: UnsafePointer<S>, _ values: [CodePointer], _ count: Int, _ state: FusedState
) {
  switch values.count {
  case 0: accumulate(slots, UnitAddend(unit: state.unit), count, state)
  case 1:
    switch values[0] {
    case .one(let values): addTo(slots, values, count, state)
    case .two(let values): addTo(slots, values, count, state)
    case .four(let values): addTo(slots, values, count, state)
    }
  default:
    let third = values.count > 2 ? values[2] : nil
    switch (values[0], values[1]) {
    case (.one(let first), .one(let second)): addTo(slots, first, second, third, count, state)
    case (.one(let first), .two(let second)): addTo(slots, first, second, third, count, state)
    case (.one(let first), .four(let second)): addTo(slots, first, second, third, count, state)
    case (.two(let first), .two(let second)): addTo(slots, first, second, third, count, state)
    case (.two(let first), .four(let second)): addTo(slots, first, second, third, count, state)
    case (.four(let first), .four(let second)): addTo(slots, first, second, third, count, state)
    default: preconditionFailure("values in another order than that of their widths")
    }
  }
}

private func addTo<S: CodeInteger, V: CodeInteger>(
  _ slots: UnsafePointer<S>, _ values: UnsafePointer<V>, _ count: Int, _ state: FusedState
) {
  accumulate(slots, SingleAddend(unit: state.unit, values: values), count, state)
}

private func addTo<S: CodeInteger, V: CodeInteger, W: CodeInteger>(
  _ slots: UnsafePointer<S>, _ first: UnsafePointer<V>, _ second: UnsafePointer<W>,
  _ third: CodePointer?, _ count: Int, _ state: FusedState
) {
  let factors = state.factors
  let pair = PairAddend(unit: state.unit, first: first, second: second, factor: factors[1])
  switch third {
  case nil: accumulate(slots, pair, count, state)
  case .one(let third):
    accumulate(
      slots, TripleAddend(pair: pair, third: third, factor: factors[2]), count, state)
  case .two(let third):
    accumulate(
      slots, TripleAddend(pair: pair, third: third, factor: factors[2]), count, state)
  case .four(let third):
    accumulate(
      slots, TripleAddend(pair: pair, third: third, factor: factors[2]), count, state)
  }
}
