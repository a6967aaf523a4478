@testable import Tally
@testable import TallySyntax

extension Resolver {
  /// Takes in the clauses of a step that look up, add and keep.
  mutating func extend(_ input: inout OracleInput, by step: StepSyntax) throws {
    groups = nil
    for clause in step.clauses {
      switch clause {
      case .lookup(let lookup):
        guard lookup.asOf == nil else { throw invalid("as of") }
        try addLookup(lookup.source, lookup.keys, to: &input)
      case .join(let join):
        guard [.inner, .left].contains(join.kind) else { throw invalid("a join") }
        if join.cardinality == .many {
          try multiply(&input, by: join)
          continue
        }
        try addLookup(join.source, join.keys, isInner: join.kind == .inner, to: &input)
      case .add(let add):
        for item in add.items {
          guard case .expression(let expression) = item.kind else { continue }
          let meaning = try value(expression, clause: "add")
          scope.entries.append(
            OracleScope.Entry(
              name: item.alias?.text ?? name(of: expression), qualifier: nil, meaning: meaning))
        }
      case .where(let clause):
        let filter = try filter(clause.condition, "where")
        if case .filter(let before)? = input.stages.last {
          // Conditions that follow one another are one.
          input.stages.removeLast()
          let both = OracleFilter(
            clause: "where", text: "\(before.text) and \(filter.text)",
            condition: all([before.condition, filter.condition], decisive: false))
          input.stages.append(.filter(both))
        } else {
          input.stages.append(.filter(filter))
        }
      case .from, .groupBy, .across, .having, .orderBy, .top, .limit, .append, .except, .unpivot:
        continue
      default: throw invalid("a clause that does not run")
      }
    }
  }

  /// A value that a step gives out or groups by; where it is a condition, it is watched.
  func value(_ expression: ExpressionSyntax, clause: String) throws -> Meaning {
    let meaning = try meaning(expression)
    if case .name = expression.kind { return meaning }
    if meaning.type == .boolean { watch(meaning, clause, text(expression.span)) }
    return meaning
  }

  private mutating func addLookup(
    _ source: SourceSyntax, _ keySyntax: [JoinKeySyntax], isInner: Bool = false,
    to input: inout OracleInput
  ) throws {
    guard case .table(let name) = source.kind else { throw invalid("a lookup") }
    let table = try oracle.table(name.text)
    let qualifier = source.alias?.text ?? name.text
    var keys: [(left: Meaning, column: Int)] = []
    for key in keySyntax {
      let (left, column) = try lookupKey(key, table, qualifier)
      let type = table.types[column]
      let areExact =
        left.type.isNumeric && type.isNumeric && !left.type.isFloating && !type.isFloating
      guard left.type == type || areExact else { throw invalid("keys of two types") }
      let isFiner = areExact && type.scale > left.type.scale
      keys.append((isFiner ? left.converted(to: .decimal(scale: type.scale)) : left, column))
    }
    let slot = input.lookupCount
    input.lookupCount += 1
    input.stages.append(
      .lookup(OracleLookup(name: qualifier, isInner: isInner, table: table, keys: keys)))
    for (index, column) in table.names.enumerated() {
      let meaning = Meaning(type: table.types[index]) { row in
        guard row.partners.indices.contains(slot), let partner = row.partners[slot] else {
          return Outcome(value: .missing)
        }
        return Outcome(value: partner[index])
      }
      scope.entries.append(
        OracleScope.Entry(
          name: column, qualifier: qualifier, meaning: meaning, isLookedUp: true))
    }
  }

  /// Runs what comes before a `join many`, and repeats rows.
  private mutating func multiply(_ input: inout OracleInput, by join: JoinSyntax) throws {
    let slot = input.lookupCount
    try addLookup(join.source, join.keys, to: &input)
    guard case .lookup(let lookup)? = input.stages.popLast() else { throw invalid("a join") }
    var receipt = Receipt.Step()
    var (rows, _) = try run(input, &receipt)
    var count = Receipt.LookupCount(table: lookup.name)
    count.leavesOut = join.kind == .inner
    var made = 0
    var joined: [OracleRow] = []
    var kept: [OracleRow] = []
    for index in rows.indices {
      let partners = try lookup.partners(rows[index], &count)
      made += partners.count
      if partners.isEmpty, join.kind == .inner { continue }
      kept.append(rows[index])
      for partner in partners.isEmpty ? [nil] : partners.map({ $0 }) {
        var row = rows[index]
        row.partners.append(partner)
        joined.append(row)
      }
    }
    rows = kept
    count.rowsMade = made
    receipt.lookups.append(count)
    receipt.rowsKept = rows.count
    receipt.rowsOut = joined.count
    for filter in input.watched { _ = try note(filter, rows, &receipt) }
    let finished = input.finished + [receipt]
    input = OracleInput(rows: joined)
    input.lookupCount = slot + 1
    input.finished = finished
  }

