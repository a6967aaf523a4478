@testable import Tally
@testable import TallySyntax

/// What `fill` and `vs` make of the groups of a step.
final class OracleShape {
  /// The keys of which all values are known, by place, with these values.
  var domains: [Int: [CellValue]] = [:]
  /// The tables in which targets are looked up.
  var lookups: [OracleLookup] = []
  /// All groups, those of no rows among them.
  private(set) var groups: [OracleRow] = []

  /// The groups with those that `fill` adds, in the order of their keys.
  func shaped(_ own: [OracleRow], _ scope: OracleGroups, _ receipt: inout Receipt.Step) throws
    -> [OracleRow]
  {
    groups = own
    if !domains.isEmpty { fill(scope) }
    for lookup in lookups {
      try lookup.checkKeys()
      var count = Receipt.LookupCount(table: lookup.name)
      groups = try lookup.met(by: groups, &count)
      receipt.lookups.append(count)
    }
    return groups
  }

  private func fill(_ scope: OracleGroups) {
    let places = domains.keys.sorted()
    let others = scope.keys.indices.filter { !places.contains($0) }
    var series: [[CellValue?]] = []
    for group in groups.compactMap(\.group) {
      let own = others.map { group.keys[$0] }
      if !series.contains(own) { series.append(own) }
    }
    if others.isEmpty { series = [[]] }
    var combinations: [[CellValue]] = [[]]
    for place in places {
      combinations = combinations.flatMap { begun in
        (domains[place] ?? []).map { begun + [$0] }
      }
    }
    let known = Set(groups.compactMap { $0.group?.keys })
    for own in series {
      for values in combinations {
        var keys = [CellValue?](repeating: nil, count: scope.keys.count)
        for (place, value) in zip(others, own) { keys[place] = value }
        for (place, value) in zip(places, values) { keys[place] = value }
        if known.contains(keys) { continue }
        groups.append(OracleRow(group: OracleGroup(keys: keys, isFilled: true)))
      }
    }
    groups.sort { scope.isBefore($0.group?.keys ?? [], $1.group?.keys ?? []) }
  }

  /// The group of equal other keys whose key of time has some value.
  func group(like row: OracleRow, at time: Int, _ value: CellValue) -> OracleRow? {
    guard var keys = row.group?.keys else { return nil }
    keys[time] = value
    return groups.first { $0.group?.keys == keys }
  }

  /// The groups of equal other keys that have a time, in its order.
  func series(of row: OracleRow, along time: Int) -> [OracleRow] {
    groups.filter { other in
      guard let own = row.group?.keys, let keys = other.group?.keys, keys[time] != .missing else {
        return false
      }
      return keys.indices.allSatisfy { $0 == time || keys[$0] == own[$0] }
    }
  }
}

extension ColumnType {
  /// Whether values are days or periods, which follow one another.
  fileprivate var isCalendar: Bool {
    switch self {
    case .date, .period: true
    default: false
    }
  }
}

extension Resolver {
  /// The measures of a step with the columns of `fill` and `vs`; nothing where it has neither.
  mutating func shape(
    _ step: StepSyntax, _ measures: [OracleColumn], _ names: inout OracleNames,
    _ input: inout OracleInput
  ) throws -> (shape: OracleShape, columns: [OracleColumn])? {
    let shape = OracleShape()
    var columns = measures
    var isShaped = false
    for clause in step.clauses {
      switch clause {
      case .fill(let fill):
        isShaped = true
        shape.domains = try domains(step)
        let value = try meaning(fill.value)
        columns = try columns.map { try filled($0, value) }
      case .versus(let versus):
        isShaped = true
        groups?.items = columns
        columns += try compared(versus, columns, shape, &names)
        try cutToDate(versus, step, &input)
      default: continue
      }
    }
    return isShaped ? (shape, columns) : nil
  }

  // MARK: Fill

