/// Numbers for texts that are in the order of the texts, as far as they tell.
///
/// Eight bytes tell little where many texts begin alike, go on differently, and then alike again. So
/// what the texts of a sample that have one word in common agree in behind it is left out as well,
/// and the bytes behind that are written with no more bits than those of the sample need:
///
///     https://www.site | 12.examp | le/catalogue/item | 4711?ref=0815…
///     all                the word    those of the word   what tells
///
///     12 bits   where the word lies among those of the sample: between two, or at one of them; at one
///               the text lies before, among or behind those that go on as the sample does
///     84 bits   of texts among these the bytes behind; of texts between two words the word
///
/// The sample decides how much the numbers tell, never what they say: what does not go on as the
/// sample does has no number of its own, and is compared by its bytes.
struct TextCoder: Sendable {
  private let texts: TextPointers
  /// The byte up to which all texts agree.
  private let depth: Int
  /// The byte up to which those of the sample do, and the row of one of them.
  private let start: Int
  private let model: Int
  private let hash = SeededHash()
  private let nodes: [Node]
  /// The number of a node plus one by the hash of its word, or 0.
  private let slots: [UInt16]
  private let signs: Signs

  /// A word of the sample.
  private struct Node {
    var word: UInt64
    /// A text with this word.
    var row: Int
    /// The byte up to which those of the sample agree.
    var depth: Int
  }

  /// How bytes are written: those of the sample have odd numbers, and between each two of these lies
  /// one for all bytes between, behind which nothing is written.
  private struct Signs: Sendable {
    var numbers = (0..<256).map { UInt8($0) }
    var bits: UInt64 = 8
    /// 1 where even numbers stand for several bytes, else 0.
    var evenStops: UInt8 = 0

    init(_ isUsed: [Bool]) {
      let count = isUsed.count { $0 }
      let bits = max(4, Int.bitWidth - (2 * count).leadingZeroBitCount)
      if bits > 7 { return }
      self.bits = UInt64(bits)
      evenStops = 1
      var before: UInt8 = 0
      for byte in 0..<256 {
        numbers[byte] = 2 * before + (isUsed[byte] ? 1 : 0)
        before += isUsed[byte] ? 1 : 0
      }
    }
  }

  private static let mostNodes = 1023
  /// The texts of a sample that tell in what all of their word agree.
  private static let leastTexts = 3
  private static let firstBits: UInt64 = 52
  private static let secondBits: UInt64 = 32

  /// Learns from a sample of rows, of which there is one at least, whose texts are different and
  /// agree up to byte `depth`.
  init(_ texts: TextPointers, sample: [Int], from depth: Int) {
    let model = sample[0]
    let start = sample.reduce(Int.max) { limit, row in
      row == model ? limit : texts.commonPrefix(model, row, from: depth, limit: limit)
    }
    self.texts = texts
    self.depth = depth
    self.model = model
    self.start = sample.count > 1 ? max(depth, start) : depth
    let (nodes, signs) = Self.nodes(texts, sample, from: self.start)
    self.nodes = nodes
    self.signs = signs
    var slots = [UInt16](repeating: 0, count: 4096)
    for (number, node) in nodes.enumerated() {
      var slot = Int(truncatingIfNeeded: hash(node.word)) & (slots.count - 1)
      while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = UInt16(number + 1)
    }
    self.slots = slots
  }

  /// The words that several texts of a sample have, the most frequent ones, ascending, and the bytes
  /// that follow what these have in common.
  private static func nodes(_ texts: TextPointers, _ sample: [Int], from start: Int)
    -> ([Node], Signs)
  {
    let words = sample.map { (word: texts.word($0, from: start), row: $0) }
      .sorted { $0.word < $1.word }
    var isUsed = [Bool](repeating: false, count: 256)
    var found: [(node: Node, count: Int)] = []
    var first = 0
    while first < words.count {
      let (word, row) = words[first]
      var node = Node(word: word, row: row, depth: .max)
      var end = first + 1
      while end < words.count, words[end].word == word {
        node.depth = texts.commonPrefix(row, words[end].row, from: start, limit: node.depth)
        end += 1
      }
      if end - first >= leastTexts {
        found.append((node, end - first))
        for index in first..<end {
          for byte in texts.text(words[index].row).dropFirst(node.depth).prefix(16) {
            isUsed[Int(byte)] = true
          }
        }
      }
      first = end
    }
    if found.count > mostNodes {
      found.sort { $0.count > $1.count }
      found.removeLast(found.count - mostNodes)
      found.sort { $0.node.word < $1.node.word }
    }
    return (found.map(\.node), Signs(isUsed))
  }

