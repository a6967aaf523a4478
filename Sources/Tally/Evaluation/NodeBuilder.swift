/// Turns bound expressions into nodes: chooses layouts, widths and kernels once, for all batches.
///
/// Equal expressions over the same rows become one node.
final class NodeBuilder {
  let columns: [Column]
  let lookups: [[Column]]
  let resources: EvaluationResources
  let tables: CodeTables?
  let finder: FactFinder
  /// The columns that stand in for others while a code table is made.
  let substitutes: [ColumnReference: Column]
  private var nodes: [NodeKey: VectorNode] = [:]
  private var rowSources: [RowKey: RowSource] = [:]

  private struct NodeKey: Hashable {
    var expression: BoundExpression
    var scope: ObjectIdentifier
  }

  private struct RowKey: Hashable {
    var slot: Int?
    var scope: ObjectIdentifier
  }

  /// Without `tables` no part of an expression is computed per code instead of per row.
  init(
    columns: [Column], lookups: [[Column]], resources: EvaluationResources, tables: CodeTables?,
    substitutes: [ColumnReference: Column] = [:]
  ) {
    self.columns = columns
    self.lookups = lookups
    self.resources = resources
    self.tables = tables
    self.substitutes = substitutes
    finder = FactFinder { reference in
      if let column = substitutes[reference] { return column }
      switch reference {
      case .own(let index): return columns.indices.contains(index) ? columns[index] : nil
      case .lookedUp(let slot, let index):
        guard lookups.indices.contains(slot), lookups[slot].indices.contains(index) else {
          return nil
        }
        return lookups[slot][index]
      }
    }
  }

  /// The node of an expression for the rows of a scope.
  func node(for expression: BoundExpression, in scope: EvaluationScope) throws(QueryError)
    -> VectorNode
  {
    let key = NodeKey(expression: expression, scope: ObjectIdentifier(scope))
    if let node = nodes[key] { return node }
    let node: VectorNode
    if let table = try tabled(expression, in: scope) {
      node = table
    } else {
      node = try build(expression, in: scope)
    }
    nodes[key] = node
    return node
  }

  private func build(_ expression: BoundExpression, in scope: EvaluationScope) throws(QueryError)
    -> VectorNode
  {
    switch expression.kind {
    case .column, .lookedUp: return try columnNode(expression, in: scope)
    case .constant(let value): return try constant(value, type: expression.type, in: scope)
    case .arithmetic(let operation, let left, let right):
      return try arithmetic(
        operation, try node(for: left, in: scope), try node(for: right, in: scope), expression,
        in: scope)
    case .negated(let operand): return try negated(operand, expression, in: scope)
    case .rescale(let operand, let places):
      return try rescaled(try node(for: operand, in: scope), by: places, expression, in: scope)
    case .toFloat(let operand): return try toFloat(operand, in: scope)
    case .quotient(let left, let right):
      return try quotient(left, right, expression, in: scope)
    case .comparison(let operation, let left, let right):
      return try comparison(operation, left, right, in: scope)
    case .between(let value, let low, let high):
      return try between(value, low, high, in: scope)
    case .isMissing(let operand): return try isMissing(operand, in: scope)
    case .membership(let operand, let set): return try membership(operand, set, in: scope)
    case .not(let operand):
      let source = NotSource(try condition(operand, in: scope), resources: resources)
      return VectorNode(source, layout: .booleans, bounds: 0...1, scope: scope)
    case .and(let operands): return try logic(isAnd: true, operands, in: scope)
    case .or(let operands): return try logic(isAnd: false, operands, in: scope)
    case .conditional(let first, let condition, let second):
      return try conditional(first, condition, second, in: scope)
    case .textMatch(let match, let left, let right, let isLoose):
      return try textMatch(match, left, right, isLoose: isLoose, in: scope)
    case .call(let function, _): return try call(function, expression, in: scope)
    case .queryValue:
      throw EvaluationFailure.bug("a query inside the query was not run")
    }
  }

  // MARK: Leaves

  /// The column behind a reference, and what selects its rows.
  func access(_ reference: ColumnReference, in scope: EvaluationScope) throws(QueryError) -> (
    column: Column, rows: RowSource
  ) {
    if let column = substitutes[reference] { return (column, rowSource(slot: nil, in: scope)) }
    switch reference {
    case .own(let index):
      guard columns.indices.contains(index) else { break }
      return (columns[index], rowSource(slot: nil, in: scope))
    case .lookedUp(let slot, let index):
      guard lookups.indices.contains(slot), lookups[slot].indices.contains(index) else { break }
      return (lookups[slot][index], rowSource(slot: slot, in: scope))
    }
    throw EvaluationFailure.bug("there is no column \(reference)")
  }

  private func rowSource(slot: Int?, in scope: EvaluationScope) -> RowSource {
    let key = RowKey(slot: slot, scope: ObjectIdentifier(scope))
    if let source = rowSources[key] { return source }
    let source = RowSource(slot: slot, scope: scope, resources: resources)
    rowSources[key] = source
    return source
  }

  private func columnNode(_ expression: BoundExpression, in scope: EvaluationScope)
    throws(QueryError) -> VectorNode
  {
    guard let reference = expression.columnReference else {
      throw EvaluationFailure.bug("a column is not one")
    }
    let (column, rows) = try access(reference, in: scope)
    return VectorNode(
      ColumnSource(column, rows: rows, resources: resources),
      layout: ColumnSource.layout(of: column), bounds: finder.facts(of: expression).bounds,
      scope: scope)
  }

  /// A node of one value.
  func constant(_ value: CellValue, type: ColumnType, in scope: EvaluationScope)
    throws(QueryError) -> VectorNode
  {
    let stored = value.storedInteger(at: type)
    let layout: Layout
    switch type {
    case .boolean: layout = .booleans
    case .text: layout = .texts
    case .float, .ratio: layout = .floats
    default:
      if stored == nil, value != .missing {
        throw EvaluationFailure.bug("the constant \(value) is no \(type.name)")
      }
      layout = stored.map { Int64(exactly: $0) == nil } == true ? .wide : .integers
    }
    let source = try ConstantSource(
      value, type: type, layout: layout, budget: resources.budget)
    return VectorNode(
      source, layout: layout, bounds: stored.map { $0...$0 } ?? 0...0, constant: value,
      scope: scope)
  }
}
