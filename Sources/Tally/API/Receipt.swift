/// What an answer was made from: the rows read, kept and left out by each step, and every place
/// where a missing value, a tie or an unmatched key had a say.
///
///     let answer = try database.run("count services where level >= 3 group by agency")
///     for condition in answer.receipt.steps[0].conditions where condition.unknown.rows > 0 {
///       print(condition.text, "is unknown for", condition.unknown.rows, "rows")
///     }
///     print(answer.receipt.summary)
public struct Receipt: Sendable, Hashable {
  /// The steps in the order in which they ran.
  public var steps: [Step] = []
  /// The receipts of the queries whose answers the steps used as values or as further tables.
  public var queries: [Receipt] = []

  /// Makes an empty receipt.
  public init() {}

  /// One step of a query.
  public struct Step: Sendable, Hashable {
    /// The table that was read; nil behind `then`, where it is the step before.
    public var source: String?
    /// The rows of that table.
    public var rowsRead = 0
    /// The conditions in the order in which they were written.
    public var conditions: [Condition] = []
    /// The rows that passed all conditions on rows.
    public var rowsKept = 0
    /// The tables looked up.
    public var lookups: [LookupCount] = []
    /// Values that an aggregate left out because they were missing.
    public var skipped: [Skipped] = []
    /// Windows: ranks, running and moving values, values of other rows.
    public var windows: [Window] = []
    /// Divisions by zero, each of which gave a missing value.
    public var zeroDivisions = 0
    /// Operations on floats without a finite result, such as the root of -1, each of which gave a
    /// missing value.
    public var impossibleNumbers = 0
    /// Texts that were to be read as a number or a date and are none, each of which gave a missing
    /// value.
    public var unreadableTexts = 0
    /// Results that go across two columns of which only the margins were published.
    public var unpublishedCrosses: [UnpublishedCross] = []
    /// Rows that `top`, `bottom` or `limit` cut off.
    public var rowsCut = 0
    /// Of those, rows that tied with the last one that was kept.
    public var tiesCut = 0
    /// Rows without a value to rank by, where `top`, `bottom` or an order decided which rows were
    /// cut off: they rank last.
    public var rowsUnranked = 0
    /// What `append` and `except` did with the rows of other tables, in their order.
    public var combinations: [Combination] = []
    /// The rows of the step's result.
    public var rowsOut = 0
    /// The rows of totals among those of the result, after `with totals`; nil where there are none.
    public var totals: Totals?
    /// Anything else that the reader must know, as whole sentences.
    public var notes: [String] = []

    /// Makes the receipt of a step that has not run.
    public init() {}
  }

  /// How rows of totals are told from groups.
  public struct Totals: Sendable, Hashable {
    /// What stands under the first key that a total has no value of. No key has it for a value.
    public var label: String
    /// The number of such rows.
    public var rows: Int

    /// Makes the count of some rows.
    public init(label: String, rows: Int) {
      self.label = label
      self.rows = rows
    }
  }

  /// What one condition did.
  public struct Condition: Sendable, Hashable {
    /// What the condition stands in: `where`, `with` or `having`; and, where it decides a value
    /// and no row, `if`, `group by`, `list` or `add`.
    public var clause: String
    /// The condition as it was written.
    public var text: String
    /// The rows for which it was true.
    public var rowsTrue = 0
    /// The rows that it decided on.
    public var rowsTested = 0
    /// The rows that a missing value decided.
    public var unknown = Unknown()

    /// Makes the count of a condition that has not run.
    public init(clause: String, text: String) {
      self.clause = clause
      self.text = text
    }
  }

  /// Rows for which a condition was decided by a missing value.
  public struct Unknown: Sendable, Hashable {
    /// The rows.
    public var rows = 0
    /// Of those, the rows that were kept.
    public var rowsKept = 0
    /// The columns of the condition that have missing values.
    public var columns: [String] = []
    /// For grouped answers: the groups in which the rows are, in the order of the answer. Of more
    /// than a thousand those with the most such rows.
    public var groups: [Group] = []
    /// The number of groups beyond these.
    public var otherGroups = 0

    /// Makes a count of no rows.
    public init() {}
  }

