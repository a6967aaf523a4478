private let microsecondsOfDay: Int128 = 86_400_000_000

extension ColumnType {
  /// The stored integers that days, moments and periods can have; nil for all others.
  fileprivate var calendarBounds: ClosedRange<Int128>? {
    switch self {
    case .date: -719_162...2_932_896
    case .dateTime: -62_135_596_800_000_000...253_402_300_799_999_999
    case .period(.week): -102_737...418_984
    case .period(.month): -1969 * 12...8030 * 12 - 1
    case .period(.quarter): -1969 * 4...8030 * 4 - 1
    case .period(.year): -1969...8029
    case .boolean: 0...1
    default: nil
    }
  }
}

extension SQLExpressions {
  // MARK: Stored integers

  /// A value as the integer that Tally keeps for it: days, microseconds or units since 1970.
  func stored(_ value: SQLValue) -> SQLValue {
    let text: String
    switch value.type {
    case .date: text = days(value.text)
    case .dateTime:
      switch dialect {
      case .duckdb: text = "epoch_us(\(value.text))"
      case .sqlite: return value.retyped(.integer)
      case .postgres: text = "CAST(extract(epoch FROM \(value.text)) * 1000000 AS BIGINT)"
      case .spark: text = "unix_micros(CAST(\(value.text) AS TIMESTAMP))"
      }
    case .period(.week):
      return SQLValue(
        truncated("\(days(value.text)) + 3", "7"), .integer, bounds: value.type.calendarBounds)
    case .period(let unit):
      let months = "(\(part("year", value.text)) - 1970) * 12 + \(part("month", value.text)) - 1"
      let count = unit.months ?? 1
      text = count == 1 ? "(\(months))" : "((\(months)) / \(count))"
      if count > 1 {
        // Whole units before 1970 divide without a rest.
        return SQLValue(
          truncated(months, "\(count)"), .integer, bounds: value.type.calendarBounds)
      }
    case .boolean: text = "CAST(\(value.text) AS INTEGER)"
    default: return coefficient(value)
    }
    return SQLValue(text, .integer, bounds: value.type.calendarBounds)
  }

  /// The value of a stored integer.
  func unstored(_ value: SQLValue, as type: ColumnType) -> SQLValue {
    switch type {
    case .date: return SQLValue(day(value.text), .date)
    case .dateTime:
      switch dialect {
      case .duckdb: return SQLValue("make_timestamp(CAST(\(value.text) AS BIGINT))", .dateTime)
      case .sqlite: return value.retyped(.dateTime)
      case .postgres:
        return SQLValue(
          "TIMESTAMP '1970-01-01' + \(value.atom) * INTERVAL '1 microsecond'", .dateTime,
          .arithmetic)
      case .spark:
        return SQLValue(
          "CAST(timestamp_micros(\(value.text)) AS TIMESTAMP_NTZ)", .dateTime)
      }
    case .period(.week): return SQLValue(day("\(value.atom) * 7 - 3"), type)
    case .period(let unit):
      let epoch = SQLValue(dialect == .sqlite ? "'1970-01-01'" : "DATE '1970-01-01'", .date)
      return shifted(epoch, byMonths: value, times: unit.months ?? 1).retyped(type)
    default: return counted(value, scale: type.scale).retyped(type)
    }
  }

  /// The days of a date since 1970-01-01.
  private func days(_ date: String) -> String {
    switch dialect {
    case .duckdb: "date_diff('day', DATE '1970-01-01', \(date))"
    case .sqlite: "CAST(julianday(\(date)) - 2440587.5 AS INTEGER)"
    case .postgres: "(\(date) - DATE '1970-01-01')"
    case .spark: "datediff(\(date), DATE '1970-01-01')"
    }
  }

  /// The date so many days after 1970-01-01.
  private func day(_ days: String) -> String {
    switch dialect {
    case .duckdb, .postgres: "(DATE '1970-01-01' + CAST(\(days) AS INTEGER))"
    case .sqlite: "date('1970-01-01', (\(days)) || ' days')"
    case .spark: "date_add(DATE '1970-01-01', CAST(\(days) AS INT))"
    }
  }

  // MARK: Parts of a date

