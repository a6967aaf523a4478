extension DiagnosticCode {
  static let unknownFunction = DiagnosticCode("T0209", "No function has this name.")
}

extension Binder {
  /// A scalar function of the catalogue.
  func bindFunction(_ name: NameSyntax, _ arguments: [BoundExpression], at span: SourceSpan)
    throws(QueryError) -> BoundExpression
  {
    throw error(.name, .unknownFunction, "no function \"\(name.text)\"", at: name.span)
  }

  /// The same day of a later month, or that month's last day.
  func addMonths(_ months: Int, to date: BoundExpression, at span: SourceSpan)
    throws(QueryError) -> BoundExpression
  {
    throw error(.name, .unknownFunction, "no function", at: span)
  }
}
