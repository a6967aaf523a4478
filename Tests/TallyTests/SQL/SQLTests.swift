import Testing

@testable import Tally
@testable import TallySyntax

/// What the statements of each dialect must say, and what must be refused. That they are answered
/// alike by the engines themselves is what `Tests/Engines` is for.
@Suite struct SQLTests {
  /// A query, and words of its statement in each dialect that is named.
  struct Case: Sendable, CustomTestStringConvertible {
    let query: String
    let words: [SQLDialect: String]

    init(_ query: String, _ words: [SQLDialect: String]) {
      (self.query, self.words) = (query, words)
    }

    var testDescription: String { query }
  }

  @Test(arguments: [
    // Conditions are two-valued.
    Case(
      "count visits where level = id",
      [
        .duckdb: #""level" IS NOT DISTINCT FROM "id""#, .sqlite: #""level" IS "id""#,
        .postgres: #""level" IS NOT DISTINCT FROM "id""#, .spark: "`level` <=> `id`",
      ]),
    Case("count visits where level = 3", [.duckdb: #""level" = 3"#, .spark: "`level` = 3"]),
    Case(
      "count visits where level != 3",
      [.duckdb: #""level" IS DISTINCT FROM 3"#, .sqlite: #""level" IS NOT 3"#]),
    Case(
      "count visits where not (level >= 3 and fee > 1)",
      [.duckdb: #"("level" >= 3 AND CAST("fee" AS DECIMAL(38, 2)) > 1.00) IS NOT TRUE"#]),
    Case(
      "list level > 2 as high from visits",
      [.postgres: #"("level" > 2) IS TRUE AS "high""#, .sqlite: #"("level" > 2) IS TRUE"#]),
    Case(
      "count visits where agency in (\"A\", missing)",
      [.duckdb: #""agency" IN ('A') OR "agency" IS NULL"#]),
    Case(
      "count visits where agency not in agencies.code",
      [
        .duckdb:
          #"NOT EXISTS (SELECT 1 FROM "members" AS "_member" WHERE "_member"."_value" IS NOT DISTINCT FROM "agency")"#
      ]),
    // Numbers.
    Case("sum fee from visits", [.duckdb: #"COALESCE(sum(CAST("fee" AS DECIMAL(38, 2))), 0)"#]),
    Case(
      "list fee / level as x from visits",
      [
        .duckdb:
          #"CAST(CAST(CAST("fee" AS DECIMAL(38, 2)) * 100 AS HUGEINT) AS DOUBLE) / NULLIF("#,
        .sqlite:
          #"CAST(CAST(round("fee" * 100) AS INTEGER) AS REAL) / NULLIF("level" * 100, 0)"#,
      ]),
    Case("list fee from visits", [.sqlite: #"CAST(round("fee" * 100) AS INTEGER) / 100.0"#]),
    Case("list level * 8% as vat from visits", [.duckdb: #"CAST("level" AS BIGINT) * 0.08"#]),
    Case("count visits where part >= 32.9%", [.postgres: ">= 0.329"]),
    // Dates and periods.
    Case(
      "count visits group by month(opened) as m",
      [
        .duckdb: #"CAST(date_trunc('month', "opened") AS DATE)"#,
        .sqlite: #"date("opened", 'start of month')"#, .spark: "trunc(`opened`, 'month')",
      ]),
    Case(
      "list days(@2024-04-01 - opened) as n from visits",
      [
        .duckdb: #"date_diff('day', "opened", DATE '2024-04-01')"#,
        .sqlite: #"CAST(julianday('2024-04-01') - julianday("opened") AS INTEGER)"#,
        .postgres: #"(DATE '2024-04-01' - "opened")"#,
      ]),
    Case(
      "list opened + 1 month as next from visits",
      [.spark: "add_months(`opened`, CAST(1 AS INT))", .sqlite: "'+1 month', '-1 day'"]),
    // Texts.
    Case("count visits group by agency", [.postgres: #""agency" COLLATE "C" AS "agency""#]),
    Case(
      "count visits where status contains \"a\"",
      [
        .duckdb: #"contains("status", 'a')"#, .sqlite: #"instr("status", 'a') > 0"#,
        .postgres: #"strpos("status" COLLATE "C", 'a') > 0"#,
      ]),
    // Order, cuts and joins.
    Case("list id from visits order by fee desc limit 2 skip 1", [.sqlite: "LIMIT 2\nOFFSET 1"]),
    Case("list id from visits top 1 by fee within agency", [.duckdb: #"WHERE "_rank" <= 1"#]),
    Case(
      "list name from visits lookup agencies on agency = agencies.code",
      [.duckdb: #"LEFT JOIN "agencies" AS "agencies_2" ON "visits_rows"."agency" = "#]),
    Case(
      "share of visits within agency group by agency, level",
      [.duckdb: #"sum("share_2") OVER (PARTITION BY "agency")"#]),
    Case(
      "count visits group by agency across level",
      [.duckdb: #"count(*) FILTER (WHERE "level" IS NOT DISTINCT FROM 3)"#]),
    Case(
      "median level from visits",
      [
        .duckdb: "quantile_cont(CAST", .spark: "percentile(CAST",
        .postgres: "percentile_cont(0.5) WITHIN GROUP (ORDER BY CAST",
      ]),
    Case(
      "first fee from visits group by agency",
      [.duckdb: "arg_min(", .spark: "min_by(", .postgres: "array_agg("]),
    Case("from visits append agencies", [.duckdb: "UNION ALL"]),
    Case("from visits unpivot fee, level into which, amount", [.sqlite: "'fee' AS \"which\""]),
  ])
  func statementsSay(_ test: Case) throws {
    let database = try SampleTables.database()
    for (dialect, words) in test.words {
      let text = try database.sql(for: Query(text: test.query), in: dialect)
      #expect(text.contains(words), "\(dialect)\n\(text)")
    }
  }

  @Test(arguments: [
    ("count visits where agency ~ \"a\"", [SQLDialect.duckdb, .sqlite, .postgres, .spark]),
    ("median fee from visits", [.sqlite]), ("first fee from visits", [.sqlite]),
    ("list round(fee / 3, 1) as x from visits", [.duckdb, .postgres]),
    ("list fold(agency) as x from visits", [.duckdb, .spark]),
    ("list upper(agency) as x from visits", [.sqlite, .postgres]),
    ("count visits where fee < 12345678901234567890.12", [.sqlite]),
  ])
  func isRefused(query: String, dialects: [SQLDialect]) throws {
    let database = try SampleTables.database()
    for dialect in dialects {
      do throws(QueryError) {
        let text = try database.sql(for: Query(text: query), in: dialect)
        Issue.record("\(dialect)\n\(text)")
      } catch {
        #expect(error.diagnostics.first?.code == .notInDialect)
        let help = error.diagnostics.first?.help ?? []
        #expect(help.count == 1)
      }
    }
  }

  /// What no statement can say as a whole is refused in every dialect, never left out.
  @Test(arguments: [
    "sum id from visits group by agency with totals",
    "count visits group by year(opened) fill 0",
    "count visits group by year(opened) vs previous year",
    "count visits group by agency vs target 3",
    "count visits group by bands(fee, 1, 10)",
    "list agency from visits order by agency collate vi",
    "list id from visits full join agencies on agency = agencies.code",
    "list id from visits cross join agencies",
    "sum fee, count from visits join many agencies on agency = agencies.code",
    "sum distinct fee from visits group by agency",
    "list visits lookup (list id, opened from visits) as v on id = v.id as of opened",
  ])
  func refusesWhatNoStatementSays(_ query: String) throws {
    let database = try SampleTables.database()
    for dialect in SQLDialect.allCases {
      do throws(QueryError) {
        let text = try database.sql(for: Query(text: query), in: dialect)
        Issue.record("\(dialect): \(text)")
      } catch {
        #expect(error.diagnostics.first?.code == .notInDialect, "\(query): \(error)")
      }
    }
  }

  // MARK: Differences that were found

  /// Two decimals of 38 digits met at the smaller scale in DuckDB: 1.1250 became 1.13.
  @Test func decimalsOfTwoScalesAreCast() throws {
    let text = try SampleTables.database().sql(
      for: "list least(fee, 0.1250) as x from visits", in: .duckdb)
    #expect(text.contains("AS DECIMAL(38, 4))"))
  }

  /// SQLite grouped by the fractions that were shown, not by what was counted.
  @Test func countsAreGroupedBeforeTheyAreShown() throws {
    let text = try SampleTables.database().sql(for: "count visits group by fee", in: .sqlite)
    let parts = text.split(separator: ")\nSELECT")
    #expect(parts.count == 2)
    #expect(parts[0].contains("GROUP BY 1") && !parts[0].contains("/ 100.0"))
    #expect(parts[1].contains("\"fee\" / 100.0"))
  }

  /// A window has no items that a number could stand for.
  @Test func windowsAreOrderedByNames() throws {
    let text = try SampleTables.database().sql(
      for: "sum fee from visits group by agency order by sum_fee desc then list agency",
      in: .sqlite)
    #expect(!text.contains("OVER (ORDER BY 1") && !text.contains("OVER (ORDER BY 2"))
  }

  /// PostgreSQL cuts names after 63 bytes, and two could become one.
  @Test func longNamesStayApart() throws {
    let word = String(repeating: "long_", count: 14)
    let text = try SampleTables.database().sql(
      for: Query(
        text: "sum fee as \(word)a, sum level as \(word)b from visits group by agency top 1"),
      in: .postgres)
    #expect(text.contains(#"AS "_long_"#))
  }

  // MARK: What people write

  /// Whatever stands in names and texts, it ends neither a comment nor a text nor a name.
  @Test(arguments: SQLDialect.allCases) func nothingBreaksOut(of dialect: SQLDialect) throws {
    let database = Database()
    let (evil, text) = ("x'\"`\\; DROP TABLE t; --", "x'\n\"`\\'; DROP TABLE t; --")
    let table = "t\"`; --"
    database[table] = Table(
      names: [evil], columns: [try Column(cells: [.text(text)], type: .text)], rowCount: 1)
    let query: Query =
      "count \(name: table) where \(name: evil) = \(text) group by \(name: evil) # ; DROP\n"
    let sql = try database.sql(for: query, in: dialect)
    let lines = sql.split(separator: "\n", omittingEmptySubsequences: false)
    let statement = lines.drop { $0.hasPrefix("--") || $0.hasPrefix("SET ") }
      .joined(separator: "\n")
    #expect(dialect.remainder(of: statement).filter { $0 == ";" }.count == 1, "\(sql)")
    #expect(!dialect.remainder(of: statement).contains("DROP"), "\(sql)")
  }
}

extension SQLDialect {
  /// What is left of a statement without its texts and quoted names, read as the dialect reads them.
  fileprivate func remainder(of statement: String) -> String {
    var rest = ""
    var quote: Character?
    var isEscaped = false
    for character in statement {
      if let open = quote {
        if isEscaped {
          isEscaped = false
        } else if self == .spark, open == "'", character == "\\" {
          isEscaped = true
        } else if character == open {
          quote = nil
        }
      } else if character == "'" || character == (self == .spark ? "`" : "\"") {
        quote = character
      } else {
        rest.append(character)
      }
    }
    return rest
  }
}
