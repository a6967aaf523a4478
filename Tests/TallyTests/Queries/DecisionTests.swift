import Foundation
import TallySyntax
import Testing

@testable import Tally

/// What the language decided where it could have been otherwise: for each decision the line of
/// `Grammar/decisions.md` that says it, and sentences that would have another answer if it had been
/// taken differently.
@Suite struct DecisionTests {
  /// One decision.
  struct Decision: Sendable, CustomTestStringConvertible {
    /// A part of the text of `Grammar/decisions.md`.
    let line: String
    /// Sentences with their answers.
    let answers: [QueryCase]
    /// Sentences that are refused, the code, and the first mend.
    let refusals: [(query: String, code: String, mended: String?)]

    init(
      _ line: String, _ answers: QueryCase...,
      refused refusals: [(query: String, code: String, mended: String?)] = []
    ) {
      (self.line, self.answers, self.refusals) = (line, answers, refusals)
    }

    var testDescription: String { line }
  }

  @Test(arguments: lines + names + comparisons + wholes + values)
  func holds(_ decision: Decision) throws {
    #expect(try Self.page().contains(decision.line))
    #expect(!decision.answers.isEmpty || !decision.refusals.isEmpty)
    let database = try SampleTables.database()
    for answer in decision.answers { answer.check(on: database) }
    for (query, code, mended) in decision.refusals {
      let refusal = database.refusal(of: query)
      #expect(refusal?.code.id == code, "\(query)")
      #expect(refusal?.mended(query) == mended, "\(query)")
    }
  }

  // MARK: Lines and words

  private static let lines = [
    Decision(
      "goes on with the statement only if the head stands directly before it",
      QueryCase("count\nfrom visits", "count\n6"),
      QueryCase("let x = visits where level = 3\nfrom agencies then count", "count\n3"),
      QueryCase("let x = visits where level = 3\nfrom x then count", "count\n2")),
    Decision(
      "Words are recognised in any letter case",
      QueryCase("COUNT visits WHERE level >= 3 GROUP BY agency", "agency,count\nA,1\nB,1\n,1"),
      QueryCase("Count Visits Where LEVEL >= 3", "count\n3")),
  ]

  // MARK: Names

  private static let names = [
    Decision(
      "A step's own names win wherever the verb would have no sense",
      QueryCase(
        "count visits group by agency then add count / 2 as half",
        "agency,count,half\nA,2,1.0\nB,2,1.0\nC,1,0.5\n,1,0.5"),
      QueryCase("count visits group by agency then list count", "count\n2\n2\n1\n1"),
      QueryCase("sum fee as sum from visits group by agency then show max(sum)", "max_sum\n30.50"),
      QueryCase(
        "share of visits group by agency then list agency where share > 20%", "agency\nA\nB"),
      QueryCase("count visits group by agency then sum count", "sum_count\n6")),
    Decision(
      "the name behind `as` qualifies the columns",
      QueryCase(
        "list a.id, b.name, c.name as boss from visits as a lookup agencies as b on agency = b.code"
          + " lookup agencies as c on b.region = c.code where a.id < 3",
        "id,name,boss\n1,Ministry A,\n2,Ministry A,"),
      QueryCase(
        "count from visits as v join many visits as w on v.agency = w.agency", "count\n9"),
      QueryCase(
        "count visits group by agency then list a.name, b.region, count lookup agencies as a on"
          + " agency = a.code lookup agencies as b on agency = b.code limit 1",
        "name,region,count\nMinistry A,north,2"),
      refused: [
        (
          "list name from visits lookup agencies as a on agency = a.code"
            + " lookup agencies as b on agency = b.code", "T0204",
          "list a.name from visits lookup agencies as a on agency = a.code"
            + " lookup agencies as b on agency = b.code"
        )
      ]),
    Decision(
      "Two columns with one name?",
      QueryCase("list level, level from visits limit 1", "level,level_2\n1,1"),
      QueryCase("sum level, sum level with fee > 10 from visits", "sum_level,sum_level_2\n11,3"),
      QueryCase("list fee as level, level from visits limit 1", "level,level_2\n10.00,1"),
      QueryCase("count visits group by level as count limit 1", "count,count_2\n1,1"),
      QueryCase("from visits add fee * 2 as fee then list fee limit 1", "fee\n20.00"),
      refused: [
        ("list level, fee as level from visits", "T0418", "list level, fee as level_2 from visits"),
        ("sum fee as x, count as x from visits", "T0418", "sum fee as x, count as x_2 from visits"),
        (
          "from visits add fee as x, level as x", "T0418",
          "from visits add fee as x, level as x_2"
        ),
      ]),
  ]

