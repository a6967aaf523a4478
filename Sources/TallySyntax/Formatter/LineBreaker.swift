/// Lays out text in lines: groups that fit into the width stay on their line, others are broken at
/// each of their places.
///
/// The pieces are a stream, so the depth of the tree costs no stack. The method is Oppen's
/// ("Prettyprinting", TOPLAS 1980), with the widths taken in a pass of their own.
struct LineBreaker {
  private enum Piece {
    case text(String)
    /// A blank, or a line end if the group is broken.
    case line
    /// Nothing, or a line end if the group is broken.
    case softLine
    /// A comment that ends its line, which breaks all groups around it.
    case comment(String)
    /// A line end, which breaks all groups around it.
    case hardLine
    case begin
    case end
    case indent
    case outdent
  }

  private var pieces: [Piece] = []

  /// The number of columns lines should not exceed.
  private static let width = 80
  /// Groups of fewer columns are never broken: little would be won.
  private static let narrow = 16

  mutating func text(_ text: String) {
    if !text.isEmpty { pieces.append(.text(text)) }
  }

  mutating func line() { pieces.append(.line) }

  mutating func softLine() { pieces.append(.softLine) }

  /// Adds a comment, alone on a line or at the end of the current one.
  mutating func comment(_ text: String, isAlone: Bool) {
    if isAlone { pieces.append(.hardLine) }
    pieces.append(.comment(isAlone ? text : " " + text))
  }

  mutating func begin() { pieces.append(.begin) }

  mutating func end() { pieces.append(.end) }

  mutating func indent() { pieces.append(.indent) }

  mutating func outdent() { pieces.append(.outdent) }

  /// The text in lines.
  func laidOut() -> String {
    let (flat, broken, tail) = measured()
    var output = ""
    var column = 0
    var level = 0
    var isBroken = [true]
    var groups = 0
    func newLine() {
      output += "\n" + String(repeating: "  ", count: level)
      column = 2 * level
    }
    for piece in pieces {
      switch piece {
      case .text(let text):
        output += text
        column += text.displayWidth
      case .comment(let text): output += text
      case .hardLine: newLine()
      case .line, .softLine:
        if isBroken[isBroken.count - 1] {
          newLine()
        } else if case .line = piece {
          output += " "
          column += 1
        }
      case .begin:
        let isForced = broken[groups]
        let isTooLong = column + flat[groups] + tail[groups] > Self.width
        isBroken.append(isForced || (isTooLong && flat[groups] >= Self.narrow))
        groups += 1
      case .end: isBroken.removeLast()
      case .indent: level += 1
      case .outdent: level -= 1
      }
    }
    return output
  }

  /// For each group in the order of their beginnings: its width on one line, whether it must be
  /// broken, and the width of what follows it up to the next place to break.
  private func measured() -> (flat: [Int], broken: [Bool], tail: [Int]) {
    var flat: [Int] = []
    var broken: [Bool] = []
    var tail: [Int] = []
    var open: [Int] = []
    /// The groups that ended since the last place to break.
    var ended: [(group: Int, position: Int)] = []
    var position = 0
    for piece in pieces {
      switch piece {
      case .begin:
        open.append(flat.count)
        flat.append(position)
        broken.append(false)
        tail.append(0)
      case .end:
        let group = open.removeLast()
        flat[group] = position - flat[group]
        ended.append((group, position))
      case .text(let text): position += text.displayWidth
      case .line, .softLine, .hardLine, .comment:
        for (group, end) in ended { tail[group] = position - end }
        ended = []
        if case .line = piece { position += 1 }
        if case .softLine = piece { continue }
        if case .line = piece { continue }
        for group in open { broken[group] = true }
      case .indent, .outdent: break
      }
    }
    for (group, end) in ended { tail[group] = position - end }
    return (flat, broken, tail)
  }
}
