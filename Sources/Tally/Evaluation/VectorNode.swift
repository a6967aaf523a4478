/// What computes the values of one expression for the rows of a batch.
protocol VectorSource: AnyObject {
  /// The values for the selected rows, of which there is at least one.
  func compute(_ batch: Batch) throws(QueryError) -> Vector

  /// For how many of the selected rows a condition is true, where that is found without a value for
  /// each of them; nil elsewhere.
  func countTrue(_ batch: Batch) throws(QueryError) -> TruthCount?
}

extension VectorSource {
  func countTrue(_ batch: Batch) throws(QueryError) -> TruthCount? { nil }
}

/// What a condition says about rows, in numbers.
struct TruthCount {
  /// The rows for which it is true.
  var isTrue: Int
  /// The rows that a missing value decided, and those of them for which it is true.
  var unknown = 0
  var unknownTrue = 0
}

/// One expression of an evaluator: its source, what is known about it beforehand, and its result
/// for the current batch.
final class VectorNode {
  /// How the values lie in memory.
  let layout: Layout
  /// The range of the stored integers, where it is known.
  let bounds: ClosedRange<Int128>?
  /// The value, if it is a constant.
  let constant: CellValue?
  private let source: any VectorSource
  private let scope: EvaluationScope
  private var memo: Vector?
  private var generation = -1

  init(
    _ source: any VectorSource, layout: Layout, bounds: ClosedRange<Int128>? = nil,
    constant: CellValue? = nil, scope: EvaluationScope
  ) {
    self.source = source
    self.layout = layout
    self.bounds = bounds
    self.constant = constant
    self.scope = scope
  }

  /// The values for the selected rows of the scope's batch.
  func result() throws(QueryError) -> Vector {
    if let memo, generation == scope.generation { return memo }
    let batch = scope.batch
    let vector = batch.selectedCount == 0 ? layout.emptyVector : try source.compute(batch)
    memo = vector
    generation = scope.generation
    return vector
  }

  /// For how many of the selected rows a condition is true, where there is a short way to tell.
  func countTrue() throws(QueryError) -> TruthCount? {
    let batch = scope.batch
    return batch.selectedCount == 0 ? nil : try source.countTrue(batch)
  }

  /// Whether the expression is the word `missing`.
  var isMissingLiteral: Bool { constant == .missing }
}
