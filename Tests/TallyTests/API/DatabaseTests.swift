import Tally
import Testing

@Suite struct DatabaseTests {
  @Test func tablesAreFoundWithoutRegardToCase() throws {
    let database = try Services.database()
    #expect(database["Services"]?.rowCount == 5)
    database["SERVICES"] = try Services.numbers(3)
    #expect(database.tableNames == ["SERVICES"])
    #expect(try database.run("count services").value() == 3)
    database["services"] = nil
    #expect(database.tableNames.isEmpty)
    #expect(database["services"] == nil)
  }

  @Test func answersAreTables() throws {
    let database = try Services.database()
    database["by_agency"] = try database.run("count services group by agency")
    #expect(try database.run("max count from by_agency").value() == 2)
    #expect(database["by_agency"]?.receipt.steps.count == 1)
  }

  @Test func updatesAreMadeTogether() throws {
    let database = try Services.database()
    try database.update { draft throws(QueryError) in
      draft["a"] = try Services.numbers(draft["services"]?.rowCount ?? 0)
      draft["services"] = nil
      #expect(draft["services"] == nil)
      #expect(draft["A"]?.rowCount == 5)
    }
    #expect(database.tableNames == ["a"])
  }

  @Test func updatesThatThrowChangeNothing() throws {
    let database = try Services.database()
    let message = thrown {
      try database.update { draft throws(QueryError) in
        draft["services"] = nil
        draft["other"] = try Services.numbers(1)
        _ = try database.run("count nothing")
      }
    }
    #expect(message == "name: no table \"nothing\"")
    #expect(database.tableNames == ["services"])
  }

  @Test func updatesDoNotLoseEachOther() async throws {
    let database = Database()
    database["t"] = try Services.numbers(0)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<8 {
        group.addTask {
          for _ in 0..<25 {
            try database.update { draft throws(QueryError) in
              draft["t"] = try Services.numbers((draft["t"]?.rowCount ?? 0) + 1)
            }
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(database["t"]?.rowCount == 200)
  }

  @Test func filesLoad() async throws {
    let database = Database()
    let source = DataSource.bytes(Array("agency,level\nA,3\nB,\n".utf8), name: "s.csv")
    #expect(try await database.load(from: source).rowCount == 2)
    #expect(
      try await database.load("other", from: source).columns.map(\.name) == ["agency", "level"])
    #expect(database.tableNames == ["other", "s"])
    let work = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      try await database.load("third", from: source)
    }
    await #expect { try await work.value } throws: { ($0 as? QueryError)?.kind == .cancelled }
    #expect(database["third"] == nil)
  }
}
