import Tally
import TallySyntax

extension Session: Catalogue {
  package var tableNames: [String] { database.tableNames }

  package var functionNames: [String] { Vocabulary.functionNames }

  package func columns(of table: String) -> [CatalogueColumn] {
    guard let found = database[table] else { return [] }
    let reports = database.loadReport(of: table)?.columns ?? []
    return zip(found.columnNames, found.columns).map { name, column in
      CatalogueColumn(
        name: name, type: column.type.name,
        distinctCount: reports.first { $0.name == name }?.distinctCount)
    }
  }

  package func values(of column: String, in table: String) -> [(text: String, rows: Int)] {
    if let known = knownValues[[table, column]] { return known }
    guard let found = database[table], let index = found.columnIndex(column),
      found.columns[index].type == .text
    else { return [] }
    let query: Query = "count from \(name: table) group by \(name: column) order by count desc"
    // A key press can't wait for long; values of a huge column are then not proposed.
    let limits = Limits(time: .milliseconds(500), threads: options.limits.threads)
    guard let counted = try? database.run(query, limits: limits), counted.columnCount == 2 else {
      return []
    }
    var values: [(text: String, rows: Int)] = []
    for row in 0..<min(counted.rowCount, 100_000) {
      guard case .text(let text) = counted.columns[0][row],
        case .integer(let rows) = counted.columns[1][row]
      else { continue }
      values.append((text, Int(clamping: rows)))
    }
    knownValues[[table, column]] = values
    return values
  }
}
