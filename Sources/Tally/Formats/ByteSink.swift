#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Something that bytes can be written to, one piece after another.
package protocol ByteSink: AnyObject {
  /// Writes all of the bytes, or throws a ``QueryError`` of kind `output`.
  func write(_ bytes: UnsafeBufferPointer<UInt8>) throws(QueryError)
}

extension ByteSink {
  /// Writes the UTF-8 of a text.
  package func write(_ text: String) throws(QueryError) {
    var copy = text
    let outcome = copy.withUTF8 { bytes in
      Swift.Result { () throws(QueryError) in try write(bytes) }
    }
    try outcome.get()
  }
}

/// An open file descriptor, for instance standard output.
package final class DescriptorSink: ByteSink, Sendable {
  private let descriptor: Int32
  private let name: String

  /// Takes a descriptor, called `name` in messages. It is not closed.
  package init(_ descriptor: Int32, name: String) {
    self.descriptor = descriptor
    self.name = name
  }

  package func write(_ bytes: UnsafeBufferPointer<UInt8>) throws(QueryError) {
    var rest = UnsafeRawBufferPointer(bytes)
    while let start = rest.baseAddress, rest.count > 0 {
      // A reader that has gone away ends the process by SIGPIPE, silently, as it should.
      let written = systemWrite(descriptor, start, rest.count)
      if written < 0 {
        if errno == EINTR { continue }
        if errno == EAGAIN {
          // Whoever opened the descriptor asked not to wait in `write`.
          var state = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
          _ = poll(&state, 1, -1)
          continue
        }
        throw QueryError.unwritable(name)
      }
      rest = UnsafeRawBufferPointer(rebasing: rest[written...])
    }
  }
}

extension QueryError {
  /// The error of the last call of the system on a file that was to be written.
  static func unwritable(_ name: String) -> QueryError {
    QueryError(kind: .output, message: "can't write \(name): \(systemMessage(errno))")
  }
}

private func systemWrite(_ descriptor: Int32, _ start: UnsafeRawPointer, _ count: Int) -> Int {
  write(descriptor, start, count)
}
