#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file that appears under its name only when it is complete.
///
/// The bytes go to a new file in the same folder, which takes the name when ``commit()`` is called
/// and disappears otherwise. What is no regular file, for instance `/dev/null` or a named pipe, is
/// written directly.
package final class AtomicFile: ByteSink {
  private let path: String
  private let temporaryPath: String?
  private let descriptor: Int32
  private let sink: DescriptorSink
  private var isOpen = true

  /// Opens a file for writing. It gets `permissions`; where they are not said, those of the file that
  /// it replaces, or those that new files get.
  package init(_ path: String, permissions: mode_t? = nil) throws(QueryError) {
    self.path = path
    var information = stat()
    let exists = stat(path, &information) == 0
    let isRegular = information.st_mode & S_IFMT == S_IFREG
    if exists && !isRegular {
      temporaryPath = nil
      descriptor = open(path, O_WRONLY | O_CLOEXEC)
    } else {
      // Through a link, the file that it names is replaced and not the link.
      let target = exists ? resolvedPath(path) ?? path : path
      let folderEnd = target.utf8.lastIndex(of: UInt8(ascii: "/"))
      let folder = folderEnd.map { String(target[...$0]) } ?? ""
      var template = Array((folder + ".tally-XXXXXX").utf8CString)
      descriptor = mkstemp(&template)
      temporaryPath = String(
        decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
      if descriptor >= 0 {
        let usual = exists ? information.st_mode & 0o7777 : 0o666 & ~currentMask()
        _ = fchmod(descriptor, permissions ?? usual)
      }
    }
    sink = DescriptorSink(descriptor, name: path)
    if descriptor < 0 {
      isOpen = false
      throw QueryError.unwritable(path)
    }
  }

  deinit { discard() }

  package func write(_ bytes: UnsafeBufferPointer<UInt8>) throws(QueryError) {
    try sink.write(bytes)
  }

  /// Gives the file its name.
  package func commit() throws(QueryError) {
    guard isOpen else { return }
    isOpen = false
    // What close reports may be an error of an earlier write.
    guard close(descriptor) == 0 else { throw failure() }
    guard let temporaryPath else { return }
    let target = resolvedPath(path) ?? path
    if rename(temporaryPath, target) != 0 { throw failure() }
  }

  /// Removes what was written.
  package func discard() {
    guard isOpen else { return }
    isOpen = false
    close(descriptor)
    if let temporaryPath { unlink(temporaryPath) }
  }

  private func failure() -> QueryError {
    let error = QueryError.unwritable(path)
    if let temporaryPath { unlink(temporaryPath) }
    return error
  }
}

/// The path of the file that a path leads to, or nil where there is none.
private func resolvedPath(_ path: String) -> String? {
  guard let resolved = realpath(path, nil) else { return nil }
  defer { free(resolved) }
  return String(cString: resolved)
}

/// The permissions that new files don't get.
private func currentMask() -> mode_t {
  let mask = umask(0)
  umask(mask)
  return mask
}