  /// A measure that shows a value in groups of no rows.
  private func filled(_ measure: OracleColumn, _ value: Meaning) throws -> OracleColumn {
    var own = measure.meaning
    guard let constant = value.constant else { throw invalid("fill") }
    var shown: CellValue = .missing
    if constant != .missing {
      let isZero = constant.exactNumber?.coefficient == 0
      if isZero, own.type.isNumeric || own.type == .duration {
        shown =
          own.type.isFloating
          ? (own.type == .ratio ? .ratio(0) : .float(0))
          : CellValue(stored: 0, type: own.type, wide: true)
      } else if own.type.isNumeric, value.type.isNumeric,
        own.type.isPercentage == value.type.isPercentage
      {
        let (left, right) = try unified(own, value)
        own = left
        shown = try right.value(OracleRow()).value
      } else if own.type == value.type {
        shown = constant
      } else {
        throw invalid("fill")
      }
    }
    var result = own
    result.constant = nil
    result.value = { [own] row in
      row.group?.isFilled ?? false ? Outcome(value: shown) : try own.value(row)
    }
    return OracleColumn(name: measure.name, meaning: result)
  }

  /// The values of keys that are days, periods, bands or conditions.
  private func domains(_ step: StepSyntax) throws -> [Int: [CellValue]] {
    guard let groups, !groups.keys.isEmpty else { throw invalid("fill of one group") }
    var found: [Int: [CellValue]] = [:]
    for (place, key) in groups.keys.enumerated() {
      let meaning = key.column.meaning
      if let labels = meaning.labels {
        found[place] = labels.map { .text($0) }
      } else if meaning.type == .boolean {
        found[place] = [.boolean(false), .boolean(true)]
      } else if meaning.type.isCalendar {
        found[place] = []
      }
    }
    if found.isEmpty { throw invalid("fill of keys whose values nobody knows") }
    return found
  }

  /// Gives keys of time their values, once the groups are known: from the first to the last that the
  /// conditions on their column leave, or else that a group has; none beyond today that no group has.
  func extendDomains(_ shape: OracleShape, _ step: StepSyntax, _ rows: [[CellValue]]) throws {
    guard let groups else { return }
    for place in shape.domains.keys where groups.keys[place].column.meaning.type.isCalendar {
      let type = groups.keys[place].column.meaning.type
      let own = rows.compactMap { $0[place].storedInteger }
      let left = try valuesLeft(by: step, key: place)
      guard let first = left.first ?? own.min(), var last = left.last ?? own.max() else {
        continue
      }
      let today = CellValue.date(oracle.today).period(type)?.storedInteger ?? last
      last = min(last, max(today, own.max() ?? today))
      guard first <= last else { continue }
      shape.domains[place] = (first...last).map { CellValue(stored: $0, type: type) }
    }
  }

  /// The first and last value of a key for which all conditions hold that compare its column, or
  /// periods of it, with what the query says; nothing on a side to which they are open.
  private func valuesLeft(by step: StepSyntax, key place: Int) throws
    -> (first: Int128?, last: Int128?)
  {
    guard let groups else { return (nil, nil) }
    var column: String?
    for case .groupBy(let clause) in step.clauses {
      if case .expression(let key) = clause.keys[place].kind { column = key.names.first }
    }
    guard let column, let index = scope.entries.firstIndex(where: { $0.name == column }) else {
      return (nil, nil)
    }
    var rows = self
    (rows.groups, rows.notes) = (nil, OracleNotes())
    let type = scope.entries[index].meaning.type
    var values = type.everyDay
    var tests: [Meaning] = []
    for case .where(let clause) in step.clauses {
      for part in clause.condition.conjuncts where part.names == [column] {
        guard part.comparesTime(column) else { continue }
        tests.append(try rows.condition(part))
        values.formUnion(try rows.turns(in: part, column, type))
      }
    }
    for table in oracle.tables.values {
      for place in table.types.indices where table.types[place] == type {
        for cell in table.column(place) {
          if let own = cell.storedInteger { values.formUnion([own - 1, own, own + 1]) }
        }
      }
    }
    let limits = Self.limits(type)
    let probes = values.union([limits.lowerBound, limits.upperBound]).filter(limits.contains)
      .sorted()
    var row = OracleRow(cells: scope.entries.map { _ in .missing })
    let left = try probes.filter { probe in
      row.cells[index] = CellValue(stored: probe, type: type)
      return try tests.allSatisfy { try $0.value(row).isTrue }
    }
    guard let first = left.first, let last = left.last else { return (1, 0) }
    let key = groups.keys[place].column.meaning
    let ends = try [first, last].map { probe in
      row.cells[index] = CellValue(stored: probe, type: type)
      return try key.value(row).value.storedInteger
    }
    // Where the conditions leave out the first value of all, but would hold before it, they tell no
    // beginning.
    let isOpen = try [(first, limits.lowerBound, -1), (last, limits.upperBound, 1)].map {
      (end: Int128, limit: Int128, step: Int128) in
      row.cells[index] = CellValue(stored: limit + step, type: type)
      return try end == limit || tests.allSatisfy { try $0.value(row).isTrue }
    }
    return (isOpen[0] ? nil : ends[0], isOpen[1] ? nil : ends[1])
  }

