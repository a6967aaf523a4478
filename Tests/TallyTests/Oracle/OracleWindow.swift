@testable import Tally
@testable import TallySyntax

/// A value that each row, or each group, has from those around it.
struct OracleWindow {
  /// The place of the value in ``OracleRow/windows``.
  var slot: Int
  var partition: [Meaning] = []
  var order: [OracleOrder] = []
  /// What is computed for each row, whether its value is asked for or not.
  var reads: (OracleRow) throws -> Void = { _ in }
  /// What the receipt tells of it.
  var notes: [OracleWindowNote] = []
  /// The value of the row at a place among those of its partition, which are in order.
  var value: (_ rows: [OracleRow], _ place: Int) throws -> CellValue

  /// Rows with their values, each computed of all rows that are given.
  func added(to rows: [OracleRow]) throws -> [OracleRow] {
    for row in rows { try reads(row) }
    var result = rows
    for ordered in try partitions(rows) {
      let seen = ordered.map { rows[$0] }
      for (place, row) in ordered.enumerated() {
        result[row].windows[slot] = try value(seen, place)
      }
    }
    return result
  }
}

/// What one row of a step's input stands for, where a step before has said it.
struct OracleGrain {
  /// The columns that tell rows apart.
  var keys: [Int] = []
  /// Whether rows stand in an order that was asked for, and whether it is one of the keys alone.
  var isOrdered = false
  var isOrderedByKeys = false
  /// What values of columns are that can't be added up, by place.
  var additivity: [Int: Additivity] = [:]
}

extension Resolver {
  /// How much a window cares for the order of rows.
  enum WindowNeed { case none, anyOrder, order, time }

  /// A window in an expression; nothing where the call is none.
  func window(_ call: CallSyntax) throws -> Meaning? {
    let name = call.name.text.lowercased()
    if let verb = call.verb {
      let isWindow =
        call.over != nil
        || (groups == nil
          ? (verb == .share
            ? !call.arguments.isEmpty : call.within != nil || verb == .first || verb == .last)
          : call.within != nil && verb != .share
            && call.arguments.contains(where: \.callsAggregate))
      return isWindow ? try aggregated(call, verb) : nil
    }
    switch name {
    case "rank", "dense_rank", "percent_rank", "tile": return try ranked(call, name)
    case "row_number":
      let (partition, order) = try arrangement(call.within, .anyOrder)
      return window(.integer, partition, order, notes: [.ties]) { _, place in
        .integer(Int128(place + 1))
      }
    case "previous", "next":
      let value = try meaning(call.arguments[0])
      let distance = try call.arguments.count > 1 ? number(call.arguments[1]) : 1
      let (partition, order) = try arrangement(call.within, .order)
      return window(
        value.type, partition, order, mayBeWide: value.mayBeWide, notes: [.ties, .gaps],
        reads: { _ = try value.value($0) }
      ) { rows, place in
        let other = name == "next" ? place + distance : place - distance
        return rows.indices.contains(other) ? try value.value(rows[other]).value : .missing
      }
    case "trend", "slope": return try line(call, name)
    case "running": return try running(call)
    default: return nil
    }
  }

  private func number(_ expression: ExpressionSyntax) throws -> Int {
    guard case .integer(let number)? = try meaning(expression).constant else {
      throw invalid("no number")
    }
    return Int(number)
  }

  private func window(
    _ type: ColumnType, _ partition: [Meaning], _ order: [OracleOrder], mayBeWide: Bool = false,
    notes told: [OracleWindowNote] = [], reads: @escaping (OracleRow) throws -> Void = { _ in },
    _ value: @escaping ([OracleRow], Int) throws -> CellValue
  ) -> Meaning {
    let slot = notes.windowCount
    notes.windowCount += 1
    var window = OracleWindow(slot: slot, partition: partition, order: order, value: value)
    window.notes = told
    if oracle.isEager { window.reads = reads }
    if let groups { groups.windows.append(window) } else { notes.windows.append(window) }
    let isOfGroups = groups != nil
    return Meaning(type: type, mayBeWide: mayBeWide) { row in
      if isOfGroups, row.windows[slot] == nil { throw Refusal.invalid("a window too early") }
      return Outcome(value: row.windows[slot] ?? .missing)
    }
  }

