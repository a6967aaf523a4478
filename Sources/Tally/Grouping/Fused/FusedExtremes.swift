/// The smallest and largest codes of columns, of two columns at a time:
///
///     word = first code + 1 | second code + 1 << 32       counted from the other end for `min`
///     word = 0                                            no row
///
/// Words have 16 bits for a code where both columns are that narrow. Where the columns have few
/// values, a word has a bit for each of them instead, and nothing need be compared:
///
///     word |= 1 << first code | 1 << (values of the first column + second code)
final class FusedExtremes {
  /// A column and which end of it is wanted.
  struct Wanted: Equatable {
    var column: Int
    var isMax: Bool
  }

  /// What is found, in the order of ``passes``' halves.
  let wanted: [Wanted]
  private let slotCount: Int
  private let columns: [FusedLane.Value]
  private let maxima: [UInt64]
  private let passes: [Pass]
  private let first: AlignedBytes
  private let second: AlignedBytes

  private enum Pass {
    case bits(GroupArray<UInt32>)
    case narrow(GroupArray<UInt32>)
    case wide(GroupArray<UInt64>)
  }

  /// Makes the state of slots without rows. All of `wanted` are columns of narrow codes.
  init(
    _ wanted: [Wanted], _ all: [Column], slotCount: Int, budget: MemoryBudget?
  ) throws(QueryError) {
    self.wanted = wanted
    self.slotCount = slotCount
    let columns = wanted.compactMap { FusedLane.value($0.column, all) }
    maxima = columns.map(\.codes.maximum)
    self.columns = columns
    var passes: [Pass] = []
    for index in stride(from: 0, to: wanted.count, by: 2) {
      let own = index..<min(index + 2, wanted.count)
      if own.allSatisfy({ columns[$0].codes.width == .one }),
        maxima[own].reduce(0, { $0 + $1 + 1 }) <= UInt32.bitWidth
      {
        passes.append(.bits(try GroupArray(count: slotCount, filling: 0, budget: budget)))
      } else if maxima[own].allSatisfy({ $0 < 0xFFFF }) {
        passes.append(.narrow(try GroupArray(count: slotCount, filling: 0, budget: budget)))
      } else {
        passes.append(.wide(try GroupArray(count: slotCount, filling: 0, budget: budget)))
      }
    }
    self.passes = passes
    first = try AlignedBytes(byteCount: Self.pieceRows * 4, zeroed: true, budget: budget)
    second = try AlignedBytes(byteCount: Self.pieceRows * 4, zeroed: true, budget: budget)
  }

  private static let pieceRows = 2048

  /// Takes in consecutive rows in their slots.
  func update(_ slots: CodePointer, from start: Int, _ count: Int) {
    var done = 0
    while done < count {
      let rows = min(Self.pieceRows, count - done)
      for (index, pass) in passes.enumerated() {
        let place = slots.advanced(by: done)
        switch pass {
        case .bits(let words): mark(2 * index, place, from: start + done, rows, in: words.pointer)
        case .narrow(let words): keep(2 * index, place, from: start + done, rows, words.pointer)
        case .wide(let words): keep(2 * index, place, from: start + done, rows, words.pointer)
        }
      }
      done += rows
    }
  }

  /// The codes of a column + 1, or those from the other end, so that the largest is wanted.
  private func rank(
    _ index: Int, from start: Int, _ count: Int, into ranks: UnsafeMutablePointer<UInt32>
  ) {
    let maximum = UInt32(truncatingIfNeeded: maxima[index])
    let isMin = !wanted[index].isMax
    switch CodePointer(columns[index].codes, from: start) {
    case .one(let codes): rankCodes(codes, count, maximum: maximum, isBottom: isMin, into: ranks)
    case .two(let codes): rankCodes(codes, count, maximum: maximum, isBottom: isMin, into: ranks)
    case .four(let codes): rankCodes(codes, count, maximum: maximum, isBottom: isMin, into: ranks)
    case nil: return
    }
  }

