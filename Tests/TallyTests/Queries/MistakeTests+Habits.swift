import TallySyntax
import Testing

@testable import Tally

/// What people type who know other languages, or none: each sentence is refused with one message for
/// each of its mistakes, and all mends together give a sentence that runs.
extension MistakeTests {
  struct Habit: Sendable, CustomTestStringConvertible {
    let typed: String
    let mended: String
    /// How many mistakes are told.
    let count: Int

    init(_ typed: String, _ mended: String, count: Int = 1) {
      (self.typed, self.mended, self.count) = (typed, mended, count)
    }

    var testDescription: String { typed }
  }

  @Test(arguments: habits)
  func areMended(_ habit: Habit) throws {
    let source = SourceText(habit.typed)
    let diagnostics = try mistakes(in: source)
    #expect(diagnostics.count == habit.count, "\(diagnostics)")
    #expect(mended(source, diagnostics) == habit.mended)
    #expect(try mistakes(in: SourceText(habit.mended)).isEmpty)
  }

  /// Running says what can't be mended without knowing what is wanted.
  @Test(arguments: [
    ("update visits set fee = 3", "tables are read here, and never changed"),
    ("create table t as select * from visits", "tables are read here, and never changed"),
    ("list id from visits, agencies", "a step reads one table, and brings others in"),
    (
      "count visits where exists (select 1 from agencies)",
      "whether a row exists is asked with `in`"
    ),
    (
      "visits.groupby(\"agency\").fee.sum()",
      "a table has no methods: a sentence says what is wanted, and from where"
    ),
    ("list fee ?? 0 from visits", "`??` has no meaning here"),
    ("count visits where part > 50 and levl = 1", "no column \"levl\" in visits"),
  ])
  func areExplained(_ typed: String, _ message: String) throws {
    #expect(try mistakes(in: SourceText(typed)).map(\.message) == [message])
  }

  private func mistakes(in source: SourceText) throws -> [Diagnostic] {
    do throws(QueryError) {
      try SampleTables.database().runScript(source) { _ in }
      return []
    } catch {
      return error.diagnostics
    }
  }

