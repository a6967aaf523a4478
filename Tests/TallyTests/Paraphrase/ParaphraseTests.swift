import Foundation
import Testing

@testable import Tally
@testable import TallySyntax

/// Holds what `explain` says of queries in plain English to `Tests/Golden/paraphrases.txt`, where
/// each query stands above its words. `UPDATE_GOLDEN=1` writes the words anew.
@Suite struct ParaphraseTests {
  static let file = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Golden/paraphrases.txt")

  @Test func queriesAreSaidInWords() throws {
    let text = try String(contentsOf: Self.file, encoding: .utf8)
    var blocks: [String] = []
    for block in text.components(separatedBy: "\n\n") {
      let query = String(block.prefix { $0 != "\n" })
      if query.isEmpty { continue }
      let source = SourceText(query)
      let parsed = parseQuery(source)
      let tree = try #require(parsed.query, "\(query) \(parsed.diagnostics.map(\.message))")
      #expect(!parsed.diagnostics.contains { $0.severity == .error }, "\(query)")
      let written = query + "\n    " + Paraphrase(source: source).sentences(tree)
      let isUpdate = ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1"
      #expect(isUpdate || block.trimmingCharacters(in: .newlines) == written)
      blocks.append(written)
    }
    #expect(blocks.count >= 60)
    if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
      try (blocks.joined(separator: "\n\n") + "\n").write(
        to: Self.file, atomically: true, encoding: .utf8)
    }
  }

  /// Whatever can be parsed can be said, in one or more whole sentences.
  @Test(arguments: 1...20) func randomQueriesAreSaid(seed: Int) throws {
    let tables = RandomTables(seed: seed)
    for number in 0..<20 {
      var queries = RandomQueries(seed: seed &* 1000 &+ number, tables: tables)
      let source = SourceText(queries.query())
      guard let tree = parseQuery(source).query else { continue }
      let words = Paraphrase(source: source).sentences(tree)
      #expect(words.first?.isUppercase ?? false)
      #expect(words.hasSuffix("."))
      #expect(!words.contains(",,") && !words.contains("  of"), "\(words)")
    }
  }
}
