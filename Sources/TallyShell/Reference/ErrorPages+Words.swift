extension ErrorPage {
  /// The pages about words and grammar.
  static let aboutWords: [ErrorPage] = [
    ErrorPage(
      "T0101",
      """
      A stray character, for instance a bracket of another language or a sign pasted \
      along with the text, begins no word, number, text or sign. Take it out, or put it \
      into quotes if it belongs to a text.
      """,
      "count services where level = 3 ¿",
      "count services where level = 3"),
    ErrorPage(
      "T0102",
      """
      A quote opens a text or a name and no other closes it. Both `"` and `'` open \
      texts, curly quotes too, and backticks open names; each is closed by its own kind.
      """,
      #"count services where status = "open"#,
      #"count services where status = "open""#),
    ErrorPage(
      "T0103",
      #"""
      Within a text a backslash begins an escape, and only a few exist: \n \t \r \" \' \#
      \\ and \u{1EC7}. A backslash itself is written twice.
      """#,
      #"list "a\b" as path from services"#,
      #"list "a\\b" as path from services"#),
    ErrorPage(
      "T0104",
      """
      Digits stand together, with a point between digits for decimals. Grouping marks \
      and units can't be told from decimals and names, so they are not read.
      """,
      "count services where fee > 1.000.000",
      "count services where fee > 1000000"),
    ErrorPage(
      "T0105",
      """
      Days and periods begin with `@` and must exist: there is no 30 February. Without \
      `@` the text would be a subtraction.
      """,
      "count services where opened = @2025-02-30",
      "count services where opened = @2025-02-28"),
    ErrorPage(
      "T0106",
      """
      A word or sign that SQL or another language uses. Here each idea has one spelling, \
      and the mend writes it.
      """,
      "select name from services where level == 3",
      "list name from services where level = 3"),
    ErrorPage(
      "T0107",
      """
      Something stands where the sentence has no place for it, so that its meaning would \
      be a guess.
      """,
      "count services where level = 3 3",
      "count services where level = 3"),
    ErrorPage(
      "T0108",
      """
      Parentheses are at most 100 deep, and a tree has at most 200 levels. Lists, `and` \
      and `or` are flat and may be as long as you like.
      """,
      "count services where …level = 3",
      "count services where level = 3",
      repeating: "(", times: 150),
    ErrorPage(
      "T0109",
      """
      Eighteen words are reserved, among them `from`, `where`, `in` and `then`. A column \
      of such a name is written in backticks.
      """,
      "list name as then from services",
      "list name as `then` from services"),
    ErrorPage(
      "T0110",
      """
      Numbers are exact, with at most 38 digits. More digits are refused and never \
      rounded.
      """,
      "count services where fee > 123456789012345678901234567890123456789012",
      "count services where fee > 1234567890"),
    ErrorPage(
      "T0111",
      """
      `1 < level < 4` compares a truth with a number. Two comparisons are joined by \
      `and`, or written as `between`.
      """,
      "count services where 1 < level < 4",
      "count services where 1 < level and level < 4"),
    ErrorPage(
      "T0112",
      """
      People read `a and b or c` both ways. Parentheses say which one is meant; both \
      mends are offered.
      """,
      "count services where level = 3 and fee > 1 or fee is missing",
      "count services where level = 3 and (fee > 1 or fee is missing)"),
    ErrorPage(
      "T0113",
      """
      A parenthesis is opened and never closed.
      """,
      "show (1 + 2",
      "show (1 + 2)"),
    ErrorPage(
      "T0114",
      """
      Only `count`, `share` and `list` take a table as their object. Everything else \
      names it behind `from`; no table is guessed.
      """,
      "sum fee",
      "sum fee from services"),
    ErrorPage(
      "T0115",
      """
      `sum (fee - 1) * 2` could be twice the sum, or the sum of the doubled. The call \
      says the first, `of` the second.
      """,
      "sum (fee + 1) * 2 from services",
      "sum of (fee + 1) * 2 from services"),
    ErrorPage(
      "T0116",
      """
      The parts of a phrase have one order: the object, `with`, `within`, `as`.
      """,
      #"count as paid with status = "paid" from services"#,
      #"count with status = "paid" as paid from services"#),
    ErrorPage(
      "T0117",
      """
      Aggregates in words are items of a head. Within an expression an aggregate is a \
      call, with parentheses.
      """,
      "sum fee / sum level from services",
      "show sum(fee) / sum(level) from services"),
    ErrorPage(
      "T0118",
      """
      The clauses of a step have one order, so that a sentence means one thing. Put it \
      into that order, or begin another step with `then`.
      """,
      "count services group by agency where level = 3",
      "count services where level = 3 group by agency"),
    ErrorPage(
      "T0119",
      """
      Each clause stands once in a step. Two conditions are joined by `and`; what is \
      asked of the result comes behind `then`.
      """,
      "count services where level = 3 where fee > 1",
      "count services where level = 3 and fee > 1"),
    ErrorPage(
      "T0120",
      """
      Behind `then` a step reads the result of the one before. Another table comes in \
      with `lookup`, `join` or `append`.
      """,
      "count services group by agency then list from services",
      "count services group by agency then list"),
    ErrorPage(
      "T0121",
      """
      The word begins no clause and no sentence: mostly a typing error.
      """,
      "count services wher level = 3",
      "count services where level = 3"),
    ErrorPage(
      "T0122",
      """
      Types are int, decimal, float, percent, text, date, instant, period and boolean.
      """,
      "param year: number = 2025",
      "param year: int = 2025"),
    ErrorPage(
      "T0123",
      """
      The end of a query and the comparison behind it can't be told apart, so a query in \
      a check stands in parentheses.
      """,
      "expect count services = 6",
      "expect (count services) = 6"),
    ErrorPage(
      "T0124",
      """
      No person writes a query of four megabytes. Put the values into a file and load it \
      as a table.
      """,
      #"list "…" as text from services"#,
      #"list "x" as text from services"#,
      repeating: "x", times: 4300000),
  ]
}
