import Testing

@testable import Tally

/// Windows that are refused, and what is offered instead.
@Suite struct WindowRefusalTests {
  struct Refused: Sendable, CustomTestStringConvertible {
    let query: String
    let code: String
    let message: String
    let mended: [String]

    init(_ query: String, _ code: String, _ message: String, _ mended: String...) {
      (self.query, self.code, self.message, self.mended) = (query, code, message, mended)
    }

    var testDescription: String { query }
  }

  @Test(arguments: [
    Refused(
      "list running(fee) from visits", "T0430",
      "running depends on the order of rows, and nothing says which it is",
      "list running(fee) from visits order by opened"),
    Refused(
      "list running(fee) from visits limit 3", "T0430",
      "running depends on the order of rows, and nothing says which it is",
      "list running(fee) from visits order by opened limit 3"),
    Refused(
      "count visits group by level then add previous(count)", "T0430",
      "previous depends on the order of rows, and nothing says which it is",
      "count visits group by level then add previous(count) order by level"),
    Refused(
      "show running(count()) from visits group by agency", "T0430",
      "running depends on the order of rows, and nothing says which it is",
      "show running(count()) from visits group by agency order by agency"),
    Refused(
      "count visits group by year(opened), month(opened) then add running(count)", "T0430",
      "running may begin anew with each year or go on: groups have the times year and month",
      "count visits group by year(opened), month(opened) then add running(count within year)",
      "count visits group by year(opened), month(opened) then add running(count within all)"),
    Refused(
      "list sum(fee over last 3 days) from visits order by id", "T0431",
      "sum counts back in time, and rows are not in order of a time"),
    Refused(
      "list sum(fee over last 3 days) from visits", "T0431",
      "sum counts back in time, and rows are not in order of a time",
      "list sum(fee over last 3 days) from visits order by opened"),
    Refused(
      "count visits group by month(opened) then add sum(count over last 90 days)", "T0431",
      "rows are in order of months, of which 90 days are no whole number",
      "count visits group by month(opened) then add sum(count over last 90 months)"),
    Refused("list rank() from visits", "T0432", "rank was given 0 arguments"),
    Refused("list tile(fee) from visits", "T0432", "tile was given 1 arguments"),
    Refused(
      "list tile(fee, 0) from visits", "T0432",
      "tile does not take a number of parts other than 1 to 1,000,000"),
    Refused(
      "list previous(fee, 0) from visits order by id", "T0432",
      "previous does not take a number of rows other than 1 and more"),
    Refused(
      "list rank(fee over last 3) from visits order by id", "T0432", "rank does not take `over`"),
    Refused(
      "list running(median(fee)) from visits order by id", "T0432",
      "running can't be taken of median"),
    Refused(
      "list lower(agency within status) from visits", "T0432",
      "lower computes a value from its row alone"),
    Refused(
      "list share(fee over last 3) from visits order by id", "T0432",
      "a share is one of all rows, not of a window"),
    Refused(
      "show rank(count()) as r from visits group by agency having r = 1", "T0433",
      "`having` is asked before windows over the groups are computed"),
    Refused(
      "show rank(count()) as r from visits group by agency across level", "T0433",
      "a window sees groups as rows, and not a table of two axes, totals or the row of the rest"),
    Refused(
      "list sum(fee) from visits", "T0412", "sum is computed over groups, not for a row",
      "show sum(fee) from visits"),
    Refused(
      "show rank(fee) from visits group by agency", "T0411",
      "fee is neither a key of this step nor aggregated"),
    Refused(
      "list sum(distinct fee within agency) from visits", "T0432",
      "a window takes `distinct` with `count` alone"),
    Refused(
      "count visits group by agency then count / 2 as half", "T0411",
      "count is neither a key of this step nor aggregated",
      "count visits group by agency then list count / 2 as half"),
    Refused(
      "fee * 2 from visits", "T0411", "fee is neither a key of this step nor aggregated",
      "list fee * 2 from visits"),
    Refused(
      "list sum(fee), count() from visits", "T0412", "sum is computed over groups, not for a row",
      "show sum(fee), count() from visits"),
    Refused(
      "list id from visits where fee = max(fee)", "T0412",
      "max is computed over groups, not for a row",
      "list id from visits where fee = (show max(fee) from visits)"),
    Refused(
      "list id from visits where level in 1-3", "T0401",
      "`in` needs a list, a range, a period or a column of a table, and this is an integer",
      "list id from visits where level in 1..3"),
    Refused(
      "count visits group by month opened", "T0107",
      "expected a comma between `month` and `opened`, or a call",
      "count visits group by month(opened)", "count visits group by month, opened"),
    Refused(
      "list lag(fee) from visits", "T0209", "there is no function lag",
      "list previous(fee) from visits"),
    Refused(
      "list rnak(fee) from visits", "T0209", "there is no function rnak",
      "list rank(fee) from visits"),
    Refused(
      "list id from visits lookup agencies on agency = previous(agencies.code)", "T0433",
      "a window needs the rows of a query to see"),
    Refused(
      "average fee from visits group by agency then sum average_fee", "T0434",
      "a sum of averages: average_fee has one for each group",
      "average fee from visits group by agency then sum raw(average_fee)"),
    Refused(
      "show sum(fee) / count() as r from visits group by agency then average r", "T0434",
      "an average of ratios: r has one for each group",
      "show sum(fee) / count() as r from visits group by agency then average raw(r)"),
    Refused(
      "count distinct status as k from visits group by agency then list k, agency then sum k",
      "T0434", "a sum of distinct counts: k has one for each group",
      "count distinct status as k from visits group by agency then list k, agency then sum raw(k)"),
    Refused(
      "share with level >= 3 from visits group by agency then add running(share)", "T0434",
      "a sum of ratios: share has one for each group",
      "share with level >= 3 from visits group by agency then add running(raw(share))"),
    Refused(
      "stddev fee from visits group by agency then add sum(stddev_fee within all)", "T0434",
      "a sum of deviations: stddev_fee has one for each group",
      "stddev fee from visits group by agency then add sum(raw(stddev_fee) within all)"),
    Refused(
      "median fee from visits group by agency then share of median_fee", "T0434",
      "a share of averages: median_fee has one for each group",
      "median fee from visits group by agency then share of raw(median_fee)"),
    Refused(
      "list working_days(opened, opened, agencies.goal) from visits", "T0422",
      "days off are a table's column of dates or the answer of a query"),
    Refused(
      "list working_days(opened, opened, 3) from visits", "T0422",
      "days off are a table's column of dates or the answer of a query"),
    Refused(
      "list slope(agency) from visits order by id", "T0432",
      "slope does not take text, but numbers"),
    Refused(
      "list sum(status over last 3) from visits order by id", "T0413",
      "sum can't be taken of text"),
  ])
  func refuses(_ test: Refused) throws {
    let database = try SampleTables.database()
    do throws(QueryError) {
      _ = try database.run(Query(text: test.query))
      Issue.record("\(test.query) has an answer")
    } catch {
      #expect(error.diagnostics.map(\.code.id) == [test.code])
      #expect(error.message == test.message)
      let source = SourceText(test.query)
      let mended = error.diagnostics.flatMap(\.fixIts).map { $0.applied(to: source) }
      #expect(mended == test.mended)
      // What is offered is a query that runs, or that is refused for another reason.
      for query in mended {
        do throws(QueryError) {
          _ = try database.run(Query(text: query))
        } catch {
          #expect(error.diagnostics.map(\.code.id) != [test.code], "\(query)")
        }
      }
    }
  }

