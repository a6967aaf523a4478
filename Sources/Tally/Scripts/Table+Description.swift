import TallySyntax

extension Table {
  /// A table of this table's columns: type, format, evidence and counts, a row for each; the measures
  /// follow.
  func description(
    report: LoadReport?, measures: [DefinedMeasure] = [], context: RunContext
  ) throws(QueryError) -> Table {
    let distinct = try distinctCounts(context)
    let isOneFile = report?.files.count == 1
    let reports = report.flatMap { $0.columns.count == columnCount ? $0.columns : nil }
    var texts: [[String?]] = [[], [], [], [], []]
    var counts: [[Int64?]] = [[], []]
    var sizes: [CellValue] = []
    for (index, column) in columns.enumerated() {
      let found = reports?[index]
      texts[0].append(columnNames[index])
      texts[1].append(column.type.name)
      texts[2].append(found.map(\.format).flatMap { $0.isEmpty ? nil : $0 })
      texts[3].append(
        found.map { ([$0.evidence] + $0.notes).filter { !$0.isEmpty }.joined(separator: "; ") }
          .flatMap { $0.isEmpty ? nil : $0 })
      texts[4].append(found.flatMap { Self.rejections($0, isOneFile: isOneFile) })
      counts[0].append(distinct.isEmpty ? nil : distinct[index])
      counts[1].append(Int64(column.missingCount))
      let tenths = column.byteCount * 10 / max(1, rowCount)
      sizes.append(.decimal(ExactDecimal(coefficient: Int128(tenths), scale: 1)))
    }
    for measure in measures {
      texts[0].append(measure.name)
      texts[1].append("measure")
      texts[3].append(measure.source.text(in: measure.value.span))
      for index in [2, 4] { texts[index].append(nil) }
      for index in counts.indices { counts[index].append(nil) }
      sizes.append(.missing)
    }
    let columns = [
      try Column.texts(texts[0]), try .texts(texts[1]), try .integers(counts[0]),
      try .integers(counts[1]), try Column(cells: sizes, type: .decimal(scale: 1)),
      try .texts(texts[2]), try .texts(texts[3]), try .texts(texts[4]),
    ]
    return Table(
      names: [
        "column", "type", "distinct", "missing", "bytes_per_row", "format", "evidence",
        "rejected",
      ], columns: columns, rowCount: columnCount + measures.count)
  }

  /// The number of distinct values of each column.
  private func distinctCounts(_ context: RunContext) throws(QueryError) -> [Int64] {
    if columns.isEmpty { return [] }
    let names = columns.indices.map { "c\($0)" }
    var environment = Environment()
    environment.tables["t"] = Environment.NamedTable(
      name: "t", table: Table(names: names, columns: columns, rowCount: rowCount))
    let text = names.map { "count distinct \($0) as \($0)" }.joined(separator: ", ") + " from t"
    let source = SourceText(text)
    guard case .query(let query)? = parseScript(source).script.statements.first?.kind else {
      return []
    }
    let plan = try Binder(environment: environment, source: source).plan(query)
    let counts = try QueryRunner(context: context).run(plan)
    return counts.columns.map { column in
      if case .integer(let count) = column[0] { Int64(clamping: count) } else { 0 }
    }
  }

  private static func rejections(_ report: ColumnReport, isOneFile: Bool) -> String? {
    let lines = report.lateRejections.map { rejection in
      let place = isOneFile ? "line \(rejection.place.line)" : rejection.place.description
      return "`\(rejection.cell)` (\(place)) is no " + rejection.readings.joined(separator: ", ")
    }
    return lines.isEmpty ? nil : lines.joined(separator: "; ")
  }
}

extension Column {
  /// The bytes that the column holds.
  var byteCount: Int {
    let bitmap = validity.map { Bitmap.wordCount($0.count) * 8 } ?? 0
    switch payload {
    case .codes(let codes, _): return bitmap + codes.bytes.byteCount
    case .wide(let bytes), .floats(let bytes): return bitmap + bytes.byteCount
    case .dictionary(let codes, let dictionary):
      return bitmap + codes.bytes.byteCount + dictionary.heap.byteCount
    case .plain(let heap): return bitmap + heap.byteCount
    }
  }
}
