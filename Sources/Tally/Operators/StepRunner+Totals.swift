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

extension AnswerPart {
  /// The number of its rows.
  fileprivate var rowCount: Int { (keyColumns + measures).first?.count ?? 1 }
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
      var changed = 0
      while changed < levels.count, open[changed] == levels[changed].number(of: row, rows) {
        changed += 1
      }
      close(levels.indices.dropFirst(changed), &open, first, &arranged)
      for level in levels.indices.dropFirst(changed) {
        open[level] = levels[level].number(of: row, rows)
      }
      arranged.append(row)
    }
    close(levels.indices, &open, first, &arranged)
    levels.append(try grouped.level([]))
    arranged.append(AnswerRow(part: first + levels.count - 1, place: 0))
    var shown = [[UInt32]](repeating: [], count: levels.count)
    try context.budget.forEachPiece(of: arranged.count) { piece in
      for row in arranged[piece] where row.part >= first {
        shown[row.part - first].append(UInt32(truncatingIfNeeded: row.place))
      }
    }
    for (level, shown) in zip(levels, shown) {
      var part = AnswerPart(
        keys: level.keys.count,
        try cells(
          grouped, level, across, plan, shown: shown.count < level.count ? shown : nil))
      part.keyColumns = try level.keys.mapThrowing { key throws(QueryError) in
        try grouped.plan.keys[key].shown(
          try pick(grouped.keyColumns[key], level.first), context.budget)
      }
      parts.append(part)
    }
    let totalCount = arranged.count - answer.count
    receipt.totals = Receipt.Totals(label: "total", rows: totalCount)
    answer = arranged
    if isPart { receipt.notes.append("totals count groups that are not shown, too") }
  }

  /// Adds the totals of levels, from the innermost outwards, of which groups came.
  private func close(
    _ levels: Range<Int>, _ open: inout [UInt32?], _ firstPart: Int, _ arranged: inout [AnswerRow]
  ) {
    for level in levels.reversed() {
      guard let number = open[level] else { continue }
      arranged.append(AnswerRow(part: firstPart + level, place: Int(number)))
      open[level] = nil
    }
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
    var keys: [RowOrder.Column] = []
    for level in levels {
      let ordered = ResultPlan(order: order, outputs: [])
      // What is computed for an order of totals is no part of the answer.
      var runner = self
      let places = try runner.rowOrder(grouped, level, ordered).kept
      let ranks = try GroupArray<Int64>(count: level.count, filling: 0, budget: context.budget)
      try context.budget.forEachPiece(of: places.count) { piece in
        for place in piece { ranks[Int(places[place])] = Int64(place) }
      }
      // Rows that gather groups come behind all others.
      let validity = try Bitmap(count: answer.count, filled: true, budget: context.budget)
      let values = try GroupArray<Int64>(count: answer.count, filling: 0, budget: context.budget)
      try context.budget.forEachPiece(of: answer.count) { piece in
        for place in piece {
          if let number = level.number(of: answer[place], rows) {
            values[place] = ranks[Int(number)]
          } else {
            validity.clear(place)
          }
        }
      }
      let column = try Column.integers(
        values.elements, type: .integer, validity: validity, budget: context.budget)
      keys.append(RowOrder.Column(column: column, isDescending: false))
    }
    let sorted = try RowOrder(keys, count: answer.count, context).sorted()
    var inOrder: [AnswerRow] = []
    inOrder.reserveCapacity(answer.count)
    try context.budget.forEachPiece(of: answer.count) { piece in
      for place in piece { inOrder.append(answer[Int(sorted[place])]) }
    }
    answer = inOrder
  }

  /// Puts rows of several levels together as one table. Under the first key that a row does not
  /// have stands a label that no key has for a value; keys that are `labelled` are texts for that.
  mutating func assemble(
    _ parts: [AnswerPart], _ rows: [AnswerRow], names: [String], types: [ColumnType],
    labelled: Range<Int>
  ) throws(QueryError) -> Table {
    let places = try places(of: rows, parts)
    if labelled.isEmpty {
      let columns = try (parts[0].keyColumns + parts[0].measures).mapThrowing {
        column throws(QueryError) in
        guard let places else { return column }
        return try pick(column, places)
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
      let own = try parts.enumerated().mapThrowing { index, part throws(QueryError) in
        let count = part.rowCount
        if key < part.keys {
          let column = part.keyColumns[key]
          let shown = labelled.contains(key) ? try column.asTexts(context) : column
          return ColumnPart(column: shown, count: count)
        }
        if key > part.keys { return ColumnPart(column: nil, count: count) }
        return ColumnPart(
          column: try .repeating(labels[index], count: count, budget: context.budget),
          count: count)
      }
      columns.append(try column(own, labelled.contains(key) ? .text : types[key], places))
    }
    for (index, measure) in parts[0].measures.enumerated() {
      try context.checkCancellation()
      let own = parts.map { ColumnPart(column: $0.measures[index], count: $0.rowCount) }
      columns.append(try column(own, measure.type, places))
    }
    return Table(names: names, columns: columns, rowCount: rows.count)
  }

  /// The rows among those of all parts, one part behind another; nil where they are all of these in
  /// their order.
  private func places(of rows: [AnswerRow], _ parts: [AnswerPart]) throws(QueryError)
    -> RowNumbers?
  {
    var starts: [Int] = []
    var total = 0
    for part in parts {
      starts.append(total)
      total += part.rowCount
    }
    let places = try RowNumbers(count: rows.count, budget: context.budget)
    var isWhole = rows.count == total
    try context.budget.forEachPiece(of: rows.count) { piece in
      for place in piece {
        let number = starts[rows[place].part] + rows[place].place
        places.pointer[place] = UInt32(truncatingIfNeeded: number)
        isWhole = isWhole && number == place
      }
    }
    return isWhole ? nil : places
  }

  /// A column of the rows of parts, one below another, at some places.
  private func column(
    _ parts: [ColumnPart], _ type: ColumnType, _ places: RowNumbers?
  ) throws(QueryError) -> Column {
    let whole: Column
    if parts.count == 1, let only = parts[0].column {
      whole = only
    } else {
      whole = try .stacked(parts, type: type, context)
    }
    guard let places else { return whole }
    return try pick(whole, places)
  }

  /// The label, in as many parentheses as tell it from the values of the keys.
  func freeLabel(_ label: String, _ keys: [Column]) throws(QueryError) -> String {
    var taken = Set<String>()
    let (own, closed) = (Array(label.utf8), Array("\(label))".utf8))
    for key in keys where key.type == .text {
      try key.forEachText(
        where: { $0.elementsEqual(own) || $0.contains(closed) }, context
      ) { taken.insert(String(decoding: $0, as: UTF8.self)) }
    }
    var free = label
    while taken.contains(free) { free = "(\(free))" }
    return free
  }
}

extension Grouped.Level {
  /// The number of the group that a row of the answer belongs to; nil for one that gathers groups.
  fileprivate func number(of row: AnswerRow, _ rows: Grouped.Level) -> UInt32? {
    row.part == 0 ? numbers[rows.first[row.place]] : nil
  }
}

extension UnsafeBufferPointer<UInt8> {
  /// Whether some bytes stand in these, one behind another.
  fileprivate func contains(_ bytes: [UInt8]) -> Bool {
    guard let first = bytes.first, count >= bytes.count else { return bytes.isEmpty }
    for start in 0...(count - bytes.count) where self[start] == first {
      if self[start..<start + bytes.count].elementsEqual(bytes) { return true }
    }
    return false
  }
}