  private func lookupKey(_ key: JoinKeySyntax, _ table: OracleTable, _ qualifier: String) throws
    -> (Meaning, Int)
  {
    func column(_ expression: ExpressionSyntax) throws -> Int {
      guard case .name(let path) = expression.kind, let last = path.parts.last,
        let index = table.names.firstIndex(where: { $0.lowercased() == last.text.lowercased() })
      else { throw invalid("no column") }
      return index
    }
    switch key {
    case .shared(let path):
      let name = ExpressionSyntax(.name(path), at: path.span)
      return (try meaning(name), try column(name))
    case .equal(let first, let second):
      if case .name(let path) = first.kind, path.parts.count == 2,
        path.parts[0].text.lowercased() == qualifier.lowercased()
      {
        return (try meaning(second), try column(first))
      }
      return (try meaning(first), try column(second))
    case .condition: throw invalid("a condition")
    }
  }

  // MARK: Running

  /// The rows that pass all stages; the receipt says what happened on the way.
  func run(
    _ input: OracleInput, _ receipt: inout Receipt.Step
  ) throws -> (rows: [OracleRow], undecided: [[OracleRow]]) {
    receipt.source = input.name
    receipt.rowsRead = input.rows.count
    for case .lookup(let lookup) in input.stages { try lookup.checkKeys() }
    var rows = input.rows
    var undecided: [[OracleRow]] = []
    for stage in input.stages {
      switch stage {
      case .filter(let filter):
        var condition = Receipt.Condition(clause: filter.clause, text: filter.text)
        condition.rowsTested = rows.count
        let outcomes = try rows.map { try filter.condition.value($0) }
        let open = rows.indices.filter { outcomes[$0].isUnknown }
        condition.unknown.rows = open.count
        condition.unknown.rowsKept = open.count { outcomes[$0].isTrue }
        undecided.append(open.map { rows[$0] })
        rows = rows.indices.filter { outcomes[$0].isTrue }.map { rows[$0] }
        condition.rowsTrue = rows.count
        receipt.conditions.append(condition)
      case .lookup(let lookup):
        var count = Receipt.LookupCount(table: lookup.name)
        count.leavesOut = lookup.isInner
        rows = try lookup.met(by: rows, &count)
        receipt.lookups.append(count)
        // Receipts name groups also of rows that did not get so far.
        var ignored = count
        undecided = try undecided.map { try lookup.met(by: $0, &ignored) }
        if lookup.isInner { rows = rows.filter { $0.partners.last != .some(nil) } }
      }
    }
    receipt.rowsKept = rows.count
    return (rows, undecided)
  }

  /// What the receipt says of a condition that decides no row.
  func note(
    _ filter: OracleFilter, _ rows: [OracleRow], _ receipt: inout Receipt.Step
  ) throws -> [OracleRow] {
    let outcomes = try rows.map { try filter.condition.value($0) }
    let open = rows.indices.filter { outcomes[$0].isUnknown }
    guard !open.isEmpty else { return [] }
    var condition = Receipt.Condition(clause: filter.clause, text: filter.text)
    condition.rowsTested = rows.count
    condition.unknown.rows = open.count
    condition.unknown.rowsKept = open.count { outcomes[$0].isTrue }
    receipt.conditions.append(condition)
    return open.map { rows[$0] }
  }
}

extension OracleLookup {
  /// Two rows with one key can't be looked up.
  func checkKeys() throws {
    var known = Set<[CellValue]>()
    for row in table.rows {
      let values = keys.map { row[$0.column].comparable }
      if values.contains(.missing) { continue }
      guard known.insert(values).inserted else { throw Refusal.invalid("a key twice") }
    }
  }

  /// Each row with the row that it meets.
  func met(by rows: [OracleRow], _ count: inout Receipt.LookupCount) throws -> [OracleRow] {
    var rows = rows
    for index in rows.indices {
      rows[index].partners.append(try partner(rows[index], &count))
    }
    return rows
  }

  /// All rows that have the keys of `row`.
  func partners(_ row: OracleRow, _ count: inout Receipt.LookupCount) throws -> [[CellValue]] {
    let wanted = try keys.map { try $0.left.value(row).value.comparable }
    if wanted.contains(.missing) {
      count.missingKeys += 1
      return []
    }
    let partners = table.rows.filter { other in
      keys.map { other[$0.column].comparable } == wanted
    }
    if partners.isEmpty { count.unmatched += 1 } else { count.matched += 1 }
    return partners
  }

  /// The row that has the keys of `row`.
  func partner(_ row: OracleRow, _ count: inout Receipt.LookupCount) throws -> [CellValue]? {
    let wanted = try keys.map { try $0.left.value(row).value.comparable }
    if wanted.contains(.missing) {
      count.missingKeys += 1
      return nil
    }
    let partner = table.rows.first { other in keys.map { other[$0.column].comparable } == wanted }
    if partner == nil { count.unmatched += 1 } else { count.matched += 1 }
    return partner
  }
}

extension CellValue {
  /// The value in a form in which equal numbers are equal whatever their types.
  var comparable: CellValue { exactNumber.map { .decimal($0) } ?? self }
}