  /// The rows of one group that a missing value decided.
  public struct Group: Sendable, Hashable {
    /// The values of the group's keys.
    public var keys: [CellValue]
    /// The rows.
    public var rows: Int
    /// Whether the group appears in the answer.
    public var isInAnswer: Bool

    /// Makes the count of one group.
    public init(keys: [CellValue], rows: Int, isInAnswer: Bool) {
      self.keys = keys
      self.rows = rows
      self.isInAnswer = isInAnswer
    }
  }

  /// How the rows of a step met the rows of a table that was looked up.
  public struct LookupCount: Sendable, Hashable {
    /// The table that was looked up.
    public var table: String
    /// The rows that found a partner.
    public var matched = 0
    /// The rows that found none because no key was equal.
    public var unmatched = 0
    /// The rows that found none because a key was missing.
    public var missingKeys = 0
    /// Whether rows that found none were left out, as `join` does and `left join` does not.
    public var leavesOut = false
    /// The rows that were made of those that found partners, after `join many`; nil where each row
    /// finds one at most.
    public var rowsMade: Int?
    /// The rows of the table that none found, which a full join adds.
    public var rowsAdded: Int?
    /// How long before its time the oldest row was that `as of` found.
    public var oldest: Age?

    /// Makes the count of a lookup that has not run.
    public init(table: String) { self.table = table }
  }

  /// A result that goes across two columns of which only the margins were published, as
  /// `unpublished` declares: what its cells show was given out by a rule, and the truth may be
  /// anywhere within the bounds.
  public struct UnpublishedCross: Sendable, Hashable {
    /// The two columns.
    public var columns: [String]
    /// The condition on the rows that it holds for, as it was written; nil for all rows.
    public var condition: String?
    /// The name of the result's column.
    public var result: String
    /// The cells that could be otherwise, with bounds; empty where the margins can't bound the
    /// result.
    public var cells: [Cell] = []
    /// The number of cells beyond these.
    public var otherCells = 0

    /// Makes the entry of a result without cells.
    public init(columns: [String], condition: String?, result: String) {
      self.columns = columns
      self.condition = condition
      self.result = result
    }

    /// One cell: a count, or a share of a count that is certain.
    public struct Cell: Sendable, Hashable {
      /// The values of the step's keys.
      public var keys: [CellValue]
      /// The value that the answer has, if it has the cell.
      public var shown: CellValue
      /// The smallest value that the margins allow: `max(0, n(a) + n(b) - n)` rows of the n that
      /// the columns a and b share (Fréchet 1935).
      public var least: CellValue
      /// The largest: `min(n(a), n(b))`.
      public var greatest: CellValue

      /// Makes the bounds of one cell.
      public init(keys: [CellValue], shown: CellValue, least: CellValue, greatest: CellValue) {
        self.keys = keys
        self.shown = shown
        self.least = least
        self.greatest = greatest
      }
    }
  }

  /// A length of time in whole units.
  public struct Age: Sendable, Hashable {
    /// The number of units.
    public var count: Int
    /// The unit: `day`, `second`, `week`, `month`, `quarter` or `year`.
    public var unit: String

    /// Makes a length of time.
    public init(_ count: Int, _ unit: String) { (self.count, self.unit) = (count, unit) }
  }

  /// Values that an aggregate left out because they were missing.
  public struct Skipped: Sendable, Hashable {
    /// The name of the result's column.
    public var column: String
    /// The values left out.
    public var rows: Int

    /// Makes the count for one result column.
    public init(column: String, rows: Int) {
      self.column = column
      self.rows = rows
    }
  }

  /// What a window met: a value that each row has from other rows.
  public struct Window: Sendable, Hashable {
    /// The window as it was written.
    public var text: String
    /// The rows that have a value of it, or none because they lack one.
    public var rows = 0
    /// Rows that share their rank, or their place in the order, with another. Of those that share a
    /// place in the order each follows the other as they stand.
    public var ties = 0
    /// Moving windows that reach back before the first row, so that they hold less than others.
    public var incomplete = 0
    /// Places at which a period without rows lies between a row and the one before, where rows and
    /// not periods are counted.
    public var gaps = 0
    /// Rows without a time, which have no window of time.
    public var withoutTime = 0

    /// Makes the count of a window that was not computed.
    public init(text: String) { self.text = text }
  }
}
