extension Binder {
  /// `name(arguments)`: an aggregate or a scalar function.
  func bindCall(_ call: CallSyntax, at span: SourceSpan) throws(QueryError) -> BoundExpression {
    if let window = try bindWindow(call, at: span) { return window }
    if let verb = call.verb {
      return try bindAggregate(
        AggregatePhrase(
          verb: verb, isDistinct: call.isDistinct, operands: call.arguments, with: call.with,
          within: call.within, span: span))
    }
    if let place = call.over?.span ?? call.within?.span {
      throw error(
        .type, .windowArguments, "\(call.name.text) computes a value from its row alone", at: place,
        help: ["`within` and `over` go with aggregates, ranks and values of other rows"])
    }
    if let with = call.with {
      throw error(
        .type, .aggregateOperand, "`with` goes with aggregates only", at: with.span)
    }
    if call.isDistinct {
      throw error(.type, .aggregateOperand, "`distinct` goes with aggregates only", at: span)
    }
    let name = Environment.key(call.name.text)
    if name == "raw", call.arguments.count == 1 { return try bind(call.arguments[0]) }
    if name == "working_days", call.arguments.count == 3 {
      return try bindWorkingDays(call, at: span)
    }
    if call.arguments.isEmpty, Environment.key(call.name.text) == "today" {
      return .constant(.date(environment.today), .date, at: span)
    }
    if call.arguments.isEmpty, Environment.key(call.name.text) == "now" {
      return .constant(.dateTime(environment.moment), .dateTime, at: span)
    }
    if let function = environment.functions[Environment.key(call.name.text)] {
      return try bindDefined(function, call, at: span)
    }
    return try bindFunction(call.name, call.arguments, at: span)
  }
}