  /// The numbers of the texts of some rows: the first bits in `codes`, the last above the row in
  /// `rests`.
  func code(
    _ rows: UnsafePointer<UInt32>, _ count: Int, into codes: UnsafeMutablePointer<UInt64>,
    _ rests: UnsafeMutablePointer<UInt64>
  ) {
    nodes.withUnsafeBufferPointer { nodes in
      slots.withUnsafeBufferPointer { slots in
        signs.numbers.withUnsafeBufferPointer { numbers in
          for place in 0..<count {
            let (code, rest) = code(Int(rows[place]), nodes, slots, numbers)
            codes[place] = code
            rests[place] = rest &<< Self.secondBits | UInt64(rows[place])
          }
        }
      }
    }
  }

  @inline(__always)
  private func code(
    _ row: Int, _ nodes: UnsafeBufferPointer<Node>, _ slots: UnsafeBufferPointer<UInt16>,
    _ numbers: UnsafeBufferPointer<UInt8>
  ) -> (UInt64, UInt64) {
    if texts.commonPrefix(model, row, from: depth, limit: start) < start {
      return texts.compare(row, model, from: depth) < 0 ? (0, 0) : (.max, 0)
    }
    let word = texts.word(row, from: start)
    var slot = Int(truncatingIfNeeded: hash(word)) & (slots.count &- 1)
    while slots[slot] != 0 {
      let number = Int(slots[slot]) &- 1
      let node = nodes[number]
      if node.word == word {
        let place = UInt64(truncatingIfNeeded: 4 &* number)
        if texts.commonPrefix(node.row, row, from: start, limit: node.depth) == node.depth {
          let (first, second) = write(texts.text(row), from: node.depth, numbers)
          return ((place &+ 2) &<< Self.firstBits | first, second)
        }
        let isBefore = texts.compare(row, node.row, from: start) < 0
        return ((place &+ (isBefore ? 1 : 3)) &<< Self.firstBits, 0)
      }
      slot = (slot &+ 1) & (slots.count &- 1)
    }
    var (low, high) = (0, nodes.count)
    while low < high {
      let middle = (low &+ high) &>> 1
      if nodes[middle].word < word { low = middle &+ 1 } else { high = middle }
    }
    let place = UInt64(truncatingIfNeeded: 4 &* low)
    return (place &<< Self.firstBits | word &>> (64 &- Self.firstBits), word & 0xFFF)
  }

  /// As many bytes of a text as there is room for.
  @inline(__always)
  private func write(
    _ text: UnsafeBufferPointer<UInt8>, from depth: Int, _ numbers: UnsafeBufferPointer<UInt8>
  ) -> (UInt64, UInt64) {
    let (bits, evenStops) = (signs.bits, signs.evenStops)
    var result: (UInt64, UInt64) = (0, 0)
    var place = depth
    var left = Self.firstBits
    while left >= bits, place < text.count {
      left &-= bits
      let number = numbers[Int(text[place])]
      result.0 |= UInt64(number) &<< left
      if ~number & evenStops == 1 { return result }
      place &+= 1
    }
    left = Self.secondBits
    while left >= bits, place < text.count {
      left &-= bits
      let number = numbers[Int(text[place])]
      result.1 |= UInt64(number) &<< left
      if ~number & evenStops == 1 { return result }
      place &+= 1
    }
    return result
  }

  /// The byte up to which texts that have one number agree.
  func depth(of code: UInt64) -> Int {
    if code == 0 || code == .max { return depth }
    let place = Int(code >> Self.firstBits)
    return place % 4 == 2 ? nodes[place / 4].depth : start
  }
}
