import Testing

@testable import Tally

/// One call of a function and what it gives.
struct FunctionCase: CustomTestStringConvertible, Sendable {
  var name: String
  var arguments: [BoundExpression]
  var expected: CellValue

  init(_ name: String, _ arguments: [BoundExpression], _ expected: CellValue) {
    self.name = name
    self.arguments = arguments
    self.expected = expected
  }

  var testDescription: String {
    "\(name)(\(arguments.map(\.outline).joined(separator: ", "))) → \(expected)"
  }
}

/// What each function of the catalogue gives.
@Suite struct FunctionTests {
  typealias H = Harness

  static func exact(_ coefficient: Int128, _ scale: Int) -> CellValue {
    .decimal(ExactDecimal(coefficient: coefficient, scale: scale))
  }

  static func percent(_ coefficient: Int128, _ scale: Int) -> CellValue {
    .percent(ExactDecimal(coefficient: coefficient, scale: scale))
  }

  static func period(_ unit: PeriodUnit, _ year: Int, _ month: Int, _ day: Int) -> CellValue {
    guard let day = CalendarDate(year: year, month: month, day: day) else { return .missing }
    return .period(CalendarPeriod(unit, containing: day))
  }

  static let textCases: [FunctionCase] = [
    FunctionCase("lower", [H.text("Bộ Y TẾ")], .text("bộ y tế")),
    FunctionCase("lower", [H.text("ABC xyz 12")], .text("abc xyz 12")),
    FunctionCase("lower", [H.missing(.text)], .missing),
    FunctionCase("upper", [H.text("Bộ Y tế")], .text("BỘ Y TẾ")),
    FunctionCase("upper", [H.text("đường ß")], .text("ĐƯỜNG SS")),
    FunctionCase("trim", [H.text("  Hà Nội ")], .text("Hà Nội")),
    FunctionCase("trim", [H.text("\u{A0}\u{200B}x y\u{2009}\u{FEFF}")], .text("x y")),
    FunctionCase("trim", [H.text(" \t\n ")], .text("")),
    FunctionCase("fold", [H.text("Đường Láng")], .text("duong lang")),
    FunctionCase("fold", [H.text("Straße Œuvre Łódź Çağ")], .text("strasse oeuvre lodz cag")),
    FunctionCase("fold", [H.text("サービス 서울")], .text("サービス 서울")),
    FunctionCase("length", [H.text("tiếng")], .integer(5)),
    FunctionCase("length", [H.text("👨‍👩‍👧🇻🇳")], .integer(2)),
    FunctionCase("length", [H.text("a\r\nb")], .integer(3)),
    FunctionCase("length", [H.text("")], .integer(0)),
    FunctionCase("replace", [H.text("a-b-c"), H.text("-"), H.text("/")], .text("a/b/c")),
    FunctionCase("replace", [H.text("aaa"), H.text("aa"), H.text("b")], .text("ba")),
    FunctionCase("replace", [H.text("abc"), H.text(""), H.text("x")], .text("abc")),
    FunctionCase(
      "replace", [H.text("ex"), H.text("x"), H.text("\u{301}")], .text("é")),
    FunctionCase("left", [H.text("BTC-L4-0001"), H.whole(3)], .text("BTC")),
    FunctionCase("left", [H.text("hộ tịch"), H.whole(2)], .text("hộ")),
    FunctionCase("left", [H.text("abc"), H.whole(-1)], .text("")),
    FunctionCase("left", [H.text("abc"), H.whole(9)], .text("abc")),
    FunctionCase("left", [H.text("abc"), H.whole(Int128(Int64.max))], .text("abc")),
    FunctionCase("right", [H.text("BTC-L4-0001"), H.whole(4)], .text("0001")),
    FunctionCase("right", [H.text("hộ tịch"), H.whole(2)], .text("ch")),
    FunctionCase("right", [H.text("abc"), H.whole(0)], .text("")),
    FunctionCase("substring", [H.text("BTC-L4-0001"), H.whole(5), H.whole(2)], .text("L4")),
    FunctionCase("substring", [H.text("tiếng"), H.whole(3)], .text("ếng")),
    FunctionCase("substring", [H.text("abc"), H.whole(0), H.whole(2)], .text("a")),
    FunctionCase("substring", [H.text("abc"), H.whole(4), H.whole(2)], .text("")),
    FunctionCase("substring", [H.text("abc"), H.whole(2), H.whole(-2)], .text("")),
    FunctionCase("part", [H.text("BTC-L4-0001"), H.text("-"), H.whole(2)], .text("L4")),
    FunctionCase("part", [H.text("a--b"), H.text("-"), H.whole(2)], .text("")),
    FunctionCase("part", [H.text("a-b"), H.text("-"), H.whole(3)], .missing),
    FunctionCase("part", [H.text("a-b"), H.text("-"), H.whole(0)], .missing),
    FunctionCase("part", [H.text("a-b"), H.text("+"), H.whole(1)], .text("a-b")),
    FunctionCase("concat", [H.text("level "), H.text("4")], .text("level 4")),
    FunctionCase("concat", [H.text("e"), H.text("\u{301}"), H.text("!")], .text("é!")),
    FunctionCase("concat", [H.text("a"), H.missing(.text)], .missing),
    FunctionCase("text", [H.percent(3290, 4)], .text("32.90%")),
    FunctionCase("text", [H.whole(-7)], .text("-7")),
    FunctionCase("text", [H.truth(true)], .text("true")),
    FunctionCase("text", [H.day(2025, 3, 1)], .text("2025-03-01")),
    FunctionCase("text", [H.float(0.5)], .text("0.5")),
  ]

