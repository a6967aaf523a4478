import Testing

@testable import Tally

/// `where` and what can stand in a condition.
@Suite struct ConditionTests {
  @Test(arguments: cases) func keepsTheRowsItSays(_ test: QueryCase) throws {
    test.check(on: try SampleTables.database())
  }

  private static func ids(_ condition: String, _ ids: [Int], _ receipt: String? = nil) -> QueryCase
  {
    QueryCase(
      "list id from visits where \(condition)",
      (["id"] + ids.map { "\($0)" }).joined(separator: "\n"), receipt: receipt)
  }

  static let cases: [QueryCase] =
    [comparisons, missing, logic, sets, texts, dates, queries].flatMap { $0 }

  /// A comparison with a missing value is false, but missing is equal to missing.
  static let comparisons =
    [
      ids("level = 3", [2, 3], "6 rows read, 2 kept; level missing in 2 rows, left out"),
      ids("level != 3", [1, 4, 5, 6], "6 rows read, 4 kept; level missing in 2 rows, kept"),
      ids("level < 3", [1]), ids("level <= 3", [1, 2, 3]), ids("level > 3", [5]),
      ids("level >= 3", [2, 3, 5]), ids("3 <= level", [2, 3, 5]),
      ids("fee = 5.25", [4]), ids("fee = 10", [1]), ids("fee > level", [1, 2]),
      ids("fee = level * 10", [1, 6]), ids("level = id", [1, 3]), ids("part > 0.4", [1, 4]),
      ids("part = 50%", [1]), ids("online", [1, 2, 5]), ids("not online", [3, 4, 6]),
      ids("online = false", [3]), ids("agency < \"B\"", [1, 2]), ids("agency >= 'B'", [3, 4, 6]),
      ids("true", [1, 2, 3, 4, 5, 6]), ids("false", []),
    ]

  static let missing: [QueryCase] = [
    ids("level is missing", [4, 6], "6 rows read, 2 kept"),
    ids("level is not missing", [1, 2, 3, 5]),
    ids("level = missing", [4, 6]), ids("level != missing", [1, 2, 3, 5]),
    ids("level >= 3 or missing", [2, 3, 4, 5, 6], "6 rows read, 5 kept"),
    ids("level in (1, 3) or missing", [1, 2, 3, 4, 6]),
    ids("agency = \"A\" or missing", [1, 2, 5]),
    ids("fee + level > 0", [1, 2, 5]),
    ids("level = level", [1, 2, 3, 4, 5, 6]),
  ]

  static let logic: [QueryCase] = [
    ids("level = 3 and fee > 1", [2]),
    ids("level = 3 or fee > 1", [1, 2, 3, 4]),
    ids("not (level >= 3)", [1, 4, 6]),
    ids("not level >= 3", [1, 4, 6]),
    ids("(level = 1 or level = 4) and status = \"paid\"", [1, 5]),
    // What is false for sure is not unknown, whatever else is missing.
    ids(
      "fee > 100 and level > 100", [],
      "6 rows read, 0 kept; fee or level missing in 1 row, left out"),
    // Only columns that lack a value are named.
    ids("id > 1 and level = 3", [2, 3], "6 rows read, 2 kept; level missing in 2 rows, left out"),
    ids("(true if level >= 3 else online)", [1, 2, 3, 5]),
  ]

  static let sets: [QueryCase] = [
    ids("level in (1, 4)", [1, 5]), ids("level not in (1, 4)", [2, 3, 4, 6]),
    ids("level in (1, missing)", [1, 4, 6], "6 rows read, 3 kept"),
    ids("level in (1, fee)", [1, 6]), ids("level in (2.5, 3.0)", [2, 3]),
    ids("level in 2..4", [2, 3, 5]), ids("level in 1..<4", [1, 2, 3]),
    ids("level not in 2..4", [1, 4, 6]),
    ids("fee between 5 and 15", [1, 4]), ids("fee not between 5 and 15", [2, 3, 5, 6]),
    ids("agency in (\"A\", \"C\")", [1, 2, 6]),
    ids("agency in agencies.code", [1, 2, 3, 4]), ids("agency not in agencies.code", [5, 6]),
    ids("agency in (\"a\", \"c\") loosely", [1, 2, 6]),
    ids("online in (true)", [1, 2, 5]), ids("part in (50%, 0%)", [1, 5]),
  ]

  static let texts: [QueryCase] = [
    ids("status contains \"a\"", [1, 3, 5]), ids("status starts with \"op\"", [2, 4]),
    ids("status ends with \"en\"", [2, 4]), ids("status ~ \"PAI\"", [1, 3, 5]),
    ids("status = \"PAID\"", []), ids("status = \"PAID\" loosely", [1, 3, 5]),
    ids("status != \"PAID\" loosely", [2, 4, 6]), ids("status contains \"\"", [1, 2, 3, 4, 5]),
    QueryCase("list place from places where place = \"Hà Nội\"", "place\nHà Nội"),
    QueryCase(
      "list place from places where place = \"ha noi\" loosely",
      "place\nHà Nội\nha noi\nHÀ NỘI"),
    QueryCase("list place from places where place ~ \"hà\"", "place\nHà Nội\nHÀ NỘI"),
    QueryCase("list place from places where place ~ \"đ\"", "place\nĐà Nẵng"),
    QueryCase("list place from places where place ~ \"da nang\"", "place\nĐà Nẵng"),
  ]

  static let dates: [QueryCase] = [
    ids("opened = @2024-01-20", [2]), ids("opened = \"2024-01-20\"", [2]),
    ids("opened in @2024-01", [1, 2]), ids("opened not in @2024-01", [3, 4, 5, 6]),
    ids("opened in @2024-Q1", [1, 2, 3, 4, 5]), ids("opened in @2024", [1, 2, 3, 4, 5]),
    ids("opened in @2024-W03", [2]), ids("opened >= @2024-02", [3, 4, 5]),
    ids("opened > @2024-02", [5]), ids("opened < @2024-02", [1, 2]),
    ids("opened <= @2024-02", [1, 2, 3, 4]),
    ids("opened between @2024-01-20 and @2024-02", [2, 3, 4]),
    ids("opened in last 2 months", [1, 2, 3, 4]), ids("opened in this month", [5]),
    ids("opened in last 15 days", [4]), ids("opened in next 3 weeks", [5]),
    ids("opened in last week", []), ids("opened in this year", [1, 2, 3, 4, 5]),
    ids("opened < today - 60 days", [1]), ids("today - opened > 50 days", [1, 2]),
    ids("opened + 1 month = @2024-02-20", [2]),
    ids("opened in (@2024-01, @2024-03-31)", [1, 2, 5]),
    ids("month(opened) = @2024-01", [1, 2]), ids("year(opened) = 2024", [1, 2, 3, 4, 5]),
    ids("weekday(opened) = 6", [2]),
  ]

  static let queries: [QueryCase] = [
    ids("fee > (average fee from visits)", [1, 2]),
    ids("fee = (max fee from visits where status = \"paid\")", [1]),
    ids("level in (list level from visits where status = \"open\")", [2, 3, 4, 6]),
    ids("level not in (list level from visits where status = \"open\")", [1, 5]),
    ids("agency in (list code from agencies where region = \"north\")", [1, 2]),
    ids(
      "level > (max level from visits where false)", [],
      "6 rows read, 0 kept; level > (max level from visits where false) unknown in 6 rows, left out"
    ),
  ]
}
