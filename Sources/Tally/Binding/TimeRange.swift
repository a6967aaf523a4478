/// The values that the conditions of a step leave to a key that is a day or a period.
///
///     where opened in last 3 months group by month(opened)      the three months
struct TimeRange {
  /// The first value as it is stored; nil where the conditions do not say.
  private(set) var first: Int64?
  /// The last value, likewise.
  private(set) var last: Int64?

  private let day: BoundExpression
  private let moment: BoundExpression?
  private var firstDay = Int64.min
  private var lastDay = Int64.max

  /// Reads the conditions for a key of rows.
  init(of key: BoundExpression, _ stages: [RowPlan.Stage]) {
    day = key.dayOfPeriod ?? key.finerPeriod ?? key
    if case .arithmetic(.floorDivide, let moment, _) = day.kind, moment.type == .dateTime {
      self.moment = moment
    } else {
      moment = nil
    }
    for case .filter(let filter) in stages { narrow(by: filter.condition) }
    let limits = -719_162...Int64(2_932_896)
    if limits.contains(firstDay) {
      first = key.type.timeValue(of: CalendarDate(daysSince1970: Int(firstDay)))
    }
    if limits.contains(lastDay) {
      last = key.type.timeValue(of: CalendarDate(daysSince1970: Int(lastDay)))
    }
  }

  private mutating func narrow(by condition: BoundExpression) {
    switch condition.kind {
    case .and(let parts): for part in parts { narrow(by: part) }
    case .between(let value, let low, let high):
      narrow(value, .greaterOrEqual, low)
      narrow(value, .lessOrEqual, high)
    case .comparison(let operation, let left, let right):
      narrow(left, operation, right)
      switch operation {
      case .less: narrow(right, .greater, left)
      case .lessOrEqual: narrow(right, .greaterOrEqual, left)
      case .greater: narrow(right, .less, left)
      case .greaterOrEqual: narrow(right, .lessOrEqual, left)
      case .equal, .notEqual: narrow(right, operation, left)
      }
    default: break
    }
  }

  private mutating func narrow(
    _ subject: BoundExpression, _ operation: ComparisonOperator, _ limit: BoundExpression
  ) {
    guard let stored = limit.constantValue?.storedInteger, let value = Int64(exactly: stored),
      abs(value) < 1 << 62
    else { return }
    let (low, high): (Int64?, Int64?) =
      switch operation {
      case .equal: (value, value)
      case .greaterOrEqual: (value, nil)
      case .greater: (value + 1, nil)
      case .lessOrEqual: (nil, value)
      case .less: (nil, value - 1)
      case .notEqual: (nil, nil)
      }
    if let low, let days = days(of: low, subject) { firstDay = max(firstDay, days.lowerBound) }
    if let high, let days = days(of: high, subject) { lastDay = min(lastDay, days.upperBound) }
  }

  /// The days of a stored value of the key's day, of its moment, or of a period that holds it.
  private func days(of value: Int64, _ subject: BoundExpression) -> ClosedRange<Int64>? {
    if subject == day, subject.type == .date { return value...value }
    if subject == day, case .period(let unit) = subject.type { return days(of: value, unit) }
    if subject == moment {
      let day = Int64(floorQuotient(Int(value), Int(microsecondsPerDay)))
      return day...day
    }
    guard subject.dayOfPeriod == day, case .period(let unit) = subject.type else { return nil }
    return days(of: value, unit)
  }

  private func days(of value: Int64, _ unit: PeriodUnit) -> ClosedRange<Int64>? {
    let period = CalendarPeriod(unit, index: Int(value))
    guard period.isInRange else { return nil }
    return Int64(period.firstDay.daysSince1970)...Int64(period.lastDay.daysSince1970)
  }
}

extension BoundExpression {
  /// The month of `year(month)` and so on; nil for any other expression.
  fileprivate var finerPeriod: BoundExpression? {
    guard case .period = type, case .arithmetic(.floorDivide, let finer, _) = kind,
      case .period = finer.type
    else { return nil }
    return finer
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
}
