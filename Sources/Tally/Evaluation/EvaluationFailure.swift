/// Why an expression has no value that the engine may give.
enum EvaluationFailure {
  /// A result exceeds its type in one row, counted from 0.
  static func overflow(_ what: String, type: ColumnType, row: Int, at span: SourceSpan)
    -> QueryError
  {
    let room: String
    switch type {
    case .decimal, .percent: room = "38 digits"
    case .date, .dateTime, .period: room = "the years 1 to 9999"
    case .integer: room = "64 bits"
    default: room = "a \(type.name)"
    }
    let diagnostic = Diagnostic(
      .resultTooLarge, "\(what) does not fit into \(room) in row \(row + 1)",
      at: span)
    return QueryError(kind: .overflow, diagnostics: [diagnostic])
  }

  /// The binder and the evaluator contradict each other.
  static func bug(_ message: String) -> QueryError { QueryError(kind: .bug, message: message) }
}

extension DiagnosticCode {
  static let resultTooLarge = DiagnosticCode(
    "T0510", "A computed number exceeds what the engine can hold exactly.")
}

extension ArithmeticOperator {
  /// The word for what the operator gives.
  var resultName: String {
    switch self {
    case .add: "the sum"
    case .subtract: "the difference"
    case .multiply: "the product"
    case .floorDivide: "the quotient"
    case .modulo: "the remainder"
    }
  }
}
