import Testing

@testable import Tally

/// `vs`: earlier periods, the first one, and targets.
@Suite struct ComparisonTests {
  @Test(arguments: cases) func compares(_ test: QueryCase) throws {
    test.check(on: try Self.database())
  }

  /// Fees of two agencies over two years, with a gap, and their plans. Today is 2024-03-15.
  static let fees = """
    agency,opened,fee,part,status
    A,2022-03-10,100,10.0%,paid
    A,2022-03-20,50,,open
    A,2023-02-01,-20,30.0%,paid
    A,2023-03-01,60,30.0%,paid
    A,2023-03-31,40,,open
    A,2024-03-02,80,,paid
    B,2023-03-05,10,,open
    B,2024-02-29,25,,paid
    B,,5,,paid
    """
  static let plans = """
    agency,year,amount,rate
    A,2023,100,50%
    A,2024,70,80.5%
    B,2024,30,
    """

  static func database() throws -> Database {
    let database = try SampleTables.database()
    for (name, text) in [("fees", fees), ("plans", plans)] {
      try database.load(name, from: .bytes(Array(text.utf8), name: name))
    }
    return database
  }

  static let cases: [QueryCase] = [previous, toDate, firsts, targets].flatMap { $0 }

  static let previous: [QueryCase] = [
    QueryCase(
      "sum fee from fees group by year(opened) vs previous year",
      "year,sum_fee,previous,change,change_percent\n2022,150,,,\n2023,90,150,-60,-40.0%\n"
        + "2024,105,90,15,16.666666666666666%\n,5,,,",
      receipt:
        "9 rows read; 2024 is not over on 2024-03-15; 2 of 4 groups have no previous year"),
    // Each series has periods of its own; the sign of the change is that of the percentage.
    QueryCase(
      "sum fee from fees where agency = \"A\" group by agency, month(opened) vs previous month",
      "agency,month,sum_fee,previous,change,change_percent\nA,2022-03,150,,,\nA,2023-02,-20,,,\n"
        + "A,2023-03,100,-20,120,600.0%\nA,2024-03,80,,,"),
    QueryCase(
      "sum fee from fees group by month(opened) fill 0 vs previous month having month in (@2024-02, @2024-03)",
      "month,sum_fee,previous,change,change_percent\n2024-02,25,0,25,\n2024-03,80,25,55,220.0%"),
    QueryCase(
      "sum fee from fees where agency = \"A\" group by month(opened) vs previous year, previous 2 years",
      "month,sum_fee,previous_year,change_year,change_percent_year,previous_2_years,change_2_years,change_percent_2_years\n"
        + "2022-03,150,,,,,,\n2023-02,-20,,,,,,\n2023-03,100,150,-50,-33.33333333333333%,,,\n"
        + "2024-03,80,100,-20,-20.0%,150,-70,-46.66666666666667%"),
    // Two measures are compared each on its own, in points where they are percentages.
    QueryCase(
      "count, share with status = \"paid\" from fees where opened is not missing group by year(opened) vs previous year",
      "year,count,share,count_previous,count_change,count_change_percent,share_previous,share_change_pp\n"
        + "2022,2,50.0%,,,,,\n2023,4,50.0%,2,2,100.0%,50.0%,0.0\n2024,2,100.0%,4,-2,-50.0%,50.0%,50.0"
    ),
    QueryCase(
      "sum part from fees where agency = \"A\" group by year(opened) vs previous year",
      "year,sum_part,previous,change_pp\n2022,10.0%,,\n2023,60.0%,10.0%,50.0\n2024,0.0%,60.0%,-60.0"
    ),
    QueryCase(
      "sum fee from fees where opened is not missing group by opened vs previous 12 days having previous is not missing",
      "opened,sum_fee,previous,change,change_percent"),
    QueryCase(
      "sum fee from fees where opened is not missing group by opened vs previous month having previous is not missing",
      "opened,sum_fee,previous,change,change_percent\n2023-03-01,60,-20,80,400.0%"),
    QueryCase(
      "sum fee from fees group by year(opened) vs previous year order by change desc limit 1",
      "year,sum_fee,previous,change,change_percent\n2024,105,90,15,16.666666666666666%"),
    QueryCase(
      "sum fee from fees group by year(opened) vs previous year top 1 by change_percent then list change",
      "change\n15"),
    QueryCase(
      "sum fee from fees where false group by year(opened) vs previous year",
      "year,sum_fee,previous,change,change_percent"),
  ]

