#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The bytes of one source from beginning to end. Interrupted and short reads are continued.
final class ByteInput {
  /// The name messages use.
  let name: String
  /// The number of bytes, if it is known before they are read.
  let byteCount: Int?
  /// The number of bytes read so far.
  private(set) var position = 0
  private let calls: FileCalls
  private let content: Content

  private enum Content {
    case descriptor(Int32, isOwned: Bool)
    case bytes([UInt8])
  }

  /// Opens a file.
  init(path: String, calls: FileCalls) throws(QueryError) {
    var outcome = calls.open(path)
    while outcome == .failed(EINTR) { outcome = calls.open(path) }
    switch outcome {
    case .failed(let error): throw QueryError.unreadable(path, systemMessage(error))
    case .done(let number):
      let descriptor = Int32(truncatingIfNeeded: number)
      switch calls.size(descriptor) {
      case .failed(let error):
        calls.close(descriptor)
        throw QueryError.unreadable(path, systemMessage(error))
      case .done(let size): byteCount = size < 0 ? nil : size
      }
      content = .descriptor(descriptor, isOwned: true)
    }
    name = path
    self.calls = calls
  }

  /// Reads from a descriptor that somebody else closes.
  init(descriptor: Int32, name: String, calls: FileCalls) throws(QueryError) {
    switch calls.size(descriptor) {
    case .failed(let error): throw QueryError.unreadable(name, systemMessage(error))
    case .done(let size): byteCount = size < 0 ? nil : size
    }
    content = .descriptor(descriptor, isOwned: false)
    self.name = name
    self.calls = calls
  }

  /// Reads bytes in memory.
  init(bytes: [UInt8], name: String) {
    content = .bytes(bytes)
    byteCount = bytes.count
    self.name = name
    calls = .system
  }

  deinit {
    if case .descriptor(let descriptor, isOwned: true) = content { calls.close(descriptor) }
  }

  /// Reads until `count` bytes are there or the source ends, and gives their number.
  func read(into target: UnsafeMutableRawPointer, count: Int) throws(QueryError) -> Int {
    var done = 0
    switch content {
    case .bytes(let bytes):
      done = min(count, bytes.count - position)
      bytes.withUnsafeBytes { source in
        if let start = source.baseAddress, done > 0 { memcpy(target, start + position, done) }
      }
    case .descriptor(let descriptor, _):
      reading: while done < count {
        switch calls.read(descriptor, target + done, count - done) {
        case .done(let more):
          if more <= 0 { break reading }
          done += min(more, count - done)
        case .failed(EINTR): continue
        case .failed(let error): throw QueryError.unreadable(name, systemMessage(error))
        }
      }
    }
    position += done
    return done
  }
}
