import Testing

@testable import Tally

/// The examples of the catalogue, asked as questions.
@Suite struct FunctionExampleTests {
  @Test(arguments: FunctionCatalog.entries.map(\.name))
  func exampleGivesItsValue(_ name: String) throws {
    let entry = try #require(FunctionCatalog.entry(name))
    let database = Database()
    database["one"] = try Table { NamedColumn("n", [1]) }
    let answer = try database.run(Query(text: "list \(entry.example.call) as value from one"))
    #expect(answer.columns[0][0].text(in: .csv) == entry.example.value)
  }

  @Test(arguments: FunctionCatalog.windowEntries.map(\.name))
  func windowGivesItsValue(_ name: String) throws {
    let entry = try #require(FunctionCatalog.windowEntry(name))
    let database = Database()
    database["three"] = try Table { NamedColumn("x", [10, 20, 40]) }
    let query = "list \(entry.example.call) as value from three order by x"
    let answer = try database.run(Query(text: query))
    #expect(answer.columns[0][1].text(in: .csv) == entry.example.value)
  }
}
