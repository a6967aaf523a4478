import Tally
import TallyShell

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A folder that goes when the test ends.
final class TemporaryFolder {
  let path: String

  init() {
    var template = Array("/tmp/tally-test-XXXXXX".utf8CString)
    path = mkdtemp(&template).map { String(cString: $0) } ?? "/tmp"
  }

  deinit { removeTree(path) }

  /// The files in the folder.
  var names: [String] { entries(of: path) }

  func file(_ name: String) -> String { "\(path)/\(name)" }

  func write(_ name: String, _ text: String) throws {
    let file = try AtomicFile(self.file(name))
    try file.write(text)
    try file.commit()
  }

  func text(_ name: String) throws -> String {
    String(decoding: try readAll(file(name)), as: UTF8.self)
  }

  func mode(_ name: String) -> mode_t {
    var information = stat()
    return stat(file(name), &information) == 0 ? information.st_mode & 0o7777 : 0
  }
}

/// The names in a folder, sorted.
func entries(of path: String) -> [String] {
  guard let folder = opendir(path) else { return [] }
  defer { closedir(folder) }
  var names: [String] = []
  while let entry = readdir(folder) {
    let name = withUnsafePointer(to: &entry.pointee.d_name) {
      $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
    }
    if name != ".", name != ".." { names.append(name) }
  }
  return names.sorted()
}

/// Removes a folder and what is in it.
private func removeTree(_ path: String) {
  for name in entries(of: path) where unlink("\(path)/\(name)") != 0 {
    removeTree("\(path)/\(name)")
  }
  rmdir(path)
}
