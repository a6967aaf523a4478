extension NodeBuilder {
  /// A comparison: on the codes of a column where the other side is a constant, else on values.
  func comparison(
    _ operation: ComparisonOperator, _ left: BoundExpression, _ right: BoundExpression,
    in scope: EvaluationScope
  ) throws(QueryError) -> VectorNode {
    if left.isMissingLiteral { return try againstMissing(operation, right, in: scope) }
    if right.isMissingLiteral { return try againstMissing(operation, left, in: scope) }
    if let value = right.constantValue, let reference = left.columnReference,
      let node = try codeRange(reference, operation, value, type: left.type, in: scope)
    {
      return node
    }
    if let value = left.constantValue, let reference = right.columnReference,
      let node = try codeRange(
        reference, operation.mirrored, value, type: right.type, in: scope)
    {
      return node
    }
    return try comparison(
      operation, try node(for: left, in: scope), try node(for: right, in: scope), in: scope)
  }

  /// A comparison with the word `missing` is never unknown: `=` asks whether the value is missing,
  /// and nothing is less or greater.
  private func againstMissing(
    _ operation: ComparisonOperator, _ operand: BoundExpression, in scope: EvaluationScope
  ) throws(QueryError) -> VectorNode {
    switch operation {
    case .equal: return try isMissing(operand, in: scope)
    case .notEqual:
      let source = NotSource(try isMissing(operand, in: scope), resources: resources)
      return VectorNode(source, layout: .booleans, bounds: 0...1, scope: scope)
    default: return try constant(.boolean(false), type: .boolean, in: scope)
    }
  }

  /// A comparison of two nodes.
  func comparison(
    _ operation: ComparisonOperator, _ left: VectorNode, _ right: VectorNode,
    in scope: EvaluationScope
  ) throws(QueryError) -> VectorNode {
    let source: any VectorSource
    switch (left.layout, right.layout) {
    case (.integers, .integers):
      source = ComparisonSource<Int64>(operation, left, right, resources: resources)
    case (.integers, .wide), (.wide, .integers), (.wide, .wide):
      source = ComparisonSource<Int128>(
        operation, widened(left, in: scope), widened(right, in: scope), resources: resources)
    case (.floats, .floats):
      source = ComparisonSource<Double>(operation, left, right, resources: resources)
    case (.booleans, .booleans):
      source = ComparisonSource<UInt8>(operation, left, right, resources: resources)
    case (.codes, .codes):
      guard let (first, second) = try recoded(left, right, in: scope) else {
        source = ComparisonSource<TextSlice>(
          operation, texts(of: left, in: scope), texts(of: right, in: scope),
          resources: resources)
        break
      }
      source = ComparisonSource<UInt32>(operation, first, second, resources: resources)
    case (.codes, .texts), (.texts, .codes), (.texts, .texts):
      source = ComparisonSource<TextSlice>(
        operation, texts(of: left, in: scope), texts(of: right, in: scope),
        resources: resources)
    default: throw EvaluationFailure.bug("a comparison of operands of two kinds")
    }
    return VectorNode(source, layout: .booleans, bounds: 0...1, scope: scope)
  }

  // MARK: Ranges of codes

  /// The comparison of a column's codes with a constant; nil where the column has no codes.
  private func codeRange(
    _ reference: ColumnReference, _ operation: ComparisonOperator, _ value: CellValue,
    type: ColumnType, in scope: EvaluationScope
  ) throws(QueryError) -> VectorNode? {
    var (column, rows) = try access(reference, in: scope)
    column = column.withKnownNumbers
    let range: ClosedRange<UInt64>?
    let codes: Codes
    switch (column.payload, value) {
    case (.codes(let own, let base), _):
      guard let stored = value.storedInteger(at: type) else { return nil }
      codes = own
      range = operation.range(around: stored).flatMap { codeRange($0, base: base) }
    case (.dictionary(let own, let dictionary), .text(let text)):
      codes = own
      range = dictionary.codeRange(operation, text)
    default: return nil
    }
    let source = CodeRangeSource(
      column, codes: codes, rows: rows, range: range, isNegated: operation == .notEqual,
      resources: resources)
    return VectorNode(source, layout: .booleans, bounds: 0...1, scope: scope)
  }

  /// Stored integers as codes above `base`; nil where none is one.
  private func codeRange(_ stored: ClosedRange<Int128>, base: Int64) -> ClosedRange<UInt64>? {
    let possible = Int128(base)...Int128(base) + Int128(UInt64.max)
    guard stored.overlaps(possible) else { return nil }
    let held = stored.clamped(to: possible)
    return UInt64(held.lowerBound - Int128(base))...UInt64(held.upperBound - Int128(base))
  }

  // MARK: Between

  /// `low <= value <= high`: false where one of the three is missing.
  func between(
    _ value: BoundExpression, _ low: BoundExpression, _ high: BoundExpression,
    in scope: EvaluationScope
  ) throws(QueryError) -> VectorNode {
    if value.isMissingLiteral || low.isMissingLiteral || high.isMissingLiteral {
      return try constant(.boolean(false), type: .boolean, in: scope)
    }
    if let node = try codeRange(value, low, high, in: scope) { return node }
    let tests = [
      try comparison(.greaterOrEqual, value, low, in: scope),
      try comparison(.lessOrEqual, value, high, in: scope),
    ]
    let conditions = tests.map { LogicSource.Condition(node: $0, narrowing: nil) }
    let source = LogicSource(isAnd: true, conditions, resources: resources)
    return VectorNode(source, layout: .booleans, bounds: 0...1, scope: scope)
  }

  private func codeRange(
    _ value: BoundExpression, _ low: BoundExpression, _ high: BoundExpression,
    in scope: EvaluationScope
  ) throws(QueryError) -> VectorNode? {
    guard let reference = value.columnReference,
      let lowest = low.constantValue?.storedInteger(at: value.type),
      let highest = high.constantValue?.storedInteger(at: value.type)
    else { return nil }
    let (column, rows) = try access(reference, in: scope)
    guard case .codes(let codes, let base) = column.payload else { return nil }
    let range = lowest <= highest ? codeRange(lowest...highest, base: base) : nil
    let source = CodeRangeSource(
      column, codes: codes, rows: rows, range: range, isNegated: false, resources: resources)
    return VectorNode(source, layout: .booleans, bounds: 0...1, scope: scope)
  }

  // MARK: Missing and members

  /// Whether an expression is missing.
  func isMissing(_ operand: BoundExpression, in scope: EvaluationScope) throws(QueryError)
    -> VectorNode
  {
    let source: any VectorSource
    if let reference = operand.columnReference {
      let (column, rows) = try access(reference, in: scope)
      source = ColumnIsMissingSource(column, rows: rows, resources: resources)
    } else {
      source = IsMissingSource(try node(for: operand, in: scope), resources: resources)
    }
    return VectorNode(source, layout: .booleans, bounds: 0...1, scope: scope)
  }

  /// Whether a value is one of a set of constants.
  func membership(_ operand: BoundExpression, _ set: BoundSet, in scope: EvaluationScope)
    throws(QueryError) -> VectorNode
  {
    let node = try node(for: operand, in: scope)
    let source: any VectorSource
    switch (set, node.layout) {
    case (.members(let index), _):
      source = try MemberIndexSource(node, index, resources: resources)
    case (.integers(let members, let hasMissing), .integers):
      source = MembershipSource(
        node, members: members, hasMissing: hasMissing, resources: resources)
    case (.integers(let members, let hasMissing), .wide):
      source = MembershipSource(
        node, members: members.map { Int128($0) }, hasMissing: hasMissing, resources: resources)
    case (.wide(let members, let hasMissing), .wide):
      source = MembershipSource(
        node, members: members, hasMissing: hasMissing, resources: resources)
    case (.wide(let members, let hasMissing), .integers):
      source = MembershipSource(
        node, members: members.compactMap { Int64(exactly: $0) }, hasMissing: hasMissing,
        resources: resources)
    case (.integers(let members, let hasMissing), .booleans):
      source = MembershipSource(
        node, members: members.compactMap { UInt8(exactly: $0) }, hasMissing: hasMissing,
        resources: resources)
    case (.floats(let members, let hasMissing), .floats):
      source = MembershipSource(
        node, members: members, hasMissing: hasMissing, resources: resources)
    case (.texts(let members, loosely: false, let hasMissing), .codes),
      (.texts(let members, loosely: false, let hasMissing), .texts):
      let dictionary = try TextDictionary(members, budget: resources.budget)
      source = TextMembershipSource(
        texts(of: node, in: scope), members: dictionary, hasMissing: hasMissing,
        resources: resources)
    case (.texts(let members, loosely: true, let hasMissing), .codes),
      (.texts(let members, loosely: true, let hasMissing), .texts):
      source = LooseMembershipSource(
        texts(of: node, in: scope), members: members, hasMissing: hasMissing,
        resources: resources)
    default: throw EvaluationFailure.bug("a set of another kind than its value")
    }
    return VectorNode(source, layout: .booleans, bounds: 0...1, scope: scope)
  }
}