  /// The values of a column around those that a condition compares it with.
  private func turns(in condition: ExpressionSyntax, _ column: String, _ type: ColumnType) throws
    -> Set<Int128>
  {
    var found = Set<Int128>()
    try condition.forEachPart { part in
      guard part.names.isEmpty, let value = try? meaning(part).value(OracleRow()).value else {
        return
      }
      for bound in type.values(of: value) { found.formUnion([bound - 1, bound, bound + 1]) }
    }
    return found
  }

  // MARK: Comparisons

  private func timeKey() throws -> Int {
    let found =
      groups?.keys.indices.filter { groups?.keys[$0].column.meaning.type.isCalendar ?? false } ?? []
    guard found.count == 1 else { throw invalid("no key of time") }
    return found[0]
  }

  private func compared(
    _ versus: VersusSyntax, _ measures: [OracleColumn], _ shape: OracleShape,
    _ names: inout OracleNames
  ) throws -> [OracleColumn] {
    let numbers = measures.filter { $0.meaning.type.isNumeric || $0.meaning.type == .duration }
    var added: [OracleColumn] = []
    func add(_ name: String, _ meaning: Meaning) {
      added.append(OracleColumn(name: names.make(name), meaning: meaning))
    }
    func prefix(_ measure: OracleColumn) -> String {
      numbers.count > 1 ? measure.name + "_" : ""
    }
    var previous = 0
    for case .previous in versus.comparisons { previous += 1 }
    for comparison in versus.comparisons {
      switch comparison {
      case .previous(let count, let unit, _):
        let time = try timeKey()
        guard !numbers.isEmpty, let type = groups?.keys[time].column.meaning.type,
          unit.reaches(count, type)
        else { throw invalid("vs previous") }
        let words = count == 1 ? unit.rawValue : "\(count)_\(unit.rawValue)s"
        let suffix = previous > 1 ? "_" + words : ""
        for measure in numbers {
          let earlier = other(measure.meaning) { row in
            guard let now = row.group?.keys[time], now != .missing,
              let then = now.stepped(back: count, unit)
            else { return nil }
            return shape.group(like: row, at: time, then)
          }
          add(prefix(measure) + "previous" + suffix, earlier)
          if measure.meaning.type.isPercentage {
            add(prefix(measure) + "change_pp" + suffix, try points(measure.meaning, earlier))
            continue
          }
          let change = result(.subtract, measure.meaning, earlier, measure.meaning.type)
          add(prefix(measure) + "change" + suffix, change)
          add(
            prefix(measure) + "change_percent" + suffix,
            computed(.ratio, [change, earlier], losing: \.zeroDivisions) { values in
              let size = values[1].magnitude
              return Self.quotient(values[0], size, .ratio)
            })
        }
      case .first:
        let time = try timeKey()
        guard !numbers.isEmpty else { throw invalid("vs first") }
        for measure in numbers {
          let first = other(measure.meaning) { row in
            if row.group?.keys[time] == .missing { return nil }
            return try shape.series(of: row, along: time).first {
              try measure.meaning.value($0).value != .missing
            }
          }
          add(prefix(measure) + "first", first)
          add(prefix(measure) + "index", index(measure.meaning, first))
        }
      case .target(let target, let keys):
        let own = measures[0].meaning
        let wanted =
          try keys.isEmpty ? meaning(target) : self.target(target, keys, measures + added, shape)
        let isLength = own.type == .duration || wanted.type == .duration
        guard
          isLength
            ? own.type == wanted.type
            : own.type.isNumeric && wanted.type.isNumeric
              && own.type.isPercentage == wanted.type.isPercentage
        else { throw invalid("a target") }
        add("target", wanted)
        let (left, right) = try unified(own, wanted)
        let isPercentage = own.type.isPercentage
        add(
          isPercentage ? "gap_pp" : "gap",
          isPercentage ? try points(left, right) : result(.subtract, left, right, left.type))
        add(
          "met",
          computed(.boolean, [left, right]) { values in
            .boolean(!values[0].isLess(than: values[1]))
          })
      }
    }
    return added
  }