  static let toDate: [QueryCase] = [
    QueryCase(
      "sum fee from fees group by year(opened) vs previous year to date",
      "year,sum_fee,previous,change,change_percent\n2022,100,,,\n2023,50,100,-50,-50.0%\n2024,105,50,55,110.0%",
      receipt:
        "9 rows read, 6 kept; opened missing in 1 row, left out: (missing) 1 (not in the answer); 1 of 3 groups has no previous year"
    ),
    QueryCase(
      "count fees group by month(opened) vs previous month to date having month = @2023-03",
      "month,count,previous,change,change_percent\n2023-03,2,1,1,100.0%"),
  ]

  static let firsts: [QueryCase] = [
    QueryCase(
      "sum fee from fees where opened is not missing group by agency, year(opened) vs first",
      "agency,year,sum_fee,first,index\nA,2022,150,150,100.0\nA,2023,80,150,53.333333333333336\n"
        + "A,2024,80,150,53.333333333333336\nB,2023,10,10,100.0\nB,2024,25,10,250.0")
  ]

  static let targets: [QueryCase] = [
    QueryCase(
      "share with status = \"paid\" from fees group by agency vs target 60%",
      "agency,share,target,gap_pp,met\nA,66.66666666666666%,60%,6.6666666667,true\nB,66.66666666666666%,60%,6.6666666667,true"
    ),
    QueryCase(
      "max part as p from fees group by agency vs target 30%",
      "agency,p,target,gap_pp,met\nA,30.0%,30%,0.0,true\nB,,30%,,"),
    QueryCase("count fees vs target 10", "count,target,gap,met\n9,10,-1,false"),
    QueryCase(
      "sum fee from fees group by agency, year(opened) vs target plans.amount on agency, year = plans.year",
      "agency,year,sum_fee,target,gap,met\nA,2022,150,,,\nA,2023,80,100,-20,false\n"
        + "A,2024,80,70,10,true\nB,2023,10,,,\nB,2024,25,30,-5,false\nB,,5,,,",
      receipt:
        "9 rows read; 2 rows without a match in plans; 1 row with a missing key for plans; 2024 is not over on 2024-03-15"
    ),
    QueryCase(
      "sum fee, max fee as goal from fees group by agency vs target goal * 2 having met",
      "agency,sum_fee,goal,target,gap,met\nA,310,100,200,110,true"),
  ]

  @Test(arguments: [
    ("sum fee from fees group by agency vs previous year", "T0451", nil),
    (
      "sum fee from fees vs previous year", "T0451",
      "sum fee from fees group by year(opened) vs previous year"
    ),
    ("sum fee from fees group by year(opened), month(opened) vs previous year", "T0451", nil),
    ("sum fee from fees group by week(opened) vs previous year", "T0454", nil),
    ("sum fee from fees group by quarter(opened) vs previous month", "T0454", nil),
    ("max agency from fees group by year(opened) vs previous year", "T0453", nil),
    (
      "share with fee > 5 from fees group by agency vs target 60", "T0453",
      "share with fee > 5 from fees group by agency vs target 60%"
    ),
    ("sum fee from fees group by agency vs target 60%", "T0453", nil),
    ("sum fee from fees group by agency vs target 5 on agency", "T0453", nil),
    ("list fee from fees vs first", "T0419", nil),
    (
      "sum fee from fees group by year(opened) vs previous year to date, previous 2 years", "T0455",
      nil
    ),
    (
      "sum fee from fees group by year(opened) across agency vs previous year", "T0455",
      "sum fee from fees group by year(opened), agency vs previous year"
    ),
    ("sum fee from fees group by year(opened) vs previous 9999999 years", "T0404", nil),
  ])
  func refuses(_ query: String, _ code: String, _ mended: String?) throws {
    let diagnostic = try #require(try Self.database().refusal(of: query))
    #expect(diagnostic.code.id == code)
    #expect(diagnostic.mended(query) == mended)
  }

  @Test func saysWhatItCompares() throws {
    let text = try Self.database().explain(
      "sum fee from fees group by agency, year(opened) fill 0 vs previous year, target plans.amount on agency"
    )
    #expect(text.contains("add groups of no rows for all values of year between the first"))
    #expect(text.contains("compare each group with the previous year of its series"))
    #expect(text.contains("look up the target of each group in plans"))
  }

  /// Many groups in few rows: the answers are the same at any size of batches and by any way.
  @Test func isTheSameAtAnySize() throws {
    let database = Database()
    database["days"] = try Table {
      NamedColumn("day", (0..<5000).map { CalendarDate(daysSince1970: 19_000 + $0 * 7 % 4001) })
      NamedColumn("kind", (0..<5000).map { $0 % 3 })
    }
    let answer = try database.run(
      "count days group by kind, day fill 0 vs previous day then sum count, sum change as c, count")
    #expect(answer.formatted(.csv) == "sum_count,c,count\n5000,-1,12003\n")
  }
}
