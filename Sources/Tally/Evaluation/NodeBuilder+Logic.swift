extension NodeBuilder {
  /// A node of truth values.
  func condition(_ expression: BoundExpression, in scope: EvaluationScope) throws(QueryError)
    -> VectorNode
  {
    let node = try node(for: expression, in: scope)
    guard case .booleans = node.layout else {
      throw EvaluationFailure.bug("a condition that is not true or false")
    }
    return node
  }

  /// `and` or `or`. An operand that can fail runs only for rows that get as far as that.
  func logic(isAnd: Bool, _ operands: [BoundExpression], in scope: EvaluationScope)
    throws(QueryError) -> VectorNode
  {
    if operands.isEmpty { return try constant(.boolean(isAnd), type: .boolean, in: scope) }
    var conditions: [LogicSource.Condition] = []
    for operand in operands {
      let mustNarrow = !conditions.isEmpty && !finder.facts(of: operand).isTotal
      let narrowing = mustNarrow ? Narrowing(resources) : nil
      let node = try condition(operand, in: narrowing?.scope ?? scope)
      conditions.append(LogicSource.Condition(node: node, narrowing: narrowing))
    }
    let source = LogicSource(isAnd: isAnd, conditions, resources: resources)
    return VectorNode(source, layout: .booleans, bounds: 0...1, scope: scope)
  }

  /// One expression where the condition is true, else another.
  func conditional(
    _ first: BoundExpression, _ condition: BoundExpression, _ second: BoundExpression,
    in scope: EvaluationScope
  ) throws(QueryError) -> VectorNode {
    let test = try self.condition(condition, in: scope)
    let narrowings = [first, second].map {
      finder.facts(of: $0).isTotal ? nil : Narrowing(resources)
    }
    let scopes = narrowings.map { $0?.scope ?? scope }
    var yes = try node(for: first, in: scopes[0])
    var no = try node(for: second, in: scopes[1])
    let layout: Layout
    switch (yes.layout, no.layout) {
    case (.integers, .integers): layout = .integers
    case (.floats, .floats): layout = .floats
    case (.booleans, .booleans): layout = .booleans
    case (.integers, .wide), (.wide, .integers), (.wide, .wide):
      layout = .wide
      yes = widened(yes, in: scopes[0])
      no = widened(no, in: scopes[1])
    case (.codes, .codes), (.codes, .texts), (.texts, .codes), (.texts, .texts):
      let unified = try unifiedTexts([(yes, scopes[0]), (no, scopes[1])])
      (yes, no) = (unified.nodes[0], unified.nodes[1])
      layout = unified.layout
    default: throw EvaluationFailure.bug("a choice between two kinds of values")
    }
    let source = choice(
      (yes, narrowings[0]), test, (no, narrowings[1]), layout: layout)
    return VectorNode(
      source, layout: layout, bounds: IntervalArithmetic.union(yes.bounds, no.bounds),
      scope: scope)
  }

  private func choice(
    _ first: (VectorNode, Narrowing?), _ condition: VectorNode,
    _ second: (VectorNode, Narrowing?), layout: Layout
  ) -> any VectorSource {
    func source<T: VectorValue>(_ type: T.Type) -> any VectorSource {
      ConditionalSource<T>(
        .init(node: first.0, narrowing: first.1), condition: condition,
        otherwise: .init(node: second.0, narrowing: second.1), layout: layout,
        resources: resources)
    }
    switch layout {
    case .integers: return source(Int64.self)
    case .wide: return source(Int128.self)
    case .floats: return source(Double.self)
    case .booleans: return source(UInt8.self)
    case .codes: return source(UInt32.self)
    case .texts: return source(TextSlice.self)
    }
  }
}
