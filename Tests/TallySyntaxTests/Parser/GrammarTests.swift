import Testing

@testable import TallySyntax

/// Holds the parser to `Grammar/tally.ebnf`.
@Suite struct GrammarTests {
  @Test func isClosed() throws {
    let grammar = try Grammar.load()
    let used = grammar.vocabulary().rules
    #expect(used.subtracting(grammar.names).isEmpty, "rules that are used and not defined")
    #expect(
      Set(grammar.names).subtracting(used).subtracting(["script"]).isEmpty,
      "rules that are defined and not used")
  }

  /// Words that the parser knows only to mend them.
  static let foreign: Set<Keyword> = [.null, .inner, .assert]

  @Test func namesEveryWord() throws {
    let grammar = try Grammar.load()
    let terminals = grammar.vocabulary().terminals
    for keyword in Keyword.allCases where !Self.foreign.contains(keyword) {
      #expect(terminals.contains(keyword.rawValue), "\(keyword) is in no rule")
    }
    let verbs = Set(AggregateVerbSyntax.allCases.map(\.rawValue)).subtracting([
      "percentile", "corr",
    ])
    #expect(grammar.terminals(of: "verb") == verbs)
    #expect(grammar.terminals(of: "type") == Set(TypeSyntax.allCases.map(\.rawValue)))
  }

  @Test(arguments: 1...20)
  func acceptsItsSentences(seed: UInt64) throws {
    var maker = SentenceMaker(try Grammar.load(), seed: seed)
    for index in 0..<250 {
      let text = sentenceText(maker.sentence(of: "statement", depth: 2 + index % 3))
      let source = SourceText(text)
      let result = parseScript(source)
      guard result.diagnostics.isEmpty, result.script.statements.count == 1 else {
        Issue.record(
          "\(result.diagnostics.first?.rendered(in: source) ?? "not one statement")\n\(text)")
        return
      }
      checkFormatting(of: text)
    }
  }

  @Test func usesEveryRule() throws {
    var maker = SentenceMaker(try Grammar.load(), seed: 1)
    for _ in 0..<600 { _ = maker.sentence(of: "statement", depth: 4) }
    let left = Set(maker.grammar.names).subtracting(maker.used).subtracting([
      "script", "separator", "sign", "opening", "parenthesis",
    ])
    #expect(left.isEmpty)
  }
}
