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
      let (created, name) = Self.create(in: folder)
      (descriptor, temporaryPath) = (created, name)
      // New files get what the system gives them, less what the user's mask takes.
      let wanted = permissions ?? (exists ? information.st_mode & 0o7777 : nil)
      if descriptor >= 0, let wanted { _ = fchmod(descriptor, wanted) }
    }
    sink = DescriptorSink(descriptor, name: path)
    if descriptor < 0 {
      isOpen = false
      throw QueryError.unwritable(path)
    }
  }

  /// A new file of a name that no other has.
  private static func create(in folder: String) -> (descriptor: Int32, path: String) {
    for _ in 0..<100 {
      let name = folder + ".tally-" + String(UInt64.random(in: .min ... .max), radix: 36)
      let descriptor = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      if descriptor >= 0 || errno != EEXIST { return (descriptor, name) }
    }
    return (-1, folder)
  }

  deinit { discard() }

  package func write(_ bytes: UnsafeBufferPointer<UInt8>) throws(QueryError) {
    try sink.write(bytes)
  }

  /// Gives the file its name.
  package func commit() throws(QueryError) {
    guard isOpen else { return }
    isOpen = false
    // A name that outlives a loss of power must not lead to bytes that don't.
    if temporaryPath != nil, fsync(descriptor) != 0 {
      let error = failure()
      close(descriptor)
      throw error
    }
    // What close reports may be an error of an earlier write.
    guard close(descriptor) == 0 else { throw failure() }
    guard let temporaryPath else { return }
    let target = resolvedPath(path) ?? path
    if rename(temporaryPath, target) != 0 { throw failure() }
    keepName(of: target)
  }

  /// Has the folder remember the new name. Where it can't, the file is whole all the same.
  private func keepName(of target: String) {
    let end = target.utf8.lastIndex(of: UInt8(ascii: "/"))
    let folder = open(end.map { String(target[...$0]) } ?? ".", O_RDONLY | O_CLOEXEC)
    guard folder >= 0 else { return }
    _ = fsync(folder)
    close(folder)
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
