/// An immutable table: named columns of one length. The answer to a query is a table with a
/// receipt, and can be registered and asked again.
///
///     let answer = try database.run("count services group by agency")
///     database["by_agency"] = answer
///     let most: Int = try database.run("max count from by_agency").value()
///
/// ## Topics
/// - Reading: ``value(as:)``, ``tuples(_:)``, ``decode(_:allowsAbsentColumns:)``, ``rows``,
///   ``column(_:as:)``, ``column(_:)``
/// - Making: ``init(rows:)``, ``init(columns:)-(()->_)``
/// - Writing: ``formatted(_:_:)``, ``write(_:_:to:)``
/// - Drawing: ``chart``, ``drawing(width:isUnicode:)``, ``svgDrawing()``
public struct Table: Sendable {
  /// The columns' names, in order.
  public let columnNames: [String]
  /// The columns, in order.
  public let columns: [Column]
  /// The number of rows.
  public let rowCount: Int
  /// What the table was made from; empty for tables that no query made.
  public internal(set) var receipt = Receipt()
  /// The picture that the query asked for after `chart`; nil where it asked for none.
  public internal(set) var chart: Chart?

  /// Puts columns of one length together.
  init(names: [String], columns: [Column], rowCount: Int) {
    precondition(names.count == columns.count && columns.allSatisfy { $0.count == rowCount })
    columnNames = names
    self.columns = columns
    self.rowCount = rowCount
  }

  /// The number of columns.
  public var columnCount: Int { columns.count }

  /// The index of a column by its name without regard to case, or nil.
  public func columnIndex(_ name: String) -> Int? {
    if let exact = columnNames.firstIndex(of: name) { return exact }
    let folded = name.lowercased()
    return columnNames.firstIndex { $0.lowercased() == folded }
  }
}
