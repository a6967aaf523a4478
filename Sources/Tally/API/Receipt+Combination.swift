extension Receipt {
  /// What `append` or `except` did with the rows of another table.
  public struct Combination: Sendable, Hashable {
    /// The clauses that take in a whole table.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
      /// The table's rows were put below those of the step.
      case append
      /// Rows that the table has too were left out.
      case except
    }

    /// Which of them it was.
    public var kind: Kind
    /// The table.
    public var table: String
    /// The rows of the table.
    public var rows = 0
    /// The rows of the step that `except` left out.
    public var rowsLeftOut = 0
    /// The columns of the step that the table has not: its rows have no value there.
    public var columnsAbsent: [String] = []
    /// The columns that only the table has: the rows before have no value there.
    public var columnsAdded: [String] = []

    /// Makes the count of a clause that has not run.
    public init(_ kind: Kind, table: String) {
      self.kind = kind
      self.table = table
    }
  }
}