  /// A target that groups look up in a table.
  private func target(
    _ target: ExpressionSyntax, _ keys: [JoinKeySyntax], _ items: [OracleColumn],
    _ shape: OracleShape
  ) throws -> Meaning {
    var tables = Set<String>()
    target.forEachDescendant { inner in
      if case .name(let path) = inner.kind, path.parts.count == 2 {
        tables.insert(path.parts[0].text)
      }
    }
    guard let groups, tables.count == 1, let name = tables.first else {
      throw invalid("no table of targets")
    }
    var inner = self
    inner.groups = nil
    inner.scope = OracleScope()
    for (place, key) in groups.keys.enumerated() {
      inner.scope.entries.append(
        OracleScope.Entry(
          name: key.column.name, qualifier: nil, meaning: groups.meaning(place)))
    }
    for item in items {
      inner.scope.entries.append(
        OracleScope.Entry(name: item.name, qualifier: nil, meaning: item.meaning))
    }
    var input = OracleInput()
    input.lookupCount = shape.lookups.count
    let path = NameSyntax(text: name, span: target.span, isQuoted: false)
    try inner.addLookup(
      SourceSyntax(kind: .table(path), alias: nil, span: target.span), keys, to: &input)
    guard case .lookup(let lookup)? = input.stages.last else { throw invalid("no lookup") }
    shape.lookups.append(lookup)
    return try inner.meaning(target)
  }

  /// What a measure is in another group.
  private func other(
    _ measure: Meaning, _ find: @escaping (OracleRow) throws -> OracleRow?
  ) -> Meaning {
    var result = Meaning(type: measure.type, mayBeWide: measure.mayBeWide) { row in
      guard let other = try find(row) else { return Outcome(value: .missing) }
      return Outcome(value: try measure.value(other).value)
    }
    result.constant = nil
    return result
  }

  /// A hundred times a value by the first one.
  private func index(_ own: Meaning, _ first: Meaning) -> Meaning {
    computed(.float, [own, first], losing: \.zeroDivisions) { values in
      if let value = values[0].double, let base = values[1].double {
        return base == 0 ? .missing : Self.floating(value / base * 100, .float)
      }
      let type = own.type == .duration ? ColumnType.integer : own.type
      let base = CellValue.integer(values[1].stored)
      do {
        let value = try Self.exactResult(
          .multiply, .integer(values[0].stored), .integer(100), type)
        return Self.quotient(.integer(value.stored), base, .float)
      } catch Refusal.overflow {
        throw own.mayBeWide ? Refusal.undetermined : Refusal.overflow
      }
    }
  }

  /// The difference of two percentages in points.
  private func points(_ left: Meaning, _ right: Meaning) throws -> Meaning {
    if left.type.isFloating {
      let change = computed(.float, [left, right]) { values in
        guard let one = values[0].nearestDouble, let other = values[1].nearestDouble else {
          return .missing
        }
        return Self.floating((one - other) * 100, .float)
      }
      let ten = Meaning.constant(.integer(10), .integer)
      return try function(OracleArguments(name: "round", values: [change, ten]))
        .converted(to: .float)
    }
    let scale = max(2, left.type.scale)
    let type = ColumnType.percent(scale: scale)
    return result(.subtract, left.converted(to: type), right.converted(to: type), type)
      .reread(as: scale == 2 ? .integer : .decimal(scale: scale - 2))
  }

