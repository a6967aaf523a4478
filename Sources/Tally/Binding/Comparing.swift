/// The columns of `vs` while they are found.
///
/// Numbers and lengths of time are compared with earlier groups, each measure on its own; a target
/// is compared with the first measure. Where several measures are compared, or several periods are
/// looked back to, the columns' names say which.
struct Comparing {
  let binder: Binder
  var shape: ShapePlan
  let scope: GroupScope
  var names: UniqueNames

  /// The measures that have differences.
  private var compared: [Int] {
    shape.measures.indices.filter { index in
      let type = shape.measures[index].expression.type
      return type.isNumeric || type == .duration
    }
  }

  private func measure(_ index: Int) -> BoundExpression { scope.items[index].expression }

  private func prefix(_ index: Int) -> String {
    compared.count > 1 ? shape.measures[index].name + "_" : ""
  }

  /// Adds a column and gives the expression that reads it.
  private mutating func add(
    _ name: String, _ source: ShapePlan.Source, _ type: ColumnType, at span: SourceSpan
  ) -> BoundExpression {
    let column = BoundExpression(
      .column(ShapePlan.base + shape.measures.count + shape.added.count), type, at: span)
    let unique = names.make(name)
    shape.added.append(ShapePlan.AddedColumn(name: unique, source: source))
    scope.items.append(Output(name: unique, expression: column))
    return column
  }

  private mutating func add(_ name: String, _ expression: BoundExpression) {
    _ = add(name, .computed(expression), expression.type, at: expression.span)
  }

  private func checkMeasures(at span: SourceSpan) throws(QueryError) {
    if !compared.isEmpty { return }
    let first = shape.measures[0]
    throw binder.error(
      .type, .comparison,
      "`vs` compares numbers, and \(first.name) is \(binder.described(first.expression))",
      at: span)
  }

  // MARK: Earlier groups

  /// `previous`, `change` and `change_percent`; for percentages `previous` and `change_pp`.
  mutating func addPrevious(_ partner: PartnerPlan, suffix: String, at span: SourceSpan)
    throws(QueryError)
  {
    try checkMeasures(at: span)
    let place = shape.partners.count
    shape.partners.append(partner)
    for index in compared {
      let own = measure(index)
      let previous = add(
        prefix(index) + "previous" + suffix, .partner(place, measure: index), own.type, at: span)
      if own.type.isPercentage {
        add(prefix(index) + "change_pp" + suffix, try points(own, previous, at: span))
        continue
      }
      let change = difference(own, previous, at: span)
      add(prefix(index) + "change" + suffix, change)
      // The sign of the percentage is that of the change, also where the earlier value is negative.
      let size = try call("abs", [whole(previous)], at: span)
      add(
        prefix(index) + "change_percent" + suffix,
        BoundExpression(.quotient(whole(change), size), .ratio, at: span))
    }
  }

  /// `first` and `index`, which is 100 in the first group.
  mutating func addFirst(at span: SourceSpan) throws(QueryError) {
    try checkMeasures(at: span)
    let place = shape.partners.count
    shape.partners.append(.first)
    for index in compared {
      let own = measure(index)
      let first = add(prefix(index) + "first", .partner(place, measure: index), own.type, at: span)
      let hundred = BoundExpression.constant(.integer(100), .integer, at: span)
      let value: BoundExpression
      if own.type.isFloating {
        value = product(
          BoundExpression(
            .quotient(own.reread(as: .float), first.reread(as: .float)), .float, at: span), at: span
        )
      } else {
        let left = BoundExpression(
          .arithmetic(.multiply, whole(own), hundred), whole(own).type, at: span)
        // Where nothing is compared, the product need not fit.
        value = BoundExpression(
          .conditional(
            .constant(.missing, .float, at: span),
            condition: binder.condition(.isMissing(first), at: span),
            otherwise: BoundExpression(.quotient(left, whole(first)), .float, at: span)), .float,
          at: span)
      }
      add(prefix(index) + "index", value)
    }
  }

  // MARK: Targets

  /// `target`, `gap` and `met`; for percentages `gap_pp`. The target may be a column of a table that
  /// groups look up.
  mutating func addTarget(
    _ target: ExpressionSyntax, _ keys: [JoinKeySyntax], at span: SourceSpan
  ) throws(QueryError) {
    let own = measure(0)
    let (bound, lookup) = try bind(target, keys, at: span)
    guard own.type.isNumeric || own.type == .duration, own.type.isComparable(to: bound.type) else {
      throw mismatch(own, bound, target)
    }
    let column = add(
      "target", lookup.map { .lookedUp(bound, $0) } ?? .computed(bound), bound.type,
      at: target.span)
    let (left, right) = try binder.unified(own, column, "a measure and its target", at: span)
    let isPercentage = own.type.isPercentage
    add(
      isPercentage ? "gap_pp" : "gap",
      isPercentage ? try points(left, right, at: span) : difference(left, right, at: span))
    let test = binder.condition(.comparison(.greaterOrEqual, left, right), at: span)
    let unknown = binder.condition(
      .or([
        binder.condition(.isMissing(left), at: span), binder.condition(.isMissing(right), at: span),
      ]), at: span)
    add(
      "met",
      BoundExpression(
        .conditional(
          .constant(.missing, .boolean, at: span), condition: unknown, otherwise: test), .boolean,
        at: span))
  }

