import Testing

@testable import TallySyntax

/// What is offered at `|` in a text.
@Suite struct CompletionTests {
  private func complete(_ marked: String) -> Completion {
    let parts = marked.split(separator: "|", omittingEmptySubsequences: false)
    return completion(
      in: SourceText(parts.joined()), at: parts[0].utf8.count)
  }

  private func keyword(_ words: String...) -> Set<Offer> {
    Set(words.map(Offer.keyword))
  }

  @Test func beginsSentences() {
    for text in ["|", "co|", "count services\n|", "count services; |", "# comment\n|"] {
      let expected = Set(complete(text).expected)
      #expect(expected.isSuperset(of: [.verb("count"), .verb("sum"), .table]), "\(text)")
      #expect(expected.isSuperset(of: keyword("list", "from", "let", "expect", "load")), "\(text)")
    }
  }

  @Test func offersClausesInTheirOrder() {
    let all = complete("count services |").expected
    let words = all.compactMap { if case .keyword(let word) = $0 { word } else { nil } }
    let clauses = ["lookup", "where", "group by", "having", "order by", "top", "limit", "then"]
    #expect(words.filter(clauses.contains) == clauses)
    let later = Set(complete("count services group by agency |").expected)
    #expect(later.isSuperset(of: keyword("having", "top", "with totals", "as", "across")))
    #expect(later.isDisjoint(with: keyword("where", "group by", "from")))
    #expect(Set(complete("sum fee |").expected).isSuperset(of: keyword("from", "with", "as")))
    #expect(Set(complete("count services order |").expected) == keyword("by"))
    #expect(Set(complete("count services\n  wh|").expected).isSuperset(of: keyword("where")))
  }

  @Test func offersNames() {
    #expect(complete("count |").expected.contains(.table))
    #expect(complete("sum fee from |").expected == [.table, .file])
    #expect(Set(complete("count services where |").expected).isSuperset(of: [.column, .function]))
    #expect(complete("count services where services.|").expected == [.columnOf("services")])
    #expect(complete("list |from services").expected.contains(.column))
    #expect(complete("count services group by agency having |").expected.contains(.output))
  }

  @Test func offersValues() {
    let column = Offer.valueOf("agency")
    #expect(complete("count services where agency = |").expected.contains(column))
    #expect(complete("count services where agency in (\"a\", |").expected.contains(column))
    #expect(complete("count services where fee + |").expected.contains(column) == false)
    let quoted = complete("count services where agency = \"bo t|")
    #expect(quoted.expected == [column])
    #expect(quoted.partial == "bo t")
    #expect(quoted.quote == "\"")
    #expect(quoted.replaced == SourceSpan(30, 35))
    let qualified = complete("count services where services.agency contains '|")
    #expect(qualified.expected == [.valueOf("services.agency")])
    #expect(complete("load \"|").expected == [.file])
  }

  @Test func knowsWhatIsInScope() {
    #expect(complete("count services where |").tables == ["services"])
    #expect(complete("sum |fee from services").tables == ["services"])
    #expect(
      complete("list | from services lookup agencies on x").tables == ["services", "agencies"])
    #expect(
      complete("from services as s join payments on |").tables == ["services", "s", "payments"])
    #expect(complete("count services as total order by |").names == ["total"])
    #expect(complete("count services then where |").followsThen)
    #expect(!complete("count services then count; count services where |").followsThen)
  }

  @Test func replacesTheWordBegun() {
    let middle = complete("count services where lev| >= 3")
    #expect(middle.partial == "lev")
    #expect(middle.replaced == SourceSpan(21, 24))
    #expect(complete("count services where x = $ye|").partial == "$ye")
    #expect(complete("count services # comm|").expected.isEmpty)
  }

  @Test func survivesEveryPlace() {
    for sentence in Sentences.accepted {
      let source = SourceText(sentence)
      for offset in -1...source.length + 1 { _ = completion(in: source, at: offset) }
    }
  }
}
