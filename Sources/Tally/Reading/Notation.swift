/// One concrete way to write the values of a column: reads a cell and writes it back as it was.
enum Notation: Sendable, Hashable {
  case boolean(BooleanNotation)
  case number(NumberNotation)
  case date(DateNotation)
  case dateTime(DateNotation, TimeNotation)
  case period(PeriodNotation)

  /// Reads a cell that is known to be written so; nil otherwise or where 64 bits don't hold it.
  func value(of cell: CellBytes) -> Int64? {
    switch self {
    case .boolean(let notation):
      return notation.value(of: cell)
    case .number(let notation):
      return notation.coefficient(of: cell).flatMap { Int64(exactly: $0) }
    case .date(let notation):
      var reader = FigureReader(cell)
      return notation.days(&reader).flatMap { reader.isAtEnd ? Int64($0) : nil }
    case .dateTime(let date, let time):
      var reader = FigureReader(cell)
      guard let days = date.days(&reader), let moment = time.microseconds(&reader) else {
        return nil
      }
      return Int64(days) * 86_400_000_000 + moment
    case .period:
      return PeriodShape(cell).map { Int64($0.index) }
    }
  }

  /// Writes a value at the end of `target`.
  func write(_ value: Int64, to target: inout [UInt8]) {
    switch self {
    case .boolean(let notation): notation.write(value, to: &target)
    case .number(let notation): notation.write(Int128(value), to: &target)
    case .date(let notation): notation.write(days: Int(value), to: &target)
    case .dateTime(let date, let time):
      let days = floorQuotient(Int(value), 86_400_000_000)
      date.write(days: days, to: &target)
      time.write(value - Int64(days) * 86_400_000_000, to: &target)
    case .period(let notation): notation.write(index: Int(value), to: &target)
    }
  }

  /// The type of a column that is written so.
  var type: ColumnType {
    switch self {
    case .boolean: .boolean
    case .number(let notation): notation.type
    case .date: .date
    case .dateTime: .dateTime
    case .period(let notation): .period(notation.unit)
    }
  }

  /// The notation as a pattern for people, for instance `dd/mm/yyyy`.
  var pattern: String {
    switch self {
    case .boolean(let notation): notation.pattern
    case .number(let notation): notation.pattern
    case .date(let notation): notation.pattern
    case .dateTime(let date, let time): date.pattern + time.pattern
    case .period(let notation): notation.pattern
    }
  }
}

/// How truth values are spelt.
struct BooleanNotation: Sendable, Hashable {
  /// 0 for `true`, 1 for `TRUE`, 2 for `True`.
  let style: Int

  private static let words: [(yes: StaticString, no: StaticString)] = [
    ("true", "false"), ("TRUE", "FALSE"), ("True", "False"),
  ]

  /// The words for true and false.
  var words: (yes: StaticString, no: StaticString) { Self.words[style] }

  /// The style in which a cell is a truth value, or nil.
  static func style(of cell: CellBytes) -> Int? {
    words.firstIndex { cell.isEqual(to: $0.yes) || cell.isEqual(to: $0.no) }
  }

  func value(of cell: CellBytes) -> Int64? {
    if cell.isEqual(to: Self.words[style].yes) { return 1 }
    return cell.isEqual(to: Self.words[style].no) ? 0 : nil
  }

  func write(_ value: Int64, to target: inout [UInt8]) {
    let word = value == 0 ? Self.words[style].no : Self.words[style].yes
    target.append(
      contentsOf: UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount))
  }

  var pattern: String { "\(Self.words[style].yes)/\(Self.words[style].no)" }
}

extension CellBytes {
  /// Whether the bytes are those of `text`.
  func isEqual(to text: StaticString) -> Bool {
    guard count == text.utf8CodeUnitCount else { return false }
    for index in 0..<count where self[index] != text.utf8Start[index] { return false }
    return true
  }
}
