import Testing

@testable import TallySyntax

/// Where a line end ends a statement.
@Suite struct LineTests {
  @Test(arguments: [
    ("count services\nwhere level = 3", 1), ("count services\n\n  # why\n  where level = 3", 1),
    ("count services\ncount agencies", 2), ("count services;count agencies", 2),
    ("count services;;\n;", 1), ("\n\n", 0), ("#!/usr/bin/env tally\ncount services", 1),
    ("sum fee\nfrom services", 1), ("count,\n  sum fee\n  from services", 1),
    ("let x = services where a\nfrom x where b", 2), ("let x = services\nfrom x where b", 2),
    ("count services where a\nfrom y", 2), ("count services\n;from y", 2),
    ("list name\nfrom services", 1), ("from services\nthen count\n  group by a", 1),
    ("count services where a\nand b\nor c", 1), ("count services where a =\n3", 1),
    ("count services where a in (1,\n\n2)\ngroup by a", 1), ("list a\n, b from t", 1),
    ("count services where a\nnot in (1)", 1), ("let a = b\n(count t)", 2),
    ("count services\nfill where a", 2), ("count services\nfill 0", 1),
    ("count services\ntop where a", 2), ("count services\ntop 3", 1),
    ("count services\ngroup where a", 2), ("load \"a.csv\"\ndates dmy\nmissing \"-\"", 1),
    ("load \"a.csv\"\ndates where a", 2), ("count services where fee > 30\ndays where a", 2),
    ("list x if a\nelse b from t", 1), ("expect (count t) = 3\nelse \"no\"", 1),
    ("count services\r\nwhere a\r\ncount t", 2), ("count services\rcount t", 2),
    ("sum fee with a\nas b\nfrom t", 1), ("explain count t\nas sql", 1),
  ])
  func endsStatements(text: String, count: Int) {
    let result = parseScript(SourceText(text))
    let mixed = result.diagnostics.filter { $0.code != .mixedLogic }
    #expect(mixed.isEmpty, "\(mixed.map(\.message))")
    #expect(result.script.statements.count == count)
  }

  /// Every mistake of a script is listed, and the statements around it are read.
  @Test func recovers() {
    let text = """
      count services wher level = 3
      list name from services
      count services where (level = 3
        and fee > 2
      sum fee
      count services where a == 1; count services where "open
      let x = services where
      count x
      """
    let result = parseScript(SourceText(text))
    #expect(
      result.diagnostics.map(\.code) == [
        .unknownClause, .unclosedParenthesis, .noSource, .foreignSpelling, .unclosedText,
        .unexpected,
      ])
    #expect(result.script.statements.count == 3)
  }

  @Test func readsParts() {
    let source = SourceText("Total: {{ count services\nwhere a = 1 }} and more")
    let (query, diagnostics) = parseQuery(source, in: SourceSpan(9, 37))
    #expect(diagnostics.isEmpty)
    #expect(query?.steps.first?.clauses.first?.span == SourceSpan(25, 36))
    #expect(parseExpression(SourceText("a + 1")).expression?.height == 2)
    #expect(parseExpression(SourceText("a + ")).expression == nil)
    #expect(parseExpression(SourceText("a b")).diagnostics.map(\.code) == [.unexpected])
    #expect(parseQuery(SourceText("count t; count u")).query == nil)
  }
}
