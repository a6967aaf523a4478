/// Slots of rows of which some are left out: those have the slot behind all others.
///
///     slots      7  3  3  9        100 slots
///     taken      1  0  1  1
///     redirected 7 100 3  9
///
/// SAFETY: callers give at most ``SlotReader/pieceRows`` rows at a time, for which there is room.
struct RedirectedSlots {
  private let slotCount: Int
  private let memory: AlignedBytes

  /// Makes room for the slots of a piece of rows.
  init(slotCount: Int, budget: MemoryBudget?) throws(QueryError) {
    self.slotCount = slotCount
    memory = try AlignedBytes(
      byteCount: SlotReader.pieceRows * CodeWidth.narrowest(for: UInt64(slotCount)).rawValue,
      budget: budget)
  }

  /// The slots, as narrow as they can be and valid until the next call; `taken` holds 0 or 1 for
  /// each row.
  func fill(
    _ slots: CodePointer, _ taken: UnsafePointer<UInt8>, _ count: Int
  ) -> CodePointer {
    switch CodeWidth.narrowest(for: UInt64(slotCount)) {
    case .one: return .one(fill(slots, taken, count, memory.pointer(to: UInt8.self)))
    case .two: return .two(fill(slots, taken, count, memory.pointer(to: UInt16.self)))
    default: return .four(fill(slots, taken, count, memory.pointer(to: UInt32.self)))
    }
  }

  private func fill<T: CodeInteger>(
    _ slots: CodePointer, _ taken: UnsafePointer<UInt8>, _ count: Int,
    _ target: UnsafeMutablePointer<T>
  ) -> UnsafePointer<T> {
    let last = T(truncatingIfNeeded: slotCount)
    switch slots {
    case .one(let slots): redirect(slots, taken, last, count, into: target)
    case .two(let slots): redirect(slots, taken, last, count, into: target)
    case .four(let slots): redirect(slots, taken, last, count, into: target)
    }
    return UnsafePointer(target)
  }
}

@inline(__always)
private func redirect<S: CodeInteger, T: CodeInteger>(
  _ slots: UnsafePointer<S>, _ taken: UnsafePointer<UInt8>, _ last: T, _ count: Int,
  into target: UnsafeMutablePointer<T>
) {
  for row in 0..<count {
    let mask = 0 &- T(truncatingIfNeeded: taken[row])
    target[row] = T(truncatingIfNeeded: slots[row]) & mask | last & ~mask
  }
}
