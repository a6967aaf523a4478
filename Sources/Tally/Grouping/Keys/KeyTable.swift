/// Distinct keys of one or more 64-bit words and their ids, in order of appearance.
///
///     slots:  tag (high 32 bits of the hash) | id + 1, or 0 where free; at most half are taken
///     keys:   the words of id 0, of id 1, …
final class KeyTable {
  /// The number of words of each key.
  let wordCount: Int
  private let budget: MemoryBudget?
  private let hash = SeededHash()
  private(set) var keys: GroupArray<UInt64>
  private var slots: GroupArray<UInt64>
  /// Room for the hashes of a piece, and for what is read ahead.
  private let hashes: GroupArray<UInt64>

  /// Makes an empty table.
  init(wordCount: Int, budget: MemoryBudget?) throws(QueryError) {
    precondition(wordCount > 0)
    self.wordCount = wordCount
    self.budget = budget
    keys = try GroupArray(budget: budget)
    slots = try GroupArray(count: 1024, filling: 0, budget: budget)
    hashes = try GroupArray(count: 2 * Self.pieceRows, filling: 0, budget: budget)
  }

  /// The number of distinct keys.
  var count: Int { keys.count / wordCount }

  /// The words of one key, valid until a key is added.
  func words(_ id: Int) -> UnsafePointer<UInt64> { UnsafePointer(keys.pointer + id * wordCount) }

  /// The ids of keys that stand one after another. New keys get the next ids.
  func assign(
    _ words: UnsafePointer<UInt64>, count: Int, into ids: UnsafeMutablePointer<UInt32>
  ) throws(QueryError) {
    var start = 0
    while start < count {
      let rows = min(Self.pieceRows, count - start)
      if start & 0xFFF == 0xF00 { try budget?.checkCancellation() }
      try makeRoom(rows)
      let piece = words + start * wordCount
      let codes = hashes.pointer
      hashKeys(piece, wordCount, rows, hash, into: codes)
      let mask = UInt64(slots.count - 1)
      // Large tables lie outside of the caches: many places are fetched at a time.
      if slots.count > Self.cachedSlots {
        fetch(codes, rows, mask, slots.pointer, into: hashes.pointer + Self.pieceRows)
      }
      var known = self.count
      if wordCount == 1 {
        addWords(piece, codes, rows, mask, slots.pointer, keys.pointer, &known, ids + start)
      } else {
        addKeys(
          piece, wordCount, codes, rows, mask, slots.pointer, keys.pointer, &known, ids + start)
      }
      keys.extend(to: known * wordCount)
      start += rows
    }
  }

  /// The keys whose hashes are computed at a time.
  private static let pieceRows = 256
  /// The slots that fit into the cache of a core.
  private static let cachedSlots = 1 << 16

  /// Makes room for so many keys more, of which at least half the slots stay free.
  private func makeRoom(_ rows: Int) throws(QueryError) {
    guard count + rows < Int(UInt32.max) - 1 else { throw QueryError.tooManyGroups }
    try keys.ensureCapacity((count + rows) * wordCount)
    var size = slots.count
    while (count + rows) * 2 > size { size *= 2 }
    if size == slots.count { return }
    slots = try GroupArray(budget: budget)
    try slots.resize(to: size, filling: 0)
    var start = 0
    while start < count {
      let piece = min(Self.pieceRows, count - start)
      hashKeys(words(start), wordCount, piece, hash, into: hashes.pointer)
      fetch(
        hashes.pointer, piece, UInt64(size - 1), slots.pointer,
        into: hashes.pointer + Self.pieceRows)
      placeKeys(hashes.pointer, piece, UInt64(size - 1), slots.pointer, firstId: start)
      start += piece
      if start & 0x1FFF == 0 { try budget?.checkCancellation() }
    }
  }
}

