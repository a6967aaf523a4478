extension Completer {
  /// The values of a column, those of the most rows first, as the language writes them.
  func values(of path: String, _ place: Completion) -> [Completions.Item] {
    let parts = path.split(separator: ".", maxSplits: 1).map(String.init)
    let name = parts.last ?? path
    var candidates = tables(of: place)
    if parts.count == 2, environment.tables[Environment.key(parts[0])] != nil {
      candidates = [parts[0]]
    }
    for candidate in candidates {
      guard let column = column(name, of: candidate) else { continue }
      return ValueFrequencies(column).values.compactMap { value, count in
        guard let text = value.spelled else { return nil }
        let label = if case .text(let own) = value { own } else { text }
        return Completions.Item(.value, text, label: label, note: rows(count))
      }
    }
    return []
  }

  /// The column of a name in a table, or in the table that a named query reads.
  private func column(_ name: String, of table: String) -> Column? {
    let key = Environment.key(table)
    if let named = environment.tables[key]?.table {
      return named.columnIndex(name).map { named.columns[$0] }
    }
    guard let view = environment.views[key], case .one(let entry) = view.scope.find(name),
      case .column(let index) = entry.expression.kind, case .table(let source, _) = view.rows.input
    else { return nil }
    return source.columns[index]
  }
}

/// The values of a column with the number of rows that have them, by that number; those of equal
/// numbers in ascending order.
///
/// Counting takes one pass over the codes of a column. Columns that have no codes of one or two bytes
/// and no dictionary are counted as far as ``countedRows``.
struct ValueFrequencies {
  /// The values, ``greatestCount`` at most.
  let values: [(value: CellValue, rows: Int)]

  /// The most values that are kept.
  static let greatestCount = 20_000
  /// The rows of a column without codes that are counted.
  static let countedRows = 50_000

  init(_ column: Column) {
    switch column.payload {
    case .dictionary(let codes, let dictionary):
      values = Self.sorted(Self.count(codes, dictionary.count, column.validity)) {
        .text(dictionary[$0])
      }
    case .codes(let codes, let base) where codes.width <= .two:
      let codeCount = codes.width == .one ? 1 << 8 : 1 << 16
      values = Self.sorted(Self.count(codes, codeCount, column.validity)) { code in
        CellValue(stored: base &+ Int64(code), type: column.type)
      }
    case .plain(let heap):
      var counts: [String: Int] = [:]
      for row in 0..<min(column.count, Self.countedRows) where !column.isMissing(row) {
        counts[heap[row], default: 0] += 1
      }
      let texts = counts.keys.sorted()
      values = Self.sorted(texts.map { counts[$0] ?? 0 }) { .text(texts[$0]) }
    case .codes, .wide, .floats: values = []
    }
  }

  private static func sorted(_ counts: [Int], _ value: (Int) -> CellValue)
    -> [(value: CellValue, rows: Int)]
  {
    let codes = counts.indices.filter { counts[$0] > 0 }.sorted {
      counts[$0] == counts[$1] ? $0 < $1 : counts[$0] > counts[$1]
    }
    return codes.prefix(greatestCount).map { (value($0), counts[$0]) }
  }

  private static func count(_ codes: Codes, _ codeCount: Int, _ validity: Bitmap?) -> [Int] {
    switch codes.width {
    case .one: frequencies(codes.pointer(to: UInt8.self), codes.count, codeCount, validity)
    case .two: frequencies(codes.pointer(to: UInt16.self), codes.count, codeCount, validity)
    case .four: frequencies(codes.pointer(to: UInt32.self), codes.count, codeCount, validity)
    case .eight: frequencies(codes.pointer(to: UInt64.self), codes.count, codeCount, validity)
    }
  }
}

/// How many rows have each code below `codeCount`.
private func frequencies<C: CodeInteger>(
  _ codes: UnsafePointer<C>, _ count: Int, _ codeCount: Int, _ validity: Bitmap?
) -> [Int] {
  var counts = [Int](repeating: 0, count: codeCount)
  counts.withUnsafeMutableBufferPointer { counts in
    for row in 0..<count {
      let code = Int(truncatingIfNeeded: codes[row])
      // The code of a missing cell may be any.
      if code < codeCount { counts[code] &+= 1 }
    }
    guard let validity else { return }
    for row in 0..<count where !validity[row] {
      let code = Int(truncatingIfNeeded: codes[row])
      if code < codeCount { counts[code] &-= 1 }
    }
  }
  return counts
}

extension CellValue {
  /// The value as the language writes it; nil where it is missing, or has no literal.
  fileprivate var spelled: String? {
    switch self {
    case .text(let text): spelledText(text)
    case .boolean, .integer, .decimal, .percent: text(in: .csv)
    case .date, .period: text(in: .csv).map { "@" + $0 }
    case .missing, .float, .ratio, .dateTime, .duration: nil
    }
  }
}
