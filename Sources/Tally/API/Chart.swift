/// The picture that a query asks for after `chart`.
///
///     let answer = try database.run("count services group by agency chart bar")
///     print(answer.drawing(width: 80) ?? answer.description)
///
/// The first columns of the answer are labels, the other numbers are drawn.
public struct Chart: Sendable, Hashable {
  /// What is drawn.
  public var kind: Kind
  /// Whether the values of a row are drawn as one bar.
  public var isStacked = false
  /// The number of columns that label the rows.
  public var labelCount: Int

  /// The kinds of pictures.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// A bar for each value, from zero.
    case bar
    /// A line for each column of values, over the first label.
    case line
    /// How many rows have values in each of some ranges of equal width.
    case histogram
    /// A shade for each value.
    case heat
  }

  /// Makes a chart whose rows are labelled by some first columns.
  public init(_ kind: Kind, labelCount: Int) {
    self.kind = kind
    self.labelCount = labelCount
  }
}