  private func keep<Word: CodeInteger>(
    _ index: Int, _ slots: CodePointer, from start: Int, _ count: Int,
    _ words: UnsafeMutablePointer<Word>
  ) {
    let one = first.pointer(to: UInt32.self)
    let other = second.pointer(to: UInt32.self)
    rank(index, from: start, count, into: one)
    if index + 1 < wanted.count {
      rank(index + 1, from: start, count, into: other)
    } else {
      other.update(repeating: 0, count: count)
    }
    switch slots {
    case .one(let slots): keepLargest(slots, one, other, count, in: words)
    case .two(let slots): keepLargest(slots, one, other, count, in: words)
    case .four(let slots): keepLargest(slots, one, other, count, in: words)
    }
  }

  private func mark(
    _ index: Int, _ slots: CodePointer, from start: Int, _ count: Int,
    in words: UnsafeMutablePointer<UInt32>
  ) {
    let codes = columns[index].codes.pointer(to: UInt8.self) + start
    var others: (codes: UnsafePointer<UInt8>, shift: UInt32)?
    if index + 1 < wanted.count {
      others = (
        UnsafePointer(columns[index + 1].codes.pointer(to: UInt8.self) + start),
        UInt32(maxima[index] + 1)
      )
    }
    switch slots {
    case .one(let slots): markCodes(slots, codes, others, count, in: words)
    case .two(let slots): markCodes(slots, codes, others, count, in: words)
    case .four(let slots): markCodes(slots, codes, others, count, in: words)
    }
  }

  private func word(_ pass: Int, _ slot: Int) -> (first: UInt64, second: UInt64) {
    switch passes[pass] {
    case .bits(let words):
      let shift = UInt32(maxima[2 * pass] + 1)
      let low = words[slot] & (1 << shift &- 1)
      return (
        rank(low, 2 * pass),
        2 * pass + 1 < wanted.count ? rank(words[slot] >> shift, 2 * pass + 1) : 0
      )
    case .narrow(let words):
      return (UInt64(words[slot] & 0xFFFF), UInt64(words[slot] >> 16))
    case .wide(let words):
      return (words[slot] & 0xFFFF_FFFF, words[slot] >> 32)
    }
  }

  /// The rank of the wanted one of the codes whose bits are set; 0 where none is.
  private func rank(_ bits: UInt32, _ index: Int) -> UInt64 {
    if bits == 0 { return 0 }
    if wanted[index].isMax { return UInt64(UInt32.bitWidth - bits.leadingZeroBitCount) }
    return maxima[index] - UInt64(bits.trailingZeroBitCount) + 1
  }

  /// Whether any row fell into a slot.
  func hasRows(_ slot: Int) -> Bool { word(0, slot).first > 0 }

  /// The stored integer of a slot; nil where it has no rows.
  func value(_ index: Int, _ slot: Int) -> Int64? {
    let word = word(index / 2, slot)
    let rank = index & 1 == 0 ? word.first : word.second
    if rank == 0 { return nil }
    let code = wanted[index].isMax ? rank - 1 : maxima[index] - (rank - 1)
    return columns[index].base &+ Int64(bitPattern: code)
  }
}

@inline(__always)
private func keepLargest<Slot: CodeInteger, Word: CodeInteger>(
  _ slots: UnsafePointer<Slot>, _ first: UnsafePointer<UInt32>, _ second: UnsafePointer<UInt32>,
  _ count: Int, in words: UnsafeMutablePointer<Word>
) {
  let half = Word(truncatingIfNeeded: Word.bitWidth / 2)
  let mask: Word = (1 &<< half) &- 1
  for row in 0..<count {
    let slot = Int(truncatingIfNeeded: slots[row])
    let held = words[slot]
    let low = max(held & mask, Word(truncatingIfNeeded: first[row]))
    let high = max(held &>> half, Word(truncatingIfNeeded: second[row]))
    words[slot] = high &<< half | low
  }
}

@inline(__always)
private func markCodes<Slot: CodeInteger>(
  _ slots: UnsafePointer<Slot>, _ codes: UnsafePointer<UInt8>,
  _ others: (codes: UnsafePointer<UInt8>, shift: UInt32)?, _ count: Int,
  in words: UnsafeMutablePointer<UInt32>
) {
  if let others {
    for row in 0..<count {
      let bits = 1 &<< UInt32(codes[row]) | 1 &<< (others.shift &+ UInt32(others.codes[row]))
      words[Int(truncatingIfNeeded: slots[row])] |= bits
    }
  } else {
    for row in 0..<count {
      words[Int(truncatingIfNeeded: slots[row])] |= 1 &<< UInt32(codes[row])
    }
  }
}
