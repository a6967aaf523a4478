extension StepRunner {
  /// The result of the step after its stages on whole tables.
  mutating func runStages(on result: Table) throws(QueryError) -> Table {
    var table = result
    for stage in step.stages {
      try context.checkCancellation()
      switch stage {
      case .append(let other): table = try append(other, to: table)
      case .except(let other): table = try except(other, from: table)
      case .unpivot(let plan): table = try unpivot(plan, of: table)
      }
    }
    return table
  }

  // MARK: Append

  private mutating func append(_ other: CombinedTable, to table: Table) throws(QueryError) -> Table
  {
    let count = table.rowCount + other.table.rowCount
    try checkRowCount(count, "`append`")
    let context = context
    let columns = try other.columns.mapThrowing { pair throws(QueryError) in
      try Column.stacked(
        [
          ColumnPart(pair.left.map { table.columns[$0] }, table.rowCount, as: pair.type),
          ColumnPart(
            pair.right.map { other.table.columns[$0] }, other.table.rowCount, as: pair.type),
        ], type: pair.type, context)
    }
    var combination = Receipt.Combination(.append, table: other.name)
    combination.rows = other.table.rowCount
    combination.columnsAbsent = other.columns.filter { $0.right == nil }.map(\.name)
    combination.columnsAdded = other.columns.filter { $0.left == nil }.map(\.name)
    receipt.combinations.append(combination)
    return Table(names: other.columns.map(\.name), columns: columns, rowCount: count)
  }

  private func checkRowCount(_ count: Int, _ what: String) throws(QueryError) {
    guard count < Int(UInt32.max) else {
      throw QueryError(
        kind: .memory, message: "\(what) would make \(count) rows, more than \(UInt32.max - 1)")
    }
  }

  // MARK: Except

  /// Equal rows lie side by side once the rows of both tables are in order, those of the result
  /// first.
  private mutating func except(_ other: CombinedTable, from table: Table) throws(QueryError)
    -> Table
  {
    let own = table.rowCount
    let count = own + other.table.rowCount
    try checkRowCount(count, "`except`")
    var combination = Receipt.Combination(.except, table: other.name)
    combination.rows = other.table.rowCount
    let context = context
    let keys = try other.columns.mapThrowing { pair throws(QueryError) in
      RowOrder.Column(
        column: try Column.stacked(
          [
            ColumnPart(pair.left.map { table.columns[$0] }, own, as: pair.type),
            ColumnPart(
              pair.right.map { other.table.columns[$0] }, other.table.rowCount, as: pair.type),
          ], type: pair.type, context), isDescending: false)
    }
    let order = try RowOrder(keys, count: count, context)
    let sorted = try order.sorted()
    let isLeftOut = try AlignedBytes(byteCount: own, zeroed: true, budget: context.budget)
    let flags = isLeftOut.pointer(to: UInt8.self)
    var start = 0
    for place in 0..<count {
      if place & 0x3FFF == 0 { try context.checkCancellation() }
      let isLast =
        place + 1 == count || order.compare(Int(sorted[place]), Int(sorted[place + 1])) != 0
      guard isLast else { continue }
      // Equal rows stand in their old order: the last is of the other table if one of them is.
      if Int(sorted[place]) >= own {
        try context.budget.forEachPiece(of: place + 1 - start) { piece in
          for offset in piece where Int(sorted[start + offset]) < own {
            flags[Int(sorted[start + offset])] = 1
            combination.rowsLeftOut += 1
          }
        }
      }
      start = place + 1
    }
    receipt.combinations.append(combination)
    if combination.rowsLeftOut == 0 { return table }
    let kept = try RowNumbers(count: own - combination.rowsLeftOut, budget: context.budget)
    var next = 0
    try context.budget.forEachPiece(of: own) { piece in
      for row in piece where flags[row] == 0 {
        kept.pointer[next] = UInt32(truncatingIfNeeded: row)
        next += 1
      }
    }
    withExtendedLifetime(isLeftOut) {}
    return Table(
      names: table.columnNames, columns: try gathered(table.columns, own, at: kept),
      rowCount: kept.count)
  }

  private func gathered(_ columns: [Column], _ rowCount: Int, at rows: RowNumbers)
    throws(QueryError) -> [Column]
  {
    let all = CollectedRows(all: rowCount, batchRows: context.batchRows)
    let gather = RowGather(collected: all, places: rows, context: context)
    return try gather.columns(columns.map { RowGather.Wanted(column: $0) })
  }

  // MARK: Unpivot

  /// The rows of one row stand one below another, in the order of the columns.
  private mutating func unpivot(_ plan: UnpivotPlan, of table: Table) throws(QueryError) -> Table {
    let (rows, width) = (table.rowCount, plan.columns.count)
    let count = rows.multipliedClamping(by: width)
    try checkRowCount(count, "`unpivot`")
    let context = context
    let values = try Column.stacked(
      plan.columns.map { ColumnPart(table.columns[$0], rows, as: plan.type) }, type: plan.type,
      context)
    let sources = try RowNumbers(count: count, budget: context.budget)
    let places = try RowNumbers(count: count, budget: context.budget)
    let names = Set(plan.names).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    let codes = try Codes(
      count: count, width: .narrowest(for: UInt64(max(0, names.count - 1))),
      budget: context.budget)
    let codeOfColumn = plan.names.map { UInt64(names.firstIndex(of: $0) ?? 0) }
    try context.forEachBatch(of: rows) { _, batch throws(QueryError) in
      for row in batch {
        for place in 0..<width {
          let target = row &* width &+ place
          sources.pointer[target] = UInt32(truncatingIfNeeded: row)
          places.pointer[target] = UInt32(truncatingIfNeeded: place &* rows &+ row)
          codes.store(codeOfColumn[place], at: target)
        }
      }
    }
    var columns = try gathered(plan.others.map { table.columns[$0] }, rows, at: sources)
    columns.append(
      Column(
        type: .text, count: count,
        payload: .dictionary(codes, TextDictionary(sorted: try TextHeap(names))), validity: nil))
    columns += try gathered([values], count, at: places)
    receipt.notes.append(
      "\(counted(rows, "row")) became \(grouped(count)), one of each of"
        + " \(counted(width, "column"))")
    return Table(
      names: plan.others.map { table.columnNames[$0] } + [plan.key, plan.value], columns: columns,
      rowCount: count)
  }
}

extension ColumnPart {
  /// The rows of a column; where its type is another, as none of its rows has a value, rows without
  /// values.
  init(_ column: Column?, _ count: Int, as type: ColumnType) {
    let fits = column.map { type.joined(with: $0.type) == type } ?? false
    self.init(column: fits ? column : nil, count: count)
  }
}
