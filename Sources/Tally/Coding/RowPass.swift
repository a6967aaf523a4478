/// What the rows of one table share while they are decoded: the readers of its columns, and which
/// column belongs to which key.
///
/// Types ask for their keys in the same order row after row, so the keys are remembered in that
/// order and one comparison finds the column.
final class RowPass {
  let table: Table
  /// Whether keys without a column read as missing.
  let allowsAbsentColumns: Bool
  private var readers: [CellReader?]
  private var known: [KnownKey] = []
  private var cursor = 0
  /// The columns by the spelling that keys are compared in.
  private lazy var columnsByFoldedName: [String: [Int]] = {
    var result: [String: [Int]] = [:]
    for (index, name) in table.columnNames.enumerated() {
      result[Self.folded(name), default: []].append(index)
    }
    return result
  }()

  private struct KnownKey {
    let key: String
    /// Nil where no column has the key's name and that is allowed.
    let reader: CellReader?
  }

  init(_ table: Table, allowsAbsentColumns: Bool) {
    self.table = table
    self.allowsAbsentColumns = allowsAbsentColumns
    readers = Array(repeating: nil, count: table.columnCount)
  }

  /// Begins the next row.
  func beginRow() { cursor = 0 }

  /// The column of a key, or nil where none has its name and that is allowed.
  func reader(forKey key: String) throws(QueryError) -> CellReader? {
    if cursor < known.count, known[cursor].key == key {
      cursor += 1
      return known[cursor - 1].reader
    }
    if let place = known.firstIndex(where: { $0.key == key }) {
      cursor = place + 1
      return known[place].reader
    }
    let reader = try columnIndex(forKey: key).map { self.reader(at: $0) }
    known.append(KnownKey(key: key, reader: reader))
    cursor = known.count
    return reader
  }

  /// The reader of a column.
  func reader(at index: Int) -> CellReader {
    if let reader = readers[index] { return reader }
    let reader = CellReader(table.columns[index], name: table.columnNames[index])
    readers[index] = reader
    return reader
  }

  /// Whether a column has the name of a key.
  func hasColumn(forKey key: String) -> Bool {
    table.columnNames.contains(key) || columnsByFoldedName[Self.folded(key)] != nil
  }

  private func columnIndex(forKey key: String) throws(QueryError) -> Int? {
    if let exact = table.columnNames.firstIndex(of: key) { return exact }
    let matches = columnsByFoldedName[Self.folded(key)] ?? []
    if matches.count > 1 {
      let names = matches.map { "\"\(table.columnNames[$0])\"" }.joined(separator: " and ")
      throw .decoding("the property \"\(key)\" may be read from \(names)")
    }
    if matches.isEmpty, !allowsAbsentColumns { throw absent(key) }
    return matches.first
  }

  /// The error for a key without a column.
  func absent(_ key: String) -> QueryError {
    let nearest = closest(to: key, among: table.columnNames).map { ", did you mean \"\($0)\"?" }
    return .decoding(
      "no column for the property \"\(key)\"\(nearest ?? ""); columns: "
        + table.columnNames.joined(separator: ", "))
  }

  /// Names are alike if they differ in case, underscores, hyphens and blanks only: `sumFee`,
  /// `sum_fee`, `Sum fee`.
  private static func folded(_ name: String) -> String {
    name.lowercased().filter { $0 != "_" && $0 != " " && $0 != "-" }
  }
}
