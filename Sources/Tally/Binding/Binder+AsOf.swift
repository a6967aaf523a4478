extension DiagnosticCode {
  static let timeColumn = DiagnosticCode(
    "T0444", "`as of` can't tell which column says when the rows of a table hold.")
  static let sameTime = DiagnosticCode(
    "T0445", "Several rows of a table hold for one key at one time.")
}

extension Binder {
  /// When the row that is looked up must hold, and which columns of the table say when it does.
  func asOf(
    _ time: ExpressionSyntax, _ named: [NamePathSyntax], _ plan: inout LookupPlan, _ other: Scope
  ) throws(QueryError) -> AsOfPlan {
    let left = try bind(time)
    guard left.type.isMoment else {
      throw error(
        .type, .timeColumn, "a date is expected behind `as of`, and this is \(described(left))",
        at: time.span)
    }
    let columns = try timeColumns(named, plan, other, at: time.span)
    // Where no row has a time, it is of any type, and none is met.
    for column in columns where !plan.table.columns[column].type.isMoment {
      try plan.table.replaceEmptyColumn(column, by: left.type)
    }
    let types = columns.map { plan.table.columns[$0].type }
    if let last = types.last, types[0] != last {
      throw error(
        .type, .timeColumn,
        "\(plan.table.columnNames[columns[0]]) and \(plan.table.columnNames[columns[1]]) of"
          + " \(plan.name) are of two types", at: time.span)
    }
    return AsOfPlan(
      time: try moment(left, as: types[0], plan.name, at: time.span), from: columns[0],
      to: columns.count > 1 ? columns[1] : nil, text: text(time.span))
  }

  /// The column of days, or those of first and last days: the ones that are named, `valid_from` and
  /// `valid_to`, or the only one there is.
  private func timeColumns(
    _ named: [NamePathSyntax], _ plan: LookupPlan, _ other: Scope, at span: SourceSpan
  ) throws(QueryError) -> [Int] {
    var right = self
    right.scope = other
    if !named.isEmpty {
      return try named.mapThrowing { path throws(QueryError) in
        let bound = try right.bindName(path)
        guard case .column(let column) = bound.kind,
          bound.type.isMoment || plan.table.columns[column].isEmpty
        else {
          throw error(
            .type, .timeColumn, "\(path.text) holds no dates", at: path.span)
        }
        return column
      }
    }
    let names = plan.table.columnNames
    func place(_ name: String) -> Int? { names.firstIndex { Environment.key($0) == name } }
    if let from = place("valid_from"), let to = place("valid_to") { return [from, to] }
    let keys = Set(plan.keys.map(\.column))
    let found = names.indices.filter {
      plan.table.columns[$0].type.isMoment && !keys.contains($0)
    }
    if found.count == 1 { return found }
    let empty = names.indices.first { plan.table.columns[$0].isEmpty && !keys.contains($0) }
    if found.isEmpty, plan.table.rowCount == 0, let empty { return [empty] }
    let end = SourceSpan(span.end, span.end)
    throw error(
      .type, .timeColumn,
      found.isEmpty
        ? "\(plan.name) has no column of dates"
        : "\(found.map { names[$0] }.joined(separator: " or ")) of \(plan.name) may say when a row"
          + " holds", at: span,
      help: found.isEmpty ? [] : ["say which: `as of \(text(span)) by …`"],
      fixIts: found.map { column in
        let name = "\(spelledName(plan.name)).\(spelledName(names[column]))"
        return FixIt("write `by \(name)`", replace: end, with: " by \(name)")
      })
  }

  /// The time in the unit in which the table keeps its own.
  private func moment(
    _ left: BoundExpression, as type: ColumnType, _ table: String, at span: SourceSpan
  ) throws(QueryError) -> BoundExpression {
    if left.type == type { return left }
    var function: String?
    switch (left.type, type) {
    case (.dateTime, .date): function = "date"
    case (.date, .period(let unit)), (.dateTime, .period(let unit)): function = unit.rawValue
    default: break
    }
    if let function,
      let moment = try? FunctionCatalog.bind(function, [left], at: span)
    {
      return moment
    }
    throw error(
      .type, .timeColumn,
      "\(text(span)) is \(described(left)), and the rows of \(table) hold by"
        + " \(described(BoundExpression(.column(0), type, at: span)))", at: span,
      help: ["say which day or moment is meant, for instance with `start(…)` or `finish(…)`"])
  }
}

extension Column {
  /// Whether no row has a value.
  fileprivate var isEmpty: Bool { missingCount == count }
}

extension Table {
  /// Reads a column without any value as one of another type.
  fileprivate mutating func replaceEmptyColumn(_ index: Int, by type: ColumnType)
    throws(QueryError)
  {
    var columns = columns
    columns[index] = try Column.missing(type: type, count: rowCount)
    let receipt = receipt
    self = Table(names: columnNames, columns: columns, rowCount: rowCount)
    self.receipt = receipt
  }
}

extension ColumnType {
  /// Whether values say when something is: days, moments and periods.
  fileprivate var isMoment: Bool {
    switch self {
    case .date, .dateTime, .period: true
    default: false
    }
  }
}
