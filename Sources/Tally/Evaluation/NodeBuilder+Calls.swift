extension NodeBuilder {
  /// A function of the catalogue.
  func call(
    _ function: ScalarFunction, _ expression: BoundExpression, in scope: EvaluationScope
  ) throws(QueryError) -> VectorNode {
    var nodes: [VectorNode] = []
    for operand in expression.operands { nodes.append(try node(for: operand, in: scope)) }
    guard let first = nodes.first, let operand = expression.operands.first else {
      throw EvaluationFailure.bug("a call of \(function.rawValue) without arguments")
    }
    func made(_ source: any VectorSource, _ layout: Layout) -> VectorNode {
      VectorNode(source, layout: layout, bounds: finder.facts(of: expression).bounds, scope: scope)
    }
    switch function {
    case .lower, .upper, .trim, .fold, .replace, .left, .right, .substring, .part, .concat:
      let parts = nodes.map { held(texts(of: $0, in: scope), in: scope) }
      return made(TextFunctionSource(function, parts, resources: resources), .texts)
    case .text:
      return made(TextOfValueSource(first, type: operand.type, resources: resources), .texts)
    case .length:
      return made(LengthSource(texts(of: first, in: scope), resources: resources), .integers)
    case .number, .date:
      let text = texts(of: first, in: scope)
      if function == .date || expression.type == .integer {
        let places = function == .date ? nil : 0
        return made(
          ReadingSource<Int64>(text, places: places, resources: resources), .integers)
      }
      let source = ReadingSource<Int128>(
        text, places: expression.type.scale, resources: resources)
      return made(source, .wide)
    case .abs, .sign: return try sign(function, first, expression, in: scope)
    case .least, .greatest:
      return try extreme(isLeast: function == .least, nodes, in: scope)
    case .round, .floor, .ceil, .truncate:
      return try rounded(function, first, expression, in: scope)
    case .sqrt: return made(floats(.squareRoot, nodes), .floats)
    case .exp: return made(floats(.exponential, nodes), .floats)
    case .power: return made(floats(.power, nodes), .floats)
    case .log:
      return made(floats(nodes.count > 1 ? .logarithmToBase : .logarithm, nodes), .floats)
    case .addMonths:
      let source = AddMonthsSource(
        first, held(nodes[nodes.count - 1], in: scope), span: expression.span,
        resources: resources)
      return made(source, .integers)
    case .workingDays:
      var off: [Int64] = []
      if let set = expression.operands.dropFirst(2).first,
        case .membership(_, .integers(let days, _)) = set.kind
      {
        off = days
      }
      let source = WorkingDaysSource(first, nodes[1], off: off, resources: resources)
      return made(source, .integers)
    default:
      return made(try calendar(function, first, operand.type), .integers)
    }
  }

  private func floats(_ function: FloatFunctionSource.Function, _ nodes: [VectorNode])
    -> any VectorSource
  {
    FloatFunctionSource(function, nodes, resources: resources)
  }

  private func calendar(_ function: ScalarFunction, _ node: VectorNode, _ type: ColumnType)
    throws(QueryError) -> any VectorSource
  {
    let field: CalendarField
    switch (function, type) {
    case (.year, _): field = .year
    case (.quarter, _): field = .quarter
    case (.month, _): field = .month
    case (.week, _): field = .week
    case (.dayNumber, _): field = .dayNumber
    case (.dayOfYear, _): field = .dayOfYear
    case (.weekNumber, _): field = .weekNumber
    case (.weekday, _): field = .weekday
    case (.start, .period(let unit)): field = .firstDay(unit)
    case (.finish, .period(let unit)): field = .lastDay(unit)
    default: throw EvaluationFailure.bug("\(function.rawValue) of a \(type.name)")
    }
    return CalendarSource(field, node, resources: resources)
  }

  private func sign(
    _ function: ScalarFunction, _ node: VectorNode, _ expression: BoundExpression,
    in scope: EvaluationScope
  ) throws(QueryError) -> VectorNode {
    let isAbsolute = function == .abs
    func source<T: StoredInteger>(_ width: T.Type, _ node: VectorNode) -> VectorNode {
      let source = SignSource<T>(
        isAbsolute: isAbsolute, node, type: expression.type, span: expression.span,
        resources: resources)
      let bounds = finder.facts(of: expression).bounds
      return VectorNode(source, layout: T.layout, bounds: bounds, scope: scope)
    }
    switch node.layout {
    case .integers:
      // Only whole numbers of 64 bits have no room for the opposite of the least.
      let hasRoom = node.bounds.map { $0.lowerBound > Int128(Int64.min) } ?? false
      if isAbsolute, !hasRoom, expression.type.isScaled {
        return source(Int128.self, widened(node, in: scope))
      }
      return source(Int64.self, node)
    case .wide:
      let result = source(Int128.self, node)
      return isAbsolute ? result : held(result, in: scope)
    case .floats where isAbsolute:
      return VectorNode(floats(.absolute, [node]), layout: .floats, scope: scope)
    case .floats:
      let signs = FloatSignSource(node, resources: resources)
      return VectorNode(signs, layout: .integers, bounds: -1...1, scope: scope)
    default: throw EvaluationFailure.bug("the sign of what is no number")
    }
  }

  private func rounded(
    _ function: ScalarFunction, _ node: VectorNode, _ expression: BoundExpression,
    in scope: EvaluationScope
  ) throws(QueryError) -> VectorNode {
    guard case .integer(let wanted)? = expression.operands.last?.constantValue,
      let places = Int(exactly: wanted), (-38...38).contains(places)
    else { throw EvaluationFailure.bug("rounding to an unknown number of places") }
    let mode: RoundingMode =
      switch function {
      case .round: .nearest
      case .floor: .down
      case .ceil: .up
      default: .towardZero
      }
    let result: VectorNode
    switch node.layout {
    case .floats: result = floatRounded(mode, node, places, expression, in: scope)
    case .integers, .wide:
      let dropped = (expression.operands.first?.type.scale ?? 0) - places
      result = try exactRounded(mode, node, dropped: dropped, in: scope)
    default: throw EvaluationFailure.bug("rounding of what is no number")
    }
    if places >= 0 { return narrowed(result, expression, in: scope) }
    let power = ExactDecimal.powersOfTen[-places]
    let tens = try constant(.integer(power), type: .integer, in: scope)
    return narrowed(
      try arithmetic(.multiply, result, tens, expression, in: scope), expression, in: scope)
  }

  /// Whole numbers made of numbers with decimal places have 64 bits.
  private func narrowed(
    _ node: VectorNode, _ expression: BoundExpression, in scope: EvaluationScope
  ) -> VectorNode {
    guard case .wide = node.layout, expression.type == .integer,
      expression.operands.first?.type != .integer
    else { return node }
    let source = NarrowSource(
      node, type: expression.type, span: expression.span, resources: resources)
    let bounds = node.bounds?.clamped(to: .int64)
    return VectorNode(source, layout: .integers, bounds: bounds, scope: scope)
  }

  private func floatRounded(
    _ mode: RoundingMode, _ node: VectorNode, _ places: Int, _ expression: BoundExpression,
    in scope: EvaluationScope
  ) -> VectorNode {
    func source<T: StoredInteger>(_ width: T.Type) -> VectorNode {
      let source = FloatRoundingSource<T>(
        mode, node, places: places, type: expression.type, span: expression.span,
        resources: resources)
      return VectorNode(
        source, layout: T.layout, bounds: expression.type.storedLimits, scope: scope)
    }
    return expression.type == .integer ? source(Int64.self) : source(Int128.self)
  }

  private func exactRounded(
    _ mode: RoundingMode, _ node: VectorNode, dropped: Int, in scope: EvaluationScope
  ) throws(QueryError) -> VectorNode {
    if dropped <= 0 { return node }
    guard dropped <= ExactDecimal.maximumScale else {
      throw EvaluationFailure.bug("rounding drops \(dropped) digits")
    }
    let power = ExactDecimal.powersOfTen[dropped]
    let bounds = node.bounds.map { ($0.lowerBound / power - 1)...($0.upperBound / power + 1) }
    if case .integers = node.layout, let narrow = Int64(exactly: power) {
      let source = RoundingSource<Int64>(mode, node, power: narrow, resources: resources)
      return VectorNode(source, layout: .integers, bounds: bounds, scope: scope)
    }
    let source = RoundingSource<Int128>(
      mode, widened(node, in: scope), power: power, resources: resources)
    return VectorNode(source, layout: .wide, bounds: bounds, scope: scope)
  }

  private func extreme(isLeast: Bool, _ nodes: [VectorNode], in scope: EvaluationScope)
    throws(QueryError) -> VectorNode
  {
    func source<T: VectorValue & Comparable>(
      _ type: T.Type, _ nodes: [VectorNode], _ layout: Layout
    ) -> VectorNode {
      let source = ExtremeSource<T>(
        isLeast: isLeast, nodes, layout: layout, resources: resources)
      var bounds = nodes[0].bounds
      for node in nodes { bounds = IntervalArithmetic.union(bounds, node.bounds) }
      return VectorNode(source, layout: layout, bounds: bounds, scope: scope)
    }
    let isExact = nodes.allSatisfy { $0.layout.isExact }
    switch nodes[0].layout {
    case .integers, .wide:
      guard isExact else { break }
      let isNarrow = nodes.allSatisfy { if case .integers = $0.layout { true } else { false } }
      if isNarrow { return source(Int64.self, nodes, .integers) }
      return source(Int128.self, nodes.map { widened($0, in: scope) }, .wide)
    case .floats: return source(Double.self, nodes, .floats)
    case .booleans: return source(UInt8.self, nodes, .booleans)
    case .codes, .texts:
      let (parts, layout) = try unifiedTexts(nodes.map { ($0, scope) })
      if case .codes = layout { return source(UInt32.self, parts, layout) }
      return source(TextSlice.self, parts, layout)
    }
    throw EvaluationFailure.bug("the least of values of several kinds")
  }
}
