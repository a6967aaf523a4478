@testable import Tally
@testable import TallySyntax

/// A named meaning.
struct OracleColumn {
  var name: String
  var meaning: Meaning
}

/// One aggregate of a step.
struct OracleCall {
  var name: String
  /// Where it is written, which tells it from others of its name; nil within a measure.
  var place: Int?
  /// What is computed, in words: calls of the same words are one.
  var words = ""
  var function: AggregateFunction
  var isDistinct = false
  var operands: [Meaning] = []
  var fraction: ExactDecimal?
  var condition: OracleFilter?
  /// The keys whose equal values make the group; nothing for all keys.
  var within: [Int]?
  /// The joined tables each of whose rows counts once in each group; nothing for the rows as they
  /// are.
  var locality: [Int]?
  var type: ColumnType

  /// What the values are where they can't be added up.
  var additivity: Additivity? {
    switch function {
    case .average, .median, .percentile: .averages
    case .variance, .stddev, .corr: .deviations
    case .count: isDistinct ? .distinctCounts : nil
    case .sum, .min, .max, .first, .last: nil
    }
  }
}

/// The keys of a step that groups, what it computes, and, once rows are known, its rows.
final class OracleGroups {
  private(set) var keys: [(column: OracleColumn, words: String)] = []
  /// The items by name, for `having` and `order by`.
  var items: [OracleColumn] = []
  private(set) var calls: [OracleCall] = []
  /// The windows over the groups that `having` keeps.
  var windows: [OracleWindow] = []
  /// The joined tables' places among the partners.
  var members: [Int?] = []
  /// Their names in small letters; nothing for a step before.
  var memberNames: [String?] = []
  private(set) var rows: [OracleRow] = []
  private(set) var isEager = true
  /// The keys of each row.
  private(set) var rowKeys: [[CellValue]] = []

  func addKey(_ column: OracleColumn, words: String) { keys.append((column, words)) }

  func key(named name: String) -> Int? {
    keys.firstIndex { $0.column.name.lowercased() == name }
  }

  func key(written words: String) -> Int? {
    keys.firstIndex { $0.words == words }
  }

  /// A key's value of a group.
  func meaning(_ key: Int) -> Meaning {
    let own = keys[key].column.meaning
    var meaning = Meaning(type: own.type, mayBeWide: own.mayBeWide) { row in
      Outcome(value: row.group?.keys[key] ?? .missing)
    }
    meaning.bands = own.labels
    return meaning
  }

  /// Whether a group with some keys stands before a group with others.
  func isBefore(_ first: [CellValue?], _ second: [CellValue?]) -> Bool {
    for (place, (one, other)) in zip(first, second).enumerated() {
      if let one, let other, one != other {
        return OracleOrder(meaning(place)).isBefore(one, other)
      }
    }
    return false
  }

  /// An aggregate's value of a group.
  func meaning(_ call: OracleCall) -> Meaning {
    calls.append(call)
    return Meaning(
      type: call.type, mayBeWide: true, additivity: call.additivity
    ) { [unowned self] row in
      guard let group = row.group else { throw Refusal.invalid("an aggregate without a group") }
      return Outcome(value: try result(call, rows(of: group, within: call.within)))
    }
  }

  // MARK: Rows

  /// Takes in the rows that passed all conditions.
  func take(_ rows: [OracleRow], isEager: Bool) throws {
    self.isEager = isEager
    self.rows = rows
    rowKeys = try rows.map { row in try keys.map { try $0.column.meaning.value(row).value } }
    guard isEager else { return }
    // Operands are computed for all rows, also where no aggregate asks for them.
    for call in calls {
      for row in rows {
        for operand in call.operands { _ = try operand.value(row) }
        _ = try call.condition?.condition.value(row)
      }
    }
  }

  /// The groups that keep the values of some keys, in the order of those keys.
  func groups(keeping kept: [Int]) -> [OracleGroup] {
    var found: [[CellValue?]] = []
    var known = Set<[CellValue?]>()
    for keys in rowKeys {
      let values = keys.enumerated().map { kept.contains($0.offset) ? $0.element : nil }
      if known.insert(values).inserted { found.append(values) }
    }
    if kept.isEmpty, found.isEmpty { found = [Array(repeating: nil, count: keys.count)] }
    found.sort(by: isBefore)
    return found.map { OracleGroup(keys: $0) }
  }

  private func rows(of group: OracleGroup, within: [Int]?) -> [OracleRow] {
    rows.indices.filter { isIn(group, $0, within: within) }.map { rows[$0] }
  }

  private func isIn(_ group: OracleGroup, _ row: Int, within: [Int]?) -> Bool {
    let compared = (within ?? Array(keys.indices)).filter { group.keys[$0] != nil }
    guard compared.allSatisfy({ rowKeys[row][$0] == group.keys[$0] }) else { return false }
    // Where several groups are gathered, wider ones are all rows.
    return within != nil || group.members?.contains { isIn($0, row, within: nil) } ?? true
  }

  /// Computes all aggregates of some groups, whether anybody asks for them or not.
  func computeAll(_ groups: [OracleGroup]) throws {
    guard isEager else { return }
    for group in groups {
      for call in calls { _ = try result(call, rows(of: group, within: call.within)) }
    }
  }

  private func result(_ call: OracleCall, _ rows: [OracleRow]) throws -> CellValue {
    let counted = try once(
      call,
      try rows.filter { row in
        try call.condition.map { try $0.condition.value(row).isTrue } ?? true
      })
    do {
      return try GroupingOracle.result(
        call.function, isDistinct: call.isDistinct, fraction: call.fraction,
        operands: try call.operands.map { operand in
          try counted.map { try operand.value($0).value }
        }, rowCount: counted.count, type: call.type)
    } catch is GroupingOracle.Overflow {
      throw Refusal.overflow
    }
  }

  /// The values that a call left out.
  func skipped(_ call: OracleCall) throws -> Int {
    var byGroup: [[CellValue]: [OracleRow]] = [:]
    for (row, keys) in zip(rows, rowKeys) {
      let isCounted = try call.condition.map { try $0.condition.value(row).isTrue } ?? true
      if isCounted { byGroup[keys, default: []].append(row) }
    }
    var skipped = 0
    for rows in byGroup.values {
      skipped += try once(call, rows).count { row in
        try call.operands.contains { try $0.value(row).isMissing }
      }
    }
    return skipped
  }

  /// The rows of a group, of those that are made of the same rows of a call's tables the first.
  private func once(_ call: OracleCall, _ rows: [OracleRow]) throws -> [OracleRow] {
    guard let locality = call.locality else { return rows }
    var known = Set<[Int]>()
    return rows.filter { row in
      let numbers = locality.compactMap { member in
        members[member].map { row.partnerNumbers[$0] } ?? row.number
      }
      return numbers.count == locality.count && known.insert(numbers).inserted
    }
  }
}

/// A group, or several in one.
struct OracleGroup {
  /// The values of the keys; nothing for a key that the group does not keep.
  var keys: [CellValue?]
  /// The groups that are gathered in this one.
  var members: [OracleGroup]?
  /// Whether no row is in it, and `fill` made it.
  var isFilled = false
}
