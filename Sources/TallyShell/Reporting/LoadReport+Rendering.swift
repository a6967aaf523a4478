import Tally
import TallySyntax

extension LoadReport {
  /// How the table was read and why, as lines for people.
  package func explanation(of table: String) -> String {
    var lines = ["\(table): \(grouped(rowCount)) rows, \(columns.count) columns"]
    for file in files {
      var traits = [
        file.encoding.rawValue, file.hasHeader ? "a header" : "no header", file.newline,
      ]
      if file.hasByteOrderMark { traits.append("byte order mark") }
      let delimiter = file.delimiter == "\t" ? "tab" : "`\(file.delimiter)`"
      traits.insert("fields separated by \(delimiter)", at: 1)
      lines.append("  \(file.path): " + traits.joined(separator: ", "))
    }
    lines += notes.map { "  note: \($0)" }
    let widest = columns.map { $0.name.displayWidth }.max() ?? 0
    let widestType = columns.map { $0.type.name.count }.max() ?? 0
    for column in columns {
      let name = column.name.padded(to: min(widest, 32))
      let type = column.type.name.padded(to: widestType)
      let format = column.format.isEmpty ? "" : " (\(column.format))"
      lines.append("  \(name)  \(type)  \(column.evidence)\(format)")
      let indent = String(repeating: " ", count: min(widest, 32) + widestType + 6)
      for rejection in column.lateRejections {
        lines.append(
          indent + "`\(rejection.cell.cut(toWidth: 40))` (\(rejection.place)) is no "
            + rejection.readings.joined(separator: ", "))
      }
      lines += column.notes.map { indent + "note: \($0)" }
    }
    if !explicitLoad.isEmpty {
      lines.append("  the same with nothing left to find out:")
      lines.append("    " + explicitLoad)
    }
    return lines.map { $0.steeringShown() }.joined(separator: "\n")
  }
}

extension String {
  /// The text with spaces behind it up to a width in columns of a terminal.
  package func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - displayWidth))
  }
}
