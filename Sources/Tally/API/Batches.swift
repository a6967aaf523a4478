/// The answer to a query as tables of some of its rows, one after another, as they are found.
///
///     var open = 0
///     for try await batch in database.stream("list name, level from services where level >= 3") {
///       open += batch.rowCount
///     }
///
/// A query that only keeps, extends and lists rows is worked on batch by batch, and holds no more
/// memory than a batch; where rows are grouped, ordered or cut, the whole answer is made first. The
/// tables are those of the moment in which the stream was made.
///
/// The receipts of the batches add up to the answer's, for which the last batch may be one without
/// rows; so an answer without rows is a batch that has its columns. Each batch is made when it is
/// asked for, on a thread of its own; where the task is cancelled, the sequence ends with an error of
/// kind `cancelled`.
public struct Batches: AsyncSequence, Sendable {
  /// A batch is a table.
  public typealias Element = Table
  /// What is wrong with the query, or kept it from being answered.
  public typealias Failure = QueryError

  let snapshot: Snapshot
  let query: Query
  let batchRows: Int
  let limits: Limits

  /// Begins at the first batch.
  public func makeAsyncIterator() -> AsyncIterator {
    AsyncIterator(producer: BatchProducer(self))
  }

  /// Makes the batches one after another.
  public struct AsyncIterator: AsyncIteratorProtocol {
    let producer: BatchProducer

    /// The next batch, or nil behind the last.
    ///
    /// Throws as ``Database/run(_:limits:)-swift.method`` does; nothing comes after an error.
    public mutating func next(isolation actor: isolated (any Actor)?) async throws(QueryError)
      -> Table?
    {
      let producer = producer
      return try await offloaded { (cancellation) throws(QueryError) in
        try producer.next(cancellation)
      }
    }
  }
}

extension Database {
  /// Answers a query in batches of up to `batchRows` rows, each made when it is asked for.
  ///
  ///     for try await batch in database.stream("list services where level >= 3") {
  ///       print(batch.formatted(.csv))
  ///     }
  ///
  /// The time of `limits` counts from the first batch on, the memory holds for each moment.
  public func stream(_ query: Query, batchRows: Int = 65_536, limits: Limits = .none) -> Batches {
    snapshot().stream(query, batchRows: batchRows, limits: limits)
  }
}

extension Snapshot {
  /// Answers a query in batches of up to `batchRows` rows, as ``Database/stream(_:batchRows:limits:)``
  /// does.
  public func stream(_ query: Query, batchRows: Int = 65_536, limits: Limits = .none) -> Batches {
    Batches(snapshot: self, query: query, batchRows: max(1, batchRows), limits: limits)
  }
}
