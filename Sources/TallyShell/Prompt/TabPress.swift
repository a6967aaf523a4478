import Tally
import TallySyntax

/// What a press of the Tab key does to the text: the only choice is taken; of several, what they
/// have in common; where that is nothing more than was typed, they are listed.
///
///     count services where agency = bo tai⇥      count services where agency = "Bộ Tài chính"
package struct TabPress: Sendable, Equatable {
  /// The bytes that are replaced.
  package var replaced: SourceSpan
  /// What comes in their place; nil to change nothing.
  package var replacement: String?
  /// Lines to show below; nil for none.
  package var listing: String?

  /// One thing that can be written.
  struct Choice: Sendable, Equatable {
    let text: String
    /// What helps to choose; may be empty.
    var note = ""
    /// Whether something must follow directly, as behind the parenthesis of a function.
    var isOpen = false
  }

  /// Completes a statement of which `found` are the completions at its cursor.
  init(_ found: Completions, in text: String, width: Int) {
    let choices = found.items.map {
      Choice(text: $0.text, note: $0.note, isOpen: $0.kind == .function)
    }
    self.init(
      choices, furtherCount: found.furtherCount, replacing: found.replaced, in: text, width: width)
  }

  /// Completes what stands at `replaced`.
  init(
    _ choices: [Choice], furtherCount: Int = 0, replacing replaced: SourceSpan, in text: String,
    width: Int
  ) {
    self.replaced = replaced
    guard let first = choices.first else { return }
    if choices.count == 1, furtherCount == 0 {
      replacement = first.isOpen ? first.text : first.text + " "
      return
    }
    let typed = SourceText(text).text(in: replaced)
    let common = furtherCount == 0 ? Self.commonPrefix(choices) : ""
    let isMore = common.count > typed.count || (common.count == typed.count && common != typed)
    let isSame = common.unquoted.folded.hasPrefix(typed.unquoted.folded)
    if isMore, isSame, !common.unquoted.isEmpty {
      replacement = common
    } else {
      listing = Self.listing(choices, furtherCount, width)
    }
  }

  private static func commonPrefix(_ choices: [Choice]) -> String {
    guard var common = choices.first?.text else { return "" }
    for choice in choices.dropFirst() {
      common = String(zip(common, choice.text).prefix { $0 == $1 }.map(\.0))
    }
    return common
  }

  /// The choices as lines: words of the grammar side by side, the others with their notes.
  private static func listing(_ choices: [Choice], _ furtherCount: Int, _ width: Int) -> String {
    let noted = choices.filter { !$0.note.isEmpty }
    let widest = noted.map { $0.text.displayWidth }.max() ?? 0
    let room = max(20, width > 0 ? width : 80)
    let textWidth = min(widest, max(10, room - 26))
    var lines = noted.map { choice in
      let text = choice.text.cut(toWidth: textWidth).padded(to: textWidth)
      return "  \(text)  \(choice.note)".cut(toWidth: room).steeringShown()
    }
    var line = ""
    for choice in choices where choice.note.isEmpty {
      let text = choice.text.steeringShown()
      if line.displayWidth + text.displayWidth + 2 > room, !line.isEmpty {
        lines.append(line)
        line = ""
      }
      line += "  " + text
    }
    if !line.isEmpty { lines.append(line) }
    if furtherCount > 0 { lines.append("  … \(grouped(furtherCount)) more") }
    return lines.map { $0 + "\n" }.joined()
  }
}

extension String {
  /// The text without a quote at its beginning.
  fileprivate var unquoted: String {
    hasPrefix("\"") || hasPrefix("'") || hasPrefix("`") ? String(dropFirst()) : self
  }
}
