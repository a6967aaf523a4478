extension Table {
  /// The rows, one after another, for reading cell by cell.
  ///
  ///     let counts = try database.run("count services group by agency")
  ///     for row in counts.rows {
  ///       let agency: String? = try row["agency"]
  ///       let count: Int = try row["count"]
  ///       print(agency ?? "(no agency)", count)
  ///     }
  ///
  /// Reading many rows of known types is faster with ``Table/tuples(_:)``, and reading whole columns
  /// with ``Table/column(_:as:)``.
  public var rows: TableRows { TableRows(table: self) }

  /// The column of a name, without regard to case.
  ///
  /// Throws an error of kind `name` where there is none.
  public func column(_ name: String) throws(QueryError) -> Column {
    columns[try index(ofColumn: name)]
  }

  /// The index of a column of a name, or the error that there is none.
  func index(ofColumn name: String) throws(QueryError) -> Int {
    if let index = columnIndex(name) { return index }
    let nearest = closest(to: name, among: columnNames).map { ", did you mean \"\($0)\"?" } ?? ""
    throw QueryError(
      kind: .name,
      message: "no column \"\(name)\"\(nearest); columns: " + columnNames.joined(separator: ", "))
  }
}

/// The rows of a table in their order.
public struct TableRows: RandomAccessCollection, Sendable {
  let table: Table

  /// Always 0.
  public var startIndex: Int { 0 }

  /// The number of rows.
  public var endIndex: Int { table.rowCount }

  /// The row at an index, which must lie in `0..<count`.
  public subscript(index: Int) -> Row {
    precondition(index >= 0 && index < table.rowCount, "row \(index) of \(table.rowCount)")
    return Row(table: table, index: index)
  }
}

/// One row of a table, whose cells are read in the type that is asked for.
///
///     let first = services.rows[0]
///     let agency: String = try first["agency"]
///     let opened: CalendarDate? = try first["opened"]
///     let name = try first[0] as String
///
/// A cell that may be missing needs an `Optional`; ``CellValue`` takes any cell as it is.
public struct Row: Sendable {
  let table: Table
  /// The place of the row in its table, from 0.
  public let index: Int

  /// The number of cells.
  public var count: Int { table.columnCount }

  /// All cells, in the order of the columns.
  public var cells: [CellValue] { table.columns.map { $0[index] } }

  /// The cell of a column, found by its name without regard to case.
  ///
  /// Throws an error of kind `name` where no column has the name, and of kind `decoding` where the
  /// cell is not of the type.
  public subscript<Value: CellDecodable>(_ name: String) -> Value {
    get throws(QueryError) { try read(table.index(ofColumn: name)) }
  }

  /// The cell of a column, found by its place from 0.
  ///
  /// Throws an error of kind `name` where there is no such column, and of kind `decoding` where the
  /// cell is not of the type.
  public subscript<Value: CellDecodable>(_ place: Int) -> Value {
    get throws(QueryError) {
      guard table.columns.indices.contains(place) else {
        throw QueryError(
          kind: .name, message: "no column \(place): there are \(table.columnCount), from 0")
      }
      return try read(place)
    }
  }

  private func read<Value: CellDecodable>(_ place: Int) throws(QueryError) -> Value {
    let column = table.columns[place]
    if let value = Value.decoded(from: column[index]) { return value }
    throw CellReader.mismatch(index, of: column, named: table.columnNames[place], Value.self)
  }
}

extension Row: CustomStringConvertible {
  /// The names of the columns with their cells, for instance `agency: Sở Tài chính, count: 35`.
  public var description: String {
    zip(table.columnNames, cells)
      .map { name, cell in "\(name): \(cell.text(in: .csv) ?? "missing")" }
      .joined(separator: ", ").steeringShown()
  }
}