  // MARK: Order

  /// The rows that a window sees and their order: that of the step, else along the time that is a key,
  /// within the other keys, else as rows stand.
  private func arrangement(_ within: WithinSyntax?, _ need: WindowNeed) throws
    -> ([Meaning], [OracleOrder])
  {
    let stated = try within?.keys.map { try meaning($0) }
    if need == .none { return (stated ?? [], []) }
    let order = try notes.order.map { try self.order($0) }
    let keys = keyMeanings
    let times = keys.indices.filter { keys[$0].meaning.type.isTime }
    // An order of keys alone is one of the display.
    let isOfKeys = notes.order.allSatisfy { key in
      let word = plainName(key.expression)
      return keys.contains { $0.name == word }
        || groups?.key(written: text(key.expression.span)) != nil
    }
    let standsOtherwise =
      groups == nil && (notes.grain.map { $0.isOrdered && !$0.isOrderedByKeys } ?? false)
    if !times.isEmpty, isOfKeys, !(order.isEmpty && standsOtherwise) {
      if times.count > 1, stated == nil { throw invalid("two times") }
      let others = keys.indices.filter { !times.contains($0) }.map { keys[$0].meaning }
      return (stated ?? others, times.map { OracleOrder(keys[$0].meaning) })
    }
    if let first = order.first {
      guard need == .time else { return (stated ?? [], order) }
      guard first.meaning.type.isTime else { throw invalid("no time") }
      return (stated ?? [], [OracleOrder(first.meaning)])
    }
    let isOrdered = groups == nil && notes.grain?.isOrdered ?? false
    guard need != .time, isOrdered || need == .anyOrder else { throw invalid("no order") }
    return (stated ?? [], [])
  }

  /// A name without its quotes, or the words of an expression, in small letters.
  fileprivate func plainName(_ expression: ExpressionSyntax) -> String {
    if case .name(let path) = expression.kind, path.parts.count == 1 {
      return path.text.lowercased()
    }
    return text(expression.span).lowercased()
  }

  /// The keys of the groups, or of the rows that stand for groups, with their names.
  private var keyMeanings: [(name: String, meaning: Meaning)] {
    if let groups {
      return groups.keys.indices.map {
        (groups.keys[$0].column.name.lowercased(), groups.meaning($0))
      }
    }
    return (notes.grain?.keys ?? []).map {
      (scope.entries[$0].name.lowercased(), scope.entries[$0].meaning)
    }
  }

  // MARK: Ranks

  private func ranked(_ call: CallSyntax, _ name: String) throws -> Meaning {
    let operand = try meaning(call.arguments[0])
    let parts = try name == "tile" ? number(call.arguments[1]) : 1
    let (partition, _) = try arrangement(call.within, .none)
    let order = OracleOrder(operand)
    return window(
      name == "percent_rank" ? .ratio : .integer, partition, [], notes: [.equal(operand)]
    ) { rows, place in
      let values = try rows.map { try operand.value($0).value }
      let own = values[place]
      if own == .missing { return .missing }
      let known = values.filter { $0 != .missing }
      let smaller = known.count { $0 != own && order.isBefore($0, own) }
      let larger = known.filter { $0 != own && order.isBefore(own, $0) }
      switch name {
      case "rank": return .integer(Int128(larger.count + 1))
      case "dense_rank": return .integer(Int128(Set(larger).count + 1))
      case "percent_rank":
        return known.count < 2 ? .missing : .ratio(Double(smaller) / Double(known.count - 1))
      default:
        // Parts are dealt out one by one, the first ones once more.
        let tiles = (0..<parts).flatMap { part in
          Array(
            repeating: part + 1,
            count: known.count / parts + (part < known.count % parts ? 1 : 0))
        }
        return .integer(Int128(tiles[smaller]))
      }
    }
  }

