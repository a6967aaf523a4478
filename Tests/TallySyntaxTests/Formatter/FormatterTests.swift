import Testing

@testable import TallySyntax

@Suite struct FormatterTests {
  @Test(arguments: Sentences.accepted)
  func keepsMeaning(sentence: String) {
    checkFormatting(of: sentence)
  }

  @Test func keepsMeaningOfAll() {
    checkFormatting(of: Sentences.accepted.joined(separator: "\n"))
  }

  static let canonical: [(text: String, expected: String)] = [
    ("COUNT  Services WHERE Level>=3", "count Services where Level >= 3"),
    ("assert no t where a<0", "expect no t where a < 0"),
    ("list a from t order by a ASC, b desc", "list a from t order by a, b desc"),
    ("sum of fee from t", "sum fee from t"), ("share fee from t", "share of fee from t"),
    ("sum of (a + b) * 2 from t", "sum of (a + b) * 2 from t"),
    ("sum of -a from t", "sum of -a from t"), ("sum (a + b) from t", "sum a + b from t"),
    ("count t where ((a = 1) and (b = 2))", "count t where a = 1 and b = 2"),
    ("count t where (a and b) or c", "count t where (a and b) or c"),
    (
      "list (a + b) * c, a + (b * c), a - (b - c) from t",
      "list (a + b) * c, a + b * c, a - (b - c) from t"
    ),
    ("list b, - - a, -(a + b), not not a from t", "list b, -(-a), -(a + b), not not a from t"),
    ("count t where a in last 1 months", "count t where a in last month"),
    ("count t where a > 1 days", "count t where a > 1 day"),
    ("count t where a = @2025-q1", "count t where a = @2025-Q1"),
    ("count t where a = 'it''s'", ""),
    (#"count t where a = 'it\'s "x"'"#, #"count t where a = "it's \"x\"""#),
    ("count t where a = 'x\ty\u{1}\nz'", #"count t where a = "x\ty\u{1}\nz""#),
    ("let x = from services", "let x = services"), ("services", "from services"),
    ("count t where x in (from services where a)", "count t where x in (services where a)"),
    ("count services\n;from y", "count services;\nfrom y"),
    ("count services where a\nfrom y", "count services where a\nfrom y"),
    ("list `a``b`, `from`, `top` from t", "list `a``b`, `from`, `top` from t"),
    ("count t join u on a = b and c", "count t join u on a = b, c"),
    ("count t; count u;", "count t\ncount u"), ("", ""), ("\n# only\n", "# only"),
    ("count t\n\n\n\n# a\n\ncount u  # b  \n# c", "count t\n\n# a\n\ncount u # b\n# c"),
    (
      "count t # first\n  where a = 1 # second\n  # third\n  and b = 2\n  group by c",
      "count t # first\n  where a = 1 # second\n    # third\n    and b = 2\n  group by c"
    ),
    (
      "count t where a in (1, # one\n 2, # two\n # three\n 3)",
      "count t\n  where a in (\n    1, # one\n    2, # two\n    # three\n    3\n  )"
    ),
    ("count t where a + # why\n b > 1", "count t\n  where a + # why\n    b > 1"),
    (
      "list aaaaaaaaaaaaaaaaaaaaaaaaaaaa, bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb, cccccccccccccccccccc from t",
      """
      list aaaaaaaaaaaaaaaaaaaaaaaaaaaa,
        bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb,
        cccccccccccccccccccc
        from t
      """
    ),
  ]

  @Test(arguments: canonical)
  func writesTheCanonicalForm(text: String, expected: String) {
    let (once, diagnostics) = formatted(SourceText(text))
    guard let once else {
      #expect(expected.isEmpty && diagnostics.contains { $0.severity == .error })
      return
    }
    #expect(once == (expected.isEmpty ? "" : expected + "\n"))
    checkFormatting(of: text)
  }

  @Test func writesPartsForMessages() throws {
    let query = try #require(parseQuery(SourceText("SUM  fee FROM t")).query)
    #expect(formatted(query) == "sum fee from t")
    let deep = String(repeating: "- ", count: 150) + "a"
    let expression = try #require(parseExpression(SourceText(deep)).expression)
    let text = onStack(of: 512 << 10) { formatted(expression) }
    #expect(text?.hasPrefix("-(") == true)
  }
}
