import Foundation
import Tally
import Testing

@Suite struct ValueTextTests {
  @Test(arguments: ["0", "-0.329", "12.50", "99999999999999999999999999999999999999"])
  func decimalsReadWhatTheyWrite(_ text: String) {
    #expect(ExactDecimal(text)?.description == text)
  }

  @Test(arguments: ["", "-", ".5", "5.", "1.2.3", "1e5", "+1", "1,5", "٣", "1 "])
  func otherTextsAreNoDecimals(_ text: String) { #expect(ExactDecimal(text) == nil) }

  @Test(arguments: ["2020-02-29", "0001-01-01", "9999-12-31"])
  func daysReadWhatTheyWrite(_ text: String) { #expect(CalendarDate(text)?.description == text) }

  @Test(arguments: [
    "2021-02-29", "2020-2-29", "20200229", "2020-13-01", "-020-01-01", "+025-01-01", "x",
  ])
  func otherTextsAreNoDays(_ text: String) { #expect(CalendarDate(text) == nil) }

  @Test(arguments: ["2025", "2025-Q1", "2025-Q4", "2025-03", "2025-W07", "2020-W53", "0001-W01"])
  func periodsReadWhatTheyWrite(_ text: String) {
    #expect(CalendarPeriod(text)?.description == text)
  }

  @Test(arguments: [
    "2025-Q0", "2025-Q5", "2025-13", "2025-W54", "2025-W00", "2021-W53", "0000", "25",
  ])
  func otherTextsAreNoPeriods(_ text: String) { #expect(CalendarPeriod(text) == nil) }

  @Test func valuesTravelThroughOtherCoders() throws {
    let cells: [CellValue] = [
      .missing, .boolean(true), .integer(.max), .decimal(ExactDecimal(coefficient: 15, scale: 1)),
      .percent(ExactDecimal(coefficient: 329, scale: 3)), .float(0.1), .ratio(0.5), .text("Bộ"),
      .date(CalendarDate(daysSince1970: 20_000)), .dateTime(5), .duration(-7),
      .period(CalendarPeriod(.week, index: 2000)),
    ]
    let data = try JSONEncoder().encode(cells)
    #expect(try JSONDecoder().decode([CellValue].self, from: data) == cells)
    #expect(
      String(decoding: try JSONEncoder().encode([cells[3]]), as: UTF8.self)
        == "[{\"decimal\":\"1.5\"}]")
    for bad in ["{}", "{\"text\":\"a\",\"float\":1}", "{\"integer\":\"x\"}", "{\"date\":\"x\"}"] {
      #expect(throws: DecodingError.self) {
        try JSONDecoder().decode(CellValue.self, from: Data(bad.utf8))
      }
    }
  }
}
