#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif
import Tally

/// The bytes of a whole file or pipe. The path `-` is standard input.
package func readAll(_ path: String) throws(CommandError) -> [UInt8] {
  let descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else {
    throw CommandError(.data, "can't read \(path): \(systemMessage(errno))")
  }
  defer { if path != "-" { close(descriptor) } }
  var bytes: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    let count = read(descriptor, &chunk, chunk.count)
    if count < 0 {
      if errno == EINTR { continue }
      throw CommandError(.data, "can't read \(path): \(systemMessage(errno))")
    }
    if count == 0 { return bytes }
    bytes += chunk[..<count]
  }
}

/// A script from a file; `-` is standard input.
package func readScript(_ path: String) throws(CommandError) -> SourceText {
  let name = path == "-" ? "<stdin>" : path
  guard let source = SourceText(utf8: try readAll(path), name: name) else {
    throw CommandError(
      .query, "\(name) is not UTF-8", help: ["scripts are written in UTF-8; convert the file"])
  }
  return source
}
