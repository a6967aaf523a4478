import Testing

@testable import TallySyntax

@Suite struct LiteralTests {
  private func literal(_ text: String) -> LiteralSyntax? {
    let (expression, diagnostics) = parseExpression(SourceText(text))
    guard diagnostics.isEmpty, case .literal(let literal) = expression?.kind else { return nil }
    return literal
  }

  @Test(arguments: [
    ("0", 0, 0), ("007", 7, 0), ("1.50", 150, 2), ("1e3", 1000, 0), ("2.5e-3", 25, 4),
    ("2.5e1", 25, 0), ("1.25E+1", 125, 1), ("1e-38", 1, 38),
    ("170141183460469231731687303715884105727", Int128.max, 0),
  ])
  func readsNumbers(text: String, coefficient: Int128, scale: Int) {
    guard case .number(let number) = literal(text) else {
      Issue.record("no number")
      return
    }
    #expect(number.coefficient == coefficient && number.scale == scale)
    #expect(number.isInteger == (scale == 0))
  }

  @Test(arguments: [
    "170141183460469231731687303715884105728", "1e39", "1e-39", "1e999999999999999999999",
    "0.000000000000000000000000000000000000001",
  ])
  func refusesLongNumbers(text: String) {
    #expect(parseExpression(SourceText(text)).diagnostics.map(\.code) == [.numberTooLong])
  }

  @Test(arguments: [
    ("@2025", PeriodSyntax.year(2025)), ("@2025-H2", .half(year: 2025, half: 2)),
    ("@2025-q1", .quarter(year: 2025, quarter: 1)), ("@2025-03", .month(year: 2025, month: 3)),
    ("@2020-W53", .week(year: 2020, week: 53)), ("@2026-W53", .week(year: 2026, week: 53)),
    ("@2000-02-29", .day(year: 2000, month: 2, day: 29)),
  ])
  func readsPeriods(text: String, period: PeriodSyntax) {
    guard case .period(let read) = literal(text) else {
      Issue.record("no period")
      return
    }
    #expect(read == period)
  }

  @Test func readsInstants() {
    guard case .period(.instant(let time)) = literal("@2025-03-01T13:53:07.12+07:00"),
      case .period(.instant(let zulu)) = literal("@2025-03-01T00:00Z"),
      case .period(.instant(let local)) = literal("@2025-03-01t23:59")
    else {
      Issue.record("no instant")
      return
    }
    #expect(time.second == 7 && time.nanosecond == 120_000_000 && time.offset == 420)
    #expect(zulu.offset == 0 && local.offset == nil && local.minute == 59)
  }

  @Test(arguments: [
    "@2025-00", "@2025-13", "@2025-02-29", "@1900-02-29", "@2025-Q5", "@2025-H3", "@2025-W53",
    "@2025-W00", "@2025-03-32", "@2025-03-01T24:00", "@2025-03-01T10:60", "@2025-03-01T10:00:60",
    "@2025-03-01T10:00+19:00", "@2025-03-01T10:00:00.1234567891", "@25", "@", "@2025-Q", "@2025x",
    "@2025-03-1",
  ])
  func refusesDatesOutsideTheCalendar(text: String) {
    #expect(parseExpression(SourceText(text)).diagnostics.first?.code == .malformedDate)
  }

  @Test(arguments: [
    (#""a\n\t\r\"\'\\\u{1EC7}""#, "a\n\t\r\"'\\ệ"), ("'a \"b\"'", "a \"b\""),
    ("“a 'b' \"c\"”", "a 'b' \"c\""),
    ("‘a’", "a"), ("„a“", "a"), ("\"e\u{302}\u{323}\"", "ệ"), ("\"\"", ""), ("\"a\nb\"", "a\nb"),
    ("\"# a -- b\"", "# a -- b"),
  ])
  func readsTexts(text: String, value: String) {
    guard case .text(let read) = literal(text) else {
      Issue.record("no text")
      return
    }
    #expect(Array(read.unicodeScalars) == Array(value.unicodeScalars))
  }

  @Test func normalisesNames() {
    let decomposed = parseExpression(SourceText("co\u{31B}_quan")).expression?.kind
    guard case .name(let path) = decomposed else {
      Issue.record("no name")
      return
    }
    #expect(Array(path.text.utf8) == Array("cơ_quan".utf8))
  }

  @Test func readsSpansAndPercents() {
    guard case .span(let count, .day) = literal("30 days"),
      case .percent(let share) = literal("60%")
    else {
      Issue.record("no span")
      return
    }
    #expect(count.integer == 30 && share.integer == 60)
    guard case .binary(let product) = parseExpression(SourceText("days * 2")).expression?.kind
    else {
      Issue.record("`days` is no name")
      return
    }
    #expect(product.operator == .multiply)
  }
}
