/// The bytes between the cells of a format that writes row after row.
///
///     open  rowStart cellStarts[0] cell cellStarts[1] cell … rowEnd  betweenRows  rowStart …  close
struct RowFrame: Sendable {
  /// Before all rows.
  var open: [UInt8] = []
  /// Before the first cell of a row.
  var rowStart: [UInt8] = []
  /// Before each cell.
  var cellStarts: [[UInt8]]
  /// Behind the last cell of a row.
  var rowEnd: [UInt8]
  /// Between the end of a row and the start of the next.
  var betweenRows: [UInt8] = []
  /// Behind all rows.
  var close: [UInt8] = []

  /// The frame of a format other than ``TableFormat/table``.
  init(_ format: TableFormat, _ table: Table, _ style: CellStyle, _ options: FormatOptions) {
    switch format {
    case .json, .jsonl:
      let keys = uniqueNames(table.columnNames).map { Array(($0.jsonQuoted + ":").utf8) }
      cellStarts = keys.enumerated().map { index, key in (index == 0 ? [] : [0x2C]) + key }
      (rowStart, rowEnd) = (Array("{".utf8), Array("}\n".utf8))
      guard format == .json else { break }
      open = Array("[".utf8)
      if table.rowCount > 0 { open.append(0x0A) }
      (rowEnd, betweenRows) = (Array("}".utf8), Array(",\n".utf8))
      close = Array((table.rowCount > 0 ? "\n]\n" : "]\n").utf8)
    case .markdown:
      cellStarts = table.columns.indices.map { Array(($0 == 0 ? "| " : " | ").utf8) }
      rowEnd = Array(" |\n".utf8)
      open = Self.markdownHeader(table, style)
    case .csv, .tsv, .bare, .table:
      let delimiter = UInt8(ascii: format == .csv ? "," : "\t")
      cellStarts = table.columns.indices.map { $0 == 0 ? [] : [delimiter] }
      rowEnd = [0x0A]
      guard options.hasHeader ?? (format != .bare) else { break }
      for (index, name) in table.columnNames.enumerated() {
        open += cellStarts[index] + style.written(name)
      }
      open.append(0x0A)
    }
  }

  private static func markdownHeader(_ table: Table, _ style: CellStyle) -> [UInt8] {
    var header: [UInt8] = []
    var rule = ""
    for (name, column) in zip(table.columnNames, table.columns) {
      header += Array("| ".utf8) + style.written(name) + [0x20]
      rule += column.type.isNumeric ? "| ---: " : "| --- "
    }
    return header + Array("|\n\(rule)|\n".utf8)
  }
}

/// Names of which later ones that occurred before have a number behind them.
private func uniqueNames(_ names: [String]) -> [String] {
  var seen = Set<String>()
  return names.map { name in
    var unique = name
    var number = 2
    while !seen.insert(unique).inserted {
      unique = "\(name)_\(number)"
      number += 1
    }
    return unique
  }
}
