extension SQLExpressions {
  /// A condition of which only truth matters, as behind WHERE: a missing outcome counts as false.
  func truth(_ condition: BoundExpression) throws(QueryError) -> SQLValue {
    switch condition.kind {
    case .comparison(let operation, let left, let right):
      return try comparison(operation, left, right)
    case .textMatch(let match, let left, let right, let loosely):
      if loosely {
        throw refused(
          "can't compare texts loosely, mark by mark, as Tally does", at: condition.span,
          help: "compare exactly, or keep the rows with Tally first and save them")
      }
      return try textMatch(match, try value(left), try value(right))
    case .between(let value, let low, let high):
      let parts = [try self.value(value), try self.value(low), try self.value(high)]
        .map { $0.within(.arithmetic) }
      return SQLValue("\(parts[0]) BETWEEN \(parts[1]) AND \(parts[2])", .boolean, .comparison)
    case .membership(let value, let set):
      return try membership(try self.value(value), set, value, at: condition.span)
    case .isMissing(let operand):
      return SQLValue(
        "\(try value(operand).atom) IS NULL", .boolean, .comparison, isTotal: true)
    case .not(let operand): return try complement(operand)
    case .and(let operands): return try joined(operands, " AND ", whenNone: "TRUE")
    case .or(let operands): return try joined(operands, " OR ", whenNone: "FALSE")
    default: return try value(condition)
    }
  }

  private func joined(_ operands: [BoundExpression], _ word: String, whenNone none: String)
    throws(QueryError) -> SQLValue
  {
    if operands.count == 1 { return try truth(operands[0]) }
    let parts = try operands.mapThrowing { operand throws(QueryError) in try truth(operand) }
    if parts.isEmpty { return SQLValue(none, .boolean, isTotal: true) }
    return SQLValue(
      parts.map { $0.within(.comparison) }.joined(separator: word), .boolean, .logical,
      isTotal: parts.allSatisfy(\.isTotal))
  }

  /// The exact complement: true wherever the condition isn't, missing outcomes included.
  private func complement(_ operand: BoundExpression) throws(QueryError) -> SQLValue {
    switch operand.kind {
    case .isMissing(let value):
      return SQLValue(
        "\(try self.value(value).atom) IS NOT NULL", .boolean, .comparison, isTotal: true)
    case .comparison(.equal, let left, let right): return try comparison(.notEqual, left, right)
    case .comparison(.notEqual, let left, let right): return try comparison(.equal, left, right)
    case .not(let inner): return try truth(inner)
    case .and(let parts) where parts.count == 1: return try complement(parts[0])
    default:
      let test = try truth(operand)
      if test.isTotal {
        return SQLValue("NOT \(test.atom)", .boolean, .comparison, isTotal: true)
      }
      return SQLValue("\(test.atom) IS NOT TRUE", .boolean, .comparison, isTotal: true)
    }
  }

  // MARK: Comparisons

  private func comparison(
    _ operation: ComparisonOperator, _ left: BoundExpression, _ right: BoundExpression
  ) throws(QueryError) -> SQLValue {
    let (first, second) = (try value(left), try value(right))
    let hasConstant = [left, right].contains {
      $0.constantValue.map { $0 != .missing } ?? false
    }
    switch operation {
    case .equal:
      if hasConstant { return compared(first, "=", second) }
      return same(first, second)
    case .notEqual: return different(first, second)
    case .less: return compared(first, "<", second)
    case .lessOrEqual: return compared(first, "<=", second)
    case .greater: return compared(first, ">", second)
    case .greaterOrEqual: return compared(first, ">=", second)
    }
  }

  private func compared(_ left: SQLValue, _ sign: String, _ right: SQLValue) -> SQLValue {
    SQLValue(
      "\(left.within(.arithmetic)) \(sign) \(right.within(.arithmetic))", .boolean, .comparison)
  }

  /// Equality in which missing equals missing.
  func same(_ left: SQLValue, _ right: SQLValue) -> SQLValue {
    let word =
      switch dialect {
      case .duckdb, .postgres: "IS NOT DISTINCT FROM"
      case .sqlite: "IS"
      case .spark: "<=>"
      }
    return SQLValue(
      "\(left.atom) \(word) \(right.atom)", .boolean, .comparison, isTotal: true)
  }

  private func different(_ left: SQLValue, _ right: SQLValue) -> SQLValue {
    switch dialect {
    case .duckdb, .postgres:
      SQLValue(
        "\(left.atom) IS DISTINCT FROM \(right.atom)", .boolean, .comparison, isTotal: true)
    case .sqlite:
      SQLValue("\(left.atom) IS NOT \(right.atom)", .boolean, .comparison, isTotal: true)
    case .spark:
      SQLValue("NOT (\(same(left, right).text))", .boolean, .comparison, isTotal: true)
    }
  }

