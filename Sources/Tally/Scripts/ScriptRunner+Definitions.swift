extension DiagnosticCode {
  static let missingArgument = DiagnosticCode(
    "T0206", "A parameter without a default was given no value.")
  static let undeclaredArgument = DiagnosticCode(
    "T0207", "A value was given for a parameter that the script does not have.")
  static let argumentType = DiagnosticCode(
    "T0208", "A parameter was given a value of another type.")
}

extension ScriptRunner {
  /// `let name = query`.
  func define(_ name: NameSyntax, as query: QuerySyntax) throws(QueryError)
    -> StatementOutcome.Kind
  {
    let key = Environment.key(name.text)
    if valueNamed(by: query) == nil, let view = try makeBinder().view(query, name: name.text) {
      database.withState { state in
        state.environment.views[key] = view
        state.environment.values[key] = nil
      }
      return .defined(name.text)
    }
    if let value = valueNamed(by: query) {
      database.withState { $0.environment.values[key] = value }
      return .defined(name.text)
    }
    let plan = try plan(query)
    let named = Environment.NamedTable(
      name: name.text, table: try run(plan), grain: plan.steps.last?.grain)
    database.withState { state in
      state.environment.tables[key] = named
      state.environment.views[key] = nil
      state.environment.values[key] = nil
      state.reports[key] = nil
    }
    return .defined(name.text)
  }

  /// The value that a query means which is nothing but the name of one: `let b = a`.
  private func valueNamed(by query: QuerySyntax) -> CellValue? {
    guard query.steps.count == 1, query.steps[0].head == nil, query.steps[0].clauses.count == 1,
      case .table(let name)? = query.steps[0].source?.kind
    else { return nil }
    let (key, environment) = (Environment.key(name.text), environment)
    let isTable = environment.tables[key] != nil || environment.views[key] != nil
    return isTable ? nil : environment.values[key]
  }

  /// `let name = value`.
  func define(_ name: NameSyntax, as expression: ExpressionSyntax) throws(QueryError)
    -> StatementOutcome.Kind
  {
    let value = try value(expression)
    database.withState { $0.environment.values[Environment.key(name.text)] = value }
    return .defined(name.text)
  }

  /// `param name: type = default`.
  func declare(_ parameter: ParameterSyntax) throws(QueryError) -> StatementOutcome.Kind {
    let key = Environment.key(parameter.name.text)
    let given = options.parameters.first { Environment.key($0.key.normalised) == key }?.value
    let argument: QueryArgument
    if let given {
      argument = try converted(given, parameter)
    } else if let defaultValue = parameter.defaultValue {
      argument = try self.argument(defaultValue, parameter)
    } else {
      throw makeBinder().error(
        .parameter, .missingArgument, "the parameter \"\(parameter.name.text)\" needs a value",
        at: parameter.name.span,
        help: ["on the command line: -p \(parameter.name.text)=…"])
    }
    arguments[key] = argument
    database.withState { $0.environment.parameters[key] = argument }
    return .defined("$" + parameter.name.text)
  }

  private func argument(_ expression: ExpressionSyntax, _ parameter: ParameterSyntax)
    throws(QueryError) -> QueryArgument
  {
    if case .list(let elements) = expression.kind {
      return try converted(
        .list(try elements.mapThrowing { element throws(QueryError) in try value(element) }),
        parameter)
    }
    return try converted(.value(try value(expression)), parameter)
  }

