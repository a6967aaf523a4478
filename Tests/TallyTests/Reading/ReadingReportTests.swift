import Testing

@testable import Tally

/// The account of how a file was read.
@Suite struct ReadingReportTests {
  private let text = """
    agency;services;share;as_of;note
    A;977;59,7%;29/12/2020;x
    B;1.853;32,9%;01/02/2021;12
    C;;83,3%;;"y"
    """

  @Test func describesTheFile() throws {
    let report = try readText("\u{FEFF}" + text.replacing("\n", with: "\r\n")).report
    let file = try #require(report.files.first)
    #expect(file.path == "t.csv" && file.encoding == .utf8 && file.hasByteOrderMark)
    #expect(file.delimiter == ";" && file.newline == "CRLF" && file.hasHeader)
    #expect(file.rowCount == 3 && report.rowCount == 3)
    #expect(file.byteCount == text.utf8.count + 3 + 3)
  }

  @Test func describesColumns() throws {
    let report = try readText(text).report
    #expect(report.columns.map(\.name) == ["agency", "services", "share", "as_of", "note"])
    #expect(report.columns.map(\.format) == ["", "#.##0", "0,0%", "dd/mm/yyyy", ""])
    #expect(report.columns.map(\.missingCount) == [0, 1, 0, 1, 0])
    #expect(report.columns[0].distinctCount == 3)
    #expect(report.columns[1].evidence == "column share has a decimal comma")
    #expect(report.columns[4].evidence == "`x` (t.csv:2) is text")
  }

  @Test func namesWhatWasRejectedAndWhere() throws {
    let rejected = try readText(text).report.columns[3].rejected
    let found = rejected.first { $0.reading == "date, month first" }
    #expect(found?.cell == "29/12/2020")
    #expect(found?.place == LoadReport.Place(path: "t.csv", line: 2))
    let late = try readText("n,m\n1,a\n2,b\n1.5,c\nx,d\n").report.columns[0]
    #expect(
      late.rejected.first { $0.reading == "integer" }?.place.description == "t.csv:4")
    #expect(
      late.rejected.first { $0.reading == "decimal point" }?.place.description == "t.csv:5")
    #expect(
      late.evidence.hasPrefix("`x` (t.csv:5) is text; what stands before it reads as decimal point")
    )
  }

  @Test func proposesMissingMarks() throws {
    let column = try readText("n,m\n1,a\nn/a,b\n").report.columns[0]
    #expect(column.notes == ["if `n/a` stands for no value, say so: missing \"n/a\""])
  }

  /// What the report proposes to paste reads the same table, and asks nothing.
  @Test(arguments: [
    "agency;services;share;as_of\nA;977;59,7%;29/12/2020\nB;1.853;32,9%;01/02/2021\n",
    "a,b,c\n1,x,2020-01-01\n2,y,2021-02-03\n", "1,2\n3,4\n", "from,`x`,a b\n1.5,2,3\n",
    "a\tb\n1,5\t7.5e-05\n", "a,b\n007,+5\n",
  ])
  func proposesLoad(text: String) throws {
    let path = try temporaryFile(text)
    let first = try DelimitedReader.read(.file(path), context: RunContext())
    let database = Database()
    var script = ScriptOptions()
    script.files = .from(folder: "/")
    var reports: [LoadReport] = []
    try database.runScript(SourceText(first.report.explicitLoad), options: script) {
      (outcome) throws(QueryError) in
      if case .loaded(let report) = outcome.result { reports.append(report) }
    }
    let second = try #require(database["t"])
    #expect(second.columnNames == first.table.columnNames)
    #expect(second.columns.map(\.type) == first.table.columns.map(\.type))
    for (column, other) in zip(first.table.columns, second.columns) {
      #expect((0..<column.count).allSatisfy { column[$0] == other[$0] })
    }
    #expect(reports.map(\.explicitLoad) == [first.report.explicitLoad])
  }

  @Test func showsPlacesInTheSource() throws {
    let error = #expect(throws: QueryError.self) { try readText("a,b\nx,1\ny,2,3\nz\n") }
    let source = try #require(error?.source)
    let rendered = try #require(error?.diagnostics.first).rendered(in: source)
    #expect(
      rendered == """
        error[T0304]: 2 rows don't have 2 fields: t.csv:3 has 3 fields, t.csv:4 has 1 field
         --> t.csv:3:1
        3 | y,2,3
          | ^^^^^ 3 fields
        4 | z
          | ^ 1 field
          = a field that holds the delimiter stands in quotes
          = lenient fills up short rows with missing values

        """)
  }
}