  static let habits: [Habit] = [
    Habit("count visits where level > = 3", "count visits where level >= 3"),
    Habit("count visits where level < = 3", "count visits where level <= 3"),
    Habit("count visits where level 3", "count visits where level = 3"),
    Habit(
      "count visits where fee > 1 and agency \"X\" group by agency",
      "count visits where fee > 1 and agency = \"X\" group by agency"),
    Habit(
      "list id from visits order by fee desc nulls last, id",
      "list id from visits order by fee desc, id"),
    Habit(
      "list id from visits order by fee nulls first limit 3",
      "list id from visits order by (fee) is missing desc, fee limit 3"),
    Habit("percentile fee 90 from visits", "percentile(fee, 90) from visits"),
    Habit("percentile 90 fee from visits", "percentile(fee, 90) from visits"),
    Habit("percentile fee from visits", "percentile(fee, 90) from visits"),
    Habit("percentile(fee) from visits", "percentile(fee, 90) from visits"),
    Habit("corr fee level from visits", "corr(fee, level) from visits"),
    Habit("corr fee, level from visits", "corr(fee, level) from visits"),
    Habit("p90 fee from visits", "percentile(fee, 90) from visits"),
    Habit(
      "SELECT agency, COUNT(*) FROM visits GROUP BY agency",
      "show COUNT() FROM visits GROUP BY agency", count: 2),
    Habit("SELECT * FROM visits", "list FROM visits"),
    Habit(
      "SELECT * FROM visits WHERE level > 2 LIMIT 3",
      "list FROM visits WHERE level > 2 LIMIT 3"),
    Habit("SELECT DISTINCT agency FROM visits", "list DISTINCT agency FROM visits"),
    Habit(
      "SELECT agency, SUM(fee) AS total FROM visits WHERE level >= 1 GROUP BY agency"
        + " ORDER BY total DESC",
      "show SUM(fee) AS total FROM visits WHERE level >= 1 GROUP BY agency ORDER BY total DESC"),
    Habit(
      "select count(*) from visits where agency is null",
      "show count() from visits where agency is missing", count: 3),
    Habit(
      "select count(*) from visits where agency is not null",
      "show count() from visits where agency is not missing", count: 3),
    Habit(
      "select agency, sum(fee) from visits group by agency having sum(fee) > 5",
      "show sum(fee) from visits group by agency having sum(fee) > 5"),
    Habit("SELECT COUNT(DISTINCT agency) FROM visits", "show COUNT(DISTINCT agency) FROM visits"),
    Habit(
      "select top 3 id, fee from visits order by fee desc",
      "list id, fee from visits order by fee desc limit 3"),
    Habit("count(*) from visits", "count() from visits"),
    Habit(#"count visits where agency == "A""#, #"count visits where agency = "A""#),
    Habit(
      "count visits where agency = 'A' && level > 1",
      "count visits where agency = 'A' and level > 1"),
    Habit("count visits where agency <> 'A'", "count visits where agency != 'A'"),
    Habit(#"count visits where agency like "A%""#, #"count visits where agency starts with "A""#),
    Habit(#"count visits where agency like "%A%""#, #"count visits where agency contains "A""#),
    Habit(
      #"count visits where agency ilike "a%""#,
      #"count visits where agency starts with "a" loosely"#),
    Habit("count visits where fee is null", "count visits where fee is missing"),
    Habit("count visits where fee = null", "count visits where fee is missing"),
    Habit("count visits where fee != null", "count visits where fee is not missing"),
    Habit("count visits where isnull(fee)", "count visits where fee is missing"),
    Habit("count visits where not isnull(fee)", "count visits where not fee is missing"),
    Habit("count visits where level in [1, 3]", "count visits where level in (1, 3)"),
    Habit("count visits where level in {1, 3}", "count visits where level in (1, 3)"),
    Habit("count visits where level in 1, 3", "count visits where level in (1, 3)"),
    Habit(
      "count visits where agency in (list code from agencies) loosely",
      "count visits where agency in (list code from agencies)"),
    Habit(
      "count visits where level not in (1, 3) or level = 4 and fee > 1",
      "count visits where level not in (1, 3) or (level = 4 and fee > 1)"),
    Habit("count visits group agency", "count visits group by agency"),
    Habit("count visits by agency", "count visits group by agency"),
    Habit("count visits per agency", "count visits group by agency"),
    Habit("count visits for each agency", "count visits group by agency"),
    Habit(
      "count visits group by agency where level > 1",
      "count visits where level > 1 group by agency"),
    Habit("count visits where level > 1 where fee > 5", "count visits where level > 1 and fee > 5"),
    Habit(
      "count visits order by count desc group by agency",
      "count visits group by agency order by count desc"),
    Habit("list visits sort by fee desc", "list visits order by fee desc"),
    Habit("list visits order by fee descending", "list visits order by fee desc"),
    Habit("list visits limit 3 offset 2", "list visits limit 3 skip 2"),
    Habit("list visits limit 2, 3", "list visits limit 3 skip 2"),
    Habit("list first 3 visits", "list visits limit 3"),
    Habit("list top 3 visits by fee", "list visits top 3 by fee"),
    Habit("top 3 visits by fee", "list visits top 3 by fee"),
    Habit("head visits", "list visits limit 10"),
    Habit("visits.head()", "list visits limit 5"),
    Habit("visits[level > 2]", "visits where level > 2"),
    Habit(
      "visits | where level > 2 | summarize count() by agency",
      "visits then where level > 2 then count() group by agency", count: 3),
    Habit(
      "visits | summarize sum(fee) by agency",
      "visits then sum(fee) group by agency", count: 2),
    Habit("from visits | filter level > 2", "from visits then where level > 2", count: 2),
    Habit("from visits filter level > 2", "from visits where level > 2"),
    Habit("from visits derive tax = fee * 8%", "from visits add fee * 8% as tax"),
    Habit("from visits add tax = fee * 8%", "from visits add fee * 8% as tax"),
    Habit("from visits select agency, fee", "from visits then list agency, fee"),
    Habit("select sum fee by agency from visits", "sum fee from visits group by agency"),
    Habit("show visits", "list visits"),
    Habit("sum fee", "sum fee from visits"),
    Habit("sum fee visits", "sum fee from visits"),
    Habit("sum fee in visits", "sum fee from visits"),
    Habit("sum fee of visits", "sum fee from visits"),
    Habit("avg fee from visits", "average fee from visits"),
    Habit("mean fee from visits", "average fee from visits"),
    Habit("total fee from visits", "sum fee from visits"),
    Habit("maximum fee from visits", "max fee from visits"),
    Habit("sum(fee), agency from visits group by agency", "sum(fee) from visits group by agency"),
    Habit("agency, sum fee from visits group by agency", "sum fee from visits group by agency"),
    Habit(
      "list agency, sum(fee) from visits group by agency",
      "show sum(fee) from visits group by agency"),
    Habit("list agency, sum fee from visits", "sum fee from visits group by agency"),
    Habit(
      "show agency, sum fee from visits group by agency",
      "sum fee from visits group by agency"),
    Habit(#"sum fee from visits where level = "3""#, "sum fee from visits where level = 3"),
    Habit(
      #"sum fee from visits where opened > "01/02/2024""#,
      "sum fee from visits where opened > @2024-02-01"),
    Habit("count visits where opened = 01/02/2024", "count visits where opened = @2024-02-01"),
    Habit("count visits where opened = 2024-02-01", "count visits where opened = @2024-02-01"),
    Habit("count visits where opened = @01/02/2024", "count visits where opened = @2024-02-01"),
    Habit("count visits where opened = @2024-2-1", "count visits where opened = @2024-02-01"),
    Habit(
      "count visits where opened between 2024-01-01 and 2024-02-01",
      "count visits where opened between @2024-01-01 and @2024-02-01", count: 2),
    Habit("count visits where year = 2024", "count visits where year(opened) = 2024"),
    Habit(#"count visits where year(opened) = "2024""#, "count visits where year(opened) = @2024"),
    Habit("count visits where month(opened) = 2", "count visits where month_number(opened) = 2"),
    Habit(
      #"count visits where month(opened) = "2024-02""#,
      "count visits where month(opened) = @2024-02"),
    Habit("count visits where opened.year = 2024", "count visits where year(opened) = 2024"),
    Habit("count visits where opened in 2024", "count visits where opened in @2024"),
    Habit("count visits where opened in @2024Q1", "count visits where opened in @2024-Q1"),
    Habit(
      "count visits where opened in last three months",
      "count visits where opened in last 3 months"),
    Habit(
      "count visits where opened in past 3 months",
      "count visits where opened in last 3 months"),
    Habit("count visits where opened > today - 30", "count visits where opened > today - 30 days"),
    Habit("count visits group by month", "count visits group by month(opened)"),
    Habit(
      "count visits group by date_trunc('month', opened)",
      "count visits group by month(opened)"),
    Habit("count visits group by opened month", "count visits group by month(opened)"),
    Habit(
      "sum fee from visits group by month(opened) vs last year",
      "sum fee from visits group by month(opened) vs previous year"),
    Habit(
      "sum fee from visits group by month(opened) vs previous yr",
      "sum fee from visits group by month(opened) vs previous year"),
    Habit(
      "sum fee from visits group by month(opened) compare previous month",
      "sum fee from visits group by month(opened) vs previous month"),
    Habit("share visits where level > 2", "share visits with level > 2"),
    Habit("share of visits where level >= 3", "share of visits with level >= 3"),
    Habit("percent of visits with level >= 3", "share of visits with level >= 3"),
    Habit(
      "share of visits with level >= 3 per agency",
      "share of visits with level >= 3 group by agency"),
    Habit("count vists", "count visits"),
    Habit("count visit", "count visits"),
    Habit("cuont visits", "count visits"),
    Habit("count visits wher level > 2", "count visits where level > 2"),
    Habit("count visits where levl > 2", "count visits where level > 2"),
    Habit("count visits where agency = A", #"count visits where agency = "A""#),
    Habit(#"count visits where "agency" = "A""#, #"count visits where agency = "A""#),
    Habit("count visits where (level > 2", "count visits where (level > 2)"),
    Habit("count visits where level > 2)", "count visits where level > 2"),
    Habit("count places where place = ha noi", #"count places where place = "ha noi""#),
    Habit("count places where place = Hà Nội", #"count places where place = "Hà Nội""#),
    Habit(#"count places where place like "ha noi""#, #"count places where place = "ha noi""#),
    Habit(
      #"count places where place contains "ha noi" ignorecase"#,
      #"count places where place contains "ha noi" loosely"#),
    Habit("count visits where 1 < level < 4", "count visits where 1 < level and level < 4"),
    Habit("count visits where level >= 1 and <= 3", "count visits where level >= 1 and level <= 3"),
    Habit("count visits where level = 1 or 3", "count visits where level = 1 or level = 3"),
    Habit(
      "count visits where level = 1 or level = 3 and fee > 2",
      "count visits where level = 1 or (level = 3 and fee > 2)"),
    Habit("count visits where level !in (1, 3)", "count visits where level not in (1, 3)"),
    Habit("count visits where !online", "count visits where not online"),
    Habit(#"count visits where online = "true""#, "count visits where online"),
    Habit("count visits where online = 1", "count visits where online"),
    Habit("count visits where level is 3", "count visits where level = 3"),
    Habit("count visits where level is not 3", "count visits where level != 3"),
    Habit("count visits where level equals 3", "count visits where level = 3"),
    Habit("count visits where level greater than 3", "count visits where level > 3"),
    Habit("count visits where level at least 3", "count visits where level >= 3"),
    Habit("count visits where fee > 1,000", "count visits where fee > 1000"),
    Habit("count visits where fee > 1.000.000", "count visits where fee > 1000000"),
    Habit("count visits where fee > 5k", "count visits where fee > 5000"),
    Habit("list id, fee * 1.1 tax from visits", "list id, fee * 1.1 as tax from visits"),
    Habit("list id, fee + 10% from visits", "list id, fee * 110% from visits"),
    Habit(#"list id as "số hồ sơ" from visits"#, "list id as `số hồ sơ` from visits"),
    Habit(
      #"list id, case when level > 2 then "high" else "low" end from visits"#,
      #"list id, "high" if level > 2 else "low" from visits"#),
    Habit(
      #"list id, if(level > 2, "high", "low") from visits"#,
      #"list id, "high" if level > 2 else "low" from visits"#),
    Habit(
      #"list id, if level > 2 then "high" else "low" as x from visits"#,
      #"list id, "high" if level > 2 else "low" as x from visits"#),
    Habit("list id, ifnull(fee, 0) from visits", "list id, coalesce(fee, 0) from visits"),
    Habit("list id, nvl(fee, 0) as f from visits", "list id, coalesce(fee, 0) as f from visits"),
    Habit(
      "list id, status + agency as x from visits",
      "list id, concat(status, agency) as x from visits"),
    Habit("list id, len(status) as n from visits", "list id, length(status) as n from visits"),
    Habit(
      "list id, substr(status, 1, 2) as s from visits",
      "list id, substring(status, 1, 2) as s from visits"),
    Habit(
      "list id, row_number() over (partition by agency order by fee) from visits",
      "list id, row_number(within agency) from visits order by fee"),
    Habit("list id, rank() over (order by fee) from visits", "list id, rank(-fee) from visits"),
    Habit(
      "list id, rank(fee) by agency from visits",
      "list id, rank(fee within agency) from visits"),
    Habit(
      "list id, lag(fee) from visits order by opened",
      "list id, previous(fee) from visits order by opened"),
    Habit(
      "list id, cumsum(fee) from visits order by opened",
      "list id, running(fee) from visits order by opened"),
    Habit(
      "list id, rolling(fee, 3) from visits order by opened",
      "list id, average(fee over last 3) from visits order by opened"),
    Habit(
      "list id, name from visits inner join agencies on visits.agency = agencies.code",
      "list id, name from visits join agencies on visits.agency = agencies.code"),
    Habit(
      "list id, name from visits lookup agencies where agency = code",
      "list id, name from visits lookup agencies on agency = code"),
    Habit(
      "count visits where agency in (select code from agencies)",
      "count visits where agency in (list code from agencies)"),
    Habit("count visits where agency in agencies", "count visits where agency in agencies.code"),
    Habit("count visits union count agencies", "count visits append (count agencies)"),
    Habit(
      "list agency from visits union all list code from agencies",
      "list agency from visits append (list code from agencies)"),
    Habit("count distinct visits", "list distinct visits then count"),
    Habit("count unique agency from visits", "count distinct agency from visits"),
    Habit("count different agency from visits", "count distinct agency from visits"),
    Habit("distinct agency from visits", "list distinct agency from visits"),
    Habit("list unique agency from visits", "list distinct agency from visits"),
    Habit("group visits by agency", "count visits group by agency"),
    Habit("how many visits", "count visits"),
    Habit("how many visits have level > 2", "count visits where level > 2"),
    Habit("count all visits", "count visits"),
    Habit("count the visits", "count visits"),
    Habit("count rows from visits", "count from visits"),
    Habit("sum fee where level > 2 from visits", "sum fee from visits where level > 2"),
    Habit("sum fee group by agency from visits", "sum fee from visits group by agency"),
    Habit("from visits where level > 2 sum fee", "from visits where level > 2 then sum fee"),
    Habit("from visits sum fee group by agency", "from visits then sum fee group by agency"),
    Habit("from visits group by agency sum fee", "from visits then sum fee group by agency"),
    Habit(
      "sum fee from visits group by agency where sum_fee > 3",
      "sum fee from visits group by agency having sum_fee > 3"),
    Habit(
      "sum fee from visits group by agency having fee > 3",
      "sum fee from visits where fee > 3 group by agency"),
    Habit(
      "sum fee from visits where sum(fee) > 3 group by agency",
      "sum fee from visits where (show sum(fee) from visits) > 3 group by agency"),
    Habit(
      "sum fee from visits group by agency order by 2 desc",
      "sum fee from visits group by agency order by sum_fee desc"),
    Habit(
      "count visits group by agency pivot status",
      "count visits group by agency across status"),
    Habit("count visits group by agency and status", "count visits group by agency, status"),
    Habit("count visits group by agency with rollup", "count visits group by agency with totals"),
    Habit("count visits group by agency with total", "count visits group by agency with totals"),
    Habit("count visits group by agency totals", "count visits group by agency with totals"),
    Habit("count visits by agency, status", "count visits group by agency, status"),
    Habit(
      "count visits group by agency limit 3 order by count",
      "count visits group by agency order by count limit 3"),
    Habit(
      "count visits group by agency top 2 order by count",
      "count visits group by agency order by count top 2"),
    Habit("count visits -- a comment", "count visits # a comment"),
    Habit("count visits // a comment", "count visits # a comment"),
    Habit("count visits /* comment */", "count visits # comment"),
    Habit("plot count visits group by agency", "count visits group by agency chart bar"),
    Habit(
      "count visits group by half_year(opened)",
      #"count visits group by year(opened), "H1" if quarter_number(opened) <= 2 else "H2" as half"#),
    Habit(
      "sum fee from visits vs previous month",
      "sum fee from visits group by month(opened) vs previous month"),
  ]
}
