extension ColumnType {
  /// Whether values are exact numbers.
  var isExactNumber: Bool { isNumeric && !isFloating }
}

extension SQLExpressions {
  /// Arithmetic on values of the types that the binder chose.
  func arithmetic(
    _ operation: ArithmeticOperator, _ left: BoundExpression, _ right: BoundExpression,
    _ whole: BoundExpression
  ) throws(QueryError) -> SQLValue {
    if let found = try calendarArithmetic(operation, left, right, whole) { return found }
    if left.type.isFloating || right.type.isFloating {
      return try floating(operation, left, right, whole)
    }
    let areNumbers = left.type.isExactNumber && right.type.isExactNumber
    if !areNumbers || !whole.type.isExactNumber
      || (operation != .multiply && left.type.scale != right.type.scale)
    {
      let (first, second) = (stored(try value(left)), stored(try value(right)))
      return try exact(operation, first, second, scale: 0)
    }
    let (first, second) = (wide(try value(left)), wide(try value(right)))
    switch operation {
    case .add, .subtract: return try exact(operation, first, second, scale: left.type.scale)
    case .multiply:
      return try exact(operation, first, second, scale: left.type.scale + right.type.scale)
    case .floorDivide: return try exact(operation, stored(first), stored(second), scale: 0)
    case .modulo:
      let rest = try exact(operation, stored(first), stored(second), scale: 0)
      return counted(rest, scale: left.type.scale)
    }
  }

  /// Arithmetic on exact numbers of one scale.
  private func exact(
    _ operation: ArithmeticOperator, _ left: SQLValue, _ right: SQLValue, scale: Int
  ) throws(QueryError) -> SQLValue {
    let type: ColumnType = scale == 0 ? .integer : .decimal(scale: scale)
    let bounds = IntervalArithmetic.bounds(of: operation, left.bounds, right.bounds)
    switch operation {
    case .add:
      return checked(
        SQLValue("\(left.within(.arithmetic)) + \(right.atom)", type, .arithmetic), bounds: bounds)
    case .subtract:
      return checked(
        SQLValue("\(left.within(.arithmetic)) - \(right.atom)", type, .arithmetic), bounds: bounds)
    case .multiply:
      return checked(
        SQLValue("\(left.atom) * \(right.atom)", type, .arithmetic), bounds: bounds)
    case .floorDivide: return floorQuotient(left, right)
    case .modulo: return floorRest(left, right)
    }
  }

  /// Notes where SQLite's whole numbers could become floating.
  func checked(_ value: SQLValue, bounds: ClosedRange<Int128>?) -> SQLValue {
    var value = value
    value.bounds = bounds
    if dialect == .sqlite {
      let limits = Int128(Int64.min)...Int128(Int64.max)
      if bounds.map({ !limits.contains($0.lowerBound) || !limits.contains($0.upperBound) }) ?? true
      {
        emitter.note(.wholeNumbersEnd)
      }
    }
    return value
  }

  /// Whole numbers of a table as 64 bits, so that narrower ones don't overflow.
  private func wide(_ value: SQLValue) -> SQLValue {
    guard value.leaf != nil, value.type == .integer, dialect != .sqlite else { return value }
    var result = value
    result.text = "CAST(\(value.text) AS \(dialect.typeName(.integer)))"
    result.level = .atom
    return result
  }

  /// What remains, with the sign of the divisor; of zero nothing.
  private func floorRest(_ left: SQLValue, _ right: SQLValue) -> SQLValue {
    let bounds = IntervalArithmetic.bounds(of: .modulo, left.bounds, right.bounds)
    let (a, b) = (left.atom, divisor(right))
    if left.bounds.map({ $0.lowerBound >= 0 }) ?? false,
      right.bounds.map({ $0.lowerBound > 0 }) ?? false
    {
      return SQLValue("\(a) % \(b)", .integer, .arithmetic, bounds: bounds)
    }
    let limit = Int128(1) << 62
    if let divisors = right.bounds, (-limit...limit).contains(divisors.lowerBound),
      (-limit...limit).contains(divisors.upperBound)
    {
      return SQLValue("((\(a) % \(b)) + \(b)) % \(b)", .integer, .arithmetic, bounds: bounds)
    }
    // A rest and a large divisor of one sign have no sum in 64 bits.
    let rest = "\(a) % \(b)"
    return SQLValue(
      "CASE WHEN (\(rest) < 0) <> (\(b) < 0) AND \(rest) <> 0 THEN \(rest) + \(b) ELSE \(rest) END",
      .integer, .arithmetic, bounds: bounds)
  }

  /// The quotient rounded down; of zero nothing.
  private func floorQuotient(_ left: SQLValue, _ right: SQLValue) -> SQLValue {
    let rest = floorRest(left, right).atom
    let bounds = IntervalArithmetic.bounds(of: .floorDivide, left.bounds, right.bounds)
    let whole = truncated("\(left.within(.arithmetic)) - \(rest)", divisor(right))
    return SQLValue(whole, .integer, .atom, bounds: bounds)
  }

  /// A whole number divided by another, without what is behind the point.
  func truncated(_ dividend: String, _ divisor: String) -> String {
    switch dialect {
    case .duckdb: "((\(dividend)) // \(divisor))"
    case .sqlite: "((\(dividend)) / \(divisor))"
    case .postgres: "div(\(dividend), \(divisor))"
    case .spark: "((\(dividend)) DIV \(divisor))"
    }
  }

