import Testing

@testable import Tally

/// More queries in which engine and oracle once differed: windows, comparisons, `fill` and receipts.
@Suite struct FoundSinceTests {
  struct Found: Sendable, CustomTestStringConvertible {
    let what: String
    let query: String
    let answer: String
    var testDescription: String { what }
  }

  static let today = CalendarDate(year: 2024, month: 3, day: 15) ?? CalendarDate(daysSince1970: 0)
  private static let greatest = Int(Int64.max)

  private static func run(_ query: String) throws -> Table {
    let database = Database()
    database["t"] = try Table {
      NamedColumn("k", [1, 2, 1, 2, 3])
      NamedColumn("n", [1, nil, nil, greatest, 3] as [Int?])
      NamedColumn("x", [5, nil, 7, nil, nil] as [Int?])
      NamedColumn("e", [nil, nil, nil, nil, nil] as [String?])
      NamedColumn("z", [nil, nil, nil, nil, nil] as [Int?])
      NamedColumn("s", ["a", "a", "b", "b", "b"])
      NamedColumn("sign", ["x-1", "x.1", "x\"1", "x 1", "x_1"])
      NamedColumn(
        "day",
        ["2024-01-20", "2024-01-22", nil, "2024-01-22", "2024-02-01"].map {
          $0.flatMap { CalendarDate($0) }
        })
    }
    return try database.run(Query(text: query), today: today)
  }

  static let answers: [Found] = [
    Found(
      what: "a share of computed decimals is one of all their digits",
      query: "list share((k mod 12345678901234567890.12)) as p from t where k < 2",
      answer: "p\n50.0%\n50.0%\n"),
    Found(
      what: "a row for which the condition does not hold has no part",
      query: "list k, share(k with k > 1 within s) as p from t where k < 3",
      answer: "k,p\n1,0.0%\n2,66.66666666666666%\n1,0.0%\n2,66.66666666666666%\n"),
    Found(
      what: "what a share is of may have more than 64 bits",
      query: "list share((k * 12345678901234567890.12)) as p from t where k < 2",
      answer: "p\n50.0%\n50.0%\n"),
    Found(
      what: "nothing overflows where there is no first value",
      query: "max(900000000000000000000000000000000000.00 if day is missing else 1.00) as m from t"
        + " group by s, day vs first having day is missing",
      answer: "s,day,m,first,index\nb,,900000000000000000000000000000000000.00,,\n"),
    Found(
      what: "sums that nobody shows may be too large, though rows are ordered",
      query: "sum(90000000000000000000000000000000000000 + k) as m from t where s = \"a\""
        + " group by s, k with totals across day having k > 9 order by s",
      answer: "s,k,2024-01-20,2024-01-22\n"
        + "total,,90000000000000000000000000000000000001,90000000000000000000000000000000000002\n"),
    Found(
      what: "products of groups that having drops may be too large",
      query: "sum(k) * (90000000000000000000000000000000000000 if k > 1 else 1) as m from t"
        + " where k < 3 group by s, k with totals across day having k < 2",
      answer: "s,k,2024-01-20,2024-01-22,(missing)\na,1,1,0,0\na,total,1,2,0\nb,1,0,0,1\n"
        + "b,total,0,2,1\ntotal,,1,4,1\n"),
    Found(
      what: "a condition behind a window sees no row that an earlier one leaves out",
      query: "from t where x > 1 then list k, m add sum(k within all) as m"
        + " where n * 9223372036854775807 > 0 or missing",
      answer: "k,m\n1,2\n1,2\n"),
    Found(
      what: "no value is computed to rank rows that conditions leave out",
      query: "list k from t where x > 1 order by n * 2 limit 1", answer: "k\n1\n"),
    Found(
      what: "an order of bands alone is one of the display",
      query: "count as c, running(count()) as r from t where day is not missing"
        + " group by bands(k, 2) as band, day order by band",
      answer: "band,day,c,r\nbelow 2,2024-01-20,1,1\n2 and above,2024-01-22,2,2\n"
        + "2 and above,2024-02-01,1,3\n"),
    Found(
      what: "within names a key by its name before its expression",
      query: "share of k within (g, k) as p from t where k < 3 group by k as g across k",
      answer: "g,1,2\n1,100.0%,\n2,,100.0%\n"),
    Found(
      what: "columns without any value are texts that are compared loosely",
      query: "count t where e in (s, z) loosely", answer: "count\n5\n"),
    Found(
      what: "what is missing is so loosely, too",
      query: "count t where x in (missing) loosely", answer: "count\n3\n"),
    Found(
      what: "within may name a key twice",
      query: "share of k within (s, s) as p from t where k < 3 group by s across k",
      answer: "s,1,2\na,33.33333333333333%,66.66666666666666%\n"
        + "b,33.33333333333333%,66.66666666666666%\n"),
    Found(
      what: "signs are in the order of the CLDR",
      query: "list sign from t order by sign collate vi",
      answer: "sign\nx 1\nx_1\nx-1\nx.1\n\"x\"\"1\"\n"),
  ]

  @Test(arguments: answers) func answersRight(_ found: Found) throws {
    #expect(try Self.run(found.query).formatted(.csv) == found.answer, "\(found.query)")
  }

