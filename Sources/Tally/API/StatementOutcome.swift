/// What one statement of a script did.
public struct StatementOutcome: Sendable {
  /// What came of it.
  public let result: Kind
  /// Where the statement stands in its text.
  public let span: SourceSpan
  /// How long it took.
  public let duration: Duration
  /// What the reader must know, for instance that a name was read loosely.
  public let notes: [Diagnostic]

  /// The kinds of results.
  public enum Kind: Sendable {
    /// A query gave a table, which was also written to a file where a path is given.
    case answer(Table, savedTo: String?)
    /// `let` or `param` gave a name to something.
    case defined(String)
    /// Files were loaded.
    case loaded(LoadReport)
    /// `expect` or `warn` was tested.
    case checked(CheckResult)
    /// `explain` gave a text.
    case explained(String)
    /// `describe` gave a table of columns.
    case described(Table)
  }
}

/// Whether an `expect` or a `warn` held, and if not, why.
public struct CheckResult: Sendable {
  /// Whether it held.
  public let holds: Bool
  /// Whether it was an `expect`, which fails a script, or a `warn`.
  public let isExpectation: Bool
  /// The check as it was written.
  public let text: String
  /// What the author wrote behind `else`.
  public let message: String?
  /// What was found instead, for instance `583 = 584`.
  public let finding: String?
  /// Rows that break the check, up to a limit.
  public let rows: Table?
  /// Where those rows stand in the files they were read from; empty where they come from none.
  public let places: [LoadReport.Place]
  /// How many rows break it.
  public let failedRowCount: Int
  /// How many rows were tested; 0 means that the check says nothing.
  public let testedRowCount: Int?
  /// What the check was decided by, with what missing values had a say in.
  public let receipt: Receipt
}
