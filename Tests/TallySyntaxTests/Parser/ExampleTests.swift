import Foundation
import Testing

@testable import TallySyntax

/// The scripts of the repository are read without an error, and those of `Grammar/examples` are in
/// canonical form (`UPDATE_GOLDEN=1` brings them there) and show every word of the grammar.
@Suite struct ExampleTests {
  static func scripts(_ folder: String) throws -> [URL] {
    let folder = Grammar.root.appending(path: folder)
    return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
      .filter { $0.pathExtension == "tally" }.sorted { $0.path() < $1.path() }
  }

  @Test(arguments: ["Grammar/examples", "Datasets"])
  func areRead(folder: String) throws {
    let files = try Self.scripts(folder)
    #expect(!files.isEmpty)
    for file in files {
      let source = SourceText(
        try String(contentsOf: file, encoding: .utf8), name: file.lastPathComponent)
      let diagnostics = parseScript(source).diagnostics
      #expect(diagnostics.isEmpty, "\(diagnostics.map { $0.rendered(in: source) }.joined())")
      checkFormatting(of: source.text)
    }
  }

  @Test func areCanonical() throws {
    for file in try Self.scripts("Grammar/examples") {
      let text = try String(contentsOf: file, encoding: .utf8)
      let canonical = try #require(formatted(SourceText(text)).text)
      if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
        try canonical.write(to: file, atomically: true, encoding: .utf8)
      } else {
        #expect(text == canonical)
      }
    }
  }

  @Test func showEveryWord() throws {
    var words: Set<String> = []
    for file in try Self.scripts("Grammar/examples") {
      let source = SourceText(try String(contentsOf: file, encoding: .utf8))
      for token in Lexer.tokens(of: source).tokens {
        words.insert(source.text(in: token.span).lowercased())
      }
    }
    let terminals = try Grammar.load().vocabulary().terminals
    let singular = Set(TimeUnitSyntax.allCases.map(\.rawValue))
    let missing = terminals.filter { terminal in
      // The canonical form leaves `asc` out, and writes a unit in the plural where it is one.
      terminal != "asc"
        && !singular.contains(terminal.hasSuffix("s") ? String(terminal.dropLast()) : terminal)
        && !words.contains(terminal)
    }
    #expect(missing.isEmpty)
  }
}
