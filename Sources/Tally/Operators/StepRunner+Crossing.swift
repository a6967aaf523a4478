extension StepRunner {
  /// The groups as a table of two axes: the values of the keys behind `across` become columns.
  ///
  ///     agency          1    2    3    4   total
  ///     Bộ Tài chính  106  288  192  391     977
  ///     total         106  406  219  452    1183
  mutating func crossed(_ grouped: Grouped, _ plan: ResultPlan) throws(QueryError) -> Table {
    let keyCount = grouped.keyColumns.count
    let rowKeys = Array(0..<(keyCount - grouped.plan.acrossCount))
    let acrossKeys = Array(rowKeys.count..<keyCount)
    let rows = grouped.level(rowKeys)
    let across = try sorted(grouped.level(acrossKeys), grouped)
    let memory = MemoryReservation(context.budget)
    try reserveCells(of: rows, across, grouped, acrossKeys, memory)
    let measureNames = plan.outputs.dropFirst(keyCount).map(\.name)
    let cells = try measures(
      plan, of: try grouped.callColumns(rows: rows, across: across), grouped,
      keys: try keys(of: grouped, rows: rows, across: across))
    let order = try rowOrder(grouped, rows, plan)
    let isShown = Set(order)
    shownGroups = rows.numbers.indices.filter { isShown.contains(rows.numbers[$0]) }
    var columns = try rowKeys.mapThrowing { key throws(QueryError) in
      try grouped.plan.keys[key].shown(
        try pick(grouped.keyColumns[key], order.map { rows.first[Int($0)] }))
    }
    var names = UniqueNames()
    var columnNames = rowKeys.map { names.make(grouped.plan.keys[$0].name) }
    for (place, first) in across.first.enumerated() {
      try context.checkCancellation()
      let label = label(grouped, acrossKeys, first)
      for (cell, measure) in zip(cells, measureNames) {
        columns.append(try pick(cell, order.map { Int($0) * across.count + place }))
        columnNames.append(names.make(measureNames.count == 1 ? label : "\(label)_\(measure)"))
      }
    }
    if grouped.plan.hasTotals {
      let totals = try measures(
        plan, of: try grouped.callColumns(rows), grouped, keys: try keys(of: grouped, rows: rows))
      for (total, measure) in zip(totals, measureNames) {
        columns.append(try pick(total, order.map { Int($0) }))
        columnNames.append(names.make(measureNames.count == 1 ? "total" : "total_\(measure)"))
      }
    }
    let table = Table(names: columnNames, columns: columns, rowCount: order.count)
    guard grouped.plan.hasTotals, !rowKeys.isEmpty else { return table }
    return try appendTotals(to: table, grouped, across, plan, rowKeys.count)
  }

  /// The most columns that the values of `across` may become.
  static let greatestAcrossCount = 4096

  /// Counts the numbers of cells that are made on the way to columns, or refuses too many columns.
  private func reserveCells(
    of rows: Grouped.Level, _ across: Grouped.Level, _ grouped: Grouped, _ keys: [Int],
    _ memory: MemoryReservation
  ) throws(QueryError) {
    guard across.count <= Self.greatestAcrossCount else {
      let key = grouped.plan.keys[keys[0]]
      throw QueryError(
        kind: .type,
        diagnostics: [
          Diagnostic(
            .tooManyColumns,
            "`across` would make \(across.count) columns, and a table has at most "
              + "\(Self.greatestAcrossCount) of them", at: key.expression.span,
            help: ["`group by \(key.name)` gives the same values in rows"])
        ])
    }
    let (cells, overflow) = rows.count.multipliedReportingOverflow(by: across.count)
    if overflow { throw QueryError.outOfMemory(requested: .max) }
    // A place among the groups for each key, and a place among the cells.
    try memory.grow(by: cells * MemoryLayout<Int>.stride * (grouped.keyColumns.count + 1))
  }

  /// Adds a last row with the totals of each column, and of all.
  private mutating func appendTotals(
    to table: Table, _ grouped: Grouped, _ across: Grouped.Level, _ plan: ResultPlan,
    _ keyCount: Int
  ) throws(QueryError) -> Table {
    let byColumn = try measures(
      plan, of: try grouped.callColumns(across), grouped, keys: try keys(of: grouped, rows: across))
    var last: [Column] = []
    for place in across.first.indices {
      for measure in byColumn { last.append(try pick(measure, [place])) }
    }
    last += try measures(plan, of: try grouped.callColumns(grouped.level([])), grouped)
    return try table.withLabels().appending(label: "total", keyCount: keyCount, last)
  }

  /// The keys of the groups of a level, or of the cells of two, row by row.
  private func keys(
    of grouped: Grouped, rows: Grouped.Level, across: Grouped.Level? = nil
  ) throws(QueryError) -> [Int: Column] {
    var keys: [Int: Column] = [:]
    let width = across?.count ?? 1
    for key in rows.keys {
      keys[key] = try pick(
        grouped.keyColumns[key], rows.first.flatMap { Array(repeating: $0, count: width) })
    }
    for key in across?.keys ?? [] {
      keys[key] = try pick(
        grouped.keyColumns[key], rows.first.flatMap { _ in across?.first ?? [] })
    }
    return keys
  }

  /// The order of the rows, which `order by`, `top` and `limit` may say by the totals of rows.
  private mutating func rowOrder(
    _ grouped: Grouped, _ rows: Grouped.Level, _ plan: ResultPlan
  ) throws(QueryError) -> [UInt32] {
    var columns = try grouped.keyColumns.enumerated().mapThrowing { index, key throws(QueryError) in
      rows.keys.contains(index)
        ? try pick(key, rows.first) : try Column.missing(type: key.type, count: rows.count)
    }
    columns += try grouped.callColumns(rows)
    let table = Table(
      names: columns.indices.map { "\($0)" }, columns: columns, rowCount: rows.count)
    let source = try RowInput(RowPlan(input: .previous), of: table, answers: [], context: context)
    let all = CollectedRows(all: rows.count, batchRows: context.batchRows)
    var ordered = plan
    ordered.outputs = []
    ordered.isDistinct = false
    let result = try RowResult(source, ordered, all, context: context)
    receipt.add(result.counts)
    receipt.rowsCut += result.rowsCut
    receipt.tiesCut += result.tiesCut
    return try result.rowNumbers().array
  }

  /// The level with its groups in the order of their keys.
  private func sorted(_ level: Grouped.Level, _ grouped: Grouped) throws(QueryError)
    -> Grouped.Level
  {
    let order = try RowOrder(
      level.keys.map { RowOrder.Column(column: grouped.keyColumns[$0], isDescending: false) },
      count: grouped.count, context)
    let ranked = level.first.indices.sorted { left, right in
      order.compare(level.first[left], level.first[right]) < 0
    }
    var newNumber = [UInt32](repeating: 0, count: level.count)
    for (number, old) in ranked.enumerated() { newNumber[old] = UInt32(number) }
    return Grouped.Level(
      keys: level.keys, numbers: level.numbers.map { newNumber[Int($0)] },
      first: ranked.map { level.first[$0] })
  }

  private func label(_ grouped: Grouped, _ keys: [Int], _ place: Int) -> String {
    if grouped.count == 0 { return "" }
    let parts = keys.map { key in
      let value = grouped.plan.keys[key].shown(grouped.keyColumns[key][place])
      return value.text(in: .csv) ?? "(missing)"
    }
    return parts.joined(separator: "_")
  }

  private func pick(_ column: Column, _ rows: [Int]) throws(QueryError) -> Column {
    let rows = rows.map { UInt32(truncatingIfNeeded: $0) }
    return try withBuffer(of: rows) { rows throws(QueryError) in
      try column.gathered(rows, budget: context.budget)
    }
  }
}

extension Table {
  /// The table with its first column as text, so that a row with a label can follow.
  func withLabels() throws(QueryError) -> Table {
    guard let first = columns.first, first.type != .text else { return self }
    let texts = try Column(cells: (0..<rowCount).map { first[$0] }, type: .text)
    return Table(names: columnNames, columns: [texts] + columns.dropFirst(), rowCount: rowCount)
  }

  /// The table with one more row: a label under the first key, which is text, nothing under the
  /// others, and single values under the measures.
  func appending(label: String, keyCount: Int, _ measures: [Column]) throws(QueryError) -> Table {
    var extended: [Column] = []
    for (index, column) in columns.enumerated() {
      let last: CellValue =
        index == 0 ? .text(label) : index < keyCount ? .missing : measures[index - keyCount][0]
      var cells = (0..<rowCount).map { column[$0] }
      cells.append(last)
      extended.append(try Column(cells: cells, type: column.type))
    }
    return Table(names: columnNames, columns: extended, rowCount: rowCount + 1)
  }
}

extension DiagnosticCode {
  static let tooManyColumns = DiagnosticCode(
    "T0504", "The values of `across` would make more columns than a table may have.")
}
