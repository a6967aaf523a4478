import Tally

/// A command to the shell itself: a line that begins with a dot, or with a backslash for those who
/// come from psql.
package struct DotCommand: Sendable, Equatable {
  /// What is to be done.
  package let name: Name
  /// The words behind the name.
  package let arguments: [String]

  /// The commands.
  package enum Name: String, Sendable, CaseIterable {
    case help, tables, schema, values, why, load, drop, last, behind, mode, rows, width, timer
    case param, run, fix, history, quit
  }

  /// Whether a line is for the shell and not for the engine.
  package static func isCommand(_ line: String) -> Bool {
    guard let first = line.first(where: { !$0.isWhitespace }) else { return false }
    return first == "." || first == "\\"
  }

  /// Reads a line for which ``isCommand(_:)`` holds.
  package init(_ line: String) throws(CommandError) {
    var words = try Self.words(line)
    guard !words.isEmpty else { throw CommandError(.usage, "there is no command in this line") }
    let typed = words.removeFirst()
    if let name = Self.alias(typed, words) {
      self.name = name
    } else {
      self.name = try Self.name(typed)
    }
    arguments = words
  }

  /// The command that psql and sqlite3 call otherwise.
  private static func alias(_ word: String, _ arguments: [String]) -> Name? {
    switch word {
    case "\\?", "\\h", ".h": .help
    case "\\q", ".exit", ".q": .quit
    case "\\dt": .tables
    case "\\d": arguments.isEmpty ? .tables : .schema
    case "\\timing": .timer
    case "\\i", ".read": .run
    case "\\s": .history
    case "\\x", "\\g": .last
    default: nil
    }
  }

  /// A name, or the beginning of exactly one.
  private static func name(_ word: String) throws(CommandError) -> Name {
    let plain = word.dropFirst().lowercased()
    if let name = Name(rawValue: plain) { return name }
    let fitting = Name.allCases.filter { !plain.isEmpty && $0.rawValue.hasPrefix(plain) }
    if fitting.count == 1 { return fitting[0] }
    var help = ["`.help` lists the commands"]
    if fitting.count > 1 {
      help.insert("meant is one of " + fitting.map { ".\($0)" }.joined(separator: ", "), at: 0)
    } else if let near = closest(to: plain, among: Name.allCases.map(\.rawValue)) {
      help.insert("did you mean `.\(near)`?", at: 0)
    }
    throw CommandError(.usage, "there is no command `\(word)`", help: help)
  }

  /// The words of a line. Quotes hold words with spaces together.
  private static func words(_ line: String) throws(CommandError) -> [String] {
    var words: [String] = []
    var word = ""
    var isInWord = false
    var quote: Character?
    for character in line {
      if let open = quote {
        if character == open { quote = nil } else { word.append(character) }
      } else if character == "\"" || character == "'" || character == "`" {
        quote = character
        isInWord = true
      } else if character.isWhitespace {
        if isInWord { words.append(word) }
        word = ""
        isInWord = false
      } else {
        word.append(character)
        isInWord = true
      }
    }
    if let quote {
      throw CommandError(.usage, "the quote \(quote) is not closed")
    }
    if isInWord { words.append(word) }
    return words
  }
}
