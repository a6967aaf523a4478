import Testing

@testable import Tally
@testable import TallySyntax

/// Holds `Grammar/words.md` to the parser's words and to the functions. `UPDATE_GOLDEN=1` writes
/// it anew.
@Suite struct WordPageTests {
  @Test func thePageIsMadeOfTheWords() throws {
    let reserved = WordClass.words.filter(\.isReserved).map(\.word).sorted()
    var page = """
      # Words

      Words are recognised in any letter case and written in lower case. \(reserved.count) of them are \
      reserved, which can be names only in backticks:

      \(listed(reserved))

      All others mean something in certain places only, and are names everywhere else: a column may be \
      called `count`, `date` or `level`.


      """
    for kind in WordClass.allCases {
      page += "## \(kind.rawValue)\n\n\(listed(kind.words))\n\n"
    }
    page += "## Functions\n\n| call | gives | example |\n|---|---|---|\n"
    for name in FunctionCatalog.names {
      guard let entry = FunctionCatalog.entry(name) else { continue }
      let calls = entry.signatures.map { "`\($0)`" }.joined(separator: ", ")
      page +=
        "| \(calls) | \(entry.summary) | `\(entry.example.call)` is `\(entry.example.value)` |\n"
    }
    try Examples.hold(page, to: "Grammar/words.md")
  }

  private func listed(_ words: [String]) -> String {
    words.map { "`\($0)`" }.joined(separator: " ")
  }

  /// What the page says of reserved words is what the parser does.
  @Test(arguments: WordClass.words.map(\.word))
  func onlyReservedWordsAreNoNames(word: String) throws {
    let isReserved = try #require(WordClass.words.first { $0.word == word }).isReserved
    let text = "list \(word), x from t order by \(word)"
    let errors = parseScript(SourceText(text)).diagnostics
    // `missing` alone is the value, `distinct` behind `list` keeps one of equal rows, and nobody
    // begins an item with an operator.
    guard !["missing", "distinct", "true", "false", "div", "mod"].contains(word) else { return }
    #expect(errors.isEmpty == !isReserved, "\(text): \(errors.map(\.message))")
    let quoted = "list `\(word)`, x from t order by `\(word)`"
    #expect(parseScript(SourceText(quoted)).diagnostics.isEmpty)
  }
}
