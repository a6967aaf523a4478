/// Rows that a statement has given a name, to be read by what follows.
struct SQLRelation {
  /// The name, without quotes.
  var name: String
  var columns: [Column]
  /// The column that numbers rows in their order, where that matters.
  var rowNumber: String?

  /// A column of it.
  struct Column {
    var name: String
    var type: ColumnType
    var bounds: ClosedRange<Int128>?
  }
}

/// Rows on their way into a SELECT.
struct SQLRows {
  /// What stands behind FROM; nothing for values that come from no table.
  var from: String?
  var conditions: [String] = []
  /// What columns stand for.
  var frame = SQLFrame()
  /// The same with the names of tables before them.
  var qualified = SQLFrame()
  /// What puts rows in the order of their source, first the most important.
  var order: [String] = []
  /// Whether they are groups, made by GROUP BY of so many first items.
  var grouping: Int?
  var having: String?
}

/// One SELECT.
struct SQLSelection {
  var items: [(value: SQLValue, name: String)] = []
  var rows: SQLRows
  var order: [String] = []
  var limit: Int?
  var skip = 0

  /// The statement in a dialect, over several lines.
  func text(_ dialect: SQLDialect) -> String {
    var lines = [
      "SELECT "
        + items.map { value, name in
          let quoted = dialect.quoted(name)
          return value.text == quoted ? quoted : "\(value.text) AS \(quoted)"
        }.joined(separator: ", ")
    ]
    if let from = rows.from { lines.append("FROM \(from)") }
    if !rows.conditions.isEmpty {
      let parts =
        rows.conditions.count == 1 ? rows.conditions : rows.conditions.map { "(\($0))" }
      lines.append("WHERE \(parts.joined(separator: " AND "))")
    }
    if let grouping = rows.grouping, grouping > 0 {
      lines.append("GROUP BY \((1...grouping).map(String.init).joined(separator: ", "))")
    }
    if let having = rows.having { lines.append("HAVING \(having)") }
    if !order.isEmpty { lines.append("ORDER BY \(order.joined(separator: ", "))") }
    if let limit { lines.append("LIMIT \(limit)") }
    if skip > 0 {
      if limit == nil, dialect == .sqlite { lines.append("LIMIT -1") }
      lines.append("OFFSET \(skip)")
    }
    return lines.joined(separator: "\n")
  }

  /// What a relation made of it has.
  var columns: [SQLRelation.Column] {
    items.map { SQLRelation.Column(name: $0.name, type: $0.value.type, bounds: $0.value.bounds) }
  }
}
