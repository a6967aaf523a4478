import Synchronization

/// The outcome of an expression for each code of one column, and behind them for a missing value.
///
/// An expression that reads only that column then costs one look-up per row, however long it
/// would take to compute.
final class CodeTable: Sendable {
  /// The outcomes' layout.
  let layout: Layout
  /// The number of codes.
  let count: Int
  private let values: AlignedBytes
  private let validity: AlignedBytes?
  private let unknowns: AlignedBytes?

  init(
    layout: Layout, count: Int, values: AlignedBytes, valid: AlignedBytes?,
    unknown: AlignedBytes?
  ) {
    self.layout = layout
    self.count = count
    self.values = values
    self.validity = valid
    self.unknowns = unknown
  }

  /// The outcomes, `count + 1` of them.
  func entries<T: VectorValue>(_ type: T.Type) -> UnsafePointer<T> {
    UnsafePointer(values.pointer(to: type))
  }

  /// Whether the outcomes have a value; nil where all have.
  var valid: UnsafePointer<UInt8>? { validity.map { UnsafePointer($0.pointer(to: UInt8.self)) } }

  /// Whether the outcomes are unknown; nil where none is.
  var unknown: UnsafePointer<UInt8>? {
    unknowns.map { UnsafePointer($0.pointer(to: UInt8.self)) }
  }
}

/// The code tables and merged dictionaries of one step, made once and shared by its workers, who
/// thereby agree on the dictionaries of computed texts.
final class CodeTables: Sendable {
  private struct Made {
    var tables: [BoundExpression: CodeTable] = [:]
    var merges: [[MergedDictionary.Part]: MergedDictionary] = [:]
  }

  private let made = Mutex(Made())

  /// The table of an expression, made by the first who asks.
  func table(
    of expression: BoundExpression, make: () throws(QueryError) -> CodeTable
  ) throws(QueryError) -> CodeTable {
    try made.withLock { (made) throws(QueryError) in
      if let table = made.tables[expression] { return table }
      let table = try make()
      made.tables[expression] = table
      return table
    }
  }

  /// One dictionary of several, made by the first who asks.
  func merged(_ parts: [MergedDictionary.Part], budget: MemoryBudget?) throws(QueryError)
    -> MergedDictionary
  {
    try made.withLock { (made) throws(QueryError) in
      if let merged = made.merges[parts] { return merged }
      let merged = try MergedDictionary(parts, budget: budget)
      made.merges[parts] = merged
      return merged
    }
  }
}