  /// A part of a date as a whole number.
  func part(_ name: String, _ date: String) -> String {
    switch (dialect, name) {
    case (.sqlite, "year"): "CAST(strftime('%Y', \(date)) AS INTEGER)"
    case (.sqlite, "month"): "CAST(strftime('%m', \(date)) AS INTEGER)"
    case (.sqlite, "quarter"): "((\(part("month", date)) + 2) / 3)"
    case (.sqlite, "day"): "CAST(strftime('%d', \(date)) AS INTEGER)"
    case (.sqlite, "doy"): "CAST(strftime('%j', \(date)) AS INTEGER)"
    case (.sqlite, "isodow"): "((CAST(strftime('%w', \(date)) AS INTEGER) + 6) % 7 + 1)"
    case (.sqlite, _):
      "((CAST(strftime('%j', \(date), '-3 days', 'weekday 4') AS INTEGER) - 1) / 7 + 1)"
    case (.spark, "isodow"): "(weekday(\(date)) + 1)"
    case (.spark, "doy"): "dayofyear(\(date))"
    case (.spark, "week"): "weekofyear(\(date))"
    case (.spark, _): "\(name)(\(date))"
    case (.duckdb, _): "extract(\(name) FROM \(date))"
    case (.postgres, _): "CAST(extract(\(name) FROM \(date)) AS BIGINT)"
    }
  }

  /// The first day of the period that holds a date.
  func start(of unit: PeriodUnit, _ date: SQLValue) -> SQLValue {
    let text: String
    switch dialect {
    case .duckdb, .postgres: text = "CAST(date_trunc('\(unit.rawValue)', \(date.text)) AS DATE)"
    case .spark: text = "trunc(\(date.text), '\(unit.rawValue)')"
    case .sqlite:
      switch unit {
      case .week: text = "date(\(date.text), 'weekday 0', '-6 days')"
      case .month: text = "date(\(date.text), 'start of month')"
      case .year: text = "date(\(date.text), 'start of year')"
      case .quarter:
        let back = "-((\(part("month", date.text)) - 1) % 3)"
        text = "date(\(date.text), 'start of month', (\(back)) || ' months')"
      }
    }
    return SQLValue(text, .period(unit))
  }

  /// A date and some days, or without them.
  func shifted(_ date: SQLValue, byDays count: SQLValue, sign: String) -> SQLValue {
    switch dialect {
    case .duckdb, .postgres:
      return SQLValue(
        "\(date.within(.arithmetic)) \(sign) CAST(\(count.text) AS INTEGER)", .date, .arithmetic)
    case .sqlite:
      return SQLValue("date(\(date.text), (\(sign)(\(count.text))) || ' days')", .date)
    case .spark:
      let name = sign == "-" ? "date_sub" : "date_add"
      return SQLValue("\(name)(\(date.text), CAST(\(count.text) AS INT))", .date)
    }
  }

  /// The same day of a later month, or that month's last day.
  func shifted(_ date: SQLValue, byMonths count: SQLValue, times factor: Int) -> SQLValue {
    let months = factor == 1 ? count.atom : "(\(count.atom) * \(factor))"
    let text: String
    switch dialect {
    case .duckdb: text = "CAST(\(date.atom) + to_months(CAST(\(months) AS INTEGER)) AS DATE)"
    case .postgres:
      text =
        "CAST(\(date.atom) + make_interval(months => CAST(\(months) AS INTEGER)) AS DATE)"
    case .spark: text = "add_months(\(date.text), CAST(\(months) AS INT))"
    case .sqlite:
      // SQLite goes on into the next month where the day does not exist.
      let first = "date(\(date.text), 'start of month', (\(months)) || ' months'"
      let day = "(\(part("day", date.text)) - 1)"
      text = "min(\(first), \(day) || ' days'), \(first), '+1 month', '-1 day'))"
    }
    return SQLValue(text, .date)
  }

  // MARK: Arithmetic

