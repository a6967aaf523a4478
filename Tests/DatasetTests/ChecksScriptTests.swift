import Foundation
import Tally
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

  @Test("Every check holds, and none of them tests nothing")
  func holds() throws {
    var options = ScriptOptions()
    options.files = .from(folder: Shipped.folder.path)
    var failures: [String] = []
    var count = 0
    let source = SourceText(try script(), name: "checks.tally")
    try Database().runScript(source, options: options) { outcome throws(QueryError) in
      guard case .checked(let check) = outcome.result else { return }
      count += 1
      if !check.holds || check.testedRowCount == 0 { failures.append(check.text) }
    }
    #expect(failures == [])
    #expect(count > 100)
  }

  private func script() throws -> String {
    String(decoding: try Shipped.bytes("checks.tally"), as: UTF8.self)
  }
}