  static let numberCases: [FunctionCase] = [
    FunctionCase("number", [H.text("1853")], .integer(1853)),
    FunctionCase("number", [H.text("-05")], .integer(-5)),
    FunctionCase("number", [H.text("3.00")], .integer(3)),
    FunctionCase("number", [H.text("1.5")], .missing),
    FunctionCase("number", [H.text("1.5"), H.whole(2)], exact(150, 2)),
    FunctionCase("number", [H.text("1.500"), H.whole(1)], exact(15, 1)),
    FunctionCase("number", [H.text("9223372036854775808")], .missing),
    FunctionCase("number", [H.text("")], .missing),
    FunctionCase("number", [H.text("1.")], .missing),
    FunctionCase("number", [H.text(".5"), H.whole(1)], .missing),
    FunctionCase("number", [H.text("1,5"), H.whole(1)], .missing),
    FunctionCase("number", [H.text(" 1")], .missing),
    FunctionCase("number", [H.percent(329, 3)], exact(329, 3)),
    FunctionCase("number", [H.ratio(0.5)], .float(0.5)),
    FunctionCase("percent", [H.decimal(329, 3)], percent(329, 3)),
    FunctionCase("percent", [H.whole(1)], percent(1, 0)),
    FunctionCase("percent", [H.float(0.25)], .ratio(0.25)),
    FunctionCase("abs", [H.whole(-3)], .integer(3)),
    FunctionCase("abs", [H.float(-0.5)], .float(0.5)),
    FunctionCase("abs", [H.duration(hours: -3)], .duration(3 * 3_600_000_000)),
    FunctionCase("sign", [H.whole(-3)], .integer(-1)),
    FunctionCase("sign", [H.float(-0.0)], .integer(0)),
    FunctionCase("sign", [H.decimal(1 << 90, 2)], .integer(1)),
    FunctionCase("round", [H.decimal(2675, 3), H.whole(2)], exact(268, 2)),
    FunctionCase("round", [H.decimal(-2675, 3), H.whole(2)], exact(-268, 2)),
    FunctionCase("round", [H.decimal(25, 1)], .integer(3)),
    FunctionCase("round", [H.decimal(-25, 1)], .integer(-3)),
    FunctionCase("round", [H.float(2.675), H.whole(2)], exact(268, 2)),
    FunctionCase("round", [H.float(0.5)], .integer(1)),
    FunctionCase("round", [H.float(0.49999999999999994)], .integer(0)),
    FunctionCase("round", [H.float(-1e-300), H.whole(2)], exact(0, 2)),
    FunctionCase("round", [H.whole(1250), H.whole(-2)], .integer(1300)),
    FunctionCase("round", [H.whole(7), H.whole(2)], .integer(7)),
    FunctionCase("round", [H.percent(329_736, 6), H.whole(1)], percent(330, 3)),
    FunctionCase("round", [H.ratio(583.0 / 977)], percent(60, 2)),
    FunctionCase("round", [H.ratio(583.0 / 977), H.whole(2)], percent(5967, 4)),
    FunctionCase("truncate", [H.percent(3297, 4), H.whole(1)], percent(329, 3)),
    FunctionCase("truncate", [H.ratio(611.0 / 1853), H.whole(1)], percent(329, 3)),
    FunctionCase("truncate", [H.decimal(-25, 1)], .integer(-2)),
    FunctionCase("floor", [H.decimal(-25, 1)], .integer(-3)),
    FunctionCase("floor", [H.float(2.9999999999999996)], .integer(2)),
    FunctionCase("floor", [H.float(0.29), H.whole(2)], exact(29, 2)),
    FunctionCase("ceil", [H.decimal(1100, 2)], .integer(11)),
    FunctionCase("ceil", [H.decimal(1101, 2)], .integer(12)),
    FunctionCase("ceil", [H.float(-0.5)], .integer(0)),
    FunctionCase("sqrt", [H.whole(9)], .float(3)),
    FunctionCase("sqrt", [H.whole(-1)], .missing),
    FunctionCase("power", [H.whole(2), H.whole(10)], .float(1024)),
    FunctionCase("power", [H.float(-8), H.float(0.5)], .missing),
    FunctionCase("log", [H.whole(8), H.whole(2)], .float(3)),
    FunctionCase("log", [H.whole(1000), H.whole(10)], .float(3)),
    FunctionCase("log", [H.whole(1)], .float(0)),
    FunctionCase("log", [H.whole(0)], .missing),
    FunctionCase("exp", [H.whole(0)], .float(1)),
    FunctionCase("exp", [H.whole(1000)], .missing),
    FunctionCase("least", [H.whole(3), H.decimal(15, 1)], exact(15, 1)),
    FunctionCase("least", [H.text("b"), H.text("a"), H.text("B")], .text("B")),
    FunctionCase("greatest", [H.whole(3), H.decimal(15, 1)], exact(30, 1)),
    FunctionCase("greatest", [H.whole(3), H.missing(.integer)], .missing),
    FunctionCase("greatest", [H.day(2025, 1, 1), H.day(2024, 1, 1)], H.date(2025, 1, 1)),
    FunctionCase("coalesce", [H.missing(.integer), H.whole(5)], .integer(5)),
    FunctionCase("coalesce", [H.missing(.text), H.text("a"), H.text("b")], .text("a")),
    FunctionCase("coalesce", [H.whole(1), H.decimal(25, 1)], exact(10, 1)),
  ]

