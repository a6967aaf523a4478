@testable import Tally
@testable import TallySyntax

extension Resolver {
  /// Takes in the clauses of a step that look up, add and keep.
  mutating func extend(_ input: inout OracleInput, by step: StepSyntax) throws {
    groups = nil
    notes.order = []
    for case .orderBy(let clause) in step.clauses {
      notes.order = Array(
        clause.keys.prefix {
          !$0.expression.mayHoldWindow(ofGroups: step.head.map { $0.form != .list } ?? false)
        })
    }
    for clause in step.clauses {
      switch clause {
      case .lookup(let lookup):
        try addLookup(lookup.source, lookup.keys, to: &input)
        if let time = lookup.asOf { try addTime(time, lookup, &input) }
      case .join(let join):
        if join.cardinality == .many || [.full, .cross].contains(join.kind) {
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
              name: item.alias?.text ?? name(of: expression), qualifier: nil, meaning: meaning,
              owners: owners(of: expression)))
        }
        takeWindows(&input)
      case .where(let clause):
        let filter = try filter(clause.condition, "where")
        takeWindows(&input)
        addFilter(filter, to: &input)
      case .from, .groupBy, .across, .fill, .versus, .having, .orderBy, .top, .limit, .append,
        .except, .unpivot:
        continue
      default: throw invalid("a clause that does not run")
      }
    }
  }

  /// Conditions that follow one another are one.
  private func addFilter(_ filter: OracleFilter, to input: inout OracleInput) {
    guard case .filter(let before)? = input.stages.last else {
      input.stages.append(.filter(filter))
      return
    }
    input.stages.removeLast()
    input.stages.append(
      .filter(
        OracleFilter(
          clause: before.clause, text: "\(before.text) and \(filter.text)",
          condition: all([before.condition, filter.condition], decisive: false))))
  }

  /// A value that a step gives out or groups by; where it is a condition, it is watched.
  func value(_ expression: ExpressionSyntax, clause: String) throws -> Meaning {
    let meaning = try meaning(expression)
    if case .name = expression.kind { return meaning }
    if meaning.type == .boolean { watch(meaning, clause, text(expression.span)) }
    return meaning
  }

  mutating func addLookup(
    _ source: SourceSyntax, _ keySyntax: [JoinKeySyntax], isInner: Bool = false,
    owner: Int? = nil, to input: inout OracleInput
  ) throws {
    let (name, table) = try other(source)
    let qualifier = source.alias?.text ?? name
    var keys: [(left: Meaning, right: ([CellValue]) throws -> CellValue)] = []
    var owners: Set<Int> = owner.map { [$0] } ?? []
    for key in keySyntax {
      let (left, right, leftOwners) = try lookupKey(key, table, qualifier)
      let areExact =
        left.type.isNumeric && right.type.isNumeric && !left.type.isFloating
        && !right.type.isFloating
      guard left.type == right.type || areExact else { throw invalid("keys of two types") }
      let isFiner = areExact && right.type.scale > left.type.scale
      keys.append(
        (
          isFiner ? left.converted(to: .decimal(scale: right.type.scale)) : left,
          { try right.value(OracleRow(cells: $0)).value }
        ))
      if owner == nil { owners.formUnion(leftOwners) }
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
          name: column, qualifier: qualifier, meaning: meaning, isLookedUp: true, owners: owners))
    }
  }

  /// The time of `as of`, and the columns that say when rows hold.
  private mutating func addTime(
    _ time: ExpressionSyntax, _ syntax: LookupSyntax, _ input: inout OracleInput
  ) throws {
    guard case .lookup(var lookup)? = input.stages.popLast(), syntax.by.isEmpty else {
      throw invalid("as of")
    }
    func place(_ name: String) -> Int? {
      lookup.table.names.firstIndex { $0.lowercased() == name }
    }
    var meaning = try meaning(time)
    var columns: [Int]
    if let from = place("valid_from"), let to = place("valid_to") {
      columns = [from, to]
    } else {
      columns = lookup.table.names.indices.filter {
        switch lookup.table.types[$0] {
        case .date, .dateTime, .period: true
        default: false
        }
      }
    }
    // No row of an empty table is met, whatever its columns are.
    if columns.isEmpty, lookup.table.rows.isEmpty, lookup.table.names.count > lookup.keys.count {
      input.stages.append(.lookup(lookup))
      return
    }
    guard let first = columns.first, columns.count == 1 || place("valid_from") != nil else {
      throw invalid("no time")
    }
    if case .period(let unit) = lookup.table.types[first], meaning.type == .date {
      let days = meaning
      meaning = Meaning(type: .period(unit)) { row in
        var outcome = try days.value(row)
        if case .date(let day) = outcome.value {
          outcome.value = .period(CalendarPeriod(unit, containing: day))
        }
        return outcome
      }
    }
    guard meaning.type == lookup.table.types[first] else { throw invalid("another time") }
    lookup.asOf = OracleAsOf(time: meaning, from: first, to: columns.count > 1 ? columns[1] : nil)
    input.stages.append(.lookup(lookup))
  }

  /// Runs what comes before a join that makes rows, and makes them.
  private mutating func multiply(_ input: inout OracleInput, by join: JoinSyntax) throws {
    let slot = input.lookupCount
    let ownCount = input.rows.first?.cells.count ?? scope.entries.count
    let firstName = scope.entries.first { !$0.isLookedUp }?.qualifier?.lowercased()
    if input.members.isEmpty {
      input.members = [nil]
      input.memberNames = [firstName]
      for index in scope.entries.indices { scope.entries[index].owners = [0] }
    }
    var conditions: [ExpressionSyntax] = []
    for case .condition(let condition) in join.keys { conditions.append(condition) }
    guard conditions.isEmpty || (join.kind == .inner && join.cardinality == .many) else {
      throw invalid("a condition")
    }
    let equations = join.keys.filter { if case .condition = $0 { false } else { true } }
    try addLookup(join.source, equations, owner: input.members.count, to: &input)
    guard case .lookup(let lookup)? = input.stages.popLast() else { throw invalid("a join") }
    if join.cardinality != .many, join.kind == .full { try lookup.checkKeys() }
    var receipt = Receipt.Step()
    var (rows, _) = try run(input, &receipt)
    var count = Receipt.LookupCount(table: lookup.name)
    let isInner = join.kind == .inner || join.kind == .cross
    count.leavesOut = isInner
    var made = 0
    var joined: [OracleRow] = []
    var kept: [OracleRow] = []
    var met = Set<Int>()
    for index in rows.indices {
      let partners = try lookup.partners(rows[index], &count)
      made += partners.count
      met.formUnion(partners)
      let keepsAll = join.kind == .cross || (isInner && equations.isEmpty)
      if !partners.isEmpty || !isInner || keepsAll { kept.append(rows[index]) }
      if partners.isEmpty, isInner { continue }
      for partner in partners.isEmpty ? [nil] : partners.map({ $0 }) {
        var row = rows[index]
        row.partners.append(partner.map { lookup.table.rows[$0] })
        row.partnerNumbers.append(partner)
        joined.append(row)
      }
    }
    if join.kind == .full {
      let none = [[CellValue]?](repeating: nil, count: slot)
      for number in lookup.table.rows.indices where !met.contains(number) {
        joined.append(
          OracleRow(
            cells: Array(repeating: .missing, count: ownCount),
            partners: none + [lookup.table.rows[number]],
            partnerNumbers: none.map { _ in nil } + [number]))
      }
      count.rowsAdded = lookup.table.rows.count - met.count
      shareKeys(equations, slot, lookup.table, owner: input.members.count)
    }
    rows = kept
    count.rowsMade = join.cardinality == .many || isInner ? made : nil
    receipt.lookups.append(count)
    receipt.rowsKept = rows.count
    receipt.rowsOut = joined.count
    for filter in input.watched { _ = try note(filter, rows, &receipt) }
    let finished = input.finished + [receipt]
    let members = input.members + [slot]
    let memberNames = input.memberNames + [lookup.name.lowercased()]
    input = OracleInput(rows: joined)
    input.lookupCount = slot + 1
    input.finished = finished
    input.members = members
    input.memberNames = memberNames
    for condition in conditions { addFilter(try filter(condition, "on"), to: &input) }
  }

  /// A name that both sides of a full join share has the value of the side that has one.
  private mutating func shareKeys(
    _ keys: [JoinKeySyntax], _ slot: Int, _ table: OracleTable, owner: Int
  ) {
    for case .shared(let path) in keys {
      let key = path.parts[path.parts.count - 1].text.lowercased()
      guard
        let own = scope.entries.lastIndex(where: {
          !$0.isLookedUp && $0.name.lowercased() == key
        }), let column = table.names.firstIndex(where: { $0.lowercased() == key })
      else { continue }
      let left = scope.entries[own].meaning
      scope.entries[own].owners.insert(owner)
      scope.entries[own].meaning = Meaning(type: left.type) { row in
        let outcome = try left.value(row)
        guard outcome.isMissing, row.partners.indices.contains(slot) else { return outcome }
        return Outcome(value: row.partners[slot]?[column] ?? .missing)
      }
    }
  }

  private func lookupKey(_ key: JoinKeySyntax, _ table: OracleTable, _ qualifier: String) throws
    -> (Meaning, Meaning, Set<Int>)
  {
    var right = self
    right.scope = OracleScope(table, qualifier: qualifier)
    switch key {
    case .shared(let path):
      let name = ExpressionSyntax(.name(path), at: path.span)
      return (try meaning(name), try right.meaning(name), owners(of: name))
    case .equal(let first, let second):
      var namesOther = false
      first.forEachDescendant { inner in
        if case .name(let path) = inner.kind, path.parts.count == 2,
          path.parts[0].text.lowercased() == qualifier.lowercased()
        {
          namesOther = true
        }
      }
      if namesOther {
        return (try meaning(second), try right.meaning(first), owners(of: second))
      }
      return (try meaning(first), try right.meaning(second), owners(of: first))
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
    for index in rows.indices where rows[index].number == nil && input.members.count < 2 {
      rows[index].number = index
    }
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
      case .window(let window):
        receipt.windows.append(try window.told(of: rows))
        rows = try window.added(to: rows)
        undecided = undecided.map { $0.map { $0.seen(by: window, among: rows) } }
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
  /// Two rows with one key can't be looked up, unless they hold at different times.
  func checkKeys() throws {
    var known: [[CellValue]: [(Int128, Int128)]] = [:]
    for row in table.rows {
      let values = try keys.map { try $0.right(row).comparable }
      if values.contains(.missing) { continue }
      guard let time = interval(row) else { continue }
      if time.1 < time.0 { throw Refusal.rows("an end before the beginning") }
      for other in known[values] ?? [] where time.0 <= other.1 && other.0 <= time.1 {
        throw Refusal.rows("a key twice")
      }
      known[values, default: []].append(time)
    }
  }

  /// When a row holds; nothing where nobody knows.
  private func interval(_ row: [CellValue]) -> (Int128, Int128)? {
    guard let asOf else { return (0, 0) }
    let begin = row[asOf.from].storedInteger
    guard let to = asOf.to else { return begin.map { ($0, $0) } }
    return (begin ?? .min, row[to].storedInteger ?? .max)
  }

  /// Each row with the row that it meets.
  func met(by rows: [OracleRow], _ count: inout Receipt.LookupCount) throws -> [OracleRow] {
    var rows = rows
    for index in rows.indices {
      let partner = try partner(rows[index], &count)
      rows[index].partners.append(partner.map { table.rows[$0] })
      rows[index].partnerNumbers.append(partner)
    }
    return rows
  }

  /// The numbers of all rows that have the keys of `row`.
  func partners(_ row: OracleRow, _ count: inout Receipt.LookupCount) throws -> [Int] {
    let wanted = try keys.map { try $0.left.value(row).value.comparable }
    if wanted.contains(.missing) {
      count.missingKeys += 1
      return []
    }
    let partners = try table.rows.indices.filter { other in
      try keys.map { try $0.right(table.rows[other]).comparable } == wanted
    }
    if partners.isEmpty { count.unmatched += 1 } else { count.matched += 1 }
    return partners
  }

  /// The number of the row that has the keys of `row`, and holds at its time.
  func partner(_ row: OracleRow, _ count: inout Receipt.LookupCount) throws -> Int? {
    let before = count
    let partners = try partners(row, &count)
    guard let asOf, !partners.isEmpty else { return partners.first }
    count = before
    guard let time = try asOf.time.value(row).value.storedInteger else {
      count.missingKeys += 1
      return nil
    }
    var best: (number: Int, begin: Int128)?
    for number in partners {
      guard let (begin, end) = interval(table.rows[number]), begin <= time else { continue }
      if asOf.to != nil, end < time { continue }
      if best.map({ $0.begin < begin }) ?? true { best = (number, begin) }
    }
    guard let best else {
      count.unmatched += 1
      return nil
    }
    count.matched += 1
    if asOf.to == nil {
      let unit =
        switch table.types[asOf.from] {
        case .period(let unit): unit.rawValue
        case .dateTime: "second"
        default: "day"
        }
      let divisor: Int128 = table.types[asOf.from] == .dateTime ? 1_000_000 : 1
      let age = Receipt.Age(Int((time - best.begin) / divisor), unit)
      if count.oldest.map({ $0.count < age.count }) ?? true { count.oldest = age }
    }
    return best.number
  }
}

extension CellValue {
  /// The value in a form in which equal numbers are equal whatever their types.
  var comparable: CellValue { exactNumber.map { .decimal($0) } ?? self }
}