  // MARK: To date

  /// Leaves out the rows that lie later in their year, or another unit, than today does in its own.
  private func cutToDate(_ versus: VersusSyntax, _ step: StepSyntax, _ input: inout OracleInput)
    throws
  {
    var units: [(unit: TimeUnitSyntax, isCut: Bool)] = []
    for case .previous(_, let unit, let isCut) in versus.comparisons { units.append((unit, isCut)) }
    guard let unit = units.first(where: \.isCut)?.unit else { return }
    guard units.allSatisfy({ $0.isCut && $0.unit == unit }), unit != .day,
      Self.microseconds[unit] == nil || unit == .week
    else { throw invalid("to date") }
    let time = try timeKey()
    for case .groupBy(let clause) in step.clauses {
      guard case .expression(let key) = clause.keys[time].kind else { continue }
      var inner = self
      inner.groups = nil
      var day = key
      if try inner.meaning(key).type != .date, case .call(let call) = key.kind,
        call.arguments.count == 1
      {
        day = call.arguments[0]
      }
      let value = try inner.meaning(day)
      guard value.type == .date || value.type == .dateTime else {
        throw invalid("to date of \(value.type)")
      }
      let days = try OracleArguments(name: "date", values: [value]).day(0, self)
      let today = oracle.today
      let words = "\(text(day.span)) no later in its \(unit.rawValue) than \(today)"
      let condition = Meaning.condition { row in
        let outcome = try days.value(row)
        guard case .date(let own) = outcome.value else {
          return Outcome(value: .boolean(false), unknown: true)
        }
        return Outcome(value: .boolean(own.place(in: unit) <= today.place(in: unit)))
      }
      input.stages.append(
        .filter(OracleFilter(clause: "where", text: words, condition: condition)))
    }
  }
}

extension CalendarDate {
  /// How far a day is into its unit: months and days of the month.
  fileprivate func place(in unit: TimeUnitSyntax) -> Int {
    switch unit {
    case .week: weekday
    case .month: parts.day
    case .quarter: (parts.month - 1) % 3 * 100 + parts.day
    default: parts.month * 100 + parts.day
    }
  }
}

extension TimeUnitSyntax {
  fileprivate var months: Int? {
    switch self {
    case .month: 1
    case .quarter: 3
    case .year: 12
    default: nil
    }
  }

  /// Whether so many units are whole days or periods of a key.
  fileprivate func reaches(_ count: Int, _ type: ColumnType) -> Bool {
    switch type {
    case .date: return months != nil || self == .day || self == .week
    case .period(.week): return self == .week
    case .period(let unit):
      guard let months else { return false }
      return months * count % (unit == .month ? 1 : unit == .quarter ? 3 : 12) == 0
    default: return false
    }
  }
}

extension CellValue {
  /// The period of a type that holds a day, or the day itself.
  fileprivate func period(_ type: ColumnType) -> CellValue? {
    guard case .date(let day) = self else { return nil }
    if case .period(let unit) = type { return .period(CalendarPeriod(unit, containing: day)) }
    return self
  }

  /// The number without its sign.
  fileprivate var magnitude: CellValue {
    if let double { return .float(double.magnitude) }
    return .integer(stored < 0 ? -stored : stored)
  }

  /// The day or period so many units before.
  fileprivate func stepped(back count: Int, _ unit: TimeUnitSyntax) -> CellValue? {
    switch self {
    case .date(let day):
      guard let months = unit.months else {
        return .date(
          CalendarDate(daysSince1970: day.daysSince1970 - count * (unit == .week ? 7 : 1)))
      }
      return day.earlier(byMonths: months * count).map {
        .date(CalendarDate(daysSince1970: Int($0)))
      }
    case .period(let period):
      let size: Int =
        switch period.unit {
        case .week, .month: 1
        case .quarter: 3
        case .year: 12
        }
      let steps = unit == .week ? count : (unit.months ?? 0) * count / size
      return .period(CalendarPeriod(period.unit, index: period.index - steps))
    default: return nil
    }
  }
}

