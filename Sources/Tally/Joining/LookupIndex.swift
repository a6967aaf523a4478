/// Finds rows of a table by the values of its key columns. Missing keys meet nothing.
///
///     values of a row -> numbers -> word -> row of the table
///
/// See ``KeyColumn`` for the numbers, ``RowKeys`` for the word and ``WordMap`` for the row.
final class LookupIndex: Sendable {
  let keys: RowKeys
  let map: WordMap

  /// Indexes a table by columns; of rows with equal keys the first is found.
  init(_ columns: [Column], scales: [Int], count: Int, _ context: RunContext) throws(QueryError) {
    var keyColumns: [KeyColumn] = []
    for (column, scale) in zip(columns, scales) {
      keyColumns.append(try KeyColumn(column, scale: scale, context))
    }
    keys = try RowKeys(keyColumns, count: count, context)
    map = try WordMap.make(keys, context)
  }

  /// Indexes the table of a lookup, unless several rows may be met; throws where two rows have
  /// equal keys.
  convenience init(_ plan: LookupPlan, _ context: RunContext) throws(QueryError) {
    try self.init(
      plan.keys.map { plan.table.columns[$0.column] }, scales: plan.keys.map(\.left.type.scale),
      count: plan.table.rowCount, context)
    if let repeated = map.repeated, !plan.meetsMany, plan.asOf == nil {
      throw Self.duplicate(plan, repeated.first, repeated.second)
    }
  }

  private static func duplicate(_ plan: LookupPlan, _ first: Int, _ second: Int) -> QueryError {
    let values = plan.keys.map { key in
      plan.table.columnNames[key.column] + " = "
        + (plan.table.columns[key.column][first].text(in: .csv) ?? "missing")
    }
    let kind = plan.join == nil ? "lookup" : "join"
    return QueryError(
      kind: .type,
      diagnostics: [
        Diagnostic(
          .lookupNotUnique,
          "a \(kind) needs one row for each key, and rows \(first + 1) and \(second + 1) of"
            + " \(plan.name) have \(values.joined(separator: ", "))", at: plan.span,
          help: ["keep one row of each key first, or use `join many` if several are meant"])
      ])
  }
}

extension DiagnosticCode {
  static let lookupNotUnique = DiagnosticCode(
    "T0421", "A table that is looked up has several rows with one key.")
}
