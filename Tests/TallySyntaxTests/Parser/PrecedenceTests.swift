import Foundation
import Testing

@testable import TallySyntax

/// Holds `Grammar/precedence.md` to the parser.
@Suite struct PrecedenceTests {
  static let rows: [(written: String, read: String)] = {
    let page = Grammar.root.appending(path: "Grammar/precedence.md")
    let lines = (try? String(contentsOf: page, encoding: .utf8))?.split(separator: "\n") ?? []
    return lines.compactMap { line in
      let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      guard cells.count == 3, cells[1].hasPrefix("`"), cells[2].hasPrefix("`") else { return nil }
      return (String(cells[1].dropFirst().dropLast()), String(cells[2].dropFirst().dropLast()))
    }
  }()

  private func tree(_ expression: String) throws -> String {
    let result = parseScript(SourceText("list name, \(expression) as n from t"))
    try #require(result.diagnostics.isEmpty, "\(expression)")
    return treeText(result.script)
  }

  @Test func thereAreRows() { #expect(Self.rows.count >= 14) }

  @Test(arguments: rows.map(\.written))
  func isReadAsThePageSays(written: String) throws {
    let row = try #require(Self.rows.first { $0.written == written })
    #expect(try tree(row.written) == tree(row.read))
  }
}
