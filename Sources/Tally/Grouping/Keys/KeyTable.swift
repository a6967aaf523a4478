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

  /// Makes an empty table.
  init(wordCount: Int, budget: MemoryBudget?) throws(QueryError) {
    precondition(wordCount > 0)
    self.wordCount = wordCount
    self.budget = budget
    keys = try GroupArray(budget: budget)
    slots = try GroupArray(count: 256, filling: 0, budget: budget)
  }

  /// The number of distinct keys.
  var count: Int { keys.count / wordCount }

  /// The words of one key, valid until a key is added.
  func words(_ id: Int) -> UnsafePointer<UInt64> { UnsafePointer(keys.pointer + id * wordCount) }

  /// The ids of keys that stand one after another. New keys get the next ids.
  func assign(
    _ words: UnsafePointer<UInt64>, count: Int, into ids: UnsafeMutablePointer<UInt32>
  ) throws(QueryError) {
    var row = 0
    while true {
      row =
        wordCount == 1
        ? findWords(words, from: row, count, ids) : findKeys(words, from: row, count, ids)
      if row == count { return }
      ids[row] = try insert(words + row * wordCount)
      row += 1
    }
  }

  /// The ids of one-word keys from `row` on, up to the first key that is new.
  private func findWords(
    _ words: UnsafePointer<UInt64>, from start: Int, _ count: Int,
    _ ids: UnsafeMutablePointer<UInt32>
  ) -> Int {
    let hash = self.hash
    let (table, known) = (slots.pointer, keys.pointer)
    let mask = UInt64(slots.count - 1)
    for row in start..<count {
      let word = words[row]
      let code = hash(word)
      var place = code & mask
      while true {
        let slot = table[Int(place)]
        if slot == 0 { return row }
        let id = Int(slot & 0xFFFF_FFFF) &- 1
        if slot >> 32 == code >> 32, known[id] == word {
          ids[row] = UInt32(truncatingIfNeeded: id)
          break
        }
        place = (place &+ 1) & mask
      }
    }
    return count
  }

  /// The ids of keys from `row` on, up to the first key that is new.
  private func findKeys(
    _ words: UnsafePointer<UInt64>, from start: Int, _ count: Int,
    _ ids: UnsafeMutablePointer<UInt32>
  ) -> Int {
    let (hash, width) = (self.hash, wordCount)
    let (table, known) = (slots.pointer, keys.pointer)
    let mask = UInt64(slots.count - 1)
    for row in start..<count {
      let key = words + row &* width
      let code = hash(key, count: width)
      var place = code & mask
      while true {
        let slot = table[Int(place)]
        if slot == 0 { return row }
        let id = Int(slot & 0xFFFF_FFFF) &- 1
        if slot >> 32 == code >> 32, isEqual(known + id &* width, key, width) {
          ids[row] = UInt32(truncatingIfNeeded: id)
          break
        }
        place = (place &+ 1) & mask
      }
    }
    return count
  }

  /// Adds a key that the table does not have.
  private func insert(_ key: UnsafePointer<UInt64>) throws(QueryError) -> UInt32 {
    guard count < Int(UInt32.max) - 1 else { throw QueryError.tooManyGroups }
    if (count + 1) * 2 > slots.count { try grow() }
    let id = UInt32(count)
    try keys.append(UnsafeBufferPointer(start: key, count: wordCount))
    place(key, id)
    return id
  }

  private func grow() throws(QueryError) {
    let size = slots.count * 2
    slots = try GroupArray(budget: budget)
    try slots.resize(to: size, filling: 0)
    for id in 0..<count { place(words(id), UInt32(id)) }
  }

  @inline(__always)
  private func place(_ key: UnsafePointer<UInt64>, _ id: UInt32) {
    let code = wordCount == 1 ? hash(key[0]) : hash(key, count: wordCount)
    let mask = UInt64(slots.count - 1)
    let table = slots.pointer
    var place = code & mask
    while table[Int(place)] != 0 { place = (place &+ 1) & mask }
    table[Int(place)] = (code & ~0xFFFF_FFFF) | (UInt64(id) &+ 1)
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
