/// The rows that a group of nodes sees: the selected rows of the batch, or those of them that get
/// as far as one branch of a conditional or one operand of `and`.
///
/// Nodes remember their result for as long as the generation lasts, so an expression that occurs
/// twice runs once per batch.
final class EvaluationScope {
  private(set) var batch = Batch(columns: [], start: 0, count: 0)
  private(set) var generation = 0

  /// Sets the rows and outdates what nodes remember.
  func begin(_ batch: Batch) {
    self.batch = batch
    generation &+= 1
  }
}

/// What made an expression's values missing beside missing operands, and must not go unsaid.
struct EvaluationCounts: Sendable, Hashable {
  /// Divisions by zero.
  var zeroDivisions = 0
  /// Operations on doubles whose result is no finite number, such as a root of -1.
  var impossibleNumbers = 0
  /// Texts that are not the number or date that they were to be read as.
  var unreadableTexts = 0

  static func += (left: inout EvaluationCounts, right: EvaluationCounts) {
    left.zeroDivisions += right.zeroDivisions
    left.impossibleNumbers += right.impossibleNumbers
    left.unreadableTexts += right.unreadableTexts
  }
}

/// What the nodes of one evaluator share.
final class EvaluationResources {
  /// The most rows of a batch.
  let rows: Int
  /// The limit on memory.
  let budget: MemoryBudget?
  /// Stops work that goes over more than a batch.
  let cancellation: Cancellation
  /// What was counted so far.
  var counts = EvaluationCounts()

  init(rows: Int, budget: MemoryBudget?, cancellation: Cancellation) {
    self.rows = rows
    self.budget = budget
    self.cancellation = cancellation
  }
}

/// Working memory for one value per row, reserved when it is first asked for.
final class Scratch<T: BitwiseCopyable> {
  private let resources: EvaluationResources
  private var bytes: AlignedBytes?

  init(_ resources: EvaluationResources) { self.resources = resources }

  /// Memory for as many values as a batch has rows, and one at least.
  func pointer() throws(QueryError) -> UnsafeMutablePointer<T> {
    if let bytes { return bytes.pointer(to: T.self) }
    let size = max(1, resources.rows) * MemoryLayout<T>.stride
    let fresh = try AlignedBytes(byteCount: size, budget: resources.budget)
    bytes = fresh
    return fresh.pointer(to: T.self)
  }
}