  // MARK: Comparisons of groups

  private static let comparisons = [
    Decision(
      "`previous` and `first` compare every number",
      QueryCase(
        "count, sum fee from visits where level is not missing group by year(opened) vs previous year",
        "year,count,sum_fee,count_previous,count_change,count_change_percent,sum_fee_previous,"
          + "sum_fee_change,sum_fee_change_percent\n2024,4,30.50,,,,,,"),
      QueryCase(
        "sum fee, count from visits where level >= 3 group by agency vs target 5",
        "agency,sum_fee,count,target,gap,met\nA,20.50,1,5,15.50,true\nB,0.00,1,5,-5.00,false\n"
          + ",0.00,1,5,-5.00,false")),
    Decision(
      "| several comparisons |",
      QueryCase(
        "sum fee from visits where opened is not missing group by month(opened)"
          + " vs previous month, previous 2 months, target 10",
        "month,sum_fee,previous_month,change_month,change_percent_month,previous_2_months,"
          + "change_2_months,change_percent_2_months,target,gap,met\n"
          + "2024-01,30.50,,,,,,,10,20.50,true\n"
          + "2024-02,5.25,30.50,-25.25,-82.78688524590164%,,,,10,-4.75,false\n"
          + "2024-03,0.00,5.25,-5.25,-100.0%,30.50,-30.50,-100.0%,10,-10.00,false")),
    Decision(
      "The first group of the series that has a value",
      QueryCase(
        "sum fee from visits where fee > 0 group by month(opened) vs first",
        "month,sum_fee,first,index\n2024-01,30.50,30.50,100.0\n2024-02,5.25,30.50,17.21311475409836"
      ),
      QueryCase(
        "list id, fee / first(fee) as part from visits order by id limit 2",
        "id,part\n1,1.0\n2,2.05")
    ),
    Decision(
      "A condition that also asks for something else tells nothing",
      QueryCase(
        "count visits where opened in (@2023-12, @2024-02) group by month(opened) fill 0",
        "month,count\n2023-12,0\n2024-01,0\n2024-02,2"),
      QueryCase(
        "count visits where (opened >= @2023-12 or level = 9) and opened < @2024-02"
          + " group by month(opened) fill 0", "month,count\n2024-01,2")),
    Decision(
      "A row for which the condition does not hold has a share of 0",
      QueryCase(
        "list id, share(fee with level >= 3) as part from visits where fee > 0 order by id",
        "id,part\n1,0.0%\n2,57.34265734265734%\n4,0.0%")),
    Decision(
      "Those that the conditions before the window keep",
      QueryCase(
        "from visits where level >= 3 then list id, n add sum(level within all) as n"
          + " where (9223372036854775802 + id) > 0 order by id", "id,n\n2,10\n3,10\n5,10")),
    Decision(
      "`slope(x)` is the rise of the straight line",
      QueryCase(
        "count visits where opened is not missing group by month(opened)"
          + " then list month, slope(count) as rise, trend(count) as line, trend(count, 2) as ahead",
        "month,rise,line,ahead\n2024-01,-0.5,2.1666666666666665,1.1666666666666667\n"
          + "2024-02,-0.5,1.6666666666666667,0.6666666666666666\n"
          + "2024-03,-0.5,1.1666666666666667,0.16666666666666666")),
    Decision(
      "never beyond today unless a group lies there",
      QueryCase(
        "count visits where opened in @2024-Q1 and level = 3 group by month(opened) fill 0",
        "month,count\n2024-01,1\n2024-02,1\n2024-03,0"),
      QueryCase(
        "count visits where opened in @2024 and level = 1 group by month(opened) fill 0",
        "month,count\n2024-01,1\n2024-02,0\n2024-03,0"),
      QueryCase(
        "count visits where level = 3 group by month(opened) fill 0",
        "month,count\n2024-01,1\n2024-02,1")),
  ]

