/// `let vat(fee) = fee * 8%`: an expression of what it is given, and of values that had names when it
/// was defined.
struct DefinedFunction: Sendable {
  let name: String
  /// What it is given, in order.
  let parameters: [String]
  let body: ExpressionSyntax
  /// The text that the body stands in.
  let source: SourceText
  /// Where it was defined in that text.
  let span: SourceSpan
  /// The values and functions that had names then. A function can't call itself, as it had none.
  let values: [String: CellValue]
  let functions: [String: DefinedFunction]
  /// The levels of the body, with those of the functions that it calls.
  let height: Int

  /// The names of what it is given, behind its own.
  var signature: String { "\(name)(\(parameters.joined(separator: ", ")))" }
}

/// `measure overdue_rate on services = share(status = "overdue")`: an expression of aggregates that is
/// computed anew wherever it is asked for, from the rows of a table.
struct DefinedMeasure: Sendable {
  let name: String
  /// The table, by folded name, and as it was written.
  let tableKey: String
  let table: String
  let value: ExpressionSyntax
  /// The text that the expression stands in.
  let source: SourceText
  /// Where it was defined in that text.
  let span: SourceSpan
  let values: [String: CellValue]
  let functions: [String: DefinedFunction]
  /// The levels of the expression, with those of the functions that it calls.
  let height: Int
}

extension Environment {
  /// The levels of an expression with those of the functions that it calls.
  func height(of expression: ExpressionSyntax) -> Int {
    var called = 0
    expression.forEachDescendant { inner in
      guard case .call(let call) = inner.kind,
        let function = functions[Environment.key(call.name.text)]
      else { return }
      called = max(called, function.height)
    }
    return expression.height + called
  }
}
