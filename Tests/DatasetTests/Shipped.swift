import Foundation
import ServiceExpander

/// The files under `Datasets`, found from the place of this source file.
enum Shipped {
  static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Datasets", isDirectory: true)

  /// Every table with the number of its rows.
  static let rowCounts: [(table: String, rows: Int)] = [
    ("agencies", 8), ("aliases", 20), ("cells", 40), ("check_parts", 55), ("checks", 12),
    ("documents", 5), ("fields", 15), ("figures", 96), ("hanoi_2017_services", 453),
    ("inventories", 6), ("levels", 8), ("localities", 3), ("outside_sources", 3),
    ("portal_services", 161), ("portal_stats", 6), ("services", 3078), ("targets", 14),
  ]

  static func bytes(_ file: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: folder.appendingPathComponent(file)))
  }

  static func table(_ name: String) throws -> PlainTable {
    try PlainTable(csv: String(decoding: bytes("\(name).csv"), as: UTF8.self))
  }

  /// The values of a column, in the order of the rows.
  static func column(_ name: String, of table: String) throws -> [String] {
    let table = try Shipped.table(table)
    let index = try table.index(of: name)
    return table.rows.map { $0[index] }
  }
}

extension PlainTable {
  /// The number of rows that have exactly these texts in these columns.
  func count(_ conditions: [String: String]) throws -> Int {
    try rows(where: conditions).count
  }

  /// The rows that have exactly these texts in these columns.
  func rows(where conditions: [String: String]) throws -> [[String]] {
    let wanted = try conditions.map { (index: try index(of: $0.key), text: $0.value) }
    return rows.filter { row in wanted.allSatisfy { row[$0.index] == $0.text } }
  }

  /// The field of a row in a column.
  func field(_ column: String, of row: [String]) throws -> String {
    row[try index(of: column)]
  }
}
