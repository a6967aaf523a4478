#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif
import Tally

/// What was typed at the prompt, kept in a file that only its owner can read.
///
/// The file has a line per entry, in which a line end is written as `\n` and a backslash as `\\`;
/// so a statement of several lines is one entry. Entries that begin with a space or repeat the one
/// before are not kept. Where the file can't be read or written, the history lives in memory alone,
/// without a word.
package struct History {
  /// The entries, the oldest first.
  package private(set) var entries: [String] = []
  private let path: String?

  /// The most entries that are kept.
  static let greatestCount = 10_000

  /// Reads the history from a file, or begins one in memory where there is no path.
  package init(path: String?) {
    self.path = path
    guard let path, let bytes = try? readAll(path) else { return }
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    entries = lines.suffix(Self.greatestCount).map { Self.decoded(String($0)) }
    if lines.count > Self.greatestCount + Self.greatestCount / 10 { rewrite() }
  }

  /// The place of the history: `$XDG_STATE_HOME/tally/history`, where the variable is not set
  /// `~/.local/state/tally/history`; nil where there is no home.
  package static func standardPath(_ environment: (String) -> String?) -> String? {
    if let state = environment("XDG_STATE_HOME"), state.hasPrefix("/") {
      return state + "/tally/history"
    }
    guard let home = environment("HOME"), home.hasPrefix("/") else { return nil }
    return home + "/.local/state/tally/history"
  }

  /// Keeps an entry, unless it begins with a space or repeats the last. Returns whether it was
  /// kept.
  @discardableResult
  package mutating func add(_ entry: String) -> Bool {
    guard let first = entry.first, first != " ", entry != entries.last else { return false }
    entries.append(entry)
    if let path { append(Self.encoded(entry) + "\n", to: path) }
    return true
  }

  /// The entries that hold a text, without regard to case and marks, with their numbers from 1.
  package func entries(holding text: String) -> [(number: Int, entry: String)] {
    let wanted = text.folded
    return entries.enumerated().compactMap { index, entry in
      wanted.isEmpty || entry.folded.contains(wanted) ? (index + 1, entry) : nil
    }
  }

  private func append(_ line: String, to path: String) {
    makeFolder(of: path)
    let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    // One call, so that lines of several shells don't mix.
    try? DescriptorSink(descriptor, name: path).write(line)
  }

  private func rewrite() {
    guard let path, let file = try? AtomicFile(path, permissions: 0o600) else { return }
    let text = entries.map { Self.encoded($0) + "\n" }.joined()
    if (try? file.write(text)) != nil { try? file.commit() }
  }

  private func makeFolder(of path: String) {
    var place = path.startIndex
    while let slash = path[path.index(after: place)...].firstIndex(of: "/") {
      mkdir(String(path[..<slash]), 0o700)
      place = slash
    }
  }

  private static func encoded(_ entry: String) -> String {
    var line = ""
    for scalar in entry.unicodeScalars {
      switch scalar {
      case "\\": line += "\\\\"
      case "\n": line += "\\n"
      case "\r": line += "\\r"
      default: line.unicodeScalars.append(scalar)
      }
    }
    return line
  }

  private static func decoded(_ line: String) -> String {
    var entry = ""
    var isEscaped = false
    for scalar in line.unicodeScalars {
      if isEscaped {
        switch scalar {
        case "n": entry += "\n"
        case "r": entry += "\r"
        default: entry.unicodeScalars.append(scalar)
        }
        isEscaped = false
      } else if scalar == "\\" {
        isEscaped = true
      } else {
        entry.unicodeScalars.append(scalar)
      }
    }
    return entry
  }
}
