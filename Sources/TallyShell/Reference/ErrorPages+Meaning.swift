extension ErrorPage {
  /// The pages about types and meaning.
  static let aboutMeaning: [ErrorPage] = [
    ErrorPage(
      "T0401",
      """
      The two sides have types that do not go together, for instance a number and a \
      text.
      """,
      #"count services where level = "three""#,
      "count services where level = 3"),
    ErrorPage(
      "T0402",
      """
      A condition is true or false; a number is neither.
      """,
      "count services where level",
      "count services where level is not missing"),
    ErrorPage(
      "T0403",
      """
      An expression may have 10,000 operations; names that steps added count with all \
      that they stand for. Aggregate in between, or put the values into a table.
      """,
      "show greatest(1…)",
      "show greatest(1, 2)",
      repeating: ", 1", times: 12000),
    ErrorPage(
      "T0404",
      """
      The calendar ends somewhere, and what was asked for lies beyond it.
      """,
      "count services where opened in last 2000000 years",
      "count services where opened in last 20 years"),
    ErrorPage(
      "T0405",
      """
      Months and years differ in length, so they stand only beside a date.
      """,
      "show 3 months",
      "show @2025-01-31 + 3 months"),
    ErrorPage(
      "T0406",
      """
      `fee + 20%` may mean fee + 0.2 or a fifth more. Multiply for the second.
      """,
      "list fee + 20% from services",
      "list fee * 120% from services"),
    ErrorPage(
      "T0407",
      """
      Products of decimals are exact, and have as many places as both sides together, at \
      most 38.
      """,
      "show 0.00000000000000000001 * 0.00000000000000000001",
      "show 0.0000000001 * 0.0000000001"),
    ErrorPage(
      "T0408",
      """
      A day is never equal to a whole month. Ask whether it lies in it.
      """,
      "count services where opened = @2025-02",
      "count services where opened in @2025-02"),
    ErrorPage(
      "T0411",
      """
      Where rows are grouped, a column is a key or it is aggregated.
      """,
      "show level, count() from services group by agency",
      "count services group by agency, level"),
    ErrorPage(
      "T0412",
      """
      A single row has no count. Aggregates stand in heads, `having`, or behind `then`.
      """,
      "count services where count() > 3",
      "count services group by agency having count > 3"),
    ErrorPage(
      "T0413",
      """
      The aggregate needs one operand of a type that it can take: texts have no sum.
      """,
      "sum name from services",
      "sum fee from services"),
    ErrorPage(
      "T0414",
      """
      `within` divides by a part of the keys, so it names keys of the step.
      """,
      "share of services within status group by agency",
      "share of services within agency group by agency, status"),
    ErrorPage(
      "T0416",
      """
      The step groups rows and doesn't say what to compute from them.
      """,
      "from services group by agency",
      "count services group by agency"),
    ErrorPage(
      "T0417",
      """
      How many rows to keep is a whole number, the same for every row.
      """,
      """
      param n: decimal = 2.5
      list services limit $n
      """,
      """
      param n: int = 2
      list services limit $n
      """),
    ErrorPage(
      "T0418",
      """
      Two columns of the answer would have one name. Give one of them another with `as`.
      """,
      "list name, fee as name from services",
      "list name, fee from services"),
    ErrorPage(
      "T0419",
      """
      The clause has no meaning in this step, for instance `having` where nothing is \
      grouped.
      """,
      "list name from services having level = 3",
      "list name from services where level = 3"),
    ErrorPage(
      "T0420",
      """
      A query used as a value must give one row; this one gave none or several.
      """,
      "list name from services where fee > (list fee from services)",
      "list name from services where fee > (max fee from services)"),
    ErrorPage(
      "T0421",
      """
      Each row looks up one row. The table has several with this key, and each of them \
      would be a guess; `join many` takes them all.
      """,
      "list services lookup payments on id = service_id",
      "list services join many payments on id = service_id"),
    ErrorPage(
      "T0422",
      """
      The function takes other arguments; the help lines show how it is called.
      """,
      "list length(level) from services",
      "list length(name) from services"),
    ErrorPage(
      "T0423",
      """
      A range has two ends, and one of them has no value. One end alone is a comparison.
      """,
      "count services where level between 3 and missing",
      "count services where level >= 3"),
    ErrorPage(
      "T0424",
      """
      Behind `join many` each row of a table counts once in each group, and in several \
      groups where they are made by another table: their total would count it several \
      times. Group by columns of its own table.
      """,
      """
      sum fee from services join many payments on id = service_id \
      group by paid_on top 1 with rest
      """,
      """
      sum fee from services join many payments on id = service_id \
      group by agency top 1 with rest
      """),
    ErrorPage(
      "T0430",
      """
      A running sum, the row before or a window of rows depends on which row comes \
      first, and nothing says it. Order the step, or group by a day or a period.
      """,
      "list name, running(fee) from services",
      "list name, running(fee) from services order by opened"),
    ErrorPage(
      "T0431",
      """
      A window of time counts back from the time of each row, so the rows are in order \
      of a time, in whole units of it.
      """,
      """
      list name, sum(fee over last 3 days) as recent from services order by id
      """,
      """
      list name, sum(fee over last 3 days) as recent from services order by opened
      """),
    ErrorPage(
      "T0432",
      """
      The function takes other arguments, or no `within`, `with` or `over`; the help \
      lines show how it is called.
      """,
      "list name, tile(fee) as quartile from services",
      "list name, tile(fee, 4) as quartile from services"),
    ErrorPage(
      "T0433",
      """
      The rows that a window sees are known behind `having` and `where`, so what is \
      asked of its value comes in the next step.
      """,
      """
      show rank(count()) as place from services group by agency having place = 1
      """,
      """
      show rank(count()) as place from services group by agency then where place = 1
      """),
    ErrorPage(
      "T0434",
      """
      Groups differ in size, so the sum or average of their averages and ratios is none \
      of the whole, and distinct values may lie in several groups. Compute it from the \
      rows; raw(x) takes the values for what they are.
      """,
      "average fee from services group by agency then average average_fee",
      "average fee from services"),
    ErrorPage(
      "T0440",
      """
      Two columns become one, and no type holds the values of both exactly: a text and a \
      number, or a float and an exact number. Say which is meant, for instance with \
      text(x) or number(x).
      """,
      "list id, agency as amount from services append payments",
      "list id, fee as amount from services append payments"),
    ErrorPage(
      "T0441",
      """
      `except` leaves out the rows that are in the other table as well, so both have the \
      same columns.
      """,
      "list id from services except payments",
      "list id from services except (list service_id as id from payments)"),
    ErrorPage(
      "T0443",
      """
      A lookup and a join find rows by equal keys; how many rows meet another condition \
      is known only by trying. `join many` takes all of them.
      """,
      "list name, amount from services join payments on fee > amount",
      "list name, amount from services join many payments on fee > amount"),
    ErrorPage(
      "T0444",
      """
      `as of` finds the row that holds at a time, so the table needs a column that says \
      from when a row holds; where it has several, `by` names it.
      """,
      "list name from services lookup agencies on agency as of opened",
      "list name, amount from services lookup payments on id = service_id as of closed"),
    ErrorPage(
      "T0445",
      """
      Of one key and time only one row may hold: which of two is meant, nobody knows. \
      Validities end on the day before the next begins.
      """,
      """
      list name from services lookup (list service_id, paid_on from payments append payments) \
      as twice on id = twice.service_id as of closed
      """,
      "list name from services lookup payments on id = service_id as of closed"),
    ErrorPage(
      "T0446",
      """
      A cross join makes a row of each pair, which are soon too many: it says `many` where \
      so many are meant, and `one` where the table has one row.
      """,
      "list name, province from services cross join one agencies",
      "list name, province from services cross join agencies"),
    ErrorPage(
      "T0447",
      """
      A function means the same everywhere, so it reads nothing but what it is given, and \
      values that were named before.
      """,
      "let gross(rate) = fee + fee * rate",
      "let gross(fee, rate) = fee + fee * rate"),
    ErrorPage(
      "T0448",
      """
      A function is computed from its arguments, once; it can't call itself.
      """,
      "let double(x) = double(x) + x",
      "let double(x) = x + x"),
    ErrorPage(
      "T0449",
      """
      A measure is computed anew from the rows of its table, so it stands in the step \
      that reads them.
      """,
      """
      measure mean on services = sum(fee) / count(fee)
      mean from payments
      """,
      """
      measure mean on services = sum(fee) / count(fee)
      mean from services
      """),
    ErrorPage(
      "T0450",
      """
      `bands` cuts a number or a date at bounds that the query itself says, each greater \
      than the one before it. A bound belongs to the band above it.
      """,
      "count services group by bands(fee, 100, 10)",
      "count services group by bands(fee, 10, 100)"),
    ErrorPage(
      "T0451",
      """
      `vs previous`, `vs first` and `fill` go along a key that is a day or a period, and \
      there must be one to go by.
      """,
      "sum fee from services group by agency vs previous year",
      "sum fee from services group by year(opened) vs previous year"),
    ErrorPage(
      "T0452",
      """
      `fill` gives groups of no rows a value, which every measure must be able to have. \
      A percentage needs its sign, and `missing` goes with all.
      """,
      "max status from services group by month(opened) fill 0",
      "max status from services group by month(opened) fill missing"),
    ErrorPage(
      "T0453",
      """
      `vs` compares numbers with numbers, percentages with percentages, and lengths of \
      time with lengths of time.
      """,
      "share with level >= 3 from services group by agency vs target 60",
      "share with level >= 3 from services group by agency vs target 60%"),
    ErrorPage(
      "T0454",
      """
      A year is not made of whole weeks, so no week has one a year before it. Say how \
      many weeks to look back.
      """,
      "sum fee from services group by week(opened) vs previous year",
      "sum fee from services group by week(opened) vs previous 52 weeks"),
    ErrorPage(
      "T0455",
      """
      Two clauses of a step would have to run before each other. Write one of them in a \
      step of its own, or the keys of `across` behind `group by`.
      """,
      "count services group by year(opened) across level vs previous year",
      "count services group by level, year(opened) vs previous year"),
    ErrorPage(
      "T0456",
      """
      `collate` orders texts as the dictionaries of a language do; `vi` is built in.
      """,
      "list name from services order by name collate vn",
      "list name from services order by name collate vi"),
    ErrorPage(
      "T0457",
      """
      Charts are `bar`, `line`, `histogram` and `heat`, and bars can be `stacked`. They \
      draw the numbers behind the keys.
      """,
      "count services group by agency chart pie",
      "count services group by agency chart bar"),
    ErrorPage(
      "T0460",
      """
      The name means something already: a function of the language, or a column of the \
      measure's table. Choose another.
      """,
      "let upper(x) = x",
      "let same(x) = x"),
    ErrorPage(
      "T0461",
      """
      A half-year is a range of days: it stands behind `in` and at the ends of ranges. \
      Periods that are values are weeks, months, quarters and years.
      """,
      "count services where opened > @2025-H1",
      "count services where opened in @2025-H1"),
    ErrorPage(
      "T0462",
      """
      The keys of groups are the first columns of the answer by themselves. Among what is \
      computed they would be there twice.
      """,
      "show agency, sum(fee) from services group by agency",
      "show sum(fee) from services group by agency"),
    ErrorPage(
      "T0463",
      """
      Columns are ordered and grouped by their names. A number is the same for all rows, so \
      that it orders nothing and makes one group.
      """,
      "sum fee from services group by agency order by 2 desc",
      "sum fee from services group by agency order by sum_fee desc"),
    ErrorPage(
      "T0464",
      """
      A share needs a part: `with` restricts what is counted, and `where` what it is \
      counted of. Of the rows that `where` keeps, all are kept.
      """,
      "share of services where level >= 3",
      "share of services with level >= 3"),
    ErrorPage(
      "T0470",
      """
      A statement of SQL must be answered as Tally answers, and the dialect has no words \
      for this: it compares, rounds or orders otherwise. Another dialect may have them.
      """,
      "explain count services where name ~ \"a\" as sql duckdb",
      "explain count services where name contains \"a\" as sql duckdb"),
    ErrorPage(
      "T0471",
      """
      The dialects are duckdb, sqlite, postgres and spark.
      """,
      "explain count services as sql duckdv",
      "explain count services as sql duckdb"),
    ErrorPage(
      "T0472",
      """
      The parts of a change must add up to it. The average, the median or the distinct \
      values of groups don't add up to those of all rows, and floating numbers don't add \
      up exactly; sums and counts do.
      """,
      "why average fee from services between @2025-01 and @2025-02 on opened by agency",
      "why sum fee from services between @2025-01 and @2025-02 on opened by agency"),
    ErrorPage(
      "T0473",
      """
      `why` compares two periods, and the rows have several dates that could lie in them, \
      or none. `on` says which one is meant.
      """,
      "why sum fee from services between @2025-01 and @2025-02 by agency",
      "why sum fee from services between @2025-01 and @2025-02 on opened by agency"),
    ErrorPage(
      "T0474",
      """
      `rows of` gives out the rows that groups were made of, and the last step of this \
      query makes none: its rows are the answer itself.
      """,
      "rows of (list agency from services)",
      "rows of (count services group by agency) row 1"),
    ErrorPage(
      "T0480",
      """
      `unpublished` names two columns of a table that were published each by itself, \
      never together. A column is not crossed with itself, and a named query has no \
      crosses of its own.
      """,
      "unpublished level, level in services",
      "unpublished level, status in services"),
  ]
}
