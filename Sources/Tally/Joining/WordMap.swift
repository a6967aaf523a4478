import Synchronization

/// Finds a row by a 64-bit word.
///
///     positions   row of word 0, row of word 1, …                words lie close together
///     slots       word | row, hashed, in parts that fit a cache   all others
///
/// A word that several rows have leads to the first of them.
///
/// SAFETY: the memory is written while the map is made and only read after that.
final class WordMap: @unchecked Sendable {
  /// The number of different words.
  let wordCount: Int
  /// The first two rows with one word: of all such pairs the one whose second row comes first.
  let repeated: (first: Int, second: Int)?
  let layout: Layout

  /// How rows are found.
  enum Layout {
    /// ``WordMap/none`` where no row has the word; one more position than words, which has none.
    case positions(AlignedBytes, count: UInt64)
    /// Words of 32 bits.
    case narrow(HashedSlots)
    /// Words of 64 bits.
    case wide(HashedSlots)
  }

  /// Stands for a word that no row has.
  static let none = UInt32.max

  init(_ layout: Layout, wordCount: Int, repeated: (first: Int, second: Int)?) {
    self.layout = layout
    self.wordCount = wordCount
    self.repeated = repeated
  }

  /// Writes the row of each word, ``none`` where no row has it.
  func find(
    _ words: UnsafePointer<UInt64>, count: Int, into rows: UnsafeMutablePointer<UInt32>
  ) {
    switch layout {
    case .positions(let memory, let limit):
      let positions = memory.pointer(to: UInt32.self)
      for place in 0..<count { rows[place] = positions[Int(min(words[place], limit))] }
    case .narrow(let slots): slots.find(NarrowSlot.self, words, count: count, into: rows)
    case .wide(let slots): slots.find(WideSlot.self, words, count: count, into: rows)
    }
  }
}

/// The slots of a hash table, cut into parts by the highest bits of the hash.
///
///     part 0             part 1      …
///     ··· ■ ■ · ■ ···    ■ · ■ ···         at most two in three slots are taken
struct HashedSlots {
  let hash: SeededHash
  /// For each part the number of its first slot, and its number of slots less one.
  let parts: AlignedBytes
  /// How far a hash is shifted to give its part.
  let shift: UInt64
  let slots: AlignedBytes

  /// The words whose slots are fetched at a time.
  private static let pieceRows = 512

  /// Finds words; first slots are read for a piece of words at once, so that the machine waits for
  /// many of them at a time.
  func find<Slot: WordSlot>(
    _ type: Slot.Type, _ words: UnsafePointer<UInt64>, count: Int,
    into rows: UnsafeMutablePointer<UInt32>
  ) {
    let slots = slots.pointer(to: Slot.self)
    let parts = parts.pointer(to: SlotRange.self)
    withUnsafeTemporaryAllocation(of: UInt64.self, capacity: 2 * Self.pieceRows) { scratch in
      guard let places = scratch.baseAddress else { return }
      let open = places + Self.pieceRows
      var start = 0
      while start < count {
        let size = min(Self.pieceRows, count - start)
        for row in 0..<size {
          let code = hash(words[start &+ row])
          let part = parts[Int(truncatingIfNeeded: code >> shift)]
          places[row] = part.first &+ (code & part.mask)
        }
        var openCount = 0
        for row in 0..<size {
          let slot = slots[Int(truncatingIfNeeded: places[row])]
          let isFound = slot.holds(words[start &+ row])
          rows[start &+ row] = isFound ? slot.row : WordMap.none
          open[openCount] = UInt64(truncatingIfNeeded: row)
          openCount &+= isFound || slot.isFree ? 0 : 1
        }
        for index in 0..<openCount {
          let row = Int(truncatingIfNeeded: open[index])
          let word = words[start &+ row]
          let part = parts[Int(truncatingIfNeeded: hash(word) >> shift)]
          rows[start &+ row] = search(slots, part, word, behind: places[row])
        }
        start += size
      }
    }
  }

  /// Looks at one slot after another.
  @inline(__always)
  private func search<Slot: WordSlot>(
    _ slots: UnsafePointer<Slot>, _ part: SlotRange, _ word: UInt64, behind place: UInt64
  ) -> UInt32 {
    var offset = place &- part.first
    while true {
      offset = (offset &+ 1) & part.mask
      let slot = slots[Int(truncatingIfNeeded: part.first &+ offset)]
      if slot.holds(word) { return slot.row }
      if slot.isFree { return WordMap.none }
    }
  }
}

/// The slots of one part: the first, and their number less one, which is one less than a power of
/// two.
struct SlotRange: BitwiseCopyable {
  var first: UInt64
  var mask: UInt64
}

/// A word and the row it leads to.
protocol WordSlot: BitwiseCopyable, SendableMetatype {
  init(_ word: UInt64, row: UInt32)
  /// A slot that holds nothing.
  static var free: Self { get }
  var isFree: Bool { get }
  var row: UInt32 { get }
  func holds(_ word: UInt64) -> Bool
}

/// A word of 32 bits above its row; no row has the number of a free slot.
struct NarrowSlot: WordSlot {
  private let bits: UInt64

  @inline(__always)
  init(_ word: UInt64, row: UInt32) { bits = word << 32 | UInt64(row) }

  static var free: NarrowSlot { NarrowSlot(.max, row: .max) }
  @inline(__always)
  var isFree: Bool { row == .max }
  @inline(__always)
  var row: UInt32 { UInt32(truncatingIfNeeded: bits) }
  @inline(__always)
  func holds(_ word: UInt64) -> Bool { bits >> 32 == word && row != .max }
}

/// A word of 64 bits beside its row.
struct WideSlot: WordSlot {
  private let word: UInt64
  private let value: UInt64

  @inline(__always)
  init(_ word: UInt64, row: UInt32) {
    self.word = word
    value = UInt64(row)
  }

  static var free: WideSlot { WideSlot(0, row: .max) }
  @inline(__always)
  var isFree: Bool { row == .max }
  @inline(__always)
  var row: UInt32 { UInt32(truncatingIfNeeded: value) }
  @inline(__always)
  func holds(_ word: UInt64) -> Bool { self.word == word && row != .max }
}
