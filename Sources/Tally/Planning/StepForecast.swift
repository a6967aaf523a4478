/// What a step on a table is expected to meet and to take, told by `explain` beside what a run met.
///
/// Times are what one thread took for a row in measurements on one machine: a guide by which ways
/// can be compared, not a promise.
struct StepForecast {
  /// The rows of the table.
  let rowCount: Int
  /// The rows expected to pass all conditions and joins.
  private(set) var rowsKept: Double
  /// The time expected, in nanoseconds of one thread.
  private(set) var nanoseconds = 0.0

  /// Nil where only a run can tell: for rows that other steps make.
  init?(_ step: StepPlan, _ groups: GroupStrategy?) {
    guard case .table(let table, _) = step.rows.input else { return nil }
    let estimate = RowEstimate(step.rows, of: table)
    rowCount = table.rowCount
    rowsKept = Double(rowCount)
    for stage in step.rows.stages {
      switch stage {
      case .filter(let filter):
        nanoseconds += rowsKept * Self.nanoseconds(ofComputing: filter.condition)
        rowsKept *= estimate.share(filter.condition)
      case .lookup(let slot):
        let lookup = step.rows.lookups[slot - step.rows.givenSlots]
        nanoseconds += Double(lookup.table.rowCount) * 4
        nanoseconds += rowsKept * lookup.nanosecondsPerRow
        if lookup.join == .inner { rowsKept *= estimate.share(lookup) }
      }
    }
    // Rows are put in the order of a window, and then given their places.
    nanoseconds += rowsKept * 60 * Double(step.rows.windows.count)
    if step.groups == nil {
      addRows(step.result)
    } else {
      nanoseconds += rowsKept * Double(groups?.nanosecondsPerRow ?? 10)
    }
  }

  private mutating func addRows(_ result: ResultPlan) {
    let keys = result.isDistinct ? result.outputs.count : result.order.count
    let isSorted = keys > 0 && (result.limit == nil || result.isDistinct)
    nanoseconds += rowsKept * (isSorted ? 30 * Double(keys) : 1)
    var given = rowsKept
    if let most = result.limit ?? (result.top?.within.isEmpty ?? false ? result.top?.count : nil) {
      given = min(given, Double(most))
    }
    for output in result.outputs {
      nanoseconds += given * Self.nanoseconds(ofComputing: output.expression)
    }
  }

  /// What a row takes: its values are read, then each operation runs batch by batch.
  private static func nanoseconds(ofComputing expression: BoundExpression) -> Double {
    var total = 0.3
    var open = [expression]
    while let next = open.popLast() {
      switch next.kind {
      case .column, .lookedUp, .constant, .queryValue: total += 0.3
      case .textMatch, .call, .membership, .conditional: total += 5
      default: total += 0.5
      }
      open += next.operands
    }
    return total
  }

  /// The rows that pass, in words, beside those that did.
  func passing(_ met: Receipt.Step?) -> String {
    let expected = "about \(Int(rowsKept.rounded())) of \(rowCount) rows"
    guard let met else { return "\(expected) are expected to pass" }
    return "\(expected) were expected to pass; \(met.rowsKept) did"
  }

  /// The time, in words.
  var cost: String { "expected: about \(Self.duration(nanoseconds)) of one thread" }

  /// Nanoseconds with two digits that count, in the unit that suits them.
  static func duration(_ nanoseconds: Double) -> String {
    var unit = 1.0
    var name = "ns"
    for (size, other) in [(1e3, "µs"), (1e6, "ms"), (1e9, "s")] where nanoseconds >= size * 0.995 {
      (unit, name) = (size, other)
    }
    let number = nanoseconds / unit
    guard number.isFinite, number < 1e15 else { return "very long" }
    if number < 9.95 {
      let tenths = Int((number * 10).rounded())
      return tenths % 10 == 0 ? "\(tenths / 10) \(name)" : "\(tenths / 10).\(tenths % 10) \(name)"
    }
    if number < 99.5 { return "\(Int(number.rounded())) \(name)" }
    return "\(Int((number / 10).rounded()) * 10) \(name)"
  }
}

extension LookupPlan {
  /// What finding one row takes: an array that the cache holds, one that it doesn't, a hash table.
  fileprivate var nanosecondsPerRow: Double {
    switch form {
    case .positions(let count): count > 1 << 18 ? 5 : 1.5
    case .slots: table.rowCount > 1 << 16 ? 20 : 6
    case nil: 15
    }
  }
}