  // MARK: Aggregates of rows around

  /// Which of the rows of a partition an aggregate is computed of.
  private enum Frame {
    case whole, running
    case rows(Int)
    case time(Int, TimeUnitSyntax, Meaning)

    func notes(_ function: AggregateFunction) -> [OracleWindowNote] {
      switch self {
      case .whole: function == .first || function == .last ? [.ties] : []
      case .running: [.ties]
      case .rows(let count): [.ties, .gaps, .short(count)]
      case .time(let count, let unit, _): [.withoutTime, .shortTime(count, unit)]
      }
    }
  }

  private func aggregated(_ call: CallSyntax, _ verb: AggregateVerbSyntax) throws -> Meaning {
    try checkAdditivity(verb, call.arguments)
    if verb == .share {
      guard call.arguments.count == 1, call.over == nil else { throw invalid("share") }
      return try share(call.arguments[0], call.with, call.within)
    }
    var need: WindowNeed = verb == .first || verb == .last ? .order : .none
    if let over = call.over { need = over.unit == nil ? .order : .time }
    let (partition, order) = try arrangement(call.within, need)
    var frame = Frame.whole
    if let over = call.over {
      frame = .rows(over.count)
      if let unit = over.unit { frame = .time(over.count, unit, order[0].meaning) }
    }
    return try aggregate(
      verb, try operand(call.arguments), call.isDistinct, call.with, frame, partition, order)
  }

  private func operand(_ arguments: [ExpressionSyntax]) throws -> Meaning? {
    guard arguments.count <= 1 else { throw invalid("operands") }
    return try arguments.first.map { try meaning($0) }
  }

  private func aggregate(
    _ verb: AggregateVerbSyntax, _ operand: Meaning?, _ isDistinct: Bool,
    _ with: ExpressionSyntax?, _ frame: Frame, _ partition: [Meaning], _ order: [OracleOrder]
  ) throws -> Meaning {
    guard let function = AggregateFunction(rawValue: verb.rawValue), function != .corr,
      !isDistinct || function == .count
    else { throw invalid("aggregate") }
    let condition = try with.map { try filter($0, "with") }
    if let condition { watch(condition.condition, "with", condition.text) }
    guard let type = resultType(function, [operand?.type ?? .boolean]) else {
      throw invalid("\(verb) of \(String(describing: operand?.type))")
    }
    if case .time(_, let unit, let time) = frame, !unit.measures(time.type) {
      throw invalid("\(unit) of \(time.type)")
    }
    let isWide = ![.min, .max, .first, .last].contains(function) || operand?.mayBeWide ?? false
    let counted = { (row: OracleRow) throws -> CellValue in
      if let condition, try !condition.condition.value(row).isTrue { return .missing }
      return try operand?.value(row).value ?? .boolean(true)
    }
    return window(
      type, partition, order, mayBeWide: isWide, notes: frame.notes(function),
      reads: { _ = try counted($0) }
    ) { rows, place in
      guard let seen = try Self.rows(of: frame, rows, place) else { return .missing }
      let values = try seen.map(counted)
      do {
        return try GroupingOracle.result(
          function, isDistinct: isDistinct, fraction: nil, operands: [values],
          rowCount: values.count, type: type)
      } catch is GroupingOracle.Overflow {
        throw Refusal.overflow
      }
    }
  }

  private static func rows(of frame: Frame, _ rows: [OracleRow], _ place: Int) throws
    -> [OracleRow]?
  {
    switch frame {
    case .whole: return rows
    case .running: return Array(rows[...place])
    case .rows(let count): return Array(rows[max(0, place - count + 1)...place])
    case .time(let count, let unit, let time):
      let end = try time.value(rows[place]).value
      guard end != .missing, let begin = end.earlier(by: count, unit) else { return nil }
      return try rows.filter { row in
        guard let own = try time.value(row).value.storedInteger, let last = end.storedInteger
        else { return false }
        return own <= last && own > begin
      }
    }
  }

