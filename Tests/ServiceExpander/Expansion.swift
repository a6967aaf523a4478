/// The tables of services, one row per service, rebuilt from the counts in `cells.csv`.
///
/// The order is fixed: main cells as they stand in the file, and in a cell the services that a
/// margin marks before the others. Identifiers count from 1 per agency and level.
package struct Expansion: Sendable {
  /// The tables that are made, by name; a file is `<name>.csv`.
  package static let tableNames = ["services", "portal_services", "hanoi_2017_services"]

  private static let commonColumns = [
    "service_id", "inventory", "agency", "as_of", "level", "level_min", "level_max", "field",
    "online", "integrated_npsp", "dossiers_gt12", "online_share_gt30", "listed38",
  ]

  private let cells: [Cell]
  private let assignments: [String: Assignment]

  /// Prepares the expansion of all cells.
  ///
  /// - Throws: `ExpansionError.marginMismatch` if a margin does not fit its main cells.
  package init(of cells: [Cell]) throws(ExpansionError) {
    self.cells = cells
    assignments = try Self.assignments(in: cells)
  }

  /// The rows of one of `tableNames`.
  package func table(named name: String) -> PlainTable {
    let hasRollOut = name == "hanoi_2017_services"
    var issued: [String: Int] = [:]
    var rows: [[String]] = []
    for cell in cells where cell.partition == .main && cell.table == name {
      let prefix = Self.identifierPrefix(of: cell)
      for position in 0..<cell.count {
        let number = issued[prefix, default: 0] + 1
        issued[prefix] = number
        let id = prefix + Self.padded(number)
        rows.append(row(id: id, position: position, cell: cell, hasRollOut: hasRollOut))
      }
    }
    let columns = Self.commonColumns + (hasRollOut ? ["rolled_out"] : []) + ["doc", "basis"]
    return PlainTable(columns: columns, rows: rows)
  }

  private func row(id: String, position: Int, cell: Cell, hasRollOut: Bool) -> [String] {
    var service = cell
    if let assignment = assignments[cell.id] {
      let isMarked = position < assignment.marked[cell.id, default: 0]
      switch assignment.column {
      case .integrated: service.integrated = isMarked
      case .over30PercentOnline: service.over30PercentOnline = isMarked
      }
      service.basis = "assigned"
    }
    var row = [id, service.inventory, service.agency, service.asOf]
    row += [service.level, service.levelMin, service.levelMax].map(Self.text)
    row.append(service.field)
    row += [
      service.online, service.integrated, service.over12Dossiers, service.over30PercentOnline,
      service.listed,
    ].map(Self.text)
    if hasRollOut { row.append(Self.text(service.rolledOut)) }
    return row + [service.document, service.basis]
  }

  private static func assignments(
    in cells: [Cell]
  ) throws(ExpansionError) -> [String: Assignment] {
    var result: [String: Assignment] = [:]
    for margin in cells where margin.partition != .main {
      let column: Assignment.Column =
        margin.partition == .integrated ? .integrated : .over30PercentOnline
      // The true side stands for both, so each margin is distributed once.
      guard margin.value(of: column) == true else { continue }
      let sides = cells.filter {
        $0.partition == margin.partition && $0.inventory == margin.inventory
          && $0.levelMin == margin.levelMin && $0.levelMax == margin.levelMax
      }
      let mainCells = cells.filter {
        $0.partition == .main && $0.inventory == margin.inventory && $0.isWithin(margin)
      }
      let assignment = try Assignment(column, margin: sides, over: mainCells)
      for cell in mainCells { result[cell.id] = assignment }
    }
    return result
  }

  private static func identifierPrefix(of cell: Cell) -> String {
    let agency = cell.inventory.prefix { $0 != "-" }
    let level =
      switch (cell.level, cell.levelMin, cell.levelMax) {
      case (let level?, _, _): "\(level)"
      case (nil, let low?, let high?): "\(low)\(high)"
      default: "X"
      }
    return "\(agency)-L\(level)-"
  }

  private static func padded(_ number: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }

  private static func text(_ value: Int?) -> String { value.map { "\($0)" } ?? "" }

  private static func text(_ value: Bool?) -> String { value.map { "\($0)" } ?? "" }
}

extension Cell {
  fileprivate func isWithin(_ band: Cell) -> Bool {
    guard let level, let low = band.levelMin, let high = band.levelMax else { return false }
    return low <= level && level <= high
  }
}
