/// How many services of each main cell get `true` in a column known only as a margin.
///
/// A document that gives two margins of a table does not give the cells where they cross. Rows
/// must have some value there, so it is assigned by a fixed rule and their basis says so.
package struct Assignment: Equatable, Sendable {
  /// The column a margin is about.
  package enum Column: String, Sendable {
    /// Proportional to the size of the main cells, by largest remainder.
    case integrated = "integrated_npsp"
    /// Services with more than 12 dossiers a year before the others.
    case over30PercentOnline = "online_share_gt30"
  }

  /// The column that the margin is about.
  package let column: Column
  /// The number of services to be marked, by the identifier of the main cell.
  package let marked: [String: Int]

  /// Distributes the true side of a margin over the main cells of its levels.
  ///
  /// - Parameters:
  ///   - column: The column the margin is about.
  ///   - margin: Both sides of the margin for one band of levels.
  ///   - mainCells: The main cells of the same inventory within that band.
  /// - Throws: `ExpansionError.marginMismatch` if the sides do not cover the services.
  package init(
    _ column: Column, margin: [Cell], over mainCells: [Cell]
  ) throws(ExpansionError) {
    let services = mainCells.reduce(0) { $0 + $1.count }
    let covered = margin.reduce(0) { $0 + $1.count }
    guard covered == services else {
      throw .marginMismatch(
        inventory: margin.first?.inventory ?? "", column: column.rawValue,
        margin: covered, services: services)
    }
    let marks = margin.filter { $0.value(of: column) == true }.reduce(0) { $0 + $1.count }
    let shares =
      switch column {
      case .integrated: Self.proportional(marks, over: mainCells.map(\.count))
      case .over30PercentOnline: Self.activeFirst(marks, over: mainCells)
      }
    self.column = column
    marked = Dictionary(uniqueKeysWithValues: zip(mainCells.map(\.id), shares))
  }

  /// Splits `total` in proportion to `sizes` by largest remainder; the earlier one wins a tie.
  package static func proportional(_ total: Int, over sizes: [Int]) -> [Int] {
    let whole = sizes.reduce(0, +)
    guard whole > 0 else { return sizes.map { _ in 0 } }
    var shares = sizes.map { total * $0 / whole }
    let byRemainder = sizes.indices.sorted {
      let (left, right) = (total * sizes[$0] % whole, total * sizes[$1] % whole)
      return left == right ? $0 < $1 : left > right
    }
    for index in byRemainder.prefix(total - shares.reduce(0, +)) {
      shares[index] += 1
    }
    return shares
  }

  private static func activeFirst(_ total: Int, over cells: [Cell]) -> [Int] {
    var left = total
    var shares = cells.map { _ in 0 }
    for active in [true, false] {
      for (index, cell) in cells.enumerated() where (cell.over12Dossiers == true) == active {
        shares[index] = min(left, cell.count)
        left -= shares[index]
      }
    }
    return shares
  }
}

extension Cell {
  /// What the cell says in a column that margins are about.
  func value(of column: Assignment.Column) -> Bool? {
    switch column {
    case .integrated: integrated
    case .over30PercentOnline: over30PercentOnline
    }
  }
}
