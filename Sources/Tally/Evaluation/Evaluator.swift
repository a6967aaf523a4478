/// Computes one expression for the rows of batches.
///
/// An evaluator belongs to one thread: each worker makes its own. The vectors that it gives borrow
/// its memory: they are valid while it lives, until it, or its group, takes the next batch.
///
///     let evaluator = try Evaluator(expression, columns: table.columns, context: context)
///     let vector = try evaluator.evaluate(batch)
final class Evaluator {
  /// How the values lie in memory.
  var layout: Layout { node.layout }
  /// The range of the stored integers, where it is known.
  var bounds: ClosedRange<Int128>? { node.bounds }
  private let node: VectorNode
  private let group: EvaluatorGroup

  fileprivate init(_ node: VectorNode, group: EvaluatorGroup) {
    self.node = node
    self.group = group
  }

  /// Makes the evaluator of a single expression.
  ///
  /// Throws an error of kind `memory`, and of kind `bug` where the binder contradicts itself.
  convenience init(
    _ expression: BoundExpression, columns: [Column], lookups: [[Column]] = [],
    context: RunContext, tables: CodeTables = CodeTables()
  ) throws(QueryError) {
    let group = EvaluatorGroup(
      columns: columns, lookups: lookups, context: context, tables: tables)
    self.init(try group.node(expression), group: group)
  }

  /// The values for the selected rows of a batch.
  ///
  /// Throws an error of kind `overflow` that names the row, `cancelled` or `timeout` once the run
  /// is to stop, `memory` where working memory can't be had.
  func evaluate(_ batch: Batch) throws(QueryError) -> Vector {
    try group.begin(batch)
    return try node.result()
  }

  /// The values for the selected rows of the batch that the group has begun.
  func evaluate() throws(QueryError) -> Vector { try node.result() }

  /// For how many of the selected rows a condition is true, where there is a short way to tell.
  func countTrue() throws(QueryError) -> TruthCount? { try node.countTrue() }

  /// What was counted so far, by all evaluators of the group.
  var counts: EvaluationCounts { group.counts }

  /// The divisions by zero in selected rows so far, each of which gave a missing value.
  var zeroDivisions: Int { group.counts.zeroDivisions }
}

/// Several expressions over the same batches: what they have in common is computed once.
///
///     try group.begin(batch)
///     for evaluator in evaluators { … try evaluator.evaluate() … }
final class EvaluatorGroup {
  private let context: RunContext
  private let scope = EvaluationScope()
  private let resources: EvaluationResources
  private let builder: NodeBuilder

  /// Makes a group over a table's columns and those of the tables looked up, by slot. `tables` is
  /// shared by the workers of a step, so that they agree on dictionaries that expressions make.
  init(
    columns: [Column], lookups: [[Column]] = [], context: RunContext,
    tables: CodeTables = CodeTables()
  ) {
    self.context = context
    resources = EvaluationResources(
      rows: context.batchRows, budget: context.budget, cancellation: context.cancellation)
    builder = NodeBuilder(
      columns: columns, lookups: lookups, resources: resources, tables: tables)
  }

  /// Adds an expression.
  func add(_ expression: BoundExpression) throws(QueryError) -> Evaluator {
    Evaluator(try node(expression), group: self)
  }

  fileprivate func node(_ expression: BoundExpression) throws(QueryError) -> VectorNode {
    try builder.node(for: expression, in: scope)
  }

  /// Sets the rows that the group's evaluators see next. The batch may have as many rows as those
  /// of the run's context.
  func begin(_ batch: Batch) throws(QueryError) {
    guard batch.count <= resources.rows, batch.selectedCount <= batch.count else {
      throw EvaluationFailure.bug("a batch of \(batch.count) rows exceeds \(resources.rows)")
    }
    try context.checkCancellation()
    scope.begin(batch)
  }

  /// What was counted so far.
  var counts: EvaluationCounts {
    get { resources.counts }
    set { resources.counts = newValue }
  }
}
