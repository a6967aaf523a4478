import Testing

@testable import Tally

/// Files that can be read in two ways: the question, its mends, and what a person at the prompt
/// gets.
@Suite struct ReadingQuestionsTests {
  private func error(
    _ text: String, _ options: LoadOptions = LoadOptions()
  ) -> (code: String, message: String, help: [String]) {
    do throws(QueryError) {
      _ = try readText(text, options)
      return ("none", "", [])
    } catch {
      let diagnostic = error.diagnostics.first
      return (diagnostic?.code.id ?? "", error.message, diagnostic?.help ?? [])
    }
  }

  private func noted(_ text: String) throws -> LoadedTable {
    var options = LoadOptions()
    options.ambiguity = .noted
    return try readText(text, options)
  }

  @Test func asksWhatDotsMean() throws {
    let text = "a,n\nx,1.853\ny,12.004\n"
    let found = error(text)
    #expect(found.code == "T0310")
    #expect(
      found.message
        == "column \"n\" can be read in two ways: `1.853` is 1853 or 1.853 (t.csv:2)")
    #expect(
      found.help == [
        "numbers \"1.234,5\" reads 1853", "numbers \"1,234.5\" reads 1.853",
        "types (n text) keeps what is written",
      ])
    var options = LoadOptions()
    options.numbers = .decimalComma
    #expect(try readText(text, options).table.columns[1][1] == .integer(12004))
    options.numbers = .decimalPoint
    #expect(
      try readText(text, options).table.columns[1][1]
        == .decimal(ExactDecimal(coefficient: 12004, scale: 3)))
    options.numbers = nil
    options.types = ["n": .text]
    #expect(try readText(text, options).table.columns[1][1] == .text("12.004"))
    let loaded = try noted(text)
    #expect(loaded.table.columns[1].type == .decimal(scale: 3))
    #expect(
      loaded.report.columns[1].notes == [
        "`1.853` can be 1.853 or 1853 and is read as 1.853; "
          + "numbers \"1.234,5\" reads it the other way"
      ])
  }

  @Test(arguments: [
    ("a,n\n\"32,9%\",1.853\n", ColumnType.integer),
    ("a,n\n\"1.234,5\",1.853\n", .integer),
    ("a,n\n\"1,5\",1.853\n", .integer),
    ("a,n\n1.5,1.853\n", .decimal(scale: 3)),
    ("a,n\n1.234.567,1.853\n", .integer),
    ("a;n\nx;1.853\n", .integer),
    ("a;n\n1.5;1.853\n", .decimal(scale: 3)),
  ])
  func letsOtherColumnsDecide(text: String, type: ColumnType) throws {
    #expect(try readText(text).table.columns[1].type == type)
  }

  @Test func letsOtherColumnsContradict() {
    #expect(error("a,b,n\n\"1,5\",1.5,1.853\n").code == "T0310")
    #expect(error("a,b,d\n29/12/2020,12/29/2020,01/02/2021\n").code == "T0310")
  }

  @Test func asksWhichIsTheDay() throws {
    let text = "s,d\nA,01/02/2021\nB,11/12/2021\n"
    let found = error(text)
    #expect(
      found.message
        == "column \"d\" can be read in two ways: "
        + "`01/02/2021` is 2021-02-01 or 2021-01-02 (t.csv:2)")
    #expect(found.help.prefix(2) == ["dates dmy reads 2021-02-01", "dates mdy reads 2021-01-02"])
    var options = LoadOptions()
    options.dates = .monthFirst
    #expect(
      try readText(text, options).table.columns[1][1]
        == CalendarDate(year: 2021, month: 11, day: 12).map(CellValue.date))
    let loaded = try noted(text)
    #expect(
      loaded.table.columns[1][1]
        == CalendarDate(year: 2021, month: 12, day: 11).map(CellValue.date))
    #expect(loaded.report.columns[1].notes.count == 1)
    let settled = try readText("d,e\n01/02/2021,29/12/2020\n").table
    #expect(
      settled.columns[0][0] == CalendarDate(year: 2021, month: 2, day: 1).map(CellValue.date))
  }

  @Test func asksNothingWhereBothGiveTheSame() throws {
    #expect(try readText("s,d\nA,01/01/2021\nB,05/05/2021\n").table.columns[1].type == .date)
    #expect(try readText("s,n\nA,1 853\nB,17\n").table.columns[1].type == .integer)
  }

  @Test func asksForTheCentury() throws {
    let found = error("s,d\nA,29/12/20\n")
    #expect(found.code == "T0310")
    #expect(
      found.message == "column \"d\" may hold dates without a century: `29/12/20` (t.csv:2)")
    #expect(try noted("s,d\nA,29/12/20\n").table.columns[1].type == .text)
  }

  @Test func asksForMonthOrNumber() throws {
    let text = "s,m\nA,4.2020\nB,12.2020\n"
    #expect(
      error(text).message
        == "column \"m\" can be read in two ways: `4.2020` is a month or a number (t.csv:2)")
    var options = LoadOptions()
    options.types = ["m": .period]
    #expect(try readText(text, options).table.columns[1].type == .period(.month))
    options.types = ["m": .decimal]
    #expect(try readText(text, options).table.columns[1].type == .decimal(scale: 4))
  }

  @Test(arguments: [
    ("name,n\na,1\nb,2\n", true),
    ("1,2\n3,4\n", false),
    ("a\nb\nc\n", true),
    ("a\nb\na\n", false),
    ("province,2019,count\nx,1,2\n", true),
    ("2020-01-01,5\n2020-01-02,6\n", false),
    (",a,b\n1,2,3\n", true),
  ])
  func decidesAboutHeaders(text: String, isHeader: Bool) throws {
    var options = LoadOptions()
    options.isLenient = true
    #expect(try readText(text, options).report.files[0].hasHeader == isHeader)
  }

  @Test(arguments: ["a,1\nb,2\n", "province,2019,2020\nx,1,2\n", "n/a,5\n3,6\n"])
  func asksForTheHeader(text: String) throws {
    let found = error(text)
    #expect(found.code == "T0307")
    #expect(found.help == ["header reads it as names, no header as data"])
    var options = LoadOptions()
    options.header = .present
    let rows = text.split(separator: "\n").count
    #expect(try readText(text, options).table.rowCount == rows - 1)
    options.header = .absent
    #expect(try readText(text, options).table.rowCount == rows)
    let loaded = try noted(text)
    #expect(loaded.table.rowCount == rows && loaded.report.notes.count == 1)
  }

  @Test func asksForTheDelimiter() throws {
    let text = "a|b;c\nx|y;z\n"
    let found = error(text)
    #expect(found.code == "T0308")
    #expect(found.message == "t.csv: `;` and `|` split every row alike")
    #expect(found.help == ["say which it is: delimiter \";\""])
    var options = LoadOptions()
    options.delimiter = "|"
    #expect(try readText(text, options).table.columnNames == ["a", "b;c"])
    #expect(try noted(text).table.columnNames == ["a|b", "c"])
  }

  @Test func namesAllColumnsInQuestion() {
    let found = error("n,m,k\n1.853,2.004,x\n")
    #expect(found.help.last == "the same question stands for \"m\"")
  }
}