  @Test(arguments: [
    (
      "list rank(fee within agency) as r from visits",
      "compute rank(fee within agency) for each row within agency, in order of fee descending"
    ),
    (
      "count visits group by agency, month(opened) then add running(count) as n",
      "compute running(count) for each row within agency, in order of month"
    ),
    (
      "show running(count()) as n from visits group by month(opened)",
      "compute running(count()) for each row, in order of month"
    ),
    ("list sum(fee within all) from visits", "compute sum(fee within all) for each row"),
    (
      "list row_number() from visits",
      "compute row_number() for each row, in order of the rows as they stand"
    ),
  ])
  func explainsWindows(query: String, line: String) throws {
    let explanation = try SampleTables.database().snapshot().explain(Query(text: query))
    #expect(explanation.split(separator: "\n").contains { $0 == line }, "\(explanation)")
  }
}

extension WindowRefusalTests {
  /// Values and checks that stand outside of a query have no rows to see.
  @Test(arguments: [
    "let x = rank(3)", "let x = 3 + previous(1)", "expect rank(fee) = 1",
    "expect sum(fee over last 3) > 0", "param n: int = rank(1)",
  ])
  func refusesOutsideOfQueries(statement: String) throws {
    let database = try SampleTables.database()
    do throws(QueryError) {
      try database.runScript(SourceText(statement)) { _ in }
      Issue.record("\(statement) is accepted")
    } catch {
      #expect(error.diagnostics.map(\.code.id) == ["T0433"], "\(error)")
    }
  }
}
