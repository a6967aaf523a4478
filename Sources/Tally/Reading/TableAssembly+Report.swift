extension TableAssembly {
  /// The account of a column.
  func describe(
    _ evidence: ColumnEvidence, _ decision: ReadingDecision, _ column: Column, _ distinct: Int?
  ) -> ColumnReport {
    var format = ""
    if case .written(let notation, _) = decision.outcome { format = notation.pattern }
    let rows = max(1, column.count)
    return ColumnReport(
      name: evidence.name, type: column.type, format: format, evidence: decision.evidence,
      rejected: evidence.rejections, distinctCount: distinct, missingCount: column.missingCount,
      bytesPerRow: Double(column.byteCount) / Double(rows), notes: decision.notes)
  }

  /// The statement that leaves nothing to find out.
  func explicitLoad(
    _ source: DataSource, _ report: LoadReport, _ decisions: [ReadingDecision]
  ) -> String {
    let path =
      switch source {
      case .pattern(let pattern): pattern
      default: heads[0].path
      }
    let sign = String(Unicode.Scalar(heads[0].dialect.delimiter))
    var parts = ["load \(spelledText(path))"]
    parts.append("delimiter \(spelledText(sign))")
    parts.append(isHeader ? "header" : "no header")
    parts.append("encoding \"\(heads[0].encoding.rawValue)\"")
    if options.skippedLines > 0 { parts.append("skip \(options.skippedLines)") }
    let (decimals, orders) = Self.conventions(decisions)
    if decimals.count == 1 {
      parts.append("numbers \"\(decimals == [0] ? "1,234.5" : "1.234,5")\"")
    }
    if orders.count == 1 { parts.append("dates \(orders == [DateShape.dayFirst] ? "dmy" : "mdy")") }
    if !options.missing.isEmpty {
      parts.append("missing " + options.missing.map(spelledText).joined(separator: ", "))
    }
    if options.isLenient { parts.append("lenient") }
    let types = report.columns.map { column in
      "\(spelledName(column.name)) \(LoadOptions.CellType(column.type).rawValue)"
    }
    if types.count <= 1000 { parts.append("types (\(types.joined(separator: ", ")))") }
    return parts.joined(separator: " ")
  }
}

extension TableAssembly {
  /// The decimal signs and the orders of days that columns have; where there are two of a kind,
  /// each column tells its own.
  private static func conventions(
    _ decisions: [ReadingDecision]
  ) -> (decimals: Swift.Set<Int>, orders: Swift.Set<Int>) {
    var decimals: Swift.Set<Int> = []
    var orders: Swift.Set<Int> = []
    for decision in decisions {
      switch decision.outcome {
      case .written(.number(let number), _):
        if number.places > 0 {
          decimals.insert(number.decimal)
        } else if number.group == NumberConvention.dot {
          decimals.insert(1)
        } else if number.group == NumberConvention.comma {
          decimals.insert(0)
        }
      case .written(.date(let date), _), .written(.dateTime(let date, _), _):
        if date.order != DateShape.yearFirst { orders.insert(date.order) }
      case .converted(_, let decimal, let order):
        if let decimal { decimals.insert(decimal) }
        if let order, order != DateShape.yearFirst { orders.insert(order) }
      case .written, .text: break
      }
    }
    return (decimals, orders)
  }
}

extension LoadOptions.CellType {
  /// The word for a type that was read.
  init(_ type: ColumnType) {
    switch type {
    case .boolean: self = .boolean
    case .integer: self = .integer
    case .decimal: self = .decimal
    case .percent: self = .percent
    case .float, .ratio: self = .float
    case .text, .duration: self = .text
    case .date: self = .date
    case .dateTime: self = .dateTime
    case .period: self = .period
    }
  }
}
