extension Binder {
  // MARK: Functions

  /// A call of a function that `let` named: its body with the arguments in their places.
  func bindDefined(
    _ function: DefinedFunction, _ call: CallSyntax, at span: SourceSpan
  ) throws(QueryError) -> BoundExpression {
    guard call.arguments.count == function.parameters.count else {
      let count = function.parameters.count
      throw error(
        .type, .functionArguments,
        "\(function.name) takes \(counted(count, "argument")), not \(call.arguments.count)",
        at: span, help: [function.signature])
    }
    let outer = collected.columnsRead
    var inner = self
    inner.scope.entries = []
    for (name, argument) in zip(function.parameters, call.arguments) {
      collected.columnsRead = []
      let bound = try bind(argument)
      inner.scope.entries.append(
        Scope.Entry(
          name: name, qualifier: nil, expression: bound, reads: collected.columnsRead))
    }
    collected.columnsRead = outer
    inner.enter(function.source, at: span, function.values, function.functions)
    inner.isOfGroups = groups != nil || isOfGroups
    inner.groups = nil
    do throws(QueryError) {
      return try inner.bind(function.body).placed(at: span)
    } catch {
      throw located(error, in: function.source, function.signature, function.span, at: span)
    }
  }

  // MARK: Measures

  /// The measure of a name that no column of the step has.
  func measure(_ path: NamePathSyntax) -> DefinedMeasure? {
    guard path.parts.count == 1, case .none = scope.find(path.parts[0].text) else { return nil }
    return environment.measures[Environment.key(path.parts[0].text)]
  }

  /// A measure, computed over the groups of the step.
  func bindDefined(_ measure: DefinedMeasure, at span: SourceSpan) throws(QueryError)
    -> BoundExpression
  {
    guard groups != nil else {
      throw error(
        .type, .misplacedAggregate, "\(measure.name) is computed over groups, not for a row",
        at: span, help: ["it is a measure on \(measure.table)"])
    }
    guard scope.sources.contains(measure.tableKey) else {
      throw error(
        .type, .measureTable,
        "\(measure.name) is computed from rows of \(measure.table), which this step does not read",
        at: span, help: ["ask for it in the step that reads \(measure.table)"])
    }
    var inner = self
    inner.enter(measure.source, at: span, measure.values, measure.functions)
    inner.callName = measure.name
    do throws(QueryError) {
      return try inner.bind(measure.value).placed(at: span)
    } catch {
      throw located(error, in: measure.source, "measure \(measure.name)", measure.span, at: span)
    }
  }

  // MARK: Places

  /// Goes on in the text of a definition, with the names that it was made with.
  private mutating func enter(
    _ source: SourceText, at span: SourceSpan, _ values: [String: CellValue],
    _ functions: [String: DefinedFunction]
  ) {
    self.source = source
    place = place ?? span
    environment.values = values
    environment.functions = functions
  }

  /// An error in a definition, at the place of its use; the definition is shown too.
  private func located(
    _ error: QueryError, in definition: SourceText, _ name: String, _ defined: SourceSpan,
    at span: SourceSpan
  ) -> QueryError {
    guard let first = error.diagnostics.first else { return error }
    var diagnostic = Diagnostic(
      first.code, first.message, at: span, label: "in \(name)", help: first.help)
    if definition.text == source.text {
      diagnostic.related = first.related + [Diagnostic.Related("here", at: first.span)]
    } else {
      let words = definition.text(in: defined).split(whereSeparator: \.isWhitespace)
      diagnostic.help.append("defined as \(words.joined(separator: " "))")
    }
    return QueryError(kind: error.kind, diagnostics: [diagnostic], source: source)
  }
}

extension BoundExpression {
  /// The same expression with all of its parts at one place.
  func placed(at span: SourceSpan) -> BoundExpression { rebuilt(at: span, isUnsure: false) }

  /// The same expression on rows that may lack all of its columns.
  var unsure: BoundExpression { rebuilt(at: nil, isUnsure: true) }

  private func rebuilt(at place: SourceSpan?, isUnsure: Bool) -> BoundExpression {
    let span = place ?? self.span
    let isLeaf: Bool
    switch self.kind {
    case .column, .lookedUp: isLeaf = true
    case .constant, .queryValue: return moved(to: span)
    default: isLeaf = false
    }
    // Conditions are true or false whatever they read.
    let mayBeMissing = mayBeMissing || (isUnsure && (isLeaf || type != .boolean))
    let kind = self.kind.mappingOperands { $0.rebuilt(at: place, isUnsure: isUnsure) }
    return BoundExpression(kind, type, mayBeMissing: mayBeMissing, bounds: bounds, at: span)
  }
}
