import TallySyntax

/// What a terminal shows after some bytes: enough of xterm for what readline and tally write.
struct Screen {
  let rowCount: Int
  private(set) var columnCount: Int
  private var rows: [[Character]]
  private(set) var row = 0
  private(set) var column = 0
  /// Whether the next character goes to the next line because the last one filled this.
  private var isFull = false
  private var pending: [UInt8] = []
  /// Lines that have left at the top.
  private(set) var scrolledOff: [String] = []
  /// Control sequences that this screen doesn't know.
  private(set) var unknown: [String] = []

  /// What stands in the second column of a wide character.
  private static let filler: Character = "\u{0}"

  init(columns: Int, rows rowCount: Int) {
    columnCount = columns
    self.rowCount = rowCount
    rows = Array(repeating: Array(repeating: " ", count: columns), count: rowCount)
  }

  /// The lines without spaces at their ends, up to the last that is not empty.
  var lines: [String] {
    var lines = rows.map { Self.text($0) }
    while lines.last == "" { lines.removeLast() }
    return lines
  }

  /// All lines that were ever shown.
  var text: String { (scrolledOff + lines).joined(separator: "\n") }

  private static func text(_ row: [Character]) -> String {
    var text = String(row.filter { $0 != filler })
    while text.last == " " { text.removeLast() }
    return text
  }

  mutating func resize(columns: Int) {
    rows = rows.map { row in
      Array((row + Array(repeating: " ", count: max(0, columns - row.count))).prefix(columns))
    }
    columnCount = columns
    column = min(column, columns - 1)
    isFull = false
  }

  mutating func feed(_ bytes: [UInt8]) {
    pending += bytes
    // Characters may be cut by the pieces in which they arrive.
    while let length = nextLength() {
      let piece = Array(pending[..<length])
      pending.removeFirst(length)
      show(piece)
    }
  }

  /// The length of the first whole control sequence or character, or nil where it is not complete.
  private func nextLength() -> Int? {
    guard let first = pending.first else { return nil }
    if first == 0x1B {
      guard pending.count > 1 else { return nil }
      guard pending[1] == UInt8(ascii: "[") else { return 2 }
      for (index, byte) in pending.enumerated().dropFirst(2) where (0x40...0x7E).contains(byte) {
        return index + 1
      }
      return nil
    }
    let length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
    return pending.count >= length ? length : nil
  }

  private mutating func show(_ piece: [UInt8]) {
    switch piece[0] {
    case 0x1B: obey(piece)
    case 0x0A: lineFeed()
    case 0x0D: (column, isFull) = (0, false)
    case 0x08: (column, isFull) = (max(0, column - 1), false)
    case 0x07: break
    case 0x09: column = min(columnCount - 1, (column / 8 + 1) * 8)
    case 0..<0x20, 0x7F: unknown.append("byte \(piece[0])")
    default: put(Character(String(decoding: piece, as: UTF8.self)))
    }
  }

  private mutating func put(_ character: Character) {
    let width = character.displayWidth
    if width == 0 {
      let place = max(0, isFull ? column : column - 1)
      rows[row][place] = Character(String(rows[row][place]) + String(character))
      return
    }
    if isFull || column + width > columnCount {
      column = 0
      isFull = false
      lineFeed()
    }
    rows[row][column] = character
    if width == 2 { rows[row][column + 1] = Self.filler }
    column += width
    if column >= columnCount { (column, isFull) = (columnCount - 1, true) }
  }

  private mutating func lineFeed() {
    isFull = false
    row += 1
    guard row == rowCount else { return }
    row -= 1
    scrolledOff.append(Self.text(rows.removeFirst()))
    rows.append(Array(repeating: " ", count: columnCount))
  }

  private mutating func obey(_ piece: [UInt8]) {
    guard piece[1] == UInt8(ascii: "["), let last = piece.last else {
      return unknown.append("escape \(piece[1])")
    }
    let words = String(decoding: piece[2..<(piece.count - 1)], as: UTF8.self)
    let number = Int(words.prefix { $0.isNumber })
    let count = max(1, number ?? 1)
    isFull = false
    switch Character(Unicode.Scalar(last)) {
    case "A": row = max(0, row - count)
    case "B": row = min(rowCount - 1, row + count)
    case "C": column = min(columnCount - 1, column + count)
    case "D": column = max(0, column - count)
    case "H": (row, column) = (0, 0)
    case "J": eraseBelow(everything: number == 2)
    case "K": erase(row, from: column)
    case "P": shift(left: count)
    case "@": shift(right: count)
    case "m", "h", "l": break
    default: unknown.append(String(decoding: piece.dropFirst(), as: UTF8.self))
    }
  }

  private mutating func eraseBelow(everything: Bool) {
    erase(row, from: everything ? 0 : column)
    for other in (everything ? 0 : row + 1)..<rowCount { erase(other, from: 0) }
  }

  private mutating func erase(_ row: Int, from column: Int) {
    for place in column..<columnCount { rows[row][place] = " " }
  }

  private mutating func shift(left count: Int) {
    rows[row].removeSubrange(column..<min(columnCount, column + count))
    while rows[row].count < columnCount { rows[row].append(" ") }
  }

  private mutating func shift(right count: Int) {
    rows[row].insert(contentsOf: Array(repeating: " ", count: count), at: column)
    rows[row].removeLast(count)
  }
}
