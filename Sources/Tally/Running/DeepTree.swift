import TallySyntax

/// Runs `body` where there is stack enough to bind and run a query recursively: on the calling
/// thread, or, where expressions may be tall, on one of its own. Threads of an app may have only
/// 512 KiB.
///
/// Throws an error of kind `memory` where the system gives no such thread.
func withStack<Value: Sendable>(
  for query: QuerySyntax, in environment: Environment, _ body: () throws(QueryError) -> Value
) throws(QueryError) -> Value {
  try withStack(forHeight: query.boundHeight + environment.boundHeight, body)
}

/// The same for a statement.
func withStack<Value: Sendable>(
  for statement: StatementSyntax, in environment: Environment,
  _ body: () throws(QueryError) -> Value
) throws(QueryError) -> Value {
  try withStack(forHeight: statement.boundHeight + environment.boundHeight, body)
}

private func withStack<Value: Sendable>(
  forHeight height: Int, _ body: () throws(QueryError) -> Value
) throws(QueryError) -> Value {
  if height <= ordinaryHeight { return try body() }
  return try withoutActuallyEscaping(body) { body throws(QueryError) in
    // SAFETY: the calling thread waits until the other one has ended.
    nonisolated(unsafe) let body = body
    let outcome = onStack { Result { () throws(QueryError) in try body() } }
    guard let outcome else { throw QueryError.outOfThreads }
    return try outcome.get()
  }
}

/// Trees of this height are walked within 512 KiB of stack in any build.
private let ordinaryHeight = 16

extension QuerySyntax {
  /// The most levels that a bound expression of the query can have but for conversions: the names
  /// that `add` makes stand for all that is behind them.
  fileprivate var boundHeight: Int {
    // Trees that are tall as they are written need not be walked.
    height > ordinaryHeight ? height : height + addedHeight
  }

  fileprivate var addedHeight: Int {
    var sum = 0
    for step in steps {
      for case .add(let add) in step.clauses {
        for item in add.items { item.forEachExpression { sum += $0.height } }
      }
      step.forEachSource { source in
        if case .query(let query) = source.kind { sum += query.addedHeight }
      }
      step.forEachExpression { expression in
        expression.forEachDescendant { sum += $0.addedHeight }
      }
    }
    return sum
  }
}

extension ExpressionSyntax {
  fileprivate var boundHeight: Int {
    if height > ordinaryHeight { return height }
    var sum = height
    forEachDescendant { sum += $0.addedHeight }
    return sum
  }

  /// What becomes taller than it is written: a query, and branches and arguments in a row, which
  /// may be bound as one inside the next.
  fileprivate var addedHeight: Int {
    switch kind {
    case .conditional(let branches, _): return branches.count
    case .call(let call): return call.arguments.count
    case .subquery(let query): return query.addedHeight
    case .membership(let test):
      if case .query(let query) = test.set { return query.addedHeight }
      return 0
    default: return 0
    }
  }
}

extension StatementSyntax {
  fileprivate var boundHeight: Int {
    switch kind {
    case .query(let query), .letTable(_, let query), .profile(let query): query.boundHeight
    case .letValue(_, let value): value.boundHeight
    case .letFunction(let function): function.body.boundHeight
    case .parameter(let parameter): parameter.defaultValue?.boundHeight ?? 0
    case .check(let check):
      switch check.kind {
      case .no(let query), .unique(_, let query), .matches(let query, _, _): query.boundHeight
      case .condition(let condition): condition.boundHeight
      }
    case .explain(let explain): explain.query.boundHeight
    case .measure(let measure): measure.value.boundHeight
    case .unpublished(let unpublished): unpublished.condition?.boundHeight ?? 0
    case .why(let why): why.boundHeight
    case .rowsOf(let rows): max(rows.query.boundHeight, rows.condition?.boundHeight ?? 0)
    case .load, .describe: 0
    }
  }
}

extension WhySyntax {
  fileprivate var boundHeight: Int {
    var height = 0
    var parts =
      [first, second] + [date, condition, aggregate.operand, aggregate.with].compactMap(\.self)
    for key in keys {
      if case .expression(let expression) = key.kind { parts.append(expression) }
    }
    for part in parts { height = max(height, part.boundHeight) }
    if case .query(let query) = source.kind { height = max(height, query.boundHeight) }
    return height
  }
}

extension Environment {
  /// The levels of the tallest expression that a name stands for.
  fileprivate var boundHeight: Int {
    max(
      views.values.reduce(0) { max($0, $1.height) },
      functions.values.reduce(0) { max($0, $1.height) },
      measures.values.reduce(0) { max($0, $1.height) })
  }
}