  // MARK: Whole tables and cuts

  private static let wholes = [
    Decision(
      "| the smallest | `bottom 5 by fee`",
      QueryCase("list id, fee from visits bottom 2 by fee", "id,fee\n5,0.00\n4,5.25"),
      QueryCase("count visits group by agency bottom 1 by agency", "agency,count\nA,2")),
    Decision(
      "| rows left out first | `limit 20 skip 40`",
      QueryCase("list id from visits limit 2 skip 3", "id\n4\n5"),
      refused: [
        ("list id from visits limit 2 offset 3", "T0106", "list id from visits limit 2 skip 3")
      ]),
    Decision(
      "| equal rows once | `list distinct",
      QueryCase("list distinct agency from visits", "agency\nA\nB\n\"\"\nC"),
      QueryCase("list agency from visits where level >= 3 then list distinct", "agency\nA\nB\n\"\"")
    ),
    Decision(
      "| subtotals along the keys |",
      QueryCase(
        "count visits where level is not missing group by agency, level with totals",
        "agency,level,count\nA,1,1\nA,3,1\nA,total,2\nB,3,1\nB,total,1\n,4,1\n,total,1\ntotal,,4")),
    Decision(
      "Trend, working days and tiles are functions",
      QueryCase(
        "list id, tile(fee, 4) as quarter from visits where fee is not missing",
        "id,quarter\n1,3\n2,4\n4,2\n5,1"),
      QueryCase("show working_days(@2024-03-01, @2024-03-31) as days", "days\n20"),
      refused: [
        ("list ntile(fee, 4) from visits", "T0209", "list tile(fee, 4) from visits"),
        ("list forecast(fee, 4) from visits", "T0209", "list trend(fee, 4) from visits"),
      ]),
    Decision(
      "`share with level >= 3 from services`",
      QueryCase("share with level >= 3 from visits", "share\n50.0%"),
      QueryCase("share of visits with level >= 3", "share\n50.0%")),
    Decision(
      "Shares of one whole add up",
      QueryCase(
        "share of fee from visits where fee > 0 group by month(opened)"
          + " then list month, running(share) as so_far",
        "month,so_far\n2024-01,85.31468531468531%\n2024-02,100.0%"),
      QueryCase("share of fee from visits group by agency then sum share", "sum_share\n100.0%"),
      refused: [
        (
          "share with level >= 3 from visits group by agency then sum share", "T0434",
          "share with level >= 3 from visits group by agency then sum raw(share)"
        )
      ]),
  ]

  // MARK: Values

  private static let values = [
    Decision(
      "What is `missing = missing` behind a lookup?",
      QueryCase(
        "list id from visits lookup agencies on agency = code where goal = part", "id\n3\n6",
        receipt: "6 rows read, 2 kept; 1 row without a match in agencies; 1 row with a missing key"
          + " for agencies; goal or part missing in 4 rows, 2 of them kept"),
      QueryCase(
        "list id from visits where level = level - 1", "id\n4\n6",
        receipt: "6 rows read, 2 kept; level = level - 1 unknown in 2 rows, kept"),
      QueryCase(
        "list id from visits where not level = level - 1", "id\n1\n2\n3\n5",
        receipt: "6 rows read, 4 kept; not level = level - 1 unknown in 2 rows, left out"),
      QueryCase("list id from visits where level < level + 1", "id\n1\n2\n3\n5")),
    Decision(
      "Percentages are exact",
      QueryCase(
        "show ceil(20 * 55%) as up, floor(20 * 55%) as down, 0.1 + 0.2 = 0.3 as same",
        "up,down,same\n11,11,true")),
  ]

