/// Bytes that grow at the end. Behind the end are always some bytes that may be written, so that
/// short texts can be copied sixteen bytes at a time.
struct ByteBuffer: ~Copyable {
  /// The first byte.
  private(set) var start: UnsafeMutablePointer<UInt8>
  /// The number of bytes.
  private(set) var count = 0
  private var capacity: Int

  /// The bytes behind the end that may be written, and read without meaning.
  static let slack = 64

  /// Makes an empty buffer.
  init(capacity: Int = 1024) {
    self.capacity = capacity
    start = .allocate(capacity: capacity + Self.slack)
    start.initialize(repeating: 0, count: capacity + Self.slack)
  }

  deinit { start.deallocate() }

  /// The bytes. Valid until the buffer changes.
  var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: start, count: count) }

  /// The place of the next byte. Valid until the buffer changes.
  @inline(__always)
  var end: UnsafeMutablePointer<UInt8> { start + count }

  /// Makes room for `extra` more bytes.
  @inline(__always)
  mutating func reserve(_ extra: Int) {
    if extra > capacity &- count { grow(extra) }
  }

  private mutating func grow(_ extra: Int) {
    let wanted = max(count + extra, capacity + capacity / 2)
    // SAFETY: the new memory holds the old bytes before the old memory goes.
    let moved = UnsafeMutablePointer<UInt8>.allocate(capacity: wanted + Self.slack)
    moved.initialize(repeating: 0, count: wanted + Self.slack)
    moved.update(from: start, count: count)
    start.deallocate()
    start = moved
    capacity = wanted
  }

  /// Counts bytes in that were written at ``end`` into room that was reserved.
  @inline(__always)
  mutating func advance(_ written: Int) {
    assert(written <= capacity - count)
    count &+= written
  }

  /// Appends one byte.
  @inline(__always)
  mutating func append(_ byte: UInt8) {
    reserve(1)
    start[count] = byte
    count &+= 1
  }

  /// Appends bytes.
  mutating func append(_ other: UnsafeBufferPointer<UInt8>) {
    guard let first = other.baseAddress else { return }
    reserve(other.count)
    end.update(from: first, count: other.count)
    count &+= other.count
  }

  /// Appends the UTF-8 of a text.
  mutating func append(_ text: some StringProtocol) {
    var copy = String(text)
    copy.withUTF8 { append($0) }
  }

  /// Forgets the bytes and keeps the memory.
  mutating func removeAll() { count = 0 }
}

/// Copies a text to `target`, where 16 bytes more than its own may be written, and returns its end.
///
/// SAFETY: the source may be read 16 bytes past its end: columns' memory and byte buffers have that
/// much behind their last byte.
@inline(__always)
func copy(_ source: TextSlice, to target: UnsafeMutablePointer<UInt8>)
  -> UnsafeMutablePointer<UInt8>
{
  guard let start = source.start else { return target }
  if source.count <= 16 {
    let chunk = UnsafeRawPointer(start).loadUnaligned(as: SIMD16<UInt8>.self)
    UnsafeMutableRawPointer(target).storeBytes(of: chunk, as: SIMD16<UInt8>.self)
  } else {
    target.update(from: start, count: source.count)
  }
  return target + source.count
}
