#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

extension Database {
  /// Whether a table was read from the file at a path, under this name or another of the same file.
  package func isRead(from path: String) -> Bool {
    guard let file = FileIdentity(path) else { return false }
    let reports = withState { Array($0.reports.values) }
    return reports.contains { report in
      report.files.contains { FileIdentity($0.path) == file }
    }
  }
}

/// Whether a path is that of a file which can be read again, or a pattern of such.
package func isRegularFile(_ path: String) -> Bool {
  if case .pattern = DataSource.path(path) { return true }
  return FileIdentity(path) != nil
}

/// What makes two paths the same file.
private struct FileIdentity: Equatable {
  let device: UInt64
  let number: UInt64

  /// The identity of the file at a path; nil where there is none.
  init?(_ path: String) {
    var information = stat()
    guard stat(path, &information) == 0, information.st_mode & S_IFMT == S_IFREG else { return nil }
    device = UInt64(truncatingIfNeeded: information.st_dev)
    number = UInt64(truncatingIfNeeded: information.st_ino)
  }
}
