import Testing

@testable import Tally

/// The files that are difficult on purpose.
@Suite struct ReadingFilesTests {
  private func types(
    _ file: String, _ options: LoadOptions = LoadOptions()
  ) throws(QueryError) -> [String] {
    try readFile("Datasets/dirty/" + file, options).table.columns.map { $0.type.name }
  }

  @Test(arguments: [
    ("codes.csv", ["text", "text", "text", "integer"]),
    ("control_characters.csv", ["text", "text"]),
    ("dates_impossible.csv", ["text", "text"]),
    ("header_only.csv", ["text", "text", "text"]),
    ("late_decimal.csv", ["integer", "decimal"]),
    ("late_text.csv", ["integer", "text"]),
    ("long_numbers.csv", ["text", "integer"]),
    ("missing_marks.csv", ["integer", "text"]),
    ("nfc_nfd.csv", ["text", "integer"]),
    ("not_numbers.csv", ["integer", "text"]),
    ("numbers_contradictory.csv", ["text", "text"]),
    ("numbers_settled.csv", ["text", "integer", "percent", "date"]),
    ("quoted_newlines.csv", ["text", "text", "integer"]),
    ("total_rows.csv", ["text", "text", "integer"]),
    ("utf16le_bom.csv", ["text", "integer"]),
    ("utf8_bom_sep.csv", ["text", "integer", "decimal"]),
  ])
  func findsTypes(file: String, expected: [String]) throws {
    #expect(try types(file) == expected)
  }

  @Test(arguments: [
    ("broken_utf8.csv", DiagnosticCode.malformedEncoding, 3),
    ("dates_ambiguous.csv", .ambiguousReading, 2),
    ("numbers_ambiguous.csv", .ambiguousReading, 2),
    ("dates_two_digit_year.csv", .ambiguousReading, 2),
    ("headers.csv", .unusableColumnNames, 1),
    ("mixed_line_ends.csv", .raggedRows, 3),
    ("open_quote.csv", .malformedQuotes, 2),
    ("ragged_long.csv", .raggedRows, 4),
    ("ragged_short.csv", .raggedRows, 3),
    ("windows_1258.csv", .malformedEncoding, 1),
  ])
  func refuses(file: String, code: DiagnosticCode, line: Int) throws {
    let error = try #require(throws: QueryError.self) {
      try readFile("Datasets/dirty/" + file)
    }
    #expect(error.kind == .data)
    let diagnostic = try #require(error.diagnostics.first)
    #expect(diagnostic.code == code)
    #expect(error.source?.position(at: diagnostic.span.start).line == line)
    #expect(error.message.contains("\(file):\(line)"))
  }

  @Test func settlesTheDotByTheCommaOfAnotherColumn() throws {
    let table = try readFile("Datasets/dirty/numbers_settled.csv").table
    #expect(table.columns[1][1] == .integer(1853))
    #expect(table.columns[2][1] == .percent(ExactDecimal(coefficient: 329, scale: 3)))
    #expect(
      table.columns[3][0] == CalendarDate(year: 2020, month: 12, day: 29).map(CellValue.date))
  }

  @Test func readsWindows1258() throws {
    var options = LoadOptions()
    options.encoding = .windows1258
    let table = try readFile("Datasets/dirty/windows_1258.csv", options).table
    #expect(table.columnNames == ["cơ quan", "dịch vụ"])
    #expect(table.columns[0][0] == .text("Bộ Tài chính"))
  }

  @Test func unitesForms() throws {
    let report = try readFile("Datasets/dirty/nfc_nfd.csv").report
    #expect(report.columns[0].distinctCount == 2)
  }
}
