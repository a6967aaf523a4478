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
}
