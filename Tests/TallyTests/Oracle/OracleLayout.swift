@testable import Tally

/// The groups of a step laid out as a table.
struct OracleLayout {
  let groups: OracleGroups
  let measures: [OracleColumn]
  let cuts: OracleCuts
  let rowKeys: Int
  let acrossKeys: Int
  let hasTotals: Bool
  var hasSubtotals = false
  var shape: OracleShape?

  private var keyColumns: [OracleColumn] { groups.keys.map(\.column) }

  /// Groups as rows.
  func listed(_ receipt: Receipt.Step) throws -> OracleResult {
    var receipt = receipt
    var all = groups.groups(keeping: Array(0..<rowKeys)).map { OracleRow(group: $0) }
    try groups.computeAll(all.compactMap(\.group))
    if let shape {
      all = try shape.shaped(all, groups, &receipt)
      if groups.isEager { for row in all { _ = try measures(of: row) } }
    }
    let everything = all
    var held = try having(all, &receipt)
    for window in groups.windows {
      receipt.windows.append(try window.told(of: held))
      held = try window.added(to: held)
    }
    let (kept, left) = try cuts.ranked(held, &receipt)
    let shown = cuts.hasRest ? kept + left : cuts.limited(kept)
    var rows = try kept.map { row in try keyValues(row) + measures(of: row) }
    if cuts.hasRest, !left.isEmpty {
      receipt.rowsCut -= left.count
      let rest = OracleGroup(
        keys: Array(repeating: nil, count: rowKeys), members: left.compactMap(\.group))
      let label = try free("(rest)", everything)
      rows.append(try labelled(label) + measures(of: OracleRow(group: rest)))
    }
    rows = cuts.limited(rows, &receipt)
    if !cuts.hasRest { try cuts.noteOrder(held, kept, &receipt) }
    return OracleResult(
      table: table(rows, measures), receipt: receipt,
      shown: Set(
        shown.compactMap(\.group).map { $0.keys.map { $0 ?? .missing } }),
      mayBeWide: (keyColumns + measures).map(\.meaning.mayBeWide))
  }

