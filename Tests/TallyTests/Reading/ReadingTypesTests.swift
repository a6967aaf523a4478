import Testing

@testable import Tally

/// Types and formats that columns of cells are found to have.
@Suite struct ReadingTypesTests {
  /// Reads one column of cells, each quoted if it holds a comma.
  private func column(
    _ cells: [String], _ options: LoadOptions = LoadOptions()
  ) throws(QueryError) -> (Column, ColumnReport) {
    var options = options
    options.header = .present
    options.delimiter = ";"
    // A comma as second field proves nothing and keeps `;` from deciding alone.
    let lines = ["v"] + cells.map { "\"\($0)\"" }
    let loaded = try readText(lines.joined(separator: "\n") + "\n", options)
    return (loaded.table.columns[0], loaded.report.columns[0])
  }

  @Test(arguments: [
    (["1", "-20", "300"], ColumnType.integer, "0"),
    (["0", "1000000"], .integer, "0"),
    (["999999999999999999"], .integer, "0"),
    (["1.5", "-0.25", "3"], .decimal(scale: 2), "0.##"),
    (["1.50", "2.25"], .decimal(scale: 2), "0.00"),
    (["1,5", "2,75"], .decimal(scale: 2), "0,##"),
    (["1.234.567", "12"], .integer, "#.##0"),
    (["1,234,567", "12"], .integer, "#,##0"),
    (["1 234", "12 345", "7"], .integer, "# ##0"),
    (["1\u{A0}234"], .integer, "#\u{A0}##0"),
    (["1\u{2009}234\u{2009}567"], .integer, "#\u{2009}##0"),
    (["1'234"], .integer, "#'##0"),
    (["1.234,50", "0,25"], .decimal(scale: 2), "#.##0,00"),
    (["1,234.5", "17"], .decimal(scale: 1), "#,##0.#"),
    (["32,9%", "51,0%"], .percent(scale: 3), "0,0%"),
    (["51%", "7%"], .percent(scale: 2), "0%"),
    (["51 %", "7,5 %"], .percent(scale: 3), "0,# %"),
    (["7.5e-05", "0.5", "12"], .decimal(scale: 6), "0.###### or 0e-00"),
    (["12345678901234567890.5"], .decimal(scale: 1), "0.0"),
    (["true", "false"], .boolean, "true/false"),
    (["TRUE", "FALSE"], .boolean, "TRUE/FALSE"),
    (["2020-12-29", "2021-01-02"], .date, "yyyy-mm-dd"),
    (["29/12/2020", "01/02/2021"], .date, "dd/mm/yyyy"),
    (["12/29/2020", "01/02/2021"], .date, "mm/dd/yyyy"),
    (["7/3/2019", "29/12/2020"], .date, "d/m/yyyy"),
    (["07/3/2019", "29/01/2020"], .date, "dd/(m)m/yyyy"),
    (["29-12-2020"], .date, "dd-mm-yyyy"),
    (["29.12.2020"], .date, "dd.mm.yyyy"),
    (["2020/12/29"], .date, "yyyy/mm/dd"),
    (["2020-12-29T23:59:01"], .dateTime, "yyyy-mm-ddThh:mm:ss"),
    (["2020-12-29 23:59"], .dateTime, "yyyy-mm-dd hh:mm"),
    (["2020-12-29T23:59:01.250Z"], .dateTime, "yyyy-mm-ddThh:mm:ss.fffZ"),
    (["25/05/2022 9:53", "11/05/2022 13:53"], .dateTime, "dd/mm/yyyy h:mm"),
    (["2025-Q1", "2024-Q4"], .period(.quarter), "yyyy-Qq"),
    (["2025-03", "2024-12"], .period(.month), "yyyy-mm"),
    (["3/2020", "12/2020"], .period(.month), "m/yyyy"),
    (["2025-W07"], .period(.week), "yyyy-Www"),
    (["2019", "2020"], .integer, "0"),
  ])
  func findsTypes(cells: [String], type: ColumnType, format: String) throws {
    let (column, report) = try column(cells)
    #expect(column.type == type)
    #expect(report.format == format)
    #expect(column.count == cells.count)
  }

