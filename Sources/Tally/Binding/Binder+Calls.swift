extension Binder {
  /// `name(arguments)`: an aggregate or a scalar function.
  func bindCall(_ call: CallSyntax, at span: SourceSpan) throws(QueryError) -> BoundExpression {
    if let over = call.over { throw unsupported("`over last`", at: over.span) }
    if let verb = call.verb {
      return try bindAggregate(
        AggregatePhrase(
          verb: verb, isDistinct: call.isDistinct, operands: call.arguments, with: call.with,
          within: call.within, span: span))
    }
    if let within = call.within { throw unsupported("`within` in a function", at: within.span) }
    if let with = call.with {
      throw error(
        .type, .aggregateOperand, "`with` goes with aggregates only", at: with.span)
    }
    if call.isDistinct {
      throw error(.type, .aggregateOperand, "`distinct` goes with aggregates only", at: span)
    }
    if call.arguments.isEmpty, Environment.key(call.name.text) == "today" {
      return .constant(.date(environment.today), .date, at: span)
    }
    return try bindFunction(call.name, call.arguments, at: span)
  }
}
