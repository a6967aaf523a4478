/// Some consecutive rows of a table, of which some are selected.
///
///     rows of the table:  … start … start + count …
///     selection:              0, 3, 4, 9 …            (offsets from start, ascending)
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

  /// A batch in which all rows are selected.
  init(columns: [Column], start: Int, count: Int) {
    self.columns = columns
    self.start = start
    self.count = count
    selection = nil
    selectedCount = count
  }
}
