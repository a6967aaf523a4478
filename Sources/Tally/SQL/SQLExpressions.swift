/// Writes bound expressions in a dialect.
///
/// A value has the natural form of its type: a date is a DATE, a period is the DATE of its first
/// day, a length of time is a number of microseconds, a percentage is the number it stands for.
/// Where the plan computes with stored integers of other types, values are converted.
struct SQLExpressions {
  let dialect: SQLDialect
  let frame: SQLFrame
  let emitter: SQLEmitter
  /// The queries that ran before, by place.
  let queries: [SQLRelation]

  /// The error for what the dialect can't say exactly.
  func refused(_ what: String, at span: SourceSpan, help: String) -> QueryError {
    QueryError(
      kind: .type,
      diagnostics: [
        Diagnostic(.notInDialect, "\(dialect.title) \(what)", at: span, help: [help])
      ])
  }

  /// The value of an expression in the form of its type.
  func value(_ expression: BoundExpression) throws(QueryError) -> SQLValue {
    let native = try native(expression)
    return try reread(native, as: expression.type, at: expression.span)
  }

  func native(_ expression: BoundExpression) throws(QueryError) -> SQLValue {
    let span = expression.span
    switch expression.kind {
    case .column(let index): return try read(frame.own[index], at: span)
    case .lookedUp(let slot, let column): return try read(frame.slots[slot][column], at: span)
    case .constant(let value): return try constant(value, expression.type, at: span)
    case .arithmetic(let operation, let left, let right):
      return try arithmetic(operation, left, right, expression)
    case .quotient(let left, let right): return try quotient(left, right)
    case .negated(let operand):
      let value = try value(operand)
      return checked(
        SQLValue("-\(value.atom)", value.type, .arithmetic), bounds: .negated(value.bounds))
    case .rescale(let operand, let places): return rescaled(try value(operand), by: places)
    case .toFloat(let operand): return float(try value(operand))
    case .conditional(let first, let condition, let second):
      return try conditional(first, condition, second, expression)
    case .call(let function, let arguments):
      return try call(function, arguments, expression)
    case .queryValue(let place):
      let relation = queries[place]
      let column = relation.columns[0]
      let name = dialect.quoted(column.name)
      return SQLValue("(SELECT \(name) FROM \(dialect.quoted(relation.name)))", column.type)
    case .comparison, .textMatch, .between, .membership, .isMissing, .not, .and, .or:
      let condition = try truth(expression)
      if condition.isTotal { return condition }
      return SQLValue("\(condition.atom) IS TRUE", .boolean, .comparison, isTotal: true)
    }
  }

  /// A column, which its table must have.
  func read(_ value: SQLValue, at span: SourceSpan) throws(QueryError) -> SQLValue {
    guard let leaf = value.leaf else { return value }
    if let problem = leaf.problem {
      throw refused(problem, at: span, help: "write the statement for another dialect")
    }
    emitter.expect(leaf.column, of: leaf.table)
    return value
  }

  private func conditional(
    _ first: BoundExpression, _ condition: BoundExpression, _ second: BoundExpression,
    _ whole: BoundExpression
  ) throws(QueryError) -> SQLValue {
    let (one, other) = (try value(first), try value(second))
    let test = try truth(condition)
    // The plan may take the result for the integer that stands for it.
    let type = first.isMissingLiteral ? other.type : one.type
    var result = SQLValue(
      "CASE WHEN \(test.text) THEN \(one.text) ELSE \(other.text) END", type)
    result.bounds = IntervalArithmetic.union(one.bounds, other.bounds)
    return result
  }

  // MARK: Constants

  /// A constant of a type.
  func constant(_ value: CellValue, _ type: ColumnType, at span: SourceSpan) throws(QueryError)
    -> SQLValue
  {
    let text: String
    switch value {
    case .missing: text = "CAST(NULL AS \(dialect.typeName(type)))"
    case .boolean(let flag):
      return SQLValue(flag ? "TRUE" : "FALSE", .boolean, isTotal: true)
    case .integer(let number): return try self.number(number, 0, type, at: span)
    case .decimal(let number), .percent(let number):
      return try self.number(number.coefficient, number.scale, type, at: span)
    case .float(let number), .ratio(let number):
      let digits = "\(number)".contains("e") ? "\(number)" : "\(number)e0"
      text = "CAST(\(digits) AS \(dialect.typeName(.float)))"
    case .text(let words):
      if words.unicodeScalars.contains("\0") {
        throw refused(
          "has no texts with a null character", at: span, help: "compare another part of the text")
      }
      text = dialect.literal(words)
    case .date(let day): return date(day)
    case .dateTime(let moment):
      if dialect == .sqlite { return Int128(moment).sqlNumber(0, type, dialect) }
      let words = value.text(in: .csv) ?? ""
      _ = moment
      text = "TIMESTAMP \(dialect.literal(String(words.map { $0 == "T" ? " " : $0 })))"
    case .period(let period): return date(period.firstDay).retyped(type)
    case .duration(let length): return Int128(length).sqlNumber(0, type, dialect)
    }
    return SQLValue(text, type)
  }

  /// `coefficient / 10^scale` as a literal.
  private func number(
    _ coefficient: Int128, _ scale: Int, _ type: ColumnType, at span: SourceSpan
  ) throws(QueryError) -> SQLValue {
    if dialect.countsDecimals, Int64(exactly: coefficient) == nil {
      throw refused(
        "has no whole numbers beyond 64 bits, and counts decimals in their last place", at: span,
        help: "write the statement for another dialect")
    }
    return coefficient.sqlNumber(scale, type, dialect)
  }

  private func date(_ day: CalendarDate) -> SQLValue {
    let words = dialect.literal(day.description)
    return SQLValue(dialect == .sqlite ? words : "DATE \(words)", .date)
  }
}

extension Int128 {
  /// `self / 10^scale` as a literal.
  fileprivate func sqlNumber(_ scale: Int, _ type: ColumnType, _ dialect: SQLDialect) -> SQLValue {
    let places = dialect.countsDecimals ? 0 : scale
    let digits = ExactDecimal(coefficient: self, scale: places).description
    let suffix = dialect == .spark && places > 0 ? "BD" : ""
    let text = self < 0 ? "(\(digits)\(suffix))" : digits + suffix
    return SQLValue(text, type, bounds: self...self)
  }
}

extension ClosedRange<Int128> {
  /// The range of the negated numbers.
  fileprivate static func negated(_ bounds: ClosedRange<Int128>?) -> ClosedRange<Int128>? {
    IntervalArithmetic.negated(bounds)
  }
}
