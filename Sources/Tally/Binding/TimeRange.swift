/// The values that the conditions of a step leave to a key that is a day or a period.
///
///     where opened in last 3 months group by month(opened)      the three months
///
/// A condition tells where it compares the day, a period of it, or the moment behind it with values
/// that are known, or joins such comparisons by `and`, `or` and `not`. Between the values that it
/// names it has one answer, so that it is asked at each of them.
struct TimeRange {
  /// The first value as it is stored; nil where the conditions do not say.
  private(set) var first: Int64?
  /// The last value, likewise. Before the first where the conditions leave nothing.
  private(set) var last: Int64?

  /// Reads the conditions for a key of rows. Those with queries tell nothing before their answers
  /// are in their places.
  init(of key: BoundExpression, _ conditions: [BoundExpression], _ context: RunContext)
    throws(QueryError)
  {
    let base = key.timeBehindPeriods
    guard let limits = base.type.timeLimits else { return }
    let probe = TimeProbe(base: base, context: context)
    var known: [BoundExpression] = []
    var bounds: Set<Int64> = []
    for condition in conditions {
      guard probe.readsBase(condition) else { continue }
      if let own = try probe.bounds(of: condition), let condition = probe.ofBase(condition) {
        known.append(condition)
        bounds.formUnion(own)
      }
    }
    guard !known.isEmpty, let keyOfBase = probe.ofBase(key) else { return }
    // A condition may name the first and the last value that there are.
    let namesEnds = (bounds.contains(limits.lowerBound), bounds.contains(limits.upperBound + 1))
    let starts = bounds.union([limits.lowerBound]).filter(limits.contains).sorted()
    let isLeft = try probe.areTrue(known, at: starts)
    guard let low = isLeft.firstIndex(of: true), let high = isLeft.lastIndex(of: true) else {
      (first, last) = (1, 0)
      return
    }
    // One that leaves out a single value, which may be the first of all, tells no beginning: it
    // would hold before that, too.
    let isOpen = (
      below: try probe.areTrueBeyond(known, at: limits.lowerBound - 1).map {
        $0 && (low > 0 || !namesEnds.0)
      } ?? (low == 0 && !namesEnds.0),
      above: try probe.areTrueBeyond(known, at: limits.upperBound + 1).map {
        $0 && (high < starts.count - 1 || !namesEnds.1)
      } ?? (high == starts.count - 1 && !namesEnds.1)
    )
    let ends = [starts[low], high == starts.count - 1 ? limits.upperBound : starts[high + 1] - 1]
    let values = try probe.values(of: keyOfBase, at: ends)
    if !isOpen.below { first = values[0] }
    if !isOpen.above { last = values[1] }
  }
}

/// Asks conditions at single values of a day, a moment or a period.
private struct TimeProbe {
  let base: BoundExpression
  let context: RunContext

  /// An expression that reads nothing but the base, as one of a column of its values.
  func ofBase(_ expression: BoundExpression) -> BoundExpression? {
    if expression == base {
      return BoundExpression(.column(0), base.type, mayBeMissing: false, at: expression.span)
    }
    switch expression.kind {
    case .column, .lookedUp, .queryValue, .membership(_, .query), .membership(_, .members):
      return nil
    default:
      var isKnown = true
      let kind = expression.kind.mappingOperands { operand in
        let own = ofBase(operand)
        isKnown = isKnown && own != nil
        return own ?? operand
      }
      return isKnown
        ? BoundExpression(
          kind, expression.type, mayBeMissing: expression.mayBeMissing, at: expression.span) : nil
    }
  }

  /// The values at which a condition may begin to have another answer; nil where nobody knows.
  func bounds(of condition: BoundExpression) throws(QueryError) -> [Int64]? {
    if !readsBase(condition) { return ofBase(condition) == nil ? nil : [] }
    switch condition.kind {
    case .and(let parts), .or(let parts):
      var all: [Int64] = []
      for part in parts {
        guard let own = try bounds(of: part) else { return nil }
        all += own
      }
      return all
    case .not(let part): return try bounds(of: part)
    case .isMissing(let value): return isTime(value) ? [] : nil
    case .comparison(_, let left, let right): return try bounds(comparing: [left, right])
    case .between(let value, let low, let high):
      return try bounds(comparing: [value, low, high])
    case .membership(let value, .integers(let members, _)):
      return isTime(value) ? members.flatMap { bounds(at: $0, of: value) } : nil
    default: return nil
    }
  }

  private func bounds(comparing operands: [BoundExpression]) throws(QueryError) -> [Int64]? {
    let times = operands.filter(readsBase)
    guard let time = times.first, isTime(time), times.allSatisfy({ $0 == time }) else { return nil }
    var all: [Int64] = []
    for operand in operands where !readsBase(operand) {
      guard let operand = ofBase(operand) else { return nil }
      do throws(QueryError) {
        for value in try values(of: operand, at: [0]) {
          if let value { all += bounds(at: value, of: time) }
        }
      } catch  where error.kind == .overflow {
        return nil
      }
    }
    return all
  }

  func readsBase(_ expression: BoundExpression) -> Bool {
    expression == base || expression.kind.operands.contains(where: readsBase)
  }

  /// Whether an expression is the base or a period of it.
  private func isTime(_ expression: BoundExpression) -> Bool {
    expression == base || (expression.finerTime.map(isTime) ?? false)
  }

