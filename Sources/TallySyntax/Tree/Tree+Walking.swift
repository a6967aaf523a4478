extension ExpressionSyntax {
  /// Calls `body` with each expression directly below this one, in the order of the source. A
  /// subquery is not entered.
  package func forEachChild(_ body: (ExpressionSyntax) -> Void) { kind.forEachChild(body) }

  /// Calls `body` with this expression and all below it, parents first. Subqueries are not entered.
  package func forEachDescendant(_ body: (ExpressionSyntax) -> Void) {
    body(self)
    forEachChild { $0.forEachDescendant(body) }
  }
}

extension ExpressionSyntax.Kind {
  func forEachChild(_ body: (ExpressionSyntax) -> Void) {
    switch self {
    case .literal, .name, .parameter, .placeholder, .subquery: break
    case .call(let call):
      call.arguments.forEach(body)
      if let with = call.with { body(with) }
      call.within?.keys.forEach(body)
    case .unary(_, let operand), .missingTest(let operand, _), .orMissing(let operand):
      body(operand)
    case .binary(let binary):
      body(binary.left)
      body(binary.right)
    case .logical(_, let operands), .list(let operands): operands.forEach(body)
    case .membership(let test):
      body(test.value)
      switch test.set {
      case .list(let values): values.forEach(body)
      case .range(let lower, let upper, _):
        body(lower)
        body(upper)
      case .expression(let value): body(value)
      case .relative, .query: break
      }
    case .between(let between):
      body(between.value)
      body(between.lower)
      body(between.upper)
    case .conditional(let branches, let otherwise):
      for branch in branches {
        body(branch.value)
        body(branch.condition)
      }
      body(otherwise)
    }
  }
}

extension StepSyntax {
  /// Calls `body` with each expression that stands in the head or a clause of this step.
  package func forEachExpression(_ body: (ExpressionSyntax) -> Void) {
    head?.items.forEach { $0.forEachExpression(body) }
    clauses.forEach { $0.forEachExpression(body) }
  }

  /// Calls `body` with each source the step reads: its own, and those it joins or appends.
  package func forEachSource(_ body: (SourceSyntax) -> Void) {
    if let source = head?.source { body(source) }
    for clause in clauses {
      switch clause {
      case .from(let clause): body(clause.source)
      case .lookup(let clause): body(clause.source)
      case .join(let clause): body(clause.source)
      case .append(let clause): body(clause.source)
      case .except(let clause): body(clause.source)
      default: break
      }
    }
  }
}

extension ItemSyntax {
  /// Calls `body` with each expression that stands in this item.
  package func forEachExpression(_ body: (ExpressionSyntax) -> Void) {
    switch kind {
    case .expression(let expression): body(expression)
    case .aggregate(let aggregate):
      if let operand = aggregate.operand { body(operand) }
      if let with = aggregate.with { body(with) }
      aggregate.within?.keys.forEach(body)
    }
  }
}

extension ClauseSyntax {
  /// Calls `body` with each expression that stands in this clause.
  package func forEachExpression(_ body: (ExpressionSyntax) -> Void) {
    switch self {
    case .from, .append, .except, .unpivot, .chart, .save: break
    case .lookup(let clause):
      clause.keys.forEach { $0.forEachExpression(body) }
      if let time = clause.asOf { body(time) }
    case .join(let clause): clause.keys.forEach { $0.forEachExpression(body) }
    case .add(let clause): clause.items.forEach { $0.forEachExpression(body) }
    case .where(let clause): body(clause.condition)
    case .groupBy(let clause): clause.keys.forEach { $0.forEachExpression(body) }
    case .across(let clause): clause.keys.forEach { $0.forEachExpression(body) }
    case .fill(let clause): body(clause.value)
    case .versus(let clause):
      for comparison in clause.comparisons {
        guard case .target(let value, let keys) = comparison else { continue }
        body(value)
        keys.forEach { $0.forEachExpression(body) }
      }
    case .having(let clause): body(clause.condition)
    case .orderBy(let clause): clause.keys.forEach { body($0.expression) }
    case .top(let clause):
      body(clause.count)
      if let by = clause.by { body(by) }
      clause.within?.keys.forEach(body)
    case .limit(let clause):
      body(clause.count)
      if let skip = clause.skip { body(skip) }
    }
  }
}

extension JoinKeySyntax {
  /// Calls `body` with each expression that stands in this key.
  package func forEachExpression(_ body: (ExpressionSyntax) -> Void) {
    switch self {
    case .shared: break
    case .equal(let left, let right):
      body(left)
      body(right)
    case .condition(let condition): body(condition)
    }
  }
}