  static let dateCases: [FunctionCase] = [
    FunctionCase("year", [H.day(2025, 3, 1)], period(.year, 2025, 1, 1)),
    FunctionCase("quarter", [H.day(2025, 3, 31)], period(.quarter, 2025, 1, 1)),
    FunctionCase("month", [H.moment(1969, 12, 31, 23, 59)], period(.month, 1969, 12, 1)),
    FunctionCase("week", [H.day(2025, 3, 1)], period(.week, 2025, 2, 24)),
    FunctionCase("week", [H.day(1969, 12, 28)], period(.week, 1969, 12, 22)),
    FunctionCase("year_number", [H.day(2025, 3, 1)], .integer(2025)),
    FunctionCase("quarter_number", [H.day(1969, 12, 31)], .integer(4)),
    FunctionCase("month_number", [H.day(1969, 12, 31)], .integer(12)),
    FunctionCase("week_number", [H.day(2025, 3, 1)], .integer(9)),
    FunctionCase("week_number", [H.day(2021, 1, 3)], .integer(53)),
    FunctionCase("week_number", [H.day(2024, 12, 30)], .integer(1)),
    FunctionCase("week_number", [H.day(9999, 12, 31)], .integer(52)),
    FunctionCase("day_number", [H.day(2025, 3, 1)], .integer(1)),
    FunctionCase("weekday", [H.day(2025, 3, 1)], .integer(6)),
    FunctionCase("weekday", [H.day(1, 1, 1)], .integer(1)),
    FunctionCase("day_of_year", [H.day(2024, 12, 31)], .integer(366)),
    FunctionCase("hour_number", [H.moment(2022, 5, 11, 13, 53)], .integer(13)),
    FunctionCase("hour_number", [H.moment(1969, 12, 31, 23, 59)], .integer(23)),
    FunctionCase("minute_number", [H.moment(2022, 5, 11, 13, 53)], .integer(53)),
    FunctionCase("days", [H.duration(hours: 28 * 24)], .integer(28)),
    FunctionCase("days", [H.duration(hours: 47)], .integer(1)),
    FunctionCase("days", [H.duration(hours: -1)], .integer(-1)),
    FunctionCase("hours", [H.duration(hours: 25)], .integer(25)),
    FunctionCase("minutes", [H.duration(hours: 24)], .integer(1440)),
    FunctionCase("date", [H.text("2025-03-01")], H.date(2025, 3, 1)),
    FunctionCase("date", [H.text("2025-3-1")], .missing),
    FunctionCase("date", [H.text("2025-02-29")], .missing),
    FunctionCase("date", [H.text("01/03/2025")], .missing),
    FunctionCase("date", [H.moment(1969, 12, 31, 23, 59)], H.date(1969, 12, 31)),
    FunctionCase("add_months", [H.day(2025, 1, 31), H.whole(1)], H.date(2025, 2, 28)),
    FunctionCase("add_months", [H.day(2024, 1, 31), H.whole(1)], H.date(2024, 2, 29)),
    FunctionCase("add_months", [H.day(2024, 2, 29), H.whole(-12)], H.date(2023, 2, 28)),
    FunctionCase("add_months", [H.day(1, 1, 1), H.whole(119_987)], H.date(9999, 12, 1)),
    FunctionCase("add_days", [H.day(2025, 2, 27), H.whole(2)], H.date(2025, 3, 1)),
    FunctionCase("add_days", [H.day(2024, 3, 1), H.whole(-1)], H.date(2024, 2, 29)),
    FunctionCase("add_days", [H.day(1, 1, 1), H.whole(3_652_058)], H.date(9999, 12, 31)),
    FunctionCase(
      "working_days", [H.day(2025, 2, 28), H.day(2025, 3, 4)], .integer(2)),
    FunctionCase(
      "working_days", [H.day(2025, 3, 4), H.day(2025, 2, 28)], .integer(-2)),
    FunctionCase(
      "working_days", [H.day(2025, 3, 1), H.day(2025, 3, 2)], .integer(0)),
    FunctionCase(
      "working_days", [H.day(1969, 12, 26), H.day(1970, 1, 2)], .integer(5)),
  ]

