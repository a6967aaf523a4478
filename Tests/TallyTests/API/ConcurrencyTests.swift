import Synchronization
import Tally
import Testing

@Suite struct ConcurrencyTests {
  @Test func asynchronousRunsGiveTheSameAnswers() async throws {
    let database = try Services.database()
    let count: Int = try await database.run("count services where level >= \(3)").value()
    #expect(count == 3)
    do throws(QueryError) {
      _ = try await database.run("count servces")
      Issue.record("an unknown table has an answer")
    } catch {
      #expect(error.kind == .name)
    }
  }

  @Test func snapshotsKeepTheirTables() async throws {
    let database = try Services.database()
    let frozen = database.snapshot()
    database["services"] = nil
    async let all = frozen.run("count services")
    async let high = frozen.run("count services where level >= 3")
    #expect(try await all.value() == 5)
    #expect(try await high.value() == 3)
    #expect(frozen.tableNames == ["services"])
    #expect(frozen["SERVICES"]?.rowCount == 5)
    #expect(database.tableNames.isEmpty)
  }

  @Test func cancelledTasksStopTheirRuns() async throws {
    let database = try Self.slowDatabase()
    let work = Task { try await database.run(Self.slowQuery) }
    try await Task.sleep(for: .milliseconds(20))
    let start = ContinuousClock.now
    work.cancel()
    await #expect { try await work.value } throws: { ($0 as? QueryError)?.kind == .cancelled }
    #expect(ContinuousClock.now - start < .seconds(5))
    // The database goes on.
    #expect(try await database.run("count t where number < 10").value() == 10)
  }

  @Test func tasksThatWereCancelledBeforeDoNotRun() async throws {
    let database = try Services.database()
    let work = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try await database.run("count services")
    }
    await #expect { try await work.value } throws: { ($0 as? QueryError)?.kind == .cancelled }
  }

  @Test func timeEnds() async throws {
    let database = try Self.slowDatabase()
    let limits = Limits(time: .milliseconds(5))
    await #expect {
      try await database.run(Self.slowQuery, limits: limits)
    } throws: { ($0 as? QueryError)?.kind == .timeout }
    #expect(
      thrown { _ = try database.run(Self.slowQuery, limits: limits) } == "timeout: the time is over"
    )
    #expect(try await database.run("count t where number < 10").value() == 10)
  }

  @Test func asynchronousScriptsRunAsOthersDo() async throws {
    let database = try Services.database()
    let rows = Count()
    try await database.runScript(SourceText("count services; list services")) { outcome in
      if case .answer(let table, _) = outcome.result { rows.add(table.rowCount) }
    }
    #expect(rows.value == 6)
  }

  /// Queries that hold memory in different parts of the engine.
  @Test(arguments: [
    "list number from t order by number desc", "count t group by number",
    "list number * 2 as twice from t", "count distinct number from t",
    "list t from t top 100000 by number", "median number from t group by number",
    "list t from t order by number desc limit 20000",
    "count t join t as u on number = u.number", "count t lookup t as u on number = u.number",
    "count t join many t as u on number = u.number", "count t where number in t.number",
  ])
  func memoryEnds(_ text: String) async throws {
    let database = Database()
    database["t"] = try Services.numbers(50_000)
    let query = Query(text: text.replacing("list t ", with: "list number "))
    let limits = Limits(memory: 200_000)
    let sync: @Sendable () throws -> Table = { try database.run(query, limits: limits) }
    #expect(throws: QueryError.self) { try sync() }
    await #expect {
      try await database.run(query, limits: limits)
    } throws: { ($0 as? QueryError)?.kind == .memory }
    // What was held is given back: the same query runs where it may.
    _ = try await database.run(query, limits: Limits(memory: 1 << 30))
  }

  /// More runs than the runtime has threads, and a task that waits behind them.
  @Test func longRunsKeepNoThreadOfTheRuntime() async throws {
    let database = try Self.slowDatabase()
    let source = SourceText("count t; " + Self.slowQuery.text)
    let begun = Count()
    let kinds = await withTaskGroup(of: QueryError.Kind?.self) { group in
      for _ in 0..<8 {
        group.addTask {
          var options = ScriptOptions()
          options.limits = Limits(time: .seconds(60), threads: 1)
          do throws(QueryError) {
            try await database.runScript(source, options: options) { _ in
              begun.add(1)
            }
            return nil
          } catch {
            return error.kind
          }
        }
      }
      // The first statement of each tells that it runs; the second takes long.
      while begun.value < 8 { await Task.yield() }
      group.cancelAll()
      return await group.reduce(into: []) { $0.append($1) }
    }
    // All of them were still running when this task was done with waiting.
    #expect(kinds == Array(repeating: .cancelled, count: 8))
  }

  /// A number that several threads add to.
  private final class Count: Sendable {
    private let number = Atomic(0)
    var value: Int { number.load(ordering: .relaxed) }
    func add(_ more: Int) { number.add(more, ordering: .relaxed) }
  }

  /// A table on which ``slowQuery`` takes long.
  private static func slowDatabase() throws -> Database {
    let database = Database()
    database["t"] = try Services.numbers(100_000)
    return database
  }

  private static let slowQuery: Query = """
    median number from t where number * 3 + 1 > number and number * number >= 0 \
    group by number order by median_number desc
    """
}
