import Testing

@testable import TallySyntax

@Suite struct CompletenessTests {
  @Test(arguments: [
    ("", Completeness.complete), ("sum fee group by agency", .complete), ("where a", .complete),
    ("count services", .complete), ("  # nothing\n", .complete),
    ("count services where level >= 3", .complete), ("count services group by", .openStatement),
    ("count services where", .openStatement),
    ("count services where level >= 3 and", .openStatement),
    ("count services then", .openStatement), ("list name,", .openStatement),
    ("sum fee", .openStatement), ("sum fee\nfrom services", .complete), ("sum fee;", .complete),
    ("let x =", .openStatement), ("let", .openStatement), ("load", .openStatement),
    ("explain", .openStatement), ("list x if a", .openStatement), ("expect", .openStatement),
    ("count services where (a = 1", .openParenthesis), ("list f(", .openParenthesis),
    ("count services where a in (1,\n2", .openParenthesis),
    ("count services where f(a))", .complete),
    ("count services where name = \"Bộ", .openQuote),
    ("count services where name = 'a\n", .openQuote),
    ("list `Tên", .openQuote), ("list “a", .openQuote), ("count services wher x", .complete),
    ("count services where a = 1 and b = 2 or c = 3", .complete),
    ("count services # where", .complete),
  ])
  func knowsWhatIsOpen(text: String, expected: Completeness) {
    #expect(completeness(of: text) == expected)
  }
}
