import CVectorKernels

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The distinct texts of a column so far, each with a code in the order of its first appearance.
///
/// Texts are kept in normalisation form C. Other forms of a text lead to the same code and are
/// normalised once.
final class TextCollector {
  /// A slot of the hash table. A text of up to 16 bytes is its own key; of longer ones the key is
  /// the hash and the place of the bytes.
  private struct Slot {
    var first: UInt64
    var second: UInt64
    var length: UInt32
    /// The code plus one; 0 where the slot is empty.
    var mark: UInt32
  }

  /// A text by its place.
  private struct Entry {
    var start: Int
    var length: Int
  }

  private let budget: MemoryBudget?
  private let seed: UInt64
  private var slots: AlignedBytes
  private var slotMask: Int
  private var usedSlots = 0
  private var entries: AlignedBytes
  private var heap: AlignedBytes
  private var heapCount = 0
  /// The number of texts.
  private(set) var count = 0

  /// The code of texts that stand for no value.
  static let missingCode = UInt32.max - 1
  private let missing: MissingMarks
  private var serial: SerialTexts

  init(missing: MissingMarks, seed: UInt64, budget: MemoryBudget?) throws(QueryError) {
    self.missing = missing
    self.budget = budget
    self.seed = seed
    serial = SerialTexts(budget: budget)
    slots = try AlignedBytes(
      byteCount: 16 * MemoryLayout<Slot>.stride, zeroed: true, budget: budget)
    slotMask = 15
    entries = try AlignedBytes(byteCount: 16 * MemoryLayout<Entry>.stride, budget: budget)
    heap = try AlignedBytes(byteCount: 256, budget: budget)
  }

  /// The bytes of a text, valid until the next call of `intern`. 16 bytes behind them may be read.
  func bytes(of code: Int) -> CellBytes {
    let entry = entries.pointer(to: Entry.self)[code]
    return CellBytes(
      start: UnsafePointer(heap.pointer(to: UInt8.self)) + entry.start, count: entry.length)
  }

  /// The code of a text of up to 4 GiB, 16 bytes of which may be read behind its end.
  @inline(__always)
  func intern(_ start: UnsafePointer<UInt8>, _ length: Int) throws(QueryError) -> UInt32 {
    let key = key(start, length)
    let table = slots.pointer(to: Slot.self)
    var place = Int(truncatingIfNeeded: key.hash) & slotMask
    while table[place].mark != 0 {
      let slot = table[place]
      if slot.first == key.first, slot.length == UInt32(truncatingIfNeeded: length),
        length <= 16 ? slot.second == key.second : isEqual(slot, start, length)
      {
        return slot.mark &- 1
      }
      place = (place &+ 1) & slotMask
    }
    return try insert(start, length, key)
  }

  /// The slots from which on the table lies outside of a core's cache, and the texts whose slots are
  /// asked for before the first of them is looked at.
  private static let cachedSlots = 1 << 15
  static let lookAhead = 32

  /// Whether it is worth while to ask for the slots of texts beforehand.
  var isLarge: Bool { slotMask >= Self.cachedSlots }

  /// Asks for the memory in which a text will be looked for.
  @inline(__always)
  func prefetch(_ start: UnsafePointer<UInt8>, _ length: Int) {
    // Of long texts the hash would cost more than the wait.
    if length > 256 { return }
    let place = Int(truncatingIfNeeded: key(start, length).hash) & slotMask
    let slot = slots.address + place &* MemoryLayout<Slot>.stride
    // A slot may lie in two lines.
    tallyPrefetch(slot)
    tallyPrefetch(slot + (MemoryLayout<Slot>.stride - 1))
  }

  /// Writes the codes of cells and gives the first row that it doesn't take: one with an empty
  /// cell, if it is to stop there.
  func scan(
    _ cells: CellWindow, from first: Int, to rows: Int, _ target: KernelTarget,
    _ totals: inout KernelTotals, stopsAtEmpty: Bool
  ) throws(QueryError) -> Int {
    var row = first
    var run = 8
    while row < rows {
      var end = rows
      if !stopsAtEmpty, serial.isUseful {
        let next = serial.scan(cells, from: row, to: rows, target, &totals)
        run = next > row ? 8 : min(run * 2, 256)
        row = next
        end = min(rows, row + run)
      }
      let stop = try scanByHash(cells, from: row, to: end, target, &totals, stopsAtEmpty)
      if stop < end { return stop }
      row = end
    }
    return rows
  }

