import Testing

@testable import Tally

/// `append`, `except`, `unpivot`, steps behind `across`, and queries where tables stand.
@Suite struct TableStageTests {
  /// Tables of quarters and of years.
  static let budget = "unit,q1,q2,q3\nA,1,2.5,\nB,,,\nC,4,5,6\n"
  static let archive = "id,agency,fee,closed\n1,A,10,2023-01-01\n7,E,1.1255,\n"

  private static func database() throws(QueryError) -> Database {
    let database = try SampleTables.database()
    try database.load("budget", from: .bytes(Array(budget.utf8), name: "budget"))
    try database.load("archive", from: .bytes(Array(archive.utf8), name: "archive"))
    try database.load("nothing", from: .bytes(Array("id,agency,fee\n".utf8), name: "nothing"))
    return database
  }

  @Test(arguments: cases) func stages(_ test: QueryCase) throws {
    test.check(on: try Self.database())
  }

  static let cases: [QueryCase] = [
    QueryCase(
      "list id, agency, fee from visits where id < 3 append archive",
      "id,agency,fee,closed\n1,A,10.0000,\n2,A,20.5000,\n1,A,10.0000,2023-01-01\n7,E,1.1255,",
      receipt: "6 rows read, 2 kept; 2 rows of archive appended, alone with closed"),
    QueryCase(
      "list id, level from visits where id < 2 append archive append nothing",
      "id,level,agency,fee,closed\n1,1,,,\n1,,A,10.0000,2023-01-01\n7,,E,1.1255,",
      receipt: "6 rows read, 1 kept; 2 rows of archive appended, without level, alone with agency,"
        + " fee and closed; 0 rows of nothing appended, without level or closed"),
    QueryCase(
      "from visits then append archive then count group by agency",
      "agency,count\nA,3\nB,2\nC,1\nE,1\n,1"),
    QueryCase("list agency from nothing append (list agency from archive)", "agency\nA\nE"),
    QueryCase(
      "list id, agency from visits except (list id, code as agency from agencies"
        + " join many visits on code = visits.agency)", "id,agency\n5,\n6,C",
      receipt: "6 rows read; 4 rows left out that the query has too"),
    QueryCase(
      "list agency, level from visits except (list agency, level from visits)", "agency,level"),
    QueryCase(
      "list agency from visits except (list agency from visits where id = 5)",
      "agency\nA\nA\nB\nB\nC"),
    QueryCase(
      "list code from agencies except (list text(id) as code from nothing)", "code\nA\nB\nD"),
    QueryCase(
      "from budget unpivot q1, q2, q3 into quarter, amount",
      "unit,quarter,amount\nA,q1,1.0\nA,q2,2.5\nA,q3,\nB,q1,\nB,q2,\nB,q3,\nC,q1,4.0\nC,q2,5.0\n"
        + "C,q3,6.0",
      receipt: "3 rows read; 3 rows became 9, one of each of 3 columns"),
    QueryCase(
      "from budget then unpivot q1, q2, q3 into quarter, amount then sum amount group by quarter",
      "quarter,sum_amount\nq1,5.0\nq2,7.5\nq3,6.0",
      receipt: "3 rows read; 3 rows became 9, one of each of 3 columns;"
        + " then sum_amount leaves out 4 missing values"),
    QueryCase("list id, fee from nothing unpivot id, fee into name, value", "name,value"),
    QueryCase(
      "count visits group by agency across level then add `1` + `3` as both where `3` > 0",
      "agency,1,3,4,(missing),both\nA,1,1,0,0,2\nB,0,1,0,1,1"),
    QueryCase(
      "count visits group by agency across level unpivot `1`, `3` into level, count"
        + " then sum count group by level",
      "level,sum_count\n1,1\n3,2"),
    QueryCase(
      "list agency, `4` from (count visits group by agency across level) where `4` > 0",
      "agency,4\n,1",
      receipt: "6 rows read; then 4 rows read, 1 kept"),
    QueryCase(
      "list id, name from visits join (agencies where region = \"north\") as north"
        + " on agency = north.code",
      "id,name\n1,Ministry A\n2,Ministry A"),
    QueryCase(
      "list id, total from visits lookup (sum fee as total from visits group by agency) as sums"
        + " on agency = sums.agency where id < 4",
      "id,total\n1,30.50\n2,30.50\n3,5.25"),
  ]

  @Test(arguments: [
    (
      "list id, agency as fee from visits append archive", "T0440",
      "fee is text here and a decimal in archive"
    ),
    (
      "list id, fee / 1 as fee from visits append archive", "T0440",
      "fee is a float here and a decimal in archive"
    ),
    ("list id from visits except archive", "T0441", "agency is no column of this step"),
    (
      "list id, level from visits except (list id from visits)", "T0441",
      "level is no column of the query"
    ),
    ("from budget unpivot q1, unit into a, b", "T0440", "unit is text, and q1 is an integer"),
    ("from budget unpivot q1, q5 into a, b", "T0203", "no column \"q5\""),
    ("from budget unpivot q1, q1 into a, b", "T0418", "q1 stands twice behind `unpivot`"),
    ("from budget unpivot q1, q2 into unit, b", "T0418", "two columns would be called unit"),
    ("from budget unpivot q1, q2 into a, a", "T0418", "two columns would be called a"),
    (
      "count visits group by agency across level then list `9`", "T0203", "no column \"9\""
    ),
  ])
  func refuses(query: String, code: String, message: String) throws {
    do throws(QueryError) {
      _ = try Self.database().run(Query(text: query))
      Issue.record("\(query) has an answer")
    } catch {
      #expect(error.diagnostics.map(\.code.id) == [code])
      #expect(error.message == message)
    }
  }

  @Test func explains() throws {
    let lines = try Self.database().snapshot().explain(
      "list agency, id, fee from visits append archive unpivot id into a, b")
    #expect(lines.contains("put the 2 rows of archive below, columns by name"), "\(lines)")
    #expect(lines.contains("make 1 rows of each, one of each column: id"), "\(lines)")
  }

  /// Steps that allocate are held to the budget.
  @Test func keepsToTheBudget() throws {
    let database = Database()
    database["t"] = try Table { NamedColumn("n", Array(0..<200_000)) }
    for query in ["from t append t", "from t except t", "from t unpivot n into a, b"] {
      do throws(QueryError) {
        _ = try database.run(Query(text: query), limits: Limits(memory: 200_000))
        Issue.record("\(query) fits into 200 kB")
      } catch {
        #expect(error.kind == .memory, "\(query)")
      }
      #expect(throws: Never.self) { try database.run(Query(text: query)) }
    }
  }
}
