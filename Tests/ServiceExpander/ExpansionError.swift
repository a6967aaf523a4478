/// Why a table cannot be read or a cell cannot be expanded.
package enum ExpansionError: Error, Equatable, CustomStringConvertible {
  /// The table has no column of this name.
  case missingColumn(String)
  /// A row has another number of fields than the header; lines count from 1.
  case raggedRow(line: Int, expected: Int, found: Int)
  /// A quoted field is still open at the end of the text.
  case openQuote
  /// The text of a field is not of the type its column has.
  case unreadable(cell: String, column: String, text: String)
  /// The two sides of a margin do not add up to the services they speak of.
  case marginMismatch(inventory: String, column: String, margin: Int, services: Int)

  package var description: String {
    switch self {
    case .missingColumn(let name):
      "no column \(name)"
    case .raggedRow(let line, let expected, let found):
      "line \(line): \(found) fields where the header has \(expected)"
    case .openQuote:
      "a quoted field does not end"
    case .unreadable(let cell, let column, let text):
      "cell \(cell): \(column) cannot be \(text)"
    case .marginMismatch(let inventory, let column, let margin, let services):
      "\(inventory): \(column) is given for \(margin) of \(services) services"
    }
  }
}