  /// Resolves a target against keys and measures, and the table that `on` meets.
  private func bind(
    _ target: ExpressionSyntax, _ keys: [JoinKeySyntax], at span: SourceSpan
  ) throws(QueryError) -> (BoundExpression, LookupPlan?) {
    var inner = binder
    inner.groups = nil
    inner.scope = Scope()
    for (index, key) in scope.keys.enumerated() {
      inner.scope.entries.append(
        Scope.Entry(
          name: key.output.name, qualifier: nil, expression: scope.key(index, at: span)))
    }
    for item in scope.items {
      inner.scope.entries.append(
        Scope.Entry(name: item.name, qualifier: nil, expression: item.expression))
    }
    if keys.isEmpty { return (try inner.bind(target), nil) }
    let name = try table(in: target, at: span)
    let named = try inner.table(name)
    let other = Scope(schema: Schema(of: named.table), qualifier: named.name)
    var pairs: [LookupPlan.Key] = []
    for key in keys { pairs.append(try inner.lookupKey(key, other, named.name, "target")) }
    let lookup = LookupPlan(name: named.name, table: named.table, keys: pairs, span: span)
    for (index, entry) in other.entries.enumerated() {
      inner.scope.entries.append(
        Scope.Entry(
          name: entry.name, qualifier: named.name,
          expression: BoundExpression(
            .lookedUp(slot: 0, column: index), entry.expression.type, at: span),
          isLookedUp: true))
    }
    return (try inner.bind(target), lookup)
  }

  /// The table whose columns a target reads.
  private func table(in target: ExpressionSyntax, at span: SourceSpan) throws(QueryError)
    -> NameSyntax
  {
    var found: [NameSyntax] = []
    target.forEachDescendant { inner in
      guard case .name(let path) = inner.kind, path.parts.count == 2 else { return }
      let key = Environment.key(path.parts[0].text)
      if !found.contains(where: { Environment.key($0.text) == key }) { found.append(path.parts[0]) }
    }
    guard found.count == 1 else {
      throw binder.error(
        .type, .comparison,
        found.isEmpty
          ? "`on` needs the table that holds the target"
          : "a target is looked up in one table, and this names \(found.count)", at: target.span,
        help: ["for instance `vs target plans.amount on agency, month`"])
    }
    return found[0]
  }

  private func mismatch(
    _ own: BoundExpression, _ target: BoundExpression, _ syntax: ExpressionSyntax
  ) -> QueryError {
    let words = binder.text(syntax.span)
    let isNumber = target.constantValue?.storedInteger != nil && !target.type.isPercentage
    return binder.error(
      .type, .comparison,
      "\(shape.measures[0].name) is \(binder.described(own)), and its target is "
        + binder.described(target), at: syntax.span,
      help: own.type.isPercentage ? ["a percentage is written with its sign: 60%"] : [],
      fixIts: own.type.isPercentage && isNumber
        ? [FixIt("write \(words)%", replace: syntax.span, with: words + "%")] : [])
  }

  // MARK: Differences

  private func difference(
    _ left: BoundExpression, _ right: BoundExpression, at span: SourceSpan
  ) -> BoundExpression {
    BoundExpression(.arithmetic(.subtract, left, right), left.type, at: span)
  }

  /// The difference of two percentages in percentage points: exact for exact ones. Those of shares
  /// are rounded to ten places, which is less than a double of a share tells apart.
  private func points(
    _ left: BoundExpression, _ right: BoundExpression, at span: SourceSpan
  ) throws(QueryError) -> BoundExpression {
    if left.type.isFloating {
      let change = BoundExpression(
        .arithmetic(.subtract, left.reread(as: .float), right.reread(as: .float)), .float, at: span)
      let places = BoundExpression.constant(.integer(10), .integer, at: span)
      return try call("round", [product(change, at: span), places], at: span).asFloat(.float)
    }
    let scale = max(2, left.type.scale)
    let type = ColumnType.percent(scale: scale)
    let change = difference(left.converted(to: type), right.converted(to: type), at: span)
    return change.reread(as: scale == 2 ? .integer : .decimal(scale: scale - 2))
  }

  /// A float times a hundred.
  private func product(_ value: BoundExpression, at span: SourceSpan) -> BoundExpression {
    BoundExpression(
      .arithmetic(.multiply, value, .constant(.float(100), .float, at: span)), .float, at: span)
  }

  /// A length of time as its number.
  private func whole(_ value: BoundExpression) -> BoundExpression {
    value.type == .duration ? value.reread(as: .integer) : value
  }

  private func call(_ name: String, _ arguments: [BoundExpression], at span: SourceSpan)
    throws(QueryError) -> BoundExpression
  {
    do throws(FunctionProblem) {
      return try FunctionCatalog.bind(name, arguments, at: span)
    } catch {
      throw binder.error(.type, .functionArguments, error.message, at: span, help: error.help)
    }
  }
}

extension ColumnType {
  /// Whether a measure can be held against a target of another type.
  fileprivate func isComparable(to target: ColumnType) -> Bool {
    if self == .duration || target == .duration { return self == target }
    return target.isNumeric && isPercentage == target.isPercentage
  }
}
