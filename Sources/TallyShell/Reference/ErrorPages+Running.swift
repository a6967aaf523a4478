extension ErrorPage {
  /// The pages about running and checks.
  static let aboutRunning: [ErrorPage] = [
    ErrorPage(
      "T0501",
      """
      The host of the library has not allowed queries to name files.
      """,
      #"try database.run("count \"services.csv\"")"#,
      #"try database.load("services", from: .file("services.csv"))"#,
      language: .swift),
    ErrorPage(
      "T0502",
      """
      The ending of a file name says how it is written: .csv, .tsv, .json, .jsonl, .md.
      """,
      #"list services save to "answer.xlsx""#,
      #"list services save to "answer.csv""#),
    ErrorPage(
      "T0503",
      """
      The answer would take the place of the file that it was computed from.
      """,
      """
      load "services.csv" as s
      count s save to "services.csv"
      """,
      """
      load "services.csv" as s
      count s save to "answer.csv"
      """),
    ErrorPage(
      "T0504",
      """
      `across` makes a column of each value, and there would be more of them than a \
      table may have.
      """,
      """
      load "a.csv"
      count a across k
      """,
      """
      load "a.csv"
      count a group by k
      """,
      files: [PageFile("a.csv", "k\n…\n")],
      repeating: "v#\n", times: 20_000),
    ErrorPage(
      "T0505",
      """
      `fill` makes a group for every value of its keys, in each combination of the \
      others, and there would be more of them than a table may have.
      """,
      "count services where opened in @0001..@2025 group by opened, week(opened) as w fill 0",
      "count services where opened in @2025 group by opened fill 0"),
    ErrorPage(
      "T0510",
      """
      A result has more digits than can be held exactly. The row is named; nothing wraps \
      around.
      """,
      "show 9223372036854775807 * 9223372036854775807 * 9223372036854775807",
      "show 9223372036854775807.0 * 2"),
    ErrorPage(
      "T0601",
      """
      What the script expects does not hold. The rows that break it are shown.
      """,
      "expect no services where fee < 10",
      "expect no services where fee < 0"),
  ]
}