  private func divisor(_ value: SQLValue) -> String {
    if let bounds = value.bounds, !bounds.contains(0) { return value.atom }
    return "NULLIF(\(value.text), 0)"
  }

  // MARK: Stored integers

  /// An exact number as the count of its last place.
  func coefficient(_ value: SQLValue) -> SQLValue {
    guard value.type.scale > 0, !dialect.countsDecimals else { return value.retyped(.integer) }
    let power = ExactDecimal.powersOfTen[value.type.scale]
    let product = "\(value.atom) * \(power)"
    let text = "CAST(\(product) AS \(dialect.wideInteger))"
    return SQLValue(text, .integer, bounds: value.bounds)
  }

  /// A count of the last place as the number that it stands for.
  func counted(_ value: SQLValue, scale: Int) -> SQLValue {
    let type: ColumnType = scale == 0 ? .integer : .decimal(scale: scale)
    guard scale > 0, !dialect.countsDecimals else { return value.retyped(type) }
    let unit = ExactDecimal(coefficient: 1, scale: scale).description
    let suffix = dialect == .spark ? "BD" : ""
    return SQLValue("\(value.atom) * \(unit)\(suffix)", type, .arithmetic, bounds: value.bounds)
  }

  /// The same exact number with more decimal places.
  func rescaled(_ value: SQLValue, by places: Int) -> SQLValue {
    let scale = value.type.scale + places
    let type: ColumnType =
      value.type.isPercentage ? .percent(scale: scale) : .decimal(scale: scale)
    if !dialect.countsDecimals, places > 0, scale <= ExactDecimal.maximumScale {
      // Without the cast, two decimals of 38 digits meet at the smaller of their scales.
      return SQLValue(
        "CAST(\(value.text) AS \(dialect.typeName(type)))", type, bounds: value.bounds)
    }
    guard dialect.countsDecimals, places > 0, places <= ExactDecimal.maximumScale else {
      return value.retyped(type)
    }
    let power = ExactDecimal.powersOfTen[places]
    return checked(
      SQLValue("\(value.atom) * \(power)", type, .arithmetic),
      bounds: IntervalArithmetic.rescaled(value.bounds, by: places))
  }

  /// The same stored value under another type.
  func reread(_ value: SQLValue, as type: ColumnType, at span: SourceSpan) throws(QueryError)
    -> SQLValue
  {
    if value.type == type { return value }
    switch (value.type, type) {
    case _ where value.type.isFloating && type.isFloating: return value.retyped(type)
    case _ where value.type.isExactNumber && type.isExactNumber:
      if value.type.scale == type.scale || dialect.countsDecimals { return value.retyped(type) }
      return counted(coefficient(value), scale: type.scale).retyped(type)
    case (.text, _), (.boolean, _): return value.retyped(type)
    default: return unstored(stored(value), as: type)
    }
  }

  // MARK: Floating numbers

  /// An exact number as the nearest double.
  func float(_ value: SQLValue) -> SQLValue {
    if value.type.isFloating { return value }
    let name = dialect.typeName(.float)
    guard dialect.countsDecimals, value.type.scale > 0 else {
      return SQLValue("CAST(\(value.text) AS \(name))", .float)
    }
    let power = ExactDecimal.powersOfTen[value.type.scale]
    return SQLValue("CAST(\(value.text) AS REAL) / \(power)", .float, .arithmetic)
  }

  /// `left / right` as the nearest double, missing where the divisor is zero.
  func quotient(_ left: BoundExpression, _ right: BoundExpression) throws(QueryError) -> SQLValue {
    let (first, second) = (try value(left), try value(right))
    return quotient(first, second)
  }

  func quotient(_ left: SQLValue, _ right: SQLValue) -> SQLValue {
    var (first, second) = (left, right)
    if !first.type.isFloating {
      // Whole numbers of one scale: the quotient of counts is rounded once.
      (first, second) = (coefficient(first), coefficient(second))
      emitter.note(.quotients)
    }
    let name = dialect.typeName(.float)
    let dividend = first.type.isFloating ? first.atom : "CAST(\(first.text) AS \(name))"
    return SQLValue("\(dividend) / NULLIF(\(second.text), 0)", .float, .arithmetic)
  }

  private func floating(
    _ operation: ArithmeticOperator, _ left: BoundExpression, _ right: BoundExpression,
    _ whole: BoundExpression
  ) throws(QueryError) -> SQLValue {
    let (first, second) = (try value(left), try value(right))
    emitter.note(.infinity)
    switch operation {
    case .add:
      return SQLValue("\(first.within(.arithmetic)) + \(second.atom)", .float, .arithmetic)
    case .subtract:
      return SQLValue("\(first.within(.arithmetic)) - \(second.atom)", .float, .arithmetic)
    case .multiply: return SQLValue("\(first.atom) * \(second.atom)", .float, .arithmetic)
    case .floorDivide, .modulo:
      throw refused(
        "does not divide floating numbers with a rest as Tally does", at: whole.span,
        help: "round the operands first: round(x, 2) is an exact number")
    }
  }
}
