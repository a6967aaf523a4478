extension DiagnosticCode {
  static let unknownFunction = DiagnosticCode("T0209", "No function has this name.")
  static let functionArguments = DiagnosticCode(
    "T0422", "A function was given too many or too few arguments, or of types it does not take.")
}

extension Binder {
  /// A call of a scalar function of the catalogue.
  func bindFunction(_ name: NameSyntax, _ arguments: [ExpressionSyntax], at span: SourceSpan)
    throws(QueryError) -> BoundExpression
  {
    if Environment.key(name.text) == "bands" { return try bindBands(arguments, at: span) }
    if let foreign = foreignCall(name, arguments, at: span) { throw foreign }
    let arguments = try arguments.mapThrowing { argument throws(QueryError) in
      try bind(argument)
    }
    do throws(FunctionProblem) {
      return try FunctionCatalog.bind(name.text, arguments, at: span)
    } catch {
      for type in [ColumnType.integer, .date] {
        let typed = arguments.map { untypedColumn($0, as: type) ?? $0 }
        if let bound = try? FunctionCatalog.bind(name.text, typed, at: span) { return bound }
      }
      throw describe(error, name, arguments, at: span)
    }
  }

  /// The same day of a later month, or that month's last day.
  func addMonths(_ months: Int, to date: BoundExpression, at span: SourceSpan)
    throws(QueryError) -> BoundExpression
  {
    let count = BoundExpression.constant(.integer(Int128(months)), .integer, at: span)
    do throws(FunctionProblem) {
      return try FunctionCatalog.bind("add_months", [date, count], at: span)
    } catch {
      throw self.error(.type, .functionArguments, error.message, at: span, help: error.help)
    }
  }

  private func describe(
    _ problem: FunctionProblem, _ name: NameSyntax, _ arguments: [BoundExpression],
    at span: SourceSpan
  ) -> QueryError {
    let place = problem.argument.map { arguments[$0].span }
    return error(
      problem.isUnknownName ? .name : .type,
      problem.isUnknownName ? .unknownFunction : .functionArguments, problem.message,
      at: place ?? (problem.isUnknownName ? name.span : span),
      label: problem.nearest.map { "did you mean \"\($0)\"?" }, help: problem.help,
      fixIts: problem.nearest.map { [FixIt("write \($0)", replace: name.span, with: $0)] } ?? [])
  }
}
