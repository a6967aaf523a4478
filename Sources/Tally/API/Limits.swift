/// What a run may take.
///
///     let limits = Limits(memory: 64 << 20, time: .seconds(2))
///     let answer = try database.run("count services group by agency", limits: limits)
///
/// A run that exceeds them ends with an error of kind `memory` or `timeout`, and leaves the database
/// as it was.
public struct Limits: Sendable {
  /// The bytes that the run may hold beside the tables; nil for no limit.
  public var memory: Int?
  /// How long it may run; nil for no limit.
  public var time: Duration?
  /// The threads that it may use; nil for as many as the machine has cores.
  public var threads: Int?

  /// Makes limits; what is not said has none.
  public init(memory: Int? = nil, time: Duration? = nil, threads: Int? = nil) {
    self.memory = memory
    self.time = time
    self.threads = threads
  }

  /// No limits.
  public static let none = Limits()
}

extension Limits {
  /// The context of a run within these limits.
  func context(
    cancellation: Cancellation, batchRows: Int = RunContext.defaultBatchRows
  ) -> RunContext {
    if let time { cancellation.expire(after: time) }
    return RunContext(
      budget: memory.map { MemoryBudget(limit: max(0, $0)) },
      workerCount: max(1, threads ?? Self.coreCount), batchRows: batchRows,
      cancellation: cancellation)
  }
}
