/// What a grouped step reads of two columns whose cross was never published, and the counts by
/// which the truth can be bounded.
///
/// Where only the margins of a table are known, the cell of a row a and a column b holds at least
/// `max(0, n(a) + n(b) - n)` and at most `min(n(a), n(b))` of its n rows (Fréchet 1935).
struct UnpublishedCross: Sendable {
  /// The two columns.
  var columns: [String]
  /// The condition on the rows that it holds for, as it was written.
  var condition: String?
  /// The rows that it holds for and that the step reads; where there are none, nothing is told.
  var rows: StepPlan
  /// The results that cross the columns.
  var measures: [Measure]

  /// A result of the step that crosses both columns.
  struct Measure: Sendable {
    /// The name of the result's column.
    var name: String
    /// How it is bounded; nil where it is no count, or a condition reads both columns at once.
    var margins: Margins?
  }

  /// Counts of rows, each by some keys of the step.
  struct Margins: Sendable {
    /// Rows that the cross does not touch, by all keys.
    var certain: Count
    /// Rows that it touches, as the table has them, by all keys.
    var shown: Count
    /// Rows that it touches whatever the two columns say, by the keys that read neither.
    var all: Count
    /// Of these, the rows that pass what is asked of the first column, by its keys as well.
    var first: Count
    /// The same for the second column.
    var second: Count
    /// For a share: the rows of its denominator, which are certain.
    var whole: Count?
  }

  /// Rows counted by keys.
  struct Count: Sendable {
    /// The places of the keys among those of the step, ascending.
    var keys: [Int]
    /// Gives the keys' columns and then the number of rows.
    var plan: StepPlan
  }
}