extension ComparisonOperator {
  /// The operator with its sides exchanged.
  var mirrored: ComparisonOperator {
    switch self {
    case .equal: .equal
    case .notEqual: .notEqual
    case .less: .greater
    case .lessOrEqual: .greaterOrEqual
    case .greater: .less
    case .greaterOrEqual: .lessOrEqual
    }
  }

  /// The integers for which the comparison with `value` is true (for `!=`: false); nil where it
  /// is true for none.
  fileprivate func range(around value: Int128) -> ClosedRange<Int128>? {
    switch self {
    case .equal, .notEqual: value...value
    case .less: value == .min ? nil : .min...(value - 1)
    case .lessOrEqual: .min...value
    case .greater: value == .max ? nil : (value + 1)...Int128.max
    case .greaterOrEqual: value...Int128.max
    }
  }
}

extension TextDictionary {
  /// The codes for which the comparison with `text` is true (for `!=`: false); nil where there is
  /// none.
  fileprivate func codeRange(_ operation: ComparisonOperator, _ text: String)
    -> ClosedRange<UInt64>?
  {
    let below = insertionIndex(of: text)
    let upTo = code(of: text) == nil ? below : below + 1
    let range: Range<Int> =
      switch operation {
      case .equal, .notEqual: below..<upTo
      case .less: 0..<below
      case .lessOrEqual: 0..<upTo
      case .greater: upTo..<count
      case .greaterOrEqual: below..<count
      }
    return range.isEmpty ? nil : UInt64(range.lowerBound)...UInt64(range.upperBound - 1)
  }
}
