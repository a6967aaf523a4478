/// A number of services that share everything the documents say of them.
package struct Cell: Equatable, Sendable {
  /// Which division of an inventory a cell belongs to.
  package enum Partition: String, Sendable {
    /// Every service of the inventory is in exactly one main cell.
    case main
    /// Level 3 and 4 services by whether the national portal carries them.
    case integrated
    /// Services of a level by whether more than 30 % of their dossiers come online.
    case onlineShare = "online_share"
  }

  /// `C01` and so on: the order of the file.
  package var id: String
  /// The table its services go to, without `.csv`.
  package var table: String
  /// The key of the inventory, for example `BTC-2020`.
  package var inventory: String
  /// The division of the inventory that this cell is a part of.
  package var partition: Partition
  /// The agency, by its name in full.
  package var agency: String
  /// The level where it is known.
  package var level: Int?
  /// The lowest level that is possible, where known.
  package var levelMin: Int?
  /// The highest level that is possible, where known.
  package var levelMax: Int?
  /// The field of administration; empty where unknown.
  package var field: String
  /// Whether the services are offered online.
  package var online: Bool?
  /// Whether the national portal carries them.
  package var integrated: Bool?
  /// Whether each has more than 12 dossiers a year.
  package var over12Dossiers: Bool?
  /// Whether each has more than 30 % of its dossiers online.
  package var over30PercentOnline: Bool?
  /// Whether they are among the 38 procedures that one document lists.
  package var listed: Bool?
  /// Whether they were rolled out to districts and communes.
  package var rolledOut: Bool?
  /// The number of services.
  package var count: Int
  /// The document.
  package var document: String
  /// The day the number speaks of.
  package var asOf: String
  /// How the number is known: published, derived or reading.
  package var basis: String
}

extension Cell {
  /// Reads the cells in the order of the table.
  ///
  /// - Throws: `ExpansionError.missingColumn` or `.unreadable`.
  package static func all(in table: PlainTable) throws(ExpansionError) -> [Cell] {
    var cells: [Cell] = []
    for row in table.rows {
      cells.append(try Cell(Fields(table: table, row: row)))
    }
    return cells
  }

  private init(_ fields: Fields) throws(ExpansionError) {
    let partition = try fields.text("partition")
    guard let known = Partition(rawValue: partition) else {
      throw try fields.unreadable("partition")
    }
    guard let count = try fields.integer("n"), count >= 0 else {
      throw try fields.unreadable("n")
    }
    self.partition = known
    self.count = count
    id = try fields.text("cell_id")
    table = try fields.text("table_name")
    inventory = try fields.text("inventory")
    agency = try fields.text("agency")
    level = try fields.integer("level")
    levelMin = try fields.integer("level_min")
    levelMax = try fields.integer("level_max")
    field = try fields.text("field")
    online = try fields.boolean("online")
    integrated = try fields.boolean("integrated_npsp")
    over12Dossiers = try fields.boolean("dossiers_gt12")
    over30PercentOnline = try fields.boolean("online_share_gt30")
    listed = try fields.boolean("listed38")
    rolledOut = try fields.boolean("rolled_out")
    document = try fields.text("doc")
    asOf = try fields.text("as_of")
    basis = try fields.text("basis")
  }
}

/// One row of the table of cells, read by column name.
private struct Fields {
  let table: PlainTable
  let row: [String]

  func text(_ column: String) throws(ExpansionError) -> String {
    row[try table.index(of: column)]
  }

  func integer(_ column: String) throws(ExpansionError) -> Int? {
    let text = try text(column)
    if text.isEmpty { return nil }
    guard let value = Int(text) else { throw try unreadable(column) }
    return value
  }

  func boolean(_ column: String) throws(ExpansionError) -> Bool? {
    switch try text(column) {
    case "": nil
    case "true": true
    case "false": false
    default: throw try unreadable(column)
    }
  }

  func unreadable(_ column: String) throws(ExpansionError) -> ExpansionError {
    .unreadable(cell: try text("cell_id"), column: column, text: try text(column))
  }
}
