extension Binder {
  /// An argument whose values columns can hold: numbers that are numbers, days within the calendar,
  /// text in normalisation form C.
  func checked(_ argument: QueryArgument, _ name: String, at span: SourceSpan)
    throws(QueryError) -> QueryArgument
  {
    switch argument {
    case .value(let value): return .value(try checked(value, name, at: span))
    case .list(let values):
      return .list(
        try values.mapThrowing { value throws(QueryError) in try checked(value, name, at: span) })
    }
  }

  private func checked(_ value: CellValue, _ name: String, at span: SourceSpan)
    throws(QueryError) -> CellValue
  {
    guard value.isHeld else {
      throw error(
        .parameter, .argumentType, "\(name) was given a value that no column holds", at: span,
        help: ["numbers are finite, and days lie in the years 1 to 9999"])
    }
    if case .text(let text) = value { return .text(text.normalised) }
    return value
  }
}

extension CellValue {
  /// Whether a column can hold the value.
  fileprivate var isHeld: Bool {
    switch self {
    case .float(let number), .ratio(let number): number.isFinite
    case .date(let day): day.isInRange
    case .dateTime(let moment):
      CalendarDate(daysSince1970: Int(moment / microsecondsPerDay)).isInRange
    case .period(let period): period.isInRange
    default: true
    }
  }
}
