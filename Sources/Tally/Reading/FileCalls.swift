#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Everything that reading asks of the operating system, as a table of functions so that a test
/// can let any call fail.
struct FileCalls: Sendable {
  /// What a call gave: a number, or the error it failed with.
  enum Outcome: Sendable, Equatable {
    case done(Int)
    case failed(Int32)
  }

  /// Opens a file for reading and gives its descriptor.
  var open: @Sendable (String) -> Outcome
  /// Reads at most so many bytes; 0 at the end.
  var read: @Sendable (Int32, UnsafeMutableRawPointer, Int) -> Outcome
  /// The size of a regular file; fails with `EISDIR` for a directory, gives -1 for a pipe.
  var size: @Sendable (Int32) -> Outcome
  /// Closes a descriptor.
  var close: @Sendable (Int32) -> Void
  /// The paths that match a pattern, in order.
  var expand: @Sendable (String) -> [String]

  /// The calls of the machine.
  static let system = FileCalls(
    open: { path in
      #if canImport(Darwin)
        let descriptor = Darwin.open(path, O_RDONLY | O_CLOEXEC)
      #elseif canImport(Musl)
        let descriptor = Musl.open(path, O_RDONLY | O_CLOEXEC)
      #else
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
      #endif
      return descriptor < 0 ? .failed(errno) : .done(Int(descriptor))
    },
    read: { descriptor, buffer, count in
      #if canImport(Darwin)
        let done = Darwin.read(descriptor, buffer, count)
      #elseif canImport(Musl)
        let done = Musl.read(descriptor, buffer, count)
      #else
        let done = Glibc.read(descriptor, buffer, count)
      #endif
      return done < 0 ? .failed(errno) : .done(done)
    },
    size: { descriptor in
      var status = stat()
      guard fstat(descriptor, &status) == 0 else { return .failed(errno) }
      switch status.st_mode & S_IFMT {
      case S_IFREG: return .done(Int(status.st_size))
      case S_IFDIR: return .failed(EISDIR)
      default: return .done(-1)
      }
    },
    close: { descriptor in
      #if canImport(Darwin)
        _ = Darwin.close(descriptor)
      #elseif canImport(Musl)
        _ = Musl.close(descriptor)
      #else
        _ = Glibc.close(descriptor)
      #endif
    },
    expand: { pattern in
      var found = glob_t()
      defer { globfree(&found) }
      guard glob(pattern, 0, nil, &found) == 0 else { return [] }
      return (0..<Int(found.gl_pathc)).compactMap { index in
        found.gl_pathv[index].map { String(cString: $0) }
      }
    })
}

/// What the operating system calls an error.
package func systemMessage(_ error: Int32) -> String {
  String(cString: strerror(error))
}