  /// A row's part of what the rows around it have together, or that of the rows up to it within some
  /// partition.
  private func share(
    _ argument: ExpressionSyntax, _ with: ExpressionSyntax?, _ within: WithinSyntax?,
    running: (partition: [Meaning], order: [OracleOrder])? = nil
  ) throws -> Meaning {
    let part = try meaning(argument)
    guard part.type.isNumeric || part.type == .duration else { throw invalid("share") }
    let (partition, _) = try arrangement(within, .none)
    let whole = try aggregate(.sum, part, false, nil, .whole, partition, [])
    var sum = part
    if let running {
      sum = try aggregate(
        .sum, part, false, with, .running, running.partition, running.order)
    } else if let with {
      let condition = try filter(with, "with")
      watch(condition.condition, "with", condition.text)
      let type = part.type
      let zero: CellValue =
        type.isFloating
        ? (type == .ratio ? .ratio(0) : .float(0)) : CellValue(stored: Int64(0), type: type)
      sum.value = { row in
        let test = try condition.condition.value(row)
        var chosen = test.isTrue ? try part.value(row) : Outcome(value: zero)
        chosen.unknown = chosen.unknown || test.isUnknown
        return chosen
      }
    }
    return computed(.ratio, [sum, whole], losing: \.zeroDivisions) {
      Self.quotient($0[0], $0[1], .ratio)
    }
  }

  private func running(_ call: CallSyntax) throws -> Meaning {
    guard call.arguments.count == 1, call.over == nil else { throw invalid("running") }
    guard case .call(let inner) = call.arguments[0].kind, let verb = inner.verb, inner.over == nil,
      verb == .share || inner.within == nil
    else {
      try checkAdditivity(.sum, call.arguments)
      let (partition, order) = try arrangement(call.within, .order)
      return try aggregate(
        .sum, try operand(call.arguments), false, call.with, .running, partition, order)
    }
    guard call.with == nil else { throw invalid("running with") }
    let (partition, order) = try arrangement(call.within ?? inner.within, .order)
    if groups == nil {
      try checkAdditivity(verb, inner.arguments)
      if verb == .share {
        return try share(
          inner.arguments[0], inner.with, inner.within, running: (partition, order))
      }
      guard [.sum, .count, .average, .min, .max].contains(verb), !inner.isDistinct else {
        throw invalid("running \(verb)")
      }
      return try aggregate(
        verb, try operand(inner.arguments), false, inner.with, .running, partition, order)
    }
    if verb == .share {
      let (part, whole, within) = try shareParts(
        Phrase(
          verb: verb, isDistinct: inner.isDistinct, operands: inner.arguments, with: inner.with,
          within: inner.within, place: inner.name.span.start))
      return quotient(
        ofShare: soFar(part, partition, order),
        within == nil ? soFar(whole, partition, order) : whole, within)
    }
    guard [.sum, .count, .average, .min, .max].contains(verb), !inner.isDistinct else {
      throw invalid("running \(verb)")
    }
    let value = try meaning(call.arguments[0])
    if verb == .average, value.type == .duration { throw invalid("running average") }
    var result = soFar(value, partition, order)
    if verb == .average { result.additivity = .ratios }
    return result
  }

  /// An aggregate of the rows of all groups so far.
  private func soFar(_ value: Meaning, _ partition: [Meaning], _ order: [OracleOrder]) -> Meaning {
    let none = [CellValue?](repeating: nil, count: groups?.keys.count ?? 0)
    return window(value.type, partition, order, mayBeWide: true, notes: [.ties]) { rows, place in
      let members = rows[...place].compactMap(\.group)
      return try value.value(OracleRow(group: OracleGroup(keys: none, members: members))).value
    }
  }

  // MARK: Lines

