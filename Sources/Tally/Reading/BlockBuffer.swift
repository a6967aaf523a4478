#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Memory for a block of text that can grow and has room on both sides, so that a kernel may read
/// a few bytes before and behind it.
struct BlockBuffer {
  /// The bytes before the text.
  static let margin = 64
  /// The most bytes of a block: offsets have 32 bits.
  static let limit = Int(UInt32.max) - 4 * margin

  private var memory: AlignedBytes
  private let budget: MemoryBudget?
  /// The bytes of text.
  private(set) var count = 0
  /// The bytes of text that there is room for.
  private(set) var capacity: Int

  /// Makes an empty buffer.
  init(capacity: Int, budget: MemoryBudget?) throws(QueryError) {
    self.capacity = capacity
    self.budget = budget
    memory = try AlignedBytes(byteCount: capacity + 2 * Self.margin, budget: budget)
    memset(memory.address, 0, Self.margin)
  }

  /// Where offsets count from: ``margin`` bytes before the text.
  var base: UnsafeMutablePointer<UInt8> { memory.pointer(to: UInt8.self) }

  /// The first byte of the text.
  var text: UnsafeMutablePointer<UInt8> { base + Self.margin }

  /// Makes room for at least `wanted` bytes of text and keeps what is there.
  mutating func reserve(_ wanted: Int) throws(QueryError) {
    guard wanted > capacity else { return }
    let larger = try BlockBuffer(capacity: wanted, budget: budget)
    memcpy(larger.text, text, count)
    memory = larger.memory
    capacity = wanted
  }

  /// Removes the text.
  mutating func removeAll() { count = 0 }

  /// Removes the text from `newCount` on.
  mutating func truncate(to newCount: Int) { count = newCount }

  /// Appends bytes, for which there must be room.
  mutating func append(_ bytes: UnsafePointer<UInt8>, _ added: Int) {
    precondition(added >= 0 && count + added <= capacity)
    memcpy(text + count, bytes, added)
    count += added
  }

  /// Appends one byte to text that fills the buffer at most; the margin has room for it.
  mutating func appendToMargin(_ byte: UInt8) {
    text[count] = byte
    count += 1
  }

  /// Lets `body` write up to `room` bytes behind the text and say how many it wrote.
  mutating func fill(
    _ room: Int, _ body: (UnsafeMutableRawPointer) throws(QueryError) -> Int
  ) throws(QueryError) -> Int {
    precondition(count + room <= capacity)
    let added = try body(text + count)
    precondition(added >= 0 && added <= room)
    count += added
    return added
  }
}
