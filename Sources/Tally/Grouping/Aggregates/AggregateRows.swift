/// Where the rows of an update stand in the order of the source.
///
///     position(i) = start + i                 all rows of a batch
///     position(i) = start + selection[i]      some of them
struct RowPositions {
  /// The position of the batch's first row.
  var start: Int
  /// The offsets of the rows, ascending; nil for consecutive ones.
  var selection: UnsafePointer<UInt32>?
}

extension Batch {
  /// Where the selected rows stand in the source.
  var positions: RowPositions { RowPositions(start: start, selection: selection) }
}

/// The values of one operand, one for each row that counts.
enum AggregateValues {
  /// No operand, or one whose values do not matter.
  case none
  /// Numbers, days and indices; booleans; codes of a dictionary.
  case integers(UnsafePointer<Int64>)
  /// Numbers wider than 64 bits.
  case wide(UnsafePointer<Int128>)
  /// Doubles.
  case floats(UnsafePointer<Double>)
  /// Texts.
  case texts(UnsafePointer<TextSlice>)
}

/// The rows of one update that count: operands have a value and the condition holds.
struct AggregateRows {
  /// The number of rows.
  var count: Int
  /// The group of each row.
  var groups: UnsafePointer<UInt32>
  /// Whether all rows belong to group 0.
  var isOneGroup: Bool
  /// The operand.
  var values: AggregateValues = .none
  /// The second operand of `corr`.
  var others: AggregateValues = .none
  /// The dictionary of codes.
  var dictionary: TextDictionary?
  /// The position of each row in the source, where the aggregate needs it.
  var positions: UnsafePointer<Int64>?
}

/// What one aggregate remembers of each group.
protocol AggregateState: AnyObject {
  /// Makes room for groups `0..<groups`, whose state is that of no rows.
  func reserve(groups: Int) throws(QueryError)
  /// Takes rows in.
  func update(_ rows: AggregateRows) throws(QueryError)
  /// Takes in what another state of the same aggregate remembers: its group `g` is a part of
  /// `targets[g]` here.
  func merge(_ other: any AggregateState, targets: UnsafeBufferPointer<UInt32>) throws(QueryError)
  /// The results, one row for each group of `order`.
  func finish(order: UnsafeBufferPointer<UInt32>) throws(QueryError) -> Column
}

extension QueryError {
  /// States of different aggregates, or vectors that are not what the plan says.
  static func inconsistentAggregate(_ what: String) -> QueryError {
    QueryError(kind: .bug, message: "an aggregate received \(what)")
  }
}
