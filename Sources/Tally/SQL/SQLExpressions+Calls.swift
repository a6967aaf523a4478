extension SQLExpressions {
  /// A call of a function of the catalogue.
  func call(
    _ function: ScalarFunction, _ arguments: [BoundExpression], _ whole: BoundExpression
  ) throws(QueryError) -> SQLValue {
    let values = try arguments.mapThrowing { argument throws(QueryError) in try value(argument) }
    switch function {
    case .lower, .upper, .trim, .fold, .replace, .left, .right, .substring, .part, .concat, .text,
      .length:
      return try text(function, values, arguments, whole)
    case .number, .date: return try reading(function, values, whole)
    case .abs:
      return checked(
        SQLValue("abs(\(values[0].text))", values[0].type),
        bounds: values[0].bounds.map { 0...Swift.max($0.upperBound, 0 &- $0.lowerBound) })
    case .sign:
      let value = values[0]
      let word =
        "CASE WHEN \(value.atom) > 0 THEN 1 WHEN \(value.atom) < 0 THEN -1"
        + " WHEN \(value.atom) = 0 THEN 0 END"
      return SQLValue(word, .integer, bounds: -1...1)
    case .least, .greatest: return extreme(function, values)
    case .round, .floor, .ceil, .truncate: return try rounded(function, values[0], arguments, whole)
    case .sqrt, .power, .log, .exp: return try real(function, values, whole)
    case .year: return start(of: .year, values[0])
    case .quarter: return start(of: .quarter, values[0])
    case .month: return start(of: .month, values[0])
    case .week: return start(of: .week, values[0])
    case .dayNumber: return SQLValue(part("day", values[0].text), .integer, bounds: 1...31)
    case .dayOfYear: return SQLValue(part("doy", values[0].text), .integer, bounds: 1...366)
    case .weekNumber: return SQLValue(part("week", values[0].text), .integer, bounds: 1...53)
    case .weekday: return SQLValue(part("isodow", values[0].text), .integer, bounds: 1...7)
    case .start: return values[0].retyped(.date)
    case .finish: return finish(values[0], arguments[0].type)
    case .addMonths: return shifted(values[0], byMonths: values[1], times: 1)
    case .workingDays:
      guard values.count == 2 else {
        throw refused(
          "has no short way to leave days off out", at: whole.span,
          help: "count working days without the days off")
      }
      return workingDays(values[0], values[1])
    }
  }

  /// The last day of a period.
  private func finish(_ value: SQLValue, _ type: ColumnType) -> SQLValue {
    guard case .period(let unit) = type else { return value.retyped(.date) }
    let one = SQLValue("1", .integer, bounds: 1...1)
    guard let months = unit.months else {
      return shifted(
        value.retyped(.date), byDays: SQLValue("6", .integer, bounds: 6...6), sign: "+")
    }
    let next = shifted(value.retyped(.date), byMonths: one, times: months)
    return shifted(next, byDays: one, sign: "-")
  }

  /// The smallest or largest of some values; missing where one of them is.
  private func extreme(
    _ function: ScalarFunction, _ values: [SQLValue]
  ) -> SQLValue {
    var name = function == .least ? "least" : "greatest"
    if dialect == .sqlite { name = function == .least ? "min" : "max" }
    let all = "\(name)(\(values.map(\.text).joined(separator: ", ")))"
    // Of SQLite's the result is missing anyway; the others pass over missing values.
    if dialect == .sqlite { return SQLValue(all, values[0].type) }
    let known = values.map { "\($0.atom) IS NOT NULL" }.joined(separator: " AND ")
    return SQLValue("CASE WHEN \(known) THEN \(all) END", values[0].type)
  }

  // MARK: Rounding

  private func rounded(
    _ function: ScalarFunction, _ number: SQLValue, _ arguments: [BoundExpression],
    _ whole: BoundExpression
  ) throws(QueryError) -> SQLValue {
    guard !number.type.isFloating, case .integer(let digits)? = arguments[1].constantValue,
      let places = Int(exactly: digits)
    else {
      throw refused(
        "rounds floating numbers by their binary value, and Tally by their digits",
        at: whole.span, help: "leave the number as it is, or round exact numbers")
    }
    let dropped = number.type.scale - places
    guard dropped > 0, dropped <= ExactDecimal.maximumScale else { return number }
    let count = coefficient(number)
    let power = ExactDecimal.powersOfTen[dropped]
    let unit = SQLValue("\(power)", .integer, bounds: power...power)
    let rest: SQLValue
    switch function {
    case .floor: rest = try quotientDown(count, unit)
    case .ceil:
      let negative = SQLValue("-\(count.atom)", .integer, .arithmetic, bounds: count.bounds)
      rest = SQLValue("-\(try quotientDown(negative, unit).atom)", .integer, .arithmetic)
    case .truncate:
      rest = SQLValue(truncated(count.text, unit.text), .integer)
    default:
      // Halves go away from zero.
      let half = "CASE WHEN \(count.atom) < 0 THEN -\(power / 2) ELSE \(power / 2) END"
      rest = SQLValue(truncated("\(count.within(.arithmetic)) + \(half)", unit.text), .integer)
    }
    if places >= 0 { return counted(rest, scale: places).retyped(whole.type) }
    let tens = ExactDecimal.powersOfTen[min(-places, ExactDecimal.maximumScale)]
    return SQLValue("\(rest.atom) * \(tens)", whole.type, .arithmetic)
  }

  private func quotientDown(_ value: SQLValue, _ unit: SQLValue) throws(QueryError) -> SQLValue {
    let remainder = "((\(value.atom) % \(unit.text)) + \(unit.text)) % \(unit.text)"
    return SQLValue(
      truncated("\(value.within(.arithmetic)) - (\(remainder))", unit.text), .integer)
  }

  // MARK: Roots and powers

  private func real(
    _ function: ScalarFunction, _ values: [SQLValue], _ whole: BoundExpression
  ) throws(QueryError) -> SQLValue {
    let value = values[0]
    if dialect == .sqlite {
      throw refused(
        "is mostly built without \(function.rawValue)", at: whole.span,
        help: "leave it out, or compute it from the answer")
    }
    switch (function, values.count) {
    case (.sqrt, _):
      return SQLValue("CASE WHEN \(value.atom) >= 0 THEN sqrt(\(value.text)) END", .float)
    case (.log, 1):
      emitter.note(.logarithms)
      return SQLValue("CASE WHEN \(value.atom) > 0 THEN ln(\(value.text)) END", .float)
    case (.exp, _) where dialect == .duckdb:
      emitter.note(.logarithms)
      return SQLValue(finite("exp(\(value.text))"), .float)
    case (.power, _) where dialect == .duckdb:
      emitter.note(.logarithms)
      return SQLValue(finite("pow(\(value.text), \(values[1].text))"), .float)
    default:
      throw refused(
        "does not compute \(function.rawValue) where Tally does", at: whole.span,
        help: "leave it out, or compute it from the answer")
    }
  }

  /// A double that is missing where it is no finite number.
  private func finite(_ text: String) -> String {
    "CASE WHEN isfinite(\(text)) THEN \(text) END"
  }

  // MARK: Texts

  private func text(
    _ function: ScalarFunction, _ values: [SQLValue], _ arguments: [BoundExpression],
    _ whole: BoundExpression
  ) throws(QueryError) -> SQLValue {
    switch (function, dialect) {
    case (.replace, _):
      let words = values.map(\.text)
      // Of an empty text to replace, PostgreSQL and the others agree: nothing changes.
      return SQLValue("replace(\(words.joined(separator: ", ")))", .text)
    case (.concat, _):
      return SQLValue(
        values.map(\.atom).joined(separator: " || "), .text, .arithmetic)
    case (.text, _): return try words(values[0], at: whole.span)
    case (.trim, .duckdb), (.trim, .sqlite):
      return SQLValue("trim(\(values[0].text), \(blanks))", .text)
    case (.trim, .postgres): return SQLValue("btrim(\(values[0].text), \(blanks))", .text)
    case (.lower, .duckdb), (.upper, .duckdb):
      emitter.note(.letterCase)
      return SQLValue("\(function.rawValue)(\(values[0].text))", .text)
    case (.length, .duckdb): return SQLValue("length_grapheme(\(values[0].text))", .integer)
    case (.left, .duckdb), (.right, .duckdb):
      let count = "least(greatest(\(values[1].text), 0), 4294967295)"
      return SQLValue(
        "CASE WHEN \(values[1].atom) IS NOT NULL"
          + " THEN \(function.rawValue)_grapheme(\(values[0].text), \(count)) END", .text)
    case (.substring, .duckdb): return SQLValue(substring(values), .text)
    default:
      let help =
        function == .fold
        ? "keep the rows with Tally first and save them"
        : "Tally counts characters as a reader does, and knows the letters of all scripts"
      throw refused("does not have Tally's \(function.rawValue)", at: whole.span, help: help)
    }
  }

  /// The characters from a place on, the first being 1; places before it count.
  private func substring(_ values: [SQLValue]) -> String {
    let (text, start) = (values[0].text, values[1])
    let first = "CAST(greatest(\(start.text), 1) AS BIGINT)"
    let known = values.map { "\($0.atom) IS NOT NULL" }.joined(separator: " AND ")
    guard values.count == 3 else {
      return "CASE WHEN \(known) THEN substring_grapheme(\(text), \(first)) END"
    }
    let end = "(CAST(\(start.text) AS HUGEINT) + \(values[2].atom))"
    let count = "CAST(least(greatest(\(end) - \(first), 0), 4294967295) AS BIGINT)"
    return "CASE WHEN \(known) THEN substring_grapheme(\(text), \(first), \(count)) END"
  }

  /// The blanks that `trim` takes away, as a literal.
  private var blanks: String {
    var text = String.UnicodeScalarView()
    let ranges: [ClosedRange<UInt32>] = [
      0x09...0x0D, 0x20...0x20, 0x85...0x85, 0xA0...0xA0, 0x1680...0x1680, 0x2000...0x200B,
      0x2028...0x2029, 0x202F...0x202F, 0x205F...0x2060, 0x3000...0x3000, 0xFEFF...0xFEFF,
    ]
    for range in ranges {
      for value in range { if let scalar = Unicode.Scalar(value) { text.append(scalar) } }
    }
    return dialect.literal(String(text))
  }

  /// A value as the text that files have for it.
  func words(_ value: SQLValue, at span: SourceSpan) throws(QueryError) -> SQLValue {
    let name = dialect.typeName(.text)
    switch (value.type, dialect) {
    case (.text, _): return value
    case (.integer, _), (.boolean, .duckdb), (.boolean, .postgres), (.boolean, .spark),
      (.date, .duckdb), (.date, .postgres), (.date, .spark), (.decimal, .duckdb),
      (.decimal, .postgres), (.decimal, .spark):
      return SQLValue("CAST(\(value.text) AS \(name))", .text)
    case (.date, .sqlite): return value.retyped(.text)
    case (.boolean, .sqlite):
      return SQLValue(
        "CASE \(value.text) WHEN 1 THEN 'true' WHEN 0 THEN 'false' END", .text)
    case (.period(.year), .duckdb), (.period(.year), .sqlite):
      return SQLValue(strftime("%Y", value), .text)
    case (.period(.month), .duckdb), (.period(.month), .sqlite):
      return SQLValue(strftime("%Y-%m", value), .text)
    default:
      throw refused(
        "does not write a \(value.type.name) as Tally's text() does", at: span,
        help: "give out the value itself")
    }
  }

  private func strftime(_ format: String, _ value: SQLValue) -> String {
    dialect == .sqlite
      ? "strftime('\(format)', \(value.text))" : "strftime(\(value.text), '\(format)')"
  }

  /// The day that a text is, and the number; missing where it is none.
  private func reading(
    _ function: ScalarFunction, _ values: [SQLValue], _ whole: BoundExpression
  ) throws(QueryError) -> SQLValue {
    let example = function == .date ? "opened date" : "fee decimal"
    throw refused(
      "reads other texts as a \(function.rawValue) than Tally does", at: whole.span,
      help: "load the column with its type, as in: types (\(example))")
  }
}
