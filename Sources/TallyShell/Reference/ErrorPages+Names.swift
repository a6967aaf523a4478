extension ErrorPage {
  /// The pages about names.
  static let aboutNames: [ErrorPage] = [
    ErrorPage(
      "T0201",
      """
      No table has this name. Names are compared without regard to case; the nearest one \
      is offered.
      """,
      "count servces",
      "count services"),
    ErrorPage(
      "T0203",
      """
      No column has this name. The nearest one is offered; `describe services` lists all \
      of them.
      """,
      "count services where levl = 3",
      "count services where level = 3"),
    ErrorPage(
      "T0204",
      """
      Two of the tables that were joined have a column of this name, and it would be a \
      guess which one is meant. Say the table.
      """,
      """
      count services lookup agencies on agency join many payments on id = service_id group by amount
      """,
      """
      count services lookup agencies on agency join many payments on id = service_id group by payments.amount
      """),
    ErrorPage(
      "T0205",
      """
      A name behind `$` must be declared with `param` above.
      """,
      "count services where year(opened) = $year",
      """
      param year: int = 2025
      count services where year(opened) = $year
      """),
    ErrorPage(
      "T0206",
      """
      A parameter without a default needs a value: with `-p year=2025` on the command \
      line, with `.param year=2025` at the prompt.
      """,
      """
      param year: int
      count services where year(opened) = $year
      """,
      """
      param year: int = 2025
      count services where year(opened) = $year
      """),
    ErrorPage(
      "T0207",
      """
      A value was given for a parameter that the script does not declare, probably \
      misspelled.
      """,
      """
      param year: int = 2024
      count services where year(opened) = $year
      """,
      """
      param year: int = 2024
      count services where year(opened) = $year
      """,
      arguments: ["yeer": "2025"],
      mendedArguments: ["year": "2025"]),
    ErrorPage(
      "T0208",
      """
      The value that was given can't be read as the type of the parameter.
      """,
      """
      param year: int
      count services where year(opened) = $year
      """,
      """
      param year: int
      count services where year(opened) = $year
      """,
      arguments: ["year": "soon"],
      mendedArguments: ["year": "2025"]),
    ErrorPage(
      "T0209",
      """
      No function has this name. The nearest one is offered, also for the names of other \
      languages.
      """,
      "list lenght(name) from services",
      "list length(name) from services"),
    ErrorPage(
      "T0210",
      """
      No row has this value: perhaps it is misspelled. A note, not an error; the query \
      runs.
      """,
      #"count services where status = "opne""#,
      #"count services where status = "open""#),
    ErrorPage(
      "T0211",
      """
      In Swift, values are interpolated where a value can stand. Within quotes or \
      backticks they would be text.
      """,
      #"try database.run("count services where name = \"\(name)\"")"#,
      #"try database.run("count services where name = \(name)")"#,
      language: .swift),
  ]
}