  private func textMatch(_ match: TextMatch, _ whole: SQLValue, _ part: SQLValue)
    throws(QueryError) -> SQLValue
  {
    let (a, b) = (whole.text, part.text)
    let text: String
    switch (match, dialect) {
    case (.equals, _): return compared(whole, "=", part)
    case (.contains, .duckdb), (.contains, .spark): text = "contains(\(a), \(b))"
    case (.contains, .postgres): text = "strpos(\(a), \(b)) > 0"
    case (.contains, .sqlite): text = "instr(\(a), \(b)) > 0"
    case (.startsWith, .duckdb), (.startsWith, .postgres): text = "starts_with(\(a), \(b))"
    case (.startsWith, .spark): text = "startswith(\(a), \(b))"
    case (.startsWith, .sqlite): text = "substr(\(a), 1, length(\(b))) = \(part.atom)"
    case (.endsWith, .duckdb): text = "ends_with(\(a), \(b))"
    case (.endsWith, .spark): text = "endswith(\(a), \(b))"
    case (.endsWith, .postgres): text = "right(\(a), length(\(b))) = \(part.atom)"
    case (.endsWith, .sqlite):
      text =
        "substr(\(a), length(\(a)) - length(\(b)) + 1) = \(part.atom)"
        + " AND length(\(a)) >= length(\(b))"
      return SQLValue(text, .boolean, .logical)
    }
    return SQLValue(text, .boolean, .comparison)
  }

  // MARK: Sets

  private func membership(
    _ value: SQLValue, _ set: BoundSet, _ expression: BoundExpression, at span: SourceSpan
  ) throws(QueryError) -> SQLValue {
    switch set {
    case .integers(let numbers, let hasMissing):
      return try member(
        value, numbers.map { CellValue(stored: $0, type: expression.type) }, hasMissing, span)
    case .wide(let numbers, let hasMissing):
      return try member(
        value, numbers.map { CellValue(stored: $0, type: expression.type) }, hasMissing, span)
    case .floats(let numbers, let hasMissing):
      return try member(value, numbers.map { .float($0) }, hasMissing, span)
    case .texts(let texts, let loosely, let hasMissing):
      if loosely {
        throw refused(
          "can't compare texts loosely, mark by mark, as Tally does", at: span,
          help: "compare exactly, or keep the rows with Tally first and save them")
      }
      return try member(value, texts.map { .text($0) }, hasMissing, span)
    case .query(let place):
      let relation = queries[place]
      return exists(value, relation.columns[0], in: relation)
    case .members:
      throw QueryError(kind: .bug, message: "a set was indexed before it was written as SQL")
    }
  }

  private func member(
    _ value: SQLValue, _ members: [CellValue], _ hasMissing: Bool, _ span: SourceSpan
  ) throws(QueryError) -> SQLValue {
    let literals = try members.mapThrowing { member throws(QueryError) in
      try constant(member, value.type, at: span).text
    }
    var parts: [String] = []
    if !literals.isEmpty {
      parts.append("\(value.within(.arithmetic)) IN (\(literals.joined(separator: ", ")))")
    }
    if hasMissing { parts.append("\(value.atom) IS NULL") }
    if parts.isEmpty { return SQLValue("FALSE", .boolean, isTotal: true) }
    return SQLValue(
      parts.joined(separator: " OR "), .boolean, parts.count == 1 ? .comparison : .logical,
      isTotal: literals.isEmpty)
  }

  /// Whether a relation has a row with an equal value. Missing values are equal to each other.
  private func exists(_ value: SQLValue, _ column: SQLRelation.Column, in relation: SQLRelation)
    -> SQLValue
  {
    let alias = dialect.quoted(emitter.hidden("member"))
    var (first, second) = (
      value, SQLValue("\(alias).\(dialect.quoted(column.name))", column.type)
    )
    if dialect.countsDecimals, first.type.isExactNumber, second.type.isExactNumber {
      let places = first.type.scale - second.type.scale
      if places < 0 { first = rescaled(first, by: -places) }
      if places > 0 { second = rescaled(second, by: places) }
    }
    let test = same(second, first).text
    return SQLValue(
      "EXISTS (SELECT 1 FROM \(dialect.quoted(relation.name)) AS \(alias) WHERE \(test))",
      .boolean, isTotal: true)
  }
}
