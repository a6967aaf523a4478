/// Writes a table as aligned columns: numbers to the right, a rule below the header.
///
///     agency          count  share
///     ────────────  ───────  ─────
///     Bộ Tài chính      583  59.7%
struct TableLayout {
  private let table: Table
  private let options: FormatOptions
  private let style: CellStyle
  private let shownRows: Int
  private var columns: [ColumnLayout] = []
  private var hiddenColumns: [String] = []

  private static let gap = "  "

  /// Measures the columns of a table.
  init(_ table: Table, _ options: FormatOptions) {
    self.table = table
    self.options = options
    style = CellStyle(.table, options, columnCount: table.columnCount)
    shownRows = min(table.rowCount, max(0, options.rowLimit ?? table.rowCount))
    for (name, column) in zip(table.columnNames, table.columns) {
      columns.append(ColumnLayout(name.steeringShown(), column.type))
    }
    measure()
    if let width = options.width { fit(max(width, 8)) }
  }

  /// The rows that are rendered at a time.
  private var blockRows: Int { CellRenderer.blockRows(ofColumns: columns.count) }

  /// Writes the table piece by piece.
  func write<Failure: Error>(
    to sink: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Void
  ) throws(Failure) {
    var pending = ByteBuffer()
    appendHeader(to: &pending)
    let slices = UnsafeMutablePointer<TextSlice>.allocate(
      capacity: max(1, columns.count) * blockRows)
    defer { slices.deallocate() }
    let renderers = columns.indices.map {
      CellRenderer(table.columns[$0], style, blockRows: blockRows)
    }
    var start = 0
    while start < shownRows {
      let rows = start..<min(start + blockRows, shownRows)
      for (index, renderer) in renderers.enumerated() {
        renderer.render(rows, into: slices + index * blockRows)
      }
      for row in 0..<rows.count { append(rows.lowerBound + row, row, slices, to: &pending) }
      if pending.count >= 1 << 16 {
        try sink(pending.bytes)
        pending.removeAll()
      }
      start = rows.upperBound
    }
    appendRest(to: &pending)
    try sink(pending.bytes)
  }

  /// Finds the widest cell of each column.
  private mutating func measure() {
    let slices = UnsafeMutablePointer<TextSlice>.allocate(capacity: CellRenderer.blockRows)
    defer { slices.deallocate() }
    for index in columns.indices {
      let column = table.columns[index]
      let renderer = CellRenderer(column, style)
      var start = 0
      while start < shownRows {
        let rows = start..<min(start + CellRenderer.blockRows, shownRows)
        renderer.render(rows, into: slices)
        for row in 0..<rows.count { columns[index].measure(slices[row].bytes) }
        start = rows.upperBound
      }
      columns[index].finish()
    }
  }

  /// Narrows columns of text, the widest first, and hides columns at the right end where that is
  /// not enough.
  private mutating func fit(_ width: Int) {
    let least = 12
    func total() -> Int {
      columns.reduce(0) { $0 + $1.width } + (columns.count - 1) * Self.gap.count
    }
    let floors = columns.map { $0.mayBeCut ? min($0.width, least) : $0.width }
    if floors.reduce(0, +) + (columns.count - 1) * Self.gap.count > width {
      for index in columns.indices { columns[index].width = floors[index] }
    }
    while total() > width {
      let narrowable = columns.indices.filter { columns[$0].mayBeCut && columns[$0].width > least }
      guard let widest = narrowable.max(by: { columns[$0].width < columns[$1].width }) else {
        break
      }
      let second = narrowable.filter { $0 != widest }.map { columns[$0].width }.max() ?? least
      let surplus = total() - width
      let floor = max(least, min(second, columns[widest].width - 1))
      columns[widest].width = max(floor, columns[widest].width - surplus)
    }
    var surplus = total() - width
    var hidden: [String] = []
    while surplus > 0, columns.count > 1 {
      let last = columns.removeLast()
      surplus -= last.width + Self.gap.count
      hidden.append(last.name)
    }
    hiddenColumns = hidden.reversed() + hiddenColumns
    if total() > width, let only = columns.first, only.mayBeCut { columns[0].width = width }
  }

  private func appendHeader(to buffer: inout ByteBuffer) {
    guard options.hasHeader ?? true, !columns.isEmpty else { return }
    var line = LineBuilder()
    for (index, column) in columns.enumerated() {
      line.add(gap(before: index))
      let name = column.name.cut(toWidth: column.width)
      line.add(name, padding: column.width - name.displayWidth, isRight: column.isNumber)
    }
    buffer.append(options.isStyled ? "\u{1B}[1m\(line.text)\u{1B}[0m\n" : line.text + "\n")
    let rules = columns.map { String(repeating: "─", count: $0.width) }
    buffer.append(rules.joined(separator: Self.gap) + "\n")
  }

