import Synchronization

/// Makes the batches of a streamed answer, one for each call.
final class BatchProducer: Sendable {
  private let state: Mutex<State>

  private enum State: Sendable {
    case begun(Batches)
    case rows(RowStream)
    case table(Table, next: Int, size: Int)
    case ended
  }

  init(_ batches: Batches) { state = Mutex(.begun(batches)) }

  /// The next batch, or nil behind the last.
  func next(_ cancellation: Cancellation) throws(QueryError) -> Table? {
    try state.withLock { state throws(QueryError) in
      // What throws leaves nothing to go on with.
      let before = state
      state = .ended
      let (batch, after) = try Self.step(before, cancellation)
      state = after
      return batch
    }
  }

  private static func step(_ state: State, _ cancellation: Cancellation) throws(QueryError)
    -> (Table?, State)
  {
    switch state {
    case .ended: return (nil, .ended)
    case .begun(let batches): return try step(begin(batches, cancellation), cancellation)
    case .rows(let stream):
      let (batch, rest) = try stream.next(cancellation)
      return (batch, rest.map(State.rows) ?? .ended)
    case .table(let table, let next, let size):
      let end = min(next + size, table.rowCount)
      let batch = try table.sliced(next..<end)
      return (batch, end == table.rowCount ? .ended : .table(table, next: end, size: size))
    }
  }

  private static func begin(_ batches: Batches, _ cancellation: Cancellation) throws(QueryError)
    -> State
  {
    let query = try ParsedQuery(batches.query)
    let context = batches.limits.context(cancellation: cancellation)
    let stream = try batches.snapshot.withPlan(query, context: context) {
      (bound) throws(QueryError) in
      try RowStream(bound.plan, query, bound.notes, batches, cancellation)
    }
    if let stream { return .rows(stream) }
    let answer = try batches.snapshot.run(
      query, limits: batches.limits, cancellation: cancellation)
    return .table(answer, next: 0, size: batches.batchRows)
  }
}

extension Table {
  /// Some of the rows. The receipt stays with the first.
  fileprivate func sliced(_ rows: Range<Int>) throws(QueryError) -> Table {
    var part = Table(
      names: columnNames,
      columns: try columns.mapThrowing { column throws(QueryError) in try column.sliced(rows) },
      rowCount: rows.count)
    if rows.lowerBound == 0 { part.receipt = receipt }
    return part
  }
}
