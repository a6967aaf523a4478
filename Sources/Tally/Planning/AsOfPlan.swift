/// `lookup rates on currency = rates.currency as of paid_on`: of the rows with equal keys the one
/// that holds at a time.
struct AsOfPlan: Sendable {
  /// The time, in the unit of the columns.
  var time: BoundExpression
  /// The column of the table from when a row holds: until the next of its key does, or until `to`,
  /// which is counted.
  var from: Int
  var to: Int?
  /// The time as it was written.
  var text: String

  /// Which row is met, in words.
  func explanation(_ table: Table) -> String {
    let names = table.columnNames
    if let to {
      return "the one that holds on \(text), from \(names[from]) to \(names[to])"
    }
    return "the latest by \(names[from]) that is not after \(text)"
  }
}