  /// The groups that `having` keeps.
  private func having(_ all: [OracleRow], _ receipt: inout Receipt.Step) throws -> [OracleRow] {
    guard let having = cuts.having else { return all }
    var condition = Receipt.Condition(clause: "having", text: having.text)
    let outcomes = try all.map { try having.condition.value($0) }
    condition.rowsTested = all.count
    condition.unknown.rows = outcomes.count(where: \.isUnknown)
    condition.unknown.rowsKept = outcomes.count { $0.isUnknown && $0.isTrue }
    let kept = all.indices.filter { outcomes[$0].isTrue }.map { all[$0] }
    condition.rowsTrue = kept.count
    receipt.conditions.append(condition)
    return kept
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

  /// A label in as many parentheses as no key has.
  private func free(_ label: String, _ lines: [OracleRow]) throws -> String {
    var free = label
    while try lines.contains(where: { try keyValues($0).contains(.text(free)) }) {
      free = "(\(free))"
    }
    return free
  }

  /// The keys under which labels may stand, so that they are texts.
  private var labelledKeys: Range<Int> {
    hasSubtotals ? 0..<rowKeys : 0..<(rowKeys > 0 && (cuts.hasRest || hasTotals) ? 1 : 0)
  }

  private func table(_ rows: [[CellValue]], _ columns: [OracleColumn]) -> OracleTable {
    let columns = Array(keyColumns.prefix(rowKeys)) + columns
    var table = OracleTable(
      names: columns.map(\.name), types: columns.map(\.meaning.type), rows: rows)
    for key in labelledKeys {
      table.types[key] = .text
      for row in table.rows.indices {
        let text = table.rows[row][key].text(in: .csv)
        table.rows[row][key] = text.map { .text($0) } ?? .missing
      }
    }
    return table
  }

  /// Groups as cells of two axes, or as rows with totals.
  func crossed(_ receipt: Receipt.Step) throws -> OracleResult {
    var receipt = receipt
    let across =
      acrossKeys == 0
      ? nil
      : groups.groups(keeping: Array(rowKeys..<rowKeys + acrossKeys))
        .filter { _ in !groups.rows.isEmpty }
    let lines = groups.groups(keeping: Array(0..<rowKeys)).map { OracleRow(group: $0) }
    try groups.computeAll(lines.compactMap(\.group))
    let (kept, left) = try cuts.ranked(try having(lines, &receipt), &receipt)
    // Rows of two axes are ranked by totals, and have no value of the other axis.
    receipt.rowsUnranked = 0
    var answer = kept
    // What goes into the rest is computed first.
    if cuts.hasRest, groups.isEager { for row in left { _ = try cells(row, across) } }
    if cuts.hasRest, !left.isEmpty {
      receipt.rowsCut -= left.count
      let none = [CellValue?](repeating: nil, count: groups.keys.count)
      answer.append(
        OracleRow(group: OracleGroup(keys: none, members: left.compactMap(\.group))))
    }
    answer = cuts.limited(answer, &receipt)
    let rest = try free("(rest)", lines)
    var rows = try answer.map { row in
      try (row.group?.members == nil ? keyValues(row) : labelled(rest)) + cells(row, across)
    }
    if rowKeys > 0, hasTotals || hasSubtotals {
      let total = try free("total", lines)
      if hasSubtotals { rows = try subtotalled(answer, total, rest, across) }
      rows.append(try labelled(total) + cells(whole, across))
      receipt.totals = Receipt.Totals(label: total, rows: rows.count - answer.count)
    }
    if !cuts.hasRest { try cuts.noteTies(kept, &receipt) }
    let shown = cuts.hasRest ? kept + left : answer
    return OracleResult(
      table: table(rows, across.map(columns) ?? measures), receipt: receipt,
      isPlain: across == nil,
      shown: Set(
        groups.rowKeys.filter { keys in
          shown.contains { $0.group?.keys.prefix(rowKeys) == keys.prefix(rowKeys).map { $0 }[...] }
        }), mayBeWide: across == nil ? (keyColumns + measures).map(\.meaning.mayBeWide) : [])
  }

  /// The measures of a row in each column, and altogether.
  private func cells(_ row: OracleRow, _ across: [OracleGroup]?) throws -> [CellValue] {
    guard let across, let group = row.group else { return try measures(of: row) }
    var cells: [CellValue] = []
    for column in across {
      let both = zip(group.keys, column.keys).map { $0 ?? $1 }
      cells += try measures(of: OracleRow(group: OracleGroup(keys: both, members: group.members)))
    }
    return hasTotals ? cells + (try measures(of: row)) : cells
  }

  /// The rows side by side by their first keys, each group of groups with its total behind it.
  private func subtotalled(
    _ answer: [OracleRow], _ total: String, _ rest: String, _ across: [OracleGroup]?
  ) throws -> [[CellValue]] {
    var order = cuts.order
    if order.isEmpty, let top = cuts.top {
      order = [OracleOrder(top.by, isDescending: !top.isBottom)]
    }
    return try nested(answer, level: 1, order, total, rest, across)
  }

  private func nested(
    _ answer: [OracleRow], level: Int, _ order: [OracleOrder],
    _ total: String, _ rest: String, _ across: [OracleGroup]?
  ) throws -> [[CellValue]] {
    if level >= rowKeys {
      return try answer.map { row in
        try (row.group?.members == nil ? keyValues(row) : labelled(rest)) + cells(row, across)
      }
    }
    var rows: [[CellValue]] = []
    var cut = cuts
    (cut.order, cut.top) = (order, nil)
    var receipt = Receipt.Step()
    let groups = try cut.ranked(
      groups.groups(keeping: Array(0..<level)).map { OracleRow(group: $0) }, &receipt
    ).kept
    for group in groups {
      guard let keys = group.group?.keys.prefix(level) else { continue }
      let own = answer.filter { $0.group?.members == nil && $0.group?.keys.prefix(level) == keys }
      if own.isEmpty { continue }
      rows += try nested(own, level: level + 1, order, total, rest, across)
      var labels = try keyValues(group)
      labels[level] = .text(total)
      rows.append(labels + (try cells(group, across)))
    }
    for row in answer where row.group?.members != nil {
      rows.append(labelled(rest) + (try cells(row, across)))
    }
    return rows
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
    return Set(keys).sorted { groups.isBefore($0, $1) }.map { key in
      Receipt.Group(keys: key, rows: keys.count { $0 == key }, isInAnswer: shown.contains(key))
    }
  }
}
