import Tally
import Testing

@Suite struct QueryTests {
  @Test func valuesAreBound() throws {
    let database = try Services.database()
    let floor = 3
    let agencies = ["Bộ Tài chính", "Sở Y tế"]
    let query: Query = "count services where level >= \(floor) and agency in \(agencies)"
    #expect(query.text == "count services where level >= $1 and agency in $2")
    #expect(query.arguments == [.value(.integer(3)), .list(agencies.map { .text($0) })])
    #expect(try database.run(query).value() == 2)
    let day = Services.day(2025, 1, 1)
    #expect(try database.run("count services where opened >= \(day)").value() == 3)
    #expect(
      try database.run("count services where fee = \(ExactDecimal(coefficient: 5, scale: 1))")
        .value() == 1)
    let year = CalendarPeriod(.year, index: 54)
    #expect(try database.run("count services where opened in \(year)").value() == 1)
    #expect(try database.run("count services where open = \(true)").value() == 3)
    #expect(try database.run("count services where level in \(Set([2, 4]))").value() == 2)
  }

  @Test func namesAndFragmentsAreExplicit() throws {
    let database = try Services.database()
    let column = "agency"
    let recent: Query = "where opened >= \(Services.day(2025, 1, 1))"
    let query: Query = "count services \(recent) and level >= \(3) group by \(name: column)"
    #expect(
      query.text == "count services where opened >= $1 and level >= $2 group by `agency`")
    #expect(try database.run(query).rowCount == 2)
    #expect(try database.run(Query(text: "count services")).value() == 5)
  }

  @Test(arguments: [
    "Bộ", "'", "\"", "\\", "\n", "`", "$1", "\u{0}", "a\" or true or \"", "' or 1 = 1 --",
    "x) or (true", "”", "\u{1B}[31m", "\r\n; list services", "\\(1)", "# x", "\\u{41}",
  ])
  func valuesNeverChangeTheQuery(_ text: String) throws {
    let database = Database()
    database["t"] = try Table {
      NamedColumn("word", [text, "other", "third"])
      NamedColumn("n", [1, 2, 3])
    }
    let rows = try database.run("list n from t where word = \(text)")
    #expect(try rows.tuples(Int.self) == [1])
    #expect(
      try database.run("list n from t where word in \([text, "third"])").tuples(Int.self) == [1, 3])
    #expect(try database.run("list n from t where word != \(text)").tuples(Int.self) == [2, 3])
    #expect(try database.run("list \(text) as w from t").tuples(String.self) == [text, text, text])
  }

  @Test(arguments: [
    "name", "a b", "where", "`", "``", "a`b", "'", "\"", "$1", "1", "-- x", "a.b", "Tên phí",
    "x) or (true", "\\",
  ])
  func namesNeverChangeTheQuery(_ name: String) throws {
    let database = Database()
    database[name] = try Table {
      NamedColumn(name, [1, 2])
      NamedColumn("other", [3, 4])
    }
    #expect(try database.run("sum \(name: name) from \(name: name)").value() == 3)
    #expect(
      try database.run("list \(name: name) from \(name: name) where \(name: name) = \(2)").value()
        == 2)
  }

  @Test(arguments: ["a\nb", "a\r", "x\u{0}", ""])
  func namesThatCannotBeWrittenAreErrors(_ name: String) throws {
    let database = try Services.database()
    #expect(!thrown { _ = try database.run("list \(name: name) from services") }.isEmpty)
  }

  @Test func numbersOfValuesNeverMeet() throws {
    let database = try Services.database()
    let query: Query = "list name from services where level = \(2)0 or level = \(3)"
    #expect(query.text == "list name from services where level = $1 0 or level = $2")
    #expect(thrown { _ = try database.run(query) }.hasPrefix("syntax: "))
    let mixed: Query = "count services where level = $1 and level = \(3)"
    #expect(mixed.text == "count services where level = $1 and level = $2")
    #expect(thrown { _ = try database.run(mixed) } == "name: no value was given for $1")
    let split: Query = "count services where level = $\(Query(text: "1")) and level = \(3)"
    #expect(split.text == "count services where level = $1 and level = $2")
    let large: Query = "count services where level = $99999999999999999999 and level = \(3)"
    #expect(!thrown { _ = try database.run(large) }.isEmpty)
    #expect(
      thrown { _ = try database.run("count services where level = $2") }
        == "name: no value was given for $2")
  }

  @Test(
    arguments: [
      "count services where agency = '\("x")'", "count services where agency = \"\("x")\"",
      "count services where `\("agency")` = 1", "count services # \(1)",
      "count services where name = 'it\\'s \(1)'",
    ] as [Query])
  func valuesInQuotesAreErrors(_ query: Query) throws {
    let message = thrown { _ = try Services.database().run(query) }
    #expect(
      message
        == "parameter: a value stands in quotes, backticks or a comment, where nothing is bound")
  }

  @Test func missingValuesAndListsOfNothing() throws {
    let database = try Services.database()
    #expect(try database.run("count services where agency in \([String]())").value() == 0)
    #expect(thrown { _ = try database.run("count services where level = \([1, 2])") } != "")
  }
}

@Suite struct ErrorTests {
  @Test func errorsCarryDiagnosticsAndTheirPicture() throws {
    let database = try Services.database()
    do throws(QueryError) {
      _ = try database.run("count servces where level >= \(3)")
      Issue.record("an unknown table has an answer")
    } catch {
      #expect(error.kind == .name)
      #expect(error.diagnostics.count == 1)
      #expect(error.diagnostics[0].suggestion == "services")
      #expect(
        error.rendered() == """
          error[T0201]: no table "servces"
           --> <query>:1:7
          1 | count servces where level >= $1
            |       ^^^^^^^ did you mean "services"?
            = tables: services
            = fix: write services
            + count services where level >= $1
          """)
      #expect(error.description == error.rendered())
      #expect(error.rendered(color: true).contains("\u{1B}[1;31merror[T0201]\u{1B}[0m"))
    }
  }

  @Test func errorsWithoutAPlaceAreOneLine() {
    let error = QueryError(kind: .memory, message: "too\u{1B}[2J much")
    #expect(error.rendered().hasPrefix("error: too"))
    #expect(!error.rendered().contains("\u{1B}"))
    #expect(error.rendered(color: true).hasPrefix("\u{1B}[1;31merror\u{1B}[0m: too"))
    #expect(error.diagnostics.isEmpty)
  }

  @Test func checksFindWhatRunningWouldFind() throws {
    let database = try Services.database()
    #expect(database.check("count services where level >= 3").isEmpty)
    let found = database.check("count services where levl >= 3")
    #expect(found.map(\.code.id) == ["T0203"])
    #expect(found.first?.suggestion == "level")
    #expect(database.check("count services wher level").count >= 1)
    #expect(database.snapshot().check("count x").map(\.code.id) == ["T0201"])
  }

  @Test func explanationsAreTexts() throws {
    let text = try Services.database().explain("count services where level >= 3 group by agency")
    #expect(
      text.split(separator: "\n").prefix(2) == [
        "Counts the rows of services whose level is at least 3, for each agency.",
        "read 5 rows of services",
      ])
    #expect(text.contains("keep rows where level >= 3"))
    #expect(text.contains("use a table of slots: keys have "))
    let top = try Services.database().explain("list agency from services top 2 by level")
    #expect(top.contains("no others are put in order"))
    let ordered = try Services.database().explain(
      "list agency from services order by fee top 2 by level")
    #expect(ordered.contains("order all rows to find them"))
    #expect(thrown { _ = try Services.database().explain("count x") } == "name: no table \"x\"")
  }
}