  private func append(
    _ row: Int, _ place: Int, _ slices: UnsafeMutablePointer<TextSlice>,
    to buffer: inout ByteBuffer
  ) {
    var spaces = 0
    for (index, column) in columns.enumerated() {
      if index > 0 { spaces += Self.gap.count }
      let bytes = slices[index * blockRows + place].bytes
      let measured = CellWidth(bytes, splitsFraction: column.alignsPoints)
      let isGrey = options.isStyled && table.columns[index].isMissing(row)
      var text: String?
      var width = measured.total
      if width > column.width {
        let cut = String(decoding: bytes, as: UTF8.self).cut(toWidth: column.width)
        text = cut
        width = cut.displayWidth
      }
      var behind = column.width - width
      if column.isNumber {
        let alignment =
          column.alignsPoints && measured.hasDigits
          ? min(behind, column.fractionWidth - measured.fraction) : 0
        spaces += behind - alignment
        behind = alignment
      }
      for _ in 0..<spaces { buffer.append(0x20) }
      if isGrey { buffer.append("\u{1B}[2m") }
      if let text { buffer.append(text) } else { buffer.append(bytes) }
      if isGrey { buffer.append("\u{1B}[0m") }
      spaces = behind
    }
    buffer.append(0x0A)
  }

  private func appendRest(to buffer: inout ByteBuffer) {
    let rest = max(table.rowCount, options.totalRowCount ?? 0) - shownRows
    if rest > 0 { buffer.append("… \(grouped(rest)) more row\(rest == 1 ? "" : "s")\n") }
    if !hiddenColumns.isEmpty {
      let count = hiddenColumns.count
      let names = hiddenColumns.joined(separator: ", ")
      buffer.append("… \(count) more column\(count == 1 ? "" : "s"): \(names)\n")
    }
  }

  private func gap(before column: Int) -> String { column == 0 ? "" : Self.gap }
}

/// How one column is laid out.
private struct ColumnLayout {
  let name: String
  let isNumber: Bool
  /// Whether a cell may be shortened: never a number, which would become another.
  let mayBeCut: Bool
  /// Whether numbers stand with their points one below the other.
  let alignsPoints: Bool
  var width: Int
  private(set) var fractionWidth = 0
  private var wholeWidth = 0

  init(_ name: String, _ type: ColumnType) {
    self.name = name
    isNumber = type.isNumeric
    mayBeCut = type == .text
    alignsPoints = type == .float
    width = name.displayWidth
  }

  mutating func measure(_ bytes: UnsafeBufferPointer<UInt8>) {
    let cell = CellWidth(bytes, splitsFraction: alignsPoints)
    width = max(width, cell.total)
    fractionWidth = max(fractionWidth, cell.fraction)
    wholeWidth = max(wholeWidth, cell.total - cell.fraction)
  }

  mutating func finish() { width = max(width, wholeWidth + fractionWidth) }
}

/// The columns that a rendered cell takes on a terminal.
private struct CellWidth {
  let total: Int
  /// The columns of the point and what follows it.
  private(set) var fraction = 0
  let hasDigits: Bool

  init(_ bytes: UnsafeBufferPointer<UInt8>, splitsFraction: Bool) {
    total = terminalWidth(bytes)
    hasDigits = bytes.last.map { $0 < 0x80 } ?? false
    guard splitsFraction, let point = bytes.firstIndex(of: UInt8(ascii: ".")) else { return }
    fraction = bytes.count - point
  }
}

/// A line in the making that never ends with spaces.
private struct LineBuilder {
  private(set) var text = ""
  private var spaces = 0

  mutating func add(_ piece: String, padding: Int = 0, isRight: Bool = false) {
    if piece.allSatisfy({ $0 == " " }) {
      spaces += piece.count + padding
      return
    }
    if isRight { spaces += padding }
    text += String(repeating: " ", count: spaces) + piece
    spaces = isRight ? 0 : padding
  }
}

/// The columns that a text takes on a terminal. Letters of the Latin, Greek and Cyrillic blocks
/// that UTF-8 shows to be single are counted by their bytes; all others as characters.
private func terminalWidth(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
  var width = 0
  var index = 0
  while index < bytes.count {
    let byte = bytes[index]
    switch byte {
    case 0x20..<0x7F: index += 1
    case 0xC3...0xCB, 0xCE...0xD1: index += 2
    case 0xE1 where index + 1 < bytes.count && bytes[index + 1] >= 0xB8: index += 3
    default: return String(decoding: bytes, as: UTF8.self).displayWidth
    }
    width += 1
  }
  return width
}

extension String {
  /// The text, or its beginning and `…` where it takes more than `width` columns of a terminal.
  package func cut(toWidth width: Int) -> String {
    guard displayWidth > width else { return self }
    var result = ""
    var used = 0
    for character in self {
      used += character.displayWidth
      if used > width - 1 { break }
      result.append(character)
    }
    return result + "…"
  }
}

/// A whole number with commas between groups of three digits, as messages write it: `3,078`.
package func grouped(_ number: Int) -> String {
  let digits = Array(String(number.magnitude))
  var text = number < 0 ? "-" : ""
  for (place, digit) in digits.enumerated() {
    if place > 0, (digits.count - place) % 3 == 0 { text += "," }
    text.append(digit)
  }
  return text
}
