#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

extension Table {
  /// Writes the table to a file: the old file stays until the new one is whole.
  ///
  ///     try table.write(to: "answer.csv", as: .csv)
  ///
  /// Throws a ``QueryError`` of kind `file` and leaves no half-written file behind.
  public func write(
    to path: String, as format: TableFormat, options: FormatOptions = FormatOptions()
  ) throws(QueryError) {
    let temporary = "\(path).\(getpid()).tmp"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw .unwritable(path) }
    var isOpen = true
    do throws(QueryError) {
      try write(format, options) { bytes throws(QueryError) in
        try writeAll(bytes, to: descriptor, path)
      }
      guard fsync(descriptor) == 0 || errno == EINVAL else { throw QueryError.unwritable(path) }
      isOpen = false
      guard close(descriptor) == 0 else { throw QueryError.unwritable(path) }
      guard rename(temporary, path) == 0 else { throw QueryError.unwritable(path) }
    } catch {
      if isOpen { close(descriptor) }
      unlink(temporary)
      throw error
    }
  }
}

/// Writes all bytes, however many calls it takes.
private func writeAll(_ bytes: UnsafeBufferPointer<UInt8>, to descriptor: Int32, _ path: String)
  throws(QueryError)
{
  guard let start = bytes.baseAddress else { return }
  var done = 0
  while done < bytes.count {
    let written = write(descriptor, start + done, bytes.count - done)
    if written < 0 {
      if errno == EINTR { continue }
      throw .unwritable(path)
    }
    done += written
  }
}

extension QueryError {
  /// The error of the last call of the system on a file that was to be written.
  fileprivate static func unwritable(_ path: String) -> QueryError {
    QueryError(
      kind: .file, message: "can't write \"\(path)\": \(String(cString: strerror(errno)))")
  }
}