  /// The first and last day that `fill` shows for a condition.
  static let ranges: [(condition: String, days: String)] = [
    ("day in (@2024-01-20, @2024-01-25)", "2024-01-20 to 2024-01-25"),
    ("@2024-01-18 <= day and day < @2024-01-23", "2024-01-18 to 2024-01-22"),
    ("@2024-01-22 between day and day", "2024-01-22 to 2024-01-22"),
    ("day < (@2024-01-15 + 2 weeks)", "2024-01-20 to 2024-01-28"),
    ("day = date(\"2024-01-22\")", "2024-01-22 to 2024-01-22"),
    ("day <= (max day from t where k = 2)", "2024-01-20 to 2024-01-22"),
    ("day in (list day from t where s = \"a\")", "2024-01-20 to 2024-01-22"),
    ("day in last 3 months and day not in @2023-12", "2024-01-01 to 2024-02-29"),
    ("(day = @2024-01-20 or day in @2024-W05)", "2024-01-20 to 2024-02-04"),
    ("not (day < @2024-01-22 or day > @2024-01-30)", "2024-01-22 to 2024-01-30"),
    ("month(day) = @2024-01", "2024-01-01 to 2024-01-31"),
    ("day + 1 day < @2024-01-25", "2024-01-20 to 2024-01-22"),
    ("day <= @2024-01-23 and s = \"a\"", "2024-01-20 to 2024-01-23"),
    ("day >= @2024-01-22 or s = \"a\"", "2024-01-20 to 2024-02-01"),
    ("day != @0001-01-01", "2024-01-20 to 2024-02-01"),
    ("day not in (@0001-01-01, @9999-12-31)", "2024-01-20 to 2024-02-01"),
    ("day > @0001-01-01 and day <= @2024-01-22 and day > @2024-01-20", "2024-01-21 to 2024-01-22"),
    ("day > @2024-01-22 and 1 = 2", ""),
    ("day > @2024-01-22 and day < @2024-01-22", ""),
  ]

  @Test(arguments: ranges)
  func fillsWhatConditionsLeave(_ range: (condition: String, days: String)) throws {
    let answer = try Self.run("count t where \(range.condition) group by day fill 0")
    let days = (0..<answer.rowCount).compactMap { row -> String? in
      if case .date(let day) = answer.columns[0][row] { "\(day)" } else { nil }
    }
    let found = days.first.map { "\($0) to \(days[days.count - 1])" } ?? ""
    #expect(found == range.days, "\(range.condition)")
  }

  static let overflowing = [
    "list (k * 9223372036854775807) / 2.5 as m from t",
    "list k from t where k <= ceil(60000000000000000000000000000000000.5) + 0.5",
  ]

  @Test(arguments: overflowing) func numbersOf64BitsDoNotGrowBesideDecimals(_ query: String) {
    let error = #expect(throws: QueryError.self) { try Self.run(query) }
    #expect(error?.kind == .overflow)
  }

  static let refused = [
    "average k as m from t group by s then list share(m)",
    "average k as m from t group by day fill 0 then average m",
    "running(average(k)) as m from t group by day then sum m",
  ]

  @Test(arguments: refused) func refusesSumsOfAverages(_ query: String) {
    let error = #expect(throws: QueryError.self) { try Self.run(query) }
    #expect(error?.diagnostics.first?.code == .notAdditive)
  }

  // MARK: Receipts

  @Test func conditionsOfDistinctValuesTellOfAllRows() throws {
    for aggregate in ["sum", "count", "stddev"] {
      let receipt = try Self.run("\(aggregate)(distinct k with not (e = \"a\")) as m from t")
        .receipt
      let unknown = try #require(receipt.steps[0].conditions.first).unknown
      #expect((unknown.rows, unknown.rowsKept) == (5, 5), "\(aggregate)")
    }
  }

  @Test func totalsOfRowsHaveNoKeyOfColumns() throws {
    let answer = try Self.run(
      "count as n from t group by s across k > 1 as large having large")
    let unknown = try #require(answer.receipt.steps[0].conditions.first).unknown
    #expect((answer.rowCount, unknown.rows, unknown.rowsKept) == (0, 2, 0))
  }

  @Test func keysThatAreReadOtherwiseKeepTheirTypeBesideAcross() throws {
    let answer = try Self.run(
      "list sum(k * 50% within s) as p from t where k > 9 then count as n group by number(p) as g"
        + " across p")
    #expect(answer.columns[0].type == .decimal(scale: 2))
  }

  @Test func averagesOfNothingAreNoDivisionsByZero() throws {
    let answer = try Self.run("running(average(n)) as m from t where k != 1 group by day")
    #expect(answer.formatted(.csv).hasPrefix("day,m\n2024-01-22,"))
    let none = try Self.run("running(average(x)) as m from t where k = 2 group by day")
    #expect(none.formatted(.csv) == "day,m\n2024-01-22,\n")
    #expect(none.receipt.steps[0].zeroDivisions == 0)
  }

  @Test func groupsThatAreFilledAreInTheAnswer() throws {
    let answer = try Self.run(
      "count t where day in @2024-01-20..@2024-01-22 and e = \"a\" group by day fill 0")
    #expect(answer.rowCount == 3)
    let condition = try #require(answer.receipt.steps[0].conditions.first)
    let shown = condition.unknown.groups.filter(\.isInAnswer).map(\.keys)
    #expect(shown.count == 2)
  }
}