  private func converted(_ argument: QueryArgument, _ parameter: ParameterSyntax)
    throws(QueryError) -> QueryArgument
  {
    switch argument {
    case .value(.text(let text)) where parameter.isList:
      let parts = text.split(separator: ",", omittingEmptySubsequences: false).map { part in
        String(part.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
      }
      if parts.contains("") { throw mismatch(parameter, "a list with an empty part, \"\(text)\"") }
      return .list(
        try parts.mapThrowing { part throws(QueryError) in
          try converted(.text(part), parameter)
        })
    case .value(let value) where !parameter.isList: return .value(try converted(value, parameter))
    case .list(let values) where parameter.isList:
      return .list(
        try values.mapThrowing { value throws(QueryError) in try converted(value, parameter) })
    default: throw mismatch(parameter, parameter.isList ? "one value" : "a list")
    }
  }

  private func converted(_ value: CellValue, _ parameter: ParameterSyntax) throws(QueryError)
    -> CellValue
  {
    if value == .missing { return value }
    if case .text(let text) = value, parameter.type != .text {
      // A text from outside is read as the language reads a literal of the type.
      let needsSign = [.date, .period, .instant].contains(parameter.type) && !text.hasPrefix("@")
      let literal = SourceText((needsSign ? "@" : "") + text)
      let parsed = parseExpression(literal)
      guard let expression = parsed.expression, parsed.diagnostics.isEmpty,
        let bound = try? Binder(environment: Environment(), source: literal).bind(expression),
        let constant = bound.constantValue, constant != .missing, !constant.isText
      else { throw mismatch(parameter, "\"\(text)\"") }
      return try converted(constant, parameter)
    }
    switch (parameter.type, value) {
    case (.int, .integer), (.percent, .percent), (.text, .text), (.date, .date),
      (.instant, .dateTime), (.period, .period), (.boolean, .boolean), (.decimal, .decimal),
      (.float, .float):
      return value
    case (.decimal, .integer(let whole)):
      return .decimal(ExactDecimal(coefficient: whole, scale: 0))
    case (.float, .integer(let whole)): return .float(quotient(whole, 1))
    case (.float, .decimal(let number)): return .float(number.doubleValue)
    default: throw mismatch(parameter, value.text(in: .csv) ?? "a missing value")
    }
  }

  private func mismatch(_ parameter: ParameterSyntax, _ found: String) -> QueryError {
    makeBinder().error(
      .parameter, .argumentType,
      "the parameter \"\(parameter.name.text)\" is \(parameter.isList ? "a list of " : "")"
        + "\(parameter.type.rawValue), and was given \(found)", at: parameter.name.span)
  }

  /// Every value given must be a parameter of the script.
  func checkParameterNames(_ script: ScriptSyntax) throws(QueryError) {
    var declared: [String] = []
    for statement in script.statements {
      if case .parameter(let parameter) = statement.kind { declared.append(parameter.name.text) }
    }
    var spellings: [String: String] = [:]
    for name in options.parameters.keys.sorted() {
      guard let other = spellings.updateValue(name, forKey: Environment.key(name.normalised)) else {
        continue
      }
      throw QueryError(
        kind: .parameter,
        message: "the parameters \"\(other)\" and \"\(name)\" are one, and have a value each")
    }
    let keys = Set(declared.map(Environment.key))
    for name in options.parameters.keys.sorted() where !keys.contains(Environment.key(name)) {
      if options.isInteractive { continue }
      throw makeBinder().error(
        .parameter, .undeclaredArgument, "the script has no parameter \"\(name)\"",
        at: SourceSpan(0, 0),
        help: [
          declared.isEmpty
            ? "it declares none" : "parameters: " + declared.joined(separator: ", ")
        ])
    }
  }
}

extension CellValue {
  fileprivate var isText: Bool {
    if case .text = self { return true }
    return false
  }
}

extension Binder {
  /// A query that only keeps, adds and looks up rows, to be run where it is used; nil for any
  /// other.
  func view(_ query: QuerySyntax, name: String) throws(QueryError) -> Environment.View? {
    for step in query.steps {
      if step.head != nil { return nil }
      for clause in step.clauses {
        switch clause {
        case .from, .lookup, .add, .where: continue
        default: return nil
        }
      }
    }
    var binder = self
    guard let rows = try binder.rowPlan(query), binder.collected.queries.isEmpty else {
      return nil
    }
    return Environment.View(name: name, rows: rows, scope: binder.scope)
  }
}
