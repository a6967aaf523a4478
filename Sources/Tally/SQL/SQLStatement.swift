extension QueryPlan {
  /// The plan as a statement of a dialect, below comments that say what was asked and what differs.
  ///
  /// `run` answers a plan: the columns that `across` makes are those that there are now.
  func sql(
    _ dialect: SQLDialect, asked question: String,
    run: @escaping (QueryPlan) throws(QueryError) -> Table
  ) throws(QueryError) -> String {
    let emitter = SQLEmitter(dialect, for: self, run: run)
    let statement = try emitter.statement(self)
    var lines = ["-- \(question.inComment)"]
    for (name, columns) in emitter.tables {
      let list = columns.map { column in
        "\(dialect.quoted(column.name)) \(dialect.typeName(column.type))"
      }.joined(separator: ", ")
      lines.append("-- " + "reads \(dialect.quoted(name)) (\(list))".inComment)
    }
    lines += emitter.notes.map { "-- note: \($0.text(dialect))" }
    if dialect == .spark {
      lines += [
        "SET spark.sql.ansi.enabled = true;",
        "SET spark.sql.decimalOperations.allowPrecisionLoss = false;",
      ]
    }
    return (lines + [statement]).joined(separator: "\n")
  }
}

extension String {
  /// The text on one line, so that nothing in it can end a comment.
  fileprivate var inComment: String {
    steeringShown().split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }
}

extension SQLDialect {
  /// The dialect of a name as people write it.
  init?(named name: String) {
    switch name.lowercased() {
    case "duckdb", "duck": self = .duckdb
    case "sqlite", "sqlite3": self = .sqlite
    case "postgres", "postgresql", "pg": self = .postgres
    case "spark", "sparksql", "databricks": self = .spark
    default: return nil
    }
  }
}

extension Binder {
  /// The dialect behind `as sql`; DuckDB where none is named.
  func dialect(_ name: NameSyntax?) throws(QueryError) -> SQLDialect {
    guard let name else { return .duckdb }
    if let dialect = SQLDialect(named: name.text) { return dialect }
    let known = SQLDialect.allCases.map(\.rawValue)
    let nearest = closest(to: name.text, among: known)
    throw error(
      .name, .unknownDialect, "no dialect of SQL is called \(name.text)", at: name.span,
      label: nearest.map { "did you mean \"\($0)\"?" },
      help: ["dialects: " + known.joined(separator: ", ")],
      fixIts: nearest.map { [FixIt("write \($0)", replace: name.span, with: $0)] } ?? [])
  }
}
