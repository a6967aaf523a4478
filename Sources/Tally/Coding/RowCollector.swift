/// Gathers encoded rows as columns.
///
/// Types encode their keys in the same order row after row, so the keys are remembered in that order
/// and one comparison finds the column.
final class RowCollector {
  private var columns: [ColumnBuilder] = []
  private var keys: [String] = []
  private var cursor = 0
  private var rowCount = 0
  private var sortsColumns = false

  /// The name of the column of rows that are single values.
  static let soleColumnName = "value"

  /// Appends a row.
  func append(_ row: some Encodable) throws(QueryError) {
    cursor = 0
    sortsColumns = sortsColumns || row is any DictionaryType
    do {
      if let cell = row as? any CellConvertible {
        let name = Self.soleColumnName
        try append(cell.cell(at: place(name)), forKey: name)
      } else {
        try row.encode(to: RowEncoder(collector: self))
      }
    } catch {
      throw .decoding(error, at: "rows[\(rowCount)]")
    }
    rowCount += 1
  }

  /// The table of all rows.
  func table() throws(QueryError) -> Table {
    if rowCount == 0 {
      throw .decoding(
        "there is no row to learn the columns from: make an empty table of named columns")
    }
    var names = keys
    var finished: [Column] = []
    for index in columns.indices {
      columns[index].pad(to: rowCount)
      finished.append(try columns[index].finish())
    }
    if sortsColumns {
      let order = names.indices.sorted { names[$0] < names[$1] }
      names = order.map { keys[$0] }
      finished = order.map { finished[$0] }
    }
    var table = try Table(checkedNames: names, columns: finished)
    if columns.isEmpty { table = Table(names: [], columns: [], rowCount: rowCount) }
    return table
  }

  /// Appends a cell to the column of a key.
  func append(_ cell: CellValue, forKey key: String) throws(QueryError) {
    let place = try place(ofKey: key)
    try columns[place].append(cell)
  }

  /// Appends a whole number to the column of a key.
  func append(_ value: Int128, forKey key: String) throws(QueryError) {
    let place = try place(ofKey: key)
    try columns[place].append(value)
  }

  /// Appends a number to the column of a key.
  func append(_ value: Double, forKey key: String) throws(QueryError) {
    let place = try place(ofKey: key)
    try columns[place].append(value)
  }

  /// Appends a text to the column of a key.
  func append(_ value: String, forKey key: String) throws(QueryError) {
    let place = try place(ofKey: key)
    try columns[place].append(value)
  }

  /// Notes that the column of a key has no value in this row, and what type it would have.
  func appendMissing(_ type: ColumnType?, forKey key: String) throws(QueryError) {
    let place = try place(ofKey: key)
    columns[place].assume(type)
    columns[place].pad(to: rowCount + 1)
  }

  /// The next cell of a key, as messages name it.
  func place(_ key: String) -> String { "rows[\(rowCount)][\"\(key)\"]" }

  /// Whether the column of a key has a cell for this row.
  func hasValue(forKey key: String) -> Bool {
    keys.firstIndex(of: key).map { columns[$0].count > rowCount } ?? false
  }

  private func place(ofKey key: String) throws(QueryError) -> Int {
    var place = cursor
    if place >= keys.count || keys[place] != key {
      if let known = keys.firstIndex(of: key) {
        place = known
      } else {
        place = keys.count
        keys.append(key)
        columns.append(ColumnBuilder(name: key))
      }
    }
    cursor = place + 1
    columns[place].pad(to: rowCount)
    guard columns[place].count == rowCount else {
      throw .decoding("rows[\(rowCount)] has two values for \"\(key)\"")
    }
    return place
  }
}

private protocol DictionaryType {}
extension Dictionary: DictionaryType {}
