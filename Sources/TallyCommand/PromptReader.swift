import CLineEditor
import Tally
import TallyShell

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Reads statements with GNU readline.
final class PromptReader: LineReader {
  private let session: Session

  /// The reader that the editor's callbacks ask.
  ///
  /// SAFETY: set once before the editor starts; the editor calls back on the main thread only.
  nonisolated(unsafe) private static var current: PromptReader?

  /// Starts the editor; nil where the library is not GNU readline.
  init?(_ session: Session) {
    self.session = session
    guard line_editor_catch_signals() else { return nil }
    let callbacks = line_editor_callbacks(
      is_complete: { text in text.map { Session.isComplete(String(cString: $0)) } ?? true },
      line_states: { text, states, count in
        guard let text, let states else { return }
        for (index, state) in lineStates(String(cString: text)).prefix(Int(count)).enumerated() {
          states[index] = CChar(bitPattern: state)
        }
      },
      complete: { text, cursor in
        guard let text, let reader = PromptReader.current else {
          return line_editor_completion(start: 0, end: 0, replacement: nil, listing: nil)
        }
        return reader.complete(String(cString: text), Int(cursor))
      })
    // The name lives as long as the process: readline keeps the pointer.
    guard line_editor_start(strdup("Tally"), callbacks) else { return nil }
    Self.current = self
  }

  func read(_ prompt: String) -> String? {
    var outcome = LINE_EDITOR_END
    guard let text = line_editor_read(prompt, &outcome) else { return nil }
    defer { free(text) }
    return outcome == LINE_EDITOR_TEXT ? String(cString: text) : nil
  }

  func remember(_ entry: String) { line_editor_remember(entry) }

  private func complete(_ text: String, _ cursor: Int) -> line_editor_completion {
    let press = session.complete(text, at: cursor, width: Int(line_editor_columns()))
    return line_editor_completion(
      start: Int32(clamping: press.replaced.start), end: Int32(clamping: press.replaced.end),
      replacement: press.replacement.flatMap { strdup($0) },
      listing: press.listing.flatMap { strdup($0) })
  }
}
