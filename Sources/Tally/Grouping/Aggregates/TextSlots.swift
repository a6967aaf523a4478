#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// One text per group, each of which may be replaced.
///
///     slots:  (offset, count, capacity) per group
///     bytes:  texts with room to grow; a text that outgrows its room moves to the end
///
/// Room doubles when a text moves, so that at most half of the bytes lie waste.
struct TextSlots {
  private struct Slot: BitwiseCopyable {
    var offset = 0
    var count = -1
    var capacity = 0
  }

  private var slots: GroupArray<Slot>
  private var bytes: GroupArray<UInt8>

  /// Makes an empty store.
  init(budget: MemoryBudget?) throws(QueryError) {
    slots = try GroupArray(budget: budget)
    bytes = try GroupArray(budget: budget)
  }

  /// Makes room for groups, which have no text.
  mutating func reserve(groups: Int) throws(QueryError) {
    try slots.resize(to: groups, filling: Slot())
  }

  /// The text of a group, valid until a text is stored; nil where none was.
  func text(_ group: Int) -> UnsafeBufferPointer<UInt8>? {
    let slot = slots[group]
    if slot.count < 0 { return nil }
    return UnsafeBufferPointer(start: UnsafePointer(bytes.pointer + slot.offset), count: slot.count)
  }

  /// Copies a text into a group. It must not lie in this store.
  mutating func store(_ text: UnsafeBufferPointer<UInt8>, at group: Int) throws(QueryError) {
    var slot = slots[group]
    if text.count > slot.capacity {
      slot.offset = bytes.count
      slot.capacity = max(text.count, 2 * slot.capacity)
      try bytes.resize(to: bytes.count + slot.capacity, filling: 0)
    }
    slot.count = text.count
    if let source = text.baseAddress, !text.isEmpty {
      memcpy(bytes.pointer + slot.offset, source, text.count)
    }
    slots[group] = slot
  }

  /// The texts of groups as a column; missing where a group has none.
  func column(
    order: UnsafeBufferPointer<UInt32>, budget: MemoryBudget?
  ) throws(QueryError) -> Column {
    let validity = try Bitmap(count: order.count, filled: true, budget: budget)
    let offsets = try AlignedBytes(byteCount: (order.count + 1) * 8, budget: budget)
    var total = 0
    try budget.forEachPiece(of: order.count) { piece in
      for row in piece {
        let count = slots[Int(order[row])].count
        offsets.pointer(to: Int.self)[row] = total
        total += max(0, count)
        if count < 0 { validity.clear(row) }
      }
    }
    offsets.pointer(to: Int.self)[order.count] = total
    let copy = try AlignedBytes(byteCount: total, budget: budget)
    try budget.forEachPiece(of: order.count) { piece in
      for row in piece {
        let slot = slots[Int(order[row])]
        if slot.count > 0 {
          memcpy(
            copy.address + offsets.pointer(to: Int.self)[row], bytes.pointer + slot.offset,
            slot.count)
        }
      }
    }
    return Column(
      type: .text, count: order.count,
      payload: .plain(TextHeap(count: order.count, offsets: offsets, bytes: copy)),
      validity: validity)
  }
}
