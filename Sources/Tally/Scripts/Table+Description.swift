extension Table {
  /// A table of this table's columns: type, format, evidence and counts, a row for each.
  func description(report: LoadReport?) throws(QueryError) -> Table {
    let reports = report.flatMap { $0.columns.count == columnCount ? $0.columns : nil }
    var texts: [[String?]] = [[], [], [], [], []]
    var counts: [[Int64?]] = [[], []]
    var sizes: [CellValue] = []
    for (index, column) in columns.enumerated() {
      let found = reports?[index]
      texts[0].append(columnNames[index])
      texts[1].append(column.type.name)
      texts[2].append(found.map(\.format).flatMap { $0.isEmpty ? nil : $0 })
      texts[3].append(found.map(\.evidence).flatMap { $0.isEmpty ? nil : $0 })
      texts[4].append(found.flatMap { Self.rejections($0) })
      counts[0].append((found?.distinctCount ?? column.distinctCount).map { Int64($0) })
      counts[1].append(Int64(column.missingCount))
      let tenths = column.byteCount * 10 / max(1, rowCount)
      sizes.append(.decimal(ExactDecimal(coefficient: Int128(tenths), scale: 1)))
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
      ], columns: columns, rowCount: columnCount)
  }

  /// The readings that held for some rows before one contradicted them; those that the first value
  /// ruled out tell nothing.
  private static func rejections(_ report: ColumnReport) -> String? {
    let first = report.rejected.map(\.place.line).min() ?? 0
    let late = report.rejected.filter { $0.place.line > first }
    if late.isEmpty { return nil }
    return
      late
      .map { "\($0.reading): \"\($0.cell)\" in \($0.place)" }
      .joined(separator: "; ")
  }
}

extension Column {
  /// The number of distinct values, where the layout knows it.
  var distinctCount: Int? {
    if case .dictionary(_, let dictionary) = payload { return dictionary.count }
    return nil
  }

  /// The bytes that the column holds.
  var byteCount: Int {
    let bitmap = validity.map { Bitmap.wordCount($0.count) * 8 } ?? 0
    switch payload {
    case .codes(let codes, _): return bitmap + codes.bytes.byteCount
    case .wide(let bytes), .floats(let bytes): return bitmap + bytes.byteCount
    case .dictionary(let codes, let dictionary):
      return bitmap + codes.bytes.byteCount + dictionary.heap.byteCount
        + (dictionary.count + 1) * 8
    case .plain(let heap): return bitmap + heap.byteCount + (heap.count + 1) * 8
    }
  }
}
