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
    QueryCase(
      "sum goal, sum visits.fee, count agencies, count visits, count from agencies"
        + " join many visits on code = visits.agency group by region",
      "region,sum_goal,sum_fee,count_agencies,count_visits,count\nnorth,60.0%,30.50,1,2,2\n"
        + "south,0.0%,5.25,1,2,2",
      receipt: "3 rows read; 1 row without a match in visits, left out; 2 rows met 4 rows of"
        + " visits; then sum_goal leaves out 1 missing value; sum_fee leaves out 1 missing value"),
    QueryCase(
      "sum goal as goals, count agencies as n from agencies"
        + " join many visits on code = visits.agency group by level",
      "level,goals,n\n1,60.0%,1\n3,60.0%,2\n,0.0%,1"),
    QueryCase(
      "sum goal with visits.level = 3 as goals from agencies"
        + " join many visits on code = visits.agency", "goals\n60.0%"),
    QueryCase(
      "list id, agency, name from visits full join agencies on agency = agencies.code",
      "id,agency,name\n1,A,Ministry A\n2,A,Ministry A\n3,B,Ministry B\n4,B,Ministry B\n5,,\n"
        + "6,C,\n,,Ministry D",
      receipt: "6 rows read; 1 row without a match in agencies; 1 row with a missing key for"
        + " agencies; 1 row of agencies met by none, added"),
    QueryCase(
      "list agency, a.name from visits"
        + " full join (list code as agency, name from agencies) as a on agency",
      "agency,name\nA,Ministry A\nA,Ministry A\nB,Ministry B\nB,Ministry B\n,\nC,\n"
        + "D,Ministry D"),
    QueryCase(
      "count agencies, count visits, count from agencies"
        + " full join many visits on code = visits.agency",
      "count_agencies,count_visits,count\n3,6,7"),
    QueryCase(
      "count, count agencies as a, sum goal from visits cross join agencies",
      "count,a,sum_goal\n18,3,90.0%",
      receipt: "6 rows read; 6 rows met 18 rows of agencies; then sum_goal leaves out 1 missing"
        + " value"),
    QueryCase(
      "list id, total from visits cross join one (sum fee as total from visits) where id < 3",
      "id,total\n1,35.75\n2,35.75"),
    QueryCase(
      "list id, a.code from visits join many agencies as a on agency = a.code, fee > 15",
      "id,code\n2,A"),
    QueryCase("count visits join many visits as v on id < v.id", "count\n15"),
    QueryCase(
      "count agencies as n from agencies join many visits on code = visits.agency"
        + " where visits.id > 0", "n\n2"),
    QueryCase(
      "list id, name from visits join agencies on lower(agency) = lower(agencies.code)",
      "id,name\n1,Ministry A\n2,Ministry A\n3,Ministry B\n4,Ministry B"),
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
      "sum goal from agencies join many visits on code = visits.agency group by level top 1"
        + " with rest", "T0424",
      "one row of agencies may stand in several groups of level, so a total of sum_goal over them"
        + " would count it several times"
    ),
    (
      "share of goal from agencies join many visits on code = visits.agency group by level",
      "T0424",
      "one row of agencies may stand in several groups of level, so a total of share of goal over"
        + " them would count it several times"
    ),
    (
      "list id from agencies full join visits on code = visits.agency", "T0421",
      "a join needs one row for each key, and rows 1 and 2 of visits have agency = A"
    ),
    (
      "list id from visits join agencies on fee > agencies.goal", "T0443",
      "how many rows meet fee > agencies.goal can't be known before"
    ),
    (
      "list id from visits left join many agencies on fee > agencies.goal", "T0443",
      "a left join finds rows by equal keys, and fee > agencies.goal is none"
    ),
    (
      "list id from visits lookup agencies on fee > agencies.goal", "T0443",
      "a lookup finds rows by equal keys, and fee > agencies.goal is none"
    ),
    (
      "count visits cross join one agencies", "T0446",
      "`cross join one` needs a table of one row, and agencies has 3"
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

  /// A cross join says how many rows it would make before it makes them.
  @Test func crossJoinsAreGuarded() throws {
    let database = Database()
    database["t"] = try Table { NamedColumn("n", Array(0..<4000)) }
    do throws(QueryError) {
      _ = try database.run("count t cross join t as u")
      Issue.record("16 million pairs have an answer")
    } catch {
      #expect(error.diagnostics.map(\.code.id) == ["T0446"])
      #expect(error.message == "4000 rows and 4000 of u make 16000000 pairs, more than 10000000")
    }
    let all: Query = "count t cross join many t as u"
    #expect(try database.run(all).formatted(.csv) == "count\n16000000\n")
    #expect(throws: QueryError.self) {
      try database.run(all, limits: Limits(memory: 50_000_000))
    }
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
