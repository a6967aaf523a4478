extension SQLEmitter {
  /// An aggregate over the rows of a group.
  func aggregate(
    _ call: AggregateCall, _ writer: SQLExpressions, _ order: [String], and also: String? = nil
  ) throws(QueryError) -> SQLValue {
    var tests =
      try call.condition.map { condition throws(QueryError) in
        [try writer.truth(condition).within(.comparison)]
      } ?? []
    if !tests.isEmpty { note(.missingIsEqual) }
    if let also { tests.append(also) }
    let filter = tests.isEmpty ? "" : " FILTER (WHERE \(tests.joined(separator: " AND ")))"
    guard let operand = call.operands.first else {
      return SQLValue("count(*)\(filter)", .integer, bounds: 0...Int128(Int64.max))
    }
    let value = try writer.value(operand)
    switch call.function {
    case .count:
      let distinct = call.isDistinct ? "DISTINCT " : ""
      return SQLValue(
        "count(\(distinct)\(value.text))\(filter)", .integer, bounds: 0...Int128(Int64.max))
    case .sum: return sum(value, filter)
    case .average:
      try refuseDurations(value, call)
      if value.type.isFloating {
        note(.floatSums)
        return SQLValue("avg(\(value.text))\(filter)", value.type)
      }
      let count = SQLValue("count(\(value.text))\(filter)", .integer)
      return writer.quotient(
        sum(value, filter), writer.rescaled(count, by: value.type.scale)
      ).retyped(call.type)
    case .min, .max: return extreme(call, value, filter)
    case .median, .percentile:
      try refuseDurations(value, call)
      return try percentile(call, writer.float(value), filter)
    case .variance, .stddev, .corr: return try moment(call, writer, filter)
    case .first, .last: return try endpoint(call, value, order, tests)
    }
  }

  private func refuseDurations(_ value: SQLValue, _ call: AggregateCall) throws(QueryError) {
    if value.type != .duration { return }
    throw refused(
      "does not round the \(call.function.rawValue) of lengths of time as Tally does",
      at: call.span, help: "compute it from whole days or hours: days(closed - opened)")
  }

  /// A sum that is 0 of nothing.
  private func sum(_ value: SQLValue, _ filter: String) -> SQLValue {
    note(.emptySums)
    if value.type.isFloating { note(.floatSums) }
    // Spark's sums of whole numbers end at 64 bits.
    let isWhole = value.type.scale == 0 && !value.type.isFloating
    let operand =
      dialect == .spark && isWhole ? "CAST(\(value.text) AS DECIMAL(28, 0))" : value.text
    return SQLValue("COALESCE(sum(\(operand))\(filter), 0)", value.type)
  }

  private func extreme(_ call: AggregateCall, _ value: SQLValue, _ filter: String) -> SQLValue {
    var name = call.function.rawValue
    if value.type == .boolean, dialect == .postgres {
      name = call.function == .min ? "bool_and" : "bool_or"
    }
    return SQLValue("\(name)(\(value.text))\(filter)", value.type, bounds: value.bounds)
  }

  private func percentile(_ call: AggregateCall, _ value: SQLValue, _ filter: String)
    throws(QueryError) -> SQLValue
  {
    let part = (call.fraction ?? ExactDecimal(coefficient: 5, scale: 1)).reduced.description
    note(.interpolation)
    switch dialect {
    case .duckdb:
      return SQLValue("quantile_cont(\(value.text), \(part))\(filter)", call.type)
    case .postgres:
      return SQLValue(
        "percentile_cont(\(part)) WITHIN GROUP (ORDER BY \(value.text))\(filter)", call.type)
    case .spark: return SQLValue("percentile(\(value.text), \(part))\(filter)", call.type)
    case .sqlite:
      throw refused(
        "has no \(call.function.rawValue)", at: call.span,
        help: "min, max and average are there, or another dialect")
    }
  }

  private func moment(_ call: AggregateCall, _ writer: SQLExpressions, _ filter: String)
    throws(QueryError) -> SQLValue
  {
    if dialect == .sqlite {
      throw refused(
        "has no \(call.function.rawValue)", at: call.span,
        help: "min, max and average are there, or another dialect")
    }
    note(.moments)
    var operands: [String] = []
    for operand in call.operands {
      let value = try writer.value(operand)
      // PostgreSQL computes the variance of exact numbers exactly.
      if dialect == .postgres, call.function != .corr, !value.type.isFloating {
        operands.append("CAST(\(value.text) AS NUMERIC)")
      } else {
        operands.append(writer.float(value).text)
      }
    }
    let name =
      switch call.function {
      case .variance: "var_samp"
      case .stddev: "stddev_samp"
      default: "corr"
      }
    let text = "\(name)(\(operands.joined(separator: ", ")))\(filter)"
    if call.function == .corr, dialect != .postgres {
      return SQLValue("CASE WHEN NOT isnan(\(text)) THEN \(text) END", .float)
    }
    return SQLValue(
      dialect == .postgres ? "CAST(\(text) AS DOUBLE PRECISION)" : text, .float)
  }

  /// The value of the first or last row that has one.
  private func endpoint(
    _ call: AggregateCall, _ value: SQLValue, _ order: [String], _ tests: [String]
  ) throws(QueryError) -> SQLValue {
    let isFirst = call.function == .first
    guard let row = order.first else {
      throw QueryError(kind: .bug, message: "rows without an order")
    }
    let all = (["\(value.atom) IS NOT NULL"] + tests).joined(separator: " AND ")
    switch dialect {
    case .duckdb:
      return SQLValue(
        "\(isFirst ? "arg_min" : "arg_max")(\(value.text), \(row)) FILTER (WHERE \(all))",
        value.type)
    case .spark:
      return SQLValue(
        "\(isFirst ? "min_by" : "max_by")(\(value.text), \(row)) FILTER (WHERE \(all))", value.type)
    case .postgres:
      return SQLValue(
        "(array_agg(\(value.text) ORDER BY \(row)\(isFirst ? "" : " DESC")) "
          + "FILTER (WHERE \(all)))[1]", value.type)
    case .sqlite:
      throw refused(
        "has no value of the \(call.function.rawValue) row", at: call.span,
        help: "min and max are there, or another dialect")
    }
  }
}
