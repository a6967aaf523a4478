/// Finds out how a text is structured from its beginning. All rows are held to it later.
struct DialectDetection {
  /// The beginning of the text.
  let sample: UnsafeBufferPointer<UInt8>
  /// Whether the sample is the whole text.
  let isWhole: Bool
  let quote: UInt8?

  /// The delimiters that are tried, in the order in which they win where several fit.
  static let candidates: [UInt8] = [0x09, 0x3B, 0x7C, 0x2C]

  /// How a delimiter splits the sample.
  private struct Split {
    let delimiter: UInt8
    /// The fields of the first record.
    let columns: Int
    /// The records with as many fields, of all.
    let alike: Int
    let records: Int
    /// Whether every comma in a field stands between digits.
    let commasAreDecimal: Bool
  }

  /// What was found out.
  enum Outcome {
    case found(UInt8)
    /// Several delimiters split all records alike.
    case unclear([UInt8])
  }

  /// LF if there is one outside quotes, else CR if there is one.
  func newline() -> UInt8 {
    guard let base = sample.baseAddress else { return Dialect.lineFeed }
    var isQuoted = false
    var hasReturn = false
    for index in 0..<sample.count {
      let byte = base[index]
      if byte == quote { isQuoted.toggle() }
      if isQuoted { continue }
      if byte == Dialect.lineFeed { return Dialect.lineFeed }
      if byte == Dialect.carriageReturn { hasReturn = true }
    }
    // A CR at the very end of a piece may have its LF in the next.
    if hasReturn, !isWhole, base[sample.count - 1] == Dialect.carriageReturn,
      countBytes(base, sample.count, equalTo: Dialect.carriageReturn) == 1
    {
      return Dialect.lineFeed
    }
    return hasReturn ? Dialect.carriageReturn : Dialect.lineFeed
  }

  /// The delimiter that splits all records alike.
  func delimiter(newline: UInt8) -> Outcome {
    let splits = Self.candidates.map { split($0, newline) }
    let even = splits.filter { $0.columns > 1 && $0.alike == $0.records }
    if let first = even.first {
      let isSettled =
        even.count == 1
        || (even.count == 2 && even[1].delimiter == 0x2C && first.commasAreDecimal)
      return isSettled ? .found(first.delimiter) : .unclear(even.map(\.delimiter))
    }
    // Uneven: the one that most rows agree on, so that the error names the rows that don't.
    let several = splits.filter { $0.columns > 1 }
    let best = several.max { ($0.alike, $0.columns) < ($1.alike, $1.columns) }
    return .found(best?.delimiter ?? 0x2C)
  }

  private func split(_ delimiter: UInt8, _ newline: UInt8) -> Split {
    guard let base = sample.baseAddress else {
      return Split(
        delimiter: delimiter, columns: 0, alike: 0, records: 0, commasAreDecimal: false)
    }
    let dialect = Dialect(delimiter: delimiter, quote: quote, newline: newline)
    var cursor = RecordCursor(base, from: 0, to: sample.count, dialect)
    var (columns, alike, records, fields) = (0, 0, 0, 0)
    var commasAreDecimal = true
    while !cursor.isAtEnd {
      let field = cursor.next()
      fields += 1
      if !field.isQuoted, commasAreDecimal {
        commasAreDecimal = Self.commasAreDecimal(base, field.start, field.end)
      }
      if field.stop == .delimiter, !cursor.isAtEnd { continue }
      if field.stop == .strayText { continue }
      let isComplete = field.stop == .newline || isWhole || records == 0
      let isBlank = fields == 1 && field.start == field.end && !field.isQuoted
      if isComplete, !isBlank {
        let ended = field.stop == .delimiter ? fields + 1 : fields
        if records == 0 { columns = ended }
        records += 1
        if ended == columns { alike += 1 }
      }
      fields = 0
    }
    return Split(
      delimiter: delimiter, columns: columns, alike: alike, records: records,
      commasAreDecimal: commasAreDecimal)
  }

  private static func commasAreDecimal(
    _ base: UnsafePointer<UInt8>, _ start: Int, _ end: Int
  ) -> Bool {
    for index in start..<end where base[index] == 0x2C {
      guard index > start, index + 1 < end, base[index - 1].isDigit, base[index + 1].isDigit
      else { return false }
    }
    return true
  }
}
