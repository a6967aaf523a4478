import TallySyntax

extension ScriptRunner {
  /// `by_agency matches "golden/by_agency.csv" within 1e-9`: the same columns, and the same rows in the
  /// same order. Numbers may differ by as much as is said, other values not at all.
  func findDifferences(
    _ query: QuerySyntax, _ file: String, _ tolerance: NumberSyntax?, at span: SourceSpan
  ) throws(QueryError) -> Finding {
    let table = try run(query)
    let expected = try golden(file, at: span)
    var finding = Finding(failed: 0, tested: table.rowCount, receipt: table.receipt)
    if table.columnNames != expected.columnNames {
      finding.failed = 1
      finding.text =
        "the columns are \(table.columnNames.joined(separator: ", ")), and those of the file"
        + " \(expected.columnNames.joined(separator: ", "))"
      return finding
    }
    let comparison = CellComparison(
      tolerance: tolerance.map { ExactDecimal(coefficient: $0.coefficient, scale: $0.scale) })
    var differences = Differences()
    let context = makeContext()
    for row in 0..<min(table.rowCount, expected.rowCount) {
      if row & 0xFFF == 0 { try context.checkCancellation() }
      for (index, name) in table.columnNames.enumerated() {
        let (found, wanted) = (table.columns[index][row], expected.columns[index][row])
        if comparison.agree(found, wanted) { continue }
        differences.add(row, name, found, wanted, limit: Self.shownRows)
      }
    }
    finding.failed = differences.rows + abs(table.rowCount - expected.rowCount)
    if finding.failed == 0 { return finding }
    finding.text =
      table.rowCount == expected.rowCount
      ? "\(counted(differences.rows, "row")) \(differences.rows == 1 ? "differs" : "differ")"
      : "\(counted(table.rowCount, "row")) instead of \(expected.rowCount)"
    finding.rows = try differences.table()
    return finding
  }

  /// A file that an answer was saved to, as CSV writes numbers unless the script says otherwise.
  private func golden(_ file: String, at span: SourceSpan) throws(QueryError) -> Table {
    var loading = options.loading
    if loading.numbers == nil { loading.numbers = .decimalPoint }
    return try self.file(file, at: span, loading)
  }
}

/// How values of an answer are held against those of a file.
private struct CellComparison {
  /// By how much numbers may differ.
  let tolerance: ExactDecimal?

  func agree(_ found: CellValue, _ expected: CellValue) -> Bool {
    if found == expected { return true }
    if found == .missing || expected == .missing { return false }
    if found.text(in: .csv) == expected.text(in: .csv) { return true }
    guard let first = found.double, let second = expected.double else { return false }
    guard let tolerance else { return first == second }
    if let left = found.exact, let right = expected.exact,
      let difference = left.distance(to: right)
    {
      return difference <= tolerance
    }
    return abs(first - second) <= tolerance.doubleValue
  }
}

/// The first differences between two tables.
private struct Differences {
  /// The rows that differ.
  var rows = 0
  private var lastRow = -1
  private var numbers: [Int64?] = []
  private var texts: [[String?]] = [[], [], []]

  mutating func add(
    _ row: Int, _ column: String, _ found: CellValue, _ expected: CellValue, limit: Int
  ) {
    if row != lastRow { rows += 1 }
    lastRow = row
    guard numbers.count < limit else { return }
    numbers.append(Int64(row + 1))
    texts[0].append(column)
    texts[1].append(found.text(in: .csv))
    texts[2].append(expected.text(in: .csv))
  }

  func table() throws(QueryError) -> Table? {
    if numbers.isEmpty { return nil }
    return Table(
      names: ["row", "column", "found", "expected"],
      columns: [
        try .integers(numbers), try .texts(texts[0]), try .texts(texts[1]),
        try .texts(texts[2]),
      ], rowCount: numbers.count)
  }
}

extension CellValue {
  fileprivate var exact: ExactDecimal? {
    switch self {
    case .integer(let whole): ExactDecimal(coefficient: whole, scale: 0)
    case .decimal(let number), .percent(let number): number
    default: nil
    }
  }

  fileprivate var double: Double? {
    switch self {
    case .float(let number), .ratio(let number): number
    default: exact?.doubleValue
    }
  }
}

extension ExactDecimal {
  /// How far apart two numbers are; nil where 128 bits do not hold it.
  fileprivate func distance(to other: ExactDecimal) -> ExactDecimal? {
    let scale = max(scale, other.scale)
    guard let first = coefficient(atScale: scale), let second = other.coefficient(atScale: scale)
    else { return nil }
    let (difference, overflow) = first.subtractingReportingOverflow(second)
    if overflow || difference == .min { return nil }
    return ExactDecimal(coefficient: abs(difference), scale: scale)
  }
}
