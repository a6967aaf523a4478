import Testing

@testable import Tally
@testable import TallySyntax

/// `rows of`: the rows that groups of an answer were made of.
@Suite struct RowsOfTests {
  @Test(arguments: [
    QueryCase(
      "rows of (count visits group by agency) where agency = \"A\"",
      "id,agency,level,fee,status,opened,online,part\n1,A,1,10.00,paid,2024-01-05,true,50.0%\n"
        + "2,A,3,20.50,open,2024-01-20,true,32.9%"),
    QueryCase(
      "rows of (count visits group by agency) where agency is missing",
      "id,agency,level,fee,status,opened,online,part\n5,,4,0.00,paid,2024-03-31,true,0.0%"),
    QueryCase(
      "rows of (count visits where level >= 3 group by month(opened), online) where count = 1 and"
        + " online",
      "id,agency,level,fee,status,opened,online,part\n2,A,3,20.50,open,2024-01-20,true,32.9%\n"
        + "5,,4,0.00,paid,2024-03-31,true,0.0%"),
    QueryCase(
      "rows of (count visits group by agency order by count desc) row 2",
      "id,agency,level,fee,status,opened,online,part\n3,B,3,,paid,2024-02-01,false,\n"
        + "4,B,,5.25,open,2024-02-29,,100.0%"),
    QueryCase(
      "rows of (list agency, level from visits then count group by agency) where count > 1",
      "agency,level\nA,1\nA,3\nB,3\nB,"),
    QueryCase(
      "rows of (count visits lookup agencies on agency = agencies.code group by region)"
        + " where region = \"south\"",
      "id,agency,level,fee,status,opened,online,part,code,name,region,goal\n"
        + "3,B,3,,paid,2024-02-01,false,,B,Ministry B,south,\n"
        + "4,B,,5.25,open,2024-02-29,,100.0%,B,Ministry B,south,"),
    QueryCase(
      "rows of (sum visits.fee from agencies join many visits on code = visits.agency"
        + " group by region) where region = \"south\"",
      "code,name,region,goal,id,agency,level,fee,status,opened,online,part\n"
        + "B,Ministry B,south,,3,B,3,,paid,2024-02-01,false,\n"
        + "B,Ministry B,south,,4,B,,5.25,open,2024-02-29,,100.0%"),
    QueryCase(
      "rows of (count visits group by agency) where agency = \"none\"",
      "id,agency,level,fee,status,opened,online,part"),
    QueryCase(
      "rows of (count visits group by agency across level) row 3",
      "id,agency,level,fee,status,opened,online,part\n6,C,,,,,,"),
    QueryCase(
      "rows of (count visits where level = 4)",
      "id,agency,level,fee,status,opened,online,part\n5,,4,0.00,paid,2024-03-31,true,0.0%"),
  ])
  func rowsStandBehindGroups(_ test: QueryCase) throws {
    test.check(on: try SampleTables.database())
  }

  @Test(arguments: [
    ("rows of (list agency from visits)", "the last step makes no groups"),
    ("rows of (count visits group by agency top 1 with rest)", "totals and the rest are no groups"),
    ("rows of (count visits group by agency) row 9", "the answer has 4 rows, and no row 9"),
    ("rows of (count visits group by agency) where level = 1", "no column"),
  ])
  func isRefused(query: String, message: String) throws {
    do throws(QueryError) {
      _ = try SampleTables.database().run(Query(text: query), today: SampleTables.today)
      Issue.record("\(query) was answered")
    } catch {
      #expect(error.message.hasPrefix(message), "\(error.message)")
    }
  }

  /// Behind each group stand as many rows as it counted, and no row stands behind two.
  @Test(arguments: 1...12) func asManyRowsAsWereCounted(seed: Int) throws {
    for number in 0..<12 {
      let tables = RandomTables(seed: seed &* 131 &+ number)
      var queries = RandomQueries(seed: seed &* 9_001 &+ number, tables: tables)
      let keys = number % 2 == 0 ? queries.key() : "\(queries.key()), \(queries.key()) as other"
      let query = "count t where \(queries.predicate()) group by \(keys)"
      let database = Database()
      database["t"] = try tables.facts.table()
      guard let answer = try? database.run(Query(text: query)) else { continue }
      var seen = Set<CellValue>()
      for row in 0..<answer.rowCount {
        let behind = try database.rows(behind: row, of: Query(text: query))
        let count = answer.columns[answer.columnCount - 1][row]
        #expect(count == .integer(Int128(behind.rowCount)), "\(query)")
        let column = try #require(behind.columnIndex("row"))
        for place in 0..<behind.rowCount {
          #expect(seen.insert(behind.columns[column][place]).inserted, "\(query)")
        }
      }
    }
  }
}
