#if canImport(Glibc)
  import Glibc
#endif
import Synchronization

/// Builds columns of a table on all threads.
///
/// SAFETY: each column is built by one thread, which alone uses what was read of it; results and
/// the error are guarded by the lock.
final class ColumnBuilding: @unchecked Sendable {
  typealias Built = (column: Column, distinct: Int?)

  private let assembly: TableAssembly
  /// The numbers of the columns to build.
  private let columns: [Int]
  private let decisions: [ReadingDecision]
  private let evidence: [ColumnEvidence]
  private let report: LoadReport
  private let next = Atomic<Int>(0)
  private let outcome: Mutex<Outcome>

  private struct Outcome {
    var columns: [Built?]
    /// The first column that can't be built.
    var failure: (column: Int, error: QueryError)?
  }

  init(
    _ assembly: TableAssembly, _ columns: [Int], _ decisions: [ReadingDecision],
    _ evidence: [ColumnEvidence],
    _ report: LoadReport
  ) {
    self.assembly = assembly
    self.columns = columns
    self.decisions = decisions
    self.evidence = evidence
    self.report = report
    outcome = Mutex(Outcome(columns: [Built?](repeating: nil, count: columns.count)))
  }

  /// Builds the columns, in order.
  func run() throws(QueryError) -> [Built] {
    let threads = min(assembly.context.workerCount, columns.count)
    WorkerPool.shared.run(workers: threads) { _ in work() }
    let (columns, failure) = outcome.withLock { ($0.columns, $0.failure) }
    if let failure { throw failure.error }
    return columns.compactMap { $0 }
  }

  private func work() {
    while true {
      let place = next.add(1, ordering: .relaxed).oldValue
      guard place < columns.count else { return }
      let column = columns[place]
      do throws(QueryError) {
        let built = try assembly.build(column, decisions[column], evidence[column], report)
        outcome.withLock { $0.columns[place] = built }
      } catch {
        outcome.withLock { outcome in
          if outcome.failure.map({ $0.column > column }) ?? true {
            outcome.failure = (column, error)
          }
        }
      }
    }
  }
}

/// Gives memory that the allocator keeps for later back to the system: what a load frees is many
/// times what queries need.
func returnFreeMemory() {
  SpareMemory.shared.releaseAll()
  #if canImport(Glibc)
    // SAFETY: `int malloc_trim(size_t)` of malloc(3); the module doesn't import its header.
    guard let symbol = dlsym(nil, "malloc_trim") else { return }
    typealias Trim = @convention(c) (Int) -> Int32
    _ = unsafeBitCast(symbol, to: Trim.self)(0)
  #endif
}
