extension ColumnReport {
  /// A cell that contradicted readings which had held for the rows before.
  package struct LateRejection: Sendable {
    /// The readings, in the order in which they fell.
    package var readings: [String]
    /// The cell.
    package let cell: String
    /// Where the cell is.
    package let place: LoadReport.Place
  }

  /// The readings that held for some rows before a cell contradicted them, by that cell; those that
  /// the first value ruled out tell nothing.
  package var lateRejections: [LateRejection] {
    let first = rejected.map(\.place.line).min() ?? 0
    var result: [LateRejection] = []
    for rejection in rejected where rejection.place.line > first {
      if let last = result.last, last.place == rejection.place, last.cell == rejection.cell {
        result[result.count - 1].readings.append(rejection.reading)
      } else {
        result.append(
          LateRejection(
            readings: [rejection.reading], cell: rejection.cell, place: rejection.place))
      }
    }
    return result
  }
}
