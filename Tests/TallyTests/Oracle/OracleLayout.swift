@testable import Tally

/// The groups of a step laid out as a table.
struct OracleLayout {
  let groups: OracleGroups
  let measures: [OracleColumn]
  let cuts: OracleCuts
  let rowKeys: Int
  let acrossKeys: Int
  let hasTotals: Bool

  private var keyColumns: [OracleColumn] { groups.keys.map(\.column) }

  /// Groups as rows.
  func listed(_ receipt: Receipt.Step) throws -> OracleResult {
    var receipt = receipt
    var all = groups.groups(keeping: Array(0..<rowKeys)).map { OracleRow(group: $0) }
    try groups.computeAll(all.compactMap(\.group))
    if let having = cuts.having {
      var condition = Receipt.Condition(clause: "having", text: having.text)
      let outcomes = try all.map { try having.condition.value($0) }
      condition.rowsTested = all.count
      condition.unknown.rows = outcomes.count(where: \.isUnknown)
      condition.unknown.rowsKept = outcomes.count { $0.isUnknown && $0.isTrue }
      all = all.indices.filter { outcomes[$0].isTrue }.map { all[$0] }
      condition.rowsTrue = all.count
      receipt.conditions.append(condition)
    }
    let (kept, left) = try cuts.ranked(all, &receipt)
    let shown = cuts.hasRest ? kept + left : cuts.limited(kept)
    var rows = try kept.map { row in try keyValues(row) + measures(of: row) }
    if cuts.hasRest, !left.isEmpty {
      receipt.rowsCut -= left.count
      let rest = OracleGroup(
        keys: Array(repeating: nil, count: rowKeys), members: left.compactMap(\.group))
      rows.append(try labelled("(rest)") + measures(of: OracleRow(group: rest)))
    }
    rows = cuts.limited(rows, &receipt)
    if !cuts.hasRest { try cuts.noteOrder(all, kept, &receipt) }
    return OracleResult(
      table: table(rows, measures), receipt: receipt,
      shown: Set(shown.compactMap { $0.group?.keys.map { $0 ?? .missing } }),
      mayBeWide: (keyColumns + measures).map(\.meaning.mayBeWide))
  }

  /// All groups as one.
  private var whole: OracleRow {
    OracleRow(group: OracleGroup(keys: Array(repeating: nil, count: groups.keys.count)))
  }

  private func keyValues(_ row: OracleRow) throws -> [CellValue] {
    try (0..<rowKeys).map { try groups.meaning($0).value(row).value }
  }

  private func measures(of row: OracleRow) throws -> [CellValue] {
    try measures.map { try $0.meaning.value(row).value }
  }

  /// A label under the first key, and nothing under the others.
  private func labelled(_ label: String) -> [CellValue] {
    [.text(label)] + Array(repeating: .missing, count: rowKeys - 1)
  }

  /// Whether a row with a label may follow, so that the first key is a text.
  private var hasLabels: Bool { rowKeys > 0 && (cuts.hasRest || hasTotals) }

  private func table(_ rows: [[CellValue]], _ columns: [OracleColumn]) -> OracleTable {
    let columns = Array(keyColumns.prefix(rowKeys)) + columns
    var table = OracleTable(
      names: columns.map(\.name), types: columns.map(\.meaning.type), rows: rows)
    if hasLabels {
      table.types[0] = .text
      for row in table.rows.indices {
        let text = table.rows[row][0].text(in: .csv)
        table.rows[row][0] = text.map { .text($0) } ?? .missing
      }
    }
    return table
  }

  /// Groups as cells of two axes.
  func crossed(_ receipt: Receipt.Step) throws -> OracleResult {
    var receipt = receipt
    let keys = Array(0..<rowKeys)
    let across = groups.groups(keeping: Array(rowKeys..<rowKeys + acrossKeys))
      .filter { _ in !groups.rows.isEmpty }
    let lines = groups.groups(keeping: keys).map { OracleRow(group: $0) }
    try groups.computeAll(lines.compactMap(\.group))
    let shown = try cuts.cut(lines, &receipt).rows
    // Rows of two axes are ranked by totals, and have no value of the other axis.
    receipt.rowsUnranked = 0
    var rows: [[CellValue]] = []
    for line in shown {
      guard let row = line.group else { continue }
      var cells = try keyValues(line)
      for column in across {
        let both = zip(row.keys, column.keys).map { $0 ?? $1 }
        cells += try measures(of: OracleRow(group: OracleGroup(keys: both)))
      }
      if hasTotals { cells += try measures(of: line) }
      rows.append(cells)
    }
    if hasTotals, rowKeys > 0 {
      var last = labelled("total")
      for column in across { last += try measures(of: OracleRow(group: column)) }
      if hasTotals { last += try measures(of: whole) }
      rows.append(last)
    }
    return OracleResult(
      table: table(rows, columns(across)), receipt: receipt, isPlain: false,
      shown: Set(
        groups.rowKeys.filter { keys in
          shown.contains { $0.group?.keys.prefix(rowKeys) == keys.prefix(rowKeys).map { $0 }[...] }
        }))
  }

  /// The columns behind the keys.
  private func columns(_ across: [OracleGroup]) -> [OracleColumn] {
    var names = OracleNames()
    for key in keyColumns.prefix(rowKeys) { _ = names.make(key.name) }
    var labels = across.map { column in
      column.keys.dropFirst(rowKeys)
        .map { $0?.text(in: .csv) ?? "(missing)" }.joined(separator: "_")
    }
    if hasTotals { labels.append("total") }
    return labels.flatMap { label in
      measures.map { measure in
        let name = measures.count == 1 ? label : "\(label)_\(measure.name)"
        return OracleColumn(name: names.make(name), meaning: measure.meaning)
      }
    }
  }

  /// Rows by group, for receipts.
  func groups(of rows: [OracleRow], shown: Set<[CellValue]>) throws -> [Receipt.Group] {
    if groups.keys.isEmpty { return [] }
    let keys = try rows.map { row in try groups.keys.map { try $0.column.meaning.value(row).value }
    }
    return Set(keys).sorted { first, second in
      for (one, other) in zip(first, second) where one != other { return one.precedes(other) }
      return false
    }.map { key in
      Receipt.Group(keys: key, rows: keys.count { $0 == key }, isInAnswer: shown.contains(key))
    }
  }
}
