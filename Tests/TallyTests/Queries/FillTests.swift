import Testing

@testable import Tally

/// `fill`: groups of no rows.
@Suite struct FillTests {
  @Test(arguments: cases) func makesGroups(_ test: QueryCase) throws {
    test.check(on: try SampleTables.database())
  }

  static let cases: [QueryCase] = [
    QueryCase(
      "count visits where level != 3 group by month(opened) fill 0",
      "month,count\n2024-01,1\n2024-02,1\n2024-03,1\n,1"),
    QueryCase(
      "count, sum fee from visits where opened = @2024-01-05 or opened = @2024-03-31 group by month(opened) fill 0",
      "month,count,sum_fee\n2024-01,1,10.00\n2024-02,0,0.00\n2024-03,1,0.00",
      receipt:
        "6 rows read, 2 kept; opened missing in 1 row, left out: (missing) 1 (not in the answer); fill made 1 group of no rows"
    ),
    // A condition on the date says the range, up to the period of today.
    QueryCase(
      "count visits where opened in @2024-Q1 and opened >= @2024-02-15 group by month(opened) fill 0",
      "month,count\n2024-02,1\n2024-03,1"),
    QueryCase(
      "count visits where year(opened) = 2024 and level = 1 group by quarter(opened) fill 0",
      "quarter,count\n2024-Q1,1"),
    QueryCase(
      "count visits where opened in last 4 months group by month(opened) fill 0",
      "month,count\n2023-11,0\n2023-12,0\n2024-01,2\n2024-02,2"),
    // Each series of the other keys has all periods.
    QueryCase(
      "count visits where agency in (\"A\", \"B\") group by agency, month(opened) fill 0",
      "agency,month,count\nA,2024-01,2\nA,2024-02,0\nB,2024-01,0\nB,2024-02,2"),
    QueryCase(
      "average fee from visits where agency in (\"A\", \"B\") group by month(opened), agency fill missing",
      "month,agency,average_fee\n2024-01,A,15.25\n2024-01,B,\n2024-02,A,\n2024-02,B,5.25"),
    QueryCase(
      "count visits where opened in @2024-02-28..@2024-03-02 group by opened fill 0",
      "opened,count\n2024-02-28,0\n2024-02-29,1\n2024-03-01,0\n2024-03-02,0"),
    QueryCase(
      "count visits where opened is not missing group by week(opened) fill 0 having count = 0 limit 2",
      "week,count\n2024-W02,0\n2024-W04,0"),
    QueryCase(
      "share with status = \"paid\" from visits where opened in @2023-12..@2024-01 group by month(opened) fill 0",
      "month,share\n2023-12,0.0%\n2024-01,50.0%"),
    QueryCase(
      "max status as s from visits where opened in @2023-12..@2024-01 group by month(opened) fill \"none\"",
      "month,s\n2023-12,none\n2024-01,paid"),
    QueryCase(
      "sum level as s from visits where opened in @2023-12..@2024-01 group by month(opened) fill 0.5",
      "month,s\n2023-12,0.5\n2024-01,4.0"),
    // Bands and conditions have all their values.
    QueryCase(
      "count visits where fee > 15 group by bands(fee, 0, 10) as band fill 0",
      "band,count\nbelow 0,0\n0 to below 10,0\n10 and above,1"),
    QueryCase(
      "count visits where fee > 15 group by online fill 0", "online,count\nfalse,0\ntrue,1"),
    QueryCase(
      "count visits where opened in @2023-12 group by month(opened) fill 0",
      "month,count\n2023-12,0"),
    QueryCase(
      "count visits where opened in @2023-12 group by agency, month(opened) fill 0",
      "agency,month,count"),
    QueryCase("count visits where false group by month(opened) fill 0", "month,count"),
    // Aggregates that no item shows are those of no rows.
    QueryCase(
      "count visits where opened in @2023-12..@2024-01 group by month(opened) fill 7 having sum(fee) = 0",
      "month,count\n2023-12,7"),
    QueryCase(
      "count visits where opened is not missing group by month(opened) fill 0 order by count desc, month desc top 2 by month",
      "month,count\n2024-02,2\n2024-03,1"),
  ]

  @Test(arguments: [
    ("count visits group by agency fill 0", "T0451", nil),
    ("count visits fill 0", "T0451", "count visits group by month(opened) fill 0"),
    ("list id from visits fill 0", "T0419", nil),
    ("count visits group by month(opened) fill level", "T0411", nil),
    (
      "max status from visits group by month(opened) fill 0", "T0452",
      "max status from visits group by month(opened) fill missing"
    ),
    (
      "share with level = 3 from visits group by month(opened) fill 5", "T0452",
      "share with level = 3 from visits group by month(opened) fill 5%"
    ),
    (
      "count visits group by month(opened) across level fill 0", "T0455",
      "count visits group by month(opened), level fill 0"
    ),
    (
      "count visits across month(opened) fill 0", "T0455",
      "count visits group by month(opened) fill 0"
    ),
    (
      "count visits group by month(opened) fill 0 top 1 with rest", "T0455",
      "count visits group by month(opened) fill 0 top 1"
    ),
    (
      "count visits group by agency, month(opened) with  totals fill 0", "T0455",
      "count visits group by agency, month(opened) fill 0"
    ),
  ])
  func refuses(_ query: String, _ code: String, _ mended: String?) throws {
    let diagnostic = try #require(try SampleTables.database().refusal(of: query))
    #expect(diagnostic.code.id == code)
    #expect(diagnostic.mended(query) == mended)
  }

  /// Every mend gives a sentence that is answered; the second makes columns of the filled groups.
  @Test(arguments: [
    "count visits group by month(opened) across level fill 0",
    "count visits across status, month(opened) fill 0",
    "count, sum fee from visits group by agency, month(opened) as m across status fill 0",
    "count visits group by month(opened) across level with totals fill 0",
    "sum fee from visits group by month(opened) across level vs previous month",
    "sum fee from visits group by month(opened) with totals vs previous month",
    "sum fee from visits group by month(opened) vs first top 2 by first with rest",
  ])
  func mendsAreAnswered(_ query: String) throws {
    let database = try SampleTables.database()
    let diagnostic = try #require(database.refusal(of: query))
    #expect(diagnostic.code.id == "T0455" && !diagnostic.fixIts.isEmpty)
    for fixIt in diagnostic.fixIts {
      let mended = fixIt.applied(to: SourceText(query))
      #expect(database.refusal(of: mended) == nil, "\(mended)")
    }
  }

  @Test func filledGroupsBecomeColumnsBehindThen() throws {
    let query =
      "count visits where level = 3 or level = 1 group by month(opened) across level fill 0"
    let database = try SampleTables.database()
    let diagnostic = try #require(database.refusal(of: query))
    let mended = try #require(diagnostic.fixIts.last).applied(to: SourceText(query))
    QueryCase(mended, "month,1,3\n2024-01,1,1\n2024-02,0,1").check(on: database)
  }

  @Test func makesNoMoreGroupsThanATableHas() throws {
    let database = Database()
    database["days"] = try Table {
      NamedColumn("day", [-700_000, 2_900_000].map { CalendarDate(daysSince1970: $0) })
      NamedColumn("code", [1, 2])
    }
    let diagnostic = try #require(
      database.refusal(of: "count days group by day, week(day) as w fill 0"))
    #expect(diagnostic.code.id == "T0505")
  }
}
