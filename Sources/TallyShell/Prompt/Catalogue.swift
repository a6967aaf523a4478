/// What completion can know about the tables.
package protocol Catalogue {
  /// The names of all tables.
  var tableNames: [String] { get }

  /// The names of the functions.
  var functionNames: [String] { get }

  /// The columns of a table, in order; none where there is no such table.
  func columns(of table: String) -> [CatalogueColumn]

  /// The values of a column that are texts, the most frequent first, with the rows that have them.
  func values(of column: String, in table: String) -> [(text: String, rows: Int)]
}

/// A column as completion shows it.
package struct CatalogueColumn: Sendable {
  /// The name.
  package let name: String
  /// The name of the type.
  package let type: String
  /// The number of distinct values where it is known.
  package let distinctCount: Int?

  package init(name: String, type: String, distinctCount: Int? = nil) {
    self.name = name
    self.type = type
    self.distinctCount = distinctCount
  }
}
