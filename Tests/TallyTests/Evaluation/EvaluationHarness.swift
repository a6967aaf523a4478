@testable import Tally

/// Expressions written down shortly, and their values for single rows.
enum Harness {
  static let nowhere = SourceSpan(0, 0)

  static func whole(_ value: Int128) -> BoundExpression {
    .constant(.integer(value), .integer, at: nowhere)
  }

  static func decimal(_ coefficient: Int128, _ scale: Int) -> BoundExpression {
    .constant(
      .decimal(ExactDecimal(coefficient: coefficient, scale: scale)), .decimal(scale: scale),
      at: nowhere)
  }

  static func percent(_ coefficient: Int128, _ scale: Int) -> BoundExpression {
    .constant(
      .percent(ExactDecimal(coefficient: coefficient, scale: scale)), .percent(scale: scale),
      at: nowhere)
  }

  static func float(_ value: Double) -> BoundExpression {
    .constant(.float(value), .float, at: nowhere)
  }

  static func ratio(_ value: Double) -> BoundExpression {
    .constant(.ratio(value), .ratio, at: nowhere)
  }

  static func text(_ value: String) -> BoundExpression {
    .constant(.text(value), .text, at: nowhere)
  }

  static func truth(_ value: Bool?) -> BoundExpression {
    .constant(value.map { .boolean($0) } ?? .missing, .boolean, at: nowhere)
  }

  static func day(_ year: Int, _ month: Int, _ day: Int) -> BoundExpression {
    .constant(date(year, month, day), .date, at: nowhere)
  }

  static func date(_ year: Int, _ month: Int, _ day: Int) -> CellValue {
    CalendarDate(year: year, month: month, day: day).map { .date($0) } ?? .missing
  }

  static func moment(_ year: Int, _ month: Int, _ day: Int, _ hour: Int, _ minute: Int)
    -> BoundExpression
  {
    let days = CalendarDate(year: year, month: month, day: day)?.daysSince1970 ?? 0
    let value = Int64((days * 24 + hour) * 60 + minute) * 60_000_000
    return .constant(.dateTime(value), .dateTime, at: nowhere)
  }

  static func duration(hours: Int64) -> BoundExpression {
    .constant(.duration(hours * 3_600_000_000), .duration, at: nowhere)
  }

  static func missing(_ type: ColumnType) -> BoundExpression {
    .constant(.missing, type, at: nowhere)
  }

  static func column(_ index: Int, _ type: ColumnType) -> BoundExpression {
    BoundExpression(.column(index), type, at: nowhere)
  }

  static func condition(_ kind: BoundExpression.Kind) -> BoundExpression {
    BoundExpression(kind, .boolean, at: nowhere)
  }

  static func call(_ name: String, _ arguments: [BoundExpression]) throws -> BoundExpression {
    try FunctionCatalog.bind(name, arguments, at: nowhere)
  }

  /// One row's outcome.
  struct Outcome: Equatable {
    var value: CellValue
    var unknown = false
  }

  /// What an expression gives for each row of a table.
  static func outcomes(_ expression: BoundExpression, _ columns: [Column], rows: Int) throws
    -> [Outcome]
  {
    let evaluator = try Evaluator(expression, columns: columns, context: RunContext(batchRows: 64))
    // The vector borrows the evaluator's memory.
    defer { withExtendedLifetime(evaluator) {} }
    let vector = try evaluator.evaluate(Batch(columns: columns, start: 0, count: rows))
    return (0..<rows).map { row in
      let place = vector.isConstant ? 0 : row
      let isValid = vector.valid.map { $0[place] == 1 } ?? true
      return Outcome(
        value: isValid ? vector.cell(place, type: expression.type) : .missing,
        unknown: vector.unknown.map { $0[place] == 1 } ?? false)
    }
  }

  /// The value of an expression that reads no columns.
  static func value(_ expression: BoundExpression) throws -> CellValue {
    try outcomes(expression, [], rows: 1)[0].value
  }
}
