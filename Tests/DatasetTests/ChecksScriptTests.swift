import TallySyntax
import Testing

@Suite("The script of checks")
struct ChecksScriptTests {
  @Test("It is read without a remark")
  func parses() throws {
    let text = try script()
    let result = parseScript(SourceText(text))
    let begun = text.split(separator: "\n").filter { line in
      ["load ", "let ", "expect "].contains { line.hasPrefix($0) }
    }
    #expect(result.diagnostics.map(\.message) == [])
    #expect(result.script.statements.count == begun.count)
    #expect(begun.count > 100)
  }

  @Test("It loads only tables that are shipped")
  func loads() throws {
    let files = parseScript(SourceText(try script())).script.statements.compactMap {
      statement -> String? in
      guard case .load(let load) = statement.kind else { return nil }
      return load.path
    }
    #expect(files.count == 13)
    #expect(Set(files).isSubset(of: Shipped.rowCounts.map { "\($0.table).csv" }))
  }

  private func script() throws -> String {
    String(decoding: try Shipped.bytes("checks.tally"), as: UTF8.self)
  }
}