  @Test(arguments: textCases + numberCases + dateCases)
  func gives(_ example: FunctionCase) throws {
    let expression = try Harness.call(example.name, example.arguments)
    let value = try Harness.value(expression)
    #expect(value == example.expected)
    #expect(value == .missing || value.type == expression.type)
  }

  @Test func givesTheEdgesOfPeriods() throws {
    for (unit, first, last) in [
      ("week", Harness.date(2024, 2, 12), Harness.date(2024, 2, 18)),
      ("month", Harness.date(2024, 2, 1), Harness.date(2024, 2, 29)),
      ("quarter", Harness.date(2024, 1, 1), Harness.date(2024, 3, 31)),
      ("year", Harness.date(2024, 1, 1), Harness.date(2024, 12, 31)),
    ] {
      let period = try Harness.call(unit, [Harness.day(2024, 2, 14)])
      #expect(try Harness.value(try Harness.call("start", [period])) == first)
      #expect(try Harness.value(try Harness.call("finish", [period])) == last)
    }
    let month = try Harness.call("month", [Harness.day(2024, 8, 14)])
    let quarter = try Harness.call("quarter", [month])
    #expect(try Harness.value(quarter) == Self.period(.quarter, 2024, 8, 1))
    #expect(try Harness.value(try Harness.call("quarter_number", [month])) == .integer(3))
    #expect(try Harness.value(try Harness.call("year_number", [month])) == .integer(2024))
  }

  @Test func shiftsMomentsByMonths() throws {
    let later = try Harness.call(
      "add_months", [Harness.moment(1969, 12, 31, 13, 5), Harness.whole(2)])
    let expected = Harness.moment(1970, 2, 28, 13, 5)
    #expect(try Harness.value(later) == expected.constantValue)
  }

  @Test func shiftsMomentsByDays() throws {
    let later = try Harness.call(
      "add_days", [Harness.moment(1969, 12, 31, 13, 5), Harness.whole(2)])
    let expected = Harness.moment(1970, 1, 2, 13, 5)
    #expect(try Harness.value(later) == expected.constantValue)
  }

  @Test func everyFunctionOfTheCatalogueHasCases() {
    var tested = Set((Self.textCases + Self.numberCases + Self.dateCases).map(\.name))
    // The binder makes bands, which have tests of their own.
    tested.formUnion(["start", "finish", "bands"])
    #expect(Set(FunctionCatalog.names) == tested)
  }

  @Test(arguments: [
    ("abs", [Harness.whole(Int128(Int64.min))]),
    ("round", [Harness.float(1e30)]),
    ("round", [Harness.float(1e37), Harness.whole(2)]),
    ("add_months", [Harness.day(9999, 12, 1), Harness.whole(1)]),
    ("add_days", [Harness.day(9999, 12, 31), Harness.whole(1)]),
    ("add_days", [Harness.day(2025, 1, 1), Harness.whole(Int128(Int64.max))]),
    ("add_months", [Harness.day(2025, 1, 1), Harness.whole(Int128(Int64.max))]),
    ("round", [Harness.whole(Int128(Int64.max)), Harness.whole(-1)]),
  ])
  func failsWithTheRow(_ name: String, _ arguments: [BoundExpression]) throws {
    let expression = try Harness.call(name, arguments)
    do {
      let value = try Harness.value(expression)
      Issue.record("\(value) instead of an error")
    } catch let error as QueryError {
      #expect(error.kind == .overflow)
      #expect(error.message.hasSuffix("in row 1"))
      #expect(error.diagnostics.count == 1)
    }
  }

  @Test func countsWhatItCannotRead() throws {
    let column = try Column.texts(["12", "x", nil, "", "7"])
    let read = try Harness.call("number", [Harness.column(0, .text)])
    let evaluator = try Evaluator(
      read, columns: [column], context: RunContext(batchRows: 8))
    _ = try evaluator.evaluate(Batch(columns: [column], start: 0, count: 5))
    #expect(evaluator.counts == EvaluationCounts(unreadableTexts: 2))
  }
}
