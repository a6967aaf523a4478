import TallySyntax

extension Table {
  /// A table of this table's columns, a row for each: how many values there are and how many of them
  /// differ, the smallest and the largest, and of numbers the average and the median.
  ///
  /// All is exact. Values are written as CSV writes them, because they are of different types.
  func profile(_ context: RunContext) throws(QueryError) -> Table {
    let found = try profileValues(context)
    var texts: [[String?]] = Array(repeating: [], count: 6)
    var counts: [[Int64?]] = [[], []]
    for (index, column) in columns.enumerated() {
      try context.checkCancellation()
      texts[0].append(columnNames[index])
      texts[1].append(column.type.name)
      counts[0].append(Int64(column.missingCount))
      let values = found[index]
      counts[1].append(values["distinct"]?.storedInteger.map { Int64(clamping: $0) })
      for (place, name) in ["min", "max", "average", "median"].enumerated() {
        texts[place + 2].append(values[name]?.text(in: .csv))
      }
    }
    let columns = [
      try Column.texts(texts[0]), try .texts(texts[1]), try .integers(counts[0]),
      try .integers(counts[1]), try .texts(texts[2]), try .texts(texts[3]), try .texts(texts[4]),
      try .texts(texts[5]),
    ]
    return Table(
      names: ["column", "type", "missing", "distinct", "min", "max", "average", "median"],
      columns: columns, rowCount: columnCount)
  }

  /// What aggregates say of each column, by their names.
  private func profileValues(_ context: RunContext) throws(QueryError) -> [[String: CellValue]] {
    if columns.isEmpty { return [] }
    let names = columns.indices.map { "c\($0)" }
    var environment = Environment()
    environment.tables["t"] = Environment.NamedTable(
      name: "t", table: Table(names: names, columns: columns, rowCount: rowCount))
    var items: [(column: Int, name: String, words: String)] = []
    for (index, column) in columns.enumerated() {
      items.append((index, "distinct", "count distinct c\(index)"))
      if column.type == .boolean { continue }
      var functions = ["min", "max"]
      if column.type.isNumeric { functions += ["average", "median"] }
      for function in functions { items.append((index, function, "\(function) c\(index)")) }
    }
    let text =
      items.enumerated().map { "\($1.words) as r\($0)" }.joined(separator: ", ") + " from t"
    let source = SourceText(text)
    guard case .query(let query)? = parseScript(source).script.statements.first?.kind else {
      throw QueryError(kind: .bug, message: "a profile that can't be read")
    }
    let plan = try Binder(environment: environment, source: source).plan(query)
    let answer = try QueryRunner(context: context).run(plan)
    var found: [[String: CellValue]] = Array(repeating: [:], count: columnCount)
    for (item, column) in zip(items, answer.columns) { found[item.column][item.name] = column[0] }
    return found
  }
}
