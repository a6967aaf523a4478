extension StepRunner {
  /// The most cells of which the receipt gives the bounds.
  private static let namedCells = 1000
  /// The most cells that are bounded: more tell a reader nothing.
  private static let mostCells = 100_000

  /// Notes the results that go across two columns of which only the margins were published.
  mutating func note(_ cross: UnpublishedCross, _ input: StepInput) throws(QueryError) {
    guard try rowCount(of: cross.rows, input) > 0 else { return }
    for measure in cross.measures {
      var entry = Receipt.UnpublishedCross(
        columns: cross.columns, condition: cross.condition, result: measure.name)
      if let margins = measure.margins, let cells = try cells(margins, input) {
        if cells.isEmpty { continue }
        entry.cells = Array(cells.prefix(Self.namedCells))
        entry.otherCells = cells.count - entry.cells.count
      }
      receipt.unpublishedCrosses.append(entry)
    }
  }

  /// The numbers of rows by the values of keys, in the order of the keys.
  private func counts(_ count: UnpublishedCross.Count, _ input: StepInput) throws(QueryError)
    -> MarginCounts?
  {
    let table = try answer(of: count.plan, input)
    if table.rowCount > Self.mostCells { return nil }
    return MarginCounts(keys: count.keys, table)
  }

  /// The cells that could be otherwise; nil where they are too many.
  private func cells(_ margins: UnpublishedCross.Margins, _ input: StepInput) throws(QueryError)
    -> [Receipt.UnpublishedCross.Cell]?
  {
    guard let all = try counts(margins.all, input), let first = try counts(margins.first, input),
      let second = try counts(margins.second, input),
      let certain = try counts(margins.certain, input),
      let shown = try counts(margins.shown, input)
    else { return nil }
    var whole: MarginCounts?
    if let count = margins.whole {
      whole = try counts(count, input)
      if whole == nil { return nil }
    }
    let firsts = first.byStratum(all.keys)
    let seconds = second.byStratum(all.keys)
    let size = all.rows.reduce(0) {
      $0 + (firsts[$1.key]?.count ?? 0) * (seconds[$1.key]?.count ?? 0)
    }
    if size > Self.mostCells { return nil }
    var cells: [Receipt.UnpublishedCross.Cell] = []
    for stratum in all.rows {
      for a in firsts[stratum.key] ?? [] {
        for b in seconds[stratum.key] ?? [] {
          let least = max(0, a.count + b.count - stratum.count)
          let greatest = min(a.count, b.count)
          if least == greatest { continue }
          let keys = first.merged(a.key, second, b.key)
          let fixed = certain.count(keys)
          let value = { (count: Int128) -> CellValue in
            guard let whole else { return .integer(fixed + count) }
            let rows = whole.count(whole.keys.map { keys[$0] })
            return rows == 0 ? .missing : .ratio(quotient(fixed + count, rows))
          }
          cells.append(
            Receipt.UnpublishedCross.Cell(
              keys: keys, shown: value(shown.count(keys)), least: value(least),
              greatest: value(greatest)))
        }
      }
    }
    return cells
  }
}

/// Numbers of rows by the values of some keys.
private struct MarginCounts {
  let keys: [Int]
  let rows: [(key: [CellValue], count: Int128)]
  private let known: [[CellValue]: Int128]

  init(keys: [Int], _ table: Table) {
    self.keys = keys
    rows = (0..<table.rowCount).map { row in
      var count: Int128 = 0
      if case .integer(let number) = table.columns[keys.count][row] { count = number }
      return (keys.indices.map { table.columns[$0][row] }, count)
    }
    known = Dictionary(rows.map { ($0.key, $0.count) }) { first, _ in first }
  }

  /// The rows of one group; 0 where there is none.
  func count(_ key: [CellValue]) -> Int128 { known[key] ?? 0 }

  /// The groups by the values of some of the keys.
  func byStratum(_ wanted: [Int]) -> [[CellValue]: [(key: [CellValue], count: Int128)]] {
    let places = wanted.compactMap { key in keys.firstIndex(of: key) }
    return Dictionary(grouping: rows) { row in places.map { row.key[$0] } }
  }

  /// The values of the keys of two counts, in the order of the step's keys.
  func merged(_ key: [CellValue], _ other: MarginCounts, _ otherKey: [CellValue]) -> [CellValue] {
    var values: [Int: CellValue] = [:]
    for (place, value) in zip(keys, key) { values[place] = value }
    for (place, value) in zip(other.keys, otherKey) { values[place] = value }
    return values.sorted { $0.key < $1.key }.map(\.value)
  }
}
