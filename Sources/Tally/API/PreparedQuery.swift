/// A query that was read and checked once, to be asked again and again with other values, as a
/// function is called.
///
///     let atLeast = try database.prepare(
///       "count services where level >= $1 and agency = $2", taking: Int.self, String.self)
///     let count: Int = try atLeast(3, "Sở Tài chính").value()
///
/// Each call sees the tables as they are then. It does not read the text again; it binds names and
/// types anew, which takes microseconds, because the best plan may depend on the values, and a table
/// may have changed since. An error that a changed table causes is thrown by the call.
public struct PreparedQuery<each Argument: QueryBindable>: Sendable {
  /// What each call may take.
  public var limits: Limits
  private let parsed: ParsedQuery
  private let tables: @Sendable () -> Snapshot

  init(_ query: Query, limits: Limits, tables: @escaping @Sendable () -> Snapshot)
    throws(QueryError)
  {
    var specimens: [[QueryArgument]] = []
    repeat specimens.append((each Argument).specimens)
    self.limits = limits
    self.tables = tables
    parsed = try ParsedQuery(query, parameterCount: specimens.count)
    try check(specimens)
  }

  /// Answers the query with a value for each of its parameters.
  ///
  /// Throws as ``Database/run(_:limits:)-swift.method`` does.
  public func callAsFunction(_ argument: repeat each Argument) throws(QueryError) -> Table {
    try tables().run(
      parsed, Self.arguments(repeat each argument), limits: limits, cancellation: Cancellation())
  }

  /// Answers the query with a value for each of its parameters, without keeping a thread of the
  /// caller's from other work. Where the task is cancelled, so is the run.
  ///
  /// Throws as ``Database/run(_:limits:)-swift.method`` does.
  public func callAsFunction(_ argument: repeat each Argument) async throws(QueryError) -> Table {
    let arguments = Self.arguments(repeat each argument)
    let snapshot = tables()
    let (parsed, limits) = (parsed, limits)
    return try await offloaded { (cancellation) throws(QueryError) in
      try snapshot.run(parsed, arguments, limits: limits, cancellation: cancellation)
    }
  }

  private static func arguments(_ argument: repeat each Argument) -> [QueryArgument] {
    var arguments: [QueryArgument] = []
    repeat arguments.append((each argument).queryArgument)
    return arguments
  }

  /// Binds the query with specimens of its values. Where a parameter may be of several types, one
  /// that fits is enough.
  private func check(_ specimens: [[QueryArgument]]) throws(QueryError) {
    var choices: [[QueryArgument]] = [[]]
    for candidates in specimens {
      choices = choices.flatMap { chosen in candidates.map { chosen + [$0] } }
      // Only the values themselves can tell whether they fit.
      if choices.isEmpty || choices.count > Self.greatestChoiceCount { return }
    }
    var failure: QueryError?
    let snapshot = tables()
    for choice in choices {
      do throws(QueryError) {
        try snapshot.withPlan(parsed, choice) { _ in }
        return
      } catch {
        failure = failure ?? error
      }
    }
    if let failure { throw failure }
  }

  private static var greatestChoiceCount: Int { 64 }
}

extension Database {
  /// Reads and checks a query once, to be asked again and again with other values.
  ///
  ///     let opened = try database.prepare(
  ///       "count services where opened in $1 and agency in $2",
  ///       taking: CalendarPeriod.self, [String].self)
  ///     let march = CalendarPeriod(.month, containing: day)
  ///     let answer = try opened(march, ["Sở Tài chính", "Sở Y tế"])
  ///
  /// The values of `$1`, `$2` and so on come with each call, in the order of `types`; values that are
  /// interpolated stay as they are. Names, and the types of the parameters, are checked against the
  /// tables now; a parameter whose type only its value tells, such as a ``CellValue``, when it comes.
  ///
  /// Throws a ``QueryError`` whose diagnostics point into the query's text.
  public func prepare<each Argument: QueryBindable>(
    _ query: Query, taking types: repeat (each Argument).Type, limits: Limits = .none
  ) throws(QueryError) -> PreparedQuery<repeat each Argument> {
    try PreparedQuery(query, limits: limits) { self.snapshot() }
  }
}

extension Snapshot {
  /// Reads and checks a query once, to be asked of this snapshot again and again with other values,
  /// as ``Database/prepare(_:taking:limits:)`` does of a database.
  public func prepare<each Argument: QueryBindable>(
    _ query: Query, taking types: repeat (each Argument).Type, limits: Limits = .none
  ) throws(QueryError) -> PreparedQuery<repeat each Argument> {
    try PreparedQuery(query, limits: limits) { self }
  }
}