extension ColumnType {
  /// The first and last value of a time of all days around those of the tables.
  fileprivate var everyDay: Set<Int128> {
    var found = Set<Int128>()
    for day in 18_000..<21_500 {
      found.formUnion(values(of: .date(CalendarDate(daysSince1970: day))))
    }
    return found
  }

  /// The first and last value of a time that has a day, a moment or a period in common with another.
  fileprivate func values(of other: CellValue) -> [Int128] {
    let day: Int128 = 86_400_000_000
    let days: (CalendarDate, CalendarDate)
    switch other {
    case .date(let date): days = (date, date)
    case .period(let period): days = (period.firstDay, period.lastDay)
    case .dateTime(let moment):
      if self == .dateTime { return [Int128(moment)] }
      let date = CalendarDate(
        daysSince1970: Int(
          moment >= 0 ? Int128(moment) / day : -((-Int128(moment) + day - 1) / day)))
      days = (date, date)
    default: return []
    }
    switch self {
    case .date: return [Int128(days.0.daysSince1970), Int128(days.1.daysSince1970)]
    case .dateTime:
      return [Int128(days.0.daysSince1970) * day, Int128(days.1.daysSince1970 + 1) * day - 1]
    case .period(let unit):
      return [days.0, days.1].map { Int128(CalendarPeriod(unit, containing: $0).index) }
    default: return []
    }
  }
}

extension ExpressionSyntax {
  /// The parts that must all hold.
  fileprivate var conjuncts: [ExpressionSyntax] {
    if case .logical(.and, let parts) = kind { return parts.flatMap(\.conjuncts) }
    // A range without its end is two comparisons.
    if case .membership(let test) = kind, !test.isNegated,
      case .range(let low, let high, false) = test.set
    {
      return [(BinaryOperatorSyntax.greaterOrEqual, low), (.less, high)].map { operation, end in
        ExpressionSyntax(
          .binary(
            BinarySyntax(
              operator: operation, operatorSpan: span, left: test.value, right: end,
              isLoose: false)), at: span)
      }
    }
    return [self]
  }

  /// The names of columns that it reads.
  fileprivate var names: Set<String> {
    var found = Set<String>()
    forEachDescendant { inner in
      if case .name(let path) = inner.kind, path.text.lowercased() != "today" {
        found.insert(path.text)
      }
    }
    return found
  }

  /// Whether it is a column of a time, or a period of it.
  private func isTime(_ column: String) -> Bool {
    switch kind {
    case .name(let path): path.text == column
    case .call(let call):
      ["year", "quarter", "month", "week", "date"].contains(call.name.text)
        && call.arguments.count == 1 && call.arguments[0].isTime(column)
    default: false
    }
  }

  /// Whether a condition compares a time with what the query says, or joins such comparisons.
  fileprivate func comparesTime(_ column: String) -> Bool {
    func areKnown(_ operands: [ExpressionSyntax]) -> Bool {
      operands.allSatisfy { $0.names.isEmpty || $0.isTime(column) }
    }
    switch kind {
    case .literal, .subquery: return true
    case .logical(_, let parts): return parts.allSatisfy { $0.comparesTime(column) }
    case .unary(.not, let part), .orMissing(let part): return part.comparesTime(column)
    case .missingTest(let value, _): return areKnown([value])
    case .binary(let binary):
      return binary.operator.isComparison ? areKnown([binary.left, binary.right]) : names.isEmpty
    case .between(let between): return areKnown([between.value, between.lower, between.upper])
    case .membership(let test):
      switch test.set {
      case .list(let members): return areKnown([test.value] + members)
      case .range(let lower, let upper, _): return areKnown([test.value, lower, upper])
      case .relative, .query: return areKnown([test.value])
      case .expression(let set): return areKnown([test.value, set])
      }
    default: return names.isEmpty
    }
  }

  /// Goes through all expressions within, the outer ones first.
  fileprivate func forEachPart(_ body: (ExpressionSyntax) throws -> Void) throws {
    var parts: [ExpressionSyntax] = []
    forEachDescendant { parts.append($0) }
    for part in parts { try body(part) }
  }
}
