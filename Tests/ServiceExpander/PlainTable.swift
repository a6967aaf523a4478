/// A table of text as the shipped files hold it: commas, a header, quotes only where needed.
///
/// It reads the project's own tables without the engine, so that the tables can be judged
/// independently of the code that is tested with them.
package struct PlainTable: Equatable, Sendable {
  /// Column names in the order of the file.
  package let columns: [String]
  /// One array of fields per row, as long as `columns`; a missing value is the empty text.
  package let rows: [[String]]

  /// Makes a table of fields at hand; each row is expected to be as long as `columns`.
  package init(columns: [String], rows: [[String]]) {
    self.columns = columns
    self.rows = rows
  }

  /// Reads comma separated text with a header.
  ///
  /// - Throws: `ExpansionError.raggedRow` or `.openQuote`.
  package init(csv text: String) throws(ExpansionError) {
    var records = try Self.records(of: text)
    columns = records.isEmpty ? [] : records.removeFirst()
    for (index, record) in records.enumerated() where record.count != columns.count {
      throw .raggedRow(line: index + 2, expected: columns.count, found: record.count)
    }
    rows = records
  }

  /// The table as comma separated text; reading it back gives the same table.
  package var csv: String {
    ([columns] + rows)
      .map { $0.map(Self.quoted).joined(separator: ",") + "\n" }
      .joined()
  }

  /// The position of a column.
  ///
  /// - Throws: `ExpansionError.missingColumn`.
  package func index(of column: String) throws(ExpansionError) -> Int {
    guard let index = columns.firstIndex(of: column) else { throw .missingColumn(column) }
    return index
  }

  private static func quoted(_ field: String) -> String {
    let needsQuotes = field.utf8.contains { [0x0A, 0x0D, 0x22, 0x2C].contains($0) }
    guard needsQuotes else { return field }
    return "\""
      + field.split(separator: "\"", omittingEmptySubsequences: false)
      .joined(separator: "\"\"") + "\""
  }

  private static func records(of text: String) throws(ExpansionError) -> [[String]] {
    var records: [[String]] = []
    var record: [String] = []
    var field: [UInt8] = []
    var inQuotes = false
    var quoteBefore = false

    func endField() {
      record.append(String(decoding: field, as: UTF8.self))
      field.removeAll(keepingCapacity: true)
    }
    for byte in text.utf8 {
      if inQuotes {
        if byte == 0x22 { (inQuotes, quoteBefore) = (false, true) } else { field.append(byte) }
        continue
      }
      switch byte {
      case 0x22:
        // A quote right after a closing one is a doubled quote, not an opening one.
        if quoteBefore { field.append(byte) }
        inQuotes = true
      case 0x2C:
        endField()
      case 0x0A:
        endField()
        records.append(record)
        record = []
      default:
        field.append(byte)
      }
      quoteBefore = false
    }
    if inQuotes { throw .openQuote }
    if !field.isEmpty || !record.isEmpty {
      endField()
      records.append(record)
    }
    return records
  }
}
