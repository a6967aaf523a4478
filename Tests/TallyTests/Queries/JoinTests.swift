import Testing

@testable import Tally

/// `join`, `left join` and `join many`; `in` and `not in` a table's column.
@Suite struct JoinTests {
  @Test(arguments: cases) func joins(_ test: QueryCase) throws {
    test.check(on: try SampleTables.database())
  }

  static let cases: [QueryCase] = [
    QueryCase(
      "list id, name from visits join agencies on agency = agencies.code",
      "id,name\n1,Ministry A\n2,Ministry A\n3,Ministry B\n4,Ministry B",
      receipt: "6 rows read; 1 row without a match in agencies, left out;"
        + " 1 row with a missing key for agencies, left out"),
    QueryCase(
      "list id, name from visits left join agencies on agency = agencies.code",
      "id,name\n1,Ministry A\n2,Ministry A\n3,Ministry B\n4,Ministry B\n5,\n6,",
      receipt:
        "6 rows read; 1 row without a match in agencies; 1 row with a missing key for agencies"),
    QueryCase(
      "list name, id from agencies join many visits on code = visits.agency",
      "name,id\nMinistry A,1\nMinistry A,2\nMinistry B,3\nMinistry B,4",
      receipt: "3 rows read; 1 row without a match in visits, left out;"
        + " 2 rows met 4 rows of visits"),
    QueryCase(
      "list name, id from agencies left join many visits on code = visits.agency",
      "name,id\nMinistry A,1\nMinistry A,2\nMinistry B,3\nMinistry B,4\nMinistry D,"),
    QueryCase(
      "sum visits.fee as total, count as visits from agencies"
        + " join many visits on code = visits.agency group by region",
      "region,total,visits\nnorth,30.50,2\nsouth,5.25,2"),
    QueryCase(
      "from agencies add upper(name) as title then join many visits on code = visits.agency"
        + " where level = 3 then list title, id order by id desc",
      "title,id\nMINISTRY B,3\nMINISTRY A,2"),
    QueryCase(
      "list visits.id as one, v.id as other from visits join many visits as v on level = v.level",
      "one,other\n1,1\n2,2\n2,3\n3,2\n3,3\n5,5",
      receipt: "6 rows read; 2 rows with a missing key for v, left out; 4 rows met 6 rows of v;"
        + " several rows meet the same rows of v, which has several with one key"),
    QueryCase(
      "max agencies.goal as most from agencies join many visits on code = visits.agency",
      "most\n60.0%"),
    QueryCase("count visits where agency in agencies.code", "count\n4"),
    QueryCase("count visits where agency not in agencies.code", "count\n2"),
    QueryCase("list code from agencies where code not in visits.agency", "code\nD"),
    QueryCase("list id from visits where fee in visits.level", "id\n3\n6"),
  ]

  @Test(arguments: [
    (
      "list id from agencies join visits on code = visits.agency", "T0421",
      "a join needs one row for each key, and rows 1 and 2 of visits have agency = A"
    ),
    (
      "sum goal from agencies join many visits on code = visits.agency", "T0424",
      "sum of goal would count a value once for each row of visits that its row meets"
    ),
    (
      "count of agencies.name from agencies join many visits on code = visits.agency", "T0424",
      "count of agencies.name would count a value once for each row of visits that its row meets"
    ),
    (
      "list id from visits full join agencies on agency = agencies.code", "T0490",
      "`full join` can't be run by this version of Tally"
    ),
    (
      "list id from visits join agencies on goal > agencies.goal", "T0490",
      "a join by anything but equal keys can't be run by this version of Tally"
    ),
  ])
  func refuses(query: String, code: String, message: String) throws {
    let database = try SampleTables.database()
    do throws(QueryError) {
      _ = try database.run(Query(text: query))
      Issue.record("\(query) has an answer")
    } catch {
      #expect(error.diagnostics.map(\.code.id) == [code])
      #expect(error.message == message)
    }
  }

  @Test(arguments: [
    (
      "list id from visits join agencies on agency = agencies.code",
      "join at most one row of agencies to each row; rows without one are left out, found"
        + " through the codes of 3 texts"
    ),
    (
      "list id from visits left join many visits as v on level = v.level",
      "join all rows of v to each row, found at the key's position in an array of 4"
    ),
    ("count visits where id in visits.level", "index the values of visits.level"),
  ])
  func explainsHowRowsAreFound(query: String, line: String) throws {
    let explanation = try SampleTables.database().snapshot().explain(Query(text: query))
    #expect(explanation.contains(line), "\(explanation)")
  }

  /// A join that would make more rows than can be numbered ends before it makes them.
  @Test func multiplicationEnds() throws {
    let database = Database()
    database["t"] = try Table { NamedColumn("zero", Array(repeating: 0, count: 100_000)) }
    do throws(QueryError) {
      _ = try database.run("count t join many t as u on zero = u.zero")
      Issue.record("ten thousand million rows have an answer")
    } catch {
      #expect(error.kind == .memory)
      #expect(error.message == "a join of 10000000000 rows exceeds 4294967294")
    }
  }
}