  /// The straight line of least squares through the known values, along the time that rows are in order
  /// of, or their places.
  private func line(_ call: CallSyntax, _ name: String) throws -> Meaning {
    let operand = try meaning(call.arguments[0])
    guard operand.type.isNumeric else { throw invalid("no number") }
    let ahead = try call.arguments.count > 1 ? number(call.arguments[1]) : 0
    let (partition, order) = try arrangement(call.within, .order)
    let time = order.first.flatMap { $0.meaning.type.isTime ? $0 : nil }
    let type: ColumnType = operand.type.isPercentage ? .ratio : .float
    return window(
      type, partition, order, notes: [time == nil ? .ties : .withoutTime]
    ) { rows, place in
      func moment(_ place: Int) throws -> Rational? {
        guard let time else { return Rational(place) }
        guard let stored = try time.meaning.value(rows[place]).value.storedInteger else {
          return nil
        }
        // A moment is one of days.
        let isMoment = time.meaning.type == .dateTime
        return isMoment
          ? Rational(.integer(stored)) / Rational(86_400_000_000) : Rational(.integer(stored))
      }
      var (n, t, tt) = (Rational(0), Rational(0), Rational(0))
      var (x, tx) = (Rational(0), Rational(0))
      for other in rows.indices {
        let value = try operand.value(rows[other]).value
        guard value != .missing, let when = try moment(other) else { continue }
        n = n + Rational(1)
        t = t + when
        tt = tt + when * when
        x = x + Rational(value)
        tx = tx + when * Rational(value)
      }
      let divisor = n * tt - t * t
      guard !divisor.isZero, let own = try moment(place) else { return .missing }
      let slope = (n * tx - t * x) / divisor
      let height =
        name == "slope"
        ? slope : (x * tt - t * tx) / divisor + slope * (own + Rational(ahead))
      let number = height.nearest
      guard number.isFinite else { throw Refusal.overflow }
      return type == .ratio ? .ratio(number) : .float(number)
    }
  }
}

extension ExpressionSyntax {
  /// Whether an aggregate or a window is called in it.
  fileprivate var callsAggregate: Bool {
    var found = false
    forEachDescendant { inner in
      if case .call(let call) = inner.kind {
        if call.verb != nil || WindowName(call.name.text) != nil { found = true }
      }
    }
    return found
  }

  /// Whether a window is called in it, were it computed for rows.
  var callsWindow: Bool { mayHoldWindow(ofGroups: false) }
}

extension TimeUnitSyntax {
  /// Whether lengths of the unit can be counted back from times of a type.
  fileprivate func measures(_ type: ColumnType) -> Bool {
    switch type {
    case .date: [.day, .week, .month, .quarter, .year].contains(self)
    case .dateTime: true
    case .period(.week): self == .week
    case .period(let unit):
      unit == .month
        ? [.month, .quarter, .year].contains(self)
        : unit == .quarter ? [.quarter, .year].contains(self) : self == .year
    default: false
    }
  }
}

extension CellValue {
  /// The time, as stored, behind which a window begins that ends here.
  func earlier(by count: Int, _ unit: TimeUnitSyntax) -> Int128? {
    let months = count * (unit == .month ? 1 : unit == .quarter ? 3 : unit == .year ? 12 : 0)
    let length = Int128(count) * Int128(Resolver.microseconds[unit] ?? 0)
    let day: Int128 = 86_400_000_000
    switch self {
    case .date(let date):
      guard months > 0 else { return Int128(date.daysSince1970) - length / day }
      return date.earlier(byMonths: months)
    case .dateTime(let moment):
      guard months > 0 else { return Int128(moment) - length }
      let days = Int128(moment) >= 0 ? Int128(moment) / day : -((-Int128(moment) + day - 1) / day)
      let date = CalendarDate(daysSince1970: Int(days))
      return date.earlier(byMonths: months).map { $0 * day + Int128(moment) - days * day }
    case .period(let period):
      let size =
        period.unit == .week ? 1 : period.unit == .month ? 1 : period.unit == .quarter ? 3 : 12
      let own = storedInteger ?? 0
      return own - Int128(period.unit == .week ? count : months / size)
    default: return nil
    }
  }
}

