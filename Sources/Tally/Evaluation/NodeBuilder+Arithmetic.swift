extension NodeBuilder {
  /// Exact arithmetic in the narrowest width that is sure to hold the results, or arithmetic on
  /// doubles.
  func arithmetic(
    _ operation: ArithmeticOperator, _ left: VectorNode, _ right: VectorNode,
    _ expression: BoundExpression, in scope: EvaluationScope
  ) throws(QueryError) -> VectorNode {
    if case (.floats, .floats) = (left.layout, right.layout) {
      let kind: FloatArithmeticSource.Operation =
        switch operation {
        case .add: .add
        case .subtract: .subtract
        case .multiply: .multiply
        case .floorDivide: .divide(.floor)
        case .modulo: .divide(.modulo)
        }
      return VectorNode(
        FloatArithmeticSource(kind, left, right, resources: resources), layout: .floats,
        scope: scope)
    }
    guard left.layout.isExact, right.layout.isExact else {
      throw EvaluationFailure.bug("arithmetic on operands of two kinds")
    }
    let type = expression.type
    let bounds = IntervalArithmetic.bounds(of: operation, left.bounds, right.bounds)
    if case (.integers, .integers) = (left.layout, right.layout) {
      let fits = bounds.map { ClosedRange.int64.contains($0) } ?? false
      if fits || !type.isScaled {
        return exact(
          operation, left, right, limits: type.storedLimits.clamped(to: .int64), bounds,
          Int64.self, expression, in: scope)
      }
    }
    // Whole numbers have more than 64 bits only where one of them had before: sums do.
    let mayStayWide = type == .integer && expression.operands.allSatisfy { $0.type == .integer }
    let result = exact(
      operation, widened(left, in: scope), widened(right, in: scope),
      limits: mayStayWide ? Int128.min...Int128.max : type.storedLimits, bounds, Int128.self,
      expression, in: scope)
    // What 64 bits are sure to hold is kept in 64 bits, as the bounds promise.
    let isNarrow = result.bounds.map { ClosedRange.int64.contains($0) } ?? false
    return isNarrow || !(mayStayWide || type.isScaled) ? held(result, in: scope) : result
  }

  private func exact<T: StoredInteger>(
    _ operation: ArithmeticOperator, _ left: VectorNode, _ right: VectorNode,
    limits: ClosedRange<Int128>, _ bounds: ClosedRange<Int128>?, _ width: T.Type,
    _ expression: BoundExpression, in scope: EvaluationScope
  ) -> VectorNode {
    let source = ArithmeticSource<T>(
      operation, left, right, limits: T(limits.lowerBound)...T(limits.upperBound),
      isProvenToFit: bounds.map { limits.contains($0) } ?? false, type: expression.type,
      span: expression.span, resources: resources)
    return VectorNode(
      source, layout: T.layout, bounds: IntervalArithmetic.intersection(limits, bounds),
      scope: scope)
  }

  /// The operand at 128 bits.
  func widened(_ node: VectorNode, in scope: EvaluationScope) -> VectorNode {
    guard case .integers = node.layout else { return node }
    return VectorNode(
      WidenSource(node, resources: resources), layout: .wide, bounds: node.bounds,
      constant: node.constant, scope: scope)
  }

  /// The operand at 64 bits; integers beyond are held at the ends.
  func held(_ node: VectorNode, in scope: EvaluationScope) -> VectorNode {
    guard case .wide = node.layout else { return node }
    return VectorNode(
      HeldSource(node, resources: resources), layout: .integers,
      bounds: node.bounds?.clamped(to: .int64), constant: node.constant, scope: scope)
  }

  /// `0 - operand`, which for doubles never gives a negative zero.
  func negated(
    _ operand: BoundExpression, _ expression: BoundExpression, in scope: EvaluationScope
  ) throws(QueryError) -> VectorNode {
    let node = try node(for: operand, in: scope)
    let zero: CellValue = operand.type.isFloating ? .float(0) : .integer(0)
    let constant = try constant(zero, type: expression.type, in: scope)
    return try arithmetic(.subtract, constant, node, expression, in: scope)
  }

  /// The operand with more decimal places.
  func rescaled(
    _ node: VectorNode, by places: Int, _ expression: BoundExpression, in scope: EvaluationScope
  ) throws(QueryError) -> VectorNode {
    if places == 0 { return node }
    guard (1...ExactDecimal.maximumScale).contains(places) else {
      throw EvaluationFailure.bug("\(places) more decimal places")
    }
    let power = try constant(
      .integer(ExactDecimal.powersOfTen[places]), type: .integer, in: scope)
    return try arithmetic(.multiply, node, power, expression, in: scope)
  }

  /// An exact number as the nearest double: its coefficient divided by a power of ten.
  func toFloat(_ operand: BoundExpression, in scope: EvaluationScope) throws(QueryError)
    -> VectorNode
  {
    let node = try node(for: operand, in: scope)
    if case .floats = node.layout { return node }
    let power = ExactDecimal.powersOfTen[operand.type.scale]
    let divisor = try constant(.integer(power), type: .integer, in: scope)
    return try exactQuotient(node, divisor, in: scope)
  }

  /// `left / right` as the nearest double.
  func quotient(
    _ left: BoundExpression, _ right: BoundExpression, _ expression: BoundExpression,
    in scope: EvaluationScope
  ) throws(QueryError) -> VectorNode {
    if left.type.isFloating || right.type.isFloating {
      let (first, second) = (try toFloat(left, in: scope), try toFloat(right, in: scope))
      return VectorNode(
        FloatArithmeticSource(.divide(.plain), first, second, resources: resources),
        layout: .floats, scope: scope)
    }
    var first = try node(for: left, in: scope)
    var second = try node(for: right, in: scope)
    // At one scale the quotient of the coefficients is the quotient of the numbers.
    let shift = left.type.scale - right.type.scale
    let exact = BoundExpression(expression.kind, .decimal(scale: 0), at: expression.span)
    if shift > 0 { second = try rescaled(second, by: shift, exact, in: scope) }
    if shift < 0 { first = try rescaled(first, by: -shift, exact, in: scope) }
    return try exactQuotient(first, second, in: scope)
  }

  /// The quotient of stored integers as the nearest double.
  private func exactQuotient(_ left: VectorNode, _ right: VectorNode, in scope: EvaluationScope)
    throws(QueryError) -> VectorNode
  {
    guard left.layout.isExact, right.layout.isExact else {
      throw EvaluationFailure.bug("a quotient of operands of two kinds")
    }
    if case (.integers, .integers) = (left.layout, right.layout) {
      let limit = Int128(1) << 53
      let isSmall = [left, right].allSatisfy {
        $0.bounds.map { (-limit...limit).contains($0) } ?? false
      }
      return VectorNode(
        ExactQuotientSource<Int64>(left, right, isSmall: isSmall, resources: resources),
        layout: .floats, scope: scope)
    }
    return VectorNode(
      ExactQuotientSource<Int128>(
        widened(left, in: scope), widened(right, in: scope), isSmall: false,
        resources: resources),
      layout: .floats, scope: scope)
  }
}

extension ColumnType {
  /// Whether values are coefficients of decimal numbers.
  var isScaled: Bool {
    switch self {
    case .decimal, .percent: true
    default: false
    }
  }
}
