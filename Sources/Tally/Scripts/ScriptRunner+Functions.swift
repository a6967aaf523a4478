extension DiagnosticCode {
  static let notPure = DiagnosticCode(
    "T0447", "A function reads something that is neither an argument nor a value.")
  static let recursion = DiagnosticCode("T0448", "A function calls itself.")
  static let measureTable = DiagnosticCode(
    "T0449", "A measure stands where rows of its table are not read.")
  static let takenName = DiagnosticCode(
    "T0460", "A definition has a name that means something else already.")
}

extension ScriptRunner {
  /// `let vat(fee) = fee * 8%`. Types are known where it is used; here its names are checked.
  func define(_ function: FunctionSyntax) throws(QueryError) -> StatementOutcome.Kind {
    let (binder, environment) = (makeBinder(), environment)
    let key = Environment.key(function.name.text)
    if AggregateVerbSyntax(key) != nil || FunctionCatalog.entry(key) != nil || key == "today"
      || key == "now"
    {
      throw binder.error(
        .name, .takenName, "\(function.name.text) is a function of the language",
        at: function.name.span)
    }
    var names = Set<String>()
    for parameter in function.parameters
    where !names.insert(Environment.key(parameter.text)).inserted {
      throw binder.error(
        .name, .duplicateName, "\(parameter.text) stands twice", at: parameter.span)
    }
    if let error = binder.impurity(of: function, names) { throw error }
    let span = function.name.span.joined(with: function.body.span)
    let defined = DefinedFunction(
      name: function.name.text, parameters: function.parameters.map(\.text), body: function.body,
      source: source, span: span, values: environment.values, functions: environment.functions,
      height: environment.height(of: function.body))
    if defined.height > BoundExpression.greatestHeight {
      throw binder.error(
        .type, .tooComplex, "this function calls functions that are too tall", at: span)
    }
    database.withState { $0.environment.functions[key] = defined }
    return .defined(defined.signature)
  }

  /// `measure overdue_rate on services = share(status = "overdue")`.
  func define(_ measure: MeasureSyntax) throws(QueryError) -> StatementOutcome.Kind {
    let (binder, environment) = (makeBinder(), environment)
    let isKnown = environment.views[Environment.key(measure.table.text)] != nil
    let name = isKnown ? measure.table.text : try binder.table(measure.table).name
    let span = measure.name.span.joined(with: measure.value.span)
    let defined = DefinedMeasure(
      name: measure.name.text, tableKey: Environment.key(name), table: name,
      value: measure.value, source: source, span: span, values: environment.values,
      functions: environment.functions, height: environment.height(of: measure.value))
    try binder.check(defined, measure)
    database.withState { state in
      state.environment.measures[Environment.key(measure.name.text)] = defined
    }
    return .defined(defined.name)
  }
}

extension Binder {
  /// What a function reads that it must not, if it does.
  fileprivate func impurity(of function: FunctionSyntax, _ names: Set<String>) -> QueryError? {
    var found: QueryError?
    let own = Environment.key(function.name.text)
    function.body.forEachDescendant { inner in
      if found != nil { return }
      switch inner.kind {
      case .name(let path):
        let key = Environment.key(path.parts[0].text)
        let isValue =
          names.contains(key) || environment.values[key] != nil || key == "today" || key == "now"
        if path.parts.count == 1, isValue { return }
        found = notPure("\(path.text) is neither an argument nor a value", function, inner.span)
      case .call(let call):
        let key = Environment.key(call.name.text)
        if key == own {
          found = error(
            .name, .recursion, "\(function.name.text) would call itself", at: inner.span,
            help: ["a function is computed from its arguments alone, once"])
        } else if call.verb != nil {
          found = notPure(
            "\(call.name.text) is computed from rows", function, inner.span)
        }
      case .subquery, .membership:
        if let query = inner.readsTable { found = notPure("a query reads rows", function, query) }
      default: return
      }
    }
    return found
  }

  private func notPure(_ message: String, _ function: FunctionSyntax, _ span: SourceSpan)
    -> QueryError
  {
    let names = function.parameters.map(\.text).joined(separator: ", ")
    return error(
      .name, .notPure, message, at: span,
      help: [
        "a function knows what it is given, \(names), and values that `let` named before; give it"
          + " the rest as an argument"
      ])
  }

  /// Binds a measure to its table, so that what is wrong with it is told where it is defined.
  fileprivate func check(_ defined: DefinedMeasure, _ measure: MeasureSyntax) throws(QueryError) {
    var binder = inner()
    _ = try binder.rows(ofTable: measure.table)
    if case .one = binder.scope.find(defined.name) {
      throw error(
        .name, .takenName, "\(defined.table) has a column \(defined.name)",
        at: measure.name.span, help: ["give the measure a name of its own"])
    }
    binder.groups = GroupScope()
    _ = try binder.bind(defined.value)
  }
}

extension ExpressionSyntax {
  /// Where a query or the column of a table stands in it as a set or value.
  fileprivate var readsTable: SourceSpan? {
    switch kind {
    case .subquery(let query): return query.span
    case .membership(let test):
      if case .query(let query) = test.set { return query.span }
      return nil
    default: return nil
    }
  }
}