extension CalendarDate {
  /// The same day so many months before, or that month's last.
  func earlier(byMonths months: Int) -> Int128? {
    let parts = parts
    let month = CalendarPeriod(.month, index: (parts.year - 1970) * 12 + parts.month - 1 - months)
    let last = month.lastDay.parts.day
    return Int128(month.firstDay.daysSince1970 + min(parts.day, last) - 1)
  }
}

extension Resolver {
  /// What the rows of a step's result stand for: its groups, or what the rows before it stood for, as
  /// far as all keys are given out.
  func grain(of step: StepSyntax, _ result: OracleResult, _ columns: [String]) -> OracleGrain? {
    if step.head?.isDistinct ?? false { return nil }
    var grain = notes.grain ?? OracleGrain()
    var keyNames = grain.keys.map { scope.entries[$0].name.lowercased() }
    var (isOrdered, isTop) = (false, false)
    var orderNames: [String] = []
    var groupCount = 0
    for clause in step.clauses {
      switch clause {
      case .groupBy(let clause):
        if clause.hasTotals { return nil }
        groupCount = clause.keys.count
      case .across: return nil
      case .orderBy(let clause):
        isOrdered = true
        orderNames = clause.keys.map { plainName($0.expression) }
      case .top(let clause):
        if clause.hasRest { return nil }
        (isOrdered, isTop) = (true, true)
      default: continue
      }
    }
    let names = columns.map { $0.lowercased() }
    if let form = step.head?.form, form != .list {
      grain = OracleGrain(keys: Array(0..<groupCount))
      keyNames = Array(names.prefix(groupCount))
    } else {
      let places = keyNames.map { name in names.firstIndex(of: name) }
      grain.keys = places.contains(nil) ? [] : places.compactMap { $0 }
    }
    grain.additivity = result.additivity
    if isOrdered {
      grain.isOrdered = true
      grain.isOrderedByKeys = !isTop && orderNames.allSatisfy { keyNames.contains($0) }
    }
    var rest = names
    for clause in step.clauses { grain = grain.behind(clause, &rest) }
    return grain
  }

  /// Refuses aggregates of a column whose values can't be added up.
  func checkAdditivity(_ verb: AggregateVerbSyntax, _ operands: [ExpressionSyntax]) throws {
    guard let operand = operands.first, case .name(let path) = operand.kind else { return }
    let entry = try named(path.parts.map { $0.text.lowercased() })
    if let kind = entry?.meaning.additivity, kind.forbids(verb) {
      throw invalid("a sum of \(kind)")
    }
  }
}

extension OracleGrain {
  /// What rows stand for once a clause has changed the table of such columns as a whole.
  fileprivate func behind(_ clause: ClauseSyntax, _ names: inout [String]) -> OracleGrain {
    switch clause {
    case .append: return OracleGrain(additivity: additivity)
    case .unpivot(let unpivot):
      let own = unpivot.columns.compactMap { names.firstIndex(of: $0.text.lowercased()) }
      let others = names.indices.filter { !own.contains($0) }
      let kept = keys.compactMap { others.firstIndex(of: $0) }
      var grain = OracleGrain()
      if !keys.isEmpty, kept.count == keys.count { grain.keys = kept + [others.count] }
      for (place, index) in others.enumerated() { grain.additivity[place] = additivity[index] }
      grain.additivity[others.count + 1] = own.compactMap { additivity[$0] }.first
      names = others.map { names[$0] } + [unpivot.key.text, unpivot.value.text]
      return grain
    default: return self
    }
  }
}

extension [OracleColumn] {
  /// What values can't be added up, by the place of their column behind so many others.
  func additivity(from first: Int) -> [Int: Additivity] {
    var found: [Int: Additivity] = [:]
    for (place, column) in enumerated() { found[first + place] = column.meaning.additivity }
    return found
  }
}
