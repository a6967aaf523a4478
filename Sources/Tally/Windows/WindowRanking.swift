/// The rows of a window in the order of its values: a rank for each row that has a value.
struct WindowRanking: Sendable {
  /// The rows by rank; those without a value stand last.
  let order: WindowOrder
  /// The rank of each row.
  let ranks: RowNumbers
  /// The number of rows that have a value; ranks from here on are those of rows without one.
  let known: Int

  init(_ values: Column, _ context: RunContext) throws(QueryError) {
    order = try WindowOrder(
      partition: [], order: [RowOrder.Column(column: values, isDescending: false)],
      count: values.count, context)
    ranks = try order.inverse(context)
    known = values.count - values.missingCount
  }

  /// A number for each row that is equal for equal values, ``missing`` where there is none, and how
  /// many numbers there are.
  func numbers(_ context: RunContext) throws(QueryError) -> (RowNumbers, count: Int) {
    let numbers = try RowNumbers(count: order.count, budget: context.budget)
    let (rows, marks) = (order.rows.pointer, order.marks.pointer(to: UInt8.self))
    var count = 0
    for rank in 0..<order.count {
      if rank & 0xFFFF == 0 { try context.checkCancellation() }
      if rank < known {
        if marks[rank] != WindowOrder.ties { count &+= 1 }
        numbers.pointer[Int(rows[rank])] = UInt32(truncatingIfNeeded: count &- 1)
      } else {
        numbers.pointer[Int(rows[rank])] = Self.missing
      }
    }
    return (numbers, count)
  }

  static let missing = UInt32.max
}
