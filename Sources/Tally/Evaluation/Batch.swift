/// Some consecutive rows of a table, of which some are selected.
///
///     rows of the table:  … start … start + count …
///     selection:              0, 3, 4, 9 …            (offsets from start, ascending)
///     partners[slot]:         7, ?, ?, 2, none …      (rows of a table that is looked up)
struct Batch {
  /// The columns of the table.
  let columns: [Column]
  /// The first row.
  var start: Int
  /// The number of rows, selected or not.
  var count: Int
  /// The offsets of the selected rows; nil where all are selected.
  var selection: UnsafePointer<UInt32>?
  /// The number of selected rows.
  var selectedCount: Int
  /// For each lookup, one row of its table per row of the batch by offset, or ``noPartner``.
  /// Only those of selected rows are read.
  var partners: [UnsafePointer<UInt32>] = []

  /// Stands for a row that found no partner: all its looked-up values are missing.
  static let noPartner = UInt32.max

  /// A batch in which all rows are selected.
  init(columns: [Column], start: Int, count: Int) {
    self.columns = columns
    self.start = start
    self.count = count
    selection = nil
    selectedCount = count
  }

  /// The row of the table that a selected row is, counted from 0.
  func row(_ place: Int) -> Int {
    start + (selection.map { Int($0[place]) } ?? place)
  }
}
