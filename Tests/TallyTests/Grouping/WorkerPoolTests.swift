import Synchronization
import Testing

@testable import Tally

@Suite struct WorkerPoolTests {
  @Test(arguments: [0, 1, 2, 3, 17])
  func everyIndexRunsOnce(workers: Int) {
    let calls = Mutex<[Int]>([])
    for _ in 0..<50 {
      WorkerPool.shared.run(workers: workers) { index in calls.withLock { $0.append(index) } }
    }
    let sorted = calls.withLock { $0.sorted() }
    #expect(sorted == (0..<workers).flatMap { Array(repeating: $0, count: 50) })
  }

  @Test func runsInsideOfRunsEnd() {
    let count = Atomic<Int>(0)
    WorkerPool.shared.run(workers: 4) { _ in
      WorkerPool.shared.run(workers: 4) { _ in
        WorkerPool.shared.run(workers: 2) { _ in count.add(1, ordering: .relaxed) }
      }
    }
    #expect(count.load(ordering: .relaxed) == 32)
  }

  @Test(arguments: [0, 1, 99, 100, 101, 70_000])
  func batchesCoverAllRowsOnce(rowCount: Int) throws {
    let context = RunContext(workerCount: 3, batchRows: 100)
    let seen = Mutex(Array(repeating: 0, count: rowCount))
    let workers = Mutex(Set<Int>())
    try context.forEachBatch(of: rowCount) { worker, rows in
      #expect(rows.count <= 100)
      workers.withLock { _ = $0.insert(worker) }
      seen.withLock { for row in rows { $0[row] += 1 } }
    }
    #expect(seen.withLock { $0.allSatisfy { $0 == 1 } })
    #expect(workers.withLock { $0.isSubset(of: 0..<context.workers(forRows: rowCount)) })
    #expect(context.workers(forRows: rowCount) == (rowCount < 65_536 ? 1 : 3))
  }

  @Test func theEarliestErrorWins() {
    let context = RunContext(workerCount: 4, batchRows: 10)
    for _ in 0..<20 {
      let error = #expect(throws: QueryError.self) {
        try context.forEachBatch(of: 100_000) { _, rows throws(QueryError) in
          if rows.lowerBound >= 50_000 {
            throw QueryError(kind: .overflow, message: "\(rows.lowerBound)")
          }
        }
      }
      #expect(error?.message == "50000")
    }
  }

  @Test func aCancelledRunStops() {
    let cancellation = Cancellation()
    let context = RunContext(workerCount: 2, batchRows: 10, cancellation: cancellation)
    let batches = Atomic<Int>(0)
    let error = #expect(throws: QueryError.self) {
      try context.forEachBatch(of: 1_000_000) { _, _ in
        if batches.add(1, ordering: .relaxed).newValue == 5 { cancellation.cancel() }
      }
    }
    #expect(error?.kind == .cancelled)
    #expect(batches.load(ordering: .relaxed) < 20)
  }
}
