/// Finds the row of a table by the values of its key columns, which must be unique.
///
///     key 1 ─┐
///            ├─ number of the pair ─┐
///     key 2 ─┘                      ├─ … ─ row
///     key 3 ────────────────────────┘
///
/// Missing keys meet nothing.
struct LookupIndex: Sendable {
  private let keys: [KeyNumbers]
  private var pairs: [[Pair: Int64]]
  private var rows: [Int64: UInt32] = [:]

  private struct Pair: Hashable, Sendable {
    var left: Int64
    var right: Int64
  }

  /// Indexes a table by columns; throws where two rows have equal keys.
  init(_ plan: LookupPlan) throws(QueryError) {
    let columns = plan.keys.map { plan.table.columns[$0.column] }
    keys = zip(columns, plan.keys).map { KeyNumbers($0, scale: $1.left.type.scale) }
    pairs = Array(repeating: [:], count: Swift.max(0, columns.count - 1))
    rows.reserveCapacity(plan.table.rowCount)
    for row in 0..<plan.table.rowCount {
      var numbers: [Int64] = []
      for (column, key) in zip(columns, keys) {
        if let number = key.number(column[row]) { numbers.append(number) }
      }
      if numbers.count < columns.count { continue }
      let key = intern(numbers)
      if let other = rows.updateValue(UInt32(truncatingIfNeeded: row), forKey: key) {
        throw Self.duplicate(plan, Int(other), row)
      }
    }
  }

  private mutating func intern(_ numbers: [Int64]) -> Int64 {
    var key = numbers[0]
    for (place, number) in numbers.dropFirst().enumerated() {
      let pair = Pair(left: key, right: number)
      if let known = pairs[place][pair] {
        key = known
      } else {
        key = Int64(pairs[place].count)
        pairs[place][pair] = key
      }
    }
    return key
  }

  private static func duplicate(_ plan: LookupPlan, _ first: Int, _ second: Int) -> QueryError {
    let values = plan.keys.map { key in
      plan.table.columnNames[key.column] + " = "
        + (plan.table.columns[key.column][first].text(in: .csv) ?? "missing")
    }
    return QueryError(
      kind: .type,
      diagnostics: [
        Diagnostic(
          .lookupNotUnique,
          "a lookup needs one row for each key, and rows \(first + 1) and \(second + 1) of"
            + " \(plan.name) have \(values.joined(separator: ", "))", at: plan.span,
          help: ["keep one row of each key first, or use `join many` if several are meant"])
      ])
  }

  /// Readers of the keys of a worker's batches.
  func makeProbes() -> [KeyProbe] { keys.map { KeyProbe($0) } }

  /// What the keys of a batch meet.
  struct Outcome {
    var matched = 0
    var missingKeys = 0
  }

  /// Finds the partners of `count` rows; ``Batch/noPartner`` where there is none. The partner of
  /// row `i` is written at `places[i]`, or at `i` where that is nil.
  func find(
    _ probes: [KeyProbe], count: Int, places: UnsafePointer<UInt32>?,
    into partners: UnsafeMutablePointer<UInt32>
  ) -> Outcome {
    var outcome = Outcome()
    for row in 0..<count {
      let place = places.map { Int($0[row]) } ?? row
      partners[place] = Batch.noPartner
      if probes.contains(where: { $0.isMissing(row) }) {
        outcome.missingKeys += 1
        continue
      }
      guard let key = key(probes, row), let partner = rows[key] else { continue }
      partners[place] = partner
      outcome.matched += 1
    }
    return outcome
  }

  private func key(_ probes: [KeyProbe], _ row: Int) -> Int64? {
    guard var key = probes[0].number(row) else { return nil }
    for (place, probe) in probes.dropFirst().enumerated() {
      guard let number = probe.number(row),
        let known = pairs[place][Pair(left: key, right: number)]
      else { return nil }
      key = known
    }
    return key
  }
}

extension DiagnosticCode {
  static let lookupNotUnique = DiagnosticCode(
    "T0421", "A table that is looked up has several rows with one key.")
}
