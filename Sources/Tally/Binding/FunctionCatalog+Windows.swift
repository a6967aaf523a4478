extension FunctionCatalog {
  /// The names of the windows.
  static let windowNames: [String] = windowEntries.map(\.name).sorted()

  /// The window of a name without regard to case, or nil.
  static func windowEntry(_ name: String) -> Entry? {
    windowEntries.first { $0.name == name.lowercased() }
  }

  /// The functions that compute a row's value from other rows, and `raw`, which lets aggregates take
  /// what they would refuse. Their examples are of the second of
  /// three rows, in which x is 10, 20 and 40.
  static let windowEntries: [Entry] = [
    Entry(
      name: "rank", signatures: ["rank(x)", "rank(x within key)"],
      summary: "The place of a value from the largest down; equal ones share it, as in 1, 2, 2, 4.",
      example: ("rank(x)", "2")),
    Entry(
      name: "dense_rank", signatures: ["dense_rank(x)", "dense_rank(x within key)"],
      summary: "The place among distinct values from the largest down, as in 1, 2, 2, 3.",
      example: ("dense_rank(x)", "2")),
    Entry(
      name: "percent_rank", signatures: ["percent_rank(x)", "percent_rank(x within key)"],
      summary: "The part of the other rows whose value is smaller.",
      example: ("percent_rank(x)", "50.0%")),
    Entry(
      name: "tile", signatures: ["tile(x, parts)", "tile(x, parts within key)"],
      summary: "Which of so many parts of equal size a value lies in, from the smallest up.",
      example: ("tile(x, 3)", "2")),
    Entry(
      name: "row_number", signatures: ["row_number()", "row_number(within key)"],
      summary: "The place of the row in the order, counted from 1.",
      example: ("row_number()", "2")),
    Entry(
      name: "previous", signatures: ["previous(x)", "previous(x, rows within key)"],
      summary: "The value of the row before, or so many rows before.",
      example: ("previous(x)", "10")),
    Entry(
      name: "next", signatures: ["next(x)", "next(x, rows within key)"],
      summary: "The value of the next row, or so many rows on.", example: ("next(x)", "40")),
    Entry(
      name: "running", signatures: ["running(x)", "running(max(x) within key)"],
      summary: "The sum, or another aggregate, of this row and all before it.",
      example: ("running(x)", "30")),
    Entry(
      name: "trend", signatures: ["trend(x)", "trend(x, ahead within key)"],
      summary: "The height of the straight line through the values, at the row or so much later.",
      example: ("trend(x, 1)", "38.333333333333336")),
    Entry(
      name: "slope", signatures: ["slope(x)", "slope(x within key)"],
      summary: "How much that line rises from one period, day or row to the next.",
      example: ("slope(x)", "15.0")),
    Entry(
      name: "raw", signatures: ["raw(x)"],
      summary: "The value itself: averages and ratios of groups, taken for what they are.",
      example: ("raw(x)", "20")),
  ]
}