/// The hashes of keys.
private func hashKeys(
  _ words: UnsafePointer<UInt64>, _ width: Int, _ count: Int, _ hash: SeededHash,
  into codes: UnsafeMutablePointer<UInt64>
) {
  if width == 1 {
    for row in 0..<count { codes[row] = hash(words[row]) }
  } else {
    for row in 0..<count { codes[row] = hash(words + row &* width, count: width) }
  }
}

/// Reads the slots that keys will be looked for in first, without waiting for one before the next.
private func fetch(
  _ codes: UnsafePointer<UInt64>, _ count: Int, _ mask: UInt64, _ table: UnsafePointer<UInt64>,
  into sink: UnsafeMutablePointer<UInt64>
) {
  for row in 0..<count { sink[row] = table[Int(codes[row] & mask)] }
}

/// Finds one-word keys, or adds them behind the `known` ones.
private func addWords(
  _ words: UnsafePointer<UInt64>, _ codes: UnsafePointer<UInt64>, _ count: Int, _ mask: UInt64,
  _ table: UnsafeMutablePointer<UInt64>, _ keys: UnsafeMutablePointer<UInt64>,
  _ known: inout Int, _ ids: UnsafeMutablePointer<UInt32>
) {
  var next = known
  for row in 0..<count {
    let (word, code) = (words[row], codes[row])
    var place = Int(code & mask)
    while true {
      let slot = table[place]
      if slot == 0 {
        table[place] = (code & ~0xFFFF_FFFF) | UInt64(next &+ 1)
        keys[next] = word
        ids[row] = UInt32(truncatingIfNeeded: next)
        next &+= 1
        break
      }
      let id = Int(slot & 0xFFFF_FFFF) &- 1
      if slot >> 32 == code >> 32, keys[id] == word {
        ids[row] = UInt32(truncatingIfNeeded: id)
        break
      }
      place = (place &+ 1) & Int(mask)
    }
  }
  known = next
}

/// Finds keys of several words, or adds them behind the `known` ones.
private func addKeys(
  _ words: UnsafePointer<UInt64>, _ width: Int, _ codes: UnsafePointer<UInt64>, _ count: Int,
  _ mask: UInt64, _ table: UnsafeMutablePointer<UInt64>, _ keys: UnsafeMutablePointer<UInt64>,
  _ known: inout Int, _ ids: UnsafeMutablePointer<UInt32>
) {
  var next = known
  for row in 0..<count {
    let (key, code) = (words + row &* width, codes[row])
    var place = Int(code & mask)
    while true {
      let slot = table[place]
      if slot == 0 {
        table[place] = (code & ~0xFFFF_FFFF) | UInt64(next &+ 1)
        (keys + next &* width).update(from: key, count: width)
        ids[row] = UInt32(truncatingIfNeeded: next)
        next &+= 1
        break
      }
      let id = Int(slot & 0xFFFF_FFFF) &- 1
      if slot >> 32 == code >> 32, isEqual(keys + id &* width, key, width) {
        ids[row] = UInt32(truncatingIfNeeded: id)
        break
      }
      place = (place &+ 1) & Int(mask)
    }
  }
  known = next
}

/// Puts different keys into free slots.
private func placeKeys(
  _ codes: UnsafePointer<UInt64>, _ count: Int, _ mask: UInt64,
  _ table: UnsafeMutablePointer<UInt64>, firstId: Int
) {
  for row in 0..<count {
    var place = Int(codes[row] & mask)
    while table[place] != 0 { place = (place &+ 1) & Int(mask) }
    table[place] = (codes[row] & ~0xFFFF_FFFF) | UInt64(firstId &+ row &+ 1)
  }
}

@inline(__always)
private func isEqual(
  _ left: UnsafePointer<UInt64>, _ right: UnsafePointer<UInt64>, _ count: Int
) -> Bool {
  for index in 0..<count where left[index] != right[index] { return false }
  return true
}

extension QueryError {
  /// More groups than ids.
  static let tooManyGroups = QueryError(
    kind: .memory, message: "a grouping has more than 4,294,967,293 groups")
}