  /// Arithmetic on days, moments and periods that has words of its own; nil where stored integers
  /// are computed with.
  func calendarArithmetic(
    _ operation: ArithmeticOperator, _ left: BoundExpression, _ right: BoundExpression,
    _ whole: BoundExpression
  ) throws(QueryError) -> SQLValue? {
    let constant = right.constantValue?.storedInteger
    switch (operation, left.type, right.type, whole.type) {
    case (.subtract, .date, .date, .integer):
      return between(try value(right), try value(left))
    case (.add, .date, .integer, .date), (.subtract, .date, .integer, .date):
      return shifted(
        try value(left), byDays: try value(right), sign: operation == .add ? "+" : "-")
    case (.floorDivide, .dateTime, _, .date)
    where constant == microsecondsOfDay && dialect != .sqlite:
      return SQLValue("CAST(\(try value(left).text) AS DATE)", .date)
    case (.floorDivide, _, _, _):
      if case .period(let unit) = whole.type, case .period = left.type {
        return start(of: unit, try value(left))
      }
      // The whole days between two dates are computed by way of their microseconds.
      if case .arithmetic(.multiply, let inner, let factor) = left.kind, let constant,
        constant > 0, factor.constantValue?.storedInteger == constant
      {
        return try value(inner).retyped(.integer)
      }
    case (.add, .period(let unit), .integer, .period),
      (.subtract, .period(let unit), .integer, .period):
      var count = try value(right)
      if operation == .subtract { count = SQLValue("-\(count.atom)", .integer, .arithmetic) }
      let start = try value(left)
      guard let months = unit.months else {
        let days = SQLValue("\(count.atom) * 7", .integer, .arithmetic)
        return shifted(start, byDays: days, sign: "+").retyped(.period(unit))
      }
      return shifted(start, byMonths: count, times: months).retyped(.period(unit))
    case (.add, .integer, .integer, .integer):
      return try partOfPeriod(left, constant)
    default: break
    }
    return nil
  }

  /// `year_number(x)`, `month_number(x)` and `quarter_number(x)`, which are made of stored integers.
  private func partOfPeriod(_ left: BoundExpression, _ constant: Int128?) throws(QueryError)
    -> SQLValue?
  {
    if constant == 1970, left.isPeriod {
      let period = try native(left)
      if period.type == .period(.year) {
        return SQLValue(part("year", period.text), .integer, bounds: 1...9999)
      }
    }
    if constant == 1, case .arithmetic(.modulo, let inner, let count) = left.kind, inner.isPeriod {
      let period = try native(inner)
      let number = count.constantValue?.storedInteger
      if period.type == .period(.month), number == 12 {
        return SQLValue(part("month", period.text), .integer, bounds: 1...12)
      }
      if period.type == .period(.quarter), number == 4 {
        return SQLValue(part("quarter", period.text), .integer, bounds: 1...4)
      }
    }
    return nil
  }

  /// The days from one date to another.
  private func between(_ first: SQLValue, _ last: SQLValue) -> SQLValue {
    let text: String
    switch dialect {
    case .duckdb: text = "date_diff('day', \(first.text), \(last.text))"
    case .sqlite: text = "CAST(julianday(\(last.text)) - julianday(\(first.text)) AS INTEGER)"
    case .postgres: text = "(\(last.within(.arithmetic)) - \(first.atom))"
    case .spark: text = "datediff(\(last.text), \(first.text))"
    }
    return SQLValue(text, .integer, bounds: -4_000_000...4_000_000)
  }

  /// The days from Monday to Friday after one day, up to another.
  func workingDays(_ first: SQLValue, _ last: SQLValue) -> SQLValue {
    // Counted from the Monday before 1970-01-01, whole weeks have five.
    func upTo(_ date: SQLValue) -> String {
      let count = "(\(days(date.text)) + 4 + 7 * 200000)"
      let rest = "(\(count) % 7)"
      let whole = truncated("\(count) - \(rest)", "7")
      return "(\(whole) * 5 + CASE WHEN \(rest) > 5 THEN 5 ELSE \(rest) END)"
    }
    return SQLValue("\(upTo(last)) - \(upTo(first))", .integer, .arithmetic)
  }
}

extension BoundExpression {
  /// Whether the expression could be a period that is taken for its number.
  fileprivate var isPeriod: Bool {
    switch kind {
    case .call(.year, _), .call(.month, _), .call(.quarter, _), .column, .lookedUp, .arithmetic:
      true
    default: false
    }
  }
}