  @Test(arguments: [
    ["007", "12"], ["+84912345678"], ["1e5"], ["1E-05"], ["-0"], ["-0.0"], ["1.5", "1.50"],
    [" 12"], ["12 "], ["0x1F"], ["NaN"], ["1.5", "inf"], ["1e999"], ["1e400"], [".5"], ["5."],
    ["--5"], ["(5)"], ["5-"], ["$5"], ["12,34,567"], ["1.2.3"], ["1.234,567.8"],
    ["0912 345 678"], ["912 345 678", "987 654 321"], ["1234567890123456789"],
    ["1.5", "1,5"], ["50%", "50"], ["true", "TRUE"], ["yes", "no"], ["t", "f"],
    ["2021-02-29"], ["2021-2-03", "2021-10-3"], ["29/12/2020", "12/29/2020"],
    ["2020-12-29", "2020-12-29 10:00"], ["2020-12-29 24:00"], ["2020-12-29 10:60"],
    ["2020-12-29T10:00:00.1234567"], ["14:30"], ["2025-Q5"], ["2025-13"], ["13-3"],
    ["611/1.853"], ["5", "2 %", "3"], ["1.853.000", "1,853,000"], ["7.5e-05", "0.000075"],
    ["0.000001", "1.5e-7"],
  ])
  func keepsText(cells: [String]) throws {
    let (column, _) = try column(cells)
    #expect(column.type == .text)
    #expect((0..<column.count).map { column[$0] } == cells.map { .text($0) })
  }

  @Test(arguments: [
    ("1.853", "1,234.5", ColumnType.decimal(scale: 3), 1853),
    ("1.853", "1.234,5", .integer, 1853), ("1,853", "1,234.5", .integer, 1853),
    ("32,9%", "1.234,5", .percent(scale: 3), 329),
  ])
  func followsNumberStyle(
    cell: String, style: String, type: ColumnType, coefficient: Int
  ) throws {
    var options = LoadOptions()
    options.numbers = LoadOptions.NumberStyle(rawValue: style)
    let (column, _) = try column([cell], options)
    #expect(column.type == type)
    let value = ExactDecimal(coefficient: Int128(coefficient), scale: type.scale)
    let expected: CellValue =
      switch type {
      case .integer: .integer(value.coefficient)
      case .percent: .percent(value)
      default: .decimal(value)
      }
    #expect(column[0] == expected)
  }

  @Test func storesWhatWasWritten() throws {
    let (column, _) = try column(["12345678901234567890123456789.123456789", "-1.5"])
    #expect(column.type == .decimal(scale: 9))
    #expect(
      column[0]
        == .decimal(
          ExactDecimal(coefficient: 12_345_678_901_234_567_890_123_456_789_123_456_789, scale: 9)))
    #expect(column[1] == .decimal(ExactDecimal(coefficient: -1_500_000_000, scale: 9)))
  }

  @Test func leavesTextWhereThirtyEightDigitsAreTooFew() throws {
    let (column, report) = try column(
      ["12345678901234567890123456789", "0.1234567890123"])
    #expect(column.type == .text)
    #expect(report.evidence == "its numbers together need more than 38 digits")
  }

  /// A value that contradicts a column after many rows leaves every row as it was written.
  @Test(arguments: [
    ("1", "x"), ("1.20", "1.5"), ("2020-12-29", "?"), ("true", "maybe"), ("-17", "007"),
    ("1.234.567", "1234"), ("7,5%", "7,5"),
  ])
  func regeneratesText(cell: String, last: String) throws {
    let cells = [String](repeating: cell, count: 40_000) + [last]
    let (column, report) = try column(cells)
    #expect(column.type == .text)
    #expect(column[0] == .text(cell) && column[39_999] == .text(cell))
    #expect(column[40_000] == .text(last))
    #expect(report.evidence.contains("`\(last)` (t.csv:40002) is text; what"))
  }

  @Test func widensWholeNumbers() throws {
    let cells = (1...30_000).map(String.init) + ["1.5"]
    let (column, _) = try column(cells)
    #expect(column.type == .decimal(scale: 1))
    #expect(column[29_999] == .decimal(ExactDecimal(coefficient: 300_000, scale: 1)))
    #expect(column[30_000] == .decimal(ExactDecimal(coefficient: 15, scale: 1)))
  }
}