  private func scanByHash(
    _ cells: CellWindow, from first: Int, to rows: Int, _ target: KernelTarget,
    _ totals: inout KernelTotals, _ stopsAtEmpty: Bool
  ) throws(QueryError) -> Int {
    for row in first..<rows {
      if isLarge, (row &- first) & (Self.lookAhead &- 1) == 0 {
        for next in row..<min(row &+ Self.lookAhead, rows) {
          let start = cells.start(next)
          prefetch(cells.base + start, cells.end(next) &- start)
        }
      }
      let start = cells.start(row)
      let end = cells.end(row)
      if start == end {
        if stopsAtEmpty { return row }
        target.markMissing(row)
        totals.missing &+= 1
        continue
      }
      let code = try intern(cells.base + start, end &- start)
      target.values[row] = Int64(code)
      if code == Self.missingCode {
        target.markMissing(row)
        totals.missing &+= 1
      } else {
        try serial.learn(cells.base + start, end &- start, code: code, distinct: count)
      }
    }
    return rows
  }

  /// The code of a text wherever it is.
  func intern(copying bytes: CellBytes) throws(QueryError) -> UInt32 {
    guard let start = bytes.baseAddress else { return try intern(emptyText, 0) }
    let copy = try AlignedBytes(byteCount: bytes.count + 16)
    memcpy(copy.address, start, bytes.count)
    return try intern(copy.pointer(to: UInt8.self), bytes.count)
  }

  /// The code of a text in normalisation form C, or nil where it hasn't been seen.
  func find(_ bytes: CellBytes) throws(QueryError) -> UInt32? {
    let copy = try AlignedBytes(byteCount: bytes.count + 16)
    if let start = bytes.baseAddress { memcpy(copy.address, start, bytes.count) }
    let start = UnsafePointer(copy.pointer(to: UInt8.self))
    let key = key(start, bytes.count)
    let table = slots.pointer(to: Slot.self)
    var place = Int(truncatingIfNeeded: key.hash) & slotMask
    while table[place].mark != 0 {
      let slot = table[place]
      if slot.first == key.first, Int(slot.length) == bytes.count,
        bytes.count <= 16 ? slot.second == key.second : isEqual(slot, start, bytes.count)
      {
        return slot.mark &- 1
      }
      place = (place &+ 1) & slotMask
    }
    return nil
  }

  private let emptyText = UnsafePointer<UInt8>(
    UnsafeMutablePointer<UInt8>.allocate(capacity: 16).initialized())

  deinit { emptyText.deallocate() }
}

extension UnsafeMutablePointer<UInt8> {
  fileprivate func initialized() -> Self {
    initialize(repeating: 0, count: 16)
    return self
  }
}

extension TextCollector {
  private struct Key {
    var first: UInt64
    var second: UInt64
    var hash: UInt64
  }

  @inline(__always)
  private func key(_ start: UnsafePointer<UInt8>, _ length: Int) -> Key {
    let raw = UnsafeRawPointer(start)
    if length <= 16 {
      var first = UInt64(littleEndian: raw.loadUnaligned(as: UInt64.self))
      var second: UInt64 = 0
      if length < 8 {
        first &= (1 &<< UInt64(truncatingIfNeeded: length &* 8)) &- 1
      } else if length > 8 {
        second = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        if length < 16 { second &= (1 &<< UInt64(truncatingIfNeeded: length &* 8 &- 64)) &- 1 }
      }
      let hash = mix(first ^ seed, second ^ UInt64(truncatingIfNeeded: length))
      return Key(first: first, second: second, hash: hash)
    }
    var hash = seed ^ UInt64(truncatingIfNeeded: length)
    var index = 0
    while index &+ 8 <= length {
      hash = mix(hash, raw.loadUnaligned(fromByteOffset: index, as: UInt64.self))
      index &+= 8
    }
    let tail = raw.loadUnaligned(fromByteOffset: length &- 8, as: UInt64.self)
    hash = mix(hash, tail)
    return Key(first: hash, second: 0, hash: hash)
  }

  private func isEqual(_ slot: Slot, _ start: UnsafePointer<UInt8>, _ length: Int) -> Bool {
    let place = Int(truncatingIfNeeded: slot.second)
    return memcmp(heap.pointer(to: UInt8.self) + place, start, length) == 0
  }

