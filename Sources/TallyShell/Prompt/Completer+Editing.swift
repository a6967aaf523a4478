import Tally
import TallySyntax

extension Completer {
  /// What a press of the Tab key does to the text.
  package struct Press: Sendable, Equatable {
    /// The offset in bytes at which the replaced text begins; it ends at the cursor.
    package var start: Int
    /// What comes in its place; nil to change nothing.
    package var replacement: String?
    /// Lines to show below; nil for none.
    package var listing: String?
  }

  /// Completes at an offset in bytes: the only choice is taken; of several, what they have in
  /// common; where that is nothing more than was typed, they are listed.
  package func press(in text: String, at cursor: Int, width: Int) -> Press {
    let choices = choices(in: text, at: cursor)
    var press = Press(start: choices.start)
    guard let first = choices.items.first else { return press }
    if choices.items.count == 1 {
      press.replacement = first.text.hasSuffix("(") ? first.text : first.text + " "
      return press
    }
    let typed = SourceText(text).text(in: SourceSpan(choices.start, cursor))
    let common = commonPrefix(choices)
    let isLonger = common.count > typed.count || (common.count == typed.count && common != typed)
    let isSame = common.unquoted.folded.hasPrefix(typed.unquoted.folded)
    if isLonger && isSame && !common.unquoted.isEmpty {
      press.replacement = common
    } else {
      press.listing = Self.listing(choices, width: width)
    }
    return press
  }

  private func commonPrefix(_ choices: Choices) -> String {
    guard choices.furtherCount == 0, var common = choices.items.first?.text else { return "" }
    for choice in choices.items.dropFirst() {
      common = String(zip(common, choice.text).prefix { $0 == $1 }.map(\.0))
    }
    return common
  }

  /// The choices as lines: words of the grammar side by side, the others with their notes.
  static func listing(_ choices: Choices, width: Int) -> String {
    let noted = choices.items.filter { !$0.note.isEmpty }
    let widest = noted.map { $0.text.displayWidth }.max() ?? 0
    let room = max(20, width > 0 ? width : 80)
    let textWidth = min(widest, max(10, room - 24))
    var lines = noted.map { choice in
      let text = choice.text.cut(toWidth: textWidth)
      let gap = String(repeating: " ", count: textWidth - text.displayWidth + 2)
      return ("  " + text + gap + choice.note).steeringShown()
    }
    var line = ""
    for choice in choices.items where choice.note.isEmpty {
      if line.count + choice.text.count + 2 > room, !line.isEmpty {
        lines.append(line)
        line = ""
      }
      line += "  " + choice.text
    }
    if !line.isEmpty { lines.append(line) }
    if choices.furtherCount > 0 { lines.append("  … \(grouped(choices.furtherCount)) more") }
    return lines.map { $0 + "\n" }.joined()
  }
}

extension String {
  /// The text without a quote at its beginning.
  fileprivate var unquoted: String {
    hasPrefix("\"") || hasPrefix("'") || hasPrefix("`") ? String(dropFirst()) : self
  }
}
