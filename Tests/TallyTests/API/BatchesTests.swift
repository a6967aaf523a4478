import Tally
import Testing

@Suite struct BatchesTests {
  private func batches(_ query: Query, of database: Database, rows: Int) async throws -> [Table] {
    var all: [Table] = []
    for try await batch in database.stream(query, batchRows: rows) { all.append(batch) }
    return all
  }

  @Test(arguments: [1, 2, 7, 1000, 65_536, 1_000_000])
  func batchesAreTheAnswerInPieces(_ size: Int) async throws {
    let database = Database()
    database["t"] = try Services.numbers(size < 100 ? 50 : 70_000)
    for query: Query in [
      "list number * 2 as twice from t where number mod 3 = 1", "list t",
      "list number from t order by number desc", "count t group by number mod 10 as rest",
      "list number from t where number < 0", "list number from t where number > 20 limit 3",
    ] {
      let answer = try await database.run(query)
      let pieces = try await batches(query, of: database, rows: size)
      #expect(pieces.allSatisfy { $0.rowCount <= size && $0.columnNames == answer.columnNames })
      #expect(pieces.map(\.rowCount).reduce(0, +) == answer.rowCount)
      #expect(
        pieces.flatMap { $0.rows.map(\.cells) } == answer.rows.map(\.cells), "\(query.text)")
      #expect(!pieces.isEmpty)
    }
  }

  /// What goes wrong before the first batch has its place in the text too.
  @Test func errorsHaveTheirText() async throws {
    let database = Database()
    database["t"] = try Services.numbers(10)
    let text = "list number from t where number > (list number from t)"
    for query in [text, "list nothing from t"] {
      do throws(QueryError) {
        for try await _ in database.stream(Query(text: query)) {}
        Issue.record("no error: \(query)")
      } catch {
        #expect(error.source?.text == query)
        #expect(!error.diagnostics.isEmpty)
      }
    }
  }

  @Test func receiptsAddUp() async throws {
    let database = Database()
    let levels: [Int?] = (0..<1000).map { $0 % 7 == 0 ? nil : $0 % 5 }
    database["t"] = try Table { NamedColumn("level", levels) }
    let query: Query = "list level from t where level >= 3"
    let whole = try await database.run(query).receipt.steps[0]
    let parts = try await batches(query, of: database, rows: 100).map { $0.receipt.steps[0] }
    #expect(parts.count > 3)
    #expect(parts.map(\.rowsRead).reduce(0, +) == whole.rowsRead)
    #expect(parts.map(\.rowsKept).reduce(0, +) == whole.rowsKept)
    #expect(parts.map(\.rowsOut).reduce(0, +) == whole.rowsOut)
    #expect(
      parts.map { $0.conditions[0].unknown.rows }.reduce(0, +)
        == whole.conditions[0].unknown.rows)
  }

  @Test func errorsEndTheStream() async throws {
    let database = Database()
    database["t"] = try Services.numbers(1000)
    var iterator = database.stream("list nothing from t").makeAsyncIterator()
    do throws(QueryError) {
      _ = try await iterator.next(isolation: nil)
      Issue.record("an unknown column has an answer")
    } catch {
      #expect(error.kind == .name && error.source != nil)
    }
    #expect(try await iterator.next(isolation: nil) == nil)
  }

  @Test func cancelledTasksEndTheStream() async throws {
    let database = Database()
    database["t"] = try Services.numbers(1000)
    let work = Task {
      var rows = 0
      for try await batch in database.stream("list t", batchRows: 10) {
        rows += batch.rowCount
        if rows == 500 { withUnsafeCurrentTask { $0?.cancel() } }
      }
      return rows
    }
    await #expect { try await work.value } throws: { ($0 as? QueryError)?.kind == .cancelled }
  }

  @Test func limitsHold() async throws {
    let database = Database()
    database["t"] = try Services.numbers(100_000)
    let memory = Limits(memory: 1 << 20)
    var rows = 0
    for try await batch in database.stream(
      "list number + 1 as n from t", batchRows: 1000, limits: memory)
    {
      rows += batch.rowCount
    }
    #expect(rows == 100_000)
    await #expect {
      for try await _ in database.stream("list t order by number desc", limits: memory) {}
    } throws: { ($0 as? QueryError)?.kind == .memory }
    await #expect {
      for try await _ in database.stream("list t", limits: Limits(time: .zero)) {}
    } throws: { ($0 as? QueryError)?.kind == .timeout }
  }

  @Test func streamsKeepTheirTables() async throws {
    let database = try Services.database()
    let stream = database.stream("list name from services", batchRows: 2)
    database["services"] = nil
    var names: [String] = []
    for try await batch in stream { names += try batch.tuples(String.self) }
    #expect(names == ["a", "b", "c", "d", "e"])
  }
}
