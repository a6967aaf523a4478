/// Runs `body` where there is stack enough to walk trees of a height recursively: on the calling
/// thread, or, for tall trees, on one of its own. Threads of an app may have only 512 KiB.
func withStack<Value: Sendable>(
  forHeight height: Int, _ body: () throws(QueryError) -> Value
) throws(QueryError) -> Value {
  if height <= ordinaryHeight { return try body() }
  return try withoutActuallyEscaping(body) { body throws(QueryError) in
    // SAFETY: the calling thread waits until the other one has ended.
    nonisolated(unsafe) let body = body
    let outcome = onStack { Result { () throws(QueryError) in try body() } }
    guard let outcome else { return try body() }
    return try outcome.get()
  }
}

/// Trees of this height are walked within 512 KiB of stack in any build.
private let ordinaryHeight = 16

extension StatementSyntax {
  /// The height of the tallest expression of the statement.
  var height: Int {
    switch kind {
    case .query(let query), .letTable(_, let query), .profile(let query): query.height
    case .letValue(_, let value): value.height
    case .parameter(let parameter): parameter.defaultValue?.height ?? 0
    case .check(let check):
      switch check.kind {
      case .no(let query), .unique(_, let query), .matches(let query, _, _): query.height
      case .condition(let condition): condition.height
      }
    case .explain(let explain): explain.query.height
    case .measure(let measure): measure.value.height
    case .load, .describe: 0
    }
  }
}
