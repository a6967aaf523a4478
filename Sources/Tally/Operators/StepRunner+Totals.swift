/// Some rows of an answer that are groups of one level, or several groups in one.
struct AnswerPart {
  /// How many of the keys the groups have.
  var keys: Int
  /// Their values.
  var keyColumns: [Column] = []
  /// What stands under the first key that they don't have; nil for the totals' own.
  var label: String?
  /// The columns behind the keys.
  var measures: [Column]

  init(keys: Int, _ measures: [Column]) {
    self.keys = keys
    self.measures = measures
  }
}

/// One row of an answer.
struct AnswerRow {
  var part: Int
  var place: Int
}

extension StepRunner {
  /// Adds totals behind the groups that they belong to: the total of all behind `across`, and behind
  /// `group by` one for each value of the keys before the last too.
  ///
  ///     province  district  count
  ///     A         a1            2
  ///     A         a2            3
  ///     A         total         5
  ///     total                   5
  mutating func addTotals(
    _ grouped: Grouped, _ rows: Grouped.Level, _ across: Grouped.Level?, _ plan: ResultPlan,
    _ parts: inout [AnswerPart], _ answer: inout [AnswerRow], isPart: Bool
  ) throws(QueryError) {
    guard grouped.plan.hasSubtotals || grouped.plan.hasTotals else { return }
    var levels: [Grouped.Level] = []
    if grouped.plan.hasSubtotals {
      for count in 1..<max(1, rows.keys.count) {
        levels.append(try grouped.level(Array(0..<count)))
      }
      try arrange(&answer, levels, grouped, rows, plan)
    }
    var arranged: [AnswerRow] = []
    let first = parts.count
    var open: [UInt32?] = levels.map { _ in nil }
    for (place, row) in answer.enumerated() {
      if place & 0xFFF == 0 { try context.checkCancellation() }
      let numbers = levels.map { level in
        row.part == 0 ? level.numbers[rows.first[row.place]] : nil
      }
      let changed = open.indices.first { open[$0] != numbers[$0] } ?? open.count
      for level in open.indices.reversed() where level >= changed {
        if let number = open[level] {
          arranged.append(AnswerRow(part: first + level, place: Int(number)))
        }
        open[level] = numbers[level]
      }
      arranged.append(row)
    }
    for level in open.indices.reversed() {
      if let number = open[level] {
        arranged.append(AnswerRow(part: first + level, place: Int(number)))
      }
    }
    levels.append(try grouped.level([]))
    arranged.append(AnswerRow(part: first + levels.count - 1, place: 0))
    for level in levels {
      var part = AnswerPart(keys: level.keys.count, try cells(grouped, level, across, plan))
      part.keyColumns = try level.keys.mapThrowing { key throws(QueryError) in
        try grouped.plan.keys[key].shown(try pick(grouped.keyColumns[key], level.first))
      }
      parts.append(part)
    }
    let totalCount = arranged.count - answer.count
    receipt.totals = Receipt.Totals(label: "total", rows: totalCount)
    answer = arranged
    if isPart { receipt.notes.append("totals count groups that are not shown, too") }
  }

  /// Puts rows whose first keys are equal side by side: in the order of keys, or, where another one
  /// is asked for, in the order of the totals of these keys.
  private mutating func arrange(
    _ answer: inout [AnswerRow], _ levels: [Grouped.Level], _ grouped: Grouped,
    _ rows: Grouped.Level, _ plan: ResultPlan
  ) throws(QueryError) {
    var order = plan.order
    if order.isEmpty, let top = plan.top {
      order = [ResultPlan.OrderKey(expression: top.by, isDescending: !top.isBottom)]
    }
    if order.isEmpty || levels.isEmpty { return }
    var ranks: [[Int]] = []
    for level in levels {
      let ordered = ResultPlan(order: order, outputs: [])
      // What is computed for an order of totals is no part of the answer.
      var runner = self
      let places = try runner.rowOrder(grouped, level, ordered).kept
      var rank = [Int](repeating: 0, count: level.count)
      for (place, number) in places.enumerated() { rank[Int(number)] = place }
      ranks.append(rank)
    }
    let keyed = answer.enumerated().map { place, row in
      let isGroup = row.part == 0
      let key = zip(levels, ranks).map { level, rank in
        isGroup ? rank[Int(level.numbers[rows.first[row.place]])] : Int.max
      }
      return (key: key + [place], row: row)
    }
    answer = keyed.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.row)
  }

  /// Puts rows of several levels together as one table. Under the first key that a row does not
  /// have stands a label that no key has for a value; keys that are `labelled` are texts for that.
  mutating func assemble(
    _ parts: [AnswerPart], _ rows: [AnswerRow], names: [String], types: [ColumnType],
    labelled: Range<Int>
  ) throws(QueryError) -> Table {
    let memory = MemoryReservation(context.budget)
    try memory.grow(by: rows.count * 2 * MemoryLayout<CellValue>.stride)
    if labelled.isEmpty {
      let columns = try (parts[0].keyColumns + parts[0].measures).mapThrowing {
        column throws(QueryError) in try pick(column, rows.map(\.place))
      }
      return Table(names: names, columns: columns, rowCount: rows.count)
    }
    let labels = try parts.mapThrowing { part throws(QueryError) in
      try freeLabel(part.label ?? "total", parts[0].keyColumns)
    }
    if let own = parts.indices.last(where: { parts[$0].label == nil }) {
      receipt.totals?.label = labels[own]
    }
    var columns: [Column] = []
    for key in types.indices {
      columns.append(
        try column(of: rows, labelled.contains(key) ? .text : types[key]) { row in
          let part = parts[row.part]
          if key < part.keys { return part.keyColumns[key][row.place] }
          return key == part.keys ? .text(labels[row.part]) : .missing
        })
    }
    for (index, measure) in parts[0].measures.enumerated() {
      columns.append(
        try column(of: rows, measure.type) { parts[$0.part].measures[index][$0.place] })
    }
    return Table(names: names, columns: columns, rowCount: rows.count)
  }

  /// A column of a cell for each row.
  private func column(
    of rows: [AnswerRow], _ type: ColumnType, _ cell: (AnswerRow) -> CellValue
  ) throws(QueryError) -> Column {
    var cells: [CellValue] = []
    cells.reserveCapacity(rows.count)
    try context.budget.forEachPiece(of: rows.count) { piece in
      for place in piece { cells.append(cell(rows[place])) }
    }
    return try Column(cells: cells, type: type, budget: context.budget)
  }

  /// The label, in as many parentheses as tell it from the values of the keys.
  func freeLabel(_ label: String, _ keys: [Column]) throws(QueryError) -> String {
    var taken = Set<String>()
    for key in keys where key.type == .text {
      for row in 0..<key.count {
        if row & 0xFFFF == 0 { try context.checkCancellation() }
        if case .text(let text) = key[row], text == label || text.contains("\(label))") {
          taken.insert(text)
        }
      }
    }
    var free = label
    while taken.contains(free) { free = "(\(free))" }
    return free
  }
}