  /// The first value of the base for which a time has a value, and the first behind those.
  private func bounds(at value: Int64, of time: BoundExpression) -> [Int64] {
    guard let span = span(of: value...value, time) else { return [] }
    let (next, overflow) = span.upperBound.addingReportingOverflow(1)
    return overflow ? [span.lowerBound] : [span.lowerBound, next]
  }

  private func span(of values: ClosedRange<Int64>, _ time: BoundExpression) -> ClosedRange<Int64>? {
    if time == base { return values }
    guard let finer = time.finerTime else { return nil }
    switch time.kind {
    case .arithmetic(.floorDivide, _, let divisor):
      guard let stored = divisor.constantValue?.storedInteger, let size = Int64(exactly: stored),
        size > 0
      else { return nil }
      let (low, isBelow) = values.lowerBound.multipliedReportingOverflow(by: size)
      let (high, isAbove) = values.upperBound.multipliedReportingOverflow(by: size)
      let (end, isBeyond) = high.addingReportingOverflow(size - 1)
      return isBelow || isAbove || isBeyond ? nil : span(of: low...end, finer)
    default:
      guard case .period(let unit) = time.type, let limits = time.type.timeLimits,
        limits.contains(values.lowerBound), limits.contains(values.upperBound)
      else { return nil }
      let (low, high) = (
        CalendarPeriod(unit, index: Int(values.lowerBound)).firstDay,
        CalendarPeriod(unit, index: Int(values.upperBound)).lastDay
      )
      return span(of: Int64(low.daysSince1970)...Int64(high.daysSince1970), finer)
    }
  }

  // MARK: Evaluation

  /// Whether all conditions would hold at a value that there is not; nil where it has no month, year
  /// or day that they ask for.
  func areTrueBeyond(_ conditions: [BoundExpression], at value: Int64) throws(QueryError) -> Bool? {
    do throws(QueryError) {
      return try areTrue(conditions, at: [value])[0]
    } catch  where error.kind == .overflow {
      return nil
    }
  }

  /// Whether all conditions hold at each of some values.
  func areTrue(_ conditions: [BoundExpression], at values: [Int64]) throws(QueryError) -> [Bool] {
    var result = Array(repeating: true, count: values.count)
    for condition in conditions {
      let outcomes = try self.values(of: condition, at: values)
      for (place, outcome) in outcomes.enumerated() where outcome != 1 { result[place] = false }
    }
    return result
  }

  /// An expression of the base at each of some values of it, as it is stored; nil where it is
  /// missing, or no stored integer of 64 bits.
  func values(of expression: BoundExpression, at values: [Int64]) throws(QueryError) -> [Int64?] {
    let stored = try GroupArray<Int64>(count: values.count, filling: 0, budget: context.budget)
    for (place, value) in values.enumerated() { stored[place] = value }
    let column = try Column.integers(
      stored.elements, type: base.type, validity: nil, budget: context.budget)
    let evaluator = try Evaluator(expression, columns: [column], context: context)
    var result: [Int64?] = []
    for start in stride(from: 0, to: values.count, by: context.batchRows) {
      let count = min(context.batchRows, values.count - start)
      let vector = try evaluator.evaluate(Batch(columns: [column], start: start, count: count))
      for row in 0..<count { result.append(vector.storedInteger(vector.isConstant ? 0 : row)) }
    }
    return result
  }
}

extension Vector {
  /// A value as it is stored; nil where it is missing, or no integer of 64 bits.
  fileprivate func storedInteger(_ row: Int) -> Int64? {
    if let valid, valid[row] == 0 { return nil }
    return switch storage {
    case .integers(let values): values[row]
    case .booleans(let values): Int64(values[row])
    case .wide(let values): Int64(exactly: values[row])
    case .floats, .codes, .texts: nil
    }
  }
}

extension ColumnType {
  /// The values of a day, a moment or a period that there are; nil for other types.
  fileprivate var timeLimits: ClosedRange<Int64>? {
    switch self {
    case .date, .dateTime, .period:
      Int64(storedLimits.lowerBound)...Int64(storedLimits.upperBound)
    default: nil
    }
  }
}

extension BoundExpression {
  /// The moment or day of `month(at)`, the month of `year(month)` and so on; a time as it is.
  fileprivate var timeBehindPeriods: BoundExpression { finerTime?.timeBehindPeriods ?? self }

  /// What a day or a period is computed of: the day of `month(day)`, the moment of `date(at)`, the
  /// month of `year(month)`; nil for any other expression.
  fileprivate var finerTime: BoundExpression? {
    switch (type, kind) {
    case (.period, .arithmetic(.floorDivide, let finer, _)):
      if case .period = finer.type { return finer }
      return nil
    case (.date, .arithmetic(.floorDivide, let moment, _)) where moment.type == .dateTime:
      return moment
    default: return dayOfPeriod
    }
  }

  /// The day of `year(day)`, `month(day)` and so on; nil for any other expression.
  var dayOfPeriod: BoundExpression? {
    guard case .period = type, case .call(let function, let arguments) = kind,
      arguments.count == 1, arguments[0].type == .date
    else { return nil }
    switch function {
    case .year, .quarter, .month, .week: return arguments[0]
    default: return nil
    }
  }

  /// The conditions that must all hold.
  var conjuncts: [BoundExpression] {
    if case .and(let parts) = kind { return parts.flatMap(\.conjuncts) }
    return [self]
  }

  /// Whether the answer of a query is part of it.
  var asksQuery: Bool {
    switch kind {
    case .queryValue, .membership(_, .query): true
    default: kind.operands.contains(where: \.asksQuery)
    }
  }
}
