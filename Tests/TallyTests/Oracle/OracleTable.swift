@testable import Tally

/// A table as plain cells, row by row.
struct OracleTable {
  var names: [String] = []
  var types: [ColumnType] = []
  var rows: [[CellValue]] = []

  /// The cells of a column.
  func column(_ index: Int) -> [CellValue] { rows.map { $0[index] } }

  /// The cells of an engine's table.
  init(_ table: Table) {
    names = table.columnNames
    types = table.columns.map(\.type)
    rows = (0..<table.rowCount).map { row in table.columns.map { $0[row] } }
  }

  init(names: [String] = [], types: [ColumnType] = [], rows: [[CellValue]] = []) {
    (self.names, self.types, self.rows) = (names, types, rows)
  }

  /// The table as CSV with a type behind each name, for messages.
  var csv: String {
    let header = zip(names, types).map { "\($0):\($1)" }.joined(separator: ",")
    let lines = rows.map { row in
      row.map { cell in
        if case .text(let text) = cell { return text.debugDescription }
        return cell.text(in: .csv) ?? ""
      }.joined(separator: ",")
    }
    return ([header] + lines).joined(separator: "\n")
  }
}

/// What the oracle says about a query.
struct OracleAnswer {
  var table: OracleTable
  var receipt: Receipt
}
