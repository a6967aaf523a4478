/// Aggregates of any kind over windows, by the accumulators of groups: each partition, or each
/// window, is a group.
struct WindowAggregates {
  let order: WindowOrder
  /// The operands, by row.
  let operands: [Column]
  let call: AggregateCall
  let context: RunContext

  /// The rows that windows are laid out for at a time.
  private static let layoutRows = 1 << 18

  /// The aggregate of all rows of a row's partition, by row.
  func ofPartitions() throws(QueryError) -> Column {
    let numbers = try RowNumbers(count: order.count, budget: context.budget)
    let groups = try numberPartitions(into: numbers)
    let accumulator = try Accumulator(call, expectedRows: order.count, context: context)
    try accumulator.reserve(groups: groups)
    try add(operands, count: order.count, groups: numbers, to: accumulator)
    let all = try RowNumbers(upTo: groups, budget: context.budget)
    let results = try accumulator.finish(
      order: UnsafeBufferPointer(start: all.pointer, count: groups))
    return try results.picked(numbers, context)
  }

  /// The number of each row's partition.
  private func numberPartitions(into numbers: RowNumbers) throws(QueryError) -> Int {
    var groups = 0
    let (rows, marks) = (order.rows.pointer, order.marks.pointer(to: UInt8.self))
    for place in 0..<order.count {
      if place & 0xFFFF == 0 { try context.checkCancellation() }
      if marks[place] == WindowOrder.begins { groups &+= 1 }
      numbers.pointer[Int(rows[place])] = UInt32(truncatingIfNeeded: groups &- 1)
    }
    return groups
  }

  /// The aggregate of each row's window, by row. The rows of windows are laid out one after
  /// another, so the cost is that of all windows together.
  func ofFrames(_ frames: WindowFrames) throws(QueryError) -> Column {
    var assembler = try ColumnAssembler(type: call.type, budget: context.budget)
    var place = 0
    while place < order.count {
      var (next, total) = (place, 0)
      while next < order.count, next == place || total < Self.layoutRows {
        total += size(frames, next)
        next += 1
      }
      let results = try results(of: frames, place..<next, rows: total)
      try append(results, to: &assembler)
      place = next
    }
    return try assembler.finish().picked(try order.inverse(context), context)
  }

  private func size(_ frames: WindowFrames, _ place: Int) -> Int {
    Int(frames.end.pointer[place] - frames.first.pointer[place])
  }

  private func results(of frames: WindowFrames, _ places: Range<Int>, rows total: Int)
    throws(QueryError) -> Column
  {
    let rows = try RowNumbers(count: total, budget: context.budget)
    let groups = try RowNumbers(count: total, budget: context.budget)
    var next = 0
    for place in places {
      let group = UInt32(truncatingIfNeeded: place - places.lowerBound)
      for source in Int(frames.first.pointer[place])..<Int(frames.end.pointer[place]) {
        rows.pointer[next] = order.rows.pointer[source]
        groups.pointer[next] = group
        next += 1
      }
    }
    let accumulator = try Accumulator(call, expectedRows: total, context: context)
    try accumulator.reserve(groups: places.count)
    let laidOut = try operands.mapThrowing { operand throws(QueryError) in
      try operand.picked(rows, context)
    }
    try add(laidOut, count: total, groups: groups, to: accumulator)
    let all = try RowNumbers(upTo: places.count, budget: context.budget)
    return try accumulator.finish(
      order: UnsafeBufferPointer(start: all.pointer, count: places.count))
  }

  /// Takes rows into an accumulator, batch by batch.
  private func add(
    _ columns: [Column], count: Int, groups: RowNumbers, to accumulator: Accumulator
  ) throws(QueryError) {
    let evaluators = EvaluatorGroup(columns: columns, context: context)
    let vectors = try columns.indices.map { index in
      BoundExpression(.column(index), columns[index].type, at: call.span)
    }.mapThrowing { column throws(QueryError) in try evaluators.add(column) }
    for start in stride(from: 0, to: count, by: context.batchRows) {
      let batch = Batch(
        columns: columns, start: start, count: min(context.batchRows, count - start))
      try evaluators.begin(batch)
      try accumulator.update(
        groups: groups.pointer + start, count: batch.count,
        operands: try vectors.mapThrowing { vector throws(QueryError) in try vector.evaluate() },
        condition: nil, positions: batch.positions)
    }
  }

  private func append(_ column: Column, to assembler: inout ColumnAssembler) throws(QueryError) {
    let evaluators = EvaluatorGroup(columns: [column], context: context)
    let values = try evaluators.add(BoundExpression(.column(0), column.type, at: call.span))
    for start in stride(from: 0, to: column.count, by: context.batchRows) {
      let batch = Batch(
        columns: [column], start: start, count: min(context.batchRows, column.count - start))
      try evaluators.begin(batch)
      try assembler.append(try values.evaluate(), count: batch.count)
    }
  }
}