  /// Adds a text that isn't in the table.
  @inline(never)
  private func insert(
    _ start: UnsafePointer<UInt8>, _ length: Int, _ key: Key
  ) throws(QueryError) -> UInt32 {
    let raw = CellBytes(start: start, count: length)
    var code = UInt32(truncatingIfNeeded: count)
    var place = heapCount
    if let normalised = normalisedBytes(raw) {
      code = try normalised.withUnsafeBufferPointer { buffer throws(QueryError) in
        try intern(copying: buffer)
      }
      // The other form's bytes are kept to recognise it.
      if length > 16 { place = try addToHeap(raw) }
    } else if missing.contains(raw) {
      code = Self.missingCode
      if length > 16 { place = try addToHeap(raw) }
    } else {
      guard count < Int(Self.missingCode) - 1 else { throw QueryError.outOfMemory(requested: 1) }
      place = try addToHeap(raw)
      try reserveEntries(count + 1)
      entries.pointer(to: Entry.self)[count] = Entry(start: place, length: length)
      count += 1
    }
    if (usedSlots + 1) * 3 > (slotMask + 1) * 2 { try growSlots() }
    let second = length <= 16 ? key.second : UInt64(truncatingIfNeeded: place)
    let slot = Slot(
      first: key.first, second: second, length: UInt32(truncatingIfNeeded: length),
      mark: code &+ 1)
    put(slot, key.hash)
    usedSlots += 1
    return code
  }

  private func put(_ slot: Slot, _ hash: UInt64) {
    let table = slots.pointer(to: Slot.self)
    var place = Int(truncatingIfNeeded: hash) & slotMask
    while table[place].mark != 0 { place = (place &+ 1) & slotMask }
    table[place] = slot
  }

  private func growSlots() throws(QueryError) {
    let old = slots
    let oldCount = slotMask + 1
    let newCount = oldCount * (isLarge ? 2 : 4)
    slots = try AlignedBytes(
      byteCount: newCount * MemoryLayout<Slot>.stride, zeroed: true, budget: budget)
    slotMask = newCount - 1
    let table = old.pointer(to: Slot.self)
    try budget.forEachPiece(of: oldCount, size: 1 << 13) { piece in
      for index in piece where table[index].mark != 0 {
        let slot = table[index]
        let length = UInt64(slot.length)
        put(slot, slot.length <= 16 ? mix(slot.first ^ seed, slot.second ^ length) : slot.first)
      }
    }
  }

  private func reserveEntries(_ wanted: Int) throws(QueryError) {
    let size = wanted * MemoryLayout<Entry>.stride
    guard size > entries.byteCount else { return }
    entries = try entries.grown(to: size, keeping: count * MemoryLayout<Entry>.stride, budget)
  }

  private func addToHeap(_ bytes: CellBytes) throws(QueryError) -> Int {
    let wanted = heapCount + bytes.count
    if wanted > heap.byteCount {
      heap = try heap.grown(to: wanted, keeping: heapCount, budget)
    }
    if let start = bytes.baseAddress {
      memcpy(heap.pointer(to: UInt8.self) + heapCount, start, bytes.count)
    }
    heapCount = wanted
    return wanted - bytes.count
  }
}

extension AlignedBytes {
  /// A larger piece of memory that begins with the first bytes of this one.
  func grown(
    to wanted: Int, keeping used: Int, _ budget: MemoryBudget?
  ) throws(QueryError) -> AlignedBytes {
    let larger = try AlignedBytes(
      byteCount: max(wanted, byteCount + byteCount / 2), budget: budget)
    let (source, target) = (address, larger.address)
    try budget.forEachPiece(of: used) { piece in
      memcpy(target + piece.lowerBound, source + piece.lowerBound, piece.count)
    }
    return larger
  }
}

/// Both halves of the product of two numbers, folded: every bit of the result depends on every
/// bit of both.
@inline(__always)
func mix(_ left: UInt64, _ right: UInt64) -> UInt64 {
  let product = (left ^ 0x9E37_79B9_7F4A_7C15).multipliedFullWidth(
    by: right ^ 0xD6E8_FEB8_6659_FD93)
  return product.high ^ product.low
}

/// The texts that stand for no value.
struct MissingMarks: Sendable {
  private let marks: [[UInt8]]
  private let hasNonASCII: Bool

  init(_ marks: [String]) {
    self.marks = marks.map { Array($0.normalised.utf8) }
    hasNonASCII = self.marks.contains { $0.contains { $0 >= 0x80 } }
  }

  var isEmpty: Bool { marks.isEmpty }

  /// Whether a mark begins like a number, a date or a truth value.
  var mayBeTyped: Bool {
    marks.contains { mark in
      guard let first = mark.first else { return false }
      return first.isDigit || "-QtTfF".utf8.contains(first)
    }
  }

  /// Whether a cell stands for no value.
  func contains(_ cell: CellBytes) -> Bool {
    for mark in marks where mark.count == cell.count {
      if mark.elementsEqual(cell) { return true }
    }
    if hasNonASCII, let normalised = normalisedBytes(cell) { return marks.contains(normalised) }
    return false
  }
}
