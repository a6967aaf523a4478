import Tally
import TallySyntax

/// Reads what is typed at a prompt.
package protocol LineReader {
  /// The next statement or command, or nil at the end of the input.
  func read(_ prompt: String) -> String?

  /// Lets the user walk back to an entry.
  func remember(_ entry: String)
}

extension Session {
  /// Reads and runs statements until the input ends or `.quit` is typed.
  package func runPrompt(_ reader: any LineReader) -> ShellStatus {
    history = History(path: options.historyPath)
    for entry in history.entries { reader.remember(entry) }
    while let typed = reader.read("tally> ") {
      let text = entry(typed)
      if history.add(text.trimmedEnd) { reader.remember(text.trimmedEnd) }
      if take(text) == .quit { return .success }
    }
    messages.line("")
    return .success
  }

  /// Runs what was typed: commands to the shell line by line, then the rest as statements.
  func take(_ text: String) -> Next {
    var rest = Substring(text)
    while DotCommand.isCommand(String(rest)) {
      rest = rest.drop { $0.isWhitespace }
      let line = rest.prefix { !$0.isNewline }
      if obey(String(line)) == .quit { return .quit }
      rest = rest[line.endIndex...]
    }
    guard rest.contains(where: { !$0.isWhitespace }) else { return .goOn }
    let word = rest.trimming.lowercased()
    if word == "quit" || word == "exit", database[word] == nil { return .quit }
    _ = run(ScriptText(SourceText(String(rest), name: "<prompt>"), isTyped: true))
    return .goOn
  }

  /// Whether Enter runs a text; otherwise it begins a new line. An empty line at the end runs
  /// whatever there is, so that nobody is caught in a statement that they can't end.
  package static func isComplete(_ text: String) -> Bool {
    if DotCommand.isCommand(text) { return true }
    let last = text.split(separator: "\n", omittingEmptySubsequences: false).last ?? ""
    if text.contains("\n"), last.allSatisfy(\.isWhitespace) { return true }
    return completeness(of: text) == .complete
  }
}

extension Substring {
  /// The text without blanks at both ends.
  fileprivate var trimming: String { String(drop(while: \.isWhitespace)).trimmedEnd }
}

extension String {
  fileprivate var trimmedEnd: String {
    var text = self
    while let last = text.last, last.isWhitespace { text.removeLast() }
    return text
  }
}
