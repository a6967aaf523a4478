import Synchronization
import Tally
import TallySyntax

/// How errors are written.
package enum ErrorStyle: String, Sendable, CaseIterable {
  /// For people, with the place in the text.
  case text
  /// A line of JSON for each, for programs.
  case json
  /// A line that GitHub shows beside the changed file.
  case github
}

/// What goes to standard error: receipts, notes, errors, timing and progress, never data.
package final class Messages: Sendable {
  /// Whether messages may carry styles.
  package let isStyled: Bool
  /// How errors are written.
  package let errorStyle: ErrorStyle
  /// Whether only errors are written.
  package let isQuiet: Bool
  /// The columns of the terminal to which messages go, or 0 where they go elsewhere.
  let columns: Int
  private let state: Mutex<State>

  private struct State: Sendable {
    let sink: any ByteSink & Sendable
    /// Whether the line of progress is shown.
    var showsProgress = false
    /// Whether something else is being written, so that no progress may be.
    var isSuspended = false

    mutating func write(_ text: String) {
      eraseProgress()
      // Nothing can be done where messages can't be written.
      try? sink.write(text)
    }

    mutating func eraseProgress() {
      guard showsProgress else { return }
      showsProgress = false
      try? sink.write("\r\u{1B}[K")
    }
  }

  package init(
    _ sink: any ByteSink & Sendable, isStyled: Bool = false, errorStyle: ErrorStyle = .text,
    isQuiet: Bool = false, columns: Int = 0
  ) {
    self.columns = columns
    state = Mutex(State(sink: sink))
    self.isStyled = isStyled
    self.errorStyle = errorStyle
    self.isQuiet = isQuiet
  }

  /// Writes a line, whatever it is.
  package func line(_ text: String) { state.withLock { $0.write(text + "\n") } }

  /// Writes a line that a reader may pass over, in grey.
  package func remark(_ text: String) {
    guard !isQuiet, !text.isEmpty else { return }
    line(isStyled ? "\u{1B}[2m\(text)\u{1B}[0m" : text)
  }

  // MARK: Progress

  /// Shows a line that the next one replaces. Only for terminals. May be called from any thread.
  package func progress(_ text: String) {
    guard !isQuiet else { return }
    state.withLock { state in
      guard !state.isSuspended else { return }
      try? state.sink.write("\r\(text)\u{1B}[K")
      state.showsProgress = true
    }
  }

  /// Takes the line of progress away.
  package func eraseProgress() { state.withLock { $0.eraseProgress() } }

  /// Takes the line of progress away and lets none appear while an answer is written.
  package func suspendProgress() {
    state.withLock { state in
      state.eraseProgress()
      state.isSuspended = true
    }
  }

  /// Lets progress appear again.
  package func resumeProgress() { state.withLock { $0.isSuspended = false } }

  // MARK: Errors

  /// Reports why something gave no answer.
  package func report(_ error: QueryError) {
    guard let source = error.source, !error.diagnostics.isEmpty else {
      report(error.kind.name, error.message, help: [])
      return
    }
    for diagnostic in error.diagnostics { report(diagnostic, in: source) }
  }

  /// Reports what is wrong with a command.
  package func report(_ error: CommandError) {
    report("\(error.code)", error.message, help: error.help)
  }

  /// Reports a diagnostic.
  package func report(_ diagnostic: Diagnostic, in source: SourceText) {
    if isQuiet && diagnostic.severity != .error { return }
    switch errorStyle {
    case .text:
      let rendered = diagnostic.rendered(in: source, color: isStyled)
      state.withLock { $0.write(rendered) }
    case .json: line(diagnostic.json(in: source))
    case .github:
      let start = source.position(at: diagnostic.span.start)
      let end = source.position(at: diagnostic.span.end)
      let words = ([diagnostic.message] + diagnostic.help).joined(separator: "\n")
      line(
        annotation(
          diagnostic.severity.github,
          [
            ("file", source.name), ("line", "\(start.line)"), ("endLine", "\(end.line)"),
            ("col", "\(start.column)"), ("endColumn", "\(end.column)"),
            ("title", diagnostic.code.id),
          ], words))
    }
  }

  private func report(_ kind: String, _ message: String, help: [String]) {
    switch errorStyle {
    case .text:
      let title = isStyled ? "\u{1B}[1;31merror\u{1B}[0m" : "error"
      line("\(title): \(message.steeringShown(keepsLines: true))")
      for words in help { line("  = \(words.steeringShown(keepsLines: true))") }
    case .json:
      var object = JSONText()
      object.add("kind", kind)
      object.add("severity", "error")
      object.add("message", message)
      if !help.isEmpty { object.add("help", array: help.map(\.jsonQuoted)) }
      line(object.text)
    case .github:
      line(annotation("error", [], ([message] + help).joined(separator: "\n")))
    }
  }
}

extension Diagnostic.Severity {
  /// The command of a GitHub workflow.
  fileprivate var github: String {
    switch self {
    case .error: "error"
    case .warning: "warning"
    case .note: "notice"
    }
  }
}

/// A line that a GitHub workflow reads as a command.
func annotation(_ command: String, _ places: [(String, String)], _ words: String)
  -> String
{
  func escaped(_ text: String, _ others: Set<Character> = []) -> String {
    var result = ""
    for character in text {
      guard character == "%" || character.isNewline || others.contains(character) else {
        result.append(character)
        continue
      }
      for byte in character.utf8 {
        result += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
      }
    }
    return result.steeringShown()
  }
  let properties = places.map { "\($0.0)=\(escaped($0.1, [",", ":"]))" }.joined(separator: ",")
  return "::\(command)\(properties.isEmpty ? "" : " ")\(properties)::\(escaped(words))"
}