  @Test func aValueThatNoRowHasIsTold() throws {
    let database = try SampleTables.database()
    for (query, notes) in [
      ("count visits where agency = \"Z\"", ["agency has no value \"Z\""]),
      ("count visits where agency != \"Z\"", ["agency has no value \"Z\""]),
      ("count visits where agency in (\"A\", \"Z\")", ["agency has no value \"Z\""]),
      ("expect no visits where agency = \"Z\"", ["agency has no value \"Z\""]),
      ("count visits where agency = \"A\"", []),
    ] {
      var found: [String] = []
      try database.runScript(SourceText(query)) { found += $0.notes.map(\.message) }
      #expect(found == notes, "\(query)")
    }
    #expect(try Self.page().contains("May a script compare with a value that no row has?"))
  }

  /// The page that says what was decided.
  private static func page() throws -> String {
    let top = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    return try String(
      contentsOf: top.appendingPathComponent("Grammar/decisions.md"), encoding: .utf8)
  }

  /// A program must be able to read percents, points and periods back.
  @Test func answersAreReadBack() throws {
    let database = try SampleTables.database()
    let answer = try database.run(
      Query(
        text: """
          list part, opened, month(opened) as month, quarter(opened) as quarter,
          week(opened) as week, year(opened) as year, fee, online
          from visits where level is not missing
          """))
    let csv = answer.formatted(.csv)
    let tsv = answer.formatted(.tsv)
    for (text, name) in [(csv, "a.csv"), (tsv, "a.tsv")] {
      try database.load("back", from: .bytes(Array(text.utf8), name: name))
      let back = try database.run("from back")
      // A year is written as it is said, and reads as a number.
      var types = answer.columns.map(\.type.name)
      types[5] = "integer"
      #expect(back.columns.map(\.type.name) == types)
      #expect(back.formatted(.csv) == csv)
    }
    #expect(
      answer.formatted(.jsonl).split(separator: "\n").first == """
        {"part":0.500,"opened":"2024-01-05","month":"2024-01","quarter":"2024-Q1",\
        "week":"2024-W01","year":"2024","fee":10.00,"online":true}
        """)
    let points = try database.run(
      """
      share with level >= 3 from visits where opened in @2024 group by month(opened)
      vs previous month
      """)
    #expect(
      points.formatted(.csv) == "month,share,previous,change_pp\n2024-01,50.0%,,\n"
        + "2024-02,50.0%,50.0%,0.0\n2024-03,100.0%,50.0%,50.0\n")
    #expect(
      try Self.page().contains("How are percentages, points and periods written for programs?"))
  }

  /// Columns of diagnostics count what people see as one character.
  @Test func placesAreInCharacters() throws {
    let database = try SampleTables.database()
    let text = "list \"Đặng 😀\", agancy from visits"
    let refusal = try #require(database.refusal(of: text))
    let json = refusal.json(in: SourceText(text))
    #expect(
      json.contains(#""line":1,"col":16,"endLine":1,"endCol":22,"start":21,"end":27"#), "\(json)")
    #expect(try Self.page().contains("In what do places of a diagnostic count?"))
  }

  @Test func theDayCanBeSet() throws {
    let database = try SampleTables.database()
    QueryCase("count visits where opened in last 2 months", "count\n4").check(on: database)
    let shifted = try database.run(
      Query(text: "count visits where opened in last 2 months"),
      today: try #require(CalendarDate(year: 2024, month: 4, day: 1)))
    #expect(shifted.formatted(.csv) == "count\n3\n")
    #expect(try Self.page().contains("`--as-of 2024-03-15`"))
  }
}
