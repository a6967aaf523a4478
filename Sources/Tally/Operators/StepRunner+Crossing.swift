extension StepRunner {
  /// The groups as rows that also have totals, or as a table of two axes: the values of the keys
  /// behind `across` become columns.
  ///
  ///     agency          1    2    3    4   total
  ///     Bộ Tài chính  106  288  192  391     977
  ///     total         106  406  219  452    1183
  mutating func crossed(_ grouped: Grouped, _ plan: ResultPlan) throws(QueryError) -> Table {
    let keyCount = grouped.keyColumns.count
    let rowKeys = Array(0..<(keyCount - grouped.plan.acrossCount))
    let acrossKeys = Array(rowKeys.count..<keyCount)
    let rows = try grouped.level(rowKeys)
    var across: Grouped.Level?
    if !acrossKeys.isEmpty {
      let level = try grouped.level(acrossKeys)
      try checkCells(of: rows, level, grouped)
      across = try sorted(level, grouped)
    }
    let (order, left) = try rowOrder(grouped, rows, plan)
    try noteShown(rows, order + (plan.top?.hasRest ?? false ? left : []))
    // What goes into the rest is computed, too.
    let shown = order.count + left.count < rows.count ? order + left : nil
    var parts = [
      AnswerPart(keys: rowKeys.count, try cells(grouped, rows, across, plan, shown: shown))
    ]
    parts[0].keyColumns = try rowKeys.mapThrowing { key throws(QueryError) in
      try grouped.plan.keys[key].shown(
        try pick(grouped.keyColumns[key], rows.first), context.budget
      ).retyped(plan.outputs[key].expression.type)
    }
    var answer = order.map { AnswerRow(part: 0, place: Int($0)) }
    if plan.top?.hasRest ?? false, !left.isEmpty {
      receipt.rowsCut -= left.count
      let places = try places(of: left, rows)
      var rest = AnswerPart(keys: 0, try restCells(grouped, places, across, plan))
      rest.label = "(rest)"
      parts.append(rest)
      answer.append(AnswerRow(part: 1, place: 0))
    }
    if plan.top?.hasRest ?? false { answer = limited(answer, plan) }
    if !rowKeys.isEmpty {
      try addTotals(grouped, rows, across, plan, &parts, &answer, isPart: order.count < rows.count)
    }
    let hasLabel = grouped.plan.hasTotals || plan.top?.hasRest ?? false
    let labelled =
      grouped.plan.hasSubtotals ? rowKeys.count : min(rowKeys.count, hasLabel ? 1 : 0)
    return try assemble(
      parts, answer, names: columnNames(grouped, rowKeys, across, plan),
      types: rowKeys.map { plan.outputs[$0].expression.type }, labelled: 0..<labelled)
  }

  /// The rows of an answer with a rest that `limit` keeps.
  private mutating func limited(_ answer: [AnswerRow], _ plan: ResultPlan) -> [AnswerRow] {
    let first = min(plan.skip, answer.count)
    let count = min(plan.limit ?? .max, answer.count - first)
    receipt.rowsCut += answer.count - count
    return Array(answer[first..<first + count])
  }

  private mutating func noteShown(_ rows: Grouped.Level, _ shown: [UInt32]) throws(QueryError) {
    // Only a receipt that names groups asks for them.
    if notesGroups { shownGroups = try places(of: shown, rows) }
  }

  /// The places of the groups that belong to some coarser groups of a level, ascending.
  private func places(of numbers: [UInt32], _ level: Grouped.Level) throws(QueryError) -> [Int] {
    let isIn = try GroupArray<UInt8>(count: level.count, filling: 0, budget: context.budget)
    try context.budget.forEachPiece(of: numbers.count) { piece in
      for index in piece { isIn[Int(numbers[index])] = 1 }
    }
    let memory = MemoryReservation(context.budget)
    try memory.grow(by: level.numbers.count * MemoryLayout<Int>.stride)
    var places: [Int] = []
    try context.budget.forEachPiece(of: level.numbers.count) { piece in
      for place in piece where isIn[Int(level.numbers[place])] == 1 { places.append(place) }
    }
    return places
  }

  /// The names of keys, then of each value of `across` and of its totals.
  private func columnNames(
    _ grouped: Grouped, _ rowKeys: [Int], _ across: Grouped.Level?, _ plan: ResultPlan
  ) -> [String] {
    var names = UniqueNames()
    let measures = plan.outputs.dropFirst(grouped.keyColumns.count).map(\.name)
    var columns = rowKeys.map { names.make(grouped.plan.keys[$0].name) }
    guard let across else { return columns + measures.map { names.make($0) } }
    let isOne = measures.count == 1
    for first in across.first {
      let label = label(grouped, across.keys, first)
      for measure in measures { columns.append(names.make(isOne ? label : "\(label)_\(measure)")) }
    }
    if grouped.plan.hasTotals {
      for measure in measures { columns.append(names.make(isOne ? "total" : "total_\(measure)")) }
    }
    return columns
  }

  /// The measures of the groups of a level, for each value of `across` and altogether where there
  /// are totals. Those of groups that are not shown may be left missing.
  mutating func cells(
    _ grouped: Grouped, _ rows: Grouped.Level, _ across: Grouped.Level?, _ plan: ResultPlan,
    shown: [UInt32]?
  ) throws(QueryError) -> [Column] {
    guard let across else { return try totals(grouped, rows, plan, shown: shown) }
    let calls = try grouped.callColumns(rows: rows, across: across)
    let cells = try measures(
      plan, of: calls, grouped,
      keys: try keys(plan, of: grouped, rows: rows, across: across, standIn: calls.first),
      shown: shown, of: rows.count)
    var columns: [Column] = []
    for place in across.first.indices {
      try context.checkCancellation()
      for cell in cells {
        columns.append(
          try cell.sliced(
            place * rows.count..<(place + 1) * rows.count, budget: context.budget))
      }
    }
    if grouped.plan.hasTotals { columns += try totals(grouped, rows, plan, shown: shown) }
    return columns
  }

  /// Measures of so many rows for each value of `across`; missing in rows that are not shown. What
  /// these would hold is nobody's business, and may be too large.
  private mutating func measures(
    _ plan: ResultPlan, of calls: [Column], _ grouped: Grouped, keys: [Int: Column],
    shown: [UInt32]?, of height: Int
  ) throws(QueryError) -> [Column] {
    guard let shown, let count = calls.first?.count, count > 0 else {
      return try measures(plan, of: calls, grouped, keys: keys)
    }
    let kept = try RowNumbers(count: count / height * shown.count, budget: context.budget)
    let places = try RowNumbers(count: count, budget: context.budget)
    try context.budget.fill(places.pointer, count, with: Batch.noPartner)
    for column in 0..<count / height {
      try context.budget.forEachPiece(of: shown.count) { piece in
        for index in piece {
          let (number, place) = (column * shown.count + index, column * height + Int(shown[index]))
          kept.pointer[number] = UInt32(truncatingIfNeeded: place)
          places.pointer[place] = UInt32(truncatingIfNeeded: number)
        }
      }
    }
    var known: [Int: Column] = [:]
    for (key, column) in keys { known[key] = try pick(column, kept) }
    let found = try measures(
      plan, of: try calls.mapThrowing { call throws(QueryError) in try pick(call, kept) }, grouped,
      keys: known)
    return try found.mapThrowing { column throws(QueryError) in try pick(column, places) }
  }

  private mutating func totals(
    _ grouped: Grouped, _ rows: Grouped.Level, _ plan: ResultPlan, shown: [UInt32]?
  ) throws(QueryError) -> [Column] {
    let calls = try grouped.callColumns(rows)
    return try measures(
      plan, of: calls, grouped,
      keys: try keys(plan, of: grouped, rows: rows, standIn: calls.first), shown: shown,
      of: rows.count)
  }

  /// The measures of groups that `top` left out, as one row.
  private mutating func restCells(
    _ grouped: Grouped, _ places: [Int], _ across: Grouped.Level?, _ plan: ResultPlan
  ) throws(QueryError) -> [Column] {
    var columns: [Column] = []
    if let across {
      var keys: [Int: Column] = [:]
      for key in across.keys { keys[key] = try pick(grouped.keyColumns[key], across.first) }
      let cells = try measures(
        plan, of: try grouped.rest(places, across: across), grouped, keys: keys)
      for place in across.first.indices {
        for cell in cells { columns.append(try pick(cell, [place])) }
      }
      if !grouped.plan.hasTotals { return columns }
    }
    return columns + (try measures(plan, of: try grouped.rest(places), grouped))
  }

  /// The most columns that the values of `across` may become.
  static let greatestAcrossCount = 4096

  /// Refuses more columns, or cells, than a table may have.
  private func checkCells(
    of rows: Grouped.Level, _ across: Grouped.Level, _ grouped: Grouped
  ) throws(QueryError) {
    guard across.count <= Self.greatestAcrossCount else {
      let key = grouped.plan.keys[across.keys[0]]
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
    // Cells have numbers of 32 bits.
    let (cells, overflow) = rows.count.multipliedReportingOverflow(by: across.count)
    if overflow || cells >= UInt32.max {
      throw QueryError.outOfMemory(requested: overflow ? .max : cells * 8)
    }
  }

  /// The keys that outputs read, of the groups of a level or of the cells of two; `standIn` in the
  /// place of the others.
  private func keys(
    _ plan: ResultPlan, of grouped: Grouped, rows: Grouped.Level, across: Grouped.Level? = nil,
    standIn: Column?
  ) throws(QueryError) -> [Int: Column] {
    var read: Set<Int> = []
    for output in plan.outputs.dropFirst(grouped.keyColumns.count) {
      output.expression.forEachColumn { read.insert($0) }
    }
    var keys: [Int: Column] = [:]
    for key in grouped.keyColumns.indices where !read.contains(key) { keys[key] = standIn }
    let (height, width) = (rows.count, across?.count ?? 1)
    for key in rows.keys where read.contains(key) {
      let numbers = try RowNumbers(count: height * width, budget: context.budget)
      for column in 0..<width {
        try context.budget.forEachPiece(of: height) { piece in
          for row in piece {
            numbers.pointer[column * height + row] = UInt32(truncatingIfNeeded: rows.first[row])
          }
        }
      }
      keys[key] = try pick(grouped.keyColumns[key], numbers)
    }
    for key in across?.keys ?? [] where read.contains(key) {
      let numbers = try RowNumbers(count: height * width, budget: context.budget)
      for (column, place) in (across?.first ?? []).enumerated() {
        try context.budget.fill(
          numbers.pointer + column * height, height, with: UInt32(truncatingIfNeeded: place))
      }
      keys[key] = try pick(grouped.keyColumns[key], numbers)
    }
    return keys
  }

  /// The rows that `having`, `top` and `limit` keep, in their order, and those that `top` leaves to
  /// the rest. All go by the totals of rows.
  mutating func rowOrder(
    _ grouped: Grouped, _ rows: Grouped.Level, _ plan: ResultPlan
  ) throws(QueryError) -> (kept: [UInt32], left: [UInt32]) {
    if plan.having == nil, plan.order.isEmpty, plan.top == nil, plan.limit == nil, plan.skip == 0 {
      return (try RowNumbers(upTo: rows.count, budget: context.budget).array, [])
    }
    let table = try groupTable(grouped, rows, for: plan)
    var input = RowPlan(input: .previous)
    if let having = plan.having { input.stages = [.filter(having)] }
    let source = try RowInput(input, of: table, answers: [], context: context)
    let context = context
    let workers = try scan(rowCount: table.rowCount, context: context) { () throws(QueryError) in
      try CollectWorker(source, context: context)
    }
    if let having = plan.having {
      addCondition(having, workers.map { $0.pipeline.decisions[0] }, groups: ([], 0))
    }
    for worker in workers { receipt.add(worker.pipeline.group.counts) }
    let collected = CollectWorker.joined(workers)
    var ordered = plan
    ordered.outputs = []
    ordered.isDistinct = false
    let hasRest = plan.top?.hasRest ?? false
    if hasRest { (ordered.limit, ordered.skip) = (nil, 0) }
    let result = try RowResult(source, ordered, collected, context: context)
    receipt.add(result.counts)
    receipt.rowsCut += result.rowsCut
    receipt.tiesCut += result.tiesCut
    let kept = try result.rowNumbers()
    if !hasRest { return (kept.array, []) }
    let all = try collected.flat(nil, context)
    return (kept.array, try without(kept, of: all, below: table.rowCount))
  }

  /// The groups of a level with their keys and the aggregates that decide which rows are given out
  /// and where; the others, and keys that the level does not have, are missing.
  private func groupTable(
    _ grouped: Grouped, _ rows: Grouped.Level, for plan: ResultPlan
  ) throws(QueryError) -> Table {
    var columns = try grouped.keyColumns.enumerated().mapThrowing { index, key throws(QueryError) in
      rows.keys.contains(index)
        ? try pick(key, rows.first)
        : try Column.missing(type: key.type, count: rows.count, budget: context.budget)
    }
    // What is never shown may be too large, which is nobody's business.
    var read: Set<Int> = []
    for expression in plan.deciding {
      expression.forEachColumn { read.insert($0 - grouped.keyColumns.count) }
    }
    columns += try grouped.callColumns(rows, wanted: read)
    return Table(names: columns.indices.map { "\($0)" }, columns: columns, rowCount: rows.count)
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
    let memory = MemoryReservation(context.budget)
    try memory.grow(by: level.numbers.count * MemoryLayout<UInt32>.stride)
    var numbers: [UInt32] = []
    numbers.reserveCapacity(level.numbers.count)
    try context.budget.forEachPiece(of: level.numbers.count) { piece in
      for place in piece { numbers.append(newNumber[Int(level.numbers[place])]) }
    }
    return Grouped.Level(
      keys: level.keys, numbers: numbers, first: ranked.map { level.first[$0] }, memory: memory)
  }

  private func label(_ grouped: Grouped, _ keys: [Int], _ place: Int) -> String {
    if grouped.count == 0 { return "" }
    let parts = keys.map { key in
      let value = grouped.plan.keys[key].shown(grouped.keyColumns[key][place])
      return value.text(in: .csv) ?? "(missing)"
    }
    return parts.joined(separator: "_")
  }

  func pick(_ column: Column, _ rows: [Int]) throws(QueryError) -> Column {
    let numbers = try RowNumbers(count: rows.count, budget: context.budget)
    try context.budget.forEachPiece(of: rows.count) { piece in
      for place in piece { numbers.pointer[place] = UInt32(truncatingIfNeeded: rows[place]) }
    }
    return try pick(column, numbers)
  }

  func pick(_ column: Column, _ rows: RowNumbers) throws(QueryError) -> Column {
    try column.gathered(
      UnsafeBufferPointer(start: rows.pointer, count: rows.count), budget: context.budget)
  }
}

extension Table {
  /// The table with its first column as text, so that a row with a label can follow.
  func withLabels(_ context: RunContext) throws(QueryError) -> Table {
    guard let first = columns.first, first.type != .text else { return self }
    return Table(
      names: columnNames, columns: [try first.asTexts(context)] + columns.dropFirst(),
      rowCount: rowCount)
  }

  /// The table with one more row: a label under the first key, which is text, nothing under the
  /// others, and single values under the measures.
  func appending(
    label: String, keyCount: Int, _ measures: [Column], _ context: RunContext
  ) throws(QueryError) -> Table {
    var extended: [Column] = []
    for (index, column) in columns.enumerated() {
      var last: Column?
      if index == 0 {
        last = try .repeating(label, count: 1, budget: context.budget)
      } else if index >= keyCount {
        last = try measures[index - keyCount].sliced(0..<1, budget: context.budget)
      }
      let parts = [
        ColumnPart(column: column, count: rowCount), ColumnPart(column: last, count: 1),
      ]
      extended.append(try .stacked(parts, type: column.type, context))
    }
    return Table(names: columnNames, columns: extended, rowCount: rowCount + 1)
  }
}

extension DiagnosticCode {
  static let tooManyColumns = DiagnosticCode(
    "T0504", "The values of `across` would make more columns than a table may have.")
}

extension ResultPlan {
  /// What decides which rows are given out, and in which order.
  fileprivate var deciding: [BoundExpression] {
    (having.map { [$0.condition] } ?? []) + order.map(\.expression)
      + (top.map { [$0.by] + $0.within } ?? [])
  }
}
